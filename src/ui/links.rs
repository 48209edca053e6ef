//! Links out of text that somebody typed or pasted.

use crate::api::{Credentials, Secret};
use crate::model::{SafeUrl, UrlError};

/// A good line.
#[derive(Debug, Clone)]
pub struct Link {
    pub url: SafeUrl,
    pub credentials: Option<Credentials>,
}

/// A line that is not a link; `line` counts from 1. A password may stand in what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    pub line: usize,
    pub typed: Secret,
    pub error: UrlError,
}

/// What a text holds. One link per line; empty lines and repetitions do not count.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    pub links: Vec<Link>,
    pub bad: Vec<Bad>,
    pub repeated: usize,
}

impl Parsed {
    /// What is left once the links are taken: the bad lines, numbered anew, and their text.
    pub fn rest(&self) -> (Self, String) {
        let renumbered = |(index, bad): (usize, &Bad)| Bad { line: index + 1, ..bad.clone() };
        let bad = self.bad.iter().enumerate().map(renumbered).collect();
        let lines: Vec<_> = self.bad.iter().map(|bad| bad.typed.reveal()).collect();
        (Self { bad, ..Self::default() }, lines.join("\n"))
    }
}

/// Reads what was typed: every line counts, and a bare `example.com/file` is a link.
pub fn typed(text: &str) -> Parsed {
    let mut found = Parsed::default();
    let mut seen = std::collections::BTreeSet::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match SafeUrl::parse_typed(line) {
            Ok((url, userinfo)) => {
                if !seen.insert(url.clone()) {
                    found.repeated += 1;
                    continue;
                }
                let credentials = userinfo.map(|userinfo| Credentials {
                    user: Secret::new(userinfo.user.as_str()),
                    password: Secret::new(userinfo.password.as_str()),
                });
                found.links.push(Link { url, credentials });
            }
            Err(error) => found.bad.push(Bad { line: index + 1, typed: Secret::new(line), error }),
        }
    }
    found
}

/// Picks the links out of a clipboard's text, one per line, with whatever else it says left out. Only words with a
/// scheme count, unless the whole text is one word.
pub fn pasted(text: &str) -> String {
    let text = text.trim();
    let mut words = text.split_whitespace();
    if let (Some(only), None) = (words.next(), words.next()) {
        return SafeUrl::parse_typed(only).map(|_| only.to_owned()).unwrap_or_default();
    }
    let links: Vec<_> = text.split_whitespace().map(stripped).filter(|word| is_link(word)).collect();
    links.join("\n")
}

/// Without the brackets, quotes and full stops that stand around a link in running text.
fn stripped(word: &str) -> &str {
    let word = word.trim_start_matches(['<', '(', '[', '"', '\'', '„', '“']);
    word.trim_end_matches(['>', ')', ']', '"', '\'', '“', '”', ',', ';', '.'])
}

fn is_link(word: &str) -> bool {
    const SCHEMES: [&str; 5] = ["https", "http", "ftp", "ftps", "ftpes"];
    let scheme = word.split_once("://").map(|(scheme, _)| scheme);
    let known = scheme.is_some_and(|given| SCHEMES.iter().any(|scheme| scheme.eq_ignore_ascii_case(given)));
    known && SafeUrl::parse(word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_link_per_line_and_bad_lines_have_their_number() {
        let found = typed(
            "https://a.example/1\n\n  b.example/2 \nnonsense\ngopher://c.example/3\nhttps://a.example/1",
        );
        assert_eq!(found.links.len(), 2);
        assert_eq!(found.links[1].url.to_string(), "https://b.example/2");
        assert_eq!(found.repeated, 1);
        let lines: Vec<_> = found.bad.iter().map(|bad| bad.line).collect();
        assert_eq!(lines, [4, 5]);
        assert_eq!(found.bad[1].error, UrlError::Scheme("gopher".into()));
    }

    #[test]
    fn what_is_left_after_the_links_are_the_bad_lines() {
        let (rest, text) = typed("https://a.example/1\nfoo bar\nb.example/2\ngopher://me:hush@c/3").rest();
        assert_eq!(text, "foo bar\ngopher://me:hush@c/3");
        assert!(rest.links.is_empty());
        assert_eq!(rest.bad, typed(&text).bad);
        assert!(!format!("{rest:?}").contains("hush"));
    }

    #[test]
    fn user_and_password_leave_the_address() {
        let found = typed("https://me:secret@a.example/1");
        assert_eq!(found.links[0].url.to_string(), "https://a.example/1");
        assert_eq!(found.links[0].credentials.as_ref().unwrap().password.reveal(), "secret");
        assert!(!format!("{found:?}").contains("secret"));
    }

    #[test]
    fn links_are_picked_out_of_running_text() {
        let text = "See <https://a.example/x.iso>, (http://b.example/y). Not this: example.com or gopher://c";
        assert_eq!(pasted(text), "https://a.example/x.iso\nhttp://b.example/y");
        assert_eq!(pasted("  a.example/file  "), "a.example/file");
        assert_eq!(pasted("just some words"), "");
        assert_eq!(pasted(""), "");
    }

    #[test]
    fn ten_thousand_lines_are_read_in_one_go() {
        let text: String = (0..10_000).map(|n| format!("https://a.example/{n}\n")).collect();
        assert_eq!(typed(&text).links.len(), 10_000);
    }
}
