//! One question and its answer.

use std::rc::Rc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use super::Offers;
use super::offer::{Facts, Held, Offer, Phase};
use super::readers::{Order, Shown};
use super::reel::Reel;
use crate::rules::media;
use crate::rules::reading::{Reach, Wanted, wanted};

/// A transfer that runs has its first answer by then, or the reader is told to come again.
const BEGINS_WITHIN: Duration = Duration::from_secs(30);
/// When to come again, in seconds.
const AGAIN: &str = "5";

pub(super) async fn answer(question: &Request<Incoming>, port: u16, offers: &Offers) -> Response<Reel> {
    let headers = question.headers();
    // A page in a browser may give a name of its own to this machine, but not choose what the browser sends as host.
    if !is_ours(headers, port) {
        return say(StatusCode::FORBIDDEN, "");
    }
    let token = question.uri().path().split('/').nth(1).unwrap_or_default();
    let named = offers.borrow().values().find(|offer| offer.is_named(token)).map(Rc::clone);
    let Some(offer) = named else { return say(StatusCode::NOT_FOUND, "") };
    let head = match *question.method() {
        Method::GET => false,
        Method::HEAD => true,
        _ => {
            let mut refused = say(StatusCode::METHOD_NOT_ALLOWED, "");
            put(&mut refused, header::ALLOW, "GET, HEAD");
            return refused;
        }
    };
    let mut answer = match ready(&offer).await {
        Ok((facts, shown)) => of_file(&offer, &facts, &shown, headers),
        Err(No::Gone) => say(StatusCode::NOT_FOUND, ""),
        Err(No::Held(held)) => busy(&held),
    };
    if head {
        *answer.body_mut() = Reel::empty();
    }
    answer
}

fn is_ours(headers: &HeaderMap, port: u16) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    ["127.0.0.1", "localhost"].iter().any(|name| *host == format!("{name}:{port}").as_str())
}

/// Why there is nothing to be read.
enum No {
    Gone,
    Held(Held),
}

/// Waits until the file can be read, as long as it is on its way.
async fn ready(offer: &Offer) -> Result<(Facts, Shown), No> {
    let mut changes = offer.facts();
    let found = async {
        loop {
            let facts = changes.borrow_and_update().clone();
            let Some(facts) = facts else { return Err(No::Gone) };
            match &facts.phase {
                Phase::Held(held) => return Err(No::Held(held.clone())),
                Phase::Finished => {
                    return offer.shown().map(|shown| (facts, shown)).ok_or(No::Gone);
                }
                Phase::Runs(run) => {
                    if let Some(shown) = run.readers.shown() {
                        return Ok((facts, shown));
                    }
                    tokio::select! {
                        () = run.readers.until(|| run.readers.shown().is_some()) => {}
                        _ = changes.changed() => {}
                    }
                }
                Phase::Settles => drop(changes.changed().await),
            }
        }
    };
    let late = Held { status: "running", reason: None };
    tokio::time::timeout(BEGINS_WITHIN, found).await.unwrap_or(Err(No::Held(late)))
}

fn of_file(offer: &Rc<Offer>, facts: &Facts, shown: &Shown, headers: &HeaderMap) -> Response<Reel> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let tag = offer.tag(facts.generation);
    let range = text(header::RANGE).filter(|_| text(header::IF_RANGE).is_none_or(|known| known == tag));
    let written = offer.run().map_or(0, |run| run.run_end(0));
    let (reach, total) = match (shown.order, &facts.phase) {
        (_, Phase::Finished) => (Reach::Anywhere, Some(written)),
        (Order::Any, _) => (Reach::Anywhere, shown.total),
        (Order::Stream, Phase::Runs(_) | Phase::Settles | Phase::Held(_)) => {
            (Reach::BehindWriter(written), shown.total)
        }
    };
    let (status, at, end) = match wanted(range, total, reach) {
        Wanted::Whole => (StatusCode::OK, 0, total),
        Wanted::Stretch(range) => (StatusCode::PARTIAL_CONTENT, range.start(), Some(range.end())),
        Wanted::NotThere => {
            let mut refused = say(StatusCode::RANGE_NOT_SATISFIABLE, "");
            put(&mut refused, header::CONTENT_RANGE, &format!("bytes */{}", length(total)));
            return refused;
        }
    };
    let mut answer = Response::new(Reel::of(Rc::clone(offer), facts.generation, at, end));
    *answer.status_mut() = status;
    let kind = facts.content_type.as_deref().unwrap_or_else(|| media::of_name(&facts.name));
    let ranges = match reach {
        Reach::Anywhere => "bytes",
        Reach::BehindWriter(_) => "none",
    };
    let guarded: [(HeaderName, &str); 4] = [
        (header::CONTENT_TYPE, kind),
        (header::ACCEPT_RANGES, ranges),
        (header::ETAG, &tag),
        // A page that was downloaded must not act in the name of this address.
        (header::CONTENT_SECURITY_POLICY, "sandbox"),
    ];
    guarded.into_iter().for_each(|(name, value)| put(&mut answer, name, value));
    if let Some(end) = end {
        put(&mut answer, header::CONTENT_LENGTH, &(end - at).to_string());
    }
    if let (StatusCode::PARTIAL_CONTENT, Some(end)) = (status, end) {
        let range = format!("bytes {at}-{}/{}", end.saturating_sub(1), length(total));
        put(&mut answer, header::CONTENT_RANGE, &range);
    }
    private(&mut answer);
    answer
}

fn length(total: Option<u64>) -> String {
    total.map_or_else(|| "*".to_owned(), |total| total.to_string())
}

/// It is there, but nothing comes now, and why.
fn busy(held: &Held) -> Response<Reel> {
    let text = serde_json::json!({ "status": held.status, "reason": held.reason }).to_string();
    let mut answer = say(StatusCode::SERVICE_UNAVAILABLE, &text);
    put(&mut answer, header::CONTENT_TYPE, "application/json");
    put(&mut answer, header::RETRY_AFTER, AGAIN);
    answer
}

fn say(status: StatusCode, text: &str) -> Response<Reel> {
    let mut answer = Response::new(Reel::text(text));
    *answer.status_mut() = status;
    put(&mut answer, header::CONTENT_LENGTH, &text.len().to_string());
    private(&mut answer);
    answer
}

fn private(answer: &mut Response<Reel>) {
    put(answer, header::CACHE_CONTROL, "no-store");
    put(answer, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // The address is the key.
    put(answer, header::REFERRER_POLICY, "no-referrer");
}

/// A value that no header can have is left out.
fn put(answer: &mut Response<Reel>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        let _ = answer.headers_mut().insert(name, value);
    }
}
