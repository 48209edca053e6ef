//! The contract between the engine and everybody who looks at it: window, command line, presence. All are equal senders
//! of [`Command`]s and readers of [`Batch`]es; none of them knows what is behind the [`Handle`].

mod command;
mod event;
mod handle;
mod outbox;
mod query;
mod row;
mod secret;
mod upload;

pub use command::{
    Act, Answer, Awaited, Clash, Command, Credentials, FileFate, Given, HeaderInput, NewTransfer, Selection,
    Start, UndoToken,
};
pub use event::{Batch, Cause, Counts, Notice, Stopped, Totals};
pub use handle::{ClientId, Envelope, Events, Gone, Handle, Pending, channel};
pub use outbox::{Dirty, Outbox, Present};
pub use query::{
    BudgetView, Detail, NetworkView, ProbeState, Probed, Query, Sort, UsageView, VerdictView, View,
};
pub use row::Row;
pub use secret::Secret;
pub use upload::{NewContent, NewPart, NewParts, NewUpload, NewValue};

use serde::{Deserialize, Serialize};

use crate::model::{Refusal, Settings, TransferId};

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
    Usage(Vec<UsageView>),
    Settings(Box<Settings>),
    Probed(Box<Probed>),
    /// A key to the file, too: whoever knows it can read.
    Address(Secret),
    Refused(Refusal),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    pub id: TransferId,
    /// The address is already being fetched: this is the transfer that does it.
    pub existing: bool,
    /// Of [`NewTransfer::given`], what that transfer is not like; then it was left alone.
    #[serde(default)]
    pub differs: Vec<Given>,
}
