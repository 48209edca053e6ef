//! The only place that reads a clock.

use rustix::time::{ClockId, Timespec, clock_gettime};

use crate::model::{Boot, Now, Span, Wall};

/// The machine's clocks.
#[derive(Debug, Clone)]
pub struct Clock {
    zone: jiff::tz::TimeZone,
}

impl Clock {
    pub fn system() -> Self {
        Self { zone: jiff::tz::TimeZone::system() }
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

    /// Time this boot spent asleep: it grows by each suspend, and by nothing else.
    pub fn asleep(&self) -> Span {
        let boot = millis(clock_gettime(ClockId::Boottime));
        let awake = millis(clock_gettime(ClockId::Monotonic));
        Span(u64::try_from(boot - awake).unwrap_or_default())
    }
}

fn millis(time: Timespec) -> i64 {
    time.tv_sec.saturating_mul(1000).saturating_add(time.tv_nsec / 1_000_000)
}
