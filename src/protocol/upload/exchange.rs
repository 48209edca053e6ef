//! One request to its last answer: redirects, the wait for leave, the answer that comes too early.

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use hyper::header::{EXPECT, HOST, HeaderMap, HeaderValue, LOCATION, PROXY_AUTHORIZATION};
use tokio::sync::mpsc;

use super::connect::{Client, Way};
use super::letter::{Announce, Letter, Reply};
use super::link::{Incoming, Link, Request, Waiting, Watch};
use super::parcel::{Outgoing, Parcel, Rein};
use crate::model::{Method, Reply as Kept, SafeUrl};
use crate::protocol::http::{Insecure, REDIRECTS_MOST};
use crate::protocol::{Answer, Error, Gate};
use crate::rules::upload::{Hop, Sent, hop};

/// A server that knows nothing of `Expect` sends nothing: the body goes after this long (as curl does).
const LEAVE: Duration = Duration::from_secs(1);

/// Sends one request after the other, on one connection as long as it lasts. Dropped, it cuts what is under way.
pub struct Courier {
    client: Client,
    link: Option<Link>,
}

/// One request as it goes out now.
struct Step {
    url: SafeUrl,
    method: Method,
    announce: Announce,
    with_body: bool,
}

/// The head of an answer, and what is known beside it.
struct Met {
    response: Incoming,
    sent: Sent,
}

impl Courier {
    pub const fn new(client: Client) -> Self {
        Self { client, link: None }
    }

    /// Asks, follows redirects, and returns the first answer that is not one.
    ///
    /// # Errors
    /// When there is no answer. A status of 400 and above is an answer.
    pub async fn send(&mut self, letter: &Letter<'_>, gate: &Gate) -> Result<Reply, Error> {
        let result = self.follow(letter, gate).await;
        if result.is_err() {
            // Whatever was under way is cut.
            self.link = None;
        }
        result
    }

    async fn follow(&mut self, letter: &Letter<'_>, gate: &Gate) -> Result<Reply, Error> {
        let mut step = Step {
            url: letter.url.clone(),
            method: letter.method.clone(),
            announce: letter.announce,
            with_body: letter.body.is_some(),
        };
        let mut sent = Sent::Nothing;
        for _ in 0..=REDIRECTS_MOST {
            let met = self.step(letter, &step, gate).await?;
            let status = met.response.status().as_u16();
            // Of the request that carried the body, not of the one that fetched its reply.
            sent = if step.with_body || letter.body.is_none() { met.sent } else { sent };
            if status == 417 && step.announce == Announce::Ask {
                // It does not know the question; without it, it may well take the body.
                let _ = self.finish(letter, met, &step, gate).await?;
                step.announce = Announce::No;
                continue;
            }
            if !matches!(status, 301 | 302 | 303 | 307 | 308) {
                let reply = self.finish(letter, met, &step, gate).await?;
                return Ok(Reply { sent, ..reply });
            }
            let hop = if step.with_body { hop(status, &step.method, met.sent) } else { Hop::Again };
            let next = target_of(met.response.headers(), &step.url)?;
            if step.url.is_https() && !next.is_https() && letter.insecure_redirects == Insecure::Refuse {
                return Err(Error::InsecureRedirect(next));
            }
            let _ = self.finish(letter, met, &step, gate).await?;
            match hop {
                Hop::Again => step.url = next,
                Hop::FetchReply => {
                    step = Step {
                        url: next,
                        method: Method::default(),
                        announce: Announce::No,
                        with_body: false,
                    };
                }
                Hop::Refuse => return Err(Error::BadRedirect),
            }
        }
        Err(Error::TooManyRedirects(REDIRECTS_MOST))
    }

    async fn step(&mut self, letter: &Letter<'_>, step: &Step, gate: &Gate) -> Result<Met, Error> {
        gate.check()?;
        let body = letter.body.clone().filter(|_| step.with_body);
        let rein = body.as_ref().map_or_else(Arc::<Rein>::default, Parcel::rein);
        let mut head = letter.head(&step.url, &self.client.agent, body.as_ref().map(Parcel::length))?;
        let announced = step.announce == Announce::Ask && body.as_ref().is_some_and(|body| body.length() > 0);
        if announced {
            let _ = head.insert(EXPECT, HeaderValue::from_static("100-continue"));
        }
        let limit = Duration::from(letter.timeouts.connect());
        let kept = match self.link.take() {
            Some(mut link) => link.fits(&step.url).await.then_some(link),
            None => None,
        };
        let link = match kept {
            Some(link) => link,
            None => Link::new(self.client.connect(&step.url, limit).await?, &step.url).await?,
        };
        gate.check()?;
        let link = self.link.insert(link);
        let outgoing = match &body {
            Some(body) => body.open(gate, letter.tempo.clone()),
            None => Outgoing::nothing(gate),
        };
        let mut request = request(step, head, outgoing, &link.way)?;
        listen(&mut request, &rein, letter.places.clone(), &step.url);
        if !announced {
            rein.begin();
        }
        link.pulse.set_quiet(false);
        let waiting = || waiting_for(&rein, body.is_some());
        let watch = watch_of(letter, gate, &waiting);
        let asked = link.ask(request, &watch);
        let response = if announced { with_leave(asked, &rein).await } else { asked.await }?;
        let sent = if body.is_some() { rein.how_much() } else { Sent::All };
        Ok(Met { response, sent })
    }

