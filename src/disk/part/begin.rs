//! How an unfinished file comes into the world: without a name. It gets one when a commit knows which file it is, so that
//! a program that dies in between leaves nothing behind.

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::Ordering;

use rustix::fs::{AtFlags, CWD, FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use super::super::crash::{self, Step};
use super::super::identity::{Seen, why_missing};
use super::super::{CreateFolder, Error, folder, mounts};
use super::Part;
use crate::model::{FileName, PartFile};

/// The beginning of an unfinished file.
#[derive(Debug)]
pub enum Begin {
    /// Open, and gone with the process until [`Part::give_name`] was called.
    Unnamed(Part),
    /// The file system knows no files without a name. Commit this plan, then [`Part::make_planned`], then commit what
    /// came of it: after a crash in between, an empty file of this name is ours.
    Planned(PartFile),
}

impl Part {
    /// Begins what will be `NAME.part`, which must not exist.
    ///
    /// # Errors
    /// [`Error::FolderMissing`], [`Error::NotMounted`] where the folder would have to be made on a disk that is away,
    /// [`Error::NameTaken`], or what the system says.
    pub fn begin(folder: &Path, name: &FileName, create: CreateFolder) -> Result<Begin, Error> {
        let name = ready(folder, name, create)?;
        if crash::is_planned() {
            return plan(folder, name);
        }
        match unnamed(folder, &name) {
            Err(Error::System { source, .. }) if !knows_unnamed(source) => plan(folder, name),
            other => other.map(Begin::Unnamed),
        }
    }

    /// Begins `NAME.part` under its name at once.
    ///
    /// # Errors
    /// As [`Part::begin`].
    pub fn create(folder: &Path, name: &FileName, create: CreateFolder) -> Result<Self, Error> {
        let name = ready(folder, name, create)?;
        make(folder, name)
    }

    /// Makes the file of a committed plan.
    ///
    /// # Errors
    /// As [`Part::create`].
    pub fn make_planned(folder: &Path, plan: &PartFile) -> Result<Self, Error> {
        make(folder, plan.name.clone())
    }

    /// Gives an unnamed file the name it was begun for; one that has it already keeps it. A name alone does not survive a
    /// power cut: the first [`Part::sync`] after it makes it last.
    ///
    /// # Errors
    /// [`Error::NameTaken`]: go on with [`Part::under`]. [`Error::FolderMissing`], or what the system says.
    pub fn give_name(&self) -> Result<(), Error> {
        if self.open.named.load(Ordering::Acquire) {
            return Ok(());
        }
        // A name for an open file needs a right that users do not have; by way of /proc it does not.
        let itself = format!("/proc/self/fd/{}", self.open.fd.as_raw_fd());
        let linked = rustix::fs::linkat(CWD, &itself, CWD, &self.path, AtFlags::SYMLINK_FOLLOW);
        match linked {
            Ok(()) => {
                self.open.named.store(true, Ordering::Release);
                crash::here(Step::Named);
                Ok(())
            }
            Err(Errno::EXIST) => Err(Error::NameTaken(self.path.clone())),
            Err(Errno::NOENT | Errno::NOTDIR) => {
                let why = why_missing(&self.open.folder, &self.record);
                let deleted = matches!(why, Error::PartMissing(_));
                Err(if deleted { Error::FolderMissing(self.open.folder.clone()) } else { why })
            }
            Err(errno) => Err(Error::at("name", &self.path)(errno)),
        }
    }

    /// The same unnamed file, to be named otherwise.
    #[must_use]
    pub fn under(&self, name: &FileName) -> Self {
        let name = part_name(name);
        let record = PartFile { name: name.clone(), ..self.record.clone() };
        Self { path: self.open.folder.join(name), record, ..self.clone() }
    }

    /// Opens the recorded file and no other. [`Part::record`] may differ from the given one in the device number, which
    /// changes between boots, and completes a plan: keep the new one.
    ///
    /// # Errors
    /// [`Error::PartMissing`] when it is gone or another file has its name, [`Error::NotMounted`] when the folder is on
    /// another device, [`Error::FolderMissing`], [`Error::PartLocked`], or what the system says.
    pub fn open(folder: &Path, record: &PartFile) -> Result<Self, Error> {
        let path = folder.join(&record.name);
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let fd = match rustix::fs::open(&path, flags, Mode::empty()) {
            Ok(fd) => fd,
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::ISDIR | Errno::NXIO) => {
                return Err(why_missing(folder, record));
            }
            Err(errno) => return Err(Error::at("open", &path)(errno)),
        };
        let seen = Seen::by_fd(&fd).map_err(Error::at("look at", &path))?;
        if !seen.is(record, folder) {
            return Err(why_missing(folder, record));
        }
        lock(&fd, &path)?;
        Ok(Self::of(fd, folder, seen, record.name.clone(), true))
    }
}

