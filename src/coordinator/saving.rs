//! What must be stored, what waits for the commit, and what happens when there is none.

use std::collections::BTreeSet;

use super::book::Entry;
use super::end::UNDO;
use super::timers::Due;
use super::{Coordinator, Effect, Ending};
use crate::api::{ClientId, Dirty, Notice, Outcome, UndoToken};
use crate::model::{
    Direction, Durability, Edit, EntryKind, Refusal, Shelf, Slot, Span, StoreTrouble, Ticket, Transfer,
    TransferId,
};
use crate::rules::lifecycle::{Trigger, next};

/// Collected during one step.
#[derive(Debug, Default)]
pub(super) struct Step {
    edits: Vec<Edit>,
    full: bool,
    /// Those that have an image to go back to.
    remembered: BTreeSet<TransferId>,
    /// Happens whatever the store says.
    now: Vec<Effect>,
    after: After,
}

/// Everything that hangs on one commit.
#[derive(Debug, Default)]
pub(super) struct After {
    then: Vec<Effect>,
    free: Vec<Slot>,
    /// Changes to the count of ended transfers.
    history: Vec<(Shelf, Direction, i64)>,
    /// Images from before a command, to go back to.
    undo: Vec<(TransferId, Before)>,
    /// What the command offered to take back; there is nothing to take back of a refused one.
    offered: Option<UndoToken>,
    /// The command that is answered, if there is one.
    reply: Option<(ClientId, u64)>,
    /// Transfers stored whole.
    touched: BTreeSet<TransferId>,
    /// Edits that cannot be made again from the book.
    again: Vec<Edit>,
}

/// How a transfer was before a command.
#[derive(Debug)]
pub(super) enum Before {
    Nowhere,
    /// In the history only.
    Ended(Box<Transfer>),
    /// In the book, where it still is.
    Book(Box<Transfer>),
    /// In the book, which it left by this very command.
    Left(Box<Transfer>),
}

/// A store that refused is asked again after this long.
const AGAIN: Span = Span::seconds(10);

impl Coordinator {
    /// Not waiting for any commit: closing a gate never waits for a disk.
    pub(super) fn at_once(&mut self, effect: Effect) {
        self.this_step.now.push(effect);
    }

    /// After the commit of this step, if it has one.
    pub(super) fn then(&mut self, effect: Effect) {
        self.this_step.after.then.push(effect);
    }

    pub(super) fn reply(&mut self, client: ClientId, seq: u64, outcome: Outcome) {
        self.this_step.after.reply = Some((client, seq));
        self.then(Effect::Reply { client, seq, outcome });
    }

    pub(super) fn note(&mut self, dirty: Dirty) {
        self.then(Effect::Note(dirty));
    }

    pub(super) fn save(&mut self, edit: Edit) {
        self.this_step.full = true;
        if matches!(edit, Edit::Archive(_) | Edit::Revive(_) | Edit::Delete(_)) {
            self.this_step.after.again.push(edit.clone());
        }
        match &edit {
            Edit::Delete(id) => {
                let _ = self.deleting.insert(*id);
                let _ = self.archiving.remove(id);
            }
            Edit::Archive(transfer) => {
                let _ = self.deleting.remove(&transfer.id);
                let (commits, row) =
                    self.archiving.entry(transfer.id).or_insert_with(|| (0, transfer.clone()));
                *commits += 1;
                row.clone_from(transfer);
            }
            Edit::Revive(transfer) => {
                let _ = self.archiving.remove(&transfer.id);
            }
            Edit::Put(_)
            | Edit::Progress { .. }
            | Edit::Log { .. }
            | Edit::PutGroup(_)
            | Edit::DeleteGroup(_)
            | Edit::Host { .. }
            | Edit::Usage { .. }
            | Edit::NextId(_) => {}
        }
        self.this_step.edits.push(edit);
    }

    pub(super) fn save_lazily(&mut self, edit: Edit) {
        self.this_step.edits.push(edit);
    }

    /// Stores a transfer of the book whole at the end of the step, and tells everybody.
    pub(super) fn put(&mut self, id: TransferId) {
        self.this_step.full = true;
        let _ = self.this_step.after.touched.insert(id);
    }

