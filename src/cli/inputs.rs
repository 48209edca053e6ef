//! What a command reads besides its arguments: lists, headers and passwords. Bounded, since anything may be piped in.

use std::io::{self, BufRead, IsTerminal, Read};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::api::Secret;

/// Files, each with the names from the folder on that was named.
pub(super) type Below = Vec<(PathBuf, Vec<String>)>;

/// Where the inputs come from: the system, or a test.
pub trait Inputs {
    /// Standard input to its end.
    ///
    /// # Errors
    /// When it is longer than `most` bytes, is no text or cannot be read.
    fn stdin(&mut self, most: u64) -> io::Result<Zeroizing<String>>;

    /// A whole file.
    ///
    /// # Errors
    /// As [`Inputs::stdin`].
    fn file(&mut self, path: &Path, most: u64) -> io::Result<Zeroizing<String>>;

    /// A file as it is.
    ///
    /// # Errors
    /// When it cannot be read or is longer than `most` bytes.
    fn bytes(&mut self, path: &Path, most: u64) -> io::Result<Vec<u8>>;

    /// Saves standard input to its end where it can be sent from, and tells where.
    ///
    /// # Errors
    /// When it cannot be read or written.
    fn spool(&mut self) -> io::Result<PathBuf>;

    /// The files below a folder, each with the names from that folder on; `None`: it is no folder. At most
    /// 100,000.
    ///
    /// # Errors
    /// When it cannot be read, or holds more.
    fn below(&mut self, path: &Path) -> io::Result<Option<Below>>;

    /// Asks a person; an answer that begins as `yes` does is one.
    ///
    /// # Errors
    /// When there is no person at a terminal.
    fn agrees(&mut self, question: &str, yes: &str) -> io::Result<bool>;

    /// Asks a person, without showing what is typed.
    ///
    /// # Errors
    /// When there is no person at a terminal.
    fn password(&mut self, prompt: &str) -> io::Result<Secret>;
}

/// Files of one command.
const FILES_MOST: usize = 100_000;

/// The real ones.
#[derive(Debug)]
pub struct System {
    /// Where streams are saved to be sent; made when it is needed.
    spool: PathBuf,
    /// Locked as long as this program lives: nobody else takes them for forgotten.
    saved: Vec<std::fs::File>,
}

impl System {
    pub const fn new(spool: PathBuf) -> Self {
        Self { spool, saved: Vec::new() }
    }
}

impl Inputs for System {
    fn stdin(&mut self, most: u64) -> io::Result<Zeroizing<String>> {
        bounded(io::stdin().lock(), most)
    }

    fn file(&mut self, path: &Path, most: u64) -> io::Result<Zeroizing<String>> {
        let opened = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
        bounded(std::fs::File::from(opened), most)
    }

    fn bytes(&mut self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        let opened = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
        let mut bytes = Vec::new();
        let read = std::fs::File::from(opened).take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        if u64::try_from(read).unwrap_or(u64::MAX) > most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(bytes)
    }

    fn spool(&mut self) -> io::Result<PathBuf> {
        let (path, file) = spool(io::stdin().lock(), &self.spool)?;
        self.saved.push(file);
        Ok(path)
    }

