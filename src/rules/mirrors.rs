//! Other places where the same file lies, as the answer names them: `Link` headers (RFC 8288) with the relations of
//! RFC 6249.

use crate::model::{SafeUrl, Source};

/// Mirrors of one file that are kept.
pub const MOST: usize = Source::MIRRORS;

/// What the `Link` headers of an answer say about other copies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Links {
    /// Complete copies, the preferred one first.
    pub duplicates: Vec<SafeUrl>,
    /// A Metalink document about this file.
    pub described_by: Option<SafeUrl>,
}

/// `values` are those of all `Link` headers, in order; references are resolved against `base`. What cannot be read is
/// passed over.
pub fn of_links<'a>(values: impl IntoIterator<Item = &'a str>, base: &SafeUrl) -> Links {
    let mut duplicates = Vec::new();
    let mut described_by = None;
    for value in values {
        for link in split(value, ',') {
            let Some((url, parameters)) = target(link, base) else { continue };
            let parameter = |name: &str| {
                parameters
                    .iter()
                    .find(|(known, _)| known.eq_ignore_ascii_case(name))
                    .map(|(_, value)| value.as_str())
            };
            let is = |relation: &str| {
                parameter("rel").is_some_and(|all| {
                    all.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case(relation))
                })
            };
            if is("duplicate") && duplicates.len() < MOST {
                // RFC 6249, section 3.2: 1 is the best, and the worst where nothing is said.
                let priority = parameter("pri").and_then(|text| text.parse().ok()).unwrap_or(999_999_u32);
                duplicates.push((priority, url));
            } else if is("describedby") && parameter("type") == Some("application/metalink4+xml") {
                described_by = described_by.or(Some(url));
            }
        }
    }
    duplicates.sort_by_key(|(priority, _)| *priority);
    Links { duplicates: duplicates.into_iter().map(|(_, url)| url).collect(), described_by }
}

fn target(link: &str, base: &SafeUrl) -> Option<(SafeUrl, Vec<(String, String)>)> {
    let (reference, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
    let parameters = split(rest, ';').filter_map(|parameter| {
        let (name, value) = parameter.trim().split_once('=')?;
        Some((name.trim().to_owned(), value.trim().trim_matches('"').to_owned()))
    });
    Some((base.join(reference).ok()?, parameters.collect()))
}

/// At every `separator` outside quotes and angle brackets.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut bracketed) = (false, false);
    text.split(move |c| {
        match c {
            '"' if !bracketed => quoted = !quoted,
            '<' if !quoted => bracketed = true,
            '>' if !quoted => bracketed = false,
            _ => {}
        }
        c == separator && !quoted && !bracketed
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn base() -> SafeUrl {
        SafeUrl::parse("https://a.example/dir/x.iso").expect("an address").0
    }

    #[test]
    fn mirrors_come_in_their_order() {
        let values = [
            "<http://b.example/x.iso?a=1,2>; rel=duplicate; pri=2; geo=de, <../m/x.iso>; rel=\"duplicate\"; pri=1",
            "<x.iso.meta4>; rel=describedby; type=\"application/metalink4+xml\"",
            "<http://c.example/x.iso>; rel=\"foo duplicate\"",
            "<http://d.example/x.iso>; rel=next, nonsense, <unclosed; rel=duplicate",
        ];
        let links = of_links(values, &base());
        let shown: Vec<_> = links.duplicates.iter().map(|url| url.request().to_string()).collect();
        assert_eq!(
            shown,
            ["https://a.example/m/x.iso", "http://b.example/x.iso?a=1,2", "http://c.example/x.iso"]
        );
        let metalink = links.described_by.expect("described");
        assert_eq!(metalink.request().as_str(), "https://a.example/dir/x.iso.meta4");
    }

    #[test]
    fn endless_lists_have_an_end() {
        let long = "<x>; rel=duplicate, ".repeat(500);
        assert_eq!(of_links([long.as_str()], &base()).duplicates.len(), MOST);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_stumble(text in "(?s)[<>;,\"= a-z/:.]{0,120}") {
            let _ = of_links([text.as_str()], &base());
        }
    }
}
