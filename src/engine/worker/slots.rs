//! The slots of the progress journal that one run has: each speaks for one working part.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::disk::{Part, SlotWriter};
use crate::engine::lane::LaneState;
use crate::model::{Generation, Slot, TransferId};

pub(super) struct Slots {
    lane: Rc<LaneState>,
    transfer: TransferId,
    generation: Generation,
    all: Vec<Slot>,
    free: RefCell<Vec<Slot>>,
    /// Slots of parts that are over, and the first mark that holds what they claim.
    waiting: RefCell<Vec<(u64, Slot)>>,
    /// The file is committed: before, nothing may be claimed.
    open: Cell<bool>,
}

/// A slot in use.
pub(super) struct Claimed {
    slot: Slot,
    pub writer: SlotWriter,
}

impl Slots {
    pub(super) fn new(
        lane: Rc<LaneState>,
        transfer: TransferId,
        generation: Generation,
        all: Vec<Slot>,
    ) -> Self {
        let free = RefCell::new(all.clone());
        Self { lane, transfer, generation, all, free, waiting: RefCell::default(), open: Cell::new(false) }
    }

    pub(super) fn open(&self) {
        self.open.set(true);
    }

    /// `None`: all are taken, or nothing may be claimed yet. The part then relies on the mark.
    pub(super) fn claim(&self, part: &Part) -> Option<Claimed> {
        if !self.open.get() {
            return None;
        }
        let journal = self.lane.shared.journal.as_ref()?;
        let slot = self.free.borrow_mut().pop()?;
        let writer = journal.slot(slot, self.transfer, self.generation, part)?;
        Some(Claimed { slot, writer })
    }

    /// The part is over. Its claim stands until a mark holds it.
    pub(super) fn retire(&self, claimed: &Claimed, mark: u64) {
        self.waiting.borrow_mut().push((mark, claimed.slot));
    }

    /// Everything up to this mark is committed.
    pub(super) fn marked(&self, mark: u64) {
        let mut free = self.free.borrow_mut();
        self.waiting.borrow_mut().retain(|(needs, slot)| {
            let held = *needs <= mark;
            if held {
                free.push(*slot);
            }
            !held
        });
    }

    /// Whatever they claim is not to be believed.
    pub(super) fn clear(&self) {
        if let Some(journal) = &self.lane.shared.journal {
            for slot in &self.all {
                let _ = journal.clear(*slot);
            }
        }
    }
}
