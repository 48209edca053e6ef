//! What was asked and what was answered, written down while it happens.
//!
//! Bytes and endings are entered before they are handed to the kernel and taken back if it did
//! not want them: whatever a client has seen is in the journal by then.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use super::exchange::{Ending, Exchange};
use super::request::{Headers, Request};
use super::sync::{lock, wait_while};

#[derive(Default)]
pub(super) struct Journal {
    entries: Mutex<Entries>,
    changed: Condvar,
}

#[derive(Default)]
struct Entries {
    exchanges: Vec<Exchange>,
    load: HashMap<String, Load>,
    /// Grows with every change, so that a waiting test misses none.
    generation: u64,
}

#[derive(Clone, Copy, Default)]
struct Load {
    now: usize,
    max: usize,
}

impl Journal {
    pub fn begin(self: &Arc<Self>, arrival: Arrival, request: &Request) -> Ticket {
        let exchange = Exchange {
            connection: arrival.connection,
            new_connection: arrival.first,
            origin: arrival.origin,
            method: request.method.clone(),
            target: request.target.clone(),
            headers: request.headers.clone(),
            range: request.range.clone(),
            status: None,
            answer_headers: Headers::default(),
            received: 0,
            sent: 0,
            spans: Vec::new(),
            ending: Ending::InFlight,
            started: Instant::now(),
            ended: None,
        };
        let path = request.path().to_owned();
        let mut entries = lock(&self.entries);
        let load = entries.load.entry(path.clone()).or_default();
        load.now += 1;
        load.max = load.max.max(load.now);
        let index = entries.exchanges.len();
        entries.exchanges.push(exchange);
        self.touch(&mut entries);
        Ticket { journal: Arc::clone(self), index, path, counted: Cell::new(true) }
    }

    /// The exchanges of one path, or all of them.
    pub fn exchanges(&self, path: Option<&str>) -> Vec<Exchange> {
        lock(&self.entries).select(path)
    }

    pub fn max_parallel(&self, path: &str) -> usize {
        lock(&self.entries).load.get(path).map_or(0, |load| load.max)
    }

    /// Waits until `condition` holds; the error is the journal as it was at the deadline.
    pub fn wait_for(
        &self,
        path: &str,
        condition: impl Fn(&[Exchange]) -> bool,
        timeout: Duration,
    ) -> Result<Vec<Exchange>, String> {
        let deadline = Instant::now() + timeout;
        let mut entries = lock(&self.entries);
        loop {
            let generation = entries.generation;
            let exchanges = entries.select(Some(path));
            // Not under the lock: the condition may look at the server, and it may panic.
            drop(entries);
            if condition(&exchanges) {
                return Ok(exchanges);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(print(&self.exchanges(None)));
            }
            let unchanged = |entries: &mut Entries| entries.generation == generation;
            entries = wait_while(&self.changed, lock(&self.entries), left, unchanged);
        }
    }

    fn touch(&self, entries: &mut Entries) {
        entries.generation += 1;
        self.changed.notify_all();
    }
}

impl Entries {
    fn select(&self, path: Option<&str>) -> Vec<Exchange> {
        let wanted = |own: &&Exchange| path.is_none_or(|path| own.path() == path);
        self.exchanges.iter().filter(wanted).cloned().collect()
    }
}

fn print(exchanges: &[Exchange]) -> String {
    let mut text = format!("{} exchanges", exchanges.len());
    for exchange in exchanges {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {exchange}");
    }
    text
}

/// Where and on what connection a request came in.
#[derive(Clone, Copy)]
pub(super) struct Arrival {
    pub connection: usize,
    pub first: bool,
    pub origin: SocketAddr,
}

/// The pen of one exchange.
pub(super) struct Ticket {
    journal: Arc<Journal>,
    index: usize,
    path: String,
    /// Whether it still counts as one of the parallel exchanges of its path.
    counted: Cell<bool>,
}

impl Ticket {
    /// Whether at most `limit` exchanges of the path are under way; if not, this one does not
    /// count from now on.
    pub fn admit(&self, limit: usize) -> bool {
        let mut entries = lock(&self.journal.entries);
        let now = entries.load.get(&self.path).map_or(0, |load| load.now);
        let admitted = now <= limit;
        if !admitted {
            self.release(&mut entries);
        }
        admitted
    }

    pub fn received(&self, bytes: u64) {
        self.write(|exchange| exchange.received = bytes);
    }

    pub fn answered(&self, status: u16, headers: Headers) {
        self.write(|exchange| {
            exchange.status = Some(status);
            exchange.answer_headers = headers;
        });
    }

    /// Enters body bytes which are about to be sent, with their place in the file if they are
    /// bytes of the file.
    pub fn claim(&self, bytes: u64, file: Option<u64>) {
        self.write(|exchange| {
            exchange.sent += bytes;
            let Some(start) = file else { return };
            match exchange.spans.last_mut() {
                Some(span) if span.end == start => span.end += bytes,
                _ => exchange.spans.push(start..start + bytes),
            }
        });
    }

    /// Takes back the last bytes of the latest claim.
    pub fn unclaim(&self, bytes: u64, file: Option<u64>) {
        self.write(|exchange| {
            exchange.sent -= bytes;
            if file.is_some()
                && let Some(span) = exchange.spans.last_mut()
            {
                span.end -= bytes;
            }
            exchange.spans.retain(|span| !span.is_empty());
        });
    }

    pub fn stalling(&self) {
        self.write(|exchange| exchange.ending = Ending::Stalling);
    }

    /// Ends the exchange; a later call corrects an earlier one.
    pub fn conclude(&self, ending: Ending) {
        let mut entries = lock(&self.journal.entries);
        self.release(&mut entries);
        let exchange = &mut entries.exchanges[self.index];
        exchange.ending = ending;
        exchange.ended = Some(Instant::now());
        self.journal.touch(&mut entries);
    }

    fn write(&self, change: impl FnOnce(&mut Exchange)) {
        let mut entries = lock(&self.journal.entries);
        change(&mut entries.exchanges[self.index]);
        self.journal.touch(&mut entries);
    }

    fn release(&self, entries: &mut Entries) {
        if self.counted.take()
            && let Some(load) = entries.load.get_mut(&self.path)
        {
            load.now -= 1;
        }
    }
}
