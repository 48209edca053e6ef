//! Why a wish was not granted.

use serde::{Deserialize, Serialize};

use super::{SettingsError, TransferId};

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    NoSuchTransfer(TransferId),
    /// Not at this stage of its life, by the name of its status.
    NotNow {
        id: TransferId,
        status: String,
    },
    /// The answer does not fit the question.
    NoSuchChoice,
    /// The new link leads to another file.
    OtherFile,
    TooMany {
        most: usize,
    },
    Settings(SettingsError),
    /// The database cannot take it: disk full, locked, read only, broken.
    Store(StoreTrouble),
    /// No connection of this name is up or known, or nobody knows what the present one is called.
    NoSuchNetwork,
    /// It is no download, or nobody on this machine can be let in.
    CannotPlay(TransferId),
    NothingToUndo,
    ShuttingDown,
    /// Both sides are of different versions, or the message made no sense.
    BadRequest,
}

/// What keeps the database from being written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoreTrouble {
    DiskFull,
    ReadOnly,
    Locked,
    Corrupt,
    Io,
}
