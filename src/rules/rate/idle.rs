//! What low priority may have: bandwidth that nobody else would use, found out by trying. Its share grows while the
//! others keep their speed and is halved when they lose some, as a congestion control does it; now and then it stands
//! aside for a moment, to see how fast the others are without it.

use std::num::NonZeroU64;

use super::limiter::Share;

/// How long is looked before a judgement, in nanoseconds.
const WINDOW: u64 = 500_000_000;
/// What keeps a connection alive, in bytes a second: never less.
const FLOOR: u64 = 4 << 10;
/// Growth in a window: a quarter, and this many bytes a second.
const STEP: u64 = 16 << 10;
/// The others keep their speed: so much of it, in per cent.
const KEPT: u64 = 95;
/// After so many windows it stands aside for one.
const ROUND: u32 = 20;

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Idle {
    since: u64,
    /// Bytes in this window.
    full: u64,
    low: u64,
    /// Bytes a second; `None`: nobody else is there.
    allowance: Option<u64>,
    /// Bytes a second of the others with low priority standing aside.
    undisturbed: u64,
    /// What it had before it stood aside.
    before: u64,
    windows: u32,
}

impl Idle {
    pub(super) fn took(&mut self, share: Share, bytes: u64) {
        match share {
            Share::Full => self.full = self.full.saturating_add(bytes),
            Share::Idle => self.low = self.low.saturating_add(bytes),
        }
    }

    /// A new limit for all with low priority together, if the window is over and it changes.
    pub(super) fn judge(&mut self, now: u64) -> Option<Option<NonZeroU64>> {
        let span = now.saturating_sub(self.since);
        // The first to compete is noticed at once, so that low priority is out of the way before it matters.
        let arrived = self.allowance.is_none() && self.full > 0 && self.low > 0;
        if span < WINDOW && !arrived {
            return None;
        }
        let rate = |bytes: u64| {
            u64::try_from(u128::from(bytes) * 1_000_000_000 / u128::from(span.max(1))).unwrap_or(u64::MAX)
        };
        let (full, low) = (rate(self.full), rate(self.low));
        let before = self.limit();
        self.allowance = match self.allowance {
            _ if self.full == 0 => None,
            None => {
                (self.windows, self.before) = (0, FLOOR);
                Some(FLOOR)
            }
            Some(allowance) => Some(self.next(allowance, full, low)),
        };
        (self.since, self.full, self.low) = (now, 0, 0);
        let after = self.limit();
        (before != after).then_some(after)
    }

    fn next(&mut self, allowance: u64, full: u64, low: u64) -> u64 {
        self.windows += 1;
        if self.windows >= ROUND {
            (self.windows, self.before) = (0, allowance);
            return FLOOR;
        }
        if self.windows == 1 {
            self.undisturbed = full;
            return self.before;
        }
        let kept = u128::from(full) * 100 >= u128::from(self.undisturbed) * u128::from(KEPT);
        if !kept {
            (allowance / 2).max(FLOOR)
        } else if low.saturating_mul(2) >= allowance {
            (allowance + allowance / 4).saturating_add(STEP)
        } else {
            // It does not even use what it has.
            allowance
        }
    }

    fn limit(&self) -> Option<NonZeroU64> {
        self.allowance.and_then(|allowance| NonZeroU64::new(allowance.max(FLOOR)))
    }
}
