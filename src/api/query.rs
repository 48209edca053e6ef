//! Questions that change nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Credentials, Row};
use crate::model::{
    Amount, Budget, ByteRange, Choice, CostPolicy, Day, Direction, Entry, Expected, Failure, FileName,
    Grounds, Hold, Network, ProbeId, Question, Reply, Response, SafeUrl, Shelf, Standing, TransferId, Treat,
    Validator, Wall,
};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Query {
    /// Ids of a view, in its order.
    Order(View),
    /// Rows by id, in the order asked; ids that are gone are left out. At most [`Query::ROWS`].
    Rows(Vec<TransferId>),
    Detail(TransferId),
    Network,
    /// What went over each connection, and how it stands with their data plans.
    Usage,
    Settings,
    /// Where an unfinished download can be read while it comes, as long as this engine lives.
    Address(TransferId),
    /// Sends the first request of a download and keeps the answer open for up to a minute.
    Probe {
        probe: ProbeId,
        url: SafeUrl,
        credentials: Option<Credentials>,
    },
}

impl Query {
    /// Rows in one answer: more than any window shows.
    pub const ROWS: usize = 200;
}

/// Which transfers, and in what order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct View {
    pub shelf: Option<Shelf>,
    pub direction: Option<Direction>,
    pub group: Option<String>,
    /// Part of a name or host; empty: everything.
    pub search: String,
    pub sort: Sort,
    pub descending: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// Unfinished ones in the order of the queue, then ended ones, newest first.
    #[default]
    Queue,
    Name,
    Size,
    Added,
}

/// Everything about one transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    pub row: Row,
    pub response: Option<Response>,
    pub validator: Option<Validator>,
    /// What the file must come to.
    #[serde(default)]
    pub expected: Option<Expected>,
    /// What is present, as far as it fits ([`crate::model::RangeSet::MAX`]).
    pub present: Vec<ByteRange>,
    pub log: Vec<Entry>,
    /// What the server answered to an upload; its status and headers are in `response`.
    pub reply: Option<Reply>,
}

/// What is known of the network, and what each policy makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkView {
    pub network: Network,
    pub metered: bool,
    /// What the user says of this connection.
    pub treat: Treat,
    pub choice: Choice,
    pub verdicts: Vec<(CostPolicy, VerdictView)>,
    /// Its data plan, if it has one.
    #[serde(default)]
    pub budget: Option<BudgetView>,
}

/// A data plan and how it stands with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetView {
    pub budget: Budget,
    pub standing: Standing,
    /// When the period ends.
    pub ends: Wall,
}

/// What went over one connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageView {
    /// Its UUID, or [`crate::model::Usage::UNNAMED`].
    pub connection: String,
    /// Empty where nobody names it.
    pub name: String,
    /// It is the present one.
    pub here: bool,
    /// In the user's calendar.
    pub today: Day,
    /// The last [`UsageView::DAYS`]; those without a byte are left out.
    pub days: BTreeMap<Day, Amount>,
    pub budget: Option<BudgetView>,
}

impl UsageView {
    pub const DAYS: i32 = 100;
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictView {
    Go(Grounds),
    Hold(Hold),
}

/// What a probe found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probed {
    pub probe: ProbeId,
    pub state: ProbeState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeState {
    Found {
        name: FileName,
        total: Option<u64>,
        content_type: Option<String>,
        resumable: bool,
        url: SafeUrl,
    },
    /// The network forbids it now.
    Held(Hold),
    Asks(Question),
    Failed(Failure),
    /// Too many at once; it was not sent.
    Busy,
}
