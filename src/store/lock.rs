//! Ownership of the data folder.

use std::ffi::OsStr;
use std::fs::{DirBuilder, File};
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use super::Error;

/// Longer than a number and a path.
const HOLDER_MOST: u64 = 8 << 10;

/// Proof that this process owns the data folder. Clones share it; it is given back when the last one goes, or when the
/// process dies in any way.
#[derive(Debug, Clone)]
pub struct Lock {
    folder: PathBuf,
    fd: Arc<OwnedFd>,
}

/// Who holds the data folder, or held it last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub process: u32,
    /// Where it answers. Programs of one user may have different runtime folders, or none: a job of cron, a login over
    /// the network.
    pub socket: Option<PathBuf>,
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
            Ok(()) => {
                let lock = Self { folder: folder.to_owned(), fd: Arc::new(fd) };
                lock.write(None);
                Ok(Some(lock))
            }
            Err(Errno::WOULDBLOCK) => Ok(None),
            Err(errno) => Err(Error::at("lock", &path)(errno)),
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Says where the holder answers.
    pub fn announce(&self, socket: &Path) {
        self.write(Some(socket));
    }

    /// What the last holder said of itself; it may be gone. `None` when nobody said anything that makes sense.
    pub fn holder(folder: &Path) -> Option<Holder> {
        let path = folder.join("lock");
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = rustix::fs::open(&path, flags, Mode::empty()).ok()?;
        let mut text = Vec::new();
        let _ = File::from(fd).take(HOLDER_MOST).read_to_end(&mut text).ok()?;
        let (process, socket) = text.split_at(text.iter().position(|byte| *byte == b'\n')?);
        let socket = socket[1..].strip_suffix(b"\n").filter(|path| path.starts_with(b"/"));
        Some(Holder {
            process: std::str::from_utf8(process).ok()?.parse().ok()?,
            socket: socket.map(|path| PathBuf::from(OsStr::from_bytes(path))),
        })
    }

    /// On a full disk nothing is said: then the socket is found where everybody looks first.
    fn write(&self, socket: Option<&Path>) {
        let mut text = format!("{}\n", std::process::id()).into_bytes();
        if let Some(socket) = socket {
            text.extend_from_slice(socket.as_os_str().as_bytes());
            text.push(b'\n');
        }
        let _ = rustix::fs::ftruncate(&self.fd, 0);
        let _ = rustix::io::pwrite(&self.fd, &text, 0);
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
    fn the_holder_says_who_it_is_and_where_it_answers() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(Lock::holder(folder.path()), None);
        let lock = Lock::acquire(folder.path()).expect("possible").expect("free");
        let holder = |socket: Option<&str>| {
            Some(Holder { process: std::process::id(), socket: socket.map(PathBuf::from) })
        };
        assert_eq!(Lock::holder(folder.path()), holder(None));
        let odd = OsStr::from_bytes(b"/run/odd\xff.sock");
        lock.announce(Path::new(odd));
        assert_eq!(Lock::holder(folder.path()).and_then(|holder| holder.socket), Some(odd.into()));
        lock.announce(Path::new("/run/s"));
        assert_eq!(Lock::holder(folder.path()), holder(Some("/run/s")));
        drop(lock);
        let lock = Lock::acquire(folder.path()).expect("possible").expect("free");
        assert_eq!(Lock::holder(folder.path()), holder(None), "the socket of the last holder is dead");
        rustix::fs::ftruncate(&lock.fd, 0).expect("emptied");
        assert_eq!(Lock::holder(folder.path()), None);
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
