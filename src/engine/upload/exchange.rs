//! One request of an upload, and everything that happens while it is under way.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue};
use tokio::sync::mpsc;

use super::{Facts, Sender};
use crate::coordinator::{Report, UploadReport};
use crate::engine::brakes::Turnstile;
use crate::engine::meter::PartMeter;
use crate::engine::worker::Halt;
use crate::model::{Doubt, Fault, Method, SafeUrl, Session, SessionKind};
use crate::protocol::http::Insecure;
use crate::protocol::upload::{Announce, Courier, Letter, Parcel, Reply, Tempo};
use crate::rules::upload::{Sent, lost};

/// Meters are read ten times a second.
const TICK: Duration = Duration::from_millis(100);
/// Places that a server may name before anybody listened; one is enough.
const PLACES: usize = 4;

/// A request as a step of an upload makes it.
pub(super) struct Ask {
    pub url: SafeUrl,
    pub method: Method,
    pub fixed: Vec<(HeaderName, HeaderValue)>,
    pub body: Option<Parcel>,
    pub announce: Announce,
    /// First byte of the body within the whole.
    pub start: u64,
    /// A place for the upload may be named in an interim answer.
    pub draft: bool,
    /// Doing it twice leaves nothing behind that anybody would miss.
    pub harmless: bool,
}

impl Ask {
    pub(super) fn new(url: SafeUrl, method: &str) -> Self {
        Self {
            url,
            method: Method::new(method).unwrap_or_default(),
            fixed: Vec::new(),
            body: None,
            announce: Announce::No,
            start: 0,
            draft: false,
            harmless: false,
        }
    }
}

impl Facts {
    fn letter<'a>(&'a self, ask: &'a Ask, places: Option<mpsc::Sender<SafeUrl>>) -> Letter<'a> {
        let credentials = self.credentials.as_ref();
        Letter {
            url: &ask.url,
            home: &self.job.transfer.source.url,
            method: ask.method.clone(),
            headers: &self.headers,
            credentials: credentials.map(|(user, password)| (user.as_str(), password.as_str())),
            fixed: ask.fixed.clone(),
            body: ask.body.clone(),
            tempo: ask.body.as_ref().map(|_| self.tempo()),
            announce: ask.announce,
            insecure_redirects: if self.job.transfer.permission.insecure {
                Insecure::Accept
            } else {
                Insecure::Refuse
            },
            timeouts: self.job.timeouts,
            now: self.lane.shared.clock.now().wall,
            places,
        }
    }
}

impl Facts {
    /// Keeps to the limits of speed.
    fn tempo(&self) -> Arc<dyn Tempo> {
        Arc::new(Turnstile::new(self.lane.shared.upload_brakes.flow(self.job.transfer.id)))
    }
}

impl Sender {
    /// The answer, whatever it is. A fault in a request that must not be repeated says so.
    pub(super) async fn ask(&mut self, ask: &Ask) -> Result<Reply, Halt> {
        let facts = Rc::clone(&self.facts);
        let mut courier = match self.courier.take() {
            Some(courier) => courier,
            None => Courier::new(facts.lane.upload_client(facts.job.user_agent.as_deref())?),
        };
        let rein = ask.body.as_ref().map(Parcel::rein);
        let (named, mut places) = mpsc::channel(PLACES);
        let letter = facts.letter(ask, ask.draft.then_some(named));
        facts.meter.set_connections(1);
        let part = facts.meter.begin(ask.start);
        let mut counted = 0;
        let result = {
            let mut sending = std::pin::pin!(courier.send(&letter, &facts.gate));
            loop {
                tokio::select! {
                    biased;
                    () = self.voice.stopped() => return Err(Halt::Stopped),
                    Some(place) = places.recv() => self.placed(SessionKind::Ietf, place, None).await?,
                    reply = &mut sending => break reply,
                    () = last_asked(rein.as_deref()) => {
                        self.before_last(ask).await?;
                        if let Some(rein) = &rein {
                            rein.let_last_go();
                        }
                    }
                    () = tokio::time::sleep(TICK) => {}
                }
                counted = count(&facts, &part, ask, counted);
            }
        };
        let _ = count(&facts, &part, ask, counted);
        // An answer and the place it came after may arrive together.
        if let Ok(place) = places.try_recv() {
            self.placed(SessionKind::Ietf, place, None).await?;
        }
        match result {
            Ok(reply) => {
                self.courier = Some(courier);
                Ok(reply)
            }
            Err(error) => {
                let sent = rein.map_or(Sent::Nothing, |rein| rein.how_much());
                tracing::debug!(error = &error as &dyn std::error::Error, ?sent, "upload");
                Err(lost(&self.nature(ask), sent, error.fault()).into())
            }
        }
    }

    /// All but the last block is gone. What follows makes it an upload: the files must be what they were, and where a
    /// second one could do harm, the store must know first.
    pub(super) async fn before_last(&mut self, ask: &Ask) -> Result<(), Halt> {
        self.check_files().await?;
        if !self.nature(ask).repeatable() && self.upload.doubt == Doubt::None {
            self.upload.doubt = Doubt::MaybeReceived;
            self.voice.commit(Report::Upload(UploadReport::Doubted)).await?;
        }
        Ok(())
    }

    /// The server named the place where the upload lives; before a byte more goes there, it is remembered.
    pub(super) async fn placed(
        &mut self,
        kind: SessionKind,
        url: SafeUrl,
        digest: Option<crate::model::Digest>,
    ) -> Result<(), Halt> {
        let source = &self.facts.job.transfer;
        if source.source.url.is_https() && !url.is_https() && !source.permission.insecure {
            return Err(Fault::InsecureRedirect { to: url }.into());
        }
        let session = Session { kind, url, digest };
        if self.upload.session.as_ref() == Some(&session) {
            return Ok(());
        }
        self.upload.session = Some(session.clone());
        self.voice.commit(Report::Upload(UploadReport::Placed(session))).await
    }
}

async fn last_asked(rein: Option<&crate::protocol::upload::Rein>) {
    match rein {
        Some(rein) => rein.last_asked().await,
        None => std::future::pending().await,
    }
}

/// Tells the meter what left since it was told last.
fn count(facts: &Facts, part: &PartMeter, ask: &Ask, counted: u64) -> u64 {
    let Some(body) = &ask.body else { return counted };
    let rein = body.rein();
    let sent = if rein.how_much() == Sent::All { body.length() } else { rein.sent() };
    part.advance(ask.start + sent);
    // A redirect begins the body again; those bytes are sent, not progress.
    facts.meter.add_received(sent.saturating_sub(counted));
    sent
}
