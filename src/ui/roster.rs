//! The only copy of the engine's data in the window. Of 100,000 transfers it holds the order (eight bytes each) and the
//! rows around the visible ones; everything else is asked for when it comes into view.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::api::{Batch, Counts, NetworkView, Notice, Query, Row, Stopped, Totals, View};
use crate::model::{Boot, Settings, Span, TransferId};

/// Rows kept; past it, those far from the visible ones are dropped.
const ROWS_MOST: usize = 1024;
/// Rows around the visible ones that survive a clean-up.
const MARGIN: usize = 200;
/// The order is asked for at most four times a second.
const ORDER_EVERY: Span = Span(250);

#[derive(Debug, Default)]
pub struct Roster {
    view: View,
    order: Vec<TransferId>,
    /// The order of this view has come at least once.
    known: bool,
    rows: BTreeMap<TransferId, Row>,
    pub counts: Counts,
    pub totals: Totals,
    pub network: Option<NetworkView>,
    pub settings: Settings,
    pub stopped: Option<Stopped>,
    order_stale: bool,
    order_asked: Option<Boot>,
    order_flying: bool,
    rows_flying: bool,
    rows_stale: bool,
    /// Changed by a batch since the rows on their way were asked for: what comes back is older.
    touched: BTreeSet<TransferId>,
    visible: Range<usize>,
}

/// When to ask for the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    Nothing,
    Now,
    Later(Span),
}

/// What a batch brought beyond data.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct News {
    pub notices: Vec<Notice>,
    pub settings: bool,
    pub counts: bool,
    /// Rows whose status changed, as far as they were known.
    pub turned: Vec<TransferId>,
}

impl Roster {
    /// Empty, with the settings known at the start.
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    pub fn view(&self) -> &View {
        &self.view
    }

    pub fn order(&self) -> &[TransferId] {
        &self.order
    }

    pub fn row(&self, id: TransferId) -> Option<&Row> {
        self.rows.get(&id)
    }

    /// The row at that place, if it is here.
    pub fn at(&self, index: usize) -> Option<&Row> {
        self.rows.get(self.order.get(index)?)
    }

    /// There is nothing to show, and that is certain.
    pub fn is_empty(&self) -> bool {
        self.known && self.order.is_empty()
    }

    pub fn visible(&self) -> impl Iterator<Item = &Row> {
        self.visible.clone().filter_map(|index| self.at(index))
    }

    /// Takes in one picture. Live rows overrule everything that was asked for before.
    pub fn apply(&mut self, batch: Batch) -> News {
        let mut news = News { notices: batch.notices, ..News::default() };
        for row in batch.rows {
            if self.rows.get(&row.id).is_some_and(|old| old.status != row.status) {
                news.turned.push(row.id);
            }
            let _ = self.touched.insert(row.id);
            let _ = self.rows.insert(row.id, row);
        }
        for id in batch.removed {
            let _ = self.rows.remove(&id);
            let _ = self.touched.insert(id);
        }
        self.order_stale |= batch.order_changed;
        self.rows_stale |= batch.refresh;
        if let Some(counts) = batch.counts {
            news.counts = self.counts != counts;
            self.counts = counts;
        }
        self.totals = batch.totals.unwrap_or(self.totals);
        if let Some(network) = batch.network {
            self.network = Some(*network);
        }
        if let Some(settings) = batch.settings {
            news.settings = self.settings != *settings;
            self.settings = *settings;
        }
        self.stopped = batch.stopped.or(self.stopped);
        self.bound();
        news
    }

    /// Shows something else. True when the order must be asked for.
    pub fn look_at(&mut self, view: View) -> bool {
        if self.view == view {
            return false;
        }
        self.view = view;
        self.order_stale = true;
        // A question about the old view is on its way at most; its answer will be dropped.
        self.order_flying = false;
        self.order_asked = None;
        true
    }

