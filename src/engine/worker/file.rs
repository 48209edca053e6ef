//! The unfinished file of a run: found again, or made.

use std::sync::Arc;
use std::time::Duration;

use super::{Halt, Worker, on_disk};
use crate::coordinator::{Begun, Report};
use crate::disk::crash::{self, Step};
use crate::disk::{self, Begin, CreateFolder, Part, Reader};
use crate::engine::serve::{Order, Shown};
use crate::model::{ByteRange, DiskFault, Fault, FileName, NameClash, PartFile, RangeSet};
use crate::protocol::Answer;
use crate::rules::naming;

/// A commit takes some milliseconds, on a busy disk some hundred; the end of the program waits 1.2 s for its workers.
const KNOWN_BY: Duration = Duration::from_secs(1);
/// Names tried when others take them at the same moment.
const NAMES_MOST: u32 = 16;

impl Worker {
    /// Opens the recorded file. `Some(total)`: it was finished before a crash, nothing is left to do.
    pub(super) async fn open_part(&mut self) -> Result<Option<u64>, Halt> {
        let transfer = &self.job.transfer;
        let Some(record) = transfer.part.clone() else { return Ok(None) };
        let (folder, name, total) =
            (transfer.target.folder.clone(), transfer.target.name.clone(), self.total);
        let opened = on_disk(move || match Part::open(&folder, &record) {
            // Device numbers change between boots: a finished file may look as if it were on another disk.
            Err(error @ (disk::Error::PartMissing(_) | disk::Error::NotMounted(_))) => match name {
                Some(name) if disk::is_finished(&folder, &name, &record)? => Ok(None),
                Some(_) | None => Err(error),
            },
            Err(error) => Err(error),
            Ok(part) => {
                if let Some(total) = total {
                    part.check_room(total)?;
                }
                Ok(Some(part))
            }
        });
        let Some(part) = opened.await? else { return Ok(Some(total.unwrap_or_default())) };
        let opened = part.clone();
        let length = on_disk(move || opened.length()).await?;
        self.part = Some(part);
        if last_end(&self.present) > length {
            return Err(Fault::Disk(DiskFault::PartTruncated).into());
        }
        // It was committed by an earlier run.
        self.slots.open();
        // Otherwise the server begins anew, or may: its answer says what can be read.
        if self.total.is_some() && self.job.transfer.resumable == Some(true) {
            self.show(Order::Any);
        }
        Ok(None)
    }

    /// Makes the file that the first answer is for, if there is none yet. Returns its name-to-be.
    pub(super) async fn create_part(&mut self, answer: &Answer) -> Result<FileName, Halt> {
        let target = &self.job.transfer.target;
        if let (Some(_), Some(name)) = (self.record(), &target.name) {
            return Ok(name.clone());
        }
        let wanted = target.name.clone().unwrap_or_else(|| {
            naming::from_answer(
                answer.disposition.as_deref(),
                answer.head.content_type.as_deref(),
                &answer.url,
                &self.job.transfer.source.url,
            )
        });
        self.wanted = Some(wanted.clone());
        let target = &self.job.transfer.target;
        let (folder, clash, total) = (target.folder.clone(), target.clash, self.total.unwrap_or_default());
        let create = if target.create_folder { CreateFolder::Yes } else { CreateFolder::No };
        let made = on_disk(move || {
            disk::check_room(&folder, total, total)?;
            let (name, begin) = begin(&folder, &wanted, clash, create)?;
            if let Begin::Unnamed(part) = &begin {
                part.reserve(total)?;
                crash::here(Step::Reserved);
            }
            Ok((name, begin))
        });
        let (name, begin) = made.await?;
        match begin {
            Begin::Unnamed(part) => self.part = Some(part),
            Begin::Planned(plan) => self.plan = Some(plan),
        }
        self.unknown_file = true;
        self.job.transfer.target.name = Some(name.clone());
        Ok(name)
    }

    /// From here on it can be read. One that cannot be opened once more is not.
    pub(super) fn show(&self, order: Order) {
        let Some(part) = &self.part else { return };
        match Reader::of(part) {
            Ok(reader) => {
                self.meter.readers.show(Shown { reader: Arc::new(reader), total: self.total, order });
            }
            Err(error) => tracing::debug!(error = &error as &dyn std::error::Error, "not readable"),
        }
    }

    /// The unfinished file, made or planned.
    pub(super) fn record(&self) -> Option<PartFile> {
        self.part.as_ref().map(|part| part.record().clone()).or_else(|| self.plan.clone())
    }

    /// To be committed. A file that is only planned is made when that is done, and told again.
    pub(super) async fn tell_begun(&mut self, begun: Begun) -> Result<(), Halt> {
        self.tell(begun).await;
        while let Some(plan) = self.plan.clone() {
            self.committed().await?;
            crash::here(Step::Committed);
            self.make_planned(plan).await?;
        }
        Ok(())
    }

    async fn tell(&mut self, begun: Begun) {
        self.begun = Some(Box::new(begun.clone()));
        self.reported += 1;
        self.report(Report::Begun(Box::new(begun))).await;
        crash::here(Step::Told);
    }

