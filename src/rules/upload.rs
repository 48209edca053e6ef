//! What an answer means for an upload. A server that answers early, late, twice or not at all must never make us believe
//! that something arrived which did not, nor send something twice that may be done twice.

mod offset;
mod source;

use super::{header, multipart};
use crate::model::{
    Content, Fault, HeaderValue, Lie, Method, Part, PartValue, Resuming, Span, Upload, UploadFault,
};

pub use offset::{Next, after_chunk, on_return};
pub use source::{Seen, unchanged};

/// How much of the body was let go when the answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    Nothing,
    Some,
    /// To the last byte, as far as we can tell.
    All,
}

/// What a redirect makes of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hop {
    /// The same method and body, at the new address.
    Again,
    /// The upload was taken; its reply lies at the new address.
    FetchReply,
    /// Following it would pretend that something was sent.
    Refuse,
}

/// A request as far as its repetition is concerned.
#[derive(Debug, Clone, Copy)]
pub struct Nature<'a> {
    pub method: &'a Method,
    /// The server was given a key by which it recognises a repetition.
    pub keyed: bool,
}

/// What one answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    Stored,
    Not(Fault),
}

impl Nature<'_> {
    /// Doing it twice is the same as doing it once (RFC 9110, section 9.2.2).
    pub fn repeatable(&self) -> bool {
        let idempotent = matches!(
            self.method.as_str(),
            "PUT" | "DELETE" | "GET" | "HEAD" | "OPTIONS" | "TRACE" | "MKCOL" | "PROPFIND"
        );
        idempotent || self.keyed
    }
}

/// RFC 9110, section 15.4. 302 after a POST has come to mean 303; 301 says that the resource lives elsewhere, and a file
/// that was sent to the old place is not in the new one.
pub fn hop(status: u16, method: &Method, sent: Sent) -> Hop {
    match (status, method.as_str(), sent) {
        (303, _, Sent::All) => Hop::FetchReply,
        (303, _, Sent::Nothing | Sent::Some) => Hop::Refuse,
        (302, "POST", Sent::All) => Hop::FetchReply,
        _ => Hop::Again,
    }
}

/// Bodies from this size on are announced and wait for leave, so that a refusal costs nothing. What curl does; smaller
/// ones are sent before an answer could come.
pub const EXPECT_FROM: u64 = 1 << 20;

/// `told`: the size that the server says it has now, where it says one.
pub fn meaning(
    nature: &Nature<'_>,
    sent: Sent,
    total: u64,
    (status, retry_after): (u16, Option<Span>),
    told: Option<u64>,
) -> Meaning {
    let refused = Fault::Http { status, retry_after };
    match (status, sent) {
        (200..300, Sent::All) => match told {
            Some(stored) if stored != total => {
                Meaning::Not(Fault::Upload(UploadFault::OtherSize { sent: total, stored }))
            }
            Some(_) | None => Meaning::Stored,
        },
        // Taken for granted before it was there.
        (200..300, Sent::Nothing | Sent::Some) => Meaning::Not(Fault::InvalidResponse(Lie::TooSoon)),
        // Somebody in between lost the answer, or the server broke while it worked on it.
        (500 | 502 | 504 | 520..=530, Sent::All) if !nature.repeatable() => {
            Meaning::Not(Fault::Upload(UploadFault::MaybeReceived))
        }
        _ => Meaning::Not(refused),
    }
}

/// No answer came.
pub fn lost(nature: &Nature<'_>, sent: Sent, fault: Fault) -> Fault {
    match sent {
        Sent::All if !nature.repeatable() => Fault::Upload(UploadFault::MaybeReceived),
        Sent::All | Sent::Some | Sent::Nothing => fault,
    }
}

/// A size that stands in a reply: `{"size": 10}`. Only names that cannot mean anything else, and only at the top.
pub fn told_size(content_type: Option<&str>, body: &[u8]) -> Option<u64> {
    const NAMES: [&str; 7] =
        ["size", "bytes", "length", "content_length", "contentLength", "file_size", "fileSize"];
    if !is_json(content_type?) {
        return None;
    }
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    NAMES.iter().find_map(|name| value.get(name)?.as_u64())
}

/// The length of what a HEAD after a PUT shows, if it shows the file and not a page about it.
pub fn shown_size(
    status: u16,
    content_type: Option<&str>,
    sent_type: Option<&str>,
    length: Option<u64>,
) -> Option<u64> {
    let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let about = content_type.is_some_and(|text| {
        let shown = essence(text);
        let page =
            matches!(shown.as_str(), "application/json" | "text/html" | "application/xml" | "text/xml")
                || shown.ends_with("+json");
        page && sent_type.is_none_or(|sent| essence(sent) != shown)
    });
    (status == 200 && !about).then_some(length).flatten()
}

/// Can be sent as it is said: checked once, before it is stored.
pub fn is_sound(upload: &Upload) -> bool {
    let absolute = upload.files().iter().all(|file| file.path.as_path().is_absolute());
    let content = match &upload.content {
        Content::File(_) | Content::Text(_) => true,
        Content::Parts(parts) => {
            multipart::is_boundary(&parts.boundary)
                && multipart::is_subtype(&parts.subtype)
                && !parts.list.is_empty()
                && parts.list.iter().all(is_sound_part)
                && upload.resuming != Resuming::Tus
        }
    };
    absolute && content
}

