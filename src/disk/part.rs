//! The unfinished file, while somebody works on it.

mod begin;

use std::io::IoSlice;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rustix::fs::{Advice, FallocateFlags, Timespec, Timestamps, UTIME_NOW, XattrFlags};
use rustix::io::Errno;

use super::crash::{self, Step};
use super::identity::{Seen, why_missing};
use super::{Error, folder, room};
use crate::model::{ByteRange, MountId, PartFile, Wall};

pub use begin::Begin;

/// Smaller files are not reserved: they are written in one go, and asking costs more than it brings. Bytes.
pub const RESERVE_FROM: u64 = 8 << 20;

/// Of freedesktop.org's common extended attributes.
const ORIGIN: &str = "user.xdg.origin.url";

/// An open and locked unfinished file. A clone is the same open file, so that one thread may sync while another writes;
/// the lock goes with the last of them.
#[derive(Debug, Clone)]
pub struct Part {
    open: Arc<Open>,
    path: PathBuf,
    record: PartFile,
}

#[derive(Debug)]
struct Open {
    fd: OwnedFd,
    folder: PathBuf,
    /// The folder itself; `None` where it may not be read.
    within: Option<OwnedFd>,
    mount: Option<MountId>,
    /// It has its name.
    named: AtomicBool,
    /// The name itself is on the disk.
    lasting: AtomicBool,
    /// The file was this long when we last knew; if it is shorter, somebody else cut it.
    reach: AtomicU64,
}

impl Part {
    fn of(fd: OwnedFd, folder: &Path, seen: Seen, name: String, named: bool) -> Self {
        Self {
            path: folder.join(&name),
            record: seen.record(name),
            open: Arc::new(Open {
                fd,
                folder: folder.to_owned(),
                within: folder::open(folder).ok(),
                mount: seen.mount,
                named: AtomicBool::new(named),
                lasting: AtomicBool::new(false),
                reach: AtomicU64::new(seen.length),
            }),
        }
    }

    pub fn record(&self) -> &PartFile {
        &self.record
    }

