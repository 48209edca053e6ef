//! Two kernel timers: one that counts sleep as time, one that follows the wall clock and says when somebody sets it.
//! Between deadlines nothing wakes up.

use std::cell::Cell;
use std::io;
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use tokio::io::unix::AsyncFd;

use crate::model::{Boot, Wall};

/// In a hundred years, in milliseconds.
const NEVER: i64 = 5_000_000_000_000;

pub struct Timer {
    boot: AsyncFd<OwnedFd>,
    wall: AsyncFd<OwnedFd>,
    /// What they are set to; zero: to be set anew.
    set: [Cell<i64>; 2],
}

/// What ended the wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fired {
    Boot,
    Wall,
    /// Somebody set the wall clock.
    ClockSet,
}

impl Timer {
    /// Needs a tokio runtime with I/O.
    ///
    /// # Errors
    /// When the kernel has no timers to give.
    #[expect(deprecated, reason = "both own their descriptor, which is all that its successor asks for")]
    pub fn new() -> io::Result<Self> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        Ok(Self {
            boot: AsyncFd::new(timerfd_create(TimerfdClockId::Boottime, flags)?)?,
            wall: AsyncFd::new(timerfd_create(TimerfdClockId::Realtime, flags)?)?,
            set: Default::default(),
        })
    }

    /// Sets both deadlines; `None` never comes.
    pub fn set(&self, boot: Option<Boot>, wall: Option<Wall>) {
        let absolute = TimerfdTimerFlags::ABSTIME;
        let boot = boot.map_or(NEVER, |at| i64::try_from(at.0).unwrap_or(i64::MAX).max(1));
        // Even with nothing to wait for it says when the clock is set, as it is after sleep.
        let wall = wall.map_or(NEVER, |at| at.0.max(1));
        // Neither call can fail with sound arguments; a timer that is not set only means no early wake-up.
        if self.set[0].replace(boot) != boot {
            let _ = timerfd_settime(self.boot.get_ref(), absolute, &at(boot));
        }
        if self.set[1].replace(wall) != wall {
            let flags = absolute | TimerfdTimerFlags::CANCEL_ON_SET;
            let _ = timerfd_settime(self.wall.get_ref(), flags, &at(wall));
        }
    }

    /// Waits for a deadline. May be dropped and called again.
    pub async fn fired(&self) -> Fired {
        loop {
            let fired = tokio::select! {
                ready = self.boot.readable() => ready.ok().and_then(|mut ready| {
                    let read = ready.try_io(|timer| drain(timer.get_ref()));
                    read.ok().map(|_| Fired::Boot)
                }),
                ready = self.wall.readable() => ready.ok().and_then(|mut ready| {
                    let read = ready.try_io(|timer| drain(timer.get_ref())).ok()?;
                    let set = read.is_err_and(|error| error.raw_os_error() == Some(Errno::CANCELED.raw_os_error()));
                    Some(if set { Fired::ClockSet } else { Fired::Wall })
                }),
            };
            if let Some(fired) = fired {
                self.set.iter().for_each(|set| set.set(0));
                return fired;
            }
        }
    }
}

fn drain(timer: &OwnedFd) -> io::Result<()> {
    let mut count = [0_u8; 8];
    rustix::io::read(timer, &mut count).map(|_| ()).map_err(io::Error::from)
}

const fn at(millis: i64) -> Itimerspec {
    let value = Timespec { tv_sec: millis / 1000, tv_nsec: millis % 1000 * 1_000_000 };
    Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: value }
}
