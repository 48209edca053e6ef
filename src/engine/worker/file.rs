//! The unfinished file of a run: found again, or made.

use super::{Halt, Worker, on_disk};
use crate::disk::{self, CreateFolder, Part};
use crate::model::{FileName, NameClash};
use crate::protocol::http::Answer;
use crate::rules::naming;

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
        self.part = Some(part);
        // It was committed by an earlier run.
        self.claim_slot();
        Ok(None)
    }

    /// Makes the file that the first answer is for, if there is none yet. Returns its name-to-be.
    pub(super) async fn create_part(&mut self, answer: &Answer) -> Result<FileName, Halt> {
        let target = &self.job.transfer.target;
        if let (Some(_), Some(name)) = (&self.part, &target.name) {
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
        let (folder, clash, total) = (target.folder.clone(), target.clash, self.total.unwrap_or_default());
        let create = if target.create_folder { CreateFolder::Yes } else { CreateFolder::No };
        let made = on_disk(move || {
            disk::check_room(&folder, total, total)?;
            let (name, part) = make(&folder, &wanted, clash, create)?;
            if let Err(error) = part.reserve(total) {
                let _ = disk::discard(&folder, part.record());
                return Err(error);
            }
            Ok((name, part))
        });
        let (name, part) = made.await?;
        self.part = Some(part);
        self.unknown_file = true;
        self.job.transfer.target.name = Some(name.clone());
        Ok(name)
    }

    /// A file of which no commit knows would be an orphan.
    pub(super) async fn discard_unknown(&mut self) {
        let folder = self.job.transfer.target.folder.clone();
        if let Some(part) = self.part.take() {
            let _ = on_disk(move || disk::discard(&folder, part.record())).await;
        }
        self.present = crate::model::RangeSet::new();
    }

    pub(super) fn claim_slot(&mut self) {
        if let (None, Some(slot), Some(part)) = (&self.slot, self.job.slots.first().copied(), &self.part) {
            let transfer = &self.job.transfer;
            let journal = self.lane.shared.journal.as_ref();
            self.slot =
                journal.and_then(|journal| journal.slot(slot, transfer.id, transfer.generation, part));
        }
    }
}

/// The name the finished file will have, and the unfinished file, whose own name may differ from it.
fn make(
    folder: &std::path::Path,
    wanted: &FileName,
    clash: NameClash,
    create: CreateFolder,
) -> Result<(FileName, Part), disk::Error> {
    let name = match clash {
        NameClash::Number => disk::free_name(folder, wanted, naming::numbered),
        NameClash::Ask | NameClash::Skip if folder.join(wanted.as_str()).exists() => {
            return Err(disk::Error::NameTaken(folder.join(wanted.as_str())));
        }
        NameClash::Ask | NameClash::Skip | NameClash::Overwrite => wanted.clone(),
    };
    let mut part_name = name.clone();
    for number in 1..NAMES_MOST {
        match (Part::create(folder, &part_name, create), clash) {
            (Err(disk::Error::NameTaken(_)), NameClash::Number) => {
                let name = disk::free_name(folder, wanted, naming::numbered);
                if let Ok(part) = Part::create(folder, &name, create) {
                    return Ok((name, part));
                }
            }
            (Err(disk::Error::NameTaken(_)), NameClash::Ask | NameClash::Skip | NameClash::Overwrite) => {
                part_name = naming::numbered(&name, number);
            }
            (made, _) => return made.map(|part| (name, part)),
        }
    }
    Err(disk::Error::NameTaken(folder.join(name.as_str())))
}
