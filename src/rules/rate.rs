//! Speed as a person wants to read it, the time left, and how fast anyone may go.

mod idle;
mod limiter;

pub use limiter::{FlowId, Level, Limiter, Member, Nanos, Share, Turn};

use crate::model::Span;

/// Exponentially weighted mean of the speed. Pure: each sample brings its own length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Speed {
    /// Bytes per second, times 1,000 to keep slow transfers alive; `None` before the first sample.
    milli: Option<u64>,
    /// Milliseconds that the mean stands for, at most [`MEMORY`].
    seen: u64,
}

/// Time in which an old sample loses two thirds of its weight: calm enough to read, quick enough to believe.
const MEMORY: u64 = 3_000;

impl Speed {
    pub const fn zero() -> Self {
        Self { milli: None, seen: 0 }
    }

    /// Bytes per second.
    pub fn per_second(self) -> u64 {
        self.milli.unwrap_or_default() / 1000
    }

    /// `bytes` came in `span`. A span of zero is no sample, and waiting for the first byte is none. Until there are enough
    /// samples all weigh by their length: a burst at the start is no speed yet.
    #[must_use]
    pub fn after(self, bytes: u64, span: Span) -> Self {
        if span.0 == 0 || (self.milli.is_none() && bytes == 0) {
            return self;
        }
        let sample = u128::from(bytes) * 1_000_000 / u128::from(span.0);
        let sample = u64::try_from(sample).unwrap_or(u64::MAX / 2).min(u64::MAX / 2);
        let milli = match self.milli {
            None => sample,
            Some(old) => {
                let weight = u128::from(span.0.min(MEMORY));
                let memory = u128::from((self.seen.saturating_add(span.0)).min(MEMORY));
                let mixed = (u128::from(old) * (memory - weight) + u128::from(sample) * weight) / memory;
                u64::try_from(mixed).unwrap_or(u64::MAX / 2)
            }
        };
        Self { milli: Some(milli), seen: self.seen.saturating_add(span.0).min(MEMORY) }
    }
}

/// Seconds to the end, rounded up; `None` when it stands still.
pub fn seconds_left(remaining: u64, per_second: u64) -> Option<u64> {
    (per_second > 0).then(|| remaining.div_ceil(per_second))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_burst_at_the_start_is_soon_forgotten() {
        let mut speed = Speed::default().after(0, Span(500)).after(1_000_000, Span(1));
        for _ in 0..10 {
            speed = speed.after(100_000, Span(100));
        }
        assert!((1_000_000..2_100_000).contains(&speed.per_second()), "{}", speed.per_second());
        let mut slow_to_begin = Speed::default().after(1_000, Span(100));
        for _ in 0..10 {
            slow_to_begin = slow_to_begin.after(100_000, Span(100));
        }
        assert!(slow_to_begin.per_second() > 900_000, "{}", slow_to_begin.per_second());
    }

    #[test]
    fn a_steady_stream_shows_its_speed() {
        let mut speed = Speed::default();
        for _ in 0..20 {
            speed = speed.after(200_000, Span(100));
        }
        assert_eq!(speed.per_second(), 2_000_000);
    }

    #[test]
    fn a_stopped_stream_fades_out() {
        let mut speed = Speed::default().after(1_000_000, Span(1000));
        for _ in 0..100 {
            speed = speed.after(0, Span(1000));
        }
        assert_eq!(speed.per_second(), 0);
    }

    proptest! {
        #[test]
        fn the_mean_stays_between_its_samples(samples in prop::collection::vec((0..1u64 << 40, 1..5_000u64), 1..50)) {
            let rates = || samples.iter().map(|(bytes, span)| bytes * 1000 / span);
            let speed = samples.iter().fold(Speed::default(), |speed, (bytes, span)| speed.after(*bytes, Span(*span)));
            prop_assert!(speed.per_second() <= rates().max().unwrap_or_default() + 1);
            prop_assert!(speed.per_second() + 1 >= rates().min().unwrap_or_default());
        }
    }
}
