//! The body of an answer: bytes as they are written, in order, from the first that was asked for to the last.

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::watch;

use super::offer::{Facts, Offer, Phase};
use crate::engine::meter::RunMeter;
use crate::model::Generation;
use crate::rules::segments::HeadId;

/// Bytes read and sent at once.
const CHUNK: u64 = 256 << 10;
/// A reader that waits says again that it is there, well before it is forgotten.
const STILL_HERE: Duration = Duration::from_secs(10);

/// The file is not what it was, or cannot be read: the connection is cut, so that nobody takes it for the end.
#[derive(Debug, thiserror::Error)]
#[error("the rest of the file cannot be had")]
pub(super) struct Torn;

type Bytewise = Pin<Box<dyn Stream<Item = Result<Bytes, Torn>>>>;

pub(super) struct Reel {
    bytes: Option<Bytewise>,
    /// `None`: nobody knows.
    left: Option<u64>,
}

impl Reel {
    /// A few words instead of a file.
    pub(super) fn text(text: &str) -> Self {
        let left = Some(text.len() as u64);
        let bytes = Bytes::copy_from_slice(text.as_bytes());
        Self { bytes: Some(Box::pin(futures::stream::once(async move { Ok(bytes) }))), left }
    }

    pub(super) fn empty() -> Self {
        Self { bytes: None, left: Some(0) }
    }

    /// From `at` up to `end`; without one, to the end of the file, wherever that turns out to be.
    pub(super) fn of(offer: Rc<Offer>, generation: Generation, at: u64, end: Option<u64>) -> Self {
        let film = Film { facts: offer.facts(), head: Head::new(), offer, generation, at, end };
        let bytes = futures::stream::unfold(film, |mut film| async move {
            let next = film.next().await;
            next.map(|bytes| (bytes, film))
        });
        Self { bytes: Some(Box::pin(bytes)), left: end.map(|end| end.saturating_sub(at)) }
    }
}

impl Body for Reel {
    type Data = Bytes;
    type Error = Torn;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Torn>>> {
        let this = self.get_mut();
        let Some(bytes) = &mut this.bytes else { return Poll::Ready(None) };
        let next = std::task::ready!(bytes.as_mut().poll_next(context));
        if let (Some(Ok(bytes)), Some(left)) = (&next, &mut this.left) {
            *left = left.saturating_sub(bytes.len() as u64);
        }
        Poll::Ready(next.map(|next| next.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() || self.left == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// One reader on its way through the file.
struct Film {
    offer: Rc<Offer>,
    facts: watch::Receiver<Option<Facts>>,
    head: Head,
    generation: Generation,
    at: u64,
    end: Option<u64>,
}

impl Film {
    async fn next(&mut self) -> Option<Result<Bytes, Torn>> {
        loop {
            let facts = self.facts.borrow_and_update().clone();
            let Some(facts) = facts.filter(|facts| facts.generation == self.generation) else {
                return self.torn();
            };
            let phase = facts.phase;
            let run = self.offer.run();
            let shown = run.as_ref().and_then(|run| run.readers.shown());
            if let (Phase::Finished, None, Some(run)) = (&phase, self.end, &run) {
                self.end = Some(run.run_end(0));
            }
            if self.end.is_some_and(|end| self.at >= end) {
                return None;
            }
            let (Some(run), Some(shown)) = (run, shown) else {
                self.wait(None).await;
                continue;
            };
            let here = run.run_end(self.at).min(self.end.unwrap_or(u64::MAX));
            if here > self.at {
                let length = (here - self.at).min(CHUNK);
                let read =
                    self.offer.read(shown.reader, self.at, usize::try_from(length).unwrap_or_default());
                let Ok(bytes) = read.await else { return self.torn() };
                self.at += length;
                self.head.read(&run, self.at);
                return Some(Ok(bytes.into()));
            }
            match phase {
                // What is missing now never comes.
                Phase::Finished => return self.torn(),
                Phase::Runs(run) => {
                    self.head.read(&run, self.at);
                    self.wait(Some(&run)).await;
                }
                Phase::Settles | Phase::Held(_) => self.wait(None).await,
            }
        }
    }

    /// For the next byte, or for anything else to change.
    async fn wait(&mut self, run: Option<&Arc<RunMeter>>) {
        let at = self.at;
        let written = async {
            match run {
                Some(run) => run.readers.until(|| run.run_end(at) > at).await,
                None => futures::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.facts.changed() => {}
            () = written => {}
            () = tokio::time::sleep(STILL_HERE), if run.is_some() => {}
        }
    }

    fn torn(&mut self) -> Option<Result<Bytes, Torn>> {
        // Nothing follows.
        self.end = Some(self.at);
        Some(Err(Torn))
    }
}

/// What the plan of the present run knows of this reader; forgotten with it.
struct Head {
    id: HeadId,
    run: Option<Arc<RunMeter>>,
}

impl Head {
    fn new() -> Self {
        static IDS: AtomicU64 = AtomicU64::new(0);
        Self { id: HeadId(IDS.fetch_add(1, Ordering::Relaxed)), run: None }
    }

    fn read(&mut self, run: &Arc<RunMeter>, at: u64) {
        run.readers.read(self.id, at);
        self.run = Some(Arc::clone(run));
    }
}

impl Drop for Head {
    fn drop(&mut self) {
        if let Some(run) = &self.run {
            run.readers.close(self.id);
        }
    }
}
