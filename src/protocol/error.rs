//! What went wrong while speaking to a server, and which [`Fault`] that is.

use std::error::Error as StdError;
use std::io;

use crate::model::{Change, Fault, Lie, SafeUrl, TlsFault, UploadFault};

/// Sources are kept for the log; no message of ours holds a whole address.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("permission to use the network was taken away")]
    Gated,
    #[error("the request could not be sent")]
    Send(#[source] reqwest::Error),
    #[error("the body broke off")]
    Body(#[source] reqwest::Error),
    #[error("no answer in time")]
    ResponseTimeout,
    #[error("no byte in time")]
    Stalled,
    #[error("more than {0} redirects")]
    TooManyRedirects(usize),
    #[error("a redirect without a usable address")]
    BadRedirect,
    #[error("a redirect from https to http")]
    InsecureRedirect(SafeUrl),
    #[error("a header cannot be sent")]
    BadHeader,
    #[error("the client cannot be set up")]
    Client(#[source] reqwest::Error),
    #[error("the certificates cannot be set up")]
    Tls(#[source] rustls::Error),
    #[error("no connection")]
    Connect(#[source] Box<dyn StdError + Send + Sync>),
    #[error("no connection in time")]
    ConnectTimeout,
    #[error("the exchange broke off")]
    Exchange(#[source] hyper::Error),
    #[error("nobody knows the name of the server")]
    Name(#[source] io::Error),
    #[error("the connection broke")]
    Wire(#[source] io::Error),
    #[error("the server says no ({0})")]
    Reply(u16),
    #[error("that is no reply of an FTP server")]
    NotFtp,
    #[error("the name cannot be sent")]
    BadName,
    #[error("the file to be sent is shorter than it was")]
    SourceShort,
    #[error("the file to be sent cannot be read")]
    Source(#[source] io::Error),
}

impl Error {
    pub fn fault(&self) -> Fault {
        match self {
            Self::Gated => Fault::Gated,
            Self::Send(error) => of_reqwest(error),
            Self::Body(error) => {
                let fault = of_reqwest(error);
                // A connection cannot be refused, nor take too long to come, in the middle of a body.
                let odd = matches!(fault, Fault::CannotConnect | Fault::InvalidResponse(Lie::NotHttp));
                let late = fault == Fault::ConnectTimeout;
                if odd {
                    Fault::Disconnected
                } else if late {
                    Fault::Stalled
                } else {
                    fault
                }
            }
            Self::ResponseTimeout => Fault::ResponseTimeout,
            Self::Stalled => Fault::Stalled,
            Self::TooManyRedirects(_) => Fault::TooManyRedirects,
            Self::BadRedirect => Fault::BadRedirect,
            Self::InsecureRedirect(to) => Fault::InsecureRedirect { to: to.clone() },
            Self::Tls(error) => Fault::Tls(of_tls(error)),
            Self::Connect(error) => of_chain(&**error, Phase::Connect),
            Self::ConnectTimeout => Fault::ConnectTimeout,
            Self::Exchange(error) => of_exchange(error),
            Self::Name(_) => Fault::NameNotResolved,
            Self::Wire(error) => of_io(error).unwrap_or(Fault::Disconnected),
            Self::Reply(code) => Fault::Ftp { code: *code },
            Self::NotFtp => Fault::InvalidResponse(Lie::NotFtp),
            Self::BadName => Fault::Ftp { code: 501 },
            Self::SourceShort => Fault::Upload(UploadFault::SourceChanged(Change::Content)),
            Self::Source(_) => Fault::Upload(UploadFault::SourceMissing),
            Self::BadHeader | Self::Client(_) => Fault::Http { status: 400, retry_after: None },
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Connect,
    Exchange,
}

fn of_reqwest(error: &reqwest::Error) -> Fault {
    let phase = if error.is_connect() { Phase::Connect } else { Phase::Exchange };
    if error.is_timeout() && causes(error).find_map(tls_fault).is_none() {
        return if phase == Phase::Connect { Fault::ConnectTimeout } else { Fault::Stalled };
    }
    of_chain(error, phase)
}

/// Our own reason stands in the chain where our own body gave up.
fn of_exchange(error: &hyper::Error) -> Fault {
    match causes(error).find_map(|cause| cause.downcast_ref::<Error>()) {
        Some(own) => own.fault(),
        None => of_chain(error, Phase::Exchange),
    }
}

/// The most telling cause in the chain decides.
fn of_chain(error: &(dyn StdError + 'static), phase: Phase) -> Fault {
    let chain = || std::iter::once(error).chain(causes(error));
    if let Some(tls) = chain().find_map(tls_fault) {
        return Fault::Tls(tls);
    }
    let text = || chain().map(ToString::to_string);
    if text().any(|text| text.contains("dns error")) {
        return Fault::NameNotResolved;
    }
    if text().any(|text| text.contains("tunnel error: proxy authorization required")) {
        return Fault::ProxyRefused { status: Some(407) };
    }
    if text().any(|text| text.contains("tunnel error") || text.contains("SOCKS error")) {
        return Fault::ProxyRefused { status: None };
    }
    if let Some(fault) = chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).find_map(of_io) {
        return fault;
    }
    if let Some(hyper) = chain().find_map(|cause| cause.downcast_ref::<hyper::Error>()) {
        return of_hyper(hyper);
    }
    if phase == Phase::Connect { Fault::CannotConnect } else { Fault::InvalidResponse(Lie::NotHttp) }
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(below(error), |cause| below(*cause))
}

/// An `io::Error` passes over what it wraps when it is asked for its source, and they are wrapped in each other.
fn below<'a>(cause: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => cause.source(),
    }
}

fn of_io(error: &io::Error) -> Option<Fault> {
    use io::ErrorKind as Kind;
    // Kinds are many and not ours.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a foreign enum without end")]
    match error.kind() {
        Kind::ConnectionRefused => Some(Fault::CannotConnect),
        Kind::ConnectionReset | Kind::BrokenPipe => Some(Fault::ConnectionReset),
        Kind::ConnectionAborted => Some(Fault::ConnectionAborted),
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::NetworkDown => Some(Fault::Unreachable),
        Kind::TimedOut => Some(Fault::ConnectTimeout),
        Kind::UnexpectedEof => Some(Fault::Disconnected),
        _ => None,
    }
}

fn of_hyper(error: &hyper::Error) -> Fault {
    if error.is_incomplete_message()
        || error.is_closed()
        || error.is_canceled()
        || error.is_body_write_aborted()
    {
        Fault::Disconnected
    } else {
        Fault::InvalidResponse(Lie::NotHttp)
    }
}

fn tls_fault(cause: &(dyn StdError + 'static)) -> Option<TlsFault> {
    cause.downcast_ref::<rustls::Error>().map(of_tls)
}

fn of_tls(error: &rustls::Error) -> TlsFault {
    use rustls::CertificateError as Certificate;
    #[expect(clippy::wildcard_enum_match_arm, reason = "foreign enums that grow")]
    match error {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                TlsFault::NameMismatch
            }
            Certificate::Expired | Certificate::ExpiredContext { .. } => TlsFault::Expired,
            Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => TlsFault::NotYetValid,
            Certificate::Revoked => TlsFault::Revoked,
            Certificate::UnknownIssuer => TlsFault::UnknownIssuer,
            // A self-signed certificate of a server often says that it is an authority.
            Certificate::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
                TlsFault::UnknownIssuer
            }
            _ => TlsFault::BadCertificate,
        },
        _ => TlsFault::Handshake,
    }
}
