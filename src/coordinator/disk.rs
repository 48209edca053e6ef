//! Work on the disk that a transfer waits for, and causes that may go away by themselves.

use super::{Coordinator, Effect, Errand, ErrandResult, Look};
use crate::api::Dirty;
use crate::model::{
    Boot, DiskFault, Edit, EntryKind, PartFile, Question, RangeSet, Slot, Span, Stage, TransferId,
};
use crate::rules::lifecycle::Trigger;

/// One `statvfs` this often while something waits for a disk.
pub(super) const LOOK_EVERY: Span = Span::seconds(10);

impl Coordinator {
    /// After a start: what was claimed beyond the last sync is believed only after a look at the file.
    pub(super) fn verify(&mut self, id: TransferId, slots: Vec<Slot>) {
        let Some(entry) = self.book.get(id) else {
            self.free_slots(slots);
            return;
        };
        let transfer = &entry.transfer;
        let Some(part) = transfer.part.clone() else {
            self.free_slots(slots);
            return;
        };
        let errand = Errand::Verify {
            folder: transfer.target.folder.clone(),
            part,
            synced: transfer.synced.clone(),
            mark: transfer.mark.clone(),
        };
        let _ = self.book.change(id, |entry| entry.errand = true);
        let _ = self.suspects.insert(id, slots);
        self.at_once(Effect::Errand { id, errand });
    }

    pub(super) fn on_errand(&mut self, id: TransferId, result: ErrandResult) {
        match result {
            ErrandResult::Verified(result) => self.on_verified(id, result),
            ErrandResult::SetAside(result) => {
                let kept = result.unwrap_or_default();
                self.log(id, EntryKind::Restarted { kept });
            }
            ErrandResult::Moved(Ok(part)) => {
                let _ = self.book.change(id, |entry| {
                    entry.transfer.part = Some(part);
                    entry.transfer.generation = entry.transfer.generation.next();
                });
                self.put(id);
            }
            ErrandResult::Moved(Err(fault)) => {
                let _ = self.transit(id, Trigger::Ask(Question::Disk(fault)));
            }
        }
        let _ = self.book.change(id, |entry| entry.errand = false);
    }

    fn on_verified(&mut self, id: TransferId, result: Result<(PartFile, RangeSet), DiskFault>) {
        let slots = self.suspects.remove(&id).unwrap_or_default();
        if let Ok((part, trusted)) = result {
            let claimed = self
                .book
                .get(id)
                .map_or(0, |entry| entry.transfer.mark.as_ref().map_or(0, |mark| mark.written.bytes()));
            let trusted_bytes = trusted.bytes();
            let _ = self.book.change(id, |entry| {
                entry.transfer.part = Some(part);
                entry.transfer.synced = trusted;
                entry.transfer.mark = None;
            });
            self.put(id);
            self.log(
                id,
                EntryKind::Recovered { trusted: trusted_bytes, claimed: claimed.max(trusted_bytes) },
            );
        }
        self.free_slots(slots);
    }

    pub(super) fn look(&mut self, id: TransferId, at: Boot) {
        let Some(entry) = self.book.get(id).filter(|entry| entry.look_at == Some(at)) else { return };
        let missing = match &entry.transfer.stage {
            Stage::Asking(Question::Disk(DiskFault::Full { missing })) => *missing,
            Stage::Asking(_) => 0,
            Stage::Queued
            | Stage::Running
            | Stage::Finishing
            | Stage::Waiting(_)
            | Stage::Completed
            | Stage::Canceled
            | Stage::Failed(_) => return,
        };
        let look =
            Look { folder: entry.transfer.target.folder.clone(), part: entry.transfer.part.clone(), missing };
        self.at_once(Effect::Look { id, look });
    }

    pub(super) fn on_looked(&mut self, id: TransferId, healed: bool) {
        let asking = self.book.get(id).is_some_and(
            |entry| matches!(&entry.transfer.stage, Stage::Asking(question) if question.heals_by_itself()),
        );
        if !asking {
            return;
        }
        if healed {
            let _ = self.book.change(id, |entry| entry.transfer.attempts = 0);
            let _ = self.transit(id, Trigger::Release);
        } else {
            let at = self.now.boot + LOOK_EVERY;
            if let Some(entry) = self.book.get_mut(id) {
                entry.look_at = Some(at);
            }
            self.set_deadline(at, super::Due::Look(id));
        }
    }

    pub(super) fn save_progress(&mut self, id: TransferId) {
        let now = self.now.wall;
        let Some(entry) = self.book.get(id) else { return };
        let transfer = &entry.transfer;
        let edit = Edit::Progress {
            id,
            synced: transfer.synced.clone(),
            mark: transfer.mark.clone(),
            progressed: transfer.progressed.or(Some(now)),
        };
        self.save_lazily(edit);
        self.note(Dirty::Row(id));
    }
}
