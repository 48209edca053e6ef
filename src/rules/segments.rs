//! Which bytes to ask for next. What is missing and nobody works on is a gap; everything else follows from gaps.
//!
//! [`Planner`] is the brain of one download with many connections. It belongs to the worker, on one thread, and is
//! driven like this:
//!
//! 1. [`Planner::new`] with what is known, then `step(Input::Tick, now)`: it orders the first [`Order::Fetch`], up to
//!    the end of the file.
//! 2. Each `Fetch` is one request. When its answer is accepted: [`Input::Learned`]; the first one that proves ranges
//!    brings more `Fetch`es, and the part of the first answer is shortened from behind.
//! 3. Before each write: [`Planner::room`] (clip to it, stop at `Some(0)`, abort at `None`); after it (or once the bytes
//!    are in the gather buffer): [`Planner::progress`]. Both are cheap enough for every chunk.
//! 4. When the part's end is reached, the body ends, or the connection fails: [`Input::Ended`]. Its orders give the seat
//!    new work. A part that was shortened leaves an answer that nobody reads to its end: drop it.
//! 5. At [`Planner::due`]: [`Input::Tick`]. Every step may bring any order.
//! 6. When [`Planner::is_complete`], all that was wanted is here.
//!
//! Invariant after each step: present bytes, parts and gaps tile the file; no byte is in two parts unless one is
//! declared a [`Copy`] of the other; the engine is never told of an end before what it reported.

mod crew;
mod heads;
mod pace;
mod part;
mod planner;
mod share;

pub use crew::{AUTOMATIC_MOST, CONNECTIONS_MOST, Choice, HOST_MOST};
pub use heads::{AHEAD, HEAD_LASTS, HEADS_MOST, HeadId};
pub use part::{Copy, PartId, PartView, Seat};
pub use planner::{Ending, Input, Order, Plan, Planner, Ranges};

use crate::model::{ByteRange, RangeSet};

/// End of a part whose length nobody knows.
pub const OPEN: u64 = u64::MAX;

/// Connections to one FTP server: each costs it a process and a sign-in, and many allow few of one address.
pub const FTP_MOST: u16 = 4;

/// Gaps of `0..total` that are neither present nor being worked on, in file order.
pub fn gaps(total: u64, present: &RangeSet, working: &[ByteRange]) -> Vec<ByteRange> {
    let mut held: Vec<ByteRange> = present.iter().chain(working.iter().copied()).collect();
    held.sort_unstable();
    let mut gaps = Vec::new();
    let mut position = 0;
    for range in held.into_iter().chain([ByteRange::new(total, total)]) {
        let start = range.start().min(total);
        if start > position {
            gaps.push(ByteRange::new(position, start));
        }
        position = position.max(range.end());
    }
    gaps
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