fn is_sound_part(part: &Part) -> bool {
    let line = |text: &str| !text.chars().any(char::is_control);
    let field = |(name, value): &(String, String)| {
        header::split(&format!("{name}: {value}")) == Some((name.as_str(), value.as_str()))
    };
    let small = match &part.value {
        PartValue::Text(HeaderValue::Plain(text)) => text.len() <= TEXT_MOST,
        PartValue::Text(HeaderValue::Secret(_)) | PartValue::File(_) => true,
    };
    small && part.content_type.as_deref().is_none_or(line) && part.headers.iter().all(field)
}

/// Of one text that is kept with a transfer.
const TEXT_MOST: usize = 1 << 20;

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(name: &str) -> Method {
        Method::new(name).expect("a method")
    }

    #[test]
    fn redirects_repeat_fetch_or_refuse() {
        use Hop::{Again, FetchReply, Refuse};
        let cases = [
            // status, method, nothing sent, some, all
            (301, "PUT", [Again, Again, Again]),
            (302, "PUT", [Again, Again, Again]),
            (303, "PUT", [Refuse, Refuse, FetchReply]),
            (307, "PUT", [Again, Again, Again]),
            (308, "PUT", [Again, Again, Again]),
            (301, "POST", [Again, Again, Again]),
            (302, "POST", [Again, Again, FetchReply]),
            (303, "POST", [Refuse, Refuse, FetchReply]),
            (307, "POST", [Again, Again, Again]),
            (308, "POST", [Again, Again, Again]),
        ];
        for (status, name, hops) in cases {
            let seen = [Sent::Nothing, Sent::Some, Sent::All].map(|sent| hop(status, &method(name), sent));
            assert_eq!(seen, hops, "{status} {name}");
        }
    }

    #[test]
    fn answers_mean_what_was_sent_before_them() {
        let http = |status| Meaning::Not(Fault::Http { status, retry_after: None });
        let maybe = Meaning::Not(Fault::Upload(UploadFault::MaybeReceived));
        let soon = Meaning::Not(Fault::InvalidResponse(Lie::TooSoon));
        let size = Meaning::Not(Fault::Upload(UploadFault::OtherSize { sent: 10, stored: 9 }));
        let cases = [
            ("PUT", false, Sent::All, 201, None, Meaning::Stored),
            ("PUT", false, Sent::All, 204, Some(10), Meaning::Stored),
            ("PUT", false, Sent::All, 200, Some(9), size.clone()),
            ("POST", false, Sent::All, 201, Some(9), size),
            ("PUT", false, Sent::Some, 200, None, soon.clone()),
            ("POST", false, Sent::Nothing, 200, None, soon),
            ("PUT", false, Sent::Nothing, 401, None, http(401)),
            ("PUT", false, Sent::Some, 413, None, http(413)),
            ("PUT", false, Sent::All, 500, None, http(500)),
            ("POST", false, Sent::All, 500, None, maybe.clone()),
            ("POST", false, Sent::All, 504, None, maybe),
            ("POST", true, Sent::All, 504, None, http(504)),
            ("POST", false, Sent::Some, 502, None, http(502)),
            ("POST", false, Sent::All, 503, None, http(503)),
            ("POST", false, Sent::All, 422, None, http(422)),
        ];
        for (name, keyed, sent, status, told, expected) in cases {
            let method = method(name);
            let nature = Nature { method: &method, keyed };
            assert_eq!(
                meaning(&nature, sent, 10, (status, None), told),
                expected,
                "{name} {sent:?} {status}"
            );
        }
    }

    #[test]
    fn a_lost_answer_is_a_question_only_where_repeating_could_do_harm() {
        let cases = [
            ("POST", false, Sent::All, true),
            ("POST", false, Sent::Some, false),
            ("POST", true, Sent::All, false),
            ("PATCH", false, Sent::All, true),
            ("PUT", false, Sent::All, false),
        ];
        for (name, keyed, sent, asks) in cases {
            let method = method(name);
            let nature = Nature { method: &method, keyed };
            let fault = lost(&nature, sent, Fault::ConnectionReset);
            assert_eq!(fault == Fault::Upload(UploadFault::MaybeReceived), asks, "{name} {sent:?}");
        }
    }

    #[test]
    fn sizes_are_read_only_where_they_are_meant() {
        let json = Some("application/json; charset=utf-8");
        assert_eq!(told_size(json, br#"{"bytes": 7, "sha256": "x"}"#), Some(7));
        assert_eq!(told_size(json, br#"{"size": "7"}"#), None);
        assert_eq!(told_size(json, br#"{"nested": {"size": 7}}"#), None);
        assert_eq!(told_size(Some("text/plain"), br#"{"size": 7}"#), None);
        assert_eq!(told_size(json, b"{"), None);
        assert_eq!(shown_size(200, Some("application/octet-stream"), None, Some(7)), Some(7));
        assert_eq!(shown_size(200, Some("image/png"), Some("image/jpeg"), Some(7)), Some(7));
        assert_eq!(shown_size(200, Some("text/html"), Some("image/png"), Some(7)), None);
        assert_eq!(shown_size(200, Some("text/html"), Some("text/html"), Some(7)), Some(7));
        assert_eq!(shown_size(403, None, None, Some(7)), None);
    }
}
