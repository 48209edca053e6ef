//! Files that are sent, and small files that are kept for an upload.

use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

use rustix::fs::{Advice, AtFlags, CWD, FileType, Mode, OFlags, StatxFlags};
use rustix::io::Errno;

use super::Error;
use crate::model::Watched;

/// A file that is open for sending. It is only read.
#[derive(Debug, Clone)]
pub struct SourceFile {
    file: Arc<File>,
    watched: Watched,
}

impl SourceFile {
    /// `None`: it is not there, is no ordinary file, or may not be read.
    ///
    /// # Errors
    /// What else the system says.
    pub fn open(path: &Path) -> Result<Option<Self>, Error> {
        // A pipe without a writer would wait for one.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let fd = match rustix::fs::open(path, flags, Mode::empty()) {
            Ok(fd) => fd,
            Err(errno) if is_away(errno) => return Ok(None),
            Err(errno) => return Err(Error::at("open", path)(errno)),
        };
        let Some(watched) =
            describe(&fd, Path::new(""), AtFlags::EMPTY_PATH).map_err(Error::at("look at", path))?
        else {
            return Ok(None);
        };
        // Only a hint: what is read once need not push out what others read.
        let _ = rustix::fs::fadvise(&fd, 0, None, Advice::Sequential);
        Ok(Some(Self { file: Arc::new(File::from(fd)), watched }))
    }

    /// The file that has the name now.
    ///
    /// # Errors
    /// As [`SourceFile::open`].
    pub fn look(path: &Path) -> Result<Option<Watched>, Error> {
        match describe(CWD, path, AtFlags::empty()) {
            Ok(found) => Ok(found),
            Err(errno) if is_away(errno) => Ok(None),
            Err(errno) => Err(Error::at("look at", path)(errno)),
        }
    }

    pub fn file(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }

    pub const fn watched(&self) -> Watched {
        self.watched
    }
}

fn describe(fd: impl std::os::fd::AsFd, path: &Path, flags: AtFlags) -> Result<Option<Watched>, Errno> {
    let found = rustix::fs::statx(fd, path, flags, StatxFlags::BASIC_STATS)?;
    if FileType::from_raw_mode(found.stx_mode.into()) != FileType::RegularFile {
        return Ok(None);
    }
    let nanos = i64::from(found.stx_mtime.tv_nsec);
    Ok(Some(Watched {
        size: found.stx_size,
        modified: found.stx_mtime.tv_sec.saturating_mul(1_000_000_000).saturating_add(nanos),
        device: rustix::fs::makedev(found.stx_dev_major, found.stx_dev_minor),
        inode: found.stx_ino,
    }))
}

/// Comes back when its disk does, or when its owner lets us.
const fn is_away(errno: Errno) -> bool {
    matches!(
        errno,
        Errno::NOENT
            | Errno::NOTDIR
            | Errno::ACCESS
            | Errno::PERM
            | Errno::NXIO
            | Errno::NODEV
            | Errno::STALE
            | Errno::NOTCONN
            | Errno::HOSTDOWN
    )
}

/// Writes a whole file that nobody else may read, over an older one of the name.
///
/// # Errors
/// What the system says; the file may then be there in part.
pub fn keep(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    match rustix::fs::mkdir(folder, Mode::RWXU) {
        Ok(()) | Err(Errno::EXIST) => {}
        Err(errno) => return Err(Error::at("create", folder)(errno)),
    }
    let path = folder.join(name);
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let fd = rustix::fs::open(&path, flags, Mode::RUSR | Mode::WUSR).map_err(Error::at("create", &path))?;
    let mut rest = bytes;
    while !rest.is_empty() {
        match rustix::io::write(&fd, rest) {
            Ok(0) => return Err(Error::Short { doing: "write", path }),
            Ok(written) => rest = &rest[written..],
            Err(Errno::INTR) => {}
            Err(errno) => return Err(Error::at("write", &path)(errno)),
        }
    }
    Ok(())
}

/// Removes a file that this program put directly into `folder`. Any other path is left alone.
///
/// # Errors
/// What the system says; a file that is gone is no error.
pub fn unkeep(folder: &Path, path: &Path) -> Result<(), Error> {
    let ours = path.parent() == Some(folder)
        && path.file_name().is_some_and(|name| !matches!(name.as_bytes(), b"." | b".."));
    if !ours {
        return Ok(());
    }
    match rustix::fs::unlink(path) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(errno) => Err(Error::at("remove", path)(errno)),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "files are looked at from outside")]
mod tests {
    use super::*;

    #[test]
    fn every_change_shows() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        assert!(SourceFile::open(&path).expect("a look").is_none());
        assert!(SourceFile::open(folder.path()).expect("a look").is_none(), "a folder is no file");
        std::fs::write(&path, "one").expect("written");
        let open = SourceFile::open(&path).expect("a look").expect("a file");
        assert_eq!(open.watched().size, 3);
        assert_eq!(SourceFile::look(&path).expect("a look"), Some(open.watched()));
        std::fs::write(folder.path().join("b"), "two").expect("written");
        std::fs::rename(folder.path().join("b"), &path).expect("renamed");
        let other = SourceFile::look(&path).expect("a look").expect("a file");
        assert_ne!(other.inode, open.watched().inode);
        std::fs::write(&path, "three").expect("written");
        assert_eq!(SourceFile::look(&path).expect("a look").map(|seen| seen.size), Some(5));
        std::fs::remove_file(&path).expect("removed");
        assert_eq!(SourceFile::look(&path).expect("a look"), None);
    }

    #[test]
    fn only_what_was_kept_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = folder.path().join("replies");
        keep(&kept, "7", b"first, and longer").expect("kept");
        keep(&kept, "7", b"second").expect("kept");
        assert_eq!(std::fs::read(kept.join("7")).expect("read"), b"second");
        let outside = folder.path().join("mine");
        std::fs::write(&outside, "x").expect("written");
        unkeep(&kept, &outside).expect("no error");
        unkeep(&kept, &kept.join("../mine")).expect("no error");
        assert!(outside.exists());
        unkeep(&kept, &kept.join("7")).expect("removed");
        unkeep(&kept, &kept.join("7")).expect("no error");
        assert!(!kept.join("7").exists());
    }
}
