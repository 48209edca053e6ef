//! The owner's end: each connection becomes one client of the engine.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::frame::{Frames, encode, send};
use super::message::{Down, Up};
use super::{Error, FRAME_MOST, Role, VERSION, place};
use crate::api::{Batch, Events, Handle, Outcome, Pending};
use crate::model::Refusal;

/// Programs at once. More are told so and turned away.
pub const CLIENTS_MOST: usize = 64;
/// Requests of one client that wait for their replies; then its next ones stay in the socket.
const IN_FLIGHT: usize = 32;
/// Before it said who it is, a client gets no room.
const HELLO_BYTES: usize = 4 << 10;
const HELLO_WITHIN: Duration = Duration::from_secs(5);
/// For the last replies and pictures when the owner ends.
const FAREWELL_WITHIN: Duration = Duration::from_millis(500);
/// Out of descriptors: the next try, without burning the processor until then.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// What a client that says hello is told.
pub enum Greeting {
    Welcome,
    /// This program gives the data folder up, now.
    Yielding,
    /// It would, but not before it was asked.
    Occupied(Occupied),
}

/// What keeps an owner from giving the data folder up at once.
pub struct Occupied {
    /// Files of the transfers that would have to begin again.
    pub names: Vec<String>,
    /// Resolves when there are none any more.
    pub free: BoxFuture<'static, ()>,
    /// Gives the folder up.
    pub give_up: Box<dyn FnOnce() + Send>,
}

/// Serves clients until `stop`, then lets those connected hear the end. `greet` decides about each newcomer; the
/// caller owns the returned future, and dropping it ends every connection.
pub async fn serve<G, F, S>(listener: UnixListener, handle: Handle, greet: G, stop: S)
where
    G: Fn(Role) -> F + Send + Sync + 'static,
    F: Future<Output = Greeting> + Send,
    S: Future<Output = ()>,
{
    let greet = Arc::new(greet);
    let (ending, ended) = watch::channel(false);
    let mut clients = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            // A conversation that went wrong is over; nobody else is concerned.
            Some(_) = clients.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if clients.len() >= CLIENTS_MOST => turn_away(stream),
                Ok((stream, _)) => {
                    let (handle, greet, ended) = (handle.clone(), Arc::clone(&greet), ended.clone());
                    let _ = clients.spawn(async move {
                        if let Err(error) = converse(stream, handle, greet, ended).await {
                            tracing::debug!(%error, "a client's connection ended");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "no connection can be accepted");
                    tokio::time::sleep(ACCEPT_AGAIN).await;
                }
            },
        }
    }
    drop(listener);
    let _ = ending.send(true);
    let farewell = async { while clients.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(FAREWELL_WITHIN, farewell).await;
}

fn turn_away(stream: UnixStream) {
    if let (Ok(mut stream), Ok(frame)) = (stream.into_std(), encode(&Down::Crowded)) {
        // The socket's buffer is empty: this neither blocks nor matters if it fails.
        let _ = stream.write_all(&frame);
    }
}

async fn converse<G, F>(
    stream: UnixStream,
    handle: Handle,
    greet: Arc<G>,
    ended: watch::Receiver<bool>,
) -> Result<(), Error>
where
    G: Fn(Role) -> F,
    F: Future<Output = Greeting>,
{
    place::admit(stream.peer_cred()?.uid(), rustix::process::geteuid().as_raw())?;
    let (from, mut to) = stream.into_split();
    let mut frames = Frames::new(from, HELLO_BYTES);
    let hello = tokio::time::timeout(HELLO_WITHIN, frames.next()).await.map_err(|_| Error::OutOfTurn)??;
    let (role, client) = match hello {
        Some(Up::Hello { version, role, client }) if version == VERSION => (role, client),
        Some(Up::Hello { .. }) => {
            return send(&mut to, &Down::WrongVersion { version: VERSION.to_owned() }).await;
        }
        Some(Up::Request { .. } | Up::Subscribe | Up::Insist) => return Err(Error::OutOfTurn),
        None => return Ok(()),
    };
    match greet(role).await {
        Greeting::Welcome => send(&mut to, &Down::Welcome { version: VERSION.to_owned() }).await?,
        Greeting::Yielding => return send(&mut to, &Down::Yielding).await,
        Greeting::Occupied(occupied) => return negotiate(frames, to, occupied, ended).await,
    }
    frames.allow(FRAME_MOST);
    let (asked, to_answer) = mpsc::channel(1);
    tokio::select! {
        said = answer(to, to_answer) => said,
        heard = hear(frames, handle.as_client(client), asked, ended) => heard,
    }
}

