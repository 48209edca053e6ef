//! The head of an answer, read strictly where it decides and leniently where it only informs.

use std::time::SystemTime;

use reqwest::header::{
    CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap,
    HeaderName, LAST_MODIFIED, RETRY_AFTER, SET_COOKIE, TRANSFER_ENCODING,
};

use crate::model::{ETag, Response, SafeUrl, Span, Wall};
use crate::protocol::Answer;
use crate::rules::answer::{ContentRange, Head, number};
use crate::rules::{coding, naming};

impl Answer {
    /// An answer with this status and these headers, which came at about `now`.
    pub fn of(status: u16, version: reqwest::Version, headers: &HeaderMap, url: SafeUrl, now: Wall) -> Self {
        let disposition = headers.get(CONTENT_DISPOSITION).map(|value| value.as_bytes().to_vec());
        let attachment = disposition.as_deref().is_some_and(|value| {
            value.get(..10).is_some_and(|kind| kind.eq_ignore_ascii_case(b"attachment"))
        });
        let head = Head {
            status,
            content_length: content_length(headers),
            content_range: text(headers, &CONTENT_RANGE).and_then(ContentRange::parse),
            content_type: text(headers, &CONTENT_TYPE).map(str::to_owned),
            attachment,
            encoded: is_encoded(headers, disposition.as_deref(), &url),
            etag: text(headers, &ETAG).and_then(ETag::parse),
            last_modified: text(headers, &LAST_MODIFIED).map(|text| text.trim().to_owned()),
            retry_after: text(headers, &RETRY_AFTER)
                .and_then(|text| retry_after(text, sent_at(headers).unwrap_or_else(|| system_time(now)))),
        };
        Self {
            multiplexed: version >= reqwest::Version::HTTP_2,
            said: status,
            head,
            url,
            disposition,
            headers: shown(headers),
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A chunked body ends where its last chunk says, whatever length stands beside it (RFC 9112, section 6.3).
fn content_length(headers: &HeaderMap) -> Option<u64> {
    if headers.contains_key(TRANSFER_ENCODING) {
        return None;
    }
    text(headers, &CONTENT_LENGTH).and_then(|text| number(text.trim()))
}

fn is_encoded(headers: &HeaderMap, disposition: Option<&[u8]>, url: &SafeUrl) -> bool {
    let codings: Vec<_> = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .map(|value| value.to_str().unwrap_or("unreadable").trim())
        .filter(|value| !value.is_empty() && !value.eq_ignore_ascii_case("identity"))
        .collect();
    match codings.as_slice() {
        [] => false,
        [one] => {
            let name = naming::from_answer(disposition, None, url, url);
            !coding::is_the_files_own(one, text(headers, &CONTENT_TYPE), Some(&name))
        }
        _ => true,
    }
}

/// Seconds, or a date (RFC 9110, section 10.2.3) measured by the server's own clock where it tells it: ours may differ.
/// A date as servers write it, such as that of `Last-Modified`. `None` before 1970.
pub fn date(text: &str) -> Option<Wall> {
    let since = httpdate::parse_http_date(text).ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Wall)
}

fn retry_after(text: &str, now: SystemTime) -> Option<Span> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Span::seconds(number(text).unwrap_or(u64::MAX)));
    }
    let at = httpdate::parse_http_date(text).ok()?;
    let wait = at.duration_since(now).unwrap_or_default();
    Some(Span::seconds(wait.as_secs()))
}

fn sent_at(headers: &HeaderMap) -> Option<SystemTime> {
    headers.get(reqwest::header::DATE)?.to_str().ok().and_then(|date| httpdate::parse_http_date(date).ok())
}

fn system_time(at: Wall) -> SystemTime {
    SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(u64::try_from(at.0).unwrap_or_default())
}

/// At most [`Response::HEADERS`]; a cookie is a secret.
fn shown(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .take(Response::HEADERS)
        .map(|(name, value)| {
            let secret = *name == SET_COOKIE;
            let value = if secret { "••••••".to_owned() } else { lossy(value.as_bytes()) };
            (name.to_string(), value)
        })
        .collect()
}

fn lossy(value: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(value).into_owned();
    if text.len() > 4096 {
        let mut end = 4096;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn waits_are_read_as_seconds_or_dates() {
        // Friday, 20 November 2026, 12:00:00.
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_176_000);
        let cases = [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("99999999999999999999999999", Some(u64::MAX / 1000)),
            ("Fri, 20 Nov 2026 12:01:30 GMT", Some(90)),
            ("Friday, 20-Nov-26 12:01:30 GMT", Some(90)),
            ("Fri Nov 20 12:01:30 2026", Some(90)),
            ("Fri, 20 Nov 2026 11:00:00 GMT", Some(0)),
            ("Wed, 01 Jan 1800 00:00:00 GMT", None),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ];
        for (text, seconds) in cases {
            let span = retry_after(text, now).map(|span| span.0 / 1000);
            assert_eq!(span, seconds, "{text:?}");
        }
    }

    #[test]
    fn a_length_beside_chunks_is_no_length() {
        let mut headers = HeaderMap::new();
        let _ = headers.insert(CONTENT_LENGTH, "12".parse().expect("a value"));
        assert_eq!(content_length(&headers), Some(12));
        let _ = headers.insert(TRANSFER_ENCODING, "chunked".parse().expect("a value"));
        assert_eq!(content_length(&headers), None);
    }
}
