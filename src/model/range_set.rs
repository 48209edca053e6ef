//! A set of bytes of one file, kept as sorted, disjoint, non-adjacent ranges.

use serde::{Deserialize, Serialize};

use super::ByteRange;

/// Invariant: ranges are sorted, never empty, never touch, and there are at most [`RangeSet::MAX`] of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<ByteRange>", into = "Vec<ByteRange>")]
pub struct RangeSet {
    ranges: Vec<ByteRange>,
}

/// The set holds [`RangeSet::MAX`] ranges already and the new one touches none of them. It was not added: those
/// bytes count as missing and will be fetched again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many separate ranges")]
pub struct Full;

impl RangeSet {
    /// Bounds memory and rows; 32 connections with a few steals each stay far below.
    pub const MAX: usize = 1024;

    pub const fn new() -> Self {
        Self { ranges: Vec::new() }
    }

    pub fn of(range: ByteRange) -> Self {
        Self { ranges: if range.is_empty() { Vec::new() } else { vec![range] } }
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = ByteRange> + ExactSizeIterator + '_ {
        self.ranges.iter().copied()
    }

    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Number of bytes in the set.
    pub fn bytes(&self) -> u64 {
        self.ranges.iter().map(|range| range.len()).sum()
    }

    pub fn contains(&self, range: ByteRange) -> bool {
        range.is_empty() || self.around(range.start()).is_some_and(|held| held.contains(range))
    }

    /// End of the unbroken run of bytes that starts at `position`; `position` itself when that byte is missing.
    pub fn run_end(&self, position: u64) -> u64 {
        self.around(position).map_or(position, ByteRange::end)
    }

    /// # Errors
    /// [`Full`] when the bound is reached; the set is unchanged.
    pub fn insert(&mut self, range: ByteRange) -> Result<(), Full> {
        if range.is_empty() {
            return Ok(());
        }
        let from = self.ranges.partition_point(|held| held.end() < range.start());
        let to = self.ranges.partition_point(|held| held.start() <= range.end());
        if from == to && self.ranges.len() >= Self::MAX {
            return Err(Full);
        }
        let start = self
            .ranges
            .get(from)
            .filter(|_| from < to)
            .map_or(range.start(), |held| held.start().min(range.start()));
        let end = to
            .checked_sub(1)
            .filter(|_| from < to)
            .map_or(range.end(), |last| self.ranges[last].end().max(range.end()));
        let _ = self.ranges.splice(from..to, [ByteRange::new(start, end)]);
        Ok(())
    }

    /// Takes bytes out. Cutting a hole into a full set drops the smaller remainder, which is then fetched again.
    pub fn remove(&mut self, range: ByteRange) {
        if range.is_empty() {
            return;
        }
        let from = self.ranges.partition_point(|held| held.end() <= range.start());
        let to = self.ranges.partition_point(|held| held.start() < range.end());
        if from >= to {
            return;
        }
        let left = ByteRange::new(self.ranges[from].start(), range.start());
        let right = ByteRange::new(range.end(), self.ranges[to - 1].end());
        let mut rest: Vec<_> = [left, right].into_iter().filter(|part| !part.is_empty()).collect();
        if self.ranges.len() - (to - from) + rest.len() > Self::MAX {
            rest.sort_by_key(|part| part.len());
            let _ = rest.remove(0);
        }
        let _ = self.ranges.splice(from..to, rest);
    }

    /// What of `0..total` is not in the set, in order.
    pub fn missing(&self, total: u64) -> Vec<ByteRange> {
        let mut gaps = Vec::new();
        let mut position = 0;
        for held in &self.ranges {
            if held.start() >= total {
                break;
            }
            if held.start() > position {
                gaps.push(ByteRange::new(position, held.start()));
            }
            position = held.end();
        }
        if position < total {
            gaps.push(ByteRange::new(position, total));
        }
        gaps
    }

    /// First missing byte at or after zero.
    pub fn first_missing(&self) -> u64 {
        self.run_end(0)
    }

    /// Every byte of `0..total` is present.
    pub fn covers(&self, total: u64) -> bool {
        self.contains(ByteRange::new(0, total))
    }

    /// Adds everything of `other` that fits.
    pub fn merge(&mut self, other: &Self) {
        for range in other.iter() {
            // A full set only means that these bytes are fetched once more.
            let _ = self.insert(range);
        }
    }

    fn around(&self, position: u64) -> Option<ByteRange> {
        let next = self.ranges.partition_point(|held| held.end() <= position);
        self.ranges.get(next).copied().filter(|held| held.start() <= position)
    }
}

impl TryFrom<Vec<ByteRange>> for RangeSet {
    type Error = &'static str;

    fn try_from(ranges: Vec<ByteRange>) -> Result<Self, Self::Error> {
        let ordered = ranges.windows(2).all(|pair| pair[0].end() < pair[1].start());
        let sound = ranges.iter().all(|range| range.start() < range.end());
        if ordered && sound && ranges.len() <= Self::MAX {
            Ok(Self { ranges })
        } else {
            Err("ranges are not sorted, disjoint and bounded")
        }
    }
}

