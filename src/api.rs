//! The contract between the engine and everybody who looks at it: window, command line, presence. All are equal senders
//! of [`Command`]s and readers of [`Batch`]es; none of them knows what is behind the [`Handle`].

mod command;
mod event;
mod handle;
mod outbox;
mod query;
mod row;
mod secret;

pub use command::{
    Act, Answer, Clash, Command, Credentials, FileFate, HeaderInput, NewTransfer, Selection, Start, UndoToken,
};
pub use event::{Batch, Counts, Notice, Stopped, StoreTrouble, Totals};
pub use handle::{ClientId, Envelope, Events, Gone, Handle, Pending, channel};
pub use outbox::{Dirty, Outbox, Present};
pub use query::{Detail, NetworkView, ProbeState, Probed, Query, Sort, VerdictView, View};
pub use row::Row;
pub use secret::Secret;

use serde::{Deserialize, Serialize};

use crate::model::{Settings, TransferId};

/// What a client asks. Each gets exactly one [`Outcome`], after everything it changed is committed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    Command(Command),
    Query(Query),
}

/// The one reply to a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Done,
    /// In the order of the request.
    Added(Vec<Added>),
    /// Done, and can be undone for a while.
    Undoable {
        token: UndoToken,
        count: usize,
    },
    Rows(Vec<Row>),
    Order(Vec<TransferId>),
    Detail(Option<Box<Detail>>),
    Network(Box<NetworkView>),
    Settings(Box<Settings>),
    Probed(Box<Probed>),
    Refused(Refusal),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    pub id: TransferId,
    /// The address is already being fetched: this is the transfer that does it.
    pub existing: bool,
}

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
    Settings(crate::model::SettingsError),
    /// The database cannot take it: disk full, locked, read only, broken.
    Store(StoreTrouble),
    NothingToUndo,
    ShuttingDown,
    /// Both sides are of different versions, or the message made no sense.
    BadRequest,
}
