//! One assignment: a stretch of the file, the connection it was given to, and how far that has come.

use super::pace::{Pace, per_second, scale};
use super::{Ask, OPEN};
use crate::model::{Boot, ByteRange, Span};

/// One request and its answer. Never used twice in one plan, so that late reports are recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartId(pub u64);

/// A place for one connection, kept over many parts: what a person sees as "connection 3".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat(pub u16);

/// Whether the bytes of a part are meant to be fetched once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// Nobody else fetches them.
    Only,
    /// That part fetches them too; the first to finish wins.
    Of(PartId),
}

/// A part as the parts map shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartView {
    pub id: PartId,
    pub seat: Seat,
    /// Where it began, how far it came, and where it ends; [`OPEN`] while the length is unknown.
    pub start: u64,
    pub at: u64,
    pub end: u64,
    pub copy: Copy,
    /// Bytes a second; `None` before it can be said.
    pub rate: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Issue {
    /// Planned in this step; nobody was told.
    Fresh,
    /// Asked for up to `asked`; the engine knows that it ends at `told`.
    Sent { asked: u64, told: u64 },
}

#[derive(Debug, Clone)]
pub(super) struct Part {
    pub id: PartId,
    pub seat: Seat,
    pub start: u64,
    pub at: u64,
    pub end: u64,
    pub copy: Copy,
    pub issue: Issue,
    pub asked_at: Boot,
    pub first_byte: Option<Boot>,
    /// Last sign of life.
    pub alive: Boot,
    pub pace: Pace,
    /// Where the crew's clock found it, and when that byte came.
    pub mark: (u64, Boot),
}

impl Part {
    pub(super) const fn new(id: PartId, seat: Seat, range: ByteRange, copy: Copy, now: Boot) -> Self {
        Self {
            id,
            seat,
            start: range.start(),
            at: range.start(),
            end: range.end(),
            copy,
            issue: Issue::Fresh,
            asked_at: now,
            first_byte: None,
            alive: now,
            pace: Pace::NEW,
            mark: (range.start(), now),
        }
    }

    pub(super) const fn left(&self) -> u64 {
        self.end.saturating_sub(self.at)
    }

    pub(super) const fn rest(&self) -> ByteRange {
        ByteRange::new(self.at, self.end)
    }

    pub(super) const fn taken(&self) -> ByteRange {
        ByteRange::new(self.start, self.at)
    }

    /// How long nothing was heard beyond what is usual before a first byte.
    pub(super) fn silent(&self, lead: u64, now: Boot) -> Span {
        let since = if self.first_byte.is_some() { self.alive } else { self.alive + Span(2 * lead) };
        now - since
    }

    /// Its own rate, or `mean` while it has none; falls with silence in both cases.
    pub(super) fn rate_or(&self, mean: u64, lead: u64, now: Boot) -> u64 {
        let silent = self.silent(lead, now);
        let usual = 500;
        let guess = || if silent.0 > usual { scale(mean, usual, silent.0) } else { mean };
        self.pace.now(silent).unwrap_or_else(guess)
    }

    /// Milliseconds until its next byte, as far as anyone can say.
    pub(super) fn lead(&self, lead: u64, now: Boot) -> u64 {
        if self.first_byte.is_some() { 0 } else { lead.saturating_sub((now - self.asked_at).0) }
    }

    /// Bytes a second since the mark, measured from byte to byte.
    pub(super) fn since_mark(&self, now: Boot) -> u64 {
        let (at, when) = self.mark;
        let last = if (now - self.alive).0 > 500 { now } else { self.alive };
        if last > when { per_second(self.at.saturating_sub(at), (last - when).0) } else { 0 }
    }

    pub(super) const fn is_fresh(&self) -> bool {
        matches!(self.issue, Issue::Fresh)
    }

    pub(super) fn ask(&self, total: Option<u64>) -> Ask {
        let open = self.end == OPEN || total == Some(self.end);
        Ask { from: self.at, to: (!open).then_some(self.end) }
    }

    pub(super) fn view(&self, now: Boot) -> PartView {
        let Self { id, seat, start, at, end, copy, .. } = *self;
        PartView { id, seat, start, at, end, copy, rate: self.pace.now(now - self.alive) }
    }
}
