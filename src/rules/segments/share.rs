//! Who helps whom: what remains is divided by time, so that all who work on one stretch end together.

use super::pace::{millis, narrow};

/// Smaller pieces cost more in requests than they save.
pub(super) const PIECE: u64 = 64 << 10;
/// A division that saves less than this is not worth the request and the bytes on their way that it throws away.
const GAIN: u64 = 50;

/// A connection without work, and what can be expected of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Helper {
    /// Bytes a second.
    pub rate: u64,
    /// Milliseconds to its first byte.
    pub lead: u64,
}

/// A stretch that is being fetched, or that nobody works on yet (`rate` is zero), and those who shall help with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    pub from: u64,
    pub left: u64,
    /// Of the connection that works on it.
    pub rate: u64,
    /// Milliseconds to the next byte of that connection.
    pub lead: u64,
    pub helpers: Vec<Helper>,
    /// May be divided at all.
    pub divisible: Divisible,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Divisible {
    Yes,
    /// One helper may take it if nobody works on it, but it stays in one piece.
    No,
}

impl Stretch {
    /// Milliseconds until its last byte, with one more helper if given.
    pub(super) fn ends_in(&self, more: Option<Helper>) -> u64 {
        let helpers = || self.helpers.iter().copied().chain(more);
        let rate: u128 =
            u128::from(self.rate) + helpers().map(|helper| u128::from(helper.rate)).sum::<u128>();
        if rate == 0 {
            return u64::MAX;
        }
        let waiting: u128 = u128::from(self.rate) * u128::from(self.lead)
            + helpers().map(|helper| u128::from(helper.rate) * u128::from(helper.lead)).sum::<u128>();
        narrow((u128::from(self.left) * 1000 + waiting) / rate)
    }

    /// What the one who works on it keeps when all end together.
    pub(super) fn keeps(&self) -> u64 {
        let time = self.ends_in(None).saturating_sub(self.lead);
        narrow(u128::from(time) * u128::from(self.rate) / 1000).min(self.left)
    }

    /// The file's end is reached earlier by a worthwhile time if `helper` comes too, and no piece gets too small.
    pub(super) fn gains_by(&self, helper: Helper) -> bool {
        if self.divisible == Divisible::No {
            return false;
        }
        let (alone, shared) = (self.ends_in(None), self.ends_in(Some(helper)));
        let worth = GAIN + helper.lead / 4;
        let own = narrow(u128::from(shared.saturating_sub(helper.lead)) * u128::from(helper.rate) / 1000);
        alone.saturating_sub(shared) >= worth && own >= PIECE && self.left >= 2 * PIECE
    }

    /// A helper that fetched all of it from the start would be done long before whoever works on it.
    pub(super) fn lags_behind(&self, helper: Helper) -> bool {
        let whole = helper.lead.saturating_add(millis(self.left, helper.rate));
        self.ends_in(None) > (whole + whole / 2).saturating_add(2 * GAIN)
    }

    /// Where the pieces of the helpers begin, in their order, after what the present worker keeps. All begin within
    /// the stretch, ascending; pieces that would be empty are the caller's to leave out.
    pub(super) fn cuts(&self) -> Vec<u64> {
        let time = self.ends_in(None);
        let mut cut = if self.rate == 0 { 0 } else { self.keeps() };
        let mut cuts = Vec::with_capacity(self.helpers.len());
        for helper in &self.helpers {
            cuts.push(self.from + cut.min(self.left));
            let piece = u128::from(time.saturating_sub(helper.lead)) * u128::from(helper.rate) / 1000;
            cut = cut.saturating_add(narrow(piece));
        }
        cuts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stretch(left: u64, rate: u64, lead: u64) -> Stretch {
        Stretch { from: 1000, left, rate, lead, helpers: Vec::new(), divisible: Divisible::Yes }
    }

    #[test]
    fn a_quicker_helper_takes_more_and_both_end_together() {
        let mut slow = stretch(5_000_000, 1_000_000, 0);
        let helper = Helper { rate: 4_000_000, lead: 0 };
        assert!(slow.gains_by(helper));
        slow.helpers.push(helper);
        assert_eq!((slow.ends_in(None), slow.cuts()), (1000, vec![1_001_000]));
        let late = Helper { rate: 4_000_000, lead: 500 };
        slow.helpers = vec![late];
        assert_eq!((slow.ends_in(None), slow.keeps()), (1400, 1_400_000));
    }

    #[test]
    fn seven_who_come_to_one_that_just_began_get_equal_pieces() {
        let mut all = stretch(8_000_000, 1_000_000, 100);
        all.helpers = vec![Helper { rate: 1_000_000, lead: 100 }; 7];
        let cuts: Vec<u64> = (1..8).map(|part| 1000 + part * 1_000_000).collect();
        assert_eq!(all.cuts(), cuts);
    }

    #[test]
    fn what_is_nearly_done_is_left_alone() {
        let helper = Helper { rate: 1_000_000, lead: 200 };
        assert!(!stretch(300_000, 1_000_000, 0).gains_by(helper));
        assert!(!stretch(400_000, 1_000_000, 0).lags_behind(helper));
        assert!(stretch(400_000, 100_000, 0).lags_behind(helper));
    }

    proptest! {
        #[test]
        fn cuts_ascend_within_the_stretch(
            left in 0..u64::MAX / 2, rate in 0..1u64 << 40, lead in 0..100_000u64,
            helpers in prop::collection::vec((1..1u64 << 40, 0..100_000u64), 1..32),
        ) {
            let mut stretch = stretch(left, rate, lead);
            stretch.helpers = helpers.into_iter().map(|(rate, lead)| Helper { rate, lead }).collect();
            let cuts = stretch.cuts();
            prop_assert!(cuts.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(cuts.iter().all(|cut| (1000..=1000 + left).contains(cut)));
        }
    }
}
