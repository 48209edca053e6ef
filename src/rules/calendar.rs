//! Moments of the user's calendar on the clock that wakes us.

use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::{Offset, TimeZone};

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

/// The moment at which a clock on the wall shows this. `zone` is the user's; where it does not fit what `now` says of it,
/// the zone of now is taken to last. In an hour that comes twice the first one is meant, and one that is leapt over comes
/// after the leap.
pub fn moment(local: DateTime, zone: &TimeZone, now: Now) -> Option<Wall> {
    let present = Timestamp::from_millisecond(now.wall.0).ok()?;
    let fits = zone.to_offset(present).seconds() == now.zone;
    let fixed = || Offset::from_seconds(now.zone).map_or(TimeZone::UTC, TimeZone::fixed);
    let zone = if fits { zone.clone() } else { fixed() };
    Some(Wall(zone.to_timestamp(local).ok()?.as_millisecond()))
}

/// A time as people type it: `22:30` is the next one, `2026-11-20 22:30` is that one.
pub fn typed(text: &str, zone: &TimeZone, now: Now) -> Option<Wall> {
    let text = text.trim();
    if let Ok(stamp) = text.parse::<Timestamp>() {
        return Some(Wall(stamp.as_millisecond()));
    }
    if let Ok(local) = text.replacen(' ', "T", 1).parse::<DateTime>() {
        return moment(local, zone, now);
    }
    next_time(text.parse().ok()?, zone, now)
}

/// Today, or tomorrow where it is past.
pub fn next_time(time: Time, zone: &TimeZone, now: Now) -> Option<Wall> {
    let offset = Offset::from_seconds(now.zone).ok()?;
    let today = offset.to_datetime(Timestamp::from_millisecond(now.wall.0).ok()?).date();
    let at = moment(today.to_datetime(time), zone, now)?;
    if at > now.wall { Some(at) } else { moment(today.tomorrow().ok()?.to_datetime(time), zone, now) }
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

    #[test]
    fn what_is_typed_is_what_the_clock_will_show() {
        // Central Europe, as POSIX writes it.
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a zone");
        // 2026-03-28 20:00 UTC, the evening before the clocks are set forward.
        let saturday = Day(20_540).begin().0 + 20 * HOUR;
        let now = Now { wall: Wall(saturday), zone: 3600, ..Now::default() };
        let hours_from_now = |text: &str| typed(text, &zone, now).map(|at| (at.0 - saturday) / HOUR);
        assert_eq!(hours_from_now("22:00"), Some(1));
        assert_eq!(hours_from_now("06:00"), Some(8), "nine by a clock that is not set");
        assert_eq!(hours_from_now("20:00"), Some(22), "tomorrow");
        assert_eq!(hours_from_now("2026-03-29 21:00"), Some(23));
        assert_eq!(hours_from_now("2026-03-29T04:00:00Z"), Some(8));
        assert_eq!(hours_from_now("soon"), None);
        let elsewhere = Now { zone: 0, ..now };
        assert_eq!(typed("21:00", &zone, elsewhere), Some(Wall(saturday + HOUR)), "the zone of now");
    }
}
