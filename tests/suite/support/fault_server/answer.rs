//! A planned answer, before any of it is sent.

use std::time::Duration;

use super::behaviour::Cut;
use super::body::Body;
use super::request::Headers;

/// What becomes of a request.
pub(super) enum Outcome {
    Answer(Answer),
    /// These bytes, which are no answer, and then the end of the connection.
    Raw(&'static [u8]),
    End(Cut),
    Hang,
}

pub(super) struct Answer {
    pub status: u16,
    /// Values are bytes because some are no text on purpose.
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Body,
    pub framing: Framing,
    pub early_hints: bool,
    pub http_one_zero: bool,
    pub delay: Duration,
    pub pace: Option<Pace>,
    /// What happens at which position of the body, in order.
    pub script: Vec<(u64, Event)>,
    pub close: bool,
}

/// How the end of the body is made known on the wire, whatever the head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Length,
    Chunked { last: bool },
    UntilClose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Cut(Cut),
    Stall,
    Pause(Duration),
    BadChunk,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace {
    pub bytes_per_second: u64,
    /// At most so many bytes at once.
    pub slice: usize,
}

impl Answer {
    pub fn new(status: u16, body: Body) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
            framing: Framing::Length,
            early_hints: false,
            http_one_zero: false,
            delay: Duration::ZERO,
            pace: None,
            script: Vec::new(),
            close: false,
        }
    }

    /// A short text with its type.
    pub fn page(status: u16, content_type: &str, text: impl Into<Vec<u8>>) -> Self {
        Self::new(status, Body::bytes(text)).with("Content-Type", content_type)
    }

    pub fn with(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.push(name, value);
        self
    }

    pub fn push(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.headers.push((name.to_owned(), value.into()));
    }

    /// Whether the status leaves no place for a body.
    pub fn is_bodiless(&self) -> bool {
        matches!(self.status, 100..200 | 204 | 304)
    }

    pub fn headers_as_text(&self) -> Headers {
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        self.headers.iter().map(|(name, value)| (name.clone(), text(value))).collect()
    }

    /// The bytes up to the body.
    pub fn head(&self) -> Vec<u8> {
        let mut head = Vec::new();
        if self.early_hints {
            head.extend(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n");
        }
        let version = if self.http_one_zero { "HTTP/1.0" } else { "HTTP/1.1" };
        head.extend(format!("{version} {} {}\r\n", self.status, reason(self.status)).bytes());
        for (name, value) in &self.headers {
            head.extend(name.bytes());
            head.extend(b": ");
            head.extend(value);
            head.extend(b"\r\n");
        }
        head.extend(b"\r\n");
        head
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        _ => "Whatever",
    }
}
