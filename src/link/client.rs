//! The other end: a [`Handle`] whose engine is in another program.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use futures::channel::{mpsc, oneshot};
use futures::{SinkExt, StreamExt};
use tokio::io::AsyncWriteExt;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

use super::frame::{Frames, encode, send};
use super::message::{Down, Up};
use super::{Error, FRAME_MOST, Role, VERSION, place};
use crate::api::{Batch, ClientId, Envelope, Handle, Outcome, Request, channel};
use crate::model::Refusal;

/// An owner that is alive answers at once.
const WELCOME_WITHIN: Duration = Duration::from_secs(5);

/// Carries envelopes over the socket. Whoever connects owns it and runs it; while it does not run, nothing moves.
#[must_use = "nothing moves until it is run"]
pub struct Driver {
    client: ClientId,
    frames: Frames<OwnedReadHalf>,
    to: OwnedWriteHalf,
    envelopes: mpsc::Receiver<Envelope>,
}

/// What the owner said to the hello.
#[must_use]
pub enum Connected {
    Served(Handle, Driver),
    /// Only a starting window or background program is told this.
    Occupied(Occupied),
}

/// An owner that would give the data folder up if that cost nothing.
pub struct Occupied {
    /// Files of the transfers that would have to begin again.
    pub names: Vec<String>,
    frames: Frames<OwnedReadHalf>,
    to: OwnedWriteHalf,
}

impl Occupied {
    /// Until the folder is given up, or its owner ends.
    pub async fn freed(&mut self) {
        // Whatever is said now, or not said any more: it is time to try again.
        let _ = self.frames.next::<Down>().await;
    }

    /// Wants the folder all the same. Those transfers stop, and ask whether to begin again.
    ///
    /// # Errors
    /// When the owner went meanwhile.
    pub async fn insist(&mut self) -> Result<(), Error> {
        send(&mut self.to, &Up::Insist).await?;
        self.freed().await;
        Ok(())
    }
}

/// Finds the owner among the candidates of [`super::socket_path`] and says hello. The handle is one client: it cannot
/// be cloned into another by [`Handle::as_client`].
///
/// # Errors
/// [`Error::NobodyThere`] when nobody owns the data folder; [`Error::Yielding`] when it is about to change hands.
pub async fn connect(candidates: &[PathBuf], role: Role, client: ClientId) -> Result<Connected, Error> {
    let (from, mut to) = place::connect(candidates).await?.into_split();
    let mut frames = Frames::new(from, FRAME_MOST);
    let hello = async {
        send(&mut to, &Up::Hello { version: VERSION.to_owned(), role, client }).await?;
        frames.next().await
    };
    match tokio::time::timeout(WELCOME_WITHIN, hello).await.map_err(|_| Error::NobodyThere)? {
        Ok(Some(Down::Welcome { .. })) => {}
        Ok(Some(Down::Yielding)) => return Err(Error::Yielding),
        Ok(Some(Down::Occupied { names })) => {
            return Ok(Connected::Occupied(Occupied { names, frames, to }));
        }
        Ok(Some(Down::WrongVersion { version })) => return Err(Error::WrongVersion { theirs: version }),
        Ok(Some(Down::Crowded)) | Err(Error::Socket(_)) => return Err(Error::Crowded),
        Ok(Some(Down::Reply { .. } | Down::Batch(_))) => return Err(Error::OutOfTurn),
        // It ended just now.
        Ok(None) => return Err(Error::NobodyThere),
        Err(error) => return Err(error),
    }
    let (handle, envelopes) = channel(client);
    Ok(Connected::Served(handle, Driver { client, frames, to, envelopes }))
}

impl Driver {
    /// Runs until the owner goes, or nobody holds the handle or listens to its events. Every request without a reply
    /// then ends as [`crate::api::Gone`].
    pub async fn run(self) {
        let Self { client, frames, to, envelopes } = self;
        let waiting = Waiting::default();
        let held = tokio::select! {
            held = hear(frames, &waiting) => held,
            () = ask(client, to, envelopes, &waiting) => None,
        };
        let mut waiting = waiting.take();
        waiting.replies.clear();
        if let (Some(last), Some(events)) = (held, waiting.events.as_mut()) {
            let _ = events.send(last).await;
        }
    }
}

