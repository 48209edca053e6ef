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
