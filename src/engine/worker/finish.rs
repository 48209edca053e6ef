//! From the last byte to the finished file: sync, name, sync of the name. Each step may be cut short by a crash; what the
//! store knows by then is enough to go on.

use super::{Halt, Worker, on_disk};
use crate::coordinator::Report;
use crate::disk::crash::{self, Step};
use crate::disk::{self, OnClash};
use crate::model::{DiskFault, Fault, FileName, FileOrigin, FileTime, Finished, NameClash};
use crate::protocol::http;

/// Names tried when others take them at the same moment.
const NAMES_MOST: u32 = 16;

impl Worker {
    pub(super) async fn finish(&mut self) -> Result<u64, Halt> {
        let total = self.total.unwrap_or_default();
        if !self.present.covers(total) {
            return Err(Fault::Disconnected.into());
        }
        let Some(part) = self.part.clone() else { return Err(Fault::Disk(DiskFault::PartMissing).into()) };
        // Asked like the bytes were written, on the lane: handing it over would cost more than the question.
        if part.length()? != total {
            on_disk(move || part.truncate(total)).await?;
        }
        self.inscribe();
        self.sync_present().await.map_err(Fault::Disk)?;
        self.report(Report::Filled).await;
        self.known().await?;
        crash::here(Step::Filled);
        for _ in 0..NAMES_MOST {
            let Some(name) = self.job.transfer.target.name.clone() else { break };
            match self.give_name(name).await {
                Err(disk::Error::NameTaken(_)) if self.job.transfer.target.clash == NameClash::Number => {
                    self.take_other_name().await?;
                }
                other => {
                    other?;
                    return Ok(total);
                }
            }
        }
        Err(Fault::Disk(DiskFault::NameTaken).into())
    }

    /// What the file says of itself, where its file system has a place for that. Nothing of it is worth a failure.
    fn inscribe(&self) {
        let Some(part) = &self.part else { return };
        let Finished { time, origin } = self.job.finished;
        let now = self.lane.shared.clock.now().wall;
        let said = self.validator.as_ref().and_then(|known| http::date(known.last_modified.as_deref()?));
        // A clock that is ahead would keep the file on top of every list for ever.
        let at = said.filter(|at| time == FileTime::Server && *at <= now);
        let dated = at.map_or(Ok(()), |at| part.set_modified(at));
        let told = match origin {
            FileOrigin::Address => part.set_origin(&self.job.transfer.source.url.without_query()),
            FileOrigin::Untold => Ok(()),
        };
        if let Err(error) = dated.and(told) {
            tracing::debug!(error = &error as &dyn std::error::Error, "attributes");
        }
    }

    async fn give_name(&self, name: FileName) -> Result<(), disk::Error> {
        let Some(part) = self.part.clone() else {
            return Err(disk::Error::PartMissing(std::path::PathBuf::new()));
        };
        let target = &self.job.transfer.target;
        let folder = target.folder.clone();
        let clash = match target.clash {
            NameClash::Overwrite => OnClash::Replace,
            NameClash::Number | NameClash::Ask | NameClash::Skip => OnClash::Refuse,
        };
        on_disk(move || disk::finish(&folder, &part, &name, clash)).await
    }

    /// The name is committed before it is used, so that after a crash the file is found under it.
    async fn take_other_name(&mut self) -> Result<(), Halt> {
        let target = &self.job.transfer.target;
        let Some(taken) = target.name.clone() else { return Err(Fault::Disk(DiskFault::NameTaken).into()) };
        let name = self.free_name(taken).await?;
        self.job.transfer.target.name = Some(name.clone());
        self.reported += 1;
        self.report(Report::Renamed { name }).await;
        self.committed().await
    }
}