    pub fn want_order(&self, now: Boot) -> Want {
        if !self.order_stale || self.order_flying {
            return Want::Nothing;
        }
        match self.order_asked.map(|asked| now - asked) {
            Some(since) if since < ORDER_EVERY => Want::Later(Span(ORDER_EVERY.0 - since.0)),
            Some(_) | None => Want::Now,
        }
    }

    /// The question is on its way.
    pub fn order_asked(&mut self, now: Boot) -> View {
        self.order_stale = false;
        self.order_flying = true;
        self.order_asked = Some(now);
        self.view.clone()
    }

    /// False when the answer is to a question nobody asks any more.
    pub fn order_came(&mut self, view: &View, order: Vec<TransferId>) -> bool {
        if *view != self.view {
            return false;
        }
        self.order_flying = false;
        self.order = order;
        self.known = true;
        true
    }

    /// The question was lost or refused; it may be asked again when something changes.
    pub fn order_failed(&mut self) {
        self.order_flying = false;
    }

    pub fn show(&mut self, visible: Range<usize>) {
        self.visible = visible;
    }

    /// Ids to ask for now: those visible and not here, or all visible after "ask again". Empty while an answer is on
    /// its way.
    pub fn missing(&mut self, extra: Option<TransferId>) -> Vec<TransferId> {
        if self.rows_flying {
            return Vec::new();
        }
        let all = std::mem::take(&mut self.rows_stale);
        let shown = self.visible.clone().filter_map(|index| self.order.get(index).copied());
        let wanted: Vec<_> =
            shown.chain(extra).filter(|id| all || !self.rows.contains_key(id)).take(Query::ROWS).collect();
        self.rows_flying = !wanted.is_empty();
        if self.rows_flying {
            self.touched.clear();
        }
        wanted
    }

    pub fn rows_came(&mut self, rows: Vec<Row>) {
        self.rows_flying = false;
        for row in rows {
            if !self.touched.contains(&row.id) {
                let _ = self.rows.insert(row.id, row);
            }
        }
        self.bound();
    }

    pub fn rows_failed(&mut self) {
        self.rows_flying = false;
    }

