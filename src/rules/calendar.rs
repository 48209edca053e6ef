//! Moments of the user's calendar on the clock that wakes us.

use crate::model::{Day, Local, Now, Wall};

/// Clocks are set by at most so much, twice a year.
const SUMMER_TIME: i64 = 3_600_000;

/// When to look whether a local moment has come: an hour before it, because the clock may be set forward meanwhile, and
/// then at the moment itself. A change that leaps over the moment happens at the end of that hour.
pub fn wake(at: Local, now: Now) -> Wall {
    let at = at.wall(now.zone);
    let early = Wall(at.0.saturating_sub(SUMMER_TIME));
    if early > now.wall { early } else { at }
}

/// The first day of its week is 1, Monday.
pub fn weekday(day: Day) -> u8 {
    // 1970-01-01 was a Thursday.
    u8::try_from((i64::from(day.0) + 3).rem_euclid(7) + 1).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    /// What the zone of Berlin is, around the night of 2026-03-29, when 02:00 becomes 03:00.
    fn berlin(wall: i64) -> i32 {
        if wall < Day(20_541).begin().0 + HOUR { 3600 } else { 7200 }
    }

    /// Sleeps until it is told to look, and looks.
    fn wakes(at: Local, mut wall: i64) -> i64 {
        loop {
            let now = Now { wall: Wall(wall), zone: berlin(wall), ..Now::default() };
            if Local::of(now) >= at {
                return wall;
            }
            let next = wake(at, now);
            assert!(next > now.wall);
            wall = next.0;
        }
    }

    #[test]
    fn a_moment_after_the_clocks_were_set_forward_comes_an_hour_earlier() {
        let sunday = Day(20_541).begin().0;
        let evening = sunday - 4 * HOUR;
        // 06:00 summer time is 04:00 UTC, 02:00 is leapt over at 01:00 UTC, and midnight is as ever.
        for (hour, utc) in [(6, 4), (3, 1), (2, 1), (1, 0), (0, -1)] {
            assert_eq!(wakes(Local(sunday + hour * HOUR), evening), sunday + utc * HOUR, "{hour} o'clock");
        }
    }

    #[test]
    fn weeks_begin_on_monday() {
        assert_eq!([0, 3, 4, -1].map(|day| weekday(Day(day))), [4, 7, 1, 3]);
        assert_eq!(weekday(Day(20_541)), 7, "2026-03-29");
    }
}
