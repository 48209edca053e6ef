//! The unfinished file, while somebody works on it.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{Advice, FallocateFlags, FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use super::identity::{Seen, why_missing};
use super::{CreateFolder, Error, folder, room};
use crate::model::{ByteRange, FileName, MountId, PartFile};

/// Smaller files are not reserved: they are written in one go, and asking costs more than it brings. Bytes.
pub const RESERVE_FROM: u64 = 8 << 20;

/// An open and locked `.part` file. A clone is the same open file, so that one thread may sync while another writes;
/// the lock goes with the last of them.
#[derive(Debug, Clone)]
pub struct Part(Arc<Open>);

#[derive(Debug)]
struct Open {
    fd: OwnedFd,
    folder: PathBuf,
    path: PathBuf,
    record: PartFile,
    mount: Option<MountId>,
    /// The name itself is on the disk.
    named: AtomicBool,
}

impl Part {
    /// Begins `NAME.part`, which must not exist.
    ///
    /// # Errors
    /// [`Error::FolderMissing`], [`Error::NameTaken`], or what the system says.
    pub fn create(folder: &Path, name: &FileName, create: CreateFolder) -> Result<Self, Error> {
        if create == CreateFolder::Yes {
            folder::create(folder)?;
        }
        let name = format!("{name}.part");
        let path = folder.join(&name);
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::WGRP | Mode::ROTH | Mode::WOTH;
        let fd = match rustix::fs::open(&path, flags, mode) {
            Ok(fd) => fd,
            Err(Errno::NOENT) => return Err(Error::FolderMissing(folder.to_owned())),
            Err(Errno::NOTDIR) => return Err(Error::NotAFolder(folder.to_owned())),
            Err(Errno::EXIST) => return Err(Error::NameTaken(path)),
            Err(errno) => return Err(Error::at("create", &path)(errno)),
        };
        lock(&fd, &path)?;
        let seen = Seen::by_fd(&fd).map_err(Error::at("look at", &path))?;
        Ok(Self::of(fd, folder, seen, name))
    }

