//! What a file is called. The name comes from a stranger: whatever it says, the result is one harmless component.
//!
//! Order: the user's word, `Content-Disposition` (RFC 6266, read leniently), the last part of the address after and
//! before redirects, the host.

use percent_encoding::percent_decode;
use sanitise_file_name::{Options, sanitise_with_options};

use crate::model::{FileName, SafeUrl};

/// A longer one is no extension but a part of the name; also bounds what a cut must keep. Bytes, with the dot.
const EXTENSION_MOST: usize = 32;

/// The best name that an answer and its address offer. Never fails.
pub fn from_answer(
    disposition: Option<&[u8]>,
    content_type: Option<&str>,
    final_url: &SafeUrl,
    first_url: &SafeUrl,
) -> FileName {
    let offered = disposition.and_then(filename_of).and_then(|name| sanitise(&name));
    let name = offered.or_else(|| from_url(final_url)).or_else(|| from_url(first_url));
    match name {
        Some(name) => name,
        None => with_extension(sanitise(first_url.host()).unwrap_or_default(), content_type),
    }
}

/// The last part of the address, if it says anything.
pub fn from_url(url: &SafeUrl) -> Option<FileName> {
    let last = url.request().path_segments()?.next_back()?;
    sanitise(&decode(last.as_bytes()))
}

/// Might a web page be what is wanted? Yes for addresses that end like one, or in nothing that tells.
pub fn may_be_page(url: &SafeUrl, name: Option<&FileName>) -> bool {
    const PAGES: [&str; 11] =
        [".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".aspx", ".jsp", ".cgi", ".do", ""];
    let name = name.cloned().or_else(|| from_url(url));
    let Some(name) = name else { return true };
    let extension = name.split().1.to_ascii_lowercase();
    // "v1.2" has no extension, and "example.com" is not a program for DOS.
    let none = extension.len() > 6 || extension.chars().skip(1).all(|c| c.is_ascii_digit());
    none || PAGES.contains(&extension.as_str())
}

/// The title of a web page, if its head has one; at most 200 characters.
pub fn title_of(page: &[u8]) -> Option<String> {
    let page = String::from_utf8_lossy(page);
    let lower = page.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let start = open + lower[open..].find('>')? + 1;
    let end = start + lower[start..].find('<').unwrap_or(lower.len() - start);
    let words: Vec<&str> = page[start..end].split_whitespace().collect();
    let title: String = words.join(" ").chars().filter(|c| !c.is_control()).take(200).collect();
    (!title.is_empty()).then_some(title)
}

/// Turns any text into one component: separators, control and direction marks, leading dots and reserved device names
/// go; the extension survives cutting. `None` when nothing is left.
pub fn sanitise(text: &str) -> Option<FileName> {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    // Cut below, where endings of two words are known.
    let options = Options { length_limit: usize::MAX, six_measures_of_barley: "", ..Options::DEFAULT };
    let seen: String = last.chars().filter(|c| !is_invisible(*c)).collect();
    let clean = sanitise_with_options(&seen, &options);
    let bare = clean.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let bare = if is_hidden_extension(last, bare) { "" } else { bare };
    let (stem, extension) = FileName::split_text(bare);
    let extension = if extension.len() > EXTENSION_MOST { "" } else { extension };
    let stem = if extension.is_empty() { bare } else { stem };
    let stem = cut(stem, FileName::MAX - extension.len()).trim_end_matches(['.', ' ']);
    FileName::new(format!("{stem}{extension}")).ok()
}

/// The front of a text, at most `room` bytes long.
fn cut(text: &str, room: usize) -> &str {
    let mut end = room.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Marks that turn or hide what stands around them: a name must read as it is.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// `name (1).ext`, `name (2).ext` and so on. The stem is cut where the number would not fit.
pub fn numbered(name: &FileName, number: u32) -> FileName {
    let (stem, extension) = match name.split() {
        (_, long) if long.len() > EXTENSION_MOST => (name.as_str(), ""),
        short => short,
    };
    let tail = format!(" ({number}){extension}");
    let stem = cut(stem, FileName::MAX.saturating_sub(tail.len()));
    FileName::new(format!("{stem}{tail}")).unwrap_or_else(|_| name.clone())
}

/// The `filename*` or `filename` of a `Content-Disposition` header, in whatever state it is.
fn filename_of(header: &[u8]) -> Option<String> {
    let mut plain = None;
    let mut extended = None;
    for (key, value) in parameters(header) {
        match key.to_ascii_lowercase().as_str() {
            "filename*" => extended = extended.or_else(|| decode_extended(&value)),
            "filename" => plain = plain.or(Some(value)),
            _ => {}
        }
    }
    let plain = plain.map(|value| if value.contains(&b'%') { decode(&value) } else { text_of(&value) });
    extended.filter(|name| !name.trim().is_empty()).or(plain).filter(|name| !name.trim().is_empty())
}

/// Splits `type; key=value; key="quoted \" value"` without being strict about anything.
fn parameters(header: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut rest = header;
    while !rest.is_empty() {
        let (piece, after) = split_at_semicolon(rest);
        rest = after;
        let Some(equals) = piece.iter().position(|byte| *byte == b'=') else { continue };
        let key = String::from_utf8_lossy(piece[..equals].trim_ascii()).into_owned();
        found.push((key, unquote(piece[equals + 1..].trim_ascii())));
    }
    found
}

/// Up to the next semicolon outside quotes. An unclosed quote ends with the header.
fn split_at_semicolon(text: &[u8]) -> (&[u8], &[u8]) {
    let mut quoted = false;
    let mut escaped = false;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b';' if !quoted => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, &[])
}

fn unquote(value: &[u8]) -> Vec<u8> {
    let Some(inner) = value.strip_prefix(b"\"") else { return value.to_vec() };
    let mut plain = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            // Only these need the backslash; before anything else it divides a path, as some servers send it.
            b'\\' if matches!(bytes.as_slice().first(), Some(b'"' | b'\\')) => plain.extend(bytes.next()),
            other => plain.push(*other),
        }
    }
    plain
}

