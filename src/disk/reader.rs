//! The file as those see it who read it while it still comes.

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::PathBuf;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::{Error, Part};

/// An unfinished file, open for reading. It holds no lock and needs no name, so that the file may be paused, finished,
/// renamed and moved meanwhile.
#[derive(Debug)]
pub struct Reader {
    fd: OwnedFd,
    path: PathBuf,
}

impl Reader {
    /// The file of `part`, whatever its name is by now.
    ///
    /// # Errors
    /// What the system says.
    pub fn of(part: &Part) -> Result<Self, Error> {
        // The lock belongs to the open file: a second one of the same file does without.
        let way = format!("/proc/self/fd/{}", part.descriptor().as_raw_fd());
        let path = part.path().to_owned();
        let fd = rustix::fs::open(way, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
            .or_else(|_| rustix::fs::open(&path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()))
            .map_err(Error::at("open", &path))?;
        Ok(Self { fd, path })
    }

    /// These many bytes; only ask for what is known to be written.
    ///
    /// # Errors
    /// [`Error::Short`] at the end of the file, or what the system says.
    pub fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; length];
        let mut filled = 0;
        while filled < length {
            let rest = bytes.get_mut(filled..).unwrap_or_default();
            match rustix::io::pread(&self.fd, rest, offset.saturating_add(filled as u64)) {
                Ok(0) => return Err(Error::Short { doing: "read", path: self.path.clone() }),
                Ok(read) => filled += read,
                Err(Errno::INTR) => {}
                Err(errno) => return Err(Error::at("read", &self.path)(errno)),
            }
        }
        Ok(bytes)
    }
}
