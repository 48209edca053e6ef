//! What the disk said.

use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::model::DiskFault;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refused a call for a reason of its own.
    #[error("{doing} {}: {source}", .path.display())]
    System { doing: &'static str, path: PathBuf, source: Errno },
    #[error("{} has no room for {missing} more bytes", .path.display())]
    Full { path: PathBuf, missing: u64 },
    #[error("the file system of {} holds files of at most {limit} bytes", .path.display())]
    TooLarge { path: PathBuf, limit: u64 },
    #[error("there is no folder {}", .0.display())]
    FolderMissing(PathBuf),
    /// The folder is there, but on another file system than the unfinished file; or the disk that belongs here is away.
    #[error("the disk of {} is not mounted", .0.display())]
    NotMounted(PathBuf),
    #[error("{} is no folder", .0.display())]
    NotAFolder(PathBuf),
    #[error("{} exists", .0.display())]
    NameTaken(PathBuf),
    #[error("{} is there and is no file", .0.display())]
    NotAFile(PathBuf),
    /// Gone, or another file stands in its place.
    #[error("{} is not the unfinished file", .0.display())]
    PartMissing(PathBuf),
    /// Somebody else cut off the end of the unfinished file; what is left has this length.
    #[error("{} was cut to {length} bytes", .path.display())]
    PartTruncated { path: PathBuf, length: u64 },
    #[error("{} is locked by another program", .0.display())]
    PartLocked(PathBuf),
    /// The system accepted or gave fewer bytes than it must, without a reason.
    #[error("{doing} {}: stopped short", .path.display())]
    Short { doing: &'static str, path: PathBuf },
}

impl Error {
    pub(super) fn at(doing: &'static str, path: &Path) -> impl FnOnce(Errno) -> Self {
        move |source| Self::System { doing, path: path.to_owned(), source }
    }

    /// What this means for a transfer.
    pub fn fault(&self) -> DiskFault {
        match self {
            Self::System { source, .. } => of_errno(*source),
            Self::Full { missing, .. } => DiskFault::Full { missing: *missing },
            Self::TooLarge { limit, .. } => DiskFault::TooLarge { limit: *limit },
            Self::FolderMissing(_) => DiskFault::FolderMissing,
            Self::NotMounted(_) => DiskFault::NotMounted,
            Self::NotAFolder(_) => DiskFault::NotAFolder,
            Self::NameTaken(_) => DiskFault::NameTaken,
            Self::NotAFile(_) => DiskFault::NotAFile,
            Self::PartMissing(_) => DiskFault::PartMissing,
            Self::PartTruncated { .. } => DiskFault::PartTruncated,
            Self::PartLocked(_) => DiskFault::PartLocked,
            Self::Short { .. } => DiskFault::Io { errno: Errno::IO.raw_os_error() },
        }
    }
}

/// Every number that has a remedy of its own; the rest is shown as the system's.
fn of_errno(errno: Errno) -> DiskFault {
    match errno {
        Errno::NOSPC => DiskFault::Full { missing: 0 },
        Errno::DQUOT => DiskFault::QuotaExceeded,
        Errno::ROFS => DiskFault::ReadOnly,
        Errno::ACCESS | Errno::PERM => DiskFault::PermissionDenied,
        Errno::NOENT => DiskFault::FolderMissing,
        Errno::NOTDIR => DiskFault::NotAFolder,
        Errno::EXIST | Errno::ISDIR | Errno::NOTEMPTY => DiskFault::NameTaken,
        Errno::NAMETOOLONG => DiskFault::NameTooLong,
        Errno::FBIG => DiskFault::TooLarge { limit: 0 },
        // A disk that was pulled, a server that went away, a file system in user space that died: all of them come back
        // by being mounted again.
        Errno::NODEV | Errno::NXIO | Errno::NOTCONN | Errno::STALE | Errno::HOSTDOWN => DiskFault::NotMounted,
        other => DiskFault::Io { errno: other.raw_os_error() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_faults() {
        let cases = [
            (Errno::NOSPC, DiskFault::Full { missing: 0 }),
            (Errno::DQUOT, DiskFault::QuotaExceeded),
            (Errno::ROFS, DiskFault::ReadOnly),
            (Errno::ACCESS, DiskFault::PermissionDenied),
            (Errno::PERM, DiskFault::PermissionDenied),
            (Errno::NAMETOOLONG, DiskFault::NameTooLong),
            (Errno::NODEV, DiskFault::NotMounted),
            (Errno::IO, DiskFault::Io { errno: 5 }),
        ];
        for (errno, fault) in cases {
            assert_eq!(Error::at("write", Path::new("/x"))(errno).fault(), fault);
        }
    }
}
