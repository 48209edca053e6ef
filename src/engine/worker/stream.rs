//! One answer on its way into the file.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Notify;

use super::slots::Claimed;
use super::supply::Number;
use crate::engine::brakes::Flow;
use crate::engine::meter::PartMeter;
use crate::model::{Boot, ByteRange, Span};
use crate::rules::segments::{PartId, Seat};

/// Smaller chunks are gathered: ext4 rewards writes of 128 KiB with half the CPU.
pub(super) const WRITE_AT_ONCE: usize = 64 << 10;
pub(super) const GATHER: usize = 128 << 10;
/// Writes that end with whole pages spare the kernel a second look at the page. Measured on ext4, Linux 6.18, chunks of
/// 93 KiB: 0.29 instead of 0.38 CPU seconds a GiB.
pub(super) const PAGE: u64 = 4 << 10;
/// Gathered bytes are written at the latest after this long, so that a kill costs little.
pub(super) const GATHER_FOR: Span = Span(200);

pub(super) struct Stream {
    pub part: PartId,
    pub seat: Seat,
    /// Where its bytes come from.
    pub from_whom: Number,
    /// First byte that this answer adds.
    pub from: u64,
    /// Written up to here.
    pub at: Cell<u64>,
    /// Gathered up to here.
    pub taken: Cell<u64>,
    /// Place in the file of the next byte of the body; before `from` while known bytes come again.
    pub incoming: Cell<u64>,
    pub meter: Arc<PartMeter>,
    pub claimed: RefCell<Option<Claimed>>,
    pub written_back: Cell<u64>,
    /// The plan changed: look before waiting on.
    pub nudge: Notify,
    /// Keeps to the limits of speed.
    pub flow: Flow,
    buffer: RefCell<Vec<u8>>,
    gathering_since: Cell<Option<Boot>>,
}

impl Stream {
    pub(super) fn new(
        (part, seat): (PartId, Seat),
        from_whom: Number,
        from: u64,
        meter: Arc<PartMeter>,
        flow: Flow,
    ) -> Self {
        Self {
            part,
            seat,
            from_whom,
            from,
            at: Cell::new(from),
            taken: Cell::new(from),
            incoming: Cell::new(from),
            meter,
            claimed: RefCell::default(),
            written_back: Cell::new(from),
            nudge: Notify::new(),
            flow,
            buffer: RefCell::default(),
            gathering_since: Cell::new(None),
        }
    }

    /// Written by this answer.
    pub(super) fn written(&self) -> ByteRange {
        ByteRange::new(self.from, self.at.get())
    }

    /// Gathers what fits and leaves the rest; true when there is enough to write.
    pub(super) fn gather(&self, bytes: &mut Bytes, now: Boot) -> bool {
        let mut buffer = self.buffer.borrow_mut();
        // What begins within a page ends with one all the same.
        let full = GATHER - usize::try_from(self.at.get() % PAGE).unwrap_or_default();
        let fits = full.saturating_sub(buffer.len()).min(bytes.len());
        buffer.extend_from_slice(&bytes.split_to(fits));
        self.taken.set(self.taken.get() + fits as u64);
        if self.gathering_since.get().is_none() {
            self.gathering_since.set(Some(now));
        }
        buffer.len() >= full
    }

    pub(super) fn has_gathered(&self) -> bool {
        !self.buffer.borrow().is_empty()
    }

    /// When what is gathered must be written.
    pub(super) fn flush_by(&self) -> Option<Boot> {
        self.gathering_since.get().map(|since| since + GATHER_FOR)
    }

    /// Hands over what is gathered. Give the buffer back with [`Stream::keep`].
    pub(super) fn gathered(&self) -> Vec<u8> {
        self.gathering_since.set(None);
        std::mem::take(&mut *self.buffer.borrow_mut())
    }

    pub(super) fn keep(&self, mut buffer: Vec<u8>) {
        buffer.clear();
        *self.buffer.borrow_mut() = buffer;
    }
}
