//! The ways a transfer leaves the book, and the ways back.

use super::book::Entry;
use super::saving::Before;
use super::{Coordinator, Effect, Ending, Errand, UndoKind, Undoable};
use crate::api::{Dirty, FileFate, Outcome, Selection, UndoToken};
use crate::model::{
    DiskFault, Edit, EntryKind, Failure, Intent, RangeSet, Refusal, Span, Stage, Status, Transfer, TransferId,
};
use crate::rules::lifecycle::{Trigger, next};

/// A canceled transfer's data waits this long for a change of mind.
pub(super) const UNDO: Span = Span::seconds(10);
/// Takings back that are remembered; older ones are carried out.
const UNDOS_MOST: usize = 64;
/// Workers and the store have this long at the end.
const END: Span = Span(1200);

impl Coordinator {
    pub(super) fn complete(&mut self, id: TransferId, total: u64) {
        let now = self.now.wall;
        // A small one was never read.
        let done = self.book.get(id).and_then(|entry| entry.live.as_ref()).map_or(total, |live| live.done);
        self.charge(id, total.saturating_sub(done));
        self.save_usage();
        if self.book.get(id).is_some_and(|entry| entry.transfer.stage == Stage::Running) {
            let _ = self.transit(id, Trigger::Fill);
        }
        let _ = self.book.change(id, |entry| {
            entry.transfer.finished = Some(now);
            let mut validator = entry.transfer.validator.take().unwrap_or_default();
            validator.total = Some(total);
            entry.transfer.validator = Some(validator);
            entry.transfer.synced = RangeSet::of(crate::model::ByteRange::new(0, total));
            entry.transfer.part = None;
            // They are of no use any more, and may be many.
            entry.transfer.options.check.pieces = None;
        });
        if self.transit(id, Trigger::Finish).is_err() {
            return;
        }
        self.log(id, EntryKind::Finished);
        self.archive(id);
    }

    pub(super) fn fail(&mut self, id: TransferId, failure: Failure) {
        let now = self.now.wall;
        let _ = self.book.change(id, |entry| entry.transfer.finished = Some(now));
        if self.transit(id, Trigger::Fail(failure)).is_ok() {
            self.archive(id);
        }
    }

    /// From the book to the history.
    fn archive(&mut self, id: TransferId) {
        self.end_run(id);
        let Some(entry) = self.leave_book(id) else { return };
        let transfer = entry.transfer;
        let shelf = final_status(&transfer.stage).shelf();
        self.count_history(shelf, transfer.direction, 1);
        if transfer.stage == Stage::Completed {
            let secrets = transfer.secrets();
            if !secrets.is_empty() {
                self.then(Effect::Forget(secrets));
            }
            self.unspool(&transfer);
        }
        self.save(Edit::Archive(Box::new(transfer)));
        self.note(Dirty::Row(id));
        self.note(Dirty::Order);
    }

    pub(super) fn cancel(&mut self, which: &Selection) -> Result<Outcome, Refusal> {
        let (ids, named) = self.chosen(which);
        let mut canceled = Vec::new();
        let mut refused = None;
        for id in ids {
            let Some(entry) = self.book.get(id) else {
                refused = refused.or(Some(Refusal::NoSuchTransfer(id)));
                continue;
            };
            let before = entry.transfer.clone();
            self.remember(id);
            let now = self.now.wall;
            if self.transit(id, Trigger::Cancel).is_err() {
                refused = refused.or(Some(self.not_now(id)));
                continue;
            }
            let _ = self.book.change(id, |entry| entry.transfer.finished = Some(now));
            self.log(id, EntryKind::Canceled);
            self.stop_for_good(id);
            canceled.push(before);
        }
        match refused {
            Some(refusal) if canceled.is_empty() && named => Err(refusal),
            Some(_) | None => Ok(self.undoable(canceled, UndoKind::Cancel)),
        }
    }

    /// Archives a transfer whose worker may still be writing: the worker is told, and waited for, apart.
    fn stop_for_good(&mut self, id: TransferId) {
        let Some(entry) = self.leave_book(id) else { return };
        let transfer = entry.transfer;
        self.count_history(final_status(&transfer.stage).shelf(), transfer.direction, 1);
        self.save(Edit::Archive(Box::new(transfer)));
        self.note(Dirty::Row(id));
    }

