//! One run of one transfer, from the first request to the last byte or the first fault. It asks the rules what each
//! answer is worth and reports; it decides nothing about the transfer.

mod asker;
mod beside;
mod document;
mod drive;
mod fetch;
mod file;
mod finish;
mod mirrors;
mod slots;
mod stream;
mod supply;
mod swarm;
mod verify;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use tokio::sync::watch;

use asker::Asker;
use slots::Slots;
use supply::{Number, Supply};
use verify::{Checked, Follower};

use super::Reports;
use super::lane::LaneState;
use super::meter::RunMeter;
use crate::coordinator::{Begun, End, Job, Report};
use crate::disk::{self, Part};
use crate::model::{Check, DiskFault, Fault, FileName, PartFile, RangeSet, SafeUrl};
use crate::protocol::Gate;
use crate::rules::metalink::File;

/// A job with everything it needs to move bytes.
pub(super) struct Assignment {
    pub job: Job,
    pub gate: Gate,
    pub meter: Arc<RunMeter>,
    pub wishes: watch::Receiver<Wishes>,
    /// Revealed for this run; wiped with it.
    pub credentials: Option<(zeroize::Zeroizing<String>, zeroize::Zeroizing<String>)>,
    pub headers: Vec<(String, zeroize::Zeroizing<String>)>,
    /// Of an upload: texts that are sent and never written down.
    pub texts: BTreeMap<crate::model::SecretRef, zeroize::Zeroizing<String>>,
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
pub(super) enum Halt {
    Stopped,
    /// The address led to a document that names files.
    Metalink(Vec<File>),
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

impl From<disk::Error> for Halt {
    fn from(error: disk::Error) -> Self {
        tracing::debug!(error = &error as &dyn std::error::Error, "disk");
        Self::Fault(Fault::Disk(error.fault()))
    }
}

struct Worker {
    lane: Rc<LaneState>,
    reports: Reports,
    job: Job,
    meter: Arc<RunMeter>,
    wishes: watch::Receiver<Wishes>,
    /// Of the place that leads.
    asker: Rc<Asker>,
    supply: Rc<Supply>,
    /// Who is asked first.
    lead: Number,
    /// Why the file's own address was given up.
    own_fault: Option<Fault>,
    part: Option<Part>,
    /// Begun by this run and not committed yet: it has no name, and goes with its last descriptor.
    unknown_file: bool,
    slots: Rc<Slots>,
    /// To be made once it is committed.
    plan: Option<PartFile>,
    /// Names the unfinished file could not have.
    part_names: u32,
    /// The name of the file before it got a number.
    wanted: Option<FileName>,
    /// What the pump was told last of the file and its source.
    begun: Option<Box<Begun>>,
    /// After a failed sync Linux calls the lost pages clean: a second one would succeed and prove nothing.
    sync_failed: Option<DiskFault>,
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
    /// What the file must come to, as far as this run knows.
    check: Check,
    follower: Option<Rc<Follower>>,
    /// It looks like a document that names files, but is none: it is what is wanted.
    no_document: bool,
    /// The document about this file that was read already.
    described: Option<SafeUrl>,
    /// Pieces that were wrong once in this run.
    wrong_before: BTreeMap<usize, u32>,
    /// Bytes before each gap that are fetched again and compared, because validators cannot tell versions apart.
    overlap: u64,
    /// That was done where nothing lies before the first gap.
    compared: bool,
}

pub(super) async fn run(lane: Rc<LaneState>, assignment: Assignment, reports: Reports) {
    let Assignment { job, gate, meter, wishes, credentials, headers, texts: _ } = assignment;
    let (id, run) = (job.transfer.id, job.run);
    let synced = job.transfer.synced.clone();
    let asker = Rc::new(Asker::new(&lane, &job, gate, credentials, headers));
    let supply = Supply::new(&asker, job.transfer.source.url.clone());
    supply.add(&job.transfer.source.mirrors);
    let slots = Slots::new(Rc::clone(&lane), id, job.transfer.generation, job.slots.clone());
    let mut worker = Worker {
        lane,
        reports: reports.clone(),
        meter,
        wishes,
        asker,
        supply: Rc::new(supply),
        lead: 0,
        own_fault: None,
        part: None,
        unknown_file: false,
        slots: Rc::new(slots),
        plan: None,
        part_names: 0,
        wanted: None,
        begun: None,
        sync_failed: None,
        present: synced.clone(),
        synced,
        reported: 0,
        synced_for: 0,
        validator: job.transfer.validator.clone(),
        total: job.transfer.total(),
        complete: false,
        overlap: 0,
        check: job.transfer.options.check.clone(),
        follower: None,
        no_document: false,
        described: None,
        wrong_before: BTreeMap::new(),
        compared: false,
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
        loop {
            self.fetch().await?;
            self.look_beside().await?;
            match self.verify().await? {
                Checked::Sound => return self.finish().await,
                Checked::Again => {}
            }
        }
    }

    /// What was written is made to last, then the end is reported. Nothing of it touches the network.
    async fn wind_up(&mut self, halt: Halt) -> Report {
        self.meter.set_connections(0);
        if self.unknown_file && !self.is_named_soon().await {
            self.forget_unknown().await;
        }
        self.clip_to_file().await;
        let halt = self.measured(halt).await;
        let synced = self.sync_present().await;
        let end =
            End { synced: Some(self.synced.clone()), received: self.meter.received(), total: self.total };
        match (halt, synced) {
            (Halt::Stopped, Ok(())) => Report::Stopped { end },
            (Halt::Metalink(files), Ok(())) => Report::Metalink { files, end },
            (Halt::Fault(fault), Ok(())) => Report::Broke { fault, end },
            // After a failed sync nothing but the last good one may be believed.
            (_, Err(disk)) => {
                self.slots.clear();
                Report::Broke { fault: Fault::Disk(disk), end }
            }
        }
    }

    /// A disk that is full in the middle lacks room for all the rest, not only for the bytes at hand.
    async fn measured(&self, halt: Halt) -> Halt {
        let (Halt::Fault(Fault::Disk(DiskFault::Full { .. })), Some(part), Some(total)) =
            (&halt, self.part.clone(), self.total)
        else {
            return halt;
        };
        match on_disk(move || part.check_room(total)).await {
            Err(error @ disk::Error::Full { .. }) => error.into(),
            Ok(()) | Err(_) => halt,
        }
    }

    async fn sync_present(&mut self) -> Result<(), DiskFault> {
        let Some(part) = self.part.clone() else { return Ok(()) };
        if self.present == self.synced {
            return Ok(());
        }
        if let Some(fault) = &self.sync_failed {
            return Err(fault.clone());
        }
        let written = self.present.clone();
        match on_disk(move || part.sync().map(|()| part.check_name())).await {
            Ok(named) => {
                self.synced = written;
                // Safe, but perhaps out of reach: renamed, or on a disk that was unmounted under our hands.
                named.map_err(|error| error.fault())
            }
            Err(error) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "sync");
                let fault = error.fault();
                self.sync_failed = Some(fault.clone());
                Err(fault)
            }
        }
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
    async fn unless_stopped<T>(&mut self, wait: impl Future<Output = Result<T, Halt>>) -> Result<T, Halt> {
        let stopped = self.wishes.wait_for(|wishes| wishes.stop);
        tokio::select! {
            biased;
            _ = stopped => Err(Halt::Stopped),
            result = wait => result,
        }
    }

    async fn report(&self, report: Report) {
        self.reports.send(self.job.transfer.id, self.job.run, report).await;
    }
}

/// Blocking work of a disk, off the lane. A panic there is a fault of the disk as far as anybody here can tell.
pub(super) async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, disk::Error> + Send + 'static,
) -> Result<T, disk::Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(_) => Err(disk::Error::Short { doing: "work", path: std::path::PathBuf::new() }),
    }
}
