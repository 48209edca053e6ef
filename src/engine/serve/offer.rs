//! One file that is offered, and how it stands with it.

use std::cell::RefCell;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::sync::{mpsc, oneshot, watch};

use super::readers::Shown;
use crate::disk::{self, Reader};
use crate::engine::lane::ToLane;
use crate::engine::meter::RunMeter;
use crate::model::{Generation, TransferId};
use crate::platform::secrets;

/// What the engine knows of the file.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Facts {
    pub generation: Generation,
    pub name: String,
    pub content_type: Option<String>,
    pub phase: Phase,
}

#[derive(Debug, Clone)]
pub(in crate::engine) enum Phase {
    Runs(Arc<RunMeter>),
    /// The run is over and nobody knows yet what follows, or the file gets its name.
    Settles,
    Held(Held),
    Finished,
}

/// Why nothing comes now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Held {
    pub status: &'static str,
    pub reason: Option<String>,
}

pub(super) struct Offer {
    id: TransferId,
    /// Offers are numbered in the order of their making.
    number: u64,
    token: String,
    /// `None`: gone.
    facts: watch::Sender<Option<Facts>>,
    /// The last run that there was: what it wrote is still here.
    run: RefCell<Option<Arc<RunMeter>>>,
    /// To the lane of the file's device.
    disk: mpsc::UnboundedSender<ToLane>,
}

impl Offer {
    pub(super) fn new(id: TransferId, disk: mpsc::UnboundedSender<ToLane>) -> io::Result<Self> {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        Ok(Self {
            id,
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
            token: URL_SAFE_NO_PAD.encode(secrets::unguessable()?),
            facts: watch::Sender::new(None),
            run: RefCell::new(None),
            disk,
        })
    }

    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// The name is for the player's title; nobody checks it.
    pub(super) fn address(&self, port: u16) -> String {
        let facts = self.facts.borrow();
        let name = facts.as_ref().map(|facts| facts.name.as_str()).unwrap_or_default();
        format!("http://127.0.0.1:{port}/{}/{}", self.token, utf8_percent_encode(name, NON_ALPHANUMERIC))
    }

    /// Takes as long whatever the guess is.
    pub(super) fn is_named(&self, guess: &str) -> bool {
        let pairs = self.token.bytes().zip(guess.bytes());
        self.token.len() == guess.len() && pairs.fold(0, |wrong, (a, b)| wrong | (a ^ b)) == 0
    }

    /// The same bytes have the same tag.
    pub(super) fn tag(&self, generation: Generation) -> String {
        format!("\"{}-{}\"", self.id, generation.0)
    }

    pub(super) fn set(&self, facts: Option<Facts>) {
        if let Some(Facts { phase: Phase::Runs(meter), .. }) = &facts {
            let _ = self.run.replace(Some(Arc::clone(meter)));
        }
        let _ = self.facts.send_if_modified(|old| {
            let same = match (&*old, &facts) {
                (Some(old), Some(new)) => old.is_like(new),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
            // Who looks for the first time finds the newest either way.
            *old = facts;
            !same
        });
    }

    pub(super) fn facts(&self) -> watch::Receiver<Option<Facts>> {
        self.facts.subscribe()
    }

    pub(super) fn is_finished(&self) -> bool {
        matches!(&*self.facts.borrow(), Some(Facts { phase: Phase::Finished, .. }))
    }

    pub(super) fn run(&self) -> Option<Arc<RunMeter>> {
        self.run.borrow().clone()
    }

    pub(super) fn shown(&self) -> Option<Shown> {
        self.run().and_then(|meter| meter.readers.shown())
    }

    /// Reads on the threads of the file's device: if it hangs, nobody else does.
    pub(super) async fn read(
        &self,
        reader: Arc<Reader>,
        at: u64,
        length: usize,
    ) -> Result<Vec<u8>, disk::Error> {
        let (answer, answered) = oneshot::channel();
        let missing = disk::Error::PartMissing(std::path::PathBuf::new());
        let work = move || drop(answer.send(reader.read(at, length)));
        if self.disk.send(ToLane::Work(Box::new(work))).is_err() {
            return Err(missing);
        }
        answered.await.unwrap_or(Err(missing))
    }
}

impl Facts {
    fn is_like(&self, other: &Self) -> bool {
        let same_phase = match (&self.phase, &other.phase) {
            (Phase::Runs(a), Phase::Runs(b)) => Arc::ptr_eq(a, b),
            (Phase::Settles, Phase::Settles) | (Phase::Finished, Phase::Finished) => true,
            (Phase::Held(a), Phase::Held(b)) => a == b,
            (Phase::Runs(_) | Phase::Settles | Phase::Held(_) | Phase::Finished, _) => false,
        };
        same_phase && self.generation == other.generation
    }
}
