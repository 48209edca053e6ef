//! The door of an owner: who is served, and to whom the data folder is given up.

use std::path::PathBuf;

use futures::StreamExt;
use futures::future::LocalBoxFuture;
use tokio::sync::{mpsc, oneshot};

use super::{Keeps, new_client};
use crate::api::{Handle, Outcome, Query, Request, Row, View};
use crate::engine::Server;
use crate::link::server::{Greeting, Occupied, serve};
use crate::link::{self, Role};
use crate::model::{Shelf, Status};
use crate::store::Lock;

pub(super) struct Door {
    pub(super) keeps: Keeps,
    pub(super) lock: Lock,
    pub(super) handle: Handle,
    pub(super) give_up: mpsc::Sender<()>,
}

impl Door {
    /// Serves the private socket until the engine ends; `open` is told when others can be heard. Without a socket the
    /// program still works, alone.
    pub(super) fn server(self, candidates: Vec<PathBuf>, open: oneshot::Sender<()>) -> Server {
        Box::new(move |stop: oneshot::Receiver<()>| -> LocalBoxFuture<'static, ()> {
            Box::pin(async move {
                let listening = match link::listen(&candidates) {
                    Ok(listening) => listening,
                    Err(error) => return tracing::warn!(%error, "no socket"),
                };
                let Self { keeps, lock, handle, give_up } = self;
                lock.announce(listening.place.path());
                let _ = open.send(());
                let asked = handle.clone();
                let greet = move |role| greet(keeps.yields_to(role), asked.clone(), give_up.clone());
                let stop = async { drop(stop.await) };
                serve(listening.listener, handle, greet, stop).await;
                listening.place.remove();
            })
        })
    }
}

impl Keeps {
    const fn yields_to(&self, role: Role) -> bool {
        match (self, role) {
            (Self::Own { .. }, Role::Window | Role::Background) | (Self::Queue, Role::Window) => true,
            (Self::Own { .. } | Self::Queue, Role::Command | Role::Background)
            | (Self::Window | Self::Nothing, _) => false,
        }
    }
}

async fn greet(yields: bool, handle: Handle, give_up: mpsc::Sender<()>) -> Greeting {
    if !yields {
        return Greeting::Welcome;
    }
    let names = precious(&handle).await;
    // A second wish for what was wished already changes nothing.
    let give_up = move || {
        let _ = give_up.try_send(());
    };
    if names.is_empty() {
        give_up();
        return Greeting::Yielding;
    }
    Greeting::Occupied(Occupied { names, free: Box::pin(freed(handle)), give_up: Box::new(give_up) })
}

/// Files of transfers that would have to begin again if they were stopped now.
async fn precious(handle: &Handle) -> Vec<String> {
    let ask = |query| handle.ask(Request::Query(query));
    let running = View { shelf: Some(Shelf::Active), ..View::default() };
    let Ok(Outcome::Order(ids)) = ask(Query::Order(running)).await else { return Vec::new() };
    let mut names = Vec::new();
    for chunk in ids.chunks(Query::ROWS) {
        let Ok(Outcome::Rows(rows)) = ask(Query::Rows(chunk.to_vec())).await else { continue };
        names.extend(rows.into_iter().filter(would_begin_again).map(|row| row.name));
    }
    names
}

fn would_begin_again(row: &Row) -> bool {
    row.status == Status::Running
        && row.resumable == Some(false)
        && row.progress.total != Some(row.progress.done)
}

/// Until nothing would have to begin again.
async fn freed(handle: Handle) {
    let handle = handle.as_client(new_client());
    let Ok(mut events) = handle.subscribe().await else { return std::future::pending().await };
    while !precious(&handle).await.is_empty() {
        if events.next().await.is_none() {
            // It ended: whoever waits is told so otherwise.
            return std::future::pending().await;
        }
    }
}
