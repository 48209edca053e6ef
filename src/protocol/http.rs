//! HTTP and HTTPS by reqwest: one GET at a time, redirects under our own rules, and nothing added that nobody asked for.

mod head;
mod waiting;

use std::time::Duration;

use bytes::Bytes;
use percent_encoding::{AsciiSet, percent_encode};
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue,
    IF_RANGE, LOCATION, RANGE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};

use super::{Answer, Error, Gate};
use crate::model::{Encryption, Method, SafeUrl, Timeouts, Wall};
use crate::rules::segments::Ask;

use waiting::{Told, answered_within};

pub use head::date;

/// Redirects that are followed: what browsers of old allowed, and more than any honest server needs.
pub const REDIRECTS_MOST: usize = 10;

/// Headers that say which bytes come and how they are framed: not for the user to say.
const OURS: [HeaderName; 9] =
    [ACCEPT_ENCODING, RANGE, IF_RANGE, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, TE, TRAILER, UPGRADE];

/// Nothing that is ASCII is touched: it is escaped already, or left to the parser of addresses.
const RAW: &AsciiSet = &AsciiSet::EMPTY;

/// A pool of connections of one lane to servers reached the same way.
#[derive(Debug, Clone)]
pub struct Client {
    inner: reqwest::Client,
}

/// A question to a server.
#[derive(Debug, Clone)]
pub struct Question {
    pub url: SafeUrl,
    /// Where an earlier question ended after its redirects: asked at once, with nothing private unless it is the same
    /// origin.
    pub direct: Option<SafeUrl>,
    pub method: Method,
    /// Sent to the origin of `url` only, however far it redirects.
    pub headers: Vec<(String, String)>,
    /// User and password, likewise.
    pub credentials: Option<(String, String)>,
    /// `None`: the whole file, without a `Range` header.
    pub ask: Option<Ask>,
    pub insecure_redirects: Insecure,
    /// Of an `ftp:` address.
    pub encryption: Encryption,
    pub timeouts: Timeouts,
    /// For a `Retry-After` that is a date.
    pub now: Wall,
}

/// Which HTTP a connection may speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Versions {
    Any,
    /// 1.1 only: each request has a connection, and so a congestion window, of its own.
    One,
}

/// May a redirect lead from https to http?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Insecure {
    Refuse,
    Accept,
}

/// The bytes of an answer, as they come.
#[derive(Debug)]
pub struct Body {
    response: reqwest::Response,
    stall: Duration,
}

impl Client {
    /// # Errors
    /// When the TLS roots of the system cannot be read.
    pub fn new(user_agent: Option<&str>, connect: Duration, versions: Versions) -> Result<Self, Error> {
        let agent = user_agent.unwrap_or(concat!("Longshore/", env!("CARGO_PKG_VERSION")));
        let builder = match versions {
            Versions::Any => reqwest::Client::builder(),
            Versions::One => reqwest::Client::builder().http1_only(),
        };
        let inner = builder
            .user_agent(agent)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(connect)
            .connector_layer(Told)
            .pool_idle_timeout(Duration::from_secs(20))
            .tcp_keepalive(Duration::from_secs(30))
            .tcp_nodelay(true)
            // 64 KiB, the protocol's default, is 0.8 MB/s at 80 ms; these carry 800 Mbit/s there.
            .http2_initial_stream_window_size(8 << 20)
            .http2_initial_connection_window_size(16 << 20)
            .build()
            .map_err(Error::Client)?;
        Ok(Self { inner })
    }

    /// Asks, follows redirects, and returns the first answer that is not one.
    ///
    /// # Errors
    /// When there is no answer. A status of 400 and above is an answer.
    pub async fn ask(&self, question: &Question, gate: &Gate) -> Result<(Answer, Body), Error> {
        let mut url = question.direct.as_ref().unwrap_or(&question.url).clone();
        let mut method = question.method.clone();
        for _ in 0..=REDIRECTS_MOST {
            gate.check()?;
            let response = self.send(question, &url, &method).await?;
            let status = response.status().as_u16();
            if !is_redirect(status) {
                let answer = Answer::of(status, response.version(), response.headers(), url, question.now);
                let stall = Duration::from(question.timeouts.stall());
                return Ok((answer, Body { response, stall }));
            }
            let next = target_of(&response, &url)?;
            if url.is_https() && !next.is_https() && question.insecure_redirects == Insecure::Refuse {
                return Err(Error::InsecureRedirect(next));
            }
            method = method_after(status, method);
            url = next;
        }
        Err(Error::TooManyRedirects(REDIRECTS_MOST))
    }

