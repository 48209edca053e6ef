//! The only place that reads a clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::time::{ClockId, Timespec, clock_gettime};

use crate::model::{Boot, Now, Span, Wall};

/// The machine's clocks.
#[derive(Debug, Clone)]
pub struct Clock {
    zone: jiff::tz::TimeZone,
    /// Milliseconds of sleep that are only pretended.
    dreamt: Arc<AtomicU64>,
}

impl Clock {
    pub fn system() -> Self {
        Self { zone: jiff::tz::TimeZone::system(), dreamt: Arc::default() }
    }

    pub fn now(&self) -> Now {
        let wall = millis(clock_gettime(ClockId::Realtime));
        let stamp = jiff::Timestamp::from_millisecond(wall).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Now { boot: self.boot(), wall: Wall(wall), zone: self.zone.to_offset(stamp).seconds() }
    }

    /// The boot clock alone, for those who ask at every chunk.
    pub fn boot(&self) -> Boot {
        Boot(u64::try_from(millis(clock_gettime(ClockId::Boottime))).unwrap_or_default())
    }

    /// Nanoseconds of the boot clock, for the limits of speed.
    pub fn nanos(&self) -> u64 {
        let time = clock_gettime(ClockId::Boottime);
        let nanos = time.tv_sec.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec);
        u64::try_from(nanos).unwrap_or_default()
    }

    /// Time this boot spent asleep: it grows by each suspend, and by nothing else.
    pub fn asleep(&self) -> Span {
        let boot = millis(clock_gettime(ClockId::Boottime));
        let awake = millis(clock_gettime(ClockId::Monotonic));
        let slept = u64::try_from(boot - awake).unwrap_or_default();
        Span(slept.saturating_add(self.dreamt.load(Ordering::Relaxed)))
    }

    /// To all who share this clock it looks as if the machine had slept so much longer.
    pub fn dream(&self, span: Span) {
        let _ = self.dreamt.fetch_add(span.0, Ordering::Relaxed);
    }
}

fn millis(time: Timespec) -> i64 {
    time.tv_sec.saturating_mul(1000).saturating_add(time.tv_nsec / 1_000_000)
}