/// `charset'language'percent-encoded` (RFC 8187). Only UTF-8 and Latin-1 are allowed there.
fn decode_extended(value: &[u8]) -> Option<String> {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    let charset = parts.next()?.to_ascii_lowercase();
    let _language = parts.next()?;
    let bytes: Vec<u8> = percent_decode(parts.next()?).collect();
    match charset.as_slice() {
        b"iso-8859-1" => Some(latin1(&bytes)),
        _ => Some(text_of(&bytes)),
    }
}

fn decode(value: &[u8]) -> String {
    let bytes: Vec<u8> = percent_decode(value).collect();
    text_of(&bytes)
}

fn text_of(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| latin1(bytes), str::to_owned)
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// `..` and `.` leave nothing, and `.hidden` keeps its word, but a bare `.txt` that lost its stem is no name.
fn is_hidden_extension(last: &str, bare: &str) -> bool {
    last.trim() == "." || last.trim() == ".." || bare.is_empty()
}

fn with_extension(name: FileName, content_type: Option<&str>) -> FileName {
    let kind = content_type.and_then(|text| text.split(';').next()).map(str::trim).unwrap_or_default();
    let extension = match kind.to_ascii_lowercase().as_str() {
        "text/html" | "application/xhtml+xml" => ".html",
        "text/plain" => ".txt",
        "application/pdf" => ".pdf",
        "application/json" => ".json",
        "application/zip" => ".zip",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        _ => return name,
    };
    FileName::new(format!("{name}{extension}")).unwrap_or(name)
}

/// The folder that holds what the address names, with a slash at its end; `None` at the root.
pub fn folder_above(url: &SafeUrl) -> Option<SafeUrl> {
    let path = url.request().path().trim_end_matches('/');
    let (above, _) = path.rsplit_once('/')?;
    (!above.is_empty()).then(|| with_path(url, &format!("{above}/"))).flatten()
}

/// The address of a file of this name in the folder that `url` names.
pub fn within(url: &SafeUrl, name: &str) -> Option<SafeUrl> {
    const ENCODED: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    if matches!(name, "" | "." | "..") {
        return None;
    }
    let name = percent_encoding::utf8_percent_encode(name, ENCODED);
    with_path(url, &format!("{}/{name}", url.request().path().trim_end_matches('/')))
}

/// Where the unfinished file lies beside the one that `url` names.
pub fn part_of(url: &SafeUrl) -> Option<SafeUrl> {
    with_path(url, &format!("{}.part", url.request().path()))
}

