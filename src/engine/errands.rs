//! Work on files that no worker does: checking after a start, making room for a restart, moving, deleting.

use std::path::Path;

use crate::coordinator::{Errand, ErrandResult, Look};
use crate::disk::{self, Claim, CreateFolder, Evidence, Part, Seal};
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

/// Blocks.
pub(super) fn run(errand: &Errand, context: &Context) -> ErrandResult {
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
            ErrandResult::Moved(move_part(from, to, part).map_err(|error| error.fault()))
        }
    }
}

/// The cause of a wait is gone: the folder is there, has room, and can be written to.
pub(super) fn healed(look: &Look) -> bool {
    if !look.files.is_empty() {
        return look.files.iter().all(|file| disk::SourceFile::open(file).is_ok_and(|found| found.is_some()));
    }
    let reachable = match &look.part {
        Some(part) => Part::open(&look.folder, part).is_ok(),
        None => disk::is_writable(&look.folder),
    };
    reachable && disk::space(&look.folder).is_ok_and(|free| free > look.missing)
}

/// A part that is gone needs no setting aside.
fn set_aside(folder: &Path, part: &PartFile) -> Result<Option<String>, DiskFault> {
    match disk::set_aside(folder, part) {
        Ok(kept) => Ok(Some(kept)),
        Err(disk::Error::PartMissing(_)) => Ok(None),
        Err(error) => Err(error.fault()),
    }
}

/// Copies, syncs, and only then removes the old one.
fn move_part(from: &Path, to: &Path, record: &PartFile) -> Result<PartFile, disk::Error> {
    let old = Part::open(from, record)?;
    let length = old.length()?;
    disk::check_room(to, length, length)?;
    let stem = record.name.strip_suffix(".part").unwrap_or(&record.name);
    let wanted = FileName::new(stem).unwrap_or_default();
    let name = disk::free_name(to, &wanted, naming::numbered);
    let new = Part::create(to, &name, CreateFolder::Yes)?;
    let copied = copy(&old, &new, length).and_then(|()| new.sync());
    if let Err(error) = copied {
        let _ = disk::discard(to, new.record());
        return Err(error);
    }
    let _ = disk::discard(from, old.record());
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
