//! What a command reads besides its arguments: lists, headers and passwords. Bounded, since anything may be piped in.

use std::io::{self, BufRead, IsTerminal, Read};
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::api::Secret;

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

    /// Asks a person, without showing what is typed.
    ///
    /// # Errors
    /// When there is no person at a terminal.
    fn password(&mut self, prompt: &str) -> io::Result<Secret>;
}

/// The real ones.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl Inputs for System {
    fn stdin(&mut self, most: u64) -> io::Result<Zeroizing<String>> {
        bounded(io::stdin().lock(), most)
    }

    fn file(&mut self, path: &Path, most: u64) -> io::Result<Zeroizing<String>> {
        let opened = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
        bounded(std::fs::File::from(opened), most)
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
    fn what_is_too_long_or_no_text_is_refused() {
        assert_eq!(bounded(&b"1234"[..], 4).unwrap().as_str(), "1234");
        assert_eq!(bounded(&b"12345"[..], 4).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(bounded(&b"\xff"[..], 4).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert!(bounded(io::repeat(b'x'), 1 << 16).is_err());
    }
}
