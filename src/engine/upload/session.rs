//! Uploads that the server keeps while we are away: tus 1.0 and the draft for HTTP.

use super::Sender;
use super::exchange::Ask;
use crate::engine::worker::Halt;
use crate::model::{Fault, Session, SessionKind, UploadFault};
use crate::protocol::upload::{Draft, Offer, Reply, Tus};
use crate::rules::upload::{Next, after_chunk, on_return};

/// Times in one run that the server is asked again where we are. One race is possible; more is a server that cannot.
const ASKS_MOST: u32 = 3;

/// What the server says it can.
#[derive(Debug, Default)]
pub(super) struct Offers {
    pub tus: Option<Offer>,
    pub draft: bool,
}

/// How much the server has.
struct Standing {
    at: u64,
    complete: bool,
}

impl Sender {
    /// Servers that know nothing of it answer something; only no answer at all is a fault.
    pub(super) async fn offers(&mut self) -> Result<Offers, Halt> {
        let url = self.facts.job.transfer.source.url.clone();
        let reply = self.ask(&Ask::new(url, "OPTIONS")).await?;
        if reply.answer.head.status >= 400 {
            return Ok(Offers::default());
        }
        Ok(Offers { tus: Tus::offer(&reply.headers), draft: Draft::is_offered(&reply.headers) })
    }

    pub(super) async fn create_by_tus(&mut self, offer: Offer) -> Result<(), Halt> {
        let total = self.whole.length();
        if offer.largest.is_some_and(|largest| total > largest) {
            return Err(Fault::Http { status: 413, retry_after: None }.into());
        }
        let mut ask = Ask::new(self.facts.job.transfer.source.url.clone(), "POST");
        ask.fixed = Tus::creation(total, &self.name(), &self.content_type());
        // A small file goes along; a large one waits until its place is written down.
        let along = offer.with_upload && total <= self.facts.job.chunk;
        if along {
            ask.fixed.push(Tus::content_type());
            ask.body = Some(self.whole.parcel(0, total));
        } else {
            ask.fixed.push((hyper::header::CONTENT_LENGTH, 0.into()));
        }
        // One whose answer is lost leaves an empty upload behind that nobody will miss.
        ask.harmless = true;
        let reply = self.ask(&ask).await?;
        self.answered(&reply).await?;
        refused(&reply)?;
        self.placed(SessionKind::Tus, Tus::place(&reply)?, offer.digest).await?;
        let Some(session) = self.upload.session.clone() else { return Ok(()) };
        let at = match Tus::offset(&reply) {
            Some(at) if at <= total => at,
            None if !along => 0,
            Some(_) | None => self.standing(&session).await?.at,
        };
        self.acknowledge(at).await;
        self.chunks(&session, at).await
    }

    /// With a first piece; its place comes in an interim answer or in the final one.
    pub(super) async fn create_by_draft(&mut self) -> Result<(), Halt> {
        let total = self.whole.length();
        let first = total.min(self.facts.job.chunk);
        let source = &self.facts.job.transfer.source;
        let mut ask = Ask::new(self.destination()?, source.method.as_str());
        ask.fixed = Draft::creation(total, first == total);
        ask.fixed.extend(self.type_field());
        ask.body = Some(self.whole.parcel(0, first));
        ask.draft = true;
        let reply = self.ask(&ask).await?;
        if reply.answer.head.status < 300
            && let (None, Some(place)) = (&self.upload.session, Draft::place(&reply))
            && first < total
        {
            self.placed(SessionKind::Ietf, place, None).await?;
        }
        self.answered(&reply).await?;
        refused(&reply)?;
        match self.upload.session.clone() {
            Some(_) if first == total => Ok(()),
            Some(session) => {
                let at = Draft::offset(&reply).filter(|at| *at <= total).unwrap_or(first);
                self.acknowledge(at).await;
                self.chunks(&session, at).await
            }
            // It took a piece for the whole.
            None if first < total => {
                let size = UploadFault::OtherSize { sent: total, stored: first };
                Err(Fault::Upload(size).into())
            }
            None => Ok(()),
        }
    }

