//! What a file must come to, and what its worker finds that it came to.

use super::{Coordinator, Effect};
use crate::api::Dirty;
use crate::model::{Activity, ByteRange, EntryKind, Expected, RangeSet, Run, TransferId, Verdict};

impl Coordinator {
    /// Somebody says what the file must come to. The caller stores it.
    pub(super) fn learn(&mut self, id: TransferId, said: &Expected) {
        let learnt = self.book.change(id, |entry| entry.transfer.options.check.learn(said));
        if learnt == Some(true) {
            self.log(id, EntryKind::Expects(said.clone()));
        }
    }

    pub(super) fn on_checking(&mut self, id: TransferId) {
        self.be_at(id, Activity::Checking);
        self.note(Dirty::Row(id));
    }

    pub(super) fn on_verified_file(&mut self, id: TransferId, run: Run) {
        let _ = self.book.change(id, |entry| {
            entry.transfer.options.check.verdict = Some(Verdict::Verified);
        });
        self.log(id, EntryKind::Verified);
        self.put(id);
        self.then(Effect::Acknowledge { id, run });
    }

    /// Less of the file is here than was claimed. Whoever waits for the acknowledgement may then touch it.
    pub(super) fn on_bad(&mut self, id: TransferId, run: Run, bad: &[ByteRange], synced: RangeSet) {
        self.be_at(id, Activity::Moving);
        let _ = self.book.change(id, |entry| {
            if let Some(live) = entry.live.as_mut() {
                live.done = synced.bytes();
                live.written = Some(synced.clone());
            }
            entry.transfer.synced = synced;
            entry.transfer.mark = None;
        });
        let count = u64::try_from(bad.len()).unwrap_or(u64::MAX);
        let bytes = bad.iter().map(|range| range.len()).sum();
        self.log(id, EntryKind::BadPieces { count, bytes });
        self.put(id);
        self.then(Effect::Acknowledge { id, run });
    }

    fn be_at(&mut self, id: TransferId, activity: Activity) {
        if let Some(live) = self.book.get_mut(id).and_then(|entry| entry.live.as_mut()) {
            live.activity = activity;
        }
    }
}
