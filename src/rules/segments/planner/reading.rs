//! Bytes somebody waits for come first.

use super::Planner;
use crate::model::{Boot, ByteRange};
use crate::rules::segments::OPEN;
use crate::rules::segments::pace::millis;
use crate::rules::segments::part::{Copy, Part, PartId, Seat};

/// A connection that is there within this many milliseconds need not be overtaken.
const SOON: u64 = 300;

/// Who brings a byte.
enum Bringer {
    /// It is on its way and will be there soon.
    Soon(PartId),
    /// Planned, but not soon.
    Late(PartId),
    Nobody(ByteRange),
}

impl Planner {
    /// Every head gets a connection at the first byte it misses, the one that was read last first.
    pub(super) fn serve_heads(&mut self, now: Boot) {
        if !self.can_seek() {
            return;
        }
        let mut serving: Vec<PartId> = Vec::new();
        for window in self.heads.windows(self.total.unwrap_or(OPEN)) {
            let Some(byte) = self.first_missing(window) else { continue };
            let part = match self.bringer(byte, now) {
                Bringer::Soon(part) => Some(part),
                Bringer::Late(part) => self.overtake(part, byte, &serving, now),
                Bringer::Nobody(rest) => {
                    self.seat_for(&serving, None, now).map(|seat| self.assign(seat, rest, Copy::Only, now))
                }
            };
            serving.extend(part);
        }
    }

    fn first_missing(&self, window: ByteRange) -> Option<u64> {
        let mut byte = window.start();
        loop {
            let next = self.present.run_end(byte);
            let taken = self.parts.iter().map(Part::taken).filter(|taken| taken.start() <= next);
            let next = taken.map(ByteRange::end).fold(next, u64::max);
            if next == byte {
                return (byte < window.end()).then_some(byte);
            }
            byte = next;
        }
    }

    fn bringer(&self, byte: u64, now: Boot) -> Bringer {
        let (lead, mean) = (self.lead_or_guess(), self.mean_rate(now));
        let reach = |part: &Part| {
            let way = millis(byte - part.at, part.rate_or(mean, lead, now));
            if byte > part.at { way.saturating_add(part.lead(lead, now)) } else { 0 }
        };
        let covering = self.parts.iter().filter(|part| part.at <= byte && byte < part.end);
        match covering.min_by_key(|part| reach(part)) {
            Some(part) if reach(part) <= SOON.max(lead) => Bringer::Soon(part.id),
            // The last pieces are small, and two are at it already.
            Some(part) if self.is_raced(part) => Bringer::Soon(part.id),
            Some(part) => Bringer::Late(part.id),
            None => {
                let gap = self.gaps().into_iter().find(|gap| gap.start() <= byte && byte < gap.end());
                Bringer::Nobody(ByteRange::new(byte, gap.map_or(byte, ByteRange::end)))
            }
        }
    }

    /// The rest of a part from `byte` on goes to another connection; with only one it goes there itself.
    fn overtake(&mut self, donor: PartId, byte: u64, serving: &[PartId], now: Boot) -> Option<PartId> {
        if self.near_full() {
            return None;
        }
        let end = self.parts.iter().find(|part| part.id == donor)?.end;
        let seat = self.seat_for(serving, Some(donor), now)?;
        if let Some(part) = self.parts.iter_mut().find(|part| part.id == donor) {
            part.end = byte;
        }
        Some(self.assign(seat, ByteRange::new(byte, end), Copy::Only, now))
    }

    /// An idle seat, a new one, or that of the part that has most left and serves nobody. `last` gives up its own when
    /// nothing else is left.
    fn seat_for(&mut self, serving: &[PartId], last: Option<PartId>, now: Boot) -> Option<Seat> {
        if let Some(seat) = self.free_seats(now).first() {
            return Some(*seat);
        }
        let victims = self
            .parts
            .iter()
            .enumerate()
            .filter(|(_, part)| !part.is_fresh() && !serving.contains(&part.id) && !self.is_raced(part));
        let order = victims.max_by_key(|(_, part)| (Some(part.id) != last, part.left()));
        let (index, seat) = order.map(|(index, part)| (index, part.seat))?;
        self.retire(index, now);
        Some(seat)
    }
}
