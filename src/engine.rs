//! The engine: a thread with the coordinator in its middle, the store and the disk around it, and lanes that carry the
//! bytes. [`start`] puts it together; from then on it is spoken to through [`crate::api`] only.

mod brakes;
mod errands;
mod hashing;
mod hosts;
mod intake;
mod lane;
mod lanes;
mod meter;
mod perform;
mod pump;
mod queries;
#[cfg(debug_assertions)]
pub mod sabotage;
mod serve;
mod subscribers;
mod upload;
mod worker;

use std::path::PathBuf;
use std::sync::Arc;

use futures::channel::mpsc as requests;
use tokio::sync::mpsc;

use crate::api::Envelope;
use crate::coordinator::{Report, Scope};
use crate::disk::{Journal, Seal};
use crate::model::{Run, StoreTrouble, TransferId};
use crate::platform::{Clock, NetworkSource, PowerWatch};
use crate::store::{Ack, Found, Loaded, Lock, Opened, Store};

/// Everything the engine is made of, opened by whoever owns the data folder.
pub struct Parts {
    /// The proof that the data folder is ours.
    pub lock: Lock,
    /// Where downloads go unless the settings say otherwise.
    pub downloads: PathBuf,
    pub scope: Scope,
    pub envelopes: requests::Receiver<Envelope>,
    pub clock: Clock,
    pub network: NetworkSource,
    pub power: PowerWatch,
    pub signals: Signals,
    /// A window or background start wants the folder; only an engine of a `get` or `put` is ever asked.
    pub give_up: mpsc::Receiver<()>,
    /// The private socket is served from the engine's own thread.
    pub server: Option<Server>,
}

/// What SIGTERM, SIGINT and SIGHUP do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signals {
    /// The engine saves everything and ends.
    End,
    /// Somebody else listens to them.
    Ignore,
}

/// A task that runs beside the pump, such as the server of the private socket. It is told when the engine ends, and has
/// a moment to say goodbye.
pub type Server = Box<
    dyn FnOnce(tokio::sync::oneshot::Receiver<()>) -> futures::future::LocalBoxFuture<'static, ()> + Send,
>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database cannot be used")]
    Store(#[from] crate::store::Error),
    #[error("a thread cannot be started")]
    Thread(#[source] std::io::Error),
}

/// A running engine. Dropping it does not end it; asking it to quit does.
#[derive(Debug)]
pub struct Engine {
    thread: std::thread::JoinHandle<()>,
    found: Found,
}

impl Engine {
    /// Opens the store and starts the thread. Returns once the database is open, so that its troubles are known.
    ///
    /// # Errors
    /// When the database cannot be opened or no thread started.
    pub fn start(parts: Parts) -> Result<Self, Error> {
        let (acks, acknowledged) = mpsc::unbounded_channel();
        let (store, book) = open(&parts, acks)?;
        let found = book.opened.found.clone();
        let body = move || pump::run(parts, store, book, acknowledged);
        let thread =
            std::thread::Builder::new().name("engine".to_owned()).spawn(body).map_err(Error::Thread)?;
        Ok(Self { thread, found })
    }

    /// What the data folder held. A loss is also told to the first who listens to events.
    pub const fn found(&self) -> &Found {
        &self.found
    }

    /// Waits until it has ended. `false`: it broke.
    pub fn join(self) -> bool {
        self.thread.join().is_ok()
    }

    pub fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }
}

/// What was found in the data folder.
struct Book {
    opened: Opened,
    loaded: Loaded,
}

/// What every lane needs.
struct Shared {
    journal: Option<Journal>,
    seal: Seal,
    clock: Clock,
    /// Where replies are kept.
    folder: PathBuf,
    hosts: hosts::Hosts,
    brakes: brakes::Brakes,
    /// What goes out has limits of its own.
    upload_brakes: brakes::Brakes,
}

/// The way from workers to the pump. Bounded: a worker that has something to say waits for its turn.
#[derive(Debug, Clone)]
struct Reports(mpsc::Sender<(TransferId, Run, Report)>);

impl Reports {
    async fn send(&self, id: TransferId, run: Run, report: Report) {
        // A pump that is gone needs no reports.
        let _ = self.0.send((id, run, report)).await;
    }
}

/// A book that cannot be read is never taken for an empty one. Damage that shows only when it is read is dealt with as if
/// it had shown at once: the store noted it, and opening it again sets the database aside.
fn open(parts: &Parts, acks: mpsc::UnboundedSender<Ack>) -> Result<(Store, Book), Error> {
    let now = parts.clock.now().wall;
    let again = acks.clone();
    let (store, opened) = Store::open(&parts.lock, now, Box::new(move |ack| drop(acks.send(ack))))?;
    match store.load() {
        Ok(loaded) => return Ok((store, Book { opened, loaded })),
        Err(error) if error.trouble() != StoreTrouble::Corrupt => return Err(error.into()),
        Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "the book is damaged"),
    }
    store.close();
    let (store, opened) = Store::open(&parts.lock, now, Box::new(move |ack| drop(again.send(ack))))?;
    let loaded = store.load()?;
    Ok((store, Book { opened, loaded }))
}

fn shared(folder: &std::path::Path, opened: &Opened, clock: Clock) -> (Arc<Shared>, Vec<crate::disk::Claim>) {
    let seal = Seal { boot: crate::disk::boot_id(), nonce: opened.nonce };
    // Without a journal a kill costs a second of data instead of a few writes; nothing else changes.
    let (journal, claims) = match Journal::open(folder, seal) {
        Ok((journal, claims)) => (Some(journal), claims),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "no progress journal");
            (None, Vec::new())
        }
    };
    let hosts = hosts::Hosts::default();
    let brakes = brakes::Brakes::new(clock.clone());
    let upload_brakes = brakes::Brakes::new(clock.clone());
    (
        Arc::new(Shared { journal, seal, clock, folder: folder.to_owned(), hosts, brakes, upload_brakes }),
        claims,
    )
}