    pub(super) fn remove(
        &mut self,
        which: &Selection,
        file: FileFate,
        rows: Vec<Transfer>,
    ) -> Result<Outcome, Refusal> {
        let (ids, named) = self.chosen(which);
        let mut removed = Vec::new();
        for id in &ids {
            if self.book.get(*id).is_none() {
                continue;
            }
            self.remember(*id);
            if let Some(entry) = self.leave_book(*id) {
                removed.push(entry.transfer);
            }
        }
        for mut row in rows {
            self.count_history(final_status(&row.stage).shelf(), row.direction, -1);
            if self.doomed.remove(&row.id).is_some() {
                // Its file is being deleted at this moment, and nothing more will be stored of it.
                row.part = None;
            }
            // Canceled a moment ago: its data goes now, since nothing will remember it.
            if self.withdraw_offer(row.id).is_some() {
                self.abandon(&row);
                if let Some(part) = row.part.take() {
                    self.then(Effect::Discard { folder: row.target.folder.clone(), part });
                }
            }
            removed.push(row);
        }
        if removed.is_empty() && named {
            return Err(Refusal::NoSuchTransfer(
                ids.first().copied().unwrap_or(TransferId(std::num::NonZeroU64::MIN)),
            ));
        }
        for transfer in &removed {
            self.save(Edit::Delete(transfer.id));
            self.note(Dirty::Removed(transfer.id));
        }
        Ok(self.undoable(removed, UndoKind::Remove(file)))
    }

    fn undoable(&mut self, transfers: Vec<Transfer>, kind: UndoKind) -> Outcome {
        let token = UndoToken(self.next_undo);
        self.next_undo += 1;
        let count = transfers.len();
        if self.undos.len() >= UNDOS_MOST
            && let Some((oldest, _)) = self.undos.first_key_value()
        {
            let oldest = *oldest;
            self.doom(oldest);
        }
        let _ = self.undos.insert(token, Undoable { transfers, kind });
        self.offer(token);
        Outcome::Undoable { token, count }
    }

    pub(super) fn undo(&mut self, token: UndoToken) -> Result<(), Refusal> {
        let undoable = self.undos.remove(&token).ok_or(Refusal::NothingToUndo)?;
        for mut transfer in undoable.transfers {
            let id = transfer.id;
            transfer.stage = next(&transfer.stage, Trigger::Reboot).unwrap_or_default();
            transfer.mark = None;
            match (undoable.kind, transfer.stage.is_final()) {
                (UndoKind::Remove(_), true) => {
                    self.count_history(final_status(&transfer.stage).shelf(), transfer.direction, 1);
                    self.save(Edit::Archive(Box::new(transfer)));
                }
                (UndoKind::Remove(_), false) => {
                    self.remember(id);
                    self.enter_book(Entry::new(transfer));
                    self.put(id);
                }
                (UndoKind::Cancel, _) => {
                    let ended = Transfer { stage: Stage::Canceled, ..transfer.clone() };
                    self.remember_as(id, Before::Ended(Box::new(ended)));
                    self.count_history(crate::model::Shelf::Finished, transfer.direction, -1);
                    self.save(Edit::Revive(Box::new(transfer.clone())));
                    self.enter_book(Entry::new(transfer));
                    self.put(id);
                }
            }
            self.note(Dirty::Row(id));
            self.note(Dirty::Order);
        }
        Ok(())
    }

    /// The time to change one's mind is over.
    pub(super) fn doom(&mut self, token: UndoToken) {
        let Some(undoable) = self.undos.remove(&token) else { return };
        for transfer in undoable.transfers {
            match undoable.kind {
                UndoKind::Cancel => self.discard_canceled(transfer),
                // The file is the user's own, whatever was wished for.
                UndoKind::Remove(_) if transfer.upload.is_some() => {
                    self.forget_secrets(&transfer);
                    self.unkeep(&transfer);
                }
                UndoKind::Remove(FileFate::Keep) => self.forget_secrets(&transfer),
                UndoKind::Remove(FileFate::Trash) => {
                    self.forget_secrets(&transfer);
                    let folder = transfer.target.folder.clone();
                    match (&transfer.part, &transfer.stage) {
                        (Some(part), _) => self.then(Effect::Discard { folder, part: part.clone() }),
                        (None, Stage::Completed) => {
                            if let Some(file) = transfer.target.file() {
                                self.then(Effect::Trash(file));
                            }
                        }
                        (None, _) => {}
                    }
                }
            }
        }
    }

