//! Folders: made when wanted, synced when something in them must last.

use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::Error;

/// Make the target folder if it is missing?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateFolder {
    Yes,
    /// A folder that is gone is then an error: most likely its disk is not mounted.
    No,
}

/// Makes a folder and what is missing above it, each so that it lasts.
pub(super) fn create(folder: &Path) -> Result<(), Error> {
    match rustix::fs::mkdir(folder, Mode::RWXU | Mode::RWXG | Mode::RWXO) {
        Ok(()) => folder.parent().map_or(Ok(()), sync),
        Err(Errno::EXIST) => Ok(()),
        Err(Errno::NOENT) => {
            let parent = folder.parent().ok_or_else(|| Error::FolderMissing(folder.to_owned()))?;
            create(parent)?;
            match rustix::fs::mkdir(folder, Mode::RWXU | Mode::RWXG | Mode::RWXO) {
                Ok(()) => sync(parent),
                Err(Errno::EXIST) => Ok(()),
                Err(errno) => Err(Error::at("create", folder)(errno)),
            }
        }
        Err(errno) => Err(Error::at("create", folder)(errno)),
    }
}

/// Makes the names in a folder last. File systems that cannot sync a folder (some in user space) say EINVAL: there is
/// nothing more to be had there.
pub(super) fn sync(folder: &Path) -> Result<(), Error> {
    sync_open(&open(folder).map_err(Error::at("open", folder))?, folder)
}

pub(super) fn open(folder: &Path) -> Result<OwnedFd, Errno> {
    rustix::fs::open(folder, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
}

pub(super) fn sync_open(fd: &OwnedFd, folder: &Path) -> Result<(), Error> {
    match rustix::fs::fsync(fd) {
        Ok(()) | Err(Errno::INVAL | Errno::OPNOTSUPP) => Ok(()),
        Err(errno) => Err(Error::at("sync", folder)(errno)),
    }
}
