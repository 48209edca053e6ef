//! Who owns the data folder. The holder of its lock serves everybody else over the private socket.

use std::path::Path;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use tokio::sync::{mpsc, oneshot};

use crate::api::{ClientId, Handle, channel};
use crate::coordinator::Scope;
use crate::engine::{self, Engine, Parts, Server, Signals};
use crate::link::{self, Role, client, server};
use crate::platform::paths::Paths;
use crate::platform::{Clock, NetworkSource, secrets};
use crate::store::Lock;
use crate::words::Words;

/// An owner that begins or ends is waited for this long.
const PATIENCE: Duration = Duration::from_secs(5);
const AGAIN: Duration = Duration::from_millis(20);

/// Either the folder is ours, or somebody answers for it.
pub(super) enum Taken {
    Ours(Lock),
    Theirs(Handle, client::Driver),
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
                words.format("app-store-unusable", &[folder, detail(error)])
            }
            Self::Engine(engine::Error::Thread(error)) | Self::Runtime(error) => {
                words.format("app-no-thread", &[detail(error)])
            }
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Connects to the owner, or becomes it.
///
/// # Errors
/// When neither works within five seconds.
pub(super) async fn take(paths: &Paths, role: Role, client: ClientId) -> Result<Taken, Error> {
    tokio::time::timeout(PATIENCE, try_to_take(paths, role, client)).await.unwrap_or(Err(Error::Silent))
}

async fn try_to_take(paths: &Paths, role: Role, client: ClientId) -> Result<Taken, Error> {
    let candidates = link::socket_path(&paths.data, paths.runtime.as_deref());
    loop {
        match client::connect(&candidates, role, client).await {
            Ok((handle, driver)) => return Ok(Taken::Theirs(handle, driver)),
            Err(link::Error::NobodyThere | link::Error::Yielding | link::Error::Crowded) => {}
            Err(error @ link::Error::WrongVersion { .. }) => return Err(error.into()),
            // A socket that is dead or strange says nothing about the lock.
            Err(error) => tracing::debug!(%error, "no owner to talk to"),
        }
        if let Some(lock) = Lock::acquire(&paths.data)? {
            return Ok(Taken::Ours(lock));
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Starts the engine on a folder that is ours.
pub(super) fn start(
    lock: Lock,
    paths: &Paths,
    clock: Clock,
    scope: Scope,
    signals: Signals,
) -> Result<(Engine, Handle), Error> {
    let client = match &scope {
        Scope::Only { client, .. } => *client,
        Scope::All | Scope::None => new_client(),
    };
    let (handle, envelopes) = channel(client);
    let (give_up, give_up_asked) = mpsc::channel(1);
    let yields = matches!(scope, Scope::Only { .. });
    // A command that opens the folder for a moment is waited for, not talked to: it would be gone before it answered.
    let server = (scope != Scope::None).then(|| door(paths, handle.clone(), yields, give_up));
    let parts = Parts {
        lock,
        downloads: paths.downloads.clone(),
        scope,
        envelopes,
        clock,
        network: NetworkSource::System,
        signals,
        give_up: give_up_asked,
        server,
    };
    Ok((Engine::start(parts)?, handle))
}

/// Serves the private socket until the engine ends. Without a socket the program still works, alone.
fn door(paths: &Paths, handle: Handle, yields: bool, give_up: mpsc::Sender<()>) -> Server {
    let candidates = link::socket_path(&paths.data, paths.runtime.as_deref());
    Box::new(move |stop: oneshot::Receiver<()>| -> LocalBoxFuture<'static, ()> {
        Box::pin(async move {
            let listening = match link::listen(&candidates) {
                Ok(listening) => listening,
                Err(error) => return tracing::warn!(%error, "no socket"),
            };
            let greet = move |role| {
                if yields && role == Role::Window {
                    let _ = give_up.try_send(());
                    server::Greeting::Yielding
                } else {
                    server::Greeting::Welcome
                }
            };
            let stop = async { drop(stop.await) };
            server::serve(listening.listener, handle, greet, stop).await;
            listening.place.remove();
        })
    })
}

pub(super) fn new_client() -> ClientId {
    ClientId(secrets::random())
}