    /// A canceled transfer, as it was before: its data goes now. It is recorded until it is gone, so that a crash in
    /// between, or a disk that is away, leaves it to the next start.
    fn discard_canceled(&mut self, transfer: Transfer) {
        // Before its secrets go, which the server may want for it.
        self.abandon(&transfer);
        self.forget_secrets(&transfer);
        self.unspool(&transfer);
        let Some(part) = transfer.part.clone() else { return };
        let (id, folder) = (transfer.id, transfer.target.folder.clone());
        let _ = self.doomed.insert(id, transfer);
        self.at_once(Effect::Errand { id, errand: Errand::Discard { folder, part } });
    }

    pub(super) fn on_discarded(&mut self, id: TransferId, result: &Result<(), DiskFault>) {
        let Some(mut transfer) = self.doomed.remove(&id) else { return };
        if result.is_err() {
            return;
        }
        transfer.part = None;
        transfer.stage = Stage::Canceled;
        transfer.finished = Some(self.now.wall);
        transfer.synced = RangeSet::new();
        transfer.mark = None;
        self.save(Edit::Archive(Box::new(transfer)));
    }

    /// The user wanted it only if its name is free.
    pub(super) fn skip(&mut self, id: TransferId) {
        let Some(before) = self.book.get(id).map(|entry| entry.transfer.clone()) else { return };
        let now = self.now.wall;
        // From wherever it is: a name may be taken in the last moment.
        let _ = self.transit(id, Trigger::Yield);
        if self.transit(id, Trigger::Cancel).is_err() {
            return;
        }
        let _ = self.book.change(id, |entry| entry.transfer.finished = Some(now));
        self.log(id, EntryKind::Canceled);
        self.archive(id);
        if before.part.is_some() {
            let _ = self.undoable(vec![before], UndoKind::Cancel);
        }
    }

    /// A refused addition may be under way. Its worker is stopped even if it is about to finish, and what it made goes.
    pub(super) fn withdraw(&mut self, id: TransferId) {
        if let Some(live) = self.book.get(id).and_then(|entry| entry.live.as_ref()) {
            let run = live.run;
            self.at_once(Effect::Stop { id, run });
        }
        let Some(entry) = self.leave_book(id) else { return };
        let Some(part) = entry.transfer.part else { return };
        let leaves = (entry.transfer.target.folder, part);
        match self.ghosts.get_mut(&id) {
            Some(ghost) => ghost.leaves = Some(leaves),
            None => self.then(Effect::Discard { folder: leaves.0, part: leaves.1 }),
        }
    }

    /// Canceled in an earlier life that ended before the data went.
    pub(super) fn discard_doomed(&mut self, transfer: Transfer) {
        self.discard_canceled(transfer);
    }

    fn forget_secrets(&mut self, transfer: &Transfer) {
        let secrets = transfer.secrets();
        if !secrets.is_empty() {
            self.then(Effect::Forget(secrets));
        }
    }

