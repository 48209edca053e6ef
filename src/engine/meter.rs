//! How far a run has come, where the worker writes it and the pump reads it without either waiting.

use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::serve::Readers;
use crate::coordinator::Written;
use crate::model::{ByteRange, RangeSet};

/// One working part: written up to here. Only its worker moves it.
#[derive(Debug)]
pub(super) struct PartMeter {
    start: u64,
    end: AtomicU64,
}

/// One run. Cheap to read: sums are atomics, ranges are asked for once a second only.
#[derive(Debug, Default)]
pub(super) struct RunMeter {
    /// Bytes of the file that were present when parts last changed, without those of the parts.
    base: AtomicU64,
    received: AtomicU64,
    connections: AtomicU16,
    ranges: Mutex<Ranges>,
    /// Those who read the file while it comes.
    pub(super) readers: Readers,
}

#[derive(Debug, Default)]
struct Ranges {
    present: RangeSet,
    parts: Vec<Arc<PartMeter>>,
    /// Marks taken so far.
    marks: u64,
}

impl PartMeter {
    pub(super) fn advance(&self, end: u64) {
        self.end.store(end, Ordering::Release);
    }

    fn range(&self) -> ByteRange {
        ByteRange::new(self.start, self.end.load(Ordering::Acquire))
    }
}

impl RunMeter {
    pub(super) fn new(present: RangeSet) -> Self {
        let base = AtomicU64::new(present.bytes());
        Self { base, ranges: Mutex::new(Ranges { present, parts: Vec::new(), marks: 0 }), ..Self::default() }
    }

    /// A part begins at `start`.
    pub(super) fn begin(&self, start: u64) -> Arc<PartMeter> {
        let part = Arc::new(PartMeter { start, end: AtomicU64::new(start) });
        self.lock().parts.push(Arc::clone(&part));
        part
    }

    /// A part is over: its bytes are present like any others. Returns the number of the first mark that holds them.
    pub(super) fn end(&self, part: &Arc<PartMeter>) -> u64 {
        let mut ranges = self.lock();
        ranges.parts.retain(|other| !Arc::ptr_eq(other, part));
        // A full set leaves these bytes to be fetched again; it never says too much.
        let _ = ranges.present.insert(part.range());
        self.base.store(ranges.present.bytes(), Ordering::Release);
        ranges.marks + 1
    }

    /// These bytes are to be fetched again. Nobody may be writing there.
    pub(super) fn lower(&self, bad: ByteRange) {
        let mut ranges = self.lock();
        ranges.present.remove(bad);
        self.base.store(ranges.present.bytes(), Ordering::Release);
    }

    /// What is in the file now, that of working parts included.
    pub(super) fn here(&self) -> RangeSet {
        let ranges = self.lock();
        let mut here = ranges.present.clone();
        for part in &ranges.parts {
            let _ = here.insert(part.range());
        }
        here
    }

    /// Everything before this byte is written.
    pub(super) fn prefix(&self) -> u64 {
        self.run_end(0)
    }

    /// The first byte from `from` on that is not written.
    pub(super) fn run_end(&self, from: u64) -> u64 {
        let ranges = self.lock();
        let mut end = ranges.present.run_end(from);
        loop {
            let grown = ranges.parts.iter().map(|part| part.range());
            let grown = grown.filter(|range| range.start() <= end).map(ByteRange::end).max();
            let next = ranges.present.run_end(grown.unwrap_or(end).max(end));
            if next <= end {
                return end;
            }
            end = next;
        }
    }

    /// This is present now, and nothing is being worked on.
    pub(super) fn restart(&self, present: RangeSet) {
        self.base.store(present.bytes(), Ordering::Release);
        let mut ranges = self.lock();
        *ranges = Ranges { present, parts: Vec::new(), marks: ranges.marks };
    }

    pub(super) fn add_received(&self, bytes: u64) {
        let _ = self.received.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn set_connections(&self, connections: u16) {
        self.connections.store(connections, Ordering::Relaxed);
    }

    pub(super) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    pub(super) fn connections(&self) -> u16 {
        self.connections.load(Ordering::Relaxed)
    }

    /// Present bytes, those of working parts included.
    pub(super) fn done(&self) -> u64 {
        let ranges = self.lock();
        let parts: u64 = ranges.parts.iter().map(|part| part.range().len()).sum();
        self.base.load(Ordering::Acquire) + parts
    }

    /// Everything that was written so far.
    pub(super) fn mark(&self) -> Written {
        let mut ranges = self.lock();
        ranges.marks += 1;
        let mut written = ranges.present.clone();
        for part in &ranges.parts {
            let _ = written.insert(part.range());
        }
        Written { mark: ranges.marks, ranges: written }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Ranges> {
        self.ranges.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
