//! Who owns the data folder. The holder of its lock serves everybody else over the private socket.

mod door;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use crate::api::{ClientId, Handle, channel};
use crate::coordinator::Scope;
use crate::engine::{self, Engine, Parts, Signals};
use crate::link::client::{self, Connected, Occupied};
use crate::link::{self, Role};
use crate::model::{StoreTrouble, TransferId};
use crate::platform::paths::Paths;
use crate::platform::{Clock, NetworkSource, PowerWatch, secrets};
use crate::store::{Holder, Lock};
use crate::words::Words;

/// An owner that begins or ends is waited for this long.
const PATIENCE: Duration = Duration::from_secs(5);
const AGAIN: Duration = Duration::from_millis(20);
/// Many short commands in turn are no dead owner: the wait begins anew with each of them, so often.
const HOLDERS_MOST: usize = 12;

/// Either the folder is ours, or somebody answers for it.
pub(super) enum Taken {
    Ours(Lock),
    Theirs(Handle, client::Driver),
    /// Its owner would yield, if that cost nothing.
    Occupied(Occupied),
}

/// What an owner is there for, and so what it runs and to whom it gives the folder up.
#[derive(Debug, Clone)]
pub(super) enum Keeps {
    /// The whole queue, for a window. It stays.
    Window,
    /// The whole queue, until a window wants it.
    Queue,
    /// These transfers and what this client adds, until somebody wants to run the whole queue.
    Own { client: ClientId, ids: BTreeSet<TransferId> },
    /// Nothing: one command is carried out.
    Nothing,
}

/// An engine on a folder that is ours.
pub(super) struct Started {
    pub(super) engine: Engine,
    pub(super) handle: Handle,
    /// Ends it as if somebody else had asked for the folder.
    pub(super) give_up: mpsc::Sender<()>,
    /// Resolves once others are heard; fails if they never will be.
    pub(super) heard: oneshot::Receiver<()>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("somebody holds the data folder and does not answer")]
    Silent,
    #[error(transparent)]
    Link(#[from] link::Error),
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    #[error(transparent)]
    Engine(#[from] engine::Error),
    #[error("no runtime")]
    Runtime(#[from] std::io::Error),
}

impl Error {
    /// A stable name for programs.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Silent => "owner-silent",
            Self::Link(link::Error::WrongVersion { .. }) => "owner-other-version",
            Self::Link(_) => "owner-unreachable",
            Self::Store(error) | Self::Engine(engine::Error::Store(error)) => store_code(error),
            Self::Engine(engine::Error::Thread(_)) | Self::Runtime(_) => "system",
        }
    }

    pub(super) fn sentence(&self, words: &Words, folder: &Path) -> String {
        let folder = ("folder", folder.display().to_string().into());
        let detail = |error: &dyn std::error::Error| ("error", chain(error).into());
        match self {
            Self::Silent => words.format("app-owner-silent", &[folder]),
            Self::Link(link::Error::WrongVersion { theirs }) => {
                words.format("app-owner-other-version", &[("version", theirs.clone().into())])
            }
            Self::Link(error) => words.format("app-owner-unreachable", &[folder, detail(error)]),
            Self::Store(error) | Self::Engine(engine::Error::Store(error)) => {
                if matches!(error, crate::store::Error::Newer { .. }) {
                    return words.format("app-store-newer", &[folder]);
                }
                match error.trouble() {
                    StoreTrouble::DiskFull => words.format("app-store-full", &[folder]),
                    StoreTrouble::ReadOnly => words.format("app-store-read-only", &[folder]),
                    StoreTrouble::Locked => words.format("app-store-locked", &[folder]),
                    StoreTrouble::Corrupt | StoreTrouble::Io => {
                        words.format("app-store-unusable", &[folder, detail(error)])
                    }
                }
            }
            Self::Engine(engine::Error::Thread(error)) | Self::Runtime(error) => {
                words.format("app-no-thread", &[detail(error)])
            }
        }
    }
}

