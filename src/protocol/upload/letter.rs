//! What is asked, and what is answered.

use bytes::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::mpsc;

use super::parcel::{Parcel, Tempo};
use crate::model::{Method, SafeUrl, Timeouts, Wall};
use crate::protocol::http::Insecure;
use crate::protocol::{Answer, Error};
use crate::rules::upload::Sent;

/// A request with a body, or one that belongs to an upload.
#[derive(Debug)]
pub struct Letter<'a> {
    pub url: &'a SafeUrl,
    /// Whose origin the private headers are for: an upload may live elsewhere than where it was asked for.
    pub home: &'a SafeUrl,
    pub method: Method,
    /// The user's own.
    pub headers: &'a [(String, zeroize::Zeroizing<String>)],
    pub credentials: Option<(&'a str, &'a str)>,
    /// Of the protocol; sent wherever the request goes, and stronger than the user's.
    pub fixed: Vec<(HeaderName, HeaderValue)>,
    pub body: Option<Parcel>,
    pub tempo: Option<std::sync::Arc<dyn Tempo>>,
    pub announce: Announce,
    pub insecure_redirects: Insecure,
    pub timeouts: Timeouts,
    /// For a `Retry-After` that is a date.
    pub now: Wall,
    /// Interim answers with a place for the upload (104) are told here at once.
    pub places: Option<mpsc::Sender<SafeUrl>>,
}

/// Is the server asked whether it wants the body before it is sent (RFC 9110, section 10.1.1)?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announce {
    Ask,
    No,
}

/// The last answer, after redirects.
#[derive(Debug)]
pub struct Reply {
    pub answer: Answer,
    pub headers: HeaderMap,
    /// Its beginning; at most [`crate::model::Reply::MOST`] bytes.
    pub body: Bytes,
    /// There was more.
    pub cut: bool,
    /// How much of our body was let go before it.
    pub sent: Sent,
}

impl Letter<'_> {
    /// Everything but what belongs to the connection. A redirect that was followed to fetch the reply has no body.
    pub(super) fn head(
        &self,
        url: &SafeUrl,
        agent: &HeaderValue,
        body: Option<u64>,
    ) -> Result<HeaderMap, Error> {
        let mut headers = HeaderMap::new();
        let set = |headers: &mut HeaderMap, name, value| drop(headers.insert(name, value));
        set(&mut headers, hyper::header::USER_AGENT, agent.clone());
        set(&mut headers, hyper::header::ACCEPT, HeaderValue::from_static("*/*"));
        set(&mut headers, hyper::header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if url.origin() == self.home.origin() {
            self.add_private(&mut headers, body.is_some())?;
        }
        if body.is_some() || self.body.is_none() {
            for (name, value) in &self.fixed {
                set(&mut headers, name.clone(), value.clone());
            }
        }
        if let Some(length) = body {
            set(&mut headers, hyper::header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        Ok(headers)
    }

    fn add_private(&self, headers: &mut HeaderMap, with_body: bool) -> Result<(), Error> {
        let mut given = HeaderMap::new();
        for (name, value) in self.headers {
            let name = HeaderName::try_from(name.as_str()).map_err(|_| Error::BadHeader)?;
            let of_body = name.as_str().starts_with("content-");
            if is_ours(&name) || (of_body && !with_body) {
                continue;
            }
            let mut value = HeaderValue::try_from(value.as_str()).map_err(|_| Error::BadHeader)?;
            value.set_sensitive(true);
            let _ = given.append(name, value);
        }
        for name in given.keys() {
            let _ = headers.remove(name);
        }
        headers.extend(given);
        if let Some((user, password)) = self.credentials
            && !headers.contains_key(hyper::header::AUTHORIZATION)
        {
            let mut value = HeaderValue::try_from(crate::protocol::http::basic(user, password))
                .map_err(|_| Error::BadHeader)?;
            value.set_sensitive(true);
            let _ = headers.insert(hyper::header::AUTHORIZATION, value);
        }
        Ok(())
    }
}

/// Framing is not for users: a wrong length would make the server read the next request as a body.
fn is_ours(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "content-length"
            | "transfer-encoding"
            | "connection"
            | "expect"
            | "te"
            | "upgrade"
            | "accept-encoding"
    )
}
