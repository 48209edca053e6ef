//! From `NAME.part` to `NAME`, and the other ways an unfinished file can end. No file of another owner is ever
//! overwritten or removed.

use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, OFlags, RenameFlags};
use rustix::io::Errno;

use super::crash::{self, Step};
use super::identity::{Seen, why_missing};
use super::{Error, Part, folder};
use crate::model::{FileName, PartFile};

/// What to do when the name is taken at the last moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnClash {
    Refuse,
    /// The user said so.
    Replace,
}

/// What [`discard`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discarded {
    Removed,
    /// Nothing has that name.
    Absent,
    /// Another file has that name; it was left alone.
    Foreign,
}

/// More numbers than any folder has files of one name.
const NUMBERS: u32 = 100_000;

/// The first of `name`, `name (1)`, … that neither a file nor an unfinished one has. `numbered` makes the n-th. A hint:
/// only creating the file decides.
pub fn free_name(folder: &Path, name: &FileName, numbered: impl Fn(&FileName, u32) -> FileName) -> FileName {
    let is_free = |name: &FileName| {
        is_absent(&folder.join(name.as_str())) && is_absent(&folder.join(format!("{name}.part")))
    };
    if is_free(name) {
        return name.clone();
    }
    (1..NUMBERS).map(|number| numbered(name, number)).find(is_free).unwrap_or_else(|| numbered(name, NUMBERS))
}

/// Gives the file its name and makes the name last. Its bytes must have been synced by [`Part::sync`] before.
///
/// # Errors
/// [`Error::NameTaken`], [`Error::NotAFile`], [`Error::PartMissing`], or what the system says. After an error from the last step, the sync of
/// the folder, the file does have its name: [`is_finished`] tells.
pub fn finish(folder: &Path, part: &Part, name: &FileName, clash: OnClash) -> Result<(), Error> {
    let from = part.path();
    let to = folder.join(name.as_str());
    part.check_name()?;
    match clash {
        OnClash::Refuse => rename_to_free(from, &to)?,
        OnClash::Replace => {
            replaceable(&to)?;
            rustix::fs::rename(from, &to).map_err(|errno| in_the_way(&to, errno))?;
        }
    }
    crash::here(Step::Renamed);
    folder::sync(folder)?;
    crash::here(Step::Lasting);
    Ok(())
}

