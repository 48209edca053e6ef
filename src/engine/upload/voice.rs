//! What a run says, and what it is told.

use tokio::sync::watch;

use crate::coordinator::Report;
use crate::engine::Reports;
use crate::engine::worker::{Halt, Wishes};
use crate::model::{Run, TransferId};

pub(super) struct Voice {
    reports: Reports,
    name: (TransferId, Run),
    wishes: watch::Receiver<Wishes>,
    /// Reports that want a commit, so far.
    reported: u32,
}

impl Voice {
    pub(super) const fn new(
        reports: Reports,
        name: (TransferId, Run),
        wishes: watch::Receiver<Wishes>,
    ) -> Self {
        Self { reports, name, wishes, reported: 0 }
    }

    pub(super) async fn say(&self, report: Report) {
        self.reports.send(self.name.0, self.name.1, report).await;
    }

    /// Says it, and waits until it survives a power cut.
    pub(super) async fn commit(&mut self, report: Report) -> Result<(), Halt> {
        self.reported += 1;
        self.say(report).await;
        let reported = self.reported;
        let told = self.wishes.wait_for(|wishes| wishes.stop || wishes.acknowledged >= reported).await;
        match told {
            Ok(wishes) if !wishes.stop => Ok(()),
            Ok(_) | Err(_) => Err(Halt::Stopped),
        }
    }

    /// Resolves when the run must end.
    pub(super) async fn stopped(&mut self) {
        // A pump that is gone wants nothing any more.
        let _ = self.wishes.wait_for(|wishes| wishes.stop).await;
    }
}
