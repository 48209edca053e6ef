//! What went wrong in the store.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rustix::io::Errno;

use crate::model::StoreTrouble;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database: {0}")]
    Database(#[from] rusqlite::Error),
    #[error("{doing} {}: {source}", .path.display())]
    System { doing: &'static str, path: PathBuf, source: Errno },
    /// Made by a newer version of the program. It was not touched.
    #[error("the database has version {found}; this program knows versions up to {known}")]
    Newer { found: i64, known: i64 },
    /// A check found this.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// A row that this version cannot read. It was left as it is.
    #[error("{column} cannot be read")]
    Unreadable { column: &'static str, source: Option<serde_json::Error> },
    #[error("{column} cannot be written")]
    Unwritable { column: &'static str, source: serde_json::Error },
    #[error("the settings: {0}")]
    Settings(String),
    #[error(transparent)]
    NotTaken(#[from] NotTaken),
}

/// The store did not even look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    #[error("too much is waiting to be written")]
    Busy,
    #[error("the store is closed")]
    Closed,
}

impl Error {
    pub(super) fn at(doing: &'static str, path: &Path) -> impl FnOnce(Errno) -> Self {
        move |source| Self::System { doing, path: path.to_owned(), source }
    }

    /// What this means for a command.
    pub fn trouble(&self) -> StoreTrouble {
        match self {
            Self::Database(error) => error.sqlite_error_code().map_or(StoreTrouble::Io, of_code),
            Self::System { source, .. } => match *source {
                Errno::NOSPC | Errno::DQUOT => StoreTrouble::DiskFull,
                Errno::ROFS | Errno::ACCESS | Errno::PERM => StoreTrouble::ReadOnly,
                _ => StoreTrouble::Io,
            },
            Self::Damaged(_) => StoreTrouble::Corrupt,
            Self::NotTaken(NotTaken::Busy) => StoreTrouble::Locked,
            Self::Newer { .. }
            | Self::Unreadable { .. }
            | Self::Unwritable { .. }
            | Self::Settings(_)
            | Self::NotTaken(NotTaken::Closed) => StoreTrouble::Io,
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "SQLite has twenty more, about none of which one can do anything"
)]
const fn of_code(code: ErrorCode) -> StoreTrouble {
    match code {
        ErrorCode::DiskFull => StoreTrouble::DiskFull,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => StoreTrouble::ReadOnly,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreTrouble::Locked,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreTrouble::Corrupt,
        _ => StoreTrouble::Io,
    }
}