    /// Reads the body of an answer, as much as is kept. A connection that is in the middle of something is given up.
    async fn finish(
        &mut self,
        letter: &Letter<'_>,
        met: Met,
        step: &Step,
        gate: &Gate,
    ) -> Result<Reply, Error> {
        let Met { response, sent } = met;
        let (parts, mut incoming) = response.into_parts();
        let answer =
            Answer::of(parts.status.as_u16(), parts.version, &parts.headers, step.url.clone(), letter.now);
        let early = step.with_body && sent != Sent::All;
        if let Some(body) = letter.body.as_ref().filter(|_| early) {
            body.rein().stop();
        }
        let waiting = || Waiting::Bytes;
        let watch = watch_of(letter, gate, &waiting);
        let (mut body, mut cut) = (BytesMut::new(), false);
        while let Some(link) = self.link.as_mut()
            && !cut
        {
            match link.frame(&mut incoming, &watch).await {
                Ok(Some(data)) => {
                    let room = Kept::MOST - body.len();
                    cut = data.len() > room;
                    body.extend_from_slice(&data[..data.len().min(room)]);
                }
                Ok(None) => break,
                Err(Error::Gated) => return Err(Error::Gated),
                // The status is what counts, and it came.
                Err(_) => cut = true,
            }
        }
        if early || cut {
            self.link = None;
        } else if let Some(link) = &self.link {
            link.pulse.set_quiet(true);
        }
        Ok(Reply { answer, headers: parts.headers, body: body.freeze(), cut, sent })
    }
}

fn watch_of<'a>(letter: &Letter<'_>, gate: &'a Gate, waiting: &'a (dyn Fn() -> Waiting + 'a)) -> Watch<'a> {
    Watch {
        gate,
        stall: letter.timeouts.stall().into(),
        response: letter.timeouts.response().into(),
        waiting,
    }
}

fn waiting_for(rein: &Rein, has_body: bool) -> Waiting {
    if !has_body || rein.how_much() == Sent::All {
        Waiting::Answer
    } else if rein.is_held() {
        Waiting::Us
    } else {
        Waiting::Bytes
    }
}

/// The body begins when the server says so, or when it said nothing for a while.
async fn with_leave(
    asked: impl Future<Output = Result<Incoming, Error>>,
    rein: &Rein,
) -> Result<Incoming, Error> {
    let mut asked = std::pin::pin!(asked);
    match tokio::time::timeout(LEAVE, &mut asked).await {
        Ok(answered) => answered,
        Err(_) => {
            rein.begin();
            asked.await
        }
    }
}

fn request(step: &Step, mut head: HeaderMap, body: Outgoing, way: &Way) -> Result<Request, Error> {
    let url = step.url.request();
    let host = match url.port() {
        Some(port) => format!("{}:{port}", step.url.host()),
        None => step.url.host().to_owned(),
    };
    let _ = head.insert(HOST, HeaderValue::try_from(host).map_err(|_| Error::BadHeader)?);
    let target = match way {
        Way::Direct => &url[url::Position::BeforePath..url::Position::AfterQuery],
        Way::Proxy(password) => {
            if let Some(password) = password {
                let _ = head.insert(PROXY_AUTHORIZATION, password.clone());
            }
            &url[..url::Position::AfterQuery]
        }
    };
    let mut request = Request::new(body);
    *request.method_mut() =
        hyper::Method::from_bytes(step.method.as_str().as_bytes()).map_err(|_| Error::BadHeader)?;
    *request.uri_mut() = target.parse().map_err(|_| Error::BadHeader)?;
    *request.headers_mut() = head;
    Ok(request)
}

/// 100 lets the body go; 104 names the place where the upload lives.
fn listen(request: &mut Request, rein: &Arc<Rein>, places: Option<mpsc::Sender<SafeUrl>>, from: &SafeUrl) {
    let (rein, from) = (Arc::clone(rein), from.clone());
    hyper::ext::on_informational(request, move |interim| match interim.status().as_u16() {
        100 => rein.begin(),
        104 => {
            let place = target_of(interim.headers(), &from);
            if let (Some(places), Ok(place)) = (&places, place) {
                // A server that names more places than anybody reads is not listened to.
                let _ = places.try_send(place);
            }
        }
        _ => {}
    });
}

pub(super) fn target_of(headers: &HeaderMap, from: &SafeUrl) -> Result<SafeUrl, Error> {
    let location = headers.get(LOCATION).ok_or(Error::BadRedirect)?;
    let text = std::str::from_utf8(location.as_bytes()).map_err(|_| Error::BadRedirect)?;
    from.join(text).ok().filter(|url| !url.is_ftp()).ok_or(Error::BadRedirect)
}

/// A number in a header, as strict as a length must be.
pub(super) fn number_in(headers: &HeaderMap, name: &str) -> Option<u64> {
    crate::rules::answer::number(headers.get(name)?.to_str().ok()?.trim())
}

pub(super) fn text_in<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}
