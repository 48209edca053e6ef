//! Where readers and the worker of one run meet: readers say where they are, the worker says that more is written.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::disk::Reader;
use crate::rules::segments::{HeadId, Input};

/// The file of a run, once it can be read.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Shown {
    pub reader: Arc<Reader>,
    /// Length in bytes, if anybody knows it.
    pub total: Option<u64>,
    pub order: Order,
}

/// In which order its bytes can come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Order {
    /// The server sends any part of it.
    Any,
    /// One stream, from its beginning to its end.
    Stream,
}

/// Those who read behind one run.
#[derive(Debug, Default)]
pub(in crate::engine) struct Readers {
    heads: Mutex<Heads>,
    shown: Mutex<Option<Shown>>,
    moved: Notify,
    written: Notify,
    waiting: AtomicUsize,
}

#[derive(Debug, Default)]
struct Heads {
    at: BTreeMap<HeadId, u64>,
    /// What the worker has not heard yet.
    news: Vec<Input>,
}

/// Counts somebody who waits for bytes.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn new(waiting: &'a AtomicUsize) -> Self {
        let _ = waiting.fetch_add(1, Ordering::SeqCst);
        Self(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        let _ = self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Readers {
    /// The worker has opened the file, or knows more about it.
    pub(in crate::engine) fn show(&self, shown: Shown) {
        *lock(&self.shown) = Some(shown);
        self.written.notify_waiters();
    }

    pub(in crate::engine) fn shown(&self) -> Option<Shown> {
        lock(&self.shown).clone()
    }

    /// A reader is here, or still here.
    pub(super) fn read(&self, id: HeadId, at: u64) {
        let mut heads = lock(&self.heads);
        let _ = heads.at.insert(id, at);
        heads.tell(id, Input::Read { head: id, at });
        self.moved.notify_one();
    }

    pub(super) fn close(&self, id: HeadId) {
        let mut heads = lock(&self.heads);
        if heads.at.remove(&id).is_some() {
            heads.tell(id, Input::ReadClosed(id));
            self.moved.notify_one();
        }
    }

    /// For the worker: somebody reads elsewhere now.
    pub(in crate::engine) async fn moved(&self) {
        self.moved.notified().await;
    }

    /// What a plan has to hear that heard everything before.
    pub(in crate::engine) fn news(&self) -> Vec<Input> {
        std::mem::take(&mut lock(&self.heads).news)
    }

    /// What a plan has to hear that is new.
    pub(in crate::engine) fn all(&self) -> Vec<Input> {
        let mut heads = lock(&self.heads);
        heads.news.clear();
        heads.at.iter().map(|(head, at)| Input::Read { head: *head, at: *at }).collect()
    }

    /// For the worker, after each write. Costs next to nothing while nobody waits.
    pub(in crate::engine) fn wrote(&self) {
        // What was written is seen by whoever begins to wait from here on.
        fence(Ordering::SeqCst);
        if self.waiting.load(Ordering::SeqCst) > 0 {
            self.written.notify_waiters();
        }
    }

    /// Until `there` says so; looked at after each write.
    pub(super) async fn until(&self, there: impl Fn() -> bool) {
        let _counted = Waits::new(&self.waiting);
        loop {
            let mut written = pin!(self.written.notified());
            let _ = written.as_mut().enable();
            if there() {
                return;
            }
            written.await;
        }
    }
}

impl Heads {
    /// Only the last word of each counts.
    fn tell(&mut self, id: HeadId, input: Input) {
        self.news.retain(|old| match old {
            Input::Read { head, .. } | Input::ReadClosed(head) => *head != id,
            Input::Tick
            | Input::Learned { .. }
            | Input::Ended { .. }
            | Input::Bad(_)
            | Input::Connections(_)
            | Input::Budget(_)
            | Input::Renew(_)
            | Input::Restart { .. } => true,
        });
        self.news.push(input);
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