    fn below(&mut self, path: &Path) -> io::Result<Option<Below>> {
        if !path.is_dir() {
            return Ok(None);
        }
        let own = path.canonicalize()?.file_name().map(|name| name.to_string_lossy().into_owned());
        let mut found = Vec::new();
        let mut folders = vec![(path.to_owned(), own.into_iter().collect::<Vec<_>>())];
        while let Some((folder, within)) = folders.pop() {
            for entry in folder.read_dir()? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let within = within.iter().cloned().chain([name]).collect();
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    folders.push((entry.path(), within));
                } else if kind.is_file() {
                    found.push((entry.path(), within));
                }
                if found.len() > FILES_MOST {
                    return Err(io::ErrorKind::FileTooLarge.into());
                }
            }
        }
        found.sort();
        Ok(Some(found))
    }

    fn agrees(&mut self, question: &str, yes: &str) -> io::Result<bool> {
        let stdin = io::stdin();
        if !stdin.is_terminal() || !io::stderr().is_terminal() {
            return Err(io::ErrorKind::NotConnected.into());
        }
        io::Write::write_all(&mut io::stderr(), format!("{question} ").as_bytes())?;
        let mut line = String::new();
        let _ = stdin.lock().take(1024).read_line(&mut line)?;
        let first = |text: &str| text.trim().chars().next().map(|letter| letter.to_ascii_lowercase());
        Ok(first(&line).is_some() && first(&line) == first(yes))
    }

    fn password(&mut self, prompt: &str) -> io::Result<Secret> {
        let stdin = io::stdin();
        if !stdin.is_terminal() {
            return Err(io::ErrorKind::NotConnected.into());
        }
        io::Write::write_all(&mut io::stderr(), prompt.as_bytes())?;
        let shown = tcgetattr(&stdin)?;
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&stdin, OptionalActions::Flush, &hidden)?;
        let mut line = Zeroizing::new(String::new());
        let read = stdin.lock().read_line(&mut line);
        tcsetattr(&stdin, OptionalActions::Flush, &shown)?;
        io::Write::write_all(&mut io::stderr(), b"\n")?;
        let _ = read?;
        Ok(Secret::new(line.trim_end_matches(['\r', '\n'])))
    }
}

/// A stream that ends early leaves nothing behind.
fn spool(mut from: impl Read, folder: &Path) -> io::Result<(PathBuf, std::fs::File)> {
    match rustix::fs::mkdir(folder, Mode::RWXU) {
        Ok(()) | Err(rustix::io::Errno::EXIST) => {}
        Err(errno) => return Err(errno.into()),
    }
    let (path, mut to) = loop {
        if let Some(made) = make(folder)? {
            break made;
        }
    };
    let copied = io::copy(&mut from, &mut to).and_then(|_| to.sync_all());
    if copied.is_err() {
        let _ = rustix::fs::unlink(&path);
    }
    copied.map(|()| (path, to))
}

/// A new file, locked. `None`: it was swept away before it was.
fn make(folder: &Path) -> io::Result<Option<(PathBuf, std::fs::File)>> {
    let mut name = [0; 16];
    let _ = rustix::rand::getrandom(&mut name[..], rustix::rand::GetRandomFlags::empty())?;
    let path = folder.join(format!("{:032x}", u128::from_le_bytes(name)));
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    let fd = rustix::fs::open(&path, flags, Mode::RUSR | Mode::WUSR)?;
    rustix::fs::flock(&fd, rustix::fs::FlockOperation::LockExclusive)?;
    let swept = rustix::fs::fstat(&fd)?.st_nlink == 0;
    Ok((!swept).then(|| (path, fd.into())))
}

fn bounded(from: impl Read, most: u64) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    let read = from.take(most.saturating_add(1)).read_to_string(&mut text)?;
    if u64::try_from(read).unwrap_or(u64::MAX) > most {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_saved_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let spool_folder = folder.path().join("spool");
        let (path, file) = spool(io::repeat(b'x').take(300_000), &spool_folder).unwrap();
        let other = rustix::fs::open(&path, OFlags::RDONLY, Mode::empty()).unwrap();
        let mine = rustix::fs::FlockOperation::NonBlockingLockExclusive;
        assert!(rustix::fs::flock(&other, mine).is_err(), "it is held");
        drop(file);
        rustix::fs::flock(&other, mine).unwrap();
        assert_eq!(
            bounded(
                std::fs::File::from(rustix::fs::open(&path, OFlags::RDONLY, Mode::empty()).unwrap()),
                1 << 20
            )
            .unwrap()
            .len(),
            300_000
        );
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
        assert!(spool(Broken, &spool_folder).is_err());
        let left =
            rustix::fs::Dir::new(rustix::fs::open(&spool_folder, OFlags::RDONLY, Mode::empty()).unwrap())
                .unwrap();
        let names = left.filter(|entry| entry.as_ref().unwrap().file_name().to_bytes().len() > 2);
        assert_eq!(names.count(), 1);
    }

    #[test]
    fn what_is_too_long_or_no_text_is_refused() {
        assert_eq!(bounded(&b"1234"[..], 4).unwrap().as_str(), "1234");
        assert_eq!(bounded(&b"12345"[..], 4).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(bounded(&b"\xff"[..], 4).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert!(bounded(io::repeat(b'x'), 1 << 16).is_err());
    }
}
