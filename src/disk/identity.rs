//! Which file is this? Names are not enough: another file may stand where ours was.

#![expect(clippy::disallowed_methods, reason = "the disk sequence is a file of the kernel")]

use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, StatxFlags};
use rustix::io::Errno;

use super::{Error, room};
use crate::model::{MountId, PartFile};

/// Asks for a mount id that is never used again (Linux 6.8); rustix has no name for it yet.
const MOUNT_ID_UNIQUE: StatxFlags = StatxFlags::from_bits_retain(0x4000);

/// A file as the system describes it at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) device: u64,
    pub(super) inode: u64,
    pub(super) born: Option<i64>,
    pub(super) mount: Option<MountId>,
    pub(super) length: u64,
    pub(super) regular: bool,
    /// Bytes the file system has set aside for it, holes left out.
    pub(super) allocated: u64,
}

impl Seen {
    pub(super) fn by_fd(fd: impl AsFd) -> Result<Self, Errno> {
        Self::ask(fd, Path::new(""), AtFlags::EMPTY_PATH)
    }

    /// Without following a symbolic link.
    pub(super) fn by_path(path: &Path) -> Result<Self, Errno> {
        Self::ask(CWD, path, AtFlags::SYMLINK_NOFOLLOW)
    }

    fn ask(fd: impl AsFd, path: &Path, flags: AtFlags) -> Result<Self, Errno> {
        let wanted = StatxFlags::BASIC_STATS | StatxFlags::BTIME | StatxFlags::MNT_ID | MOUNT_ID_UNIQUE;
        let found = rustix::fs::statx(fd, path, flags, wanted)?;
        let has = |flag: StatxFlags| found.stx_mask & flag.bits() != 0;
        let born = has(StatxFlags::BTIME).then(|| {
            let nanos = i64::from(found.stx_btime.tv_nsec);
            found.stx_btime.tv_sec.saturating_mul(1_000_000_000).saturating_add(nanos)
        });
        let mount = if has(MOUNT_ID_UNIQUE) {
            Some(MountId(found.stx_mnt_id))
        } else if has(StatxFlags::MNT_ID) {
            older_mount_id(found.stx_mnt_id, found.stx_dev_major, found.stx_dev_minor)
        } else {
            None
        };
        Ok(Self {
            device: rustix::fs::makedev(found.stx_dev_major, found.stx_dev_minor),
            inode: found.stx_ino,
            born,
            mount,
            length: found.stx_size,
            regular: rustix::fs::FileType::from_raw_mode(found.stx_mode.into()).is_file(),
            allocated: found.stx_blocks.saturating_mul(512),
        })
    }

    pub(super) fn record(&self, name: String) -> PartFile {
        PartFile { name, device: self.device, inode: self.inode, born: self.born }
    }

    /// Is this the recorded file?
    ///
    /// Device numbers are handed out anew at each boot (btrfs, LVM, USB, NFS), so inode and birth time together are
    /// enough; without a birth time the device must agree. FAT and exFAT have no inode numbers and make them up while a
    /// file is open: there the birth time, kept to ten milliseconds, speaks alone.
    pub(super) fn is(&self, record: &PartFile, path: &Path) -> bool {
        if record.is_planned() {
            return self.device == record.device && self.regular && self.length == 0;
        }
        match (self.born, record.born) {
            (Some(is), Some(was)) if is == was => self.inode == record.inode || room::is_fat(path),
            (Some(_), Some(_)) => false,
            (None, _) | (_, None) => self.inode == record.inode && self.device == record.device,
        }
    }
}

/// Why the recorded file cannot be had in this folder.
pub(super) fn why_missing(folder: &Path, record: &PartFile) -> Error {
    match Seen::by_path(&folder.join(".")) {
        Err(Errno::NOENT) => Error::FolderMissing(folder.to_owned()),
        Err(Errno::NOTDIR) => Error::NotAFolder(folder.to_owned()),
        Err(errno) => Error::at("look at", folder)(errno),
        Ok(seen) if seen.device != record.device => Error::NotMounted(folder.to_owned()),
        Ok(_) => Error::PartMissing(folder.join(&record.name)),
    }
}

/// Kernels before 6.8 use a mount id again after an unmount; the disk's sequence number then tells a pulled and
/// returned disk apart. Without one (not a block device, kernel before 5.15) the mount is not known.
fn older_mount_id(id: u64, major: u32, minor: u32) -> Option<MountId> {
    let at = format!("/sys/dev/block/{major}:{minor}");
    // A partition has none of its own: its disk is one level up.
    let text = std::fs::read_to_string(format!("{at}/diskseq"))
        .or_else(|_| std::fs::read_to_string(format!("{at}/../diskseq")))
        .ok()?;
    let sequence: u64 = text.trim().parse().ok()?;
    let mut hasher = blake3::Hasher::new();
    let _ = hasher.update(&id.to_le_bytes()).update(&sequence.to_le_bytes());
    let [a, b, c, d, e, f, g, h, ..] = *hasher.finalize().as_bytes();
    Some(MountId(u64::from_le_bytes([a, b, c, d, e, f, g, h])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen() -> Seen {
        Seen { device: 1, inode: 2, born: Some(3), mount: None, length: 0, regular: true, allocated: 0 }
    }

    #[test]
    fn a_file_is_told_from_its_successor() {
        let here = Path::new("/");
        let record = seen().record("x.part".to_owned());
        assert!(seen().is(&record, here));
        assert!(!Seen { inode: 9, ..seen() }.is(&record, here));
        assert!(!Seen { born: Some(9), ..seen() }.is(&record, here), "the inode was used again");
        assert!(Seen { device: 9, ..seen() }.is(&record, here), "another boot, another number");
        let blind = Seen { born: None, ..seen() };
        assert!(blind.is(&record, here));
        assert!(!Seen { device: 9, ..blind }.is(&record, here));
    }

    #[test]
    fn a_planned_file_is_one_that_is_still_empty() {
        let here = Path::new("/");
        let plan = PartFile::planned("x.part".to_owned(), 1);
        assert!(seen().is(&plan, here));
        assert!(!Seen { length: 1, ..seen() }.is(&plan, here));
        assert!(!Seen { device: 9, ..seen() }.is(&plan, here));
        assert!(!Seen { regular: false, ..seen() }.is(&plan, here));
        assert!(!seen().record(String::new()).is_planned());
    }

    #[test]
    fn older_kernels_need_a_disk() {
        assert_eq!(older_mount_id(1, 0, 4242), None);
    }

    #[test]
    fn this_kernel_knows_mounts() {
        let file = tempfile::tempfile().expect("a file");
        let seen = Seen::by_fd(&file).expect("statx");
        assert!(seen.mount.is_some());
        assert_eq!(seen, Seen::by_fd(&file).expect("statx"));
    }
}
