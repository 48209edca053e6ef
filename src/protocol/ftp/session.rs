//! One control connection: reached, encrypted, signed in. Every wait has a limit; one that was cut off in the middle is
//! never spoken to again, since nobody knows whose reply would come next.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use socket2::{SockRef, TcpKeepalive};
use suppaftp::Status::CommandOk;
use suppaftp::tokio::{AsyncRustlsFtpStream, AsyncRustlsStream, TransferStream};
use suppaftp::types::{Features, FileType};
use suppaftp::{FtpError, FtpResult, Mode};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::Facts;
use super::fault::{is_reply, of_ftp};
use super::name::{Name, sendable};
use crate::model::{Encryption, Response, SafeUrl, Scheme, Timeouts};
use crate::protocol::tls::{Check, Shield};
use crate::protocol::{Error, Gate};

/// Who has no name gives this one (RFC 1635).
const ANONYMOUS: (&str, &str) = ("anonymous", "anonymous@");
/// Bytes of an upload that the kernel may hold beyond what is on its way.
const UNSENT_MOST: u32 = 256 << 10;
/// When a data connection fails, the server has mostly said why already.
pub(super) const WHY: Duration = Duration::from_secs(2);

/// More than this after `REST` to the last byte is the whole file.
const TOO_MUCH: usize = 64 << 10;

pub(super) type Transfer = TransferStream<AsyncRustlsStream>;

/// Where to, and as whom.
#[derive(Debug)]
pub struct Visit<'a> {
    pub url: &'a SafeUrl,
    pub credentials: Option<(&'a str, &'a str)>,
    /// Of an `ftp:` address.
    pub encryption: Encryption,
    pub timeouts: Timeouts,
}

pub(super) struct Session {
    ftp: AsyncRustlsFtpStream,
    features: Features,
    shield: Option<Shield>,
    start: Start,
    /// A data connection was tried since this was cleared.
    dialled: Arc<AtomicBool>,
    passive: Passive,
    limit: Duration,
    /// In step with the server: what is asked next is answered next.
    sound: bool,
}

/// What came of a request for data.
pub(super) enum Opened {
    Stream(Transfer),
    NoRest,
    Nothing,
}

/// What came when the last byte was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    Honest,
    /// The whole file.
    Ignored,
    /// The file does not end where it was said to.
    OtherSize,
    Refused,
}

/// How TLS is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Clear,
    Offered,
    Required,
    AtOnce,
}

/// What a data connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Retrieve,
    Store,
    Append,
}

/// How a data connection is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passive {
    Extended,
    Plain,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("sound", &self.sound).finish_non_exhaustive()
    }
}

impl Visit<'_> {
    fn start(&self) -> Start {
        match (self.url.scheme(), self.encryption) {
            (Scheme::Ftps, _) => Start::AtOnce,
            (Scheme::Ftpes, _) | (_, Encryption::Required) => Start::Required,
            (_, Encryption::Preferred) => Start::Offered,
            (_, Encryption::Never) => Start::Clear,
        }
    }
}

impl Session {
    /// # Errors
    /// When nobody answers, the certificate is not good, or the sign-in is refused.
    pub(super) async fn open(visit: &Visit<'_>, gate: &Gate) -> Result<Self, Error> {
        let (user, password) = visit.credentials.unwrap_or(ANONYMOUS);
        if !sendable(user) || !sendable(password) {
            return Err(Error::BadName);
        }
        let start = visit.start();
        let mut session = match Self::reach(visit, start, gate).await {
            // It offers encryption of a kind that nobody speaks any more; in the clear is what the address says.
            Err(Error::Tls(_)) if start == Start::Offered => Self::reach(visit, Start::Clear, gate).await?,
            reached => reached?,
        };
        session.sign_in(user, password, gate).await?;
        Ok(session)
    }

    async fn reach(visit: &Visit<'_>, start: Start, gate: &Gate) -> Result<Self, Error> {
        gate.check()?;
        let limit = visit.timeouts.connect().into();
        let reached = tokio::time::timeout(limit, Self::connect(visit, start)).await;
        gate.check()?;
        reached.unwrap_or(Err(Error::ConnectTimeout))
    }

