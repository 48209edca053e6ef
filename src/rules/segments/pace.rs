//! How fast one connection is, measured on the bytes of one answer.

use crate::model::{Boot, Span};

/// Shorter stretches are gathered before they count: a single chunk says nothing.
const WINDOW: u64 = 100;
/// How far back the mean looks, once there is so much: long enough to be smooth, short enough to follow a change.
const MEMORY: u64 = 2_000;
/// Silence that any healthy connection shows between two chunks; longer ones make the estimate fall.
const PAUSE: u64 = 500;

/// Smoothed speed of one answer. Its first bytes only start the clock: they waited in buffers and came at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pace {
    rate: u64,
    /// Milliseconds that the mean rests on.
    age: u64,
    window: Option<(Boot, u64)>,
}

impl Pace {
    pub(super) const NEW: Self = Self { rate: 0, age: 0, window: None };

    pub(super) fn add(&mut self, bytes: u64, now: Boot) {
        let Some((since, sum)) = self.window else {
            self.window = Some((now, 0));
            return;
        };
        let (sum, span) = (sum.saturating_add(bytes), now - since);
        self.window = Some((since, sum));
        if span.0 >= WINDOW {
            self.fold(sum, span);
            self.window = Some((now, 0));
        }
    }

    fn fold(&mut self, bytes: u64, span: Span) {
        let sample = per_second(bytes, span.0);
        self.age = self.age.saturating_add(span.0);
        let memory = self.age.min(MEMORY);
        let weight = span.0.min(memory);
        let mixed =
            u128::from(self.rate) * u128::from(memory - weight) + u128::from(sample) * u128::from(weight);
        self.rate = narrow(mixed / u128::from(memory.max(1)));
    }

    /// Bytes a second; `None` before the first window is full. It falls while nothing comes.
    pub(super) fn now(&self, silent: Span) -> Option<u64> {
        (self.age > 0).then(|| if silent.0 > PAUSE { scale(self.rate, PAUSE, silent.0) } else { self.rate })
    }
}

/// Bytes a second.
pub(super) fn per_second(bytes: u64, millis: u64) -> u64 {
    scale(bytes, 1000, millis.max(1))
}

/// Milliseconds for so many bytes; very long for a rate of zero.
pub(super) fn millis(bytes: u64, rate: u64) -> u64 {
    scale(bytes, 1000, rate.max(1))
}

/// `value * times / of`, without overflow on the way; `of` is not zero.
pub(super) fn scale(value: u64, times: u64, of: u64) -> u64 {
    narrow(u128::from(value) * u128::from(times) / u128::from(of.max(1)))
}

pub(super) fn narrow(value: u128) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_stream_is_measured_exactly_and_a_change_is_followed() {
        let mut pace = Pace::NEW;
        assert_eq!(pace.now(Span::ZERO), None);
        for tick in 0..100u64 {
            pace.add(40_000, Boot(tick * 20));
        }
        assert_eq!(pace.now(Span::ZERO), Some(2_000_000));
        for tick in 100..500u64 {
            pace.add(4_000, Boot(tick * 20));
        }
        let slow = pace.now(Span::ZERO).expect("measured");
        assert!((195_000..260_000).contains(&slow), "{slow}");
    }

    #[test]
    fn silence_wears_an_estimate_away() {
        let mut pace = Pace::NEW;
        for tick in 0..100u64 {
            pace.add(40_000, Boot(tick * 20));
        }
        assert_eq!(pace.now(Span(500)), Some(2_000_000));
        assert_eq!(pace.now(Span(5_000)), Some(200_000));
    }
}