    /// Ended ones come back for another try. Returns how many.
    pub(super) fn revive(&mut self, which: &Selection, rows: Vec<Transfer>) -> usize {
        let _ = which;
        let mut revived = 0;
        for mut transfer in rows {
            let Ok(stage) = next(&transfer.stage, Trigger::Restart) else { continue };
            let canceled = transfer.stage == Stage::Canceled;
            let id = transfer.id;
            self.remember_as(id, Before::Ended(Box::new(transfer.clone())));
            self.count_history(final_status(&transfer.stage).shelf(), transfer.direction, -1);
            let _ = self.withdraw_offer(id);
            if self.doomed.remove(&id).is_some() {
                // Its file is being deleted at this moment.
                transfer.part = None;
            }
            transfer.stage = stage;
            transfer.intent = Intent::Run;
            transfer.attempts = 0;
            transfer.finished = None;
            transfer.rank = self.rank_at_end(transfer.priority);
            if let Some(upload) = transfer.upload.as_mut().filter(|_| canceled) {
                upload.start_over();
            }
            if transfer.part.is_none() {
                transfer.generation = transfer.generation.next();
                transfer.validator = None;
                transfer.synced = RangeSet::new();
                transfer.options.check.begin_anew();
            }
            self.save(Edit::Revive(Box::new(transfer.clone())));
            self.enter_book(Entry::new(transfer));
            self.put(id);
            self.log(id, EntryKind::ResumedByUser);
            revived += 1;
        }
        revived
    }

    /// Takes a transfer out of what waits for its time to be taken back to run out; nothing is carried out for it then.
    pub(super) fn withdraw_offer(&mut self, id: TransferId) -> Option<Transfer> {
        self.undos.values_mut().find_map(|undoable| {
            let at = undoable.transfers.iter().position(|transfer| transfer.id == id)?;
            Some(undoable.transfers.remove(at))
        })
    }

    /// From the first byte, into a new file: the claims of the old one are gone before anything touches it.
    pub(super) fn restart(&mut self, id: TransferId) {
        let old = self.book.change(id, |entry| {
            let transfer = &mut entry.transfer;
            let part = transfer.part.take();
            transfer.generation = transfer.generation.next();
            transfer.synced = RangeSet::new();
            transfer.mark = None;
            transfer.validator = None;
            transfer.resumable = None;
            transfer.restarted += 1;
            transfer.options.check.begin_anew();
            if let Some(upload) = &mut transfer.upload {
                upload.start_over();
            }
            entry.errand = part.is_some();
            part.map(|part| (transfer.target.folder.clone(), part))
        });
        self.put(id);
        match old {
            Some(Some((folder, part))) => {
                self.then(Effect::Errand { id, errand: Errand::SetAside { folder, part } });
            }
            Some(None) => self.log(id, EntryKind::Restarted { kept: None }),
            None => {}
        }
    }

    /// The transfer ends here; its unfinished file stays where it is.
    pub(super) fn keep_what_is_here(&mut self, id: TransferId) {
        if self.book.get(id).is_some_and(|entry| entry.transfer.upload.is_some()) {
            return self.it_is_done(id);
        }
        let now = self.now.wall;
        let _ = self.book.change(id, |entry| {
            entry.transfer.part = None;
            entry.transfer.finished = Some(now);
        });
        if self.transit(id, Trigger::Cancel).is_ok() {
            self.log(id, EntryKind::Canceled);
            self.archive(id);
        }
    }

    pub(super) fn shut_down(&mut self) {
        if self.ending.is_some() {
            return;
        }
        let latest = self.now.boot + END;
        self.ending = Some(Ending::Asked { latest });
        self.set_deadline(latest, super::Due::End);
        let running: Vec<_> = self.book.running().collect();
        for id in running {
            self.stop_run(id);
        }
        // Nobody is left to take a removal back; a cancel is recorded and carried out by the next start.
        let removed = self.undos.iter().filter(|(_, undoable)| matches!(undoable.kind, UndoKind::Remove(_)));
        for token in removed.map(|(token, _)| *token).collect::<Vec<_>>() {
            self.doom(token);
        }
    }

    fn chosen(&self, which: &Selection) -> (Vec<TransferId>, bool) {
        match which {
            Selection::Ids(ids) => (ids.clone(), true),
            Selection::All => (self.book.ids().collect(), false),
        }
    }
}

/// The status of a transfer that is not in the book.
pub(super) fn final_status(stage: &Stage) -> Status {
    match stage {
        Stage::Completed => Status::Completed,
        Stage::Failed(failure) => Status::Failed(failure.clone()),
        Stage::Canceled
        | Stage::Queued
        | Stage::Running
        | Stage::Finishing
        | Stage::Waiting(_)
        | Stage::Asking(_) => Status::Canceled,
    }
}
