//! What a client asks: the head of a request, taken apart.

use std::ops::Range;

/// Header fields in the order and the spelling in which they were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The first value under this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Headers {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

/// What a `Range` header asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskedRange {
    /// `bytes=a-`
    From(u64),
    /// `bytes=a-b`, both inclusive.
    Span(u64, u64),
    /// `bytes=-n`
    Last(u64),
    /// Several ranges, another unit, or not understood: the raw value.
    Other(String),
}

impl AskedRange {
    pub(super) fn parse(value: &str) -> Self {
        Self::parse_one(value).unwrap_or_else(|| Self::Other(value.to_owned()))
    }

    fn parse_one(value: &str) -> Option<Self> {
        let (first, last) = value.trim().strip_prefix("bytes=")?.split_once('-')?;
        match (first, last) {
            ("", last) => Some(Self::Last(last.parse().ok()?)),
            (first, "") => Some(Self::From(first.parse().ok()?)),
            (first, last) => {
                let (first, last) = (first.parse().ok()?, last.parse().ok()?);
                (first <= last).then_some(Self::Span(first, last))
            }
        }
    }

    /// The part of a file of this size, or `None` if it has no such part.
    pub(super) fn resolve(&self, size: u64) -> Option<Range<u64>> {
        let span = match *self {
            Self::From(first) => first..size,
            Self::Span(first, last) => first..last.saturating_add(1).min(size),
            Self::Last(len) => size.saturating_sub(len)..size,
            Self::Other(_) => 0..size,
        };
        (!span.is_empty()).then_some(span)
    }

    /// The offset of the first asked byte in a file of this size.
    pub(super) fn start(&self, size: u64) -> u64 {
        match *self {
            Self::From(first) | Self::Span(first, _) => first,
            Self::Last(len) => size.saturating_sub(len),
            Self::Other(_) => 0,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Request {
    pub method: String,
    pub target: String,
    pub headers: Headers,
    pub range: Option<AskedRange>,
    /// Whether the client wants the connection kept open.
    pub keep_alive: bool,
}

impl Request {
    /// Parses the head up to and without its empty line.
    pub fn parse(head: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(head);
        let mut lines = text.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() || method.is_empty() {
            return None;
        }
        let headers = lines
            .map(|line| {
                let (name, value) = line.split_once(':')?;
                Some((name.to_owned(), value.trim().to_owned()))
            })
            .collect::<Option<Headers>>()?;
        let connection = headers.get("connection").unwrap_or_default().to_ascii_lowercase();
        let keep_alive = match version {
            "HTTP/1.1" => !connection.contains("close"),
            "HTTP/1.0" => false,
            _ => return None,
        };
        let range = headers.get("range").map(AskedRange::parse);
        Some(Self { method: method.to_owned(), target: target.to_owned(), headers, range, keep_alive })
    }

    /// The target without its query.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(&self.target, |(path, _)| path)
    }

    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    pub fn is_head(&self) -> bool {
        self.method == "HEAD"
    }

    /// Whether it asks for a resource rather than sending one.
    pub fn is_fetch(&self) -> bool {
        self.is_head() || self.method == "GET"
    }
}

/// The value of an `Authorization` header for these Basic credentials.
pub(super) fn basic_auth(user: &str, password: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = String::from("Basic ");
    for group in format!("{user}:{password}").as_bytes().chunks(3) {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let index = (bits >> (18 - 6 * digit)) & 63;
            let padding = digit > group.len();
            value.push(if padding { '=' } else { DIGITS[index as usize] as char });
        }
    }
    value
}
