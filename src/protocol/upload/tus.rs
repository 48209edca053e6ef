//! tus 1.0 (<https://tus.io/protocols/resumable-upload>): the core, with creation, creation-with-upload, checksum and
//! termination.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::exchange::{number_in, target_of, text_in};
use super::letter::Reply;
use crate::model::{Digest, SafeUrl};
use crate::protocol::Error;

const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");

/// The headers of each request, and what stands in those of the answers.
#[derive(Debug, Clone, Copy)]
pub struct Tus;

/// What a server says it can, in the answer to OPTIONS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offer {
    /// The first bytes may come with the creation.
    pub with_upload: bool,
    pub digest: Option<Digest>,
    /// Bytes; larger uploads are refused.
    pub largest: Option<u64>,
}

type Fields = Vec<(HeaderName, HeaderValue)>;

impl Tus {
    /// `None`: not a tus server.
    pub fn offer(headers: &HeaderMap) -> Option<Offer> {
        let versions = text_in(headers, "tus-version").or_else(|| text_in(headers, "tus-resumable"))?;
        if !list(versions).any(|version| version == "1.0.0") {
            return None;
        }
        let extension =
            |name| list(text_in(headers, "tus-extension").unwrap_or_default()).any(|one| one == name);
        if !extension("creation") {
            return None;
        }
        let algorithms = text_in(headers, "tus-checksum-algorithm").unwrap_or_default();
        let has = |name| list(algorithms).any(|one| one.eq_ignore_ascii_case(name));
        let digest = match (extension("checksum"), has("sha256"), has("sha1")) {
            (true, true, _) => Some(Digest::Sha256),
            (true, false, true) => Some(Digest::Sha1),
            (true, false, false) | (false, _, _) => None,
        };
        Some(Offer {
            with_upload: extension("creation-with-upload"),
            digest,
            largest: number_in(headers, "tus-max-size"),
        })
    }

    /// For every request.
    pub fn plain() -> Fields {
        vec![(RESUMABLE, VERSION)]
    }

    /// For a creation, with or without a first piece.
    pub fn creation(total: u64, name: &str, content_type: &str) -> Fields {
        let pair = |key, value: &str| format!("{key} {}", STANDARD.encode(value));
        let metadata = format!("{},{}", pair("filename", name), pair("filetype", content_type));
        let mut fields = Self::plain();
        fields.push((LENGTH, HeaderValue::from(total)));
        // Base64 and spaces: always a header.
        fields.extend(HeaderValue::try_from(metadata).ok().map(|value| (METADATA, value)));
        fields
    }

    /// For bytes that begin at `offset`.
    pub fn chunk(offset: u64) -> Fields {
        let mut fields = Self::plain();
        fields.push((OFFSET, HeaderValue::from(offset)));
        fields.push(Self::content_type());
        fields
    }

    pub const fn content_type() -> (HeaderName, HeaderValue) {
        (CONTENT_TYPE, HeaderValue::from_static("application/offset+octet-stream"))
    }

    /// The digest of a chunk, as the server checks it.
    pub fn checksum(digest: Digest, sum: &[u8]) -> Option<(HeaderName, HeaderValue)> {
        let name = match digest {
            Digest::Sha256 => "sha256",
            Digest::Sha1 => "sha1",
        };
        let value = HeaderValue::try_from(format!("{name} {}", STANDARD.encode(sum))).ok()?;
        Some((CHECKSUM, value))
    }

    /// Bytes the server has.
    pub fn offset(reply: &Reply) -> Option<u64> {
        number_in(&reply.headers, OFFSET.as_str())
    }

    /// Where a new upload lives.
    ///
    /// # Errors
    /// [`Error::BadRedirect`] when the answer names no place.
    pub fn place(reply: &Reply) -> Result<SafeUrl, Error> {
        target_of(&reply.headers, &reply.answer.url)
    }
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|one| !one.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn an_offer_is_read_as_it_is_made() {
        let all = headers(&[
            ("tus-version", "1.0.0, 0.2.2"),
            ("tus-extension", "creation,creation-with-upload,checksum"),
            ("tus-checksum-algorithm", "md5, SHA1"),
            ("tus-max-size", "10"),
        ]);
        let offer = Offer { with_upload: true, digest: Some(Digest::Sha1), largest: Some(10) };
        assert_eq!(Tus::offer(&all), Some(offer));
        let bare = headers(&[("tus-resumable", "1.0.0"), ("tus-extension", "creation")]);
        assert_eq!(Tus::offer(&bare), Some(Offer { with_upload: false, digest: None, largest: None }));
        for other in [
            headers(&[("allow", "PUT")]),
            headers(&[("tus-version", "0.2.2"), ("tus-extension", "creation")]),
            headers(&[("tus-version", "1.0.0"), ("tus-extension", "termination")]),
        ] {
            assert_eq!(Tus::offer(&other), None);
        }
    }

    #[test]
    fn metadata_is_in_base64() {
        let fields = Tus::creation(7, "ä b.txt", "text/plain");
        let value = fields.iter().find(|(name, _)| *name == METADATA).expect("metadata");
        assert_eq!(value.1, "filename w6QgYi50eHQ=,filetype dGV4dC9wbGFpbg==");
    }
}