    /// From where the server is.
    pub(super) async fn go_on(&mut self, session: &Session) -> Result<(), Halt> {
        let standing = self.standing(session).await?;
        self.before = standing.at;
        self.acknowledge(standing.at).await;
        if standing.complete {
            return Ok(());
        }
        self.chunks(session, standing.at).await
    }

    async fn standing(&mut self, session: &Session) -> Result<Standing, Halt> {
        let mut ask = Ask::new(session.url.clone(), "HEAD");
        ask.fixed = match session.kind {
            SessionKind::Tus => Tus::plain(),
            SessionKind::Ietf | SessionKind::Ftp => Draft::plain(),
        };
        let reply = self.ask(&ask).await?;
        let (told, total) = (Tus::offset(&reply), self.whole.length());
        match on_return(reply.answer.head.status, told, total) {
            Next::From(at) => {
                let complete = match session.kind {
                    SessionKind::Tus => at == total,
                    SessionKind::Ietf | SessionKind::Ftp => Draft::is_complete(&reply),
                };
                Ok(Standing { at, complete })
            }
            Next::Ask => Err(Fault::Upload(UploadFault::Busy { status: reply.answer.head.status }).into()),
            Next::Fault(fault) => Err(with_pause(fault, &reply).into()),
        }
    }

    /// One after the other, each acknowledged before the next.
    async fn chunks(&mut self, session: &Session, from: u64) -> Result<(), Halt> {
        let (mut at, total, mut asks) = (from, self.whole.length(), 0);
        let mut complete = session.kind == SessionKind::Tus && at == total;
        while !complete {
            let end = total.min(at.saturating_add(self.facts.job.chunk));
            let reply = self.chunk(session, at, end).await?;
            match after_chunk(reply.answer.head.status, Tus::offset(&reply), (at, end), total) {
                Next::From(next) => {
                    at = next;
                    complete = at == total;
                    if complete {
                        self.answered(&reply).await?;
                    }
                }
                Next::Ask if asks < ASKS_MOST => {
                    asks += 1;
                    let standing = self.standing(session).await?;
                    (at, complete) = (standing.at, standing.complete);
                }
                Next::Ask => {
                    let status = reply.answer.head.status;
                    return Err(Fault::Upload(UploadFault::Busy { status }).into());
                }
                Next::Fault(fault) => {
                    self.answered(&reply).await?;
                    return Err(with_pause(fault, &reply).into());
                }
            }
            self.acknowledge(at).await;
        }
        Ok(())
    }

    async fn chunk(&mut self, session: &Session, at: u64, end: u64) -> Result<Reply, Halt> {
        let mut ask = Ask::new(session.url.clone(), "PATCH");
        ask.fixed = match session.kind {
            SessionKind::Tus => Tus::chunk(at),
            SessionKind::Ietf | SessionKind::Ftp => Draft::chunk(at, end == self.whole.length()),
        };
        if let Some(digest) = session.digest {
            let sum = self.digest(digest, at, end).await?;
            ask.fixed.extend(Tus::checksum(digest, &sum));
        }
        ask.body = Some(self.whole.parcel(at, end));
        ask.start = at;
        self.ask(&ask).await
    }
}

fn refused(reply: &Reply) -> Result<(), Fault> {
    let status = reply.answer.head.status;
    let fault = || Fault::Http { status, retry_after: reply.answer.head.retry_after };
    if (200..300).contains(&status) { Ok(()) } else { Err(fault()) }
}

/// A server may say when to come back.
fn with_pause(fault: Fault, reply: &Reply) -> Fault {
    if let Fault::Http { status, retry_after: None } = fault {
        return Fault::Http { status, retry_after: reply.answer.head.retry_after };
    }
    fault
}
