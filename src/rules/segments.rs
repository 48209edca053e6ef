//! Which bytes to ask for next. What is missing and nobody works on is a gap; everything else follows from gaps.

use crate::model::{ByteRange, RangeSet};

/// Gaps of `0..total` that are neither present nor being worked on, in file order.
pub fn gaps(total: u64, present: &RangeSet, working: &[ByteRange]) -> Vec<ByteRange> {
    let mut taken = present.clone();
    for range in working {
        let mut claimed = RangeSet::of(*range);
        claimed.merge(&taken);
        taken = claimed;
    }
    taken.missing(total)
}

/// The next range for one connection: the first gap. With an unknown length it is everything after the first run of
/// present bytes, open-ended.
pub fn next(total: Option<u64>, present: &RangeSet) -> Option<Ask> {
    match total {
        Some(total) => gaps(total, present, &[])
            .first()
            .map(|gap| Ask { from: gap.start(), to: (gap.end() < total).then_some(gap.end()) }),
        None => Some(Ask { from: present.first_missing(), to: None }),
    }
}

/// A stretch to ask a server for: `to` is exclusive; `None` asks up to the end of the file, whatever that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    pub from: u64,
    pub to: Option<u64>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(ranges: &[(u64, u64)]) -> RangeSet {
        let mut set = RangeSet::new();
        for (start, end) in ranges {
            set.insert(ByteRange::new(*start, *end)).expect("few ranges");
        }
        set
    }

    proptest! {
        #[test]
        fn present_working_and_gaps_tile_the_file(
            total in 1..2000u64,
            present in prop::collection::vec((0..2000u64, 0..200u64), 0..20),
            working in prop::collection::vec((0..2000u64, 0..200u64), 0..5),
        ) {
            let range = |(start, len): &(u64, u64)| ByteRange::new(*start, start + len);
            let mut held = RangeSet::new();
            for span in &present {
                held.insert(range(span)).expect("few ranges");
            }
            let working: Vec<_> = working.iter().map(range).collect();
            let gaps = gaps(total, &held, &working);
            for byte in 0..total {
                let one = ByteRange::new(byte, byte + 1);
                let owned = held.contains(one) || working.iter().any(|range| range.contains(one));
                let free = gaps.iter().filter(|gap| gap.contains(one)).count();
                prop_assert_eq!(free, usize::from(!owned));
            }
        }

        #[test]
        fn one_connection_fills_every_file(total in 1..5000u64, present in prop::collection::vec((0..5000u64, 1..500u64), 0..10), short in 1..700u64) {
            let mut held = RangeSet::new();
            for (start, len) in present {
                held.insert(ByteRange::new(start.min(total), (start + len).min(total))).expect("few ranges");
            }
            let mut rounds = 0;
            while let Some(ask) = next(Some(total), &held) {
                let end = ask.to.unwrap_or(total).min(ask.from + short);
                prop_assert!(ask.from < end && end <= total);
                held.insert(ByteRange::new(ask.from, end)).expect("few ranges");
                rounds += 1;
                prop_assert!(rounds < 6000);
            }
            prop_assert!(held.covers(total));
        }
    }

    #[test]
    fn the_last_gap_is_asked_for_without_an_end() {
        assert_eq!(next(Some(10), &set(&[(0, 4)])), Some(Ask { from: 4, to: None }));
        assert_eq!(next(Some(10), &set(&[(0, 4), (6, 10)])), Some(Ask { from: 4, to: Some(6) }));
        assert_eq!(next(None, &set(&[(0, 4)])), Some(Ask { from: 4, to: None }));
        assert_eq!(next(Some(10), &set(&[(0, 10)])), None);
    }
}
