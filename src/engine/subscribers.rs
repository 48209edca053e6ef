//! Clients that want to know what changes, and what each has not been told yet.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::channel::mpsc;

use crate::api::{Batch, ClientId, Dirty, Outbox, Present, Stopped};
use crate::model::Boot;

#[derive(Debug, Default)]
pub(super) struct Subscribers {
    all: BTreeMap<ClientId, Subscriber>,
}

#[derive(Debug)]
struct Subscriber {
    events: mpsc::Sender<Batch>,
    outbox: Outbox,
    flushed_at: Option<Boot>,
}

/// How soon clients are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// Ten times a second at most.
    Steady,
    /// Nothing moves any more: the last word is not held back.
    AtOnce,
}

impl Subscribers {
    pub(super) fn add(&mut self, client: ClientId, events: mpsc::Sender<Batch>) {
        let _ = self.all.insert(client, Subscriber { events, outbox: Outbox::new(), flushed_at: None });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn note(&mut self, dirty: &Dirty) {
        for subscriber in self.all.values_mut() {
            subscriber.outbox.note(dirty.clone());
        }
    }

    /// Tells everybody whose turn it is. Returns when the next turn comes, if anything is left to tell.
    pub(super) fn flush(&mut self, now: Boot, pace: Pace, present: &impl Present) -> Option<Boot> {
        self.all.retain(|_, subscriber| !subscriber.events.is_closed());
        self.all.values_mut().filter_map(|subscriber| subscriber.flush(now, pace, present)).min()
    }

    /// The last word.
    pub(super) fn stop(&mut self, why: Stopped, present: &impl Present) {
        for subscriber in self.all.values_mut() {
            let mut last = subscriber.outbox.flush(present);
            last.stopped = Some(why);
            // A client that is full sees the end of the channel instead.
            let _ = subscriber.events.try_send(last);
        }
        self.all.clear();
    }
}

impl Subscriber {
    fn flush(&mut self, now: Boot, pace: Pace, present: &impl Present) -> Option<Boot> {
        if self.outbox.is_empty() {
            return None;
        }
        let next = self.flushed_at.map_or(now, |at| at + Outbox::EVERY);
        if next > now && pace == Pace::Steady {
            return Some(next);
        }
        self.flushed_at = Some(now);
        if !self.has_room() {
            // A slow client costs nothing: its rows stay marked, and it is asked again later.
            return Some(now + Outbox::EVERY);
        }
        let batch = self.outbox.flush(present);
        if !batch.is_empty() {
            let _ = self.events.try_send(batch);
        }
        None
    }

    fn has_room(&mut self) -> bool {
        let mut context = Context::from_waker(futures::task::noop_waker_ref());
        match Pin::new(&mut self.events).poll_ready(&mut context) {
            Poll::Ready(ready) => ready.is_ok(),
            Poll::Pending => false,
        }
    }
}
