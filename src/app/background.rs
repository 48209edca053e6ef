//! Running without a face: at login, or after the window broke.

use super::ownership::{self, Taken};
use super::{Base, errand};
use crate::coordinator::Scope;
use crate::engine::Signals;
use crate::link::Role;

pub(super) fn run(mut base: Base) -> u8 {
    let taken = errand::runtime().map_err(ownership::Error::from).and_then(|runtime| {
        runtime.block_on(ownership::take(&base.paths, Role::Window, ownership::new_client()))
    });
    let started = match taken {
        // Somebody runs the queue already: that is what was wanted.
        Ok(Taken::Theirs(..)) => return 0,
        Ok(Taken::Ours(lock)) => {
            ownership::start(lock, &base.paths, base.clock.clone(), Scope::All, Signals::End)
        }
        Err(error) => Err(error),
    };
    match started {
        Ok((engine, handle)) => {
            let ended = engine.join();
            drop(handle);
            u8::from(!ended)
        }
        Err(error) => base.refuse(&error),
    }
}