    async fn send(
        &self,
        question: &Question,
        url: &SafeUrl,
        method: &Method,
    ) -> Result<reqwest::Response, Error> {
        let verb = reqwest::Method::from_bytes(method.as_str().as_bytes()).map_err(|_| Error::BadHeader)?;
        let headers = headers_for(question, url)?;
        let sent = self.inner.request(verb, url.request().clone()).headers(headers).send();
        match answered_within(question.timeouts.response().into(), sent).await {
            Some(Ok(response)) => Ok(response),
            Some(Err(error)) => Err(Error::Send(error.without_url())),
            None => Err(Error::ResponseTimeout),
        }
    }
}

impl Body {
    /// The next bytes; `None` at the proper end. Checked against the gate before and after the wait.
    ///
    /// # Errors
    /// When the connection breaks, stalls, or permission is taken away.
    pub async fn chunk(&mut self, gate: &Gate) -> Result<Option<Bytes>, Error> {
        gate.check()?;
        let chunk = match tokio::time::timeout(self.stall, self.response.chunk()).await {
            Ok(Ok(chunk)) => chunk,
            Ok(Err(error)) => return Err(Error::Body(error.without_url())),
            Err(_) => return Err(Error::Stalled),
        };
        gate.check()?;
        Ok(chunk)
    }
}

const fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

fn target_of(response: &reqwest::Response, from: &SafeUrl) -> Result<SafeUrl, Error> {
    let location = response.headers().get(LOCATION).ok_or(Error::BadRedirect)?;
    // Raw bytes of some old charset are sent back as they came, which is what percent-encoding does.
    let text = match std::str::from_utf8(location.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => percent_encode(location.as_bytes(), RAW).to_string(),
    };
    // What a server of the web sends elsewhere stays in the web.
    from.join(&text).ok().filter(|url| !url.is_ftp()).ok_or(Error::BadRedirect)
}

/// RFC 9110, section 15.4: 303 means GET; 301 and 302 have come to mean it after a POST.
fn method_after(status: u16, method: Method) -> Method {
    match (status, method.as_str()) {
        (303, "HEAD") => method,
        (303, _) | (301 | 302, "POST") => Method::default(),
        _ => method,
    }
}

fn headers_for(question: &Question, url: &SafeUrl) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    let _ = headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    // Exact bytes: a compressed answer has other lengths and other ranges.
    let _ = headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    if let Some(ask) = question.ask {
        let range = match ask.to {
            Some(to) => format!("bytes={}-{}", ask.from, to.saturating_sub(1)),
            None => format!("bytes={}-", ask.from),
        };
        let _ = headers.insert(RANGE, HeaderValue::try_from(range).map_err(|_| Error::BadHeader)?);
    }
    if url.origin() == question.url.origin() {
        add_private(question, &mut headers)?;
    }
    Ok(headers)
}

/// Credentials and the user's own headers: never for another origin.
fn add_private(question: &Question, headers: &mut HeaderMap) -> Result<(), Error> {
    let mut accepts = false;
    for (name, value) in &question.headers {
        let name = HeaderName::try_from(name.as_str()).map_err(|_| Error::BadHeader)?;
        if OURS.contains(&name) {
            continue;
        }
        let mut value = HeaderValue::try_from(value.as_str()).map_err(|_| Error::BadHeader)?;
        value.set_sensitive(true);
        // The user's word instead of our default, and not beside it.
        if name == ACCEPT && !accepts {
            accepts = true;
            let _ = headers.insert(name, value);
        } else {
            let _ = headers.append(name, value);
        }
    }
    if let Some((user, password)) = &question.credentials
        && !headers.contains_key(AUTHORIZATION)
    {
        let mut value = HeaderValue::try_from(basic(user, password)).map_err(|_| Error::BadHeader)?;
        value.set_sensitive(true);
        let _ = headers.insert(AUTHORIZATION, value);
    }
    Ok(())
}

/// RFC 7617.
pub(super) fn basic(user: &str, password: &str) -> String {
    use base64::Engine as _;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}")))
}