    async fn connect(visit: &Visit<'_>, start: Start) -> Result<Self, Error> {
        let host = visit.url.host().trim_start_matches('[').trim_end_matches(']');
        let found = tokio::net::lookup_host((host, visit.url.port())).await.map_err(Error::Name)?;
        let addresses: Vec<SocketAddr> = found.collect();
        let (ftp, shield) = match start {
            Start::AtOnce => {
                let shield = Shield::new(Check::System).map_err(Error::Tls)?;
                let secure =
                    AsyncRustlsFtpStream::connect_secure_implicit(&addresses[..], shield.connector(), host);
                (secure.await.map_err(|error| of_secure(error, &shield))?, Some(shield))
            }
            Start::Clear | Start::Offered | Start::Required => {
                let stream = TcpStream::connect(&addresses[..]).await.map_err(Error::Wire)?;
                keep_alive(&stream);
                let ftp = AsyncRustlsFtpStream::connect_with_stream(stream).await.map_err(of_ftp)?;
                secured(ftp, start, host).await?
            }
        };
        let dialled = Arc::<AtomicBool>::default();
        let (noted, limit) = (Arc::clone(&dialled), visit.timeouts.connect().into());
        let mut ftp = ftp.passive_stream_builder(move |address| {
            noted.store(true, Ordering::Release);
            Box::pin(dial(address, limit))
        });
        ftp.set_mode(Mode::ExtendedPassive);
        // Whatever address PASV names: data come from where the control connection leads.
        ftp.set_passive_nat_workaround(true);
        Ok(Self {
            ftp,
            features: Features::default(),
            shield,
            start,
            dialled,
            passive: Passive::Extended,
            limit: visit.timeouts.response().into(),
            sound: true,
        })
    }

    async fn sign_in(&mut self, user: &str, password: &str, gate: &Gate) -> Result<(), Error> {
        match self.told(async |ftp| ftp.login(user, password).await, gate).await {
            // An account is wanted beside the password: nobody has asked for one.
            Err(Error::Reply(332)) => return Err(Error::Reply(530)),
            signed_in => signed_in?,
        }
        if self.start == Start::AtOnce {
            // Nobody has asked for encrypted data yet (RFC 4217, section 9).
            for command in ["PBSZ 0", "PROT P"] {
                let _ = self.told(async |ftp| ftp.custom_command(command, &[CommandOk]).await, gate).await?;
            }
        }
        self.features = self.heard(async |ftp| ftp.feat().await, gate).await?.unwrap_or_default();
        if self.can("UTF8") {
            let _ = self.heard(async |ftp| ftp.opts("UTF8", Some("ON")).await, gate).await?;
        }
        self.told(async |ftp| ftp.transfer_type(FileType::Binary).await, gate).await
    }

    pub(super) fn can(&self, feature: &str) -> bool {
        self.features.contains_key(feature)
    }

    pub(super) const fn is_sound(&self) -> bool {
        self.sound
    }

    /// For the details: who it is, and whether others can listen.
    pub(super) fn lines(&self) -> Vec<(String, String)> {
        let welcome = self.ftp.get_welcome_msg().unwrap_or_default();
        let welcome = welcome.lines().take(Response::HEADERS / 2).map(|line| {
            let line: String = line.chars().filter(|c| !c.is_control()).take(200).collect();
            ("220".to_owned(), line)
        });
        let tls = self.shield.as_ref().map(|_| ("AUTH".to_owned(), "TLS".to_owned()));
        welcome.chain(tls).collect()
    }