    fn bound(&mut self) {
        if self.rows.len() <= ROWS_MOST {
            return;
        }
        let first = self.visible.start.saturating_sub(MARGIN);
        let last = (self.visible.end + MARGIN).min(self.order.len());
        let near: BTreeSet<_> = self.order.get(first..last).unwrap_or_default().iter().copied().collect();
        self.rows.retain(|id, _| near.contains(id));
        self.touched.retain(|id| near.contains(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CostPolicy, Direction, Priority, Progress, Shelf, Status, Wall};

    fn id(number: u64) -> TransferId {
        TransferId::new(number).unwrap()
    }

    fn row(number: u64, status: Status) -> Row {
        Row {
            id: id(number),
            direction: Direction::Download,
            name: format!("file-{number}"),
            host: "example.org".into(),
            url: "https://example.org/file".into(),
            folder: "/d".into(),
            file: None,
            status,
            pausing: false,
            activity: Default::default(),
            brought_by: None,
            checksum: None,
            progress: Progress::default(),
            policy: CostPolicy::Default,
            unconstrained: false,
            once: None,
            priority: Priority::Normal,
            group: None,
            resumable: None,
            restarted: 0,
            http_status: None,
            content_type: None,
            added: Wall(0),
            started: None,
            finished: None,
            held_until: None,
        }
    }

    fn ordered(count: u64) -> Roster {
        let mut roster = Roster::default();
        let _ = roster.apply(Batch { order_changed: true, ..Batch::default() });
        let view = roster.order_asked(Boot(0));
        assert!(roster.order_came(&view, (1..=count).map(id).collect()));
        roster
    }

    #[test]
    fn one_question_about_the_order_is_on_its_way_and_four_a_second_are_enough() {
        let mut roster = ordered(3);
        assert_eq!(roster.want_order(Boot(10)), Want::Nothing);
        let _ = roster.apply(Batch { order_changed: true, ..Batch::default() });
        assert_eq!(roster.want_order(Boot(10)), Want::Later(Span(240)));
        assert_eq!(roster.want_order(Boot(250)), Want::Now);
        let _ = roster.order_asked(Boot(250));
        let _ = roster.apply(Batch { order_changed: true, ..Batch::default() });
        assert_eq!(roster.want_order(Boot(900)), Want::Nothing, "one is flying");
        let view = roster.view().clone();
        assert!(roster.order_came(&view, vec![]));
        assert_eq!(roster.want_order(Boot(900)), Want::Now);
    }

    #[test]
    fn an_answer_about_another_view_is_dropped() {
        let mut roster = ordered(3);
        let old = roster.view().clone();
        assert!(roster.look_at(View { shelf: Some(Shelf::Paused), ..View::default() }));
        assert_eq!(roster.want_order(Boot(1)), Want::Now, "a new view does not wait");
        assert!(!roster.order_came(&old, vec![id(9)]));
        assert_eq!(roster.order().len(), 3);
    }

    #[test]
    fn only_missing_visible_rows_are_asked_for_and_once() {
        let mut roster = ordered(100_000);
        roster.show(500..520);
        let asked = roster.missing(None);
        assert_eq!(asked.len(), 20);
        assert!(roster.missing(None).is_empty(), "an answer is on its way");
        roster.rows_came(asked.iter().map(|id| row(id.get(), Status::Running)).collect());
        assert!(roster.missing(None).is_empty(), "all here");
        roster.show(510..530);
        assert_eq!(roster.missing(None).len(), 10);
    }

    #[test]
    fn more_rows_than_one_answer_holds_are_never_asked_for() {
        let mut roster = ordered(5000);
        roster.show(0..5000);
        assert_eq!(roster.missing(None).len(), Query::ROWS);
    }

    #[test]
    fn a_live_row_overrules_an_older_answer() {
        let mut roster = ordered(3);
        roster.show(0..3);
        let _ = roster.missing(None);
        let _ = roster.apply(Batch { rows: vec![row(2, Status::Completed)], ..Batch::default() });
        roster.rows_came(vec![row(1, Status::Running), row(2, Status::Running)]);
        assert_eq!(roster.row(id(2)).unwrap().status, Status::Completed);
        assert_eq!(roster.row(id(1)).unwrap().status, Status::Running);
    }

    #[test]
    fn a_removed_row_does_not_come_back_with_a_late_answer() {
        let mut roster = ordered(2);
        roster.show(0..2);
        let _ = roster.missing(None);
        let _ = roster.apply(Batch { removed: vec![id(1)], ..Batch::default() });
        roster.rows_came(vec![row(1, Status::Running)]);
        assert_eq!(roster.row(id(1)), None);
    }

    #[test]
    fn rows_far_away_are_forgotten() {
        let mut roster = ordered(100_000);
        for start in (0..50_000).step_by(150) {
            roster.show(start..start + 150);
            let asked = roster.missing(None);
            roster.rows_came(asked.iter().map(|id| row(id.get(), Status::Running)).collect());
            assert!(roster.rows.len() <= ROWS_MOST + Query::ROWS);
        }
    }

    #[test]
    fn ask_again_asks_for_what_is_here_too() {
        let mut roster = ordered(3);
        roster.show(0..3);
        let _ = roster.missing(None);
        roster.rows_came((1..=3).map(|n| row(n, Status::Running)).collect());
        let _ = roster.apply(Batch { refresh: true, ..Batch::default() });
        assert_eq!(roster.missing(None).len(), 3);
    }

    #[test]
    fn a_turn_of_status_is_news() {
        let mut roster = ordered(1);
        let first = roster.apply(Batch { rows: vec![row(1, Status::Running)], ..Batch::default() });
        assert!(first.turned.is_empty());
        let second = roster.apply(Batch { rows: vec![row(1, Status::Completed)], ..Batch::default() });
        assert_eq!(second.turned, [id(1)]);
    }
}