fn with_path(url: &SafeUrl, path: &str) -> Option<SafeUrl> {
    let mut changed = url.request().clone();
    changed.set_path(path);
    SafeUrl::parse(changed.as_str()).ok().map(|(url, _)| url)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn url(text: &str) -> SafeUrl {
        SafeUrl::parse(text).expect("an address").0
    }

    fn named(disposition: &str) -> String {
        let at = url("https://example.org/from-url.bin");
        from_answer(Some(disposition.as_bytes()), None, &at, &at).to_string()
    }

    #[test]
    fn folders_and_what_is_in_them() {
        let url = |text: &str| SafeUrl::parse(text).expect("an address").0;
        let above = |text| folder_above(&url(text)).map(|url| url.request().to_string());
        assert_eq!(above("http://a/b/c/d?x=1").as_deref(), Some("http://a/b/c/?x=1"));
        assert_eq!(above("http://a/b/c/").as_deref(), Some("http://a/b/"));
        assert_eq!(above("http://a/b"), None);
        let put = |name| within(&url("http://a/b/"), name).map(|url| url.request().to_string());
        assert_eq!(put("ä b#?.txt").as_deref(), Some("http://a/b/%C3%A4%20b%23%3F.txt"));
        assert_eq!(put("x/../y").as_deref(), Some("http://a/b/x%2F..%2Fy"));
        assert_eq!(put(".."), None);
    }

    #[test]
    fn dispositions_of_every_kind() {
        let cases = [
            ("attachment; filename=plain.bin", "plain.bin"),
            ("attachment; filename=\"quoted name.bin\"", "quoted name.bin"),
            ("attachment; filename=\"a\\\"b.bin\"", "a_b.bin"),
            ("inline; filename=inline.bin;", "inline.bin"),
            ("attachment; filename*=UTF-8''na%C3%AFve.bin", "naïve.bin"),
            ("attachment; filename=fallback.bin; filename*=UTF-8''best.bin", "best.bin"),
            ("attachment; filename*=UTF-8''best.bin; filename=fallback.bin", "best.bin"),
            ("attachment; filename*=iso-8859-1'en'%A3%20rates.bin", "£ rates.bin"),
            ("attachment; filename*=broken; filename=good.bin", "good.bin"),
            ("attachment; filename=\"semi;colon.bin\"; size=3", "semi;colon.bin"),
            ("attachment; filename=percent%20encoded.bin", "percent encoded.bin"),
            ("attachment; FileName = \"case.bin\"", "case.bin"),
            ("attachment;filename=nospace.bin", "nospace.bin"),
            ("filename=notype.bin", "notype.bin"),
            ("attachment; filename=\"unterminated.bin", "unterminated.bin"),
            ("attachment; filename=\"../../etc/passwd\"", "passwd"),
            ("attachment; filename=\"..\\..\\boot.ini\"", "boot.ini"),
            ("attachment; filename=\"C:\\folder\\file.bin\"", "file.bin"),
            ("attachment; filename=\"100%.bin\"", "100%.bin"),
            ("attachment; filename=\"a%2Fb.bin\"", "b.bin"),
            ("attachment; filename*=utf-8''a%2Fb.bin", "b.bin"),
            ("attachment; filename*=gb2312''x.bin; filename=y.bin", "x.bin"),
            ("attachment; filename=first.bin; filename=second.bin", "first.bin"),
            ("attachment; name=\"no.bin\"", "from-url.bin"),
            ("attachment; ;; filename = spaced.bin ;", "spaced.bin"),
            ("attachment; filename*=UTF-8''..%2F..%2Fetc%2Fshadow", "shadow"),
            ("attachment; filename=\"/etc/passwd\"", "passwd"),
            ("attachment; filename=\"..\"", "from-url.bin"),
            ("attachment; filename=\".\"", "from-url.bin"),
            ("attachment; filename=\".bashrc\"", "bashrc"),
            ("attachment; filename=\"\"", "from-url.bin"),
            ("attachment; filename*=UTF-8''", "from-url.bin"),
            ("attachment", "from-url.bin"),
            ("", "from-url.bin"),
        ];
        for (header, name) in cases {
            assert_eq!(named(header), name, "{header}");
        }
    }

    #[test]
    fn names_of_every_kind() {
        let long = |stem: usize, end: &str| format!("{}{end}", "n".repeat(stem));
        let cases = [
            ("plain.bin", Some("plain.bin")),
            ("  spaced  .bin  ", Some("spaced.bin")),
            ("a/b\\c.bin", Some("c.bin")),
            ("a/", None),
            ("", None),
            (".", None),
            ("..", None),
            ("...", None),
            (" . . ", None),
            (".profile", Some("profile")),
            ("..hidden..txt..", Some("hidden.txt")),
            ("CON", Some("CON_")),
            ("aux.txt", Some("aux_.txt")),
            ("what?.bin", Some("what.bin")),
            ("a\u{0}b\u{7f}c\u{85}d", Some("a_b_c d")),
            ("exe.\u{202e}gpj.bin", Some("exe.gpj.bin")),
            ("a\u{2066}b\u{2069}\u{200f}c\u{61c}.bin", Some("abc.bin")),
            ("a\u{200b}\u{feff}b.bin", Some("ab.bin")),
            ("e\u{301}.bin", Some("e\u{301}.bin")),
            ("\u{1f469}\u{200d}\u{1f4bb}.bin", Some("\u{1f469}\u{200d}\u{1f4bb}.bin")),
        ];
        for (text, name) in cases {
            assert_eq!(sanitise(text).map(String::from).as_deref(), name, "{text:?}");
        }
        for (text, name) in [
            (long(300, ".tar.gz"), long(238, ".tar.gz")),
            (long(300, ""), long(245, "")),
            (long(10, &format!(".{}", "x".repeat(300))), long(10, &format!(".{}", "x".repeat(234)))),
            (format!("{}.bin", "\u{e9}".repeat(200)), format!("{}.bin", "\u{e9}".repeat(120))),
        ] {
            assert_eq!(sanitise(&text).map(String::from), Some(name), "{text}");
        }
    }

    #[test]
    fn raw_bytes_that_are_not_utf8_are_read_as_latin1() {
        let at = url("https://example.org/x");
        let name = from_answer(Some(b"attachment; filename=\"caf\xe9.bin\""), None, &at, &at);
        assert_eq!(name.as_str(), "café.bin");
    }

    #[test]
    fn addresses_give_names_too() {
        let cases = [
            ("https://example.org/a/b/file%20one.tar.gz?x=1", "file one.tar.gz"),
            ("https://example.org/a/b/..%2fup", "up"),
            ("https://example.org/", "example.org.html"),
        ];
        for (address, name) in cases {
            let at = url(address);
            assert_eq!(from_answer(None, Some("text/html; charset=utf-8"), &at, &at).as_str(), name);
        }
    }

    #[test]
    fn numbers_go_before_the_extension() {
        let name = |text: &str| FileName::new(text).expect("a name");
        assert_eq!(numbered(&name("a.tar.gz"), 1).as_str(), "a (1).tar.gz");
        assert_eq!(numbered(&name("README"), 12).as_str(), "README (12)");
        assert_eq!(numbered(&name(".profile"), 2).as_str(), ".profile (2)");
        // What stands behind this dot is no extension: kept whole, it would leave no room for the name.
        let long = format!("a.{}", "b".repeat(FileName::MAX - 2));
        assert!(numbered(&name(&long), 7).as_str().starts_with("a.bbb"));
    }

    proptest! {
        #[test]
        fn whatever_a_server_says_the_name_is_one_component(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let mut header = b"attachment; filename=\"".to_vec();
            header.extend(&bytes);
            let at = url("https://example.org/");
            for disposition in [header.as_slice(), bytes.as_slice()] {
                let name = from_answer(Some(disposition), None, &at, &at);
                check(name.as_str())?;
                check(numbered(&name, 7).as_str())?;
            }
        }

        #[test]
        fn any_text_gives_one_component(text in "\\PC{0,300}") {
            if let Some(name) = sanitise(&text) {
                check(name.as_str())?;
            }
        }
    }

    fn check(name: &str) -> Result<(), TestCaseError> {
        prop_assert!(!name.is_empty() && name.len() <= FileName::MAX);
        prop_assert!(name != "." && name != "..");
        prop_assert!(!name.chars().any(|c| c == '/' || c == '\\' || c.is_control()));
        prop_assert!(!name.chars().any(is_invisible));
        prop_assert!(!name.starts_with(['.', ' ']) && !name.ends_with(['.', ' ']));
        Ok(())
    }
}