/// A name that nothing has, or a file: the only thing that a file may ever take the place of.
///
/// # Errors
/// [`Error::NotAFile`].
pub fn replaceable(path: &Path) -> Result<(), Error> {
    match rustix::fs::stat(path) {
        Ok(found) if FileType::from_raw_mode(found.st_mode) != FileType::RegularFile => {
            Err(Error::NotAFile(path.to_owned()))
        }
        // What cannot be looked at is told by whoever works on it.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Is the file of that name the recorded one? Then it was finished before a crash. The name is made to last, and a second
/// name left by the crash is removed.
///
/// # Errors
/// When the folder cannot be looked at or synced.
pub fn is_finished(folder: &Path, name: &FileName, record: &PartFile) -> Result<bool, Error> {
    let path = folder.join(name.as_str());
    match Seen::by_path(&path) {
        Ok(seen) if seen.is(record, folder) => {
            // Renaming by link and unlink can leave both names.
            if Seen::by_path(&folder.join(&record.name)).is_ok_and(|other| other.inode == seen.inode) {
                let _ = rustix::fs::unlink(folder.join(&record.name));
            }
            folder::sync(folder).map(|()| true)
        }
        Ok(_) | Err(Errno::NOENT | Errno::NOTDIR | Errno::NAMETOOLONG) => Ok(false),
        Err(errno) => Err(Error::at("look at", &path)(errno)),
    }
}

/// Removes the unfinished file, if it is the recorded one.
///
/// # Errors
/// [`Error::FolderMissing`] and [`Error::NotMounted`], where it may still exist, or what the system says.
pub fn discard(folder: &Path, record: &PartFile) -> Result<Discarded, Error> {
    let path = folder.join(&record.name);
    match Seen::by_path(&path) {
        Ok(seen) if seen.is(record, folder) => {
            rustix::fs::unlink(&path).map_err(Error::at("remove", &path))?;
            Ok(Discarded::Removed)
        }
        Ok(_) => absent_here(folder, record).map(|()| Discarded::Foreign),
        Err(Errno::NOENT | Errno::NOTDIR) => absent_here(folder, record).map(|()| Discarded::Absent),
        Err(errno) => Err(Error::at("look at", &path)(errno)),
    }
}

/// Renames the unfinished file to `NAME.old` (`NAME.old2`, … where that is taken), so that a new one can begin. Returns
/// the new name.
///
/// # Errors
/// As [`Part::open`], or what the system says.
pub fn set_aside(folder: &Path, record: &PartFile) -> Result<String, Error> {
    let from = folder.join(&record.name);
    match Seen::by_path(&from) {
        Ok(seen) if seen.is(record, folder) => {}
        Ok(_) | Err(Errno::NOENT | Errno::NOTDIR) => return Err(why_missing(folder, record)),
        Err(errno) => return Err(Error::at("look at", &from)(errno)),
    }
    let stem = record.name.strip_suffix(".part").unwrap_or(&record.name);
    for number in 1..NUMBERS {
        let name = if number == 1 { format!("{stem}.old") } else { format!("{stem}.old{number}") };
        match rename_to_free(&from, &folder.join(&name)) {
            Ok(()) => return folder::sync(folder).map(|()| name),
            Err(Error::NameTaken(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Err(Error::NameTaken(from))
}

/// The file is not in the folder, and the folder is where the file was.
fn absent_here(folder: &Path, record: &PartFile) -> Result<(), Error> {
    let why = why_missing(folder, record);
    if matches!(why, Error::PartMissing(_)) { Ok(()) } else { Err(why) }
}

/// Only a clear "there is nothing" counts.
fn is_absent(path: &Path) -> bool {
    matches!(Seen::by_path(path), Err(Errno::NOENT | Errno::NOTDIR))
}

fn rename_to_free(from: &Path, to: &Path) -> Result<(), Error> {
    match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        // The file system does not know the flag (NFS, some in user space).
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => rename_by_link(from, to),
        Err(errno) => Err(in_the_way(to, errno)),
    }
}

/// A second name can only be given where there is none. Where there are no second names either, an empty file takes the
/// place first, and the rename replaces that: a crash between the two leaves an empty file, never a lost one.
fn rename_by_link(from: &Path, to: &Path) -> Result<(), Error> {
    match rustix::fs::link(from, to) {
        Ok(()) => rustix::fs::unlink(from).map_err(Error::at("rename", from)),
        Err(Errno::PERM | Errno::OPNOTSUPP | Errno::NOSYS | Errno::MLINK | Errno::INVAL) => {
            rename_over_own(from, to)
        }
        Err(errno) => Err(in_the_way(to, errno)),
    }
}

fn rename_over_own(from: &Path, to: &Path) -> Result<(), Error> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
    let placeholder =
        rustix::fs::open(to, flags, Mode::RUSR | Mode::WUSR).map_err(|errno| in_the_way(to, errno))?;
    drop(placeholder);
    rustix::fs::rename(from, to).map_err(|errno| {
        let _ = rustix::fs::unlink(to);
        in_the_way(to, errno)
    })
}

fn in_the_way(to: &Path, errno: Errno) -> Error {
    match errno {
        Errno::EXIST | Errno::ISDIR | Errno::NOTEMPTY => Error::NameTaken(to.to_owned()),
        Errno::NOENT => Error::FolderMissing(to.parent().unwrap_or(to).to_owned()),
        errno => Error::at("rename to", to)(errno),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests do what strangers do to files")]
mod tests;
