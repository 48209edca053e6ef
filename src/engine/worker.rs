//! One run of one transfer, from the first request to the last byte or the first fault. It asks the rules what each
//! answer is worth and reports; it decides nothing about the transfer.

mod fetch;
mod file;
mod finish;

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::Reports;
use super::lane::LaneState;
use super::meter::RunMeter;
use crate::coordinator::{End, Job, Report};
use crate::disk::{Part, SlotWriter};
use crate::model::{DiskFault, Fault, RangeSet};
use crate::protocol::Gate;

/// A commit takes some milliseconds, on a busy disk some hundred; the end of the program waits 1.5 s for its workers.
const KNOWN_BY: Duration = Duration::from_secs(1);

/// A job with everything it needs to move bytes.
pub(super) struct Assignment {
    pub job: Job,
    pub gate: Gate,
    pub meter: Arc<RunMeter>,
    pub wishes: watch::Receiver<Wishes>,
    /// Revealed for this run; wiped with it.
    pub credentials: Option<(zeroize::Zeroizing<String>, zeroize::Zeroizing<String>)>,
    pub headers: Vec<(String, zeroize::Zeroizing<String>)>,
}

/// What the pump wants of a run that is under way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Wishes {
    pub stop: bool,
    /// Reports that were committed.
    pub acknowledged: u32,
    /// The last mark that was committed.
    pub marked: u64,
    /// Syncs asked for.
    pub syncs: u32,
}

/// Why a run ends before its end.
enum Halt {
    Stopped,
    Fault(Fault),
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<crate::protocol::Error> for Halt {
    fn from(error: crate::protocol::Error) -> Self {
        tracing::debug!(error = &error as &dyn std::error::Error, "request");
        Self::Fault(error.fault())
    }
}

impl From<crate::disk::Error> for Halt {
    fn from(error: crate::disk::Error) -> Self {
        tracing::debug!(error = &error as &dyn std::error::Error, "disk");
        Self::Fault(Fault::Disk(error.fault()))
    }
}

struct Worker {
    lane: Rc<LaneState>,
    reports: Reports,
    job: Job,
    gate: Gate,
    meter: Arc<RunMeter>,
    wishes: watch::Receiver<Wishes>,
    credentials: Option<(zeroize::Zeroizing<String>, zeroize::Zeroizing<String>)>,
    headers: Vec<(String, zeroize::Zeroizing<String>)>,
    part: Option<Part>,
    /// Made by this run and not committed yet: nobody else knows of it.
    unknown_file: bool,
    slot: Option<SlotWriter>,
    /// Bytes of the file that the kernel has.
    present: RangeSet,
    /// Bytes of the file that the disk has.
    synced: RangeSet,
    /// Reports that want a commit, so far.
    reported: u32,
    synced_for: u32,
    validator: Option<crate::model::Validator>,
    total: Option<u64>,
    complete: bool,
    /// Bytes before each gap that are fetched again and compared, because validators cannot tell versions apart.
    overlap: u64,
}

pub(super) async fn run(lane: Rc<LaneState>, assignment: Assignment, reports: Reports) {
    let Assignment { job, gate, meter, wishes, credentials, headers } = assignment;
    let (id, run) = (job.transfer.id, job.run);
    let synced = job.transfer.synced.clone();
    let mut worker = Worker {
        lane,
        reports: reports.clone(),
        gate,
        meter,
        wishes,
        credentials,
        headers,
        part: None,
        unknown_file: false,
        slot: None,
        present: synced.clone(),
        synced,
        reported: 0,
        synced_for: 0,
        validator: job.transfer.validator.clone(),
        total: job.transfer.total(),
        complete: false,
        overlap: 0,
        job,
    };
    let report = match worker.fetch_and_finish().await {
        Ok(total) => Report::Finished { total },
        Err(halt) => worker.wind_up(halt).await,
    };
    // The file is closed and its lock gone before anybody may start the next run.
    drop(worker);
    reports.send(id, run, report).await;
}

impl Worker {
    async fn fetch_and_finish(&mut self) -> Result<u64, Halt> {
        if let Some(total) = self.open_part().await? {
            return Ok(total);
        }
        self.fetch().await?;
        self.finish().await
    }

    /// What was written is made to last, then the end is reported. Nothing of it touches the network.
    async fn wind_up(&mut self, halt: Halt) -> Report {
        self.meter.set_connections(0);
        if self.unknown_file && !self.is_known_soon().await {
            self.discard_unknown().await;
        }
        let synced = self.sync_present().await;
        let end = End { synced: Some(self.synced.clone()), received: self.meter.received() };
        match (halt, synced) {
            (Halt::Stopped, Ok(())) => Report::Stopped { end },
            (Halt::Fault(fault), Ok(())) => Report::Broke { fault, end },
            // After a failed sync nothing but the last good one may be believed.
            (_, Err(disk)) => {
                if let Some(slot) = &self.slot {
                    let _ = slot.clear();
                }
                Report::Broke { fault: Fault::Disk(disk), end }
            }
        }
    }

    async fn sync_present(&mut self) -> Result<(), DiskFault> {
        let Some(part) = self.part.clone() else { return Ok(()) };
        if self.present == self.synced {
            return Ok(());
        }
        let written = self.present.clone();
        on_disk(move || part.sync()).await.map_err(|error| error.fault())?;
        self.synced = written;
        Ok(())
    }

    /// A fault may be faster than the commit of the file it concerns. What came is worth the wait: it is thrown away only
    /// when the store stays silent or the transfer is gone.
    async fn is_known_soon(&mut self) -> bool {
        let known = self.wishes.wait_for(|wishes| wishes.acknowledged > 0);
        matches!(tokio::time::timeout(KNOWN_BY, known).await, Ok(Ok(_)))
    }

    /// Waits until everything reported so far is committed.
    async fn committed(&mut self) -> Result<(), Halt> {
        loop {
            let wishes = *self.wishes.borrow_and_update();
            if wishes.stop {
                return Err(Halt::Stopped);
            }
            if wishes.acknowledged >= self.reported {
                return Ok(());
            }
            if self.wishes.changed().await.is_err() {
                return Err(Halt::Stopped);
            }
        }
    }

    /// Lets go of a wait for the network the moment it must stop.
    async fn unless_stopped<T>(
        &mut self,
        wait: impl Future<Output = Result<T, crate::protocol::Error>>,
    ) -> Result<T, Halt> {
        let stopped = self.wishes.wait_for(|wishes| wishes.stop);
        tokio::select! {
            biased;
            _ = stopped => Err(Halt::Stopped),
            result = wait => result.map_err(Halt::from),
        }
    }

    async fn report(&self, report: Report) {
        self.reports.send(self.job.transfer.id, self.job.run, report).await;
    }
}

/// Blocking work of a disk, off the lane. A panic there is a fault of the disk as far as anybody here can tell.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, crate::disk::Error> + Send + 'static,
) -> Result<T, crate::disk::Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(_) => Err(crate::disk::Error::Short { doing: "work", path: std::path::PathBuf::new() }),
    }
}