/// Those who wait for something from the socket.
#[derive(Default)]
struct Waiting(Mutex<Queues>);

#[derive(Default)]
struct Queues {
    replies: BTreeMap<u64, oneshot::Sender<Outcome>>,
    events: Option<mpsc::Sender<Batch>>,
}

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(self) -> Queues {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll_ready(&self, context: &mut std::task::Context<'_>) -> Poll<Result<(), mpsc::SendError>> {
        match self.lock().events.as_mut() {
            Some(events) => events.poll_ready(context),
            None => Poll::Pending,
        }
    }
}

/// Ends when the socket does; gives back the picture that nobody has taken yet.
async fn hear(mut frames: Frames<OwnedReadHalf>, waiting: &Waiting) -> Option<Batch> {
    let mut held: Option<Batch> = None;
    loop {
        // A picture nobody has taken yet must not keep a reply from its owner.
        let deliver = held.is_some();
        tokio::select! {
            frame = frames.next::<Down>() => match frame {
                Ok(Some(Down::Reply { seq, outcome })) => {
                    if let Some(reply) = waiting.lock().replies.remove(&seq) {
                        let _ = reply.send(*outcome);
                    }
                }
                Ok(Some(Down::Batch(batch))) => match held.as_mut() {
                    Some(held) => held.merge(*batch),
                    None => held = Some(*batch),
                },
                Ok(
                    Some(
                        Down::Welcome { .. }
                        | Down::Yielding
                        | Down::Occupied { .. }
                        | Down::WrongVersion { .. }
                        | Down::Crowded,
                    )
                    | None,
                ) => {
                    return held;
                }
                Err(error) => {
                    tracing::debug!(%error, "the connection to the owner broke");
                    return held;
                }
            },
            ready = poll_fn(|context| waiting.poll_ready(context)), if deliver => {
                let mut queues = waiting.lock();
                match (ready, queues.events.as_mut(), held.take()) {
                    (Ok(()), Some(events), Some(batch)) => {
                        let _ = events.start_send(batch);
                    }
                    // Nobody listens any more.
                    (Ok(()) | Err(_), _, _) => queues.events = None,
                }
            }
        }
    }
}

async fn ask(
    client: ClientId,
    mut to: OwnedWriteHalf,
    mut envelopes: mpsc::Receiver<Envelope>,
    waiting: &Waiting,
) {
    while let Some(envelope) = envelopes.next().await {
        let frame = match envelope {
            Envelope::Request { client: other, reply, .. } if other != client => {
                let _ = reply.send(Outcome::Refused(Refusal::BadRequest));
                continue;
            }
            Envelope::Request { seq, request, reply, .. } => match encode_request(seq, request) {
                Ok(frame) => {
                    let _ = waiting.lock().replies.insert(seq, reply);
                    frame
                }
                Err(refusal) => {
                    let _ = reply.send(Outcome::Refused(refusal));
                    continue;
                }
            },
            Envelope::Subscribe { events, .. } => {
                waiting.lock().events = Some(events);
                match encode(&Up::Subscribe) {
                    Ok(frame) => frame,
                    Err(_) => return,
                }
            }
        };
        if to.write_all(&frame).await.is_err() {
            break;
        }
    }
    // Nobody asks any more, but somebody may still listen; and after a broken write the last words are yet to be read.
    if waiting.lock().events.is_some() {
        std::future::pending::<()>().await;
    }
}

fn encode_request(seq: u64, request: Request) -> Result<zeroize::Zeroizing<Vec<u8>>, Refusal> {
    encode(&Up::Request { seq, request: Box::new(request) }).map_err(|error| {
        if let Error::TooLong { .. } = error {
            Refusal::TooMany { most: crate::api::Command::MOST }
        } else {
            Refusal::BadRequest
        }
    })
}
