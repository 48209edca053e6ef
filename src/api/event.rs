//! What happened, coalesced: a client gets pictures of the present, at most ten a second, never a backlog.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{NetworkView, Outbox, Row, Secret};
use crate::model::{Settings, Shelf, StoreTrouble, TransferId};

/// Everything that changed since the last batch. The first batch of a client has every optional part.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Batch {
    /// Changed rows, whole.
    pub rows: Vec<Row>,
    /// Rows that are gone.
    pub removed: Vec<TransferId>,
    /// The order of views may have changed: rows came, went, moved or changed their shelf.
    pub order_changed: bool,
    /// More rows changed than fit: ask again for those you show.
    pub refresh: bool,
    pub counts: Option<Counts>,
    pub totals: Option<Totals>,
    pub network: Option<Box<NetworkView>>,
    pub settings: Option<Box<Settings>>,
    pub notices: Vec<Notice>,
    /// The engine ended; nothing follows.
    pub stopped: Option<Stopped>,
}

impl Batch {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Lays a later picture over this one, so that whoever looks away for a while is told once and not in turn.
    /// Bounded as one batch is.
    pub fn merge(&mut self, later: Self) {
        let newer: BTreeSet<TransferId> =
            later.rows.iter().map(|row| row.id).chain(later.removed.iter().copied()).collect();
        self.rows.retain(|row| !newer.contains(&row.id));
        self.removed.retain(|id| !newer.contains(id));
        self.rows.extend(later.rows);
        self.removed.extend(later.removed);
        self.order_changed |= later.order_changed;
        self.refresh |= later.refresh;
        if self.rows.len() + self.removed.len() > Outbox::ROWS {
            self.rows.clear();
            self.removed.clear();
            self.refresh = true;
            self.order_changed = true;
        }
        self.counts = later.counts.or_else(|| self.counts.take());
        self.totals = later.totals.or_else(|| self.totals.take());
        self.network = later.network.or_else(|| self.network.take());
        self.settings = later.settings.or_else(|| self.settings.take());
        self.notices.extend(later.notices);
        let surplus = self.notices.len().saturating_sub(Outbox::NOTICES);
        let _ = self.notices.drain(..surplus);
        self.stopped = later.stopped.or(self.stopped);
    }
}

/// Transfers on each shelf and in each direction.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    pub shelves: BTreeMap<Shelf, u64>,
    pub downloads: u64,
    pub uploads: u64,
    /// Transfers that a person must look at.
    pub need_user: u64,
}

impl Counts {
    pub fn of(&self, shelf: Shelf) -> u64 {
        self.shelves.get(&shelf).copied().unwrap_or_default()
    }

    pub fn all(&self) -> u64 {
        self.shelves.values().sum()
    }
}

/// Sums over everything that runs, in bytes per second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    pub down: u64,
    pub up: u64,
}

/// Something worth a word to the user, outside any row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// The database was damaged: it was set aside under this name, if there was anything to set aside.
    StoreSetAside {
        kept: String,
        /// Date of the backup that took its place, if one did.
        restored: Option<String>,
    },
    /// Somebody started the program again: they want to see the window, and to add these links.
    ShowWindow {
        /// As typed, passwords and all.
        links: Vec<Secret>,
    },
    /// The database cannot be written; transfers go on, commands are refused.
    Store(StoreTrouble),
    /// It can be written again.
    StoreHealed,
    /// This many transfers wait because of a change.
    Holding {
        count: u64,
        cause: Cause,
    },
    Released {
        count: u64,
        cause: Cause,
    },
    /// After a crash: transfers whose unfinished files were checked.
    Recovered {
        count: u64,
    },
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    #[default]
    Network,
    /// What the machine runs on, or the hour.
    Machine,
}

/// Why the engine ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stopped {
    /// Asked to: everything is saved.
    Quit,
    /// It gave the data folder to a window that is starting.
    Yielded,
    /// It broke. What was durable still is.
    Broke,
}
