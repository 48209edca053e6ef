//! Files that were saved in the data folder to be sent, and that nobody came to send.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{AtFlags, Dir, FileType, FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use super::Error;

/// Looked at in one sweep, since each is open for its time; the next sweep finds what is left.
const MOST: usize = 128;

/// Removes the files directly in `folder` whose names are not needed. One that somebody holds locked is being made, or
/// waits to be told of, and stays. `needed` is asked only if there is something to remove, and after the locks: whoever
/// let go of one has told of it, or never will. With `None` nothing is removed. Returns how many went.
///
/// # Errors
/// What the system says. A folder that is not there holds nothing.
pub fn sweep(folder: &Path, needed: impl FnOnce() -> Option<BTreeSet<OsString>>) -> Result<usize, Error> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let fd = match rustix::fs::open(folder, flags, Mode::empty()) {
        Ok(fd) => fd,
        Err(Errno::NOENT) => return Ok(0),
        Err(errno) => return Err(Error::at("open", folder)(errno)),
    };
    let mut free: Vec<(OsString, OwnedFd)> = Vec::new();
    for entry in Dir::read_from(&fd).map_err(Error::at("list", folder))? {
        let entry = entry.map_err(Error::at("list", folder))?;
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        free.extend(lock(&fd, name).map(|file| (name.to_owned(), file)));
        if free.len() >= MOST {
            break;
        }
    }
    if free.is_empty() {
        return Ok(0);
    }
    let Some(needed) = needed() else { return Ok(0) };
    let mut removed = 0;
    for (name, _lock) in free.iter().filter(|(name, _)| !needed.contains(name)) {
        match rustix::fs::unlinkat(&fd, name, AtFlags::empty()) {
            Ok(()) => removed += 1,
            Err(Errno::NOENT) => {}
            Err(errno) => return Err(Error::at("remove", &folder.join(name))(errno)),
        }
    }
    Ok(removed)
}

/// `None`: no ordinary file, or somebody's.
fn lock(folder: &OwnedFd, name: &OsStr) -> Option<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = rustix::fs::openat(folder, name, flags, Mode::empty()).ok()?;
    let found = rustix::fs::fstat(&file).ok()?;
    let ordinary = FileType::from_raw_mode(found.st_mode) == FileType::RegularFile;
    (ordinary && rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok()).then_some(file)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "files are looked at from outside")]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_needs_or_holds_goes() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("spool");
        assert_eq!(sweep(&folder, || panic!("there is nothing to ask about")).expect("no folder"), 0);
        std::fs::create_dir(&folder).expect("made");
        std::fs::create_dir(folder.join("folder")).expect("made");
        for name in ["needed", "held", "orphan"] {
            std::fs::write(folder.join(name), name).expect("written");
        }
        std::os::unix::fs::symlink(folder.join("needed"), folder.join("link")).expect("linked");
        let held = std::fs::File::open(folder.join("held")).expect("open");
        rustix::fs::flock(&held, FlockOperation::LockExclusive).expect("locked");
        assert_eq!(sweep(&folder, || None).expect("swept"), 0);
        assert_eq!(sweep(&folder, || Some(BTreeSet::from(["needed".into()]))).expect("swept"), 1);
        let mut left: Vec<_> = std::fs::read_dir(&folder)
            .expect("listed")
            .map(|entry| entry.expect("one").file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["folder", "held", "link", "needed"]);
        drop(held);
        assert_eq!(sweep(&folder, || Some(BTreeSet::from(["needed".into()]))).expect("swept"), 1);
    }
}
