//! Commands: each is a client of whoever owns the data folder, or of an engine of its own for the moment.

use std::sync::{Arc, Mutex, PoisonError};

use futures::future::{BoxFuture, FutureExt};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::ownership::{self, Taken};
use super::{Base, fail};
use crate::api::{Act, Command, Handle, Request};
use crate::cli::{self, Context, Errand, Owner, Scope as Wanted};
use crate::coordinator::Scope;
use crate::engine::{Engine, Signals};
use crate::link::{Role, client};
use crate::platform::paths::Paths;

/// Tasks that carry envelopes to an owner elsewhere; they end with the program.
type Carriers = Arc<Mutex<JoinSet<()>>>;

pub(super) fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

pub(super) fn run(mut base: Base, errand: Errand) -> u8 {
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => return base.refuse(&error.into()),
    };
    runtime.block_on(serve(base, errand))
}

async fn serve(mut base: Base, errand: Errand) -> u8 {
    let carriers = Carriers::default();
    let client = ownership::new_client();
    let (handle, engine, owner) = match ownership::take(&base.paths, Role::Command, client).await {
        Ok(Taken::Theirs(handle, driver)) => {
            carry(&carriers, driver);
            (handle, None, Owner::Elsewhere)
        }
        Ok(Taken::Ours(lock)) => {
            let (scope, owner) = match errand.scope() {
                Wanted::OnlyOwn => {
                    (Scope::Only { client, ids: std::collections::BTreeSet::new() }, Owner::Here)
                }
                Wanted::All | Wanted::None => (Scope::None, Owner::Nobody),
            };
            match ownership::start(lock, &base.paths, base.clock.clone(), scope, Signals::Ignore) {
                Ok((engine, handle)) => (handle, Some(engine), owner),
                Err(error) => return base.refuse(&error),
            }
        }
        Err(error) => return base.refuse(&error),
    };
    let interrupted = match interrupted() {
        Ok(interrupted) => interrupted,
        Err(error) => return fail(&mut base.terminal, &error.to_string()),
    };
    let clock = base.clock.clone();
    let context = Context {
        words: base.words,
        terminal: base.terminal,
        now: Box::new(move || clock.now()),
        cwd: base.environment.folder,
        inputs: Box::new(cli::System { spool: base.paths.data.join(crate::platform::paths::SPOOL) }),
        interrupted,
        owner,
        reconnect: reconnect(base.paths, Arc::clone(&carriers)),
    };
    let code = cli::run(errand, handle.clone(), context).await;
    end(engine, &handle).await;
    code
}

/// An engine of our own is told to save and end, and waited for.
async fn end(engine: Option<Engine>, handle: &Handle) {
    let Some(engine) = engine else { return };
    let _ = handle.ask(Request::Command(Command::Act(Act::Quit))).await;
    let _ = engine.join();
}

fn carry(carriers: &Carriers, driver: client::Driver) {
    let mut carriers = carriers.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = carriers.spawn(driver.run());
}

/// After the engine yielded to a window: the same work goes on, shown from there.
fn reconnect(paths: Paths, carriers: Carriers) -> cli::Reconnect {
    Box::new(move || {
        let (paths, carriers) = (paths.clone(), Arc::clone(&carriers));
        async move {
            match ownership::take(&paths, Role::Command, ownership::new_client()).await {
                Ok(Taken::Theirs(handle, driver)) => {
                    carry(&carriers, driver);
                    Some(handle)
                }
                // Nobody took the folder after all; letting go of the lock leaves it as it is.
                Ok(Taken::Ours(_)) | Err(_) => None,
            }
        }
        .boxed()
    })
}

fn interrupted() -> std::io::Result<BoxFuture<'static, ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut signals = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()]
        .into_iter()
        .map(signal)
        .collect::<std::io::Result<Vec<_>>>()?;
    Ok(async move {
        let first = signals.iter_mut().map(|signal| signal.recv().boxed());
        let _ = futures::future::select_all(first).await;
    }
    .boxed())
}