    async fn make_planned(&mut self, plan: PartFile) -> Result<(), Halt> {
        let (folder, total) = (self.job.transfer.target.folder.clone(), self.total.unwrap_or_default());
        let (within, planned) = (folder.clone(), plan.clone());
        match on_disk(move || Part::make_planned(&within, &planned)).await {
            Ok(part) => {
                self.plan = None;
                self.part = Some(part.clone());
                self.tell_again().await;
                // Room makes it longer, and a planned file is known by being empty.
                self.committed().await?;
                self.unknown_file = false;
                on_disk(move || part.reserve(total)).await?;
                crash::here(Step::Reserved);
                Ok(())
            }
            Err(disk::Error::NameTaken(_)) => {
                let name = self.next_part_name().await?;
                let device = plan.device;
                self.plan = Some(PartFile::planned(format!("{name}.part"), device));
                self.tell_again().await;
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The same source, another file or another name of it.
    async fn tell_again(&mut self) {
        if let (Some(begun), Some(part)) = (self.begun.clone(), self.record()) {
            let mount = self.part.as_ref().and_then(Part::mount);
            self.tell(Begun { part, mount, ..*begun }).await;
        }
    }

    /// Everything reported is committed: the file may have its name, and a slot may speak for it.
    pub(super) async fn settle_file(&mut self) -> Result<(), Halt> {
        if self.unknown_file {
            let Some(part) = self.part.clone() else { return Ok(()) };
            crash::here(Step::Committed);
            match on_disk(move || part.give_name()).await {
                Ok(()) => self.unknown_file = false,
                Err(disk::Error::NameTaken(_)) => {
                    let name = self.next_part_name().await?;
                    self.part = self.part.as_ref().map(|part| part.under(&name));
                    self.tell_again().await;
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.slots.open();
        Ok(())
    }

    /// Waits until the file is committed and has its name.
    pub(super) async fn known(&mut self) -> Result<(), Halt> {
        loop {
            self.committed().await?;
            if !self.unknown_file {
                return Ok(());
            }
            self.settle_file().await?;
        }
    }

    /// Somebody was faster with the name of the unfinished file. Where names are numbered, that claims the final one too.
    async fn next_part_name(&mut self) -> Result<FileName, Halt> {
        self.part_names += 1;
        let target = &self.job.transfer.target;
        let name = target.name.clone().filter(|_| self.part_names < NAMES_MOST);
        let name = name.ok_or(Fault::Disk(DiskFault::NameTaken))?;
        match target.clash {
            NameClash::Number => {
                let free = self.free_name(name).await?;
                self.job.transfer.target.name = Some(free.clone());
                if let Some(begun) = &mut self.begun {
                    begun.name.clone_from(&free);
                }
                Ok(free)
            }
            NameClash::Ask | NameClash::Skip | NameClash::Overwrite => {
                Ok(naming::numbered(&name, self.part_names))
            }
        }
    }

    /// Numbers are given to the name that was wanted first, not to one that has a number already.
    pub(super) async fn free_name(&self, taken: FileName) -> Result<FileName, disk::Error> {
        let wanted = self.wanted.clone().unwrap_or(taken);
        let folder = self.job.transfer.target.folder.clone();
        on_disk(move || Ok(disk::free_name(&folder, &wanted, naming::numbered))).await
    }

    /// At the end of a run: a commit knows the file, and it has its name. A fault may be faster than the commit, and what
    /// came is worth the wait; it is thrown away only when the store stays silent or the transfer is gone.
    pub(super) async fn is_named_soon(&mut self) -> bool {
        let reported = self.reported;
        let known = self.wishes.wait_for(|wishes| wishes.acknowledged >= reported);
        if !matches!(tokio::time::timeout(KNOWN_BY, known).await, Ok(Ok(_))) {
            return false;
        }
        let Some(part) = self.part.clone() else { return false };
        let named = on_disk(move || part.give_name()).await.is_ok();
        self.unknown_file = !named;
        named
    }

    /// A file of which no commit knows has no name, and is gone with its descriptor. Where files must have names, it is
    /// deleted.
    pub(super) async fn forget_unknown(&mut self) {
        let folder = self.job.transfer.target.folder.clone();
        if let Some(part) = self.part.take() {
            let _ = on_disk(move || disk::discard(&folder, part.record())).await;
        }
        self.present = RangeSet::new();
    }

    /// What somebody else cut off is not here any more, whatever was said before.
    pub(super) async fn clip_to_file(&mut self) {
        let Some(part) = self.part.clone() else { return };
        let Ok(length) = on_disk(move || part.length()).await else { return };
        if last_end(&self.present).max(last_end(&self.synced)) > length {
            self.slots.clear();
            let lost = ByteRange::new(length, u64::MAX);
            self.present.remove(lost);
            self.synced.remove(lost);
        }
    }
}

fn last_end(ranges: &RangeSet) -> u64 {
    ranges.iter().next_back().map_or(0, ByteRange::end)
}

/// The name the finished file will have, and the unfinished file, whose own name may differ from it.
fn begin(
    folder: &std::path::Path,
    wanted: &FileName,
    clash: NameClash,
    create: CreateFolder,
) -> Result<(FileName, Begin), disk::Error> {
    if clash != NameClash::Number {
        disk::replaceable(&folder.join(wanted.as_str()))?;
    }
    let name = match clash {
        NameClash::Number => disk::free_name(folder, wanted, naming::numbered),
        NameClash::Ask | NameClash::Skip if folder.join(wanted.as_str()).exists() => {
            return Err(disk::Error::NameTaken(folder.join(wanted.as_str())));
        }
        NameClash::Ask | NameClash::Skip | NameClash::Overwrite => wanted.clone(),
    };
    let mut part_name = name.clone();
    for number in 1..NAMES_MOST {
        match Part::begin(folder, &part_name, create) {
            Err(disk::Error::NameTaken(_)) => part_name = naming::numbered(&name, number),
            begun => return begun.map(|begin| (name, begin)),
        }
    }
    Err(disk::Error::NameTaken(folder.join(name.as_str())))
}
