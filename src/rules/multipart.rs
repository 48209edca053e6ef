//! Bodies of several parts (RFC 2046, section 5.1; forms: RFC 7578), laid out before a byte of them is read.

use crate::model::{Part, PartValue, Parts};

use super::media;

/// A stretch of a multipart body, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stretch {
    /// Boundaries and headers.
    Frame(String),
    /// The value of the part with this number.
    Value(usize),
}

/// The whole body.
pub fn layout(parts: &Parts) -> Vec<Stretch> {
    let boundary = &parts.boundary;
    let mut found = Vec::new();
    let mut frame = String::new();
    for (number, part) in parts.list.iter().enumerate() {
        frame.push_str("--");
        frame.push_str(boundary);
        frame.push_str("\r\n");
        for (name, value) in headers(part, &parts.subtype) {
            frame.push_str(&name);
            frame.push_str(": ");
            frame.push_str(&value);
            frame.push_str("\r\n");
        }
        frame.push_str("\r\n");
        found.push(Stretch::Frame(std::mem::take(&mut frame)));
        found.push(Stretch::Value(number));
        frame.push_str("\r\n");
    }
    frame.push_str("--");
    frame.push_str(boundary);
    frame.push_str("--\r\n");
    found.push(Stretch::Frame(frame));
    found
}

/// `Content-Type` of the whole.
pub fn content_type(parts: &Parts) -> String {
    let plain = parts.boundary.chars().all(|c| c.is_ascii_alphanumeric() || "-_.+'".contains(c));
    let quote = if plain { "" } else { "\"" };
    format!("multipart/{}; boundary={quote}{}{quote}", parts.subtype, parts.boundary)
}

/// RFC 2046, section 5.1.1: 1 to 70 of these characters, a space not at the end.
pub fn is_boundary(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "'()+_,-./:=? ".contains(c);
    (1..=70).contains(&text.len()) && text.chars().all(fits) && !text.ends_with(' ')
}

/// A token such as `form-data` or `related`.
pub fn is_subtype(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-.+".contains(c);
    (1..=64).contains(&text.len()) && text.chars().all(fits)
}

/// What the part says itself stands for what we would say.
fn headers(part: &Part, subtype: &str) -> Vec<(String, String)> {
    let own = |name: &str| part.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    let mut headers = Vec::new();
    if !own("Content-Disposition") {
        headers.extend(disposition(part, subtype).map(|value| ("Content-Disposition".to_owned(), value)));
    }
    if !own("Content-Type") {
        headers.extend(type_of(part).map(|value| ("Content-Type".to_owned(), value)));
    }
    headers.extend(part.headers.iter().cloned());
    headers
}

fn disposition(part: &Part, subtype: &str) -> Option<String> {
    let form = subtype.eq_ignore_ascii_case("form-data");
    let name = part.name.as_deref().map(|name| format!("; name=\"{}\"", escaped(name)));
    let file = file_name(part).map(|name| format!("; filename=\"{}\"", escaped(&name)));
    if !form && name.is_none() && file.is_none() {
        return None;
    }
    let kind = if form { "form-data" } else { "attachment" };
    Some(format!("{kind}{}{}", name.unwrap_or_default(), file.unwrap_or_default()))
}

fn file_name(part: &Part) -> Option<String> {
    let given = part.file_name.clone();
    given.or_else(|| match &part.value {
        PartValue::File(file) => Some(file.path.name()),
        PartValue::Text(_) => None,
    })
}

fn type_of(part: &Part) -> Option<String> {
    let guessed = || file_name(part).map(|name| media::of_name(&name).to_owned());
    part.content_type.clone().or_else(guessed)
}

/// As browsers do it (RFC 7578, section 4.2, and the HTML standard's multipart/form-data encoding).
fn escaped(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{HeaderValue, LocalFile, LocalPath};

    fn text(name: &str, value: &str) -> Part {
        let value = PartValue::Text(HeaderValue::Plain(value.to_owned()));
        Part { name: Some(name.to_owned()), file_name: None, content_type: None, headers: Vec::new(), value }
    }

    fn file(path: &str) -> Part {
        let file = LocalFile { path: LocalPath(path.into()), spooled: false };
        Part { name: Some("f".to_owned()), value: PartValue::File(file), ..text("", "") }
    }

    #[test]
    fn a_form_is_what_browsers_send() {
        let parts = Parts {
            subtype: "form-data".to_owned(),
            boundary: "B".to_owned(),
            list: vec![text("a\"b", "1"), file("/x/ä\n.png")],
        };
        let frame = |text: &str| Stretch::Frame(text.to_owned());
        assert_eq!(
            layout(&parts),
            [
                frame("--B\r\nContent-Disposition: form-data; name=\"a%22b\"\r\n\r\n"),
                Stretch::Value(0),
                frame(
                    "\r\n--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"ä%0A.png\"\r\n\
                     Content-Type: image/png\r\n\r\n"
                ),
                Stretch::Value(1),
                frame("\r\n--B--\r\n"),
            ]
        );
        assert_eq!(content_type(&parts), "multipart/form-data; boundary=B");
    }

    #[test]
    fn other_subtypes_and_own_headers() {
        let mut part = text("", "{}");
        part.name = None;
        part.headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let parts = Parts { subtype: "related".to_owned(), boundary: "a b".to_owned(), list: vec![part] };
        assert_eq!(
            layout(&parts)[0],
            Stretch::Frame("--a b\r\ncontent-type: application/json\r\n\r\n".to_owned())
        );
        assert_eq!(content_type(&parts), "multipart/related; boundary=\"a b\"");
    }

    #[test]
    fn boundaries_and_subtypes_are_checked() {
        for good in ["a", "----x", "a b", &"x".repeat(70)] {
            assert!(is_boundary(good), "{good}");
        }
        for bad in ["", "a ", "a\r\n", "ä", "a\"", &"x".repeat(71)] {
            assert!(!is_boundary(bad), "{bad:?}");
        }
        assert!(is_subtype("form-data") && is_subtype("x-mixed-replace"));
        assert!(!is_subtype("") && !is_subtype("a/b") && !is_subtype("a;b"));
    }
}
