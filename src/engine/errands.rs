//! Work on files that no worker does: checking after a start, making room for a restart, moving, deleting.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rustix::io::Errno;

use crate::coordinator::{Errand, ErrandResult, Look};
use crate::disk::{self, Begin, Claim, CreateFolder, Evidence, Need, Part, Seal};
use crate::model::{DiskFault, FileName, Generation, PartFile, TransferId};
use crate::rules::naming;

/// Bytes copied at a time when a file moves to another disk.
const COPY: usize = 1 << 20;

pub(super) struct Context {
    pub id: TransferId,
    pub generation: Generation,
    pub claims: Vec<Claim>,
    pub seal: Seal,
}

const BROKEN: DiskFault = DiskFault::Io { errno: Errno::IO.raw_os_error() };

/// Blocks. A panic is a fault of the disk as far as anybody can tell, and a transfer that waits for this must hear of
/// its end in any case.
pub(super) fn run(errand: &Errand, context: &Context) -> ErrandResult {
    catch_unwind(AssertUnwindSafe(|| try_to_run(errand, context))).unwrap_or(match errand {
        Errand::Verify { .. } => ErrandResult::Verified(Err(BROKEN)),
        Errand::SetAside { .. } => ErrandResult::SetAside(Err(BROKEN)),
        Errand::Move { to, .. } => ErrandResult::Moved { to: to.clone(), result: Err(BROKEN) },
        Errand::Discard { .. } => ErrandResult::Discarded(Err(BROKEN)),
    })
}

fn try_to_run(errand: &Errand, context: &Context) -> ErrandResult {
    match errand {
        Errand::Verify { folder, part, synced, mark } => {
            let evidence = Evidence {
                transfer: context.id,
                generation: context.generation,
                synced,
                mark: mark.as_ref(),
                claims: &context.claims,
            };
            let verified = Part::open(folder, part).and_then(|part| {
                let trusted = disk::recover(&part, &evidence, &context.seal)?;
                Ok((part.record().clone(), trusted))
            });
            ErrandResult::Verified(verified.map_err(|error| error.fault()))
        }
        Errand::SetAside { folder, part } => ErrandResult::SetAside(set_aside(folder, part)),
        Errand::Move { from, to, part } => {
            let result = move_part(from, to, part).map_err(|error| error.fault());
            ErrandResult::Moved { to: to.clone(), result }
        }
        Errand::Discard { folder, part } => {
            let discarded = disk::discard(folder, part).map(|_| ());
            ErrandResult::Discarded(discarded.map_err(|error| error.fault()))
        }
    }
}

/// Is the cause of a wait gone?
pub(super) fn look(look: &Look) -> Result<(), DiskFault> {
    catch_unwind(AssertUnwindSafe(|| look_now(look))).unwrap_or(Err(BROKEN))
}

fn look_now(look: &Look) -> Result<(), DiskFault> {
    if !look.files.is_empty() {
        return look.files.iter().try_for_each(|file| there(file));
    }
    let create = if look.create_folder { CreateFolder::Yes } else { CreateFolder::No };
    let need = Need { part: look.part.as_ref(), create, total: look.total, broken: look.broken };
    disk::look(&look.folder, &need).map_err(|error| error.fault())
}

/// A file to be sent can be read again.
fn there(file: &Path) -> Result<(), DiskFault> {
    match disk::SourceFile::open(file) {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(DiskFault::FolderMissing),
        Err(error) => Err(error.fault()),
    }
}

/// A part that is gone needs no setting aside.
fn set_aside(folder: &Path, part: &PartFile) -> Result<Option<String>, DiskFault> {
    match disk::set_aside(folder, part) {
        Ok(kept) => Ok(Some(kept)),
        Err(disk::Error::PartMissing(_)) => Ok(None),
        Err(error) => Err(error.fault()),
    }
}

/// Copies and syncs. The old one stays until a commit knows the new one, which has no name until it is whole.
fn move_part(from: &Path, to: &Path, record: &PartFile) -> Result<PartFile, disk::Error> {
    let old = Part::open(from, record)?;
    let length = old.length()?;
    disk::check_room(to, length, length)?;
    let stem = record.name.strip_suffix(".part").unwrap_or(&record.name);
    let wanted = FileName::new(stem).unwrap_or_default();
    let name = disk::free_name(to, &wanted, naming::numbered);
    let new = match Part::begin(to, &name, CreateFolder::Yes)? {
        Begin::Unnamed(part) => part,
        Begin::Planned(plan) => Part::make_planned(to, &plan)?,
    };
    let moved = copy(&old, &new, length).and_then(|()| new.give_name()).and_then(|()| new.sync());
    if let Err(error) = moved {
        let _ = disk::discard(to, new.record());
        return Err(error);
    }
    Ok(new.record().clone())
}

fn copy(old: &Part, new: &Part, length: u64) -> Result<(), disk::Error> {
    let mut buffer = vec![0; COPY];
    let mut at = 0;
    while at < length {
        let step = usize::try_from(length - at).unwrap_or(COPY).min(COPY);
        let piece = &mut buffer[..step];
        old.read_exact_at(piece, at)?;
        new.write_all_at(piece, at)?;
        at += step as u64;
    }
    Ok(())
}