    /// The mount it was opened on; `None` where the kernel cannot tell one mount from the next.
    pub fn mount(&self) -> Option<MountId> {
        self.open.mount
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn descriptor(&self) -> &OwnedFd {
        &self.open.fd
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

    /// Writes `first` at `offset` and `second` behind it, together where the system can.
    ///
    /// # Errors
    /// As [`Part::write_all_at`].
    pub fn write_joined_at(&self, first: &[u8], second: &[u8], offset: u64) -> Result<(), Error> {
        let accepted = if first.is_empty() || second.is_empty() {
            0
        } else {
            self.check_whole()?;
            let both = [IoSlice::new(first), IoSlice::new(second)];
            self.accepted(
                rustix::io::retry_on_intr(|| rustix::io::pwritev(&self.open.fd, &both, offset)),
                first.len() + second.len(),
                offset,
            )?
        };
        let (first, second) = match accepted.checked_sub(first.len()) {
            Some(more) => (&[][..], second.get(more..).unwrap_or_default()),
            None => (first.get(accepted..).unwrap_or_default(), second),
        };
        let offset = offset.saturating_add(accepted as u64);
        self.write_all_at(first, offset)?;
        self.write_all_at(second, offset.saturating_add(first.len() as u64))
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
        self.check_whole()?;
        let written = rustix::io::retry_on_intr(|| rustix::io::pwrite(&self.open.fd, bytes, offset));
        self.accepted(written, bytes.len(), offset)
    }

    fn accepted(&self, written: Result<usize, Errno>, wanted: usize, offset: u64) -> Result<usize, Error> {
        match written {
            Ok(0) => Err(Error::Short { doing: "write", path: self.path.clone() }),
            Ok(accepted) => {
                let end = offset.saturating_add(accepted as u64);
                let _ = self.open.reach.fetch_max(end, Ordering::Relaxed);
                crash::here(Step::Written);
                Ok(accepted)
            }
            Err(Errno::NOSPC) => Err(Error::Full { path: self.path.clone(), missing: wanted as u64 }),
            Err(Errno::FBIG) => Err(self.too_large(offset.saturating_add(wanted as u64))),
            Err(errno) => Err(Error::at("write", &self.path)(errno)),
        }
    }

    /// # Errors
    /// [`Error::Short`] at the end of the file, or what the system says.
    pub fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), Error> {
        let mut filled = 0;
        while filled < buffer.len() {
            let rest = buffer.get_mut(filled..).unwrap_or_default();
            let at = offset.saturating_add(filled as u64);
            match rustix::io::pread(&self.open.fd, rest, at) {
                Ok(0) => return Err(Error::Short { doing: "read", path: self.path.clone() }),
                Ok(read) => filled += read,
                Err(Errno::INTR) => {}
                Err(errno) => return Err(Error::at("read", &self.path)(errno)),
            }
        }
        Ok(())
    }

    /// Makes everything written so far survive a power cut; the first time the file's name too, once it has one.
    ///
    /// # Errors
    /// [`Error::PartMissing`] or [`Error::FolderMissing`] when somebody deleted it. Else what the system says. **Never call it again to make good for an error**: Linux marks the pages clean after a
    /// failed write-back and the second call succeeds over lost data. Fall back to the last synced ranges instead.
    pub fn sync(&self) -> Result<(), Error> {
        rustix::fs::fdatasync(&self.open.fd).map_err(Error::at("sync", &self.path))?;
        if !self.open.named.load(Ordering::Acquire) {
            return Ok(());
        }
        let _ = self.check_linked()?;
        if !self.open.lasting.load(Ordering::Acquire) {
            crash::here(Step::Synced);
            // By descriptor: the path may lead elsewhere now, to an empty place where the disk was mounted.
            match &self.open.within {
                Some(within) => folder::sync_open(within, &self.open.folder)?,
                None => folder::sync(&self.open.folder)?,
            }
            crash::here(Step::NameSynced);
            self.open.lasting.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// Does the name still lead to this file? What is synced in any case, nobody finds otherwise.
    ///
    /// # Errors
    /// [`Error::PartMissing`], [`Error::FolderMissing`] or [`Error::NotMounted`], or what the system says.
    pub fn check_name(&self) -> Result<(), Error> {
        if !self.open.named.load(Ordering::Acquire) {
            return Ok(());
        }
        let ours = self.seen()?;
        match Seen::by_path(&self.path) {
            Ok(seen) if (seen.device, seen.inode) == (ours.device, ours.inode) => Ok(()),
            Ok(_) | Err(Errno::NOENT | Errno::NOTDIR) => Err(why_missing(&self.open.folder, &self.record)),
            Err(errno) => Err(Error::at("look at", &self.path)(errno)),
        }
    }

    fn check_linked(&self) -> Result<rustix::fs::Stat, Error> {
        let found = rustix::fs::fstat(&self.open.fd).map_err(Error::at("look at", &self.path))?;
        if found.st_nlink == 0 && self.open.named.load(Ordering::Acquire) {
            return Err(why_missing(&self.open.folder, &self.record));
        }
        Ok(found)
    }

    /// Nobody deleted the file or cut off its end: a write would leave a hole full of zeros, or go nowhere.
    fn check_whole(&self) -> Result<(), Error> {
        let found = self.check_linked()?;
        let length = u64::try_from(found.st_size).unwrap_or_default();
        if length < self.open.reach.load(Ordering::Relaxed) {
            return Err(Error::PartTruncated { path: self.path.clone(), length });
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
            rustix::fs::fallocate(&self.open.fd, FallocateFlags::empty(), 0, total)
        });
        match reserved {
            Ok(()) => {
                let _ = self.open.reach.fetch_max(total, Ordering::Relaxed);
                Ok(())
            }
            // FAT would fill the length with zeros, now, byte by byte.
            Err(Errno::OPNOTSUPP | Errno::NOSYS) if room::is_fat(&self.open.folder) => Ok(()),
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => self.truncate(total),
            Err(Errno::FBIG) => Err(self.too_large(total)),
            Err(Errno::NOSPC) => {
                // Somebody was faster. What was reserved so far goes back to everybody.
                self.truncate(before.length)?;
                let missing = total.saturating_sub(before.allocated);
                let free = room::space(&self.open.folder)?;
                Err(Error::Full { path: self.path.clone(), missing: missing.saturating_sub(free).max(1) })
            }
            Err(errno) => Err(Error::at("reserve", &self.path)(errno)),
        }
    }

    /// Is there room for the rest of a file of `total` bytes? What is reserved already is not asked for again.
    ///
    /// # Errors
    /// As [`super::check_room`].
    pub fn check_room(&self, total: u64) -> Result<(), Error> {
        let missing = total.saturating_sub(self.seen()?.allocated);
        room::check_room(&self.open.folder, missing, total)
    }

    /// Sets room aside for all of a file of `total` bytes without making it longer.
    ///
    /// # Errors
    /// As [`Part::reserve`], and [`Error::System`] for a quota.
    pub(super) fn try_room(&self, total: u64) -> Result<(), Error> {
        self.check_room(total)?;
        let wanted = FallocateFlags::KEEP_SIZE;
        let reserved =
            rustix::io::retry_on_intr(|| rustix::fs::fallocate(&self.open.fd, wanted, 0, total.max(1)));
        match reserved {
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS) => Ok(()),
            Err(Errno::NOSPC) => Err(Error::Full { path: self.path.clone(), missing: 1 }),
            Err(Errno::FBIG) => Err(self.too_large(total)),
            Err(errno) => Err(Error::at("reserve", &self.path)(errno)),
        }
    }

    /// # Errors
    /// What the system says.
    pub fn truncate(&self, length: u64) -> Result<(), Error> {
        match rustix::fs::ftruncate(&self.open.fd, length) {
            Ok(()) => {
                self.open.reach.store(length, Ordering::Relaxed);
                Ok(())
            }
            Err(Errno::FBIG) => Err(self.too_large(length)),
            Err(errno) => Err(Error::at("set the length of", &self.path)(errno)),
        }
    }

    /// Sets the time of the last modification, which each write sets anew.
    ///
    /// # Errors
    /// What the system says.
    pub fn set_modified(&self, at: Wall) -> Result<(), Error> {
        let nanos = at.0.rem_euclid(1000) * 1_000_000;
        let modified = Timespec { tv_sec: at.0.div_euclid(1000), tv_nsec: nanos };
        let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
        let times = Timestamps { last_access: now, last_modification: modified };
        rustix::fs::futimens(&self.open.fd, &times).map_err(Error::at("set the time of", &self.path))
    }

    /// Notes where the file came from, as freedesktop.org says.
    ///
    /// # Errors
    /// What the system says; many file systems have no place for it.
    pub fn set_origin(&self, address: &str) -> Result<(), Error> {
        rustix::fs::fsetxattr(&self.open.fd, ORIGIN, address.as_bytes(), XattrFlags::empty())
            .map_err(Error::at("note the origin of", &self.path))
    }

    /// Asks the kernel to begin writing a range to the disk, so that the next sync has less to wait for. Only a hint.
    pub fn start_writeback(&self, range: ByteRange) {
        if let Some(length) = std::num::NonZeroU64::new(range.len()) {
            // Dirty pages cannot be dropped: they are queued for writing, which is what is wanted here.
            let _ = rustix::fs::fadvise(&self.open.fd, range.start(), Some(length), Advice::DontNeed);
        }
    }

    pub(super) fn seen(&self) -> Result<Seen, Error> {
        Seen::by_fd(&self.open.fd).map_err(Error::at("look at", &self.path))
    }

    fn too_large(&self, wanted: u64) -> Error {
        let limit = room::largest_file(&self.open.folder).unwrap_or(wanted.saturating_sub(1));
        Error::TooLarge { path: self.path.clone(), limit }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests do what strangers do to files")]
mod tests;