/// Says what is in the way, and yields when that is over or the client insists.
async fn negotiate(
    mut frames: Frames<OwnedReadHalf>,
    mut to: OwnedWriteHalf,
    occupied: Occupied,
    mut ended: watch::Receiver<bool>,
) -> Result<(), Error> {
    let Occupied { names, free, give_up } = occupied;
    send(&mut to, &Down::Occupied { names }).await?;
    tokio::select! {
        () = free => {}
        frame = frames.next::<Up>() => match frame? {
            Some(Up::Insist) => {}
            Some(Up::Hello { .. } | Up::Request { .. } | Up::Subscribe) => return Err(Error::OutOfTurn),
            // It does not want to wait.
            None => return Ok(()),
        },
        _ = ended.wait_for(|ended| *ended) => return Ok(()),
    }
    give_up();
    send(&mut to, &Down::Yielding).await
}

/// What was asked and must be answered.
enum Asked {
    Reply(u64, Pending),
    Events(Events),
}

/// Ends when the client goes or breaks the rules. When the owner ends it only stops hearing, so that the last answers
/// are still given.
async fn hear(
    mut frames: Frames<OwnedReadHalf>,
    handle: Handle,
    asked: mpsc::Sender<Asked>,
    mut ended: watch::Receiver<bool>,
) -> Result<(), Error> {
    loop {
        let frame = tokio::select! {
            frame = frames.next::<Up>() => frame?,
            _ = ended.wait_for(|ended| *ended) => break,
        };
        let next = match frame {
            Some(Up::Request { seq, request }) => match handle.forward(seq, *request).await {
                Ok(pending) => Asked::Reply(seq, pending),
                Err(_) => break,
            },
            Some(Up::Subscribe) => match handle.subscribe().await {
                Ok(events) => Asked::Events(events),
                Err(_) => break,
            },
            Some(Up::Hello { .. } | Up::Insist) => return Err(Error::OutOfTurn),
            None => return Ok(()),
        };
        if asked.send(next).await.is_err() {
            return Ok(());
        }
    }
    drop(asked);
    std::future::pending().await
}

/// One frame at a time: while a slow client takes one, its next picture waits in the engine and stays one picture.
async fn answer(mut to: OwnedWriteHalf, mut asked: mpsc::Receiver<Asked>) -> Result<(), Error> {
    let mut replies = FuturesUnordered::new();
    let mut events: Option<Events> = None;
    let mut hearing = true;
    loop {
        let subscribed = events.is_some();
        tokio::select! {
            biased;
            Some((seq, outcome)) = replies.next() => {
                // No outcome: the engine is gone. The client learns it from the end of the connection.
                if let Some(outcome) = outcome {
                    send_reply(&mut to, seq, outcome).await?;
                }
            }
            next = asked.recv(), if hearing && replies.len() < IN_FLIGHT => match next {
                Some(Asked::Reply(seq, pending)) => replies.push(async move { (seq, pending.await.ok()) }),
                Some(Asked::Events(new)) => events = Some(new),
                None => hearing = false,
            },
            batch = next_batch(&mut events), if subscribed => match batch {
                Some(batch) => send(&mut to, &Down::Batch(Box::new(batch))).await?,
                // The engine ended: nothing that is asked from here on can be answered.
                None => (events, hearing) = (None, false),
            },
            else => return Ok(()),
        }
    }
}

async fn next_batch(events: &mut Option<Events>) -> Option<Batch> {
    match events {
        Some(events) => events.next().await,
        None => None,
    }
}

async fn send_reply(to: &mut OwnedWriteHalf, seq: u64, outcome: Outcome) -> Result<(), Error> {
    let reply = Down::Reply { seq, outcome: Box::new(outcome) };
    match send(to, &reply).await {
        // It cannot be said in a frame; the client must not wait for it for ever.
        Err(Error::TooLong { .. } | Error::Malformed(_)) => {
            let outcome = Box::new(Outcome::Refused(Refusal::BadRequest));
            send(to, &Down::Reply { seq, outcome }).await
        }
        sent => sent,
    }
}
