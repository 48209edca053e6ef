//! The two ends of the contract. A [`Handle`] is the same whether the engine is a thread of this program or lives
//! behind a socket: somebody takes [`Envelope`]s out of a channel.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::channel::{mpsc, oneshot};
use serde::{Deserialize, Serialize};

use super::{Batch, Outcome, Request};

/// Tells clients apart, so that a request sent twice is done once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(pub u64);

/// What travels from a handle to whoever answers.
#[derive(Debug)]
pub enum Envelope {
    Request {
        client: ClientId,
        seq: u64,
        request: Request,
        reply: oneshot::Sender<Outcome>,
    },
    /// From now on this client is told what changes.
    Subscribe {
        client: ClientId,
        events: mpsc::Sender<Batch>,
    },
}

/// Nobody is there to answer any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the engine has ended")]
pub struct Gone;

/// Requests on their way; more than that and the sender waits for its turn.
const REQUESTS_MOST: usize = 256;
/// Two pictures: the one being drawn and the next.
const BATCHES_MOST: usize = 2;

/// A reply that has not come yet.
pub type Pending = oneshot::Receiver<Outcome>;
/// Pictures of what changed.
pub type Events = mpsc::Receiver<Batch>;

/// Sends requests. Cheap to clone; clones are one client.
#[derive(Debug, Clone)]
pub struct Handle {
    client: ClientId,
    next: Arc<AtomicU64>,
    to: mpsc::Sender<Envelope>,
}

/// A handle and the end where its envelopes come out.
pub fn channel(client: ClientId) -> (Handle, mpsc::Receiver<Envelope>) {
    let (to, envelopes) = mpsc::channel(REQUESTS_MOST);
    (Handle { client, next: Arc::new(AtomicU64::new(1)), to }, envelopes)
}

impl Handle {
    /// The same engine, as another client.
    #[must_use]
    pub fn as_client(&self, client: ClientId) -> Self {
        Self { client, next: Arc::new(AtomicU64::new(1)), to: self.to.clone() }
    }

    pub const fn client(&self) -> ClientId {
        self.client
    }

    /// Waits for a place in the channel, then for the reply.
    ///
    /// # Errors
    /// [`Gone`] when the engine ended before it answered.
    pub async fn ask(&self, request: Request) -> Result<Outcome, Gone> {
        let seq = self.next.fetch_add(1, Ordering::Relaxed);
        self.forward(seq, request).await?.await.map_err(|_| Gone)
    }

    /// Hands on a request that somebody else numbered; one that comes again keeps its number and is done once.
    ///
    /// # Errors
    /// [`Gone`] when the engine has ended.
    pub async fn forward(&self, seq: u64, request: Request) -> Result<Pending, Gone> {
        let (reply, pending) = oneshot::channel();
        let envelope = Envelope::Request { client: self.client, seq, request, reply };
        futures::SinkExt::send(&mut self.to.clone(), envelope).await.map_err(|_| Gone)?;
        Ok(pending)
    }

    /// # Errors
    /// [`Gone`] when the engine has ended.
    pub async fn subscribe(&self) -> Result<Events, Gone> {
        let (events, batches) = mpsc::channel(BATCHES_MOST);
        let envelope = Envelope::Subscribe { client: self.client, events };
        futures::SinkExt::send(&mut self.to.clone(), envelope).await.map_err(|_| Gone)?;
        Ok(batches)
    }
}