    /// Remembers how a transfer was before a command touches it.
    pub(super) fn remember(&mut self, id: TransferId) {
        let in_book = self.book.get(id).map(|entry| Before::Book(Box::new(entry.transfer.clone())));
        self.remember_as(id, in_book.unwrap_or(Before::Nowhere));
    }

    pub(super) fn remember_as(&mut self, id: TransferId, before: Before) {
        if self.this_step.remembered.insert(id) {
            self.this_step.after.undo.push((id, before));
        }
    }

    pub(super) fn offer(&mut self, token: UndoToken) {
        self.this_step.after.offered = Some(token);
    }

    pub(super) fn log(&mut self, id: TransferId, kind: EntryKind) {
        let entry = crate::model::Entry { at: self.now.wall, kind };
        self.save_lazily(Edit::Log { id, entry });
    }

    /// Usable again once what it claimed is committed.
    pub(super) fn free_slots(&mut self, slots: Vec<Slot>) {
        self.this_step.after.free.extend(slots);
    }

    pub(super) fn count_history(&mut self, shelf: Shelf, direction: Direction, change: i64) {
        self.this_step.after.history.push((shelf, direction, change));
    }

    pub(super) fn finish_step(&mut self) -> Vec<Effect> {
        for id in self.this_step.after.touched.clone() {
            self.file(id);
            if let Some(entry) = self.book.get(id) {
                let transfer = Box::new(entry.transfer.clone());
                self.this_step.edits.push(Edit::Put(transfer));
                self.note(Dirty::Row(id));
            }
        }
        let mut step = std::mem::take(&mut self.this_step);
        for (id, before) in &mut step.after.undo {
            if let (Before::Book(image), None) = (&*before, self.book.get(*id)) {
                *before = Before::Left(image.clone());
            }
        }
        let mut effects = step.now;
        if step.edits.is_empty() {
            self.settle(step.after, &mut effects);
        } else {
            let ticket = Ticket(self.next_ticket);
            self.next_ticket += 1;
            for id in &step.after.touched {
                if let Some(entry) = self.book.get_mut(*id) {
                    entry.saved_by = ticket;
                }
            }
            let _ = self.pending.insert(ticket, step.after);
            let durability = if step.full { Durability::Full } else { Durability::Normal };
            effects.push(Effect::Save { ticket, edits: step.edits, durability });
        }
        if self.doubtful && self.pending.is_empty() && self.unsaved.is_empty() {
            self.doubtful = false;
            effects.push(Effect::Recount { after: Ticket(self.next_ticket) });
        }
        self.look_at_end(&mut effects);
        effects
    }

    /// Counts are right only if nothing was stored since they were asked for.
    pub(super) fn on_counted(&mut self, after: Ticket, history: &[(Shelf, Direction, i64)]) {
        if after == Ticket(self.next_ticket) && self.pending.is_empty() {
            self.counts.set_history(history);
            self.note(Dirty::Counts);
        } else {
            self.doubtful = true;
        }
    }

    pub(super) fn on_saved(&mut self, ticket: Ticket) {
        let Some(after) = self.pending.remove(&ticket) else { return };
        self.can_be_read(&after);
        let mut effects = Vec::new();
        self.settle(after, &mut effects);
        self.this_step.now.append(&mut effects);
    }

    /// From here on the store's reader tells the truth about them.
    fn can_be_read(&mut self, after: &After) {
        for edit in &after.again {
            match edit {
                Edit::Delete(id) => drop(self.deleting.remove(id)),
                Edit::Archive(transfer) => {
                    let last = self.archiving.get_mut(&transfer.id).is_some_and(|(commits, _)| {
                        *commits = commits.saturating_sub(1);
                        *commits == 0
                    });
                    if last {
                        let _ = self.archiving.remove(&transfer.id);
                    }
                }
                Edit::Put(_)
                | Edit::Revive(_)
                | Edit::Progress { .. }
                | Edit::Log { .. }
                | Edit::PutGroup(_)
                | Edit::DeleteGroup(_)
                | Edit::Host { .. }
                | Edit::Usage { .. }
                | Edit::NextId(_) => {}
            }
        }
    }