    /// Opens the recorded file and no other. [`Part::record`] may differ from the given one in the device number, which
    /// changes between boots: keep the new one.
    ///
    /// # Errors
    /// [`Error::PartMissing`] when it is gone or another file has its name, [`Error::NotMounted`] when the folder is on
    /// another device, [`Error::FolderMissing`], [`Error::PartLocked`], or what the system says.
    pub fn open(folder: &Path, record: &PartFile) -> Result<Self, Error> {
        let path = folder.join(&record.name);
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = match rustix::fs::open(&path, flags, Mode::empty()) {
            Ok(fd) => fd,
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::ISDIR) => {
                return Err(why_missing(folder, record));
            }
            Err(errno) => return Err(Error::at("open", &path)(errno)),
        };
        let seen = Seen::by_fd(&fd).map_err(Error::at("look at", &path))?;
        if !seen.is(record, folder) {
            return Err(why_missing(folder, record));
        }
        lock(&fd, &path)?;
        Ok(Self::of(fd, folder, seen, record.name.clone()))
    }

    fn of(fd: OwnedFd, folder: &Path, seen: Seen, name: String) -> Self {
        Self(Arc::new(Open {
            fd,
            folder: folder.to_owned(),
            path: folder.join(&name),
            record: seen.record(name),
            mount: seen.mount,
            named: AtomicBool::new(false),
        }))
    }

    pub fn record(&self) -> &PartFile {
        &self.0.record
    }

    /// The mount it was opened on; `None` where the kernel cannot tell one mount from the next.
    pub fn mount(&self) -> Option<MountId> {
        self.0.mount
    }

    pub fn path(&self) -> &Path {
        &self.0.path
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Bytes from the first to the last, holes and reserved ones included.
    ///
    /// # Errors
    /// What the system says.
    pub fn length(&self) -> Result<u64, Error> {
        Ok(self.seen()?.length)
    }

    /// Writes all of `bytes` at `offset`.
    ///
    /// # Errors
    /// What the system says. Some of the bytes may have been written; claim none of them.
    pub fn write_all_at(&self, mut bytes: &[u8], mut offset: u64) -> Result<(), Error> {
        while !bytes.is_empty() {
            let accepted = self.write_some_at(bytes, offset)?;
            bytes = bytes.get(accepted..).unwrap_or_default();
            offset = offset.saturating_add(accepted as u64);
        }
        Ok(())
    }

    /// Writes the first bytes of `bytes` at `offset` and tells how many were accepted: at least one, unless `bytes` is
    /// empty.
    ///
    /// # Errors
    /// What the system says; nothing was written then.
    pub fn write_some_at(&self, bytes: &[u8], offset: u64) -> Result<usize, Error> {
        if bytes.is_empty() {
            return Ok(0);
        }
        match rustix::io::retry_on_intr(|| rustix::io::pwrite(&self.0.fd, bytes, offset)) {
            Ok(0) => Err(Error::Short { doing: "write", path: self.0.path.clone() }),
            Ok(accepted) => Ok(accepted),
            Err(Errno::NOSPC) => Err(Error::Full { path: self.0.path.clone(), missing: bytes.len() as u64 }),
            Err(Errno::FBIG) => Err(self.too_large(offset.saturating_add(bytes.len() as u64))),
            Err(errno) => Err(Error::at("write", &self.0.path)(errno)),
        }
    }

    /// # Errors
    /// [`Error::Short`] at the end of the file, or what the system says.
    pub fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), Error> {
        let mut filled = 0;
        while filled < buffer.len() {
            let rest = buffer.get_mut(filled..).unwrap_or_default();
            let at = offset.saturating_add(filled as u64);
            match rustix::io::pread(&self.0.fd, rest, at) {
                Ok(0) => return Err(Error::Short { doing: "read", path: self.0.path.clone() }),
                Ok(read) => filled += read,
                Err(Errno::INTR) => {}
                Err(errno) => return Err(Error::at("read", &self.0.path)(errno)),
            }
        }
        Ok(())
    }

    /// Makes everything written so far survive a power cut; the first time the file's name too.
    ///
    /// # Errors
    /// What the system says. **Never call it again to make good for an error**: Linux marks the pages clean after a
    /// failed write-back and the second call succeeds over lost data. Fall back to the last synced ranges instead.
    pub fn sync(&self) -> Result<(), Error> {
        rustix::fs::fdatasync(&self.0.fd).map_err(Error::at("sync", &self.0.path))?;
        if !self.0.named.load(Ordering::Acquire) {
            folder::sync(&self.0.folder)?;
            self.0.named.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// Sets room aside for a file of `total` bytes, in one piece where the file system can. Does nothing below
    /// [`RESERVE_FROM`], and never writes zeros to get there.
    ///
    /// # Errors
    /// [`Error::Full`] with the bytes that do not fit; what was taken meanwhile is given back. [`Error::TooLarge`], or
    /// what the system says.
    pub fn reserve(&self, total: u64) -> Result<(), Error> {
        let before = self.seen()?;
        if total < RESERVE_FROM || total <= before.length {
            return Ok(());
        }
        // Asked first: a try that fails would fill the disk for everybody, if only for a moment.
        self.check_room(total)?;
        let reserved = rustix::io::retry_on_intr(|| {
            rustix::fs::fallocate(&self.0.fd, FallocateFlags::empty(), 0, total)
        });
        match reserved {
            Ok(()) => Ok(()),
            // FAT would fill the length with zeros, now, byte by byte.
            Err(Errno::OPNOTSUPP | Errno::NOSYS) if room::is_fat(&self.0.folder) => Ok(()),
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => self.truncate(total),
            Err(Errno::FBIG) => Err(self.too_large(total)),
            Err(Errno::NOSPC) => {
                // Somebody was faster. What was reserved so far goes back to everybody.
                self.truncate(before.length)?;
                let missing = total.saturating_sub(before.allocated);
                let free = room::space(&self.0.folder)?;
                Err(Error::Full { path: self.0.path.clone(), missing: missing.saturating_sub(free).max(1) })
            }
            Err(errno) => Err(Error::at("reserve", &self.0.path)(errno)),
        }
    }

    /// Is there room for the rest of a file of `total` bytes? What is reserved already is not asked for again.
    ///
    /// # Errors
    /// As [`super::check_room`].
    pub fn check_room(&self, total: u64) -> Result<(), Error> {
        let missing = total.saturating_sub(self.seen()?.allocated);
        room::check_room(&self.0.folder, missing, total)
    }

    /// # Errors
    /// What the system says.
    pub fn truncate(&self, length: u64) -> Result<(), Error> {
        match rustix::fs::ftruncate(&self.0.fd, length) {
            Ok(()) => Ok(()),
            Err(Errno::FBIG) => Err(self.too_large(length)),
            Err(errno) => Err(Error::at("set the length of", &self.0.path)(errno)),
        }
    }

    /// Asks the kernel to begin writing a range to the disk, so that the next sync has less to wait for. Only a hint.
    pub fn start_writeback(&self, range: ByteRange) {
        if let Some(length) = std::num::NonZeroU64::new(range.len()) {
            // Dirty pages cannot be dropped: they are queued for writing, which is what is wanted here.
            let _ = rustix::fs::fadvise(&self.0.fd, range.start(), Some(length), Advice::DontNeed);
        }
    }

    pub(super) fn seen(&self) -> Result<Seen, Error> {
        Seen::by_fd(&self.0.fd).map_err(Error::at("look at", &self.0.path))
    }

    fn too_large(&self, wanted: u64) -> Error {
        let limit = room::largest_file(&self.0.folder).unwrap_or(wanted.saturating_sub(1));
        Error::TooLarge { path: self.0.path.clone(), limit }
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

#[cfg(test)]
#[expect(clippy::disallowed_methods, clippy::print_stderr, reason = "tests do what strangers do to files")]
mod tests;