    /// What can be known of a file before it is fetched.
    ///
    /// # Errors
    /// When the connection is of no use. A server that does not tell is no error.
    pub(super) async fn facts(&mut self, name: &Name, gate: &Gate) -> Result<Facts, Error> {
        let size = self.size(name, gate).await?;
        let modified = self.heard(async |ftp| ftp.mdtm(name.as_str()).await, gate).await?;
        let modified = modified.and_then(|at| u64::try_from(at.and_utc().timestamp()).ok());
        let modified = modified.and_then(|at| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(at)));
        let rest = self.can("REST") || self.rest(0, gate).await?;
        Ok(Facts { size, modified, rest })
    }

    /// Bytes; `None`: it does not say, or there is no such file.
    pub(super) async fn size(&mut self, name: &Name, gate: &Gate) -> Result<Option<u64>, Error> {
        let size = self.heard(async |ftp| ftp.size(name.as_str()).await, gate).await?;
        Ok(size.map(|size| size as u64))
    }

    /// One command whose refusal is an answer, too.
    pub(super) async fn heard<T>(
        &mut self,
        command: impl AsyncFnOnce(&mut AsyncRustlsFtpStream) -> FtpResult<T>,
        gate: &Gate,
    ) -> Result<Option<T>, Error> {
        match self.told(command, gate).await {
            Ok(value) => Ok(Some(value)),
            Err(error) if is_reply(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// One command.
    pub(super) async fn told<T>(
        &mut self,
        command: impl AsyncFnOnce(&mut AsyncRustlsFtpStream) -> FtpResult<T>,
        gate: &Gate,
    ) -> Result<T, Error> {
        self.sound = false;
        let result = call(self.limit, gate, command(&mut self.ftp)).await;
        self.sound = match &result {
            Ok(_) => true,
            Err(error) => is_reply(error),
        };
        result
    }

    /// `RETR`, from this byte on.
    pub(super) async fn retrieve(&mut self, name: &Name, from: u64, gate: &Gate) -> Result<Opened, Error> {
        loop {
            if from > 0 && !self.rest(from, gate).await? {
                return Ok(Opened::NoRest);
            }
            match self.data(Wanted::Retrieve, name, gate).await {
                Ok(stream) => return Ok(Opened::Stream(stream)),
                Err(error) => self.other_passive(error)?,
            }
        }
    }

    /// Asks for the last byte of so many, and counts what comes.
    pub(super) async fn last_byte(&mut self, name: &Name, size: u64, gate: &Gate) -> Result<Proof, Error> {
        let mut stream = match self.retrieve(name, size - 1, gate).await {
            Ok(Opened::Stream(stream)) => stream,
            Ok(Opened::NoRest | Opened::Nothing) => return Ok(Proof::Refused),
            // Why will be heard again.
            Err(Error::Reply(500..)) => return Ok(Proof::Refused),
            Err(error) => return Err(error),
        };
        self.sound = false;
        let (mut buffer, mut came) = (vec![0; TOO_MUCH], 0);
        while came < TOO_MUCH {
            match call(self.limit, gate, read(&mut stream, &mut buffer)).await? {
                0 => {
                    call(self.limit, gate, stream.finish()).await?;
                    self.sound = true;
                    return Ok(match came as u64 {
                        // Of a file of one byte nobody can tell.
                        1 if size > 1 => Proof::Honest,
                        1 => Proof::Refused,
                        all if all == size => Proof::Ignored,
                        _ => Proof::OtherSize,
                    });
                }
                more => came += more,
            }
        }
        Ok(Proof::Ignored)
    }

    /// The next transfer begins at this byte. `false`: the server cannot.
    pub(super) async fn rest(&mut self, from: u64, gate: &Gate) -> Result<bool, Error> {
        let from = usize::try_from(from).map_err(|_| Error::BadName)?;
        Ok(self.heard(async |ftp| ftp.resume_transfer(from).await, gate).await?.is_some())
    }

    /// EPSV is asked first; an old server that knows only PASV is asked for that from then on.
    pub(super) fn other_passive(&mut self, error: Error) -> Result<(), Error> {
        let dialled = self.dialled.load(Ordering::Acquire);
        let unknown = matches!(error, Error::Reply(425 | 500 | 501 | 502 | 504 | 522));
        if dialled || !unknown || self.passive == Passive::Plain {
            return Err(error);
        }
        self.passive = Passive::Plain;
        self.ftp.set_mode(Mode::Passive);
        Ok(())
    }

    /// Opens a data connection.
    pub(super) async fn data(&mut self, wanted: Wanted, name: &Name, gate: &Gate) -> Result<Transfer, Error> {
        self.sound = false;
        self.dialled.store(false, Ordering::Release);
        let (ftp, path) = (&mut self.ftp, name.as_str());
        let opening = async {
            match wanted {
                Wanted::Retrieve => ftp.retr_as_stream(path).await,
                Wanted::Store => ftp.put_with_stream(path).await,
                Wanted::Append => ftp.append_with_stream(path).await,
            }
        };
        match call(self.limit, gate, opening).await {
            Ok(stream) => {
                self.sound = true;
                Ok(stream)
            }
            Err(error) if is_reply(&error) => {
                self.sound = true;
                Err(error)
            }
            Err(Error::Gated) => Err(Error::Gated),
            Err(error) => Err(self.why(error, gate).await),
        }
    }

    /// The data connection failed; what the server says of it is the better reason.
    async fn why(&mut self, error: Error, gate: &Gate) -> Error {
        if let Some(refused) = self.shield.as_ref().and_then(Shield::refused) {
            return Error::Tls(refused);
        }
        if !self.dialled.load(Ordering::Acquire) {
            return error;
        }
        match call(WHY.min(self.limit), gate, self.ftp.read_response_in(&[])).await {
            Err(Error::Reply(code @ 400..)) => Error::Reply(code),
            Ok(_) | Err(_) => error,
        }
    }
}

async fn read(stream: &mut Transfer, buffer: &mut [u8]) -> FtpResult<usize> {
    stream.read(buffer).await.map_err(FtpError::ConnectionError)
}

/// Upgrades a connection, if that is wanted and possible.
async fn secured(
    mut ftp: AsyncRustlsFtpStream,
    start: Start,
    host: &str,
) -> Result<(AsyncRustlsFtpStream, Option<Shield>), Error> {
    let check = match start {
        Start::Clear => return Ok((ftp, None)),
        Start::Offered if !ftp.feat().await.is_ok_and(|features| offers_tls(&features)) => {
            return Ok((ftp, None));
        }
        Start::Offered => Check::Nobody,
        Start::Required | Start::AtOnce => Check::System,
    };
    let shield = Shield::new(check).map_err(Error::Tls)?;
    let ftp = ftp.into_secure(shield.connector(), host).await;
    Ok((ftp.map_err(|error| of_secure(error, &shield))?, Some(shield)))
}

/// Why a certificate was refused is told by who refused it.
fn of_secure(error: FtpError, shield: &Shield) -> Error {
    shield.refused().map_or_else(|| of_ftp(error), Error::Tls)
}

/// Nothing waits for ever, and nothing is said without permission.
pub(super) async fn call<T>(
    limit: Duration,
    gate: &Gate,
    said: impl Future<Output = FtpResult<T>>,
) -> Result<T, Error> {
    gate.check()?;
    let result = tokio::time::timeout(limit, said).await;
    gate.check()?;
    result.map_or(Err(Error::ResponseTimeout), |done| done.map_err(of_ftp))
}

fn offers_tls(features: &Features) -> bool {
    features
        .get("AUTH")
        .is_some_and(|kinds| kinds.as_ref().is_none_or(|kinds| kinds.to_ascii_uppercase().contains("TLS")))
}

/// A control connection is silent while its data flow, and routers forget the silent.
fn keep_alive(stream: &TcpStream) {
    let socket = SockRef::from(stream);
    let _ = socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(Duration::from_secs(30)));
    let _ = socket.set_tcp_nodelay(true);
}

async fn dial(address: SocketAddr, limit: Duration) -> FtpResult<TcpStream> {
    let late = || std::io::Error::from(std::io::ErrorKind::TimedOut);
    let stream =
        tokio::time::timeout(limit, TcpStream::connect(address)).await.unwrap_or_else(|_| Err(late()));
    let stream = stream.map_err(FtpError::ConnectionError)?;
    let _ = SockRef::from(&stream).set_tcp_notsent_lowat(UNSENT_MOST);
    Ok(stream)
}
