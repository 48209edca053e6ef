//! Resumable uploads for HTTP (`draft-ietf-httpbis-resumable-upload`): the server names a place for the upload in an
//! interim answer, and from there it goes on. Asked of a server that knows nothing of it, the request is an ordinary one.

use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::exchange::{number_in, target_of, text_in};
use super::letter::Reply;
use crate::model::SafeUrl;

/// The interoperability version of drafts 06 to 10: `Upload-Complete`, `application/partial-upload`.
const INTEROP: HeaderValue = HeaderValue::from_static("8");
const VERSION: HeaderName = HeaderName::from_static("upload-draft-interop-version");
const COMPLETE: HeaderName = HeaderName::from_static("upload-complete");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");

/// The headers of each request, and what stands in those of the answers.
#[derive(Debug, Clone, Copy)]
pub struct Draft;

type Fields = Vec<(HeaderName, HeaderValue)>;

impl Draft {
    /// Says in its answer to OPTIONS that it knows the draft (section 4.1.2 and `Upload-Limit`).
    pub fn is_offered(headers: &HeaderMap) -> bool {
        headers.contains_key("upload-limit") || headers.contains_key(VERSION)
    }

    /// For the first request. `whole`: its body is all there is.
    pub fn creation(total: u64, whole: bool) -> Fields {
        vec![(VERSION, INTEROP), (COMPLETE, flag(whole)), (LENGTH, HeaderValue::from(total))]
    }

    /// For bytes that begin at `offset`.
    pub fn chunk(offset: u64, last: bool) -> Fields {
        vec![
            (VERSION, INTEROP),
            (COMPLETE, flag(last)),
            (OFFSET, HeaderValue::from(offset)),
            (CONTENT_TYPE, HeaderValue::from_static("application/partial-upload")),
        ]
    }

    /// For a question about an upload.
    pub fn plain() -> Fields {
        vec![(VERSION, INTEROP)]
    }

    /// Bytes the server has.
    pub fn offset(reply: &Reply) -> Option<u64> {
        number_in(&reply.headers, OFFSET.as_str())
    }

    /// Nothing is missing.
    pub fn is_complete(reply: &Reply) -> bool {
        text_in(&reply.headers, COMPLETE.as_str()) == Some("?1")
    }

    /// Where the upload lives, where the answer says so.
    pub fn place(reply: &Reply) -> Option<SafeUrl> {
        target_of(&reply.headers, &reply.answer.url).ok()
    }
}

/// A boolean of RFC 9651, section 3.3.6.
const fn flag(yes: bool) -> HeaderValue {
    HeaderValue::from_static(if yes { "?1" } else { "?0" })
}
