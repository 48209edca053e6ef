//! Connections that are too many, too slow or dead.

use super::{Planner, count};
use crate::model::{Boot, Span};
use crate::rules::segments::pace::millis;
use crate::rules::segments::part::{Copy, Part};

/// While others move, a connection that is silent for so long is dead (measured: with 3 s a file whose fourth
/// connection stalls for ever takes 1.09 of the ideal time).
pub(super) const STALL: Span = Span::seconds(3);
/// A first byte may take longer: the connection has to come about.
const FIRST_BYTE: Span = Span::seconds(5);
/// Others move when one of them brought something within this time.
const MOVING: Span = Span::seconds(1);
/// Idle connections look for work so often: rates change.
pub(super) const LOOK: Span = Span(100);
/// A connection is judged slow when it is old enough for its rate to be fair,
const SLOW_AGE: Span = Span::seconds(5);
/// so many times slower than the others,
const SLOW_TIMES: u64 = 5;
/// and would take longer than this for what it has, in milliseconds; one at a time, this long apart.
const SLOW_LEFT: u64 = 5_000;
const SLOW_APART: Span = Span::seconds(2);

impl Planner {
    /// Dead connections make room: what they had is a gap again, and their seats are free.
    pub(super) fn replace_silent(&mut self, now: Boot) {
        let lead = self.lead_or_guess();
        let moved = |part: &Part| part.first_byte.is_some() && now - part.alive < MOVING;
        let moving = self.parts.iter().any(moved);
        let patience = self.patience;
        let dead = |part: &Part| {
            let limit = match (moving, part.first_byte) {
                (false, _) => patience,
                (true, Some(_)) => STALL.min(patience),
                (true, None) => FIRST_BYTE.max(Span(4 * lead)).min(patience),
            };
            !part.is_fresh() && now - part.alive >= limit
        };
        while let Some(index) = self.parts.iter().position(dead) {
            let part = self.parts[index].clone();
            self.retire(index, now);
            self.silenced(&part, moving, now);
        }
    }

    /// A connection far slower than its fellows is asked for again: the next one may be better.
    pub(super) fn replace_slow(&mut self, now: Boot) {
        if self.replaced.is_some_and(|last| now - last < SLOW_APART) {
            return;
        }
        let lead = self.lead_or_guess();
        let rate_of =
            |part: &Part| part.pace.now(now - part.alive).filter(|_| part.copy == Copy::Only).unwrap_or(0);
        let rates = self.parts.iter().map(rate_of).filter(|rate| *rate > 0);
        let (sum, number) =
            rates.fold((0u64, 0u64), |(sum, number), rate| (sum.saturating_add(rate), number + 1));
        let slow = self.parts.iter().position(|part| {
            let rate = rate_of(part);
            let others = sum.saturating_sub(rate) / number.saturating_sub(1).max(1);
            let old = part.first_byte.is_some_and(|first| now - first >= SLOW_AGE);
            let long = millis(part.left(), rate) > SLOW_LEFT + 4 * lead;
            old && number > 1 && long && rate.saturating_mul(SLOW_TIMES) < others && !self.is_raced(part)
        });
        if let Some(index) = slow {
            self.replaced = Some(now);
            self.retire(index, now);
        }
    }

    /// More connections than there may be: those without work go first, then the youngest.
    pub(super) fn trim(&mut self, now: Boot) {
        let number = usize::from(self.crew.number());
        while self.chairs.len() > number {
            let idle = self.idle().map(|chair| chair.seat).last();
            let youngest = self.parts.iter().enumerate().max_by_key(|(_, part)| part.id);
            let seat = match (idle, youngest.map(|(index, part)| (index, part.seat))) {
                (Some(seat), _) => seat,
                (None, Some((index, seat))) => {
                    self.retire(index, now);
                    seat
                }
                (None, None) => return,
            };
            self.chairs.retain(|chair| chair.seat != seat);
        }
    }

    pub(super) fn is_raced(&self, part: &Part) -> bool {
        part.copy != Copy::Only || self.parts.iter().any(|other| other.copy == Copy::Of(part.id))
    }

    /// Somebody is idle, or would come if there were work.
    pub(super) fn can_help(&self, now: Boot) -> bool {
        let rested = self.idle().any(|chair| chair.rest <= now);
        !self.parts.is_empty() && self.can_seek() && (rested || count(self.chairs.len()) < self.crew.number())
    }
}
