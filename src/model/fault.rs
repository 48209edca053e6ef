//! What can go wrong, as the shells report it. Each shell's error is mapped to one of these in one total function;
//! `rules::retry` then decides what becomes of the transfer.

use serde::{Deserialize, Serialize};

use super::{Mismatch, SafeUrl, Span};

/// What a worker, a disk or a server did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    NameNotResolved,
    CannotConnect,
    Unreachable,
    ConnectTimeout,
    /// Connected, request sent, no answer.
    ResponseTimeout,
    /// The body stopped for longer than the stall limit.
    Stalled,
    ConnectionReset,
    ConnectionAborted,
    /// The body ended before all of it came.
    Disconnected,
    Tls(TlsFault),
    /// The answer breaks HTTP, or is not the answer to what was asked.
    InvalidResponse(Lie),
    Http {
        status: u16,
        /// How long the server asked to be left alone.
        retry_after: Option<Span>,
    },
    /// A reply of an FTP server that says no (RFC 959, section 4.2).
    Ftp {
        code: u16,
    },
    TooManyRedirects,
    BadRedirect,
    InsecureRedirect {
        to: SafeUrl,
    },
    /// A sign-in or error page came instead of the file.
    WebPage {
        title: Option<String>,
        address: SafeUrl,
    },
    SourceChanged(Change),
    ChecksumMismatch(Box<Mismatch>),
    ProxyRefused {
        status: Option<u16>,
    },
    Disk(DiskFault),
    /// Only uploads have these.
    Upload(UploadFault),
    /// A user name and password are needed that were only in memory and were lost with it.
    SecretLost,
    /// The same of a header or a text, which only whoever gave it can give again.
    HeaderLost,
    /// The worker itself broke: our mistake.
    Panicked,
    /// The permit was withdrawn under the worker's feet.
    Gated,
}

impl Fault {
    /// The way to the server failed, not the server or the file: another network may do better.
    pub const fn is_of_the_network(&self) -> bool {
        match self {
            Self::NameNotResolved
            | Self::CannotConnect
            | Self::Unreachable
            | Self::ConnectTimeout
            | Self::ResponseTimeout
            | Self::Stalled
            | Self::ConnectionReset
            | Self::ConnectionAborted
            | Self::Disconnected
            | Self::Tls(TlsFault::Handshake)
            | Self::ProxyRefused { .. }
            | Self::Gated => true,
            Self::Tls(_)
            | Self::InvalidResponse(_)
            | Self::Http { .. }
            | Self::Ftp { .. }
            | Self::TooManyRedirects
            | Self::BadRedirect
            | Self::InsecureRedirect { .. }
            | Self::WebPage { .. }
            | Self::SourceChanged(_)
            | Self::ChecksumMismatch(_)
            | Self::Upload(_)
            | Self::Disk(_)
            | Self::SecretLost
            | Self::HeaderLost
            | Self::Panicked => false,
        }
    }
}

/// What the server's certificate did wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TlsFault {
    NameMismatch,
    Expired,
    NotYetValid,
    Revoked,
    UnknownIssuer,
    BadCertificate,
    /// The two sides agree on no version, cipher or protocol.
    Handshake,
}

/// How an answer is not the answer to the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lie {
    NotHttp,
    /// What came is no reply of an FTP server.
    NotFtp,
    /// A 206 whose range does not start where it was asked to, or that has no readable range.
    WrongRange,
    /// Compressed although nobody asked for it, where exact bytes are needed.
    Encoded,
    /// More bytes than announced.
    TooLong,
    /// The range was ignored although earlier answers honoured one.
    RangeIgnored,
    /// Two announcements of the file's length that contradict each other.
    LengthDisagrees,
    /// Several parts in one answer.
    Multipart,
    /// Bytes that are already here came again, and differ.
    OverlapDiffers,
    /// An upload was answered with success before all of it was sent.
    TooSoon,
    /// An upload is said to have come to a place where it cannot be.
    WrongOffset,
    /// A web page where a file was expected; reported as [`Fault::WebPage`] once its title is known.
    NotTheFile,
}

/// What can go wrong with an upload alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UploadFault {
    /// The file here is not the one that was begun.
    SourceChanged(Change),
    /// The file here is gone or cannot be read.
    SourceMissing,
    /// Everything was sent and no answer came, to a request that must not be repeated unasked.
    MaybeReceived,
    /// The server does not know the unfinished upload any more.
    SessionGone { status: u16 },
    /// The server said that it has another number of bytes.
    OtherSize { sent: u64, stored: u64 },
    /// The server found a chunk damaged.
    Damaged,
    /// The server is still busy with an earlier request of the same upload.
    Busy { status: u16 },
}

/// What is different about the file on the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    Size {
        was: u64,
        is: Option<u64>,
    },
    ETag,
    LastModified,
    /// Same size and no firm validator, but the bytes that were compared differ.
    Content,
    /// The server says that a condition on the file no longer holds (412).
    Precondition,
}

/// What the disk did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DiskFault {
    Full {
        /// Bytes that do not fit.
        missing: u64,
    },
    QuotaExceeded,
    ReadOnly,
    PermissionDenied,
    FolderMissing,
    /// The folder is there, but on another disk than the unfinished file; or the disk that belongs here is away.
    NotMounted,
    NotAFolder,
    NameTaken,
    NameTooLong,
    /// The file system cannot hold a file of this size; its limit in bytes.
    TooLarge {
        limit: u64,
    },
    /// The unfinished file is gone, or another file stands in its place.
    PartMissing,
    /// Another program cut off the end of the unfinished file.
    PartTruncated,
    /// Another program holds the unfinished file.
    PartLocked,
    /// A write or sync failed; the system's error number.
    Io {
        errno: i32,
    },
}
