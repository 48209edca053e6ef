//! Work on the disk that a transfer waits for, and causes that may go away by themselves.

use std::path::PathBuf;

use super::{Coordinator, Effect, Errand, ErrandResult, Look};
use crate::api::Dirty;
use crate::model::{
    Boot, DiskFault, Edit, EntryKind, Fault, PartFile, Question, RangeSet, Slot, Span, Stage, TransferId,
};
use crate::rules::lifecycle::Trigger;

/// One `statvfs` this often while something waits for a disk.
const LOOK_EVERY: Span = Span::seconds(10);
/// Looks that said "fine" while the disk then said otherwise are believed less and less: 10 s double up to 10 min.
const DOUBLINGS_MOST: u32 = 6;

/// The pause before the next look.
pub(super) const fn look_after(in_vain: u32) -> Span {
    let doublings = if in_vain < DOUBLINGS_MOST { in_vain } else { DOUBLINGS_MOST };
    Span(LOOK_EVERY.0 << doublings)
}

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
            ErrandResult::Moved { to, result: Ok(part) } => self.on_moved(id, to, part),
            ErrandResult::Moved { result: Err(fault), .. } => {
                let _ = self.transit(id, Trigger::Ask(Question::Disk(fault)));
            }
            ErrandResult::Discarded(result) => self.on_discarded(id, &result),
        }
        let _ = self.book.change(id, |entry| entry.errand = false);
    }

    /// Of two copies the one that no commit knows goes.
    fn on_moved(&mut self, id: TransferId, to: PathBuf, part: PartFile) {
        let new = (to.clone(), part.clone());
        let old = self.book.change(id, |entry| {
            let transfer = &mut entry.transfer;
            transfer.generation = transfer.generation.next();
            let from = std::mem::replace(&mut transfer.target.folder, to);
            transfer.part.replace(part).map(|old| (from, old))
        });
        self.put(id);
        // Canceled meanwhile: then the old one is what can be taken back.
        if let Some((folder, part)) = old.unwrap_or(Some(new)) {
            self.then(Effect::Discard { folder, part });
        }
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
        let transfer = &entry.transfer;
        let Stage::Asking(question) = &transfer.stage else { return };
        let broken = matches!(question, Question::Disk(DiskFault::Io { .. }));
        if !question.heals_by_itself() || (broken && entry.broken.is_none()) {
            return;
        }
        let look = Look {
            folder: transfer.target.folder.clone(),
            part: transfer.part.clone(),
            create_folder: transfer.target.create_folder,
            total: transfer.total().or(entry.expected),
            broken: entry.broken,
            files: super::uploads::files(transfer),
        };
        self.at_once(Effect::Look { id, look });
    }

    pub(super) fn on_looked(&mut self, id: TransferId, found: Result<(), DiskFault>) {
        let Some(Stage::Asking(question)) = self.book.get(id).map(|entry| entry.transfer.stage.clone())
        else {
            return;
        };
        if !question.heals_by_itself() {
            return;
        }
        match found {
            Ok(()) => {
                let _ = self.book.change(id, |entry| {
                    entry.transfer.attempts = 0;
                    entry.looks = entry.looks.saturating_add(1);
                });
                let _ = self.transit(id, Trigger::Release);
            }
            Err(fault) if is_same(&question, &fault) => {
                let at = self.now.boot + LOOK_EVERY;
                if let Some(entry) = self.book.get_mut(id) {
                    entry.look_at = Some(at);
                }
                self.set_deadline(at, super::Due::Look(id));
            }
            // One cause is gone and another came to light.
            Err(fault) => {
                if !self.begins_anew(id, &Fault::Disk(fault.clone())) {
                    let question = Question::Disk(fault);
                    self.log(id, EntryKind::Asked(question.clone()));
                    let _ = self.transit(id, Trigger::Ask(question));
                }
            }
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

/// The same cause; how much is missing may differ. A file to be sent that cannot be read yet is missing yet, whatever
/// its disk says.
fn is_same(question: &Question, fault: &DiskFault) -> bool {
    if let Question::Disk(known) = question {
        return std::mem::discriminant(known) == std::mem::discriminant(fault);
    }
    matches!(question, Question::Upload(_))
}
