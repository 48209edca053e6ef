//! The command line: parses what is asked for, and asks the engine for it as any other client does.

mod action;
mod acts;
mod args;
mod budget;
mod desk;
mod document;
mod existing;
mod exit;
#[cfg(test)]
mod fake;
mod get;
mod help;
mod hint;
mod inputs;
mod intake;
mod json;
mod network;
mod parse;
mod reason;
mod reply;
mod settings;
mod shelves;
mod table;
mod terminal;
#[cfg(test)]
mod tests;
mod usage;
mod watch;

pub use action::{Action, Document, Errand, Form, Globals, Invocation, Scope};
pub use desk::{Context, Owner, Reconnect, Seek};
pub use exit::Exit;
pub use inputs::{Inputs, System};
pub use parse::parse;
pub use reason::{Code, Reason};
pub use terminal::{Stream, Terminal};
pub use usage::Usage;

use action::{Brief, Job};
use desk::Desk;
use exit::Trouble;

use crate::api::Handle;

/// Does what was asked for and tells about it; the exit code. Runs on the caller's runtime and spawns nothing.
pub async fn run(errand: Errand, handle: Handle, context: Context) -> u8 {
    let mut desk = Desk::new(handle, context, errand.form);
    let result = match errand.job {
        Job::Get(get) => get::get(&mut desk, *get).await,
        Job::Wait(ids) => get::wait(&mut desk, ids).await,
        Job::Watch => watch::watch(&mut desk).await,
        Job::Brief(job) => {
            let interrupted = desk.take_interrupted();
            tokio::select! {
                result = brief(&mut desk, job) => result,
                () = interrupted => Ok(Exit::Interrupted),
            }
        }
    };
    result.unwrap_or_else(|trouble| desk.report(&trouble)).code()
}

async fn brief(desk: &mut Desk, job: Brief) -> Result<Exit, Trouble> {
    match job {
        Brief::Add(intake) => acts::add(desk, *intake).await,
        Brief::List { status, group } => shelves::list(desk, status.as_deref(), group).await,
        Brief::Show(id) => shelves::show(desk, id).await,
        Brief::Reply(id) => reply::reply(desk, id).await,
        Brief::Log(id) => shelves::log(desk, id).await,
        Brief::Play(id) => shelves::play(desk, id).await,
        Brief::Network => network::network(desk).await,
        Brief::NetworkSet { connection, word } => network::set(desk, connection, word).await,
        Brief::Budget(connection) => budget::show(desk, connection.as_deref()).await,
        Brief::BudgetSet { connection, plan } => budget::set(desk, connection, plan).await,
        Brief::Settings(job) => settings::settings(desk, job).await,
        Brief::Limit(pace) => settings::limit(desk, pace).await,
        Brief::Quit => acts::quit(desk).await,
        Brief::Deed(deed) => acts::act(desk, deed).await,
    }
}
