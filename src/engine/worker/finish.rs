//! From the last byte to the finished file: sync, name, sync of the name. Each step may be cut short by a crash; what the
//! store knows by then is enough to go on.

use super::{Halt, Worker, on_disk};
use crate::coordinator::Report;
use crate::disk::crash::{self, Step};
use crate::disk::{self, OnClash};
use crate::model::{DiskFault, Fault, FileName, NameClash};

/// Names tried when others take them at the same moment.
const NAMES_MOST: u32 = 16;

impl Worker {
    pub(super) async fn finish(&mut self) -> Result<u64, Halt> {
        let total = self.total.unwrap_or_default();
        if !self.present.covers(total) {
            return Err(Fault::Disconnected.into());
        }
        let Some(part) = self.part.clone() else { return Err(Fault::Disk(DiskFault::PartMissing).into()) };
        let longer = part.clone();
        on_disk(move || if longer.length()? == total { Ok(()) } else { longer.truncate(total) }).await?;
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
