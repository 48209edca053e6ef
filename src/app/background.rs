//! Running without a face: at login, or after the window broke.

use super::ownership::{self, Keeps, Started, Taken};
use super::{Base, errand};
use crate::link::Role;
use crate::platform::service;

pub(super) fn run(mut base: Base) -> u8 {
    let runtime = match errand::runtime() {
        Ok(runtime) => runtime,
        Err(error) => return base.refuse(&error.into()),
    };
    let taken = runtime.block_on(take(&mut base));
    let started = match taken {
        // Somebody runs the queue already: that is what was wanted.
        Ok(None) => {
            ready(&mut base, "app-background-already");
            return 0;
        }
        Ok(Some(started)) => started,
        Err(error) => return base.refuse(&error),
    };
    let Started { engine, handle, heard, .. } = started;
    if runtime.block_on(heard).is_ok() {
        ready(&mut base, "app-background-ready");
    }
    let ended = engine.join();
    drop(handle);
    u8::from(!ended)
}

/// The folder's engine, or `None` when there is one elsewhere.
async fn take(base: &mut Base) -> Result<Option<Started>, ownership::Error> {
    loop {
        match ownership::take(&base.paths, Role::Background, std::time::Duration::ZERO).await?.0 {
            Taken::Theirs(..) => return Ok(None),
            Taken::Ours(lock) => {
                return ownership::start(lock, &base.paths, base.clock.clone(), Keeps::Queue).map(Some);
            }
            Taken::Occupied(mut occupied) => {
                let names = ("names", occupied.names.join(", ").into());
                let sentence = base.words.format("app-background-occupied", &[names]);
                let _ = base.fail(&sentence);
                occupied.freed().await;
            }
        }
    }
}

/// Scripts and supervisors that started us go on from here: commands that they send now are heard.
fn ready(base: &mut Base, key: &str) {
    if let Some(socket) = &base.environment.supervisor
        && let Err(error) = service::ready(socket)
    {
        tracing::warn!(%error, "the supervisor does not listen");
    }
    let sentence = base.words.text(key);
    base.say(&sentence);
}
