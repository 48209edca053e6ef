//! What becomes of a part that is over.

use super::{Ending, Order, Planner};
use crate::model::{Boot, ByteRange, Span};
use crate::rules::segments::OPEN;
use crate::rules::segments::part::{Copy, Issue, Part, PartId};

/// An answer that brought so much was worth its request: cut connections are asked again without a pause.
pub(super) const GAINED: u64 = 64 << 10;
/// Endings in a row without [`GAINED`] bytes, for each seat, before the run gives up.
const STRIKES_MOST: u32 = 3;
/// First pause after an ending that brought nothing, in milliseconds; doubles up to 32 times that.
const PAUSE: u64 = 50;
/// A host that counts connections needs so long to notice that one of ours is gone.
const NOTICED: Span = Span(60);
/// A host that has served as many before gets so many chances, then it is taken at its word.
const CHANCES: u32 = 4;
/// First pause after such a refusal, and the longest that is waited within a run, in milliseconds.
const REFUSED: (u64, u64) = (100, 10_000);

impl Planner {
    pub(super) fn ended(&mut self, id: PartId, ending: Ending, now: Boot) {
        let Some(index) = self.parts.iter().position(|part| part.id == id) else { return };
        let part = self.parts.remove(index);
        self.settle(part.taken());
        if part.end == OPEN && ending == Ending::Ended {
            self.total = Some(part.at);
        }
        if part.left() == 0 || self.total == Some(part.at) {
            self.done(&part, now);
            return;
        }
        self.release_copies(part.id);
        if let Some(chair) = self.chair(part.seat) {
            chair.rate = None;
        }
        match ending {
            // A server that sends little at a time has done what it said it would.
            Ending::Ended => self.failed(&part, part.taken().is_empty(), now),
            Ending::Broke => self.failed(&part, part.taken().len() < GAINED, now),
            Ending::Refused { after } => self.refused(&part, after, now),
        }
    }

    fn done(&mut self, part: &Part, now: Boot) {
        let twin = |other: &Part| other.copy == Copy::Of(part.id) || part.copy == Copy::Of(other.id);
        while let Some(loser) = self.parts.iter().position(twin) {
            self.retire(loser, now);
        }
        let whole = matches!(part.issue, Issue::Sent { asked, .. } if asked == part.end);
        let rate = part.pace.now(now - part.alive);
        let limited = self.crew.ceiling().is_some();
        if let Some(chair) = self.chair(part.seat) {
            chair.strikes = 0;
            chair.rate = rate.filter(|_| whole);
            chair.last = rate.or(chair.last);
            chair.rest = if limited && !whole { now + NOTICED } else { now };
        }
    }

    fn failed(&mut self, part: &Part, in_vain: bool, now: Boot) {
        let gained = !in_vain;
        let limited = self.crew.ceiling().is_some();
        self.strikes = if gained { 0 } else { self.strikes.saturating_add(1) };
        if let Some(chair) = self.chair(part.seat) {
            chair.strikes = if gained { 0 } else { chair.strikes.saturating_add(1) };
            chair.rest = match (gained, limited) {
                (true, true) => now + NOTICED,
                (true, false) => now,
                (false, _) => now + Span(PAUSE << chair.strikes.min(5)),
            };
        }
        let seats = u32::try_from(self.chairs.len()).unwrap_or(u32::MAX);
        let alone = self.parts.is_empty() && (self.received == 0 || self.strikes >= STRIKES_MOST);
        if !gained && (alone || self.strikes >= seats.saturating_add(1).saturating_mul(STRIKES_MOST)) {
            self.give_up(now);
        }
    }

    /// A connection fell silent; with nobody moving that is a failure like any other.
    pub(super) fn silenced(&mut self, part: &Part, moving: bool, now: Boot) {
        if !moving {
            self.failed(part, part.taken().len() < GAINED, now);
        }
    }

    fn refused(&mut self, part: &Part, after: Option<Span>, now: Boot) {
        let working = super::count(self.parts.len());
        let (first, longest) = REFUSED;
        let served_before = self.crew.ceiling().map_or(working == 0, |most| working < most);
        let received = self.received;
        let Some(chair) = self.chair(part.seat) else { return };
        chair.strikes = chair.strikes.saturating_add(1);
        let pause = if chair.strikes == 1 {
            first
        } else {
            after.map_or(first << chair.strikes.min(8), |span| span.0).min(longest)
        };
        let (strikes, seat) = (chair.strikes, chair.seat);
        chair.rest = now + Span(pause);
        if working == 0 && (received == 0 || strikes > CHANCES) {
            self.give_up(now);
        } else if !served_before || strikes > CHANCES {
            self.chairs.retain(|chair| chair.seat != seat);
            self.crew.refused(working, after, now);
            self.orders.push(Order::Remember { connections: self.crew.ceiling().unwrap_or(1) });
        }
    }

    fn give_up(&mut self, now: Boot) {
        self.drop_all(now);
        self.given_up = true;
        self.orders.push(Order::GiveUp);
    }

    /// Drops a part; what it took is kept.
    pub(super) fn retire(&mut self, index: usize, now: Boot) {
        let part = self.parts.remove(index);
        self.settle(part.taken());
        self.release_copies(part.id);
        if part.is_fresh() {
            return;
        }
        let limited = self.crew.ceiling().is_some();
        if let Some(chair) = self.chair(part.seat) {
            chair.rate = None;
            chair.rest = if limited { now + NOTICED } else { now };
        }
        self.orders.push(Order::Drop { part: part.id });
    }

    /// Copies of a part that is gone are all there is of it now.
    fn release_copies(&mut self, gone: PartId) {
        for part in &mut self.parts {
            if part.copy == Copy::Of(gone) {
                part.copy = Copy::Only;
            }
        }
    }

    /// Bytes that do not fit into the set are fetched once more.
    pub(super) fn settle(&mut self, taken: ByteRange) {
        let before = self.present.bytes();
        if self.present.insert(taken).is_ok() {
            let new = self.present.bytes() - before;
            self.twice += taken.len() - new;
        }
    }
}