    fn settle(&mut self, after: After, effects: &mut Vec<Effect>) {
        // Only what is stored can be carried out later.
        if let Some(token) = after.offered {
            let at = self.now.boot + UNDO;
            self.set_deadline(at, Due::Doom(token));
        }
        self.slots.extend(after.free);
        if !after.history.is_empty() {
            self.counts.add_history(&after.history);
            effects.push(Effect::Note(Dirty::Counts));
            effects.push(Effect::Note(Dirty::Order));
        }
        effects.extend(after.then);
    }

    /// A command is taken back and refused; anything else is tried again later.
    pub(super) fn on_save_failed(&mut self, ticket: Ticket, trouble: &StoreTrouble) {
        let Some(mut after) = self.pending.remove(&ticket) else { return };
        self.doubtful = true;
        if let Some((client, seq)) = after.reply {
            self.can_be_read(&after);
            let outcome = Outcome::Refused(Refusal::Store(trouble.clone()));
            self.at_once(Effect::Reply { client, seq, outcome });
            for (id, before) in std::mem::take(&mut after.undo).into_iter().rev() {
                self.restore(id, before, ticket);
            }
            let _ = after.offered.and_then(|token| self.undos.remove(&token));
            self.slots.extend(after.free);
        } else {
            // The mark itself is not stored again: the next one will hold it.
            after.then.retain(|effect| !matches!(effect, Effect::Marked { .. }));
            self.unsaved.push(after);
            let at = self.now.boot + AGAIN;
            self.set_deadline(at, Due::SaveAgain);
        }
        self.at_once(Effect::Note(Dirty::Notice(Notice::Store(trouble.clone()))));
    }

    pub(super) fn save_again(&mut self) {
        for after in std::mem::take(&mut self.unsaved) {
            // They are noted as under way once more by saving them.
            self.can_be_read(&after);
            for edit in after.again {
                self.save(edit);
            }
            for id in after.touched {
                self.put(id);
            }
            // An empty step would count as committed.
            self.save_lazily(Edit::NextId(self.next_id));
            self.this_step.after.then.extend(after.then);
            self.this_step.after.free.extend(after.free);
            self.this_step.after.history.extend(after.history);
        }
    }

    /// Back to the image. Where something later is on its way to the store with the refused change in it, the way back
    /// is stored after it.
    fn restore(&mut self, id: TransferId, before: Before, ticket: Ticket) {
        let mut image = match before {
            Before::Book(image) => image,
            Before::Left(mut image) => {
                if self.book.get(id).is_none() {
                    image.stage = next(&image.stage, Trigger::Reboot).unwrap_or_default();
                    self.save(Edit::Revive(image.clone()));
                    self.enter_book(Entry::new(*image));
                }
                return;
            }
            Before::Nowhere => {
                self.withdraw(id);
                self.save(Edit::Delete(id));
                // Ended meanwhile: to carry that out later would store it once more.
                if let Some(Transfer { target, part: Some(part), .. }) = self.withdraw_offer(id) {
                    self.then(Effect::Discard { folder: target.folder, part });
                }
                return self.note(Dirty::Removed(id));
            }
            // Something later may have stored it in the book already.
            Before::Ended(image) => {
                let _ = self.leave_book(id);
                return self.save(Edit::Archive(image));
            }
        };
        match self.book.get(id) {
            // A later command took it out, and that stands.
            None => return,
            Some(entry) if entry.saved_by == ticket => {
                let active = entry.transfer.stage.is_active() || entry.live.is_some();
                let _ = self.book.change(id, |entry| {
                    if active || image.stage.is_active() {
                        image.stage.clone_from(&entry.transfer.stage);
                    }
                    entry.transfer = *image;
                });
            }
            Some(_) => {
                let _ = self.book.change(id, |entry| entry.transfer.take_wishes(&image));
            }
        }
        self.arrive(id);
        self.put(id);
        // What it was allowed to do meanwhile may be forbidden again.
        self.judge_one(id);
        self.throttle(id);
    }

    /// Something is on its way to the store.
    pub(super) fn is_saving(&self) -> bool {
        !self.pending.is_empty()
    }

    fn look_at_end(&mut self, effects: &mut Vec<Effect>) {
        let Some(Ending::Asked { latest }) = self.ending else { return };
        let quiet = self.book.is_at_rest() && self.ghosts.is_empty() && self.pending.is_empty();
        if quiet || self.now.boot >= latest {
            self.ending = Some(Ending::Told);
            effects.push(Effect::Ended);
        }
    }
}