const MODE: Mode =
    Mode::RUSR.union(Mode::WUSR).union(Mode::RGRP).union(Mode::WGRP).union(Mode::ROTH).union(Mode::WOTH);

fn part_name(name: &FileName) -> String {
    format!("{name}.part")
}

/// The folder is there and the name is free. Nothing is made in the place of a disk that is away: it would be hidden when
/// the disk comes back.
fn ready(folder: &Path, name: &FileName, create: CreateFolder) -> Result<String, Error> {
    if let Some(at) = mounts::away(folder) {
        return Err(Error::NotMounted(at));
    }
    if create == CreateFolder::Yes {
        folder::create(folder)?;
    }
    let name = part_name(name);
    let path = folder.join(&name);
    match Seen::by_path(&path) {
        Ok(_) => Err(Error::NameTaken(path)),
        Err(Errno::NOENT) => Ok(name),
        Err(errno) => Err(refused(folder, &path, errno)),
    }
}

fn unnamed(folder: &Path, name: &str) -> Result<Part, Error> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let fd = rustix::fs::open(folder, flags, MODE).map_err(|errno| refused(folder, folder, errno))?;
    let path = folder.join(name);
    lock(&fd, &path)?;
    let seen = Seen::by_fd(&fd).map_err(Error::at("look at", &path))?;
    crash::here(Step::Made);
    Ok(Part::of(fd, folder, seen, name.to_owned(), false))
}

/// FAT, most network file systems and most of those in user space do not know it; before Linux 3.11 nobody does.
fn knows_unnamed(errno: Errno) -> bool {
    !matches!(errno, Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOSYS)
}

fn plan(folder: &Path, name: String) -> Result<Begin, Error> {
    let seen = Seen::by_path(&folder.join(".")).map_err(|errno| refused(folder, folder, errno))?;
    crash::here(Step::Made);
    Ok(Begin::Planned(PartFile::planned(name, seen.device)))
}

fn make(folder: &Path, name: String) -> Result<Part, Error> {
    let path = folder.join(&name);
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let fd = rustix::fs::open(&path, flags, MODE).map_err(|errno| refused(folder, &path, errno))?;
    crash::here(Step::Named);
    lock(&fd, &path)?;
    let seen = Seen::by_fd(&fd).map_err(Error::at("look at", &path))?;
    Ok(Part::of(fd, folder, seen, name, true))
}

fn refused(folder: &Path, path: &Path, errno: Errno) -> Error {
    match errno {
        Errno::NOENT => Error::FolderMissing(folder.to_owned()),
        Errno::NOTDIR => Error::NotAFolder(folder.to_owned()),
        Errno::EXIST => Error::NameTaken(path.to_owned()),
        errno => Error::at("create", path)(errno),
    }
}

/// Some network and user-space file systems know no locks. The lock on the data folder keeps our own processes apart, so
/// that only strangers would be kept out here, and they are not kept out by refusing to work.
fn lock(fd: &OwnedFd, path: &Path) -> Result<(), Error> {
    match rustix::fs::flock(fd, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOLCK | Errno::NOSYS | Errno::INVAL) => Ok(()),
        Err(Errno::WOULDBLOCK) => Err(Error::PartLocked(path.to_owned())),
        Err(errno) => Err(Error::at("lock", path)(errno)),
    }
}
