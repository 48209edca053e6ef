//! Commands: each is a client of whoever owns the data folder, or of an engine of its own for the moment.

use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use tokio::runtime::Runtime;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::ownership::{self, Keeps, Started, Taken};
use super::{Base, fail};
use crate::api::Handle;
use crate::cli::{self, Context, Errand, Owner, Scope as Wanted, Seek};
use crate::link::{Role, client};
use crate::model::TransferId;
use crate::platform::Clock;
use crate::platform::paths::Paths;
use crate::store::Found;

/// Who takes over from an owner that went is found this fast; then a command that can do without takes the folder.
const HEAD_START: Duration = Duration::from_millis(500);
/// An owner that is just being started is there by then.
const STARTING: Duration = Duration::from_secs(2);

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
    let mut line = Line {
        paths: base.paths.clone(),
        clock: base.clock.clone(),
        wanted: errand.scope(),
        carriers: JoinSet::new(),
        own: None,
    };
    let (handle, owner) = match line.open(Duration::ZERO, Vec::new()).await {
        Ok(opened) => opened,
        Err(error) => {
            let sentence = error.sentence(&base.words, &base.paths.data);
            return errand.fail(&mut base.terminal, error.code(), &sentence);
        }
    };
    // Those who listen to the engine hear of a loss from it.
    if owner == Owner::Nobody
        && let Some(Found::Lost { kept, restored, .. }) = line.own.as_ref().map(|own| own.engine.found())
    {
        let kept = kept.clone().unwrap_or_default();
        let sentence = base.words.store_set_aside(&kept, restored.as_deref());
        let _ = base.fail(&sentence);
    }
    let interrupted = match interrupted() {
        Ok(interrupted) => interrupted,
        Err(error) => return fail(&mut base.terminal, &error.to_string()),
    };
    let clock = base.clock.clone();
    let line = Arc::new(Mutex::new(line));
    let context = Context {
        words: base.words,
        terminal: base.terminal,
        now: Box::new(move || clock.now()),
        cwd: base.environment.folder,
        inputs: Box::new(cli::System::new(base.paths.data.join(crate::platform::paths::SPOOL))),
        interrupted,
        owner,
        reconnect: reconnect(Arc::clone(&line)),
    };
    let code = cli::run(errand, handle, context).await;
    line.lock().await.close();
    code
}

/// The way of a command to an engine: somebody else's, or its own.
struct Line {
    paths: Paths,
    clock: Clock,
    wanted: Wanted,
    /// They carry envelopes to an owner elsewhere and end with the program.
    carriers: JoinSet<()>,
    own: Option<Started>,
}

impl Line {
    /// Finds the owner or becomes it, for what the command adds and for the transfers that it follows already.
    async fn open(
        &mut self,
        head_start: Duration,
        follows: Vec<TransferId>,
    ) -> Result<(Handle, Owner), ownership::Error> {
        self.close();
        let (taken, client) = ownership::take(&self.paths, Role::Command, head_start).await?;
        let lock = match taken {
            Taken::Ours(lock) => lock,
            Taken::Theirs(handle, driver) => return Ok((self.carry(handle, driver), Owner::Elsewhere)),
            // Only those who want the folder are told so.
            Taken::Occupied(_) => return Err(ownership::Error::Silent),
        };
        let (keeps, owner) = match self.wanted {
            Wanted::OnlyOwn => (Keeps::Own { client, ids: follows.into_iter().collect() }, Owner::Here),
            Wanted::All | Wanted::None => (Keeps::Nothing, Owner::Nobody),
        };
        let started = ownership::start(lock, &self.paths, self.clock.clone(), keeps)?;
        let handle = started.handle.clone();
        self.own = Some(started);
        Ok((handle, owner))
    }

    /// Finds an owner, and leaves the folder to it.
    async fn find(&mut self) -> Option<Handle> {
        self.close();
        let client = ownership::new_client();
        let found = ownership::find(&self.paths, Role::Command, client);
        match tokio::time::timeout(STARTING, found).await {
            Ok(Ok(Taken::Theirs(handle, driver))) => Some(self.carry(handle, driver)),
            Ok(Ok(Taken::Ours(_) | Taken::Occupied(_)) | Err(_)) | Err(_) => None,
        }
    }

    fn carry(&mut self, handle: Handle, driver: client::Driver) -> Handle {
        let _ = self.carriers.spawn(driver.run());
        handle
    }

    /// An engine of our own saves and ends, and is waited for. Others who used it find another, or become the owner.
    fn close(&mut self) {
        let Some(own) = self.own.take() else { return };
        // Full: it was told already.
        let _ = own.give_up.try_send(());
        drop(own.handle);
        let _ = own.engine.join();
    }
}

fn reconnect(line: Arc<Mutex<Line>>) -> cli::Reconnect {
    Box::new(move |seek| {
        let line = Arc::clone(&line);
        async move {
            let mut line = line.lock().await;
            match seek {
                Seek::Anyone { follows } => line.open(HEAD_START, follows).await.ok(),
                Seek::Owner => line.find().await.map(|handle| (handle, Owner::Elsewhere)),
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