impl From<RangeSet> for Vec<ByteRange> {
    fn from(set: RangeSet) -> Self {
        set.ranges
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A file of so many bytes, one flag for each: slow, and plainly right.
    const SIZE: u64 = 300;

    #[derive(Debug, Clone)]
    enum Step {
        Insert(ByteRange),
        Remove(ByteRange),
        Merge(Vec<ByteRange>),
    }

    fn range() -> impl Strategy<Value = ByteRange> {
        (0..SIZE, 0..60u64).prop_map(|(start, len)| ByteRange::new(start, (start + len).min(SIZE)))
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => range().prop_map(Step::Insert),
            2 => range().prop_map(Step::Remove),
            1 => prop::collection::vec(range(), 0..6).prop_map(Step::Merge),
        ]
    }

    fn place(at: u64) -> usize {
        usize::try_from(at).expect("a small number")
    }

    fn mark(flags: &mut [bool], range: ByteRange, present: bool) {
        flags[place(range.start())..place(range.end())].fill(present);
    }

    fn check(set: &RangeSet, flags: &[bool]) -> Result<(), TestCaseError> {
        let count = flags.iter().filter(|present| **present).count() as u64;
        prop_assert_eq!(set.bytes(), count);
        prop_assert_eq!(set.is_empty(), count == 0);
        let ranges: Vec<_> = set.iter().collect();
        prop_assert!(ranges.iter().all(|range| !range.is_empty()));
        prop_assert!(ranges.windows(2).all(|pair| pair[0].end() < pair[1].start()), "{:?}", ranges);
        let mut rebuilt = vec![false; flags.len()];
        ranges.iter().for_each(|range| mark(&mut rebuilt, *range, true));
        prop_assert_eq!(&rebuilt, flags);
        prop_assert_eq!(RangeSet::try_from(ranges), Ok(set.clone()), "what is stored can be read");
        Ok(())
    }

    proptest! {
        #[test]
        fn it_is_a_set_of_bytes(steps in prop::collection::vec(step(), 0..60), total in 0..SIZE, asked in range()) {
            let mut set = RangeSet::new();
            let mut flags = vec![false; place(SIZE)];
            for step in steps {
                match step {
                    Step::Insert(range) => {
                        set.insert(range).expect("few ranges");
                        mark(&mut flags, range, true);
                    }
                    Step::Remove(range) => {
                        set.remove(range);
                        mark(&mut flags, range, false);
                    }
                    Step::Merge(ranges) => {
                        let mut other = RangeSet::new();
                        for range in ranges {
                            other.insert(range).expect("few ranges");
                            mark(&mut flags, range, true);
                        }
                        set.merge(&other);
                    }
                }
                check(&set, &flags)?;
            }
            let held = |range: ByteRange| flags[place(range.start())..place(range.end())].iter().all(|own| *own);
            prop_assert_eq!(set.contains(asked), held(asked));
            prop_assert_eq!(set.covers(total), held(ByteRange::new(0, total)));
            let end = (asked.start()..SIZE).find(|at| !flags[place(*at)]).unwrap_or(SIZE);
            prop_assert_eq!(set.run_end(asked.start()), end);
            prop_assert_eq!(set.first_missing(), flags.iter().position(|own| !own).map_or(SIZE, |at| at as u64));
            let mut missing = vec![true; place(total)];
            set.missing(total).iter().for_each(|gap| mark(&mut missing, *gap, false));
            prop_assert_eq!(&missing[..], &flags[..place(total)]);
        }

        #[test]
        fn ranges_meet_where_their_bytes_do(a in range(), b in range()) {
            let bytes = |range: ByteRange| (range.start()..range.end()).collect::<std::collections::BTreeSet<_>>();
            let common: Vec<_> = bytes(a).intersection(&bytes(b)).copied().collect();
            let met = a.intersection(b).map_or_else(Vec::new, |range| (range.start()..range.end()).collect());
            prop_assert_eq!(met, common);
            prop_assert_eq!(a.contains(b), a.start() <= b.start() && b.end() <= a.end());
        }
    }

    fn full() -> RangeSet {
        let mut set = RangeSet::new();
        for at in 0..RangeSet::MAX as u64 {
            set.insert(ByteRange::new(at * 10, at * 10 + 5)).expect("room");
        }
        set
    }

    #[test]
    fn a_full_set_refuses_what_touches_nothing_and_takes_what_does() {
        let mut set = full();
        let before = set.clone();
        assert_eq!(set.insert(ByteRange::new(7, 8)), Err(Full));
        assert_eq!(set, before);
        assert_eq!(set.insert(ByteRange::new(5, 10)), Ok(()));
        assert_eq!(set.run_end(0), 15, "it filled a gap");
        assert_eq!(set.insert(ByteRange::new(u64::MAX - 1, u64::MAX)), Ok(()), "which made room");
    }

    #[test]
    fn a_hole_in_a_full_set_claims_less_and_never_more() {
        let mut set = full();
        set.remove(ByteRange::new(1, 2));
        assert_eq!(set.iter().len(), RangeSet::MAX);
        assert!(!set.contains(ByteRange::new(1, 2)));
        assert!(set.contains(ByteRange::new(2, 5)), "the larger rest stays");
        assert!(!set.contains(ByteRange::new(0, 1)));
    }

    #[test]
    fn what_is_stored_wrongly_is_not_believed() {
        let range = ByteRange::new;
        for wrong in [
            vec![range(5, 5)],
            vec![range(5, 9), range(0, 3)],
            vec![range(0, 5), range(5, 9)],
            vec![range(0, 6), range(5, 9)],
            (0..=RangeSet::MAX as u64).map(|at| range(at * 10, at * 10 + 5)).collect(),
        ] {
            assert!(RangeSet::try_from(wrong).is_err());
        }
    }
}
