//! Ownership of the data folder.

use std::fs::DirBuilder;
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use super::Error;

/// Proof that this process owns the data folder. Clones share it; it is given back when the last one goes, or when the
/// process dies in any way.
#[derive(Debug, Clone)]
pub struct Lock {
    folder: PathBuf,
    _fd: Arc<OwnedFd>,
}

impl Lock {
    /// Takes the data folder, making it (0700) where it is missing. `None`: another process has it.
    ///
    /// # Errors
    /// When the folder or the file `lock` in it cannot be made or locked.
    pub fn acquire(folder: &Path) -> Result<Option<Self>, Error> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| {
            Error::at("create", folder)(Errno::from_io_error(&error).unwrap_or(Errno::IO))
        })?;
        let path = folder.join("lock");
        let flags = OFlags::CREATE | OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = rustix::fs::open(&path, flags, Mode::RUSR | Mode::WUSR).map_err(Error::at("open", &path))?;
        match rustix::fs::flock(&fd, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self { folder: folder.to_owned(), _fd: Arc::new(fd) })),
            Err(Errno::WOULDBLOCK) => Ok(None),
            Err(errno) => Err(Error::at("lock", &path)(errno)),
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn one_at_a_time_and_nobody_else_may_look() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("share/longshore");
        let lock = Lock::acquire(&data).expect("possible").expect("free");
        assert!(Lock::acquire(&data).expect("possible").is_none());
        let clone = lock.clone();
        drop(lock);
        assert!(Lock::acquire(&data).expect("possible").is_none(), "the clone holds it");
        drop(clone);
        assert!(Lock::acquire(&data).expect("possible").is_some());
        let mode = |path: &Path| path.symlink_metadata().expect("there").mode() & 0o777;
        assert_eq!((mode(&data), mode(&data.join("lock"))), (0o700, 0o600));
    }

    #[test]
    fn another_process_is_kept_out_until_it_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(Lock::acquire(folder.path()).expect("possible").expect("free"));
        let mut other = std::process::Command::new("flock")
            .arg(folder.path().join("lock"))
            .args(["sh", "-c", "echo held; read line"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("util-linux");
        let mut line = String::new();
        let output = other.stdout.take().expect("piped");
        let _ = std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line).expect("a word");
        assert!(Lock::acquire(folder.path()).expect("possible").is_none());
        drop(other.stdin.take());
        let _ = other.wait().expect("ended");
        assert!(Lock::acquire(folder.path()).expect("possible").is_some());
    }
}
