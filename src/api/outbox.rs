//! What one client has not been told yet. It holds which rows are stale, not what happened to them, so a client that
//! sleeps for an hour costs as much as one that looks away for a moment.

use std::collections::BTreeSet;

use crate::api::{Batch, Counts, NetworkView, Notice, Row, Totals};
use crate::model::{Settings, Span, TransferId};

/// A note that something changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dirty {
    Row(TransferId),
    /// Rows came, went, moved, or changed their shelf.
    Order,
    Removed(TransferId),
    /// So much changed that every row on show should be asked for again.
    Everything,
    Counts,
    Network,
    Settings,
    Notice(Notice),
}

/// Bounded: past [`Outbox::ROWS`] stale rows it says "ask again" instead of naming them.
#[derive(Debug)]
pub struct Outbox {
    rows: BTreeSet<TransferId>,
    removed: BTreeSet<TransferId>,
    order: bool,
    everything: bool,
    counts: bool,
    network: bool,
    settings: bool,
    notices: Vec<Notice>,
    totals: Totals,
}

/// Where a batch gets its present from.
pub trait Present {
    /// `None` when the transfer is not in memory.
    fn row(&self, id: TransferId) -> Option<Row>;
    fn counts(&self) -> Counts;
    fn totals(&self) -> Totals;
    fn network(&self) -> NetworkView;
    fn settings(&self) -> Settings;
}

impl Outbox {
    /// Rows named in one batch.
    pub const ROWS: usize = 256;
    /// Words kept for a client that does not listen; older ones go first.
    pub const NOTICES: usize = 64;
    /// Ten pictures a second are as many as a person can use.
    pub const EVERY: Span = Span(100);

    /// Everything is new to a new client.
    pub fn new() -> Self {
        Self {
            rows: BTreeSet::new(),
            removed: BTreeSet::new(),
            order: true,
            everything: true,
            counts: true,
            network: true,
            settings: true,
            notices: Vec::new(),
            totals: Totals::default(),
        }
    }

    pub fn note(&mut self, dirty: Dirty) {
        match dirty {
            Dirty::Row(id) => {
                let _ = self.rows.insert(id);
                self.bound();
            }
            Dirty::Removed(id) => {
                let _ = self.rows.remove(&id);
                let _ = self.removed.insert(id);
                self.order = true;
                self.bound();
            }
            Dirty::Order => self.order = true,
            Dirty::Everything => self.everything = true,
            Dirty::Counts => self.counts = true,
            Dirty::Network => self.network = true,
            Dirty::Settings => self.settings = true,
            Dirty::Notice(notice) => {
                if self.notices.len() >= Self::NOTICES {
                    let _ = self.notices.remove(0);
                }
                self.notices.push(notice);
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.removed.is_empty()
            && !(self.order || self.everything || self.counts || self.network || self.settings)
            && self.notices.is_empty()
    }

    /// Takes everything out as one picture of the present.
    pub fn flush(&mut self, present: &impl Present) -> Batch {
        let totals = present.totals();
        let changed = totals != self.totals;
        self.totals = totals;
        let stale = std::mem::take(&mut self.rows);
        let rows: Vec<_> = stale.iter().filter_map(|id| present.row(*id)).collect();
        // One that ended and was stored before its turn came is in memory no more: the client asks for it.
        let everything = std::mem::take(&mut self.everything) || rows.len() < stale.len();
        Batch {
            rows,
            removed: std::mem::take(&mut self.removed).into_iter().collect(),
            order_changed: std::mem::take(&mut self.order),
            refresh: everything,
            counts: std::mem::take(&mut self.counts).then(|| present.counts()),
            totals: (changed || everything).then_some(totals),
            network: std::mem::take(&mut self.network).then(|| Box::new(present.network())),
            settings: std::mem::take(&mut self.settings).then(|| Box::new(present.settings())),
            notices: std::mem::take(&mut self.notices),
            stopped: None,
        }
    }

    fn bound(&mut self) {
        if self.rows.len() + self.removed.len() > Self::ROWS {
            self.rows.clear();
            self.removed.clear();
            self.everything = true;
            self.order = true;
        }
    }
}

impl Default for Outbox {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing is in memory any more.
    struct Empty;

    impl Present for Empty {
        fn row(&self, _: TransferId) -> Option<Row> {
            None
        }
        fn counts(&self) -> Counts {
            Counts::default()
        }
        fn totals(&self) -> Totals {
            Totals::default()
        }
        fn network(&self) -> NetworkView {
            let network = crate::model::Network::default();
            NetworkView {
                network,
                metered: false,
                treat: crate::model::Treat::Auto,
                choice: crate::model::Choice::Not,
                verdicts: Vec::new(),
                budget: None,
            }
        }
        fn settings(&self) -> Settings {
            Settings::default()
        }
    }

    #[test]
    fn a_row_that_left_memory_before_its_turn_is_asked_for() {
        let mut outbox = Outbox::new();
        let _ = outbox.flush(&Empty);
        let id = TransferId::new(7).unwrap();
        outbox.note(Dirty::Row(id));
        assert!(outbox.flush(&Empty).refresh, "it ended, and the client must learn how");
        outbox.note(Dirty::Row(id));
        outbox.note(Dirty::Removed(id));
        assert!(!outbox.flush(&Empty).refresh, "who knows that it is gone need not ask");
        outbox.note(Dirty::Order);
        assert!(!outbox.flush(&Empty).refresh);
    }
}