fn store_code(error: &crate::store::Error) -> &'static str {
    if matches!(error, crate::store::Error::Newer { .. }) {
        return "store-newer";
    }
    match error.trouble() {
        StoreTrouble::DiskFull => "store-disk-full",
        StoreTrouble::ReadOnly => "store-read-only",
        StoreTrouble::Locked => "store-locked",
        StoreTrouble::Corrupt => "store-corrupt",
        StoreTrouble::Io => "store-io",
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Connects to the owner, or becomes it. Whoever is to take the folder over goes first: only after `head_start` it is
/// taken if nobody else did.
///
/// # Errors
/// When neither works for five seconds with one holder.
pub(super) async fn take(
    paths: &Paths,
    role: Role,
    head_start: Duration,
) -> Result<(Taken, ClientId), Error> {
    let client = new_client();
    if let Ok(connected) = tokio::time::timeout(head_start, find(paths, role, client)).await {
        return Ok((connected?, client));
    }
    let holder = || Lock::holder(&paths.data).map(|Holder { process, .. }| process);
    let mut known = holder();
    for _ in 0..HOLDERS_MOST {
        if let Ok(taken) = tokio::time::timeout(PATIENCE, find_or_become(paths, role, client)).await {
            return Ok((taken?, client));
        }
        if std::mem::replace(&mut known, holder()) == known {
            break;
        }
    }
    Err(Error::Silent)
}

/// Connects to the owner, waiting for one as long as it takes.
///
/// # Errors
/// When there is one that cannot be spoken to.
pub(super) async fn find(paths: &Paths, role: Role, client: ClientId) -> Result<Taken, Error> {
    loop {
        if let Some(taken) = connect(paths, role, client).await? {
            return Ok(taken);
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn find_or_become(paths: &Paths, role: Role, client: ClientId) -> Result<Taken, Error> {
    loop {
        if let Some(taken) = connect(paths, role, client).await? {
            return Ok(taken);
        }
        if let Some(lock) = Lock::acquire(&paths.data)? {
            return Ok(Taken::Ours(lock));
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn connect(paths: &Paths, role: Role, client: ClientId) -> Result<Option<Taken>, Error> {
    match client::connect(&candidates(paths), role, client).await {
        Ok(Connected::Served(handle, driver)) => Ok(Some(Taken::Theirs(handle, driver))),
        Ok(Connected::Occupied(occupied)) => Ok(Some(Taken::Occupied(occupied))),
        Err(link::Error::NobodyThere | link::Error::Yielding | link::Error::Crowded) => Ok(None),
        Err(error @ link::Error::WrongVersion { .. }) => Err(error.into()),
        // A socket that is dead or strange says nothing about the lock.
        Err(error) => {
            tracing::debug!(%error, "no owner to talk to");
            Ok(None)
        }
    }
}

/// Where the holder says it answers, then where it would answer in this environment.
fn candidates(paths: &Paths) -> Vec<PathBuf> {
    let announced = Lock::holder(&paths.data).and_then(|holder| holder.socket);
    announced.into_iter().chain(link::socket_path(&paths.data, paths.runtime.as_deref())).collect()
}

/// Starts the engine on a folder that is ours.
pub(super) fn start(lock: Lock, paths: &Paths, clock: Clock, keeps: Keeps) -> Result<Started, Error> {
    let (scope, signals, client) = match &keeps {
        Keeps::Window | Keeps::Queue => (Scope::All, Signals::End, new_client()),
        Keeps::Own { client, ids } => {
            (Scope::Only { client: *client, ids: ids.clone() }, Signals::Ignore, *client)
        }
        Keeps::Nothing => (Scope::None, Signals::Ignore, new_client()),
    };
    let (handle, envelopes) = channel(client);
    let (give_up, give_up_asked) = mpsc::channel(1);
    let (open, heard) = oneshot::channel();
    // A command that opens the folder for a moment is waited for, not talked to: it would be gone before it answered.
    let server = (scope != Scope::None).then(|| {
        let door = door::Door { keeps, lock: lock.clone(), handle: handle.clone(), give_up: give_up.clone() };
        door.server(link::socket_path(&paths.data, paths.runtime.as_deref()), open)
    });
    let parts = Parts {
        lock,
        downloads: paths.downloads.clone(),
        scope,
        envelopes,
        clock,
        network: NetworkSource::System,
        power: PowerWatch::System,
        signals,
        give_up: give_up_asked,
        server,
    };
    Ok(Started { engine: Engine::start(parts)?, handle, give_up, heard })
}

pub(super) fn new_client() -> ClientId {
    ClientId(secrets::random())
}
