//! A server on which files are put.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use socket2::SockRef;
use suppaftp::Status::{CommandOk, File, RequestFilePending, RequestedFileActionOk};
use suppaftp::tokio::AsyncRustlsFtpStream;
use tokio::io::AsyncWriteExt;

use super::name::Name;
use super::session::{Session, Transfer, WHY, Wanted, call};
use crate::model::Timeouts;
use crate::protocol::{Error, Gate};

#[derive(Debug)]
pub struct Remote {
    session: Session,
    timeouts: Timeouts,
}

/// What came of a new name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renamed {
    Done,
    /// This file gets no other name; the server's code.
    NotFrom(u16),
    /// It may have another name, but not this one.
    NotTo(u16),
}

/// A file on its way out. Dropped, it is cut off: nothing that the kernel still holds is sent.
pub struct Outlet {
    stream: Option<Transfer>,
    stall: Duration,
    answer: Duration,
}

impl Remote {
    pub(super) const fn new(session: Session, timeouts: Timeouts) -> Self {
        Self { session, timeouts }
    }

    /// What the server said of itself.
    pub fn lines(&self) -> Vec<(String, String)> {
        self.session.lines()
    }

    /// Bytes of a file; `None`: there is none, or the server does not say.
    ///
    /// # Errors
    /// When the connection is of no use any more.
    pub async fn size(&mut self, name: &Name, gate: &Gate) -> Result<Option<u64>, Error> {
        self.session.size(name, gate).await
    }

    /// Opens a file for what follows its first `at` bytes. `None`: the server cannot go on with a file that is there.
    ///
    /// # Errors
    /// What the server says to it.
    pub async fn store(&mut self, name: &Name, at: u64, gate: &Gate) -> Result<Option<Outlet>, Error> {
        let mut wanted = Wanted::Store;
        loop {
            // At a byte that is named, what an earlier connection still brings is written again, not doubled.
            if at > 0 && wanted == Wanted::Store && !self.session.rest(at, gate).await? {
                wanted = Wanted::Append;
            }
            match self.session.data(wanted, name, gate).await {
                Ok(stream) => return Ok(Some(self.outlet(stream))),
                Err(error) => match self.session.other_passive(error) {
                    Ok(()) => {}
                    // Said yes to the place, and no to what was for it.
                    Err(Error::Reply(500..=504 | 550 | 554)) if at > 0 && wanted == Wanted::Store => {
                        wanted = Wanted::Append;
                    }
                    Err(Error::Reply(500..=504)) if at > 0 => return Ok(None),
                    Err(error) => return Err(error),
                },
            }
        }
    }

    fn outlet(&self, stream: Transfer) -> Outlet {
        let (stall, answer) = (self.timeouts.stall().into(), self.timeouts.response().into());
        Outlet { stream: Some(stream), stall, answer }
    }

    /// Makes the folders above a file that are not there.
    ///
    /// # Errors
    /// When the connection is of no use any more. Refusals are passed over: most say that it is there already.
    pub async fn make_folders(&mut self, name: &Name, gate: &Gate) -> Result<(), Error> {
        for folder in name.folders() {
            let _ = self.session.heard(async |ftp| ftp.mkdir(folder.as_str()).await, gate).await?;
        }
        Ok(())
    }

    /// # Errors
    /// When the connection is of no use any more.
    pub async fn rename(&mut self, from: &Name, to: &Name, gate: &Gate) -> Result<Renamed, Error> {
        let (from, to) = (format!("RNFR {}", from.as_str()), format!("RNTO {}", to.as_str()));
        let asked =
            async |ftp: &mut AsyncRustlsFtpStream| ftp.custom_command(from, &[RequestFilePending]).await;
        match self.session.told(asked, gate).await {
            Err(Error::Reply(code)) if code != 421 => return Ok(Renamed::NotFrom(code)),
            asked => drop(asked?),
        }
        let expected = [RequestedFileActionOk, CommandOk];
        let named = async |ftp: &mut AsyncRustlsFtpStream| ftp.custom_command(to, &expected).await;
        match self.session.told(named, gate).await {
            Err(Error::Reply(code)) if code != 421 => Ok(Renamed::NotTo(code)),
            named => named.map(|_| Renamed::Done),
        }
    }

    /// # Errors
    /// What the server says to it.
    pub async fn delete(&mut self, name: &Name, gate: &Gate) -> Result<(), Error> {
        self.session.told(async |ftp| ftp.rm(name.as_str()).await, gate).await
    }

    /// Gives a file the time of its original, where the server knows how
    /// (`draft-somers-ftp-mfxx`). A kindness: a refusal is passed over.
    ///
    /// # Errors
    /// When the connection is of no use any more.
    pub async fn stamp(&mut self, name: &Name, modified: SystemTime, gate: &Gate) -> Result<(), Error> {
        if !self.session.can("MFMT") {
            return Ok(());
        }
        let Some(digits) = digits(modified) else { return Ok(()) };
        let command = format!("MFMT {digits} {}", name.as_str());
        let expected = [File, RequestedFileActionOk];
        let _ = self.session.heard(async |ftp| ftp.custom_command(&command, &expected).await, gate).await?;
        Ok(())
    }
}

impl Outlet {
    /// # Errors
    /// When the server takes nothing for too long, the connection breaks, or permission is taken away. Where the server
    /// said why, [`Outlet::why`] tells.
    pub async fn send(&mut self, bytes: &Bytes, gate: &Gate) -> Result<(), Error> {
        gate.check()?;
        let Some(stream) = &mut self.stream else { return Err(Error::Stalled) };
        let mut left = &bytes[..];
        while !left.is_empty() {
            let sent = match tokio::time::timeout(self.stall, stream.write(left)).await {
                Ok(sent) => sent.map_err(Error::Wire)?,
                Err(_) => return Err(Error::Stalled),
            };
            gate.check()?;
            left = &left[sent..];
        }
        Ok(())
    }

    /// Ends the file, and hears what the server says to it.
    ///
    /// # Errors
    /// When it says that something went wrong.
    pub async fn finish(mut self, gate: &Gate) -> Result<(), Error> {
        match self.stream.take() {
            Some(stream) => call(self.answer, gate, stream.finish()).await,
            None => Ok(()),
        }
    }

    /// The connection broke while we sent: the server may have said why.
    pub async fn why(mut self, gate: &Gate) -> Option<u16> {
        let stream = self.stream.take()?;
        match call(self.answer.min(WHY), gate, stream.finish()).await {
            Err(Error::Reply(code)) => Some(code),
            Ok(()) | Err(_) => None,
        }
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        if let Some(stream) = &self.stream {
            let _ = SockRef::from(stream.get_ref().get_ref()).set_linger(Some(Duration::ZERO));
        }
    }
}

/// `YYYYMMDDhhmmss` in UTC.
fn digits(at: SystemTime) -> Option<String> {
    let seconds = at.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    let at = jiff::Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
    Some(at.strftime("%Y%m%d%H%M%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_digits() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_176_000);
        assert_eq!(digits(at).as_deref(), Some("20261120120000"));
    }
}
