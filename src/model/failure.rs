//! The two ends a fault can lead to: a question to the user, or a failure for good.

use serde::{Deserialize, Serialize};

use super::{Change, DiskFault, Fault, Mismatch, SafeUrl, UploadFault};

/// Something only the user can answer, or a cause that must go away first. The data is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    SignIn,
    ProxySignIn,
    Certificate(super::TlsFault),
    InsecureRedirect {
        to: SafeUrl,
    },
    LinkExpired {
        status: u16,
    },
    WebPage {
        title: Option<String>,
        address: SafeUrl,
    },
    SourceChanged(Change),
    /// Every byte is here, and they are not those that were meant.
    ChecksumMismatch(Box<Mismatch>),
    /// Disk full, folder missing, read only and their like. Looked at again every ten seconds where it can heal.
    Disk(DiskFault),
    /// Fourteen days without a byte.
    NoProgress(Box<Fault>),
    /// The connection broke and this server cannot go on where it stopped.
    CannotResume,
    /// An upload cannot decide by itself.
    Upload(UploadFault),
    /// A secret header or text was only in memory; the server was not asked.
    HeaderLost,
    /// The program was told to leave the choice of start to the user.
    AskedToWait,
}

/// Why a transfer ended for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub fault: Fault,
    /// Tries without progress before giving up; 0 where the fault admits none.
    pub attempts: u32,
}

impl Question {
    /// The cause may go away without anybody telling us; looking again costs one `statvfs`.
    pub const fn heals_by_itself(&self) -> bool {
        match self {
            Self::Disk(fault) => match fault {
                DiskFault::Full { .. }
                | DiskFault::QuotaExceeded
                | DiskFault::ReadOnly
                | DiskFault::PermissionDenied
                | DiskFault::FolderMissing
                | DiskFault::NotMounted
                | DiskFault::PartLocked
                // Only by being mounted again.
                | DiskFault::Io { .. } => true,
                DiskFault::NotAFolder
                | DiskFault::NameTaken
                | DiskFault::NameTooLong
                | DiskFault::TooLarge { .. }
                | DiskFault::PartMissing
                | DiskFault::PartTruncated => false,
            },
            Self::Upload(fault) => match fault {
                UploadFault::SourceMissing => true,
                UploadFault::SourceChanged(_)
                | UploadFault::MaybeReceived
                | UploadFault::SessionGone { .. }
                | UploadFault::OtherSize { .. }
                | UploadFault::Damaged
                | UploadFault::Busy { .. } => false,
            },
            Self::SignIn
            | Self::ProxySignIn
            | Self::Certificate(_)
            | Self::InsecureRedirect { .. }
            | Self::LinkExpired { .. }
            | Self::WebPage { .. }
            | Self::SourceChanged(_)
            | Self::ChecksumMismatch(_)
            | Self::NoProgress(_)
            | Self::CannotResume
            | Self::HeaderLost
            | Self::AskedToWait => false,
        }
    }
}
