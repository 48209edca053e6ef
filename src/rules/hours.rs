//! The hours in which transfers may run, and those in which they are modest. A week is the user's: in the night in which
//! clocks are set, an hour that is leapt over never comes, and one that comes twice counts twice.

use super::calendar::weekday;
use crate::model::{Day, Hold, Hours, Local, Pace, Week};

const HOUR: i64 = 3_600_000;

/// Why everything waits, if it does.
pub fn hold(hours: &Hours, now: Local) -> Option<Hold> {
    (!is_in(&hours.allowed, now)).then_some(Hold::OutsideHours)
}

/// What all downloads together may take, with what is said for every hour.
pub fn pace(hours: &Hours, always: Option<Pace>, now: Local) -> Option<Pace> {
    let slow = hours.slow_pace.filter(|_| is_in(&hours.slow, now));
    match (slow, always) {
        (Some(slow), Some(always)) => Some(slow.min(always)),
        (one, other) => one.or(other),
    }
}

/// When one of the two may become another one; `None`: never.
pub fn next_change(hours: &Hours, now: Local) -> Option<Local> {
    let at = |moment| (is_in(&hours.allowed, moment), is_in(&hours.slow, moment));
    next_hours(now).find(|moment| at(*moment) != at(now))
}

/// When it is allowed again; `None`: never, or now.
pub fn next_allowed(hours: &Hours, now: Local) -> Option<Local> {
    let held = !is_in(&hours.allowed, now);
    next_hours(now).find(|moment| held && is_in(&hours.allowed, *moment))
}

/// The beginnings of all hours of the coming week.
fn next_hours(now: Local) -> impl Iterator<Item = Local> {
    let first = now.0.div_euclid(HOUR).saturating_add(1);
    (0..7 * 24).map(move |step| Local(first.saturating_add(step).saturating_mul(HOUR)))
}

fn is_in(week: &Week, now: Local) -> bool {
    let hour = now.0.rem_euclid(Day::MILLIS) / HOUR;
    week.has(usize::from(weekday(now.day())) - 1, usize::try_from(hour).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 2026-11-20, a Friday.
    const FRIDAY: i64 = 20_777;

    fn at(day: i64, hour: i64, minute: i64) -> Local {
        Local((FRIDAY + day) * Day::MILLIS + hour * HOUR + minute * 60_000)
    }

    fn nights() -> Hours {
        Hours {
            allowed: "daily 22-7".parse().expect("hours"),
            slow: "sat-sun 0-24".parse().expect("hours"),
            slow_pace: Pace::new(500),
        }
    }

    #[test]
    fn the_table_of_a_week() {
        let hours = nights();
        for (now, held, paced, next, allowed) in [
            (at(0, 21, 59), true, None, Some(at(0, 22, 0)), Some(at(0, 22, 0))),
            (at(0, 22, 0), false, None, Some(at(1, 0, 0)), None),
            (at(1, 0, 0), false, Pace::new(500), Some(at(1, 7, 0)), None),
            (at(1, 7, 0), true, Pace::new(500), Some(at(1, 22, 0)), Some(at(1, 22, 0))),
            (at(3, 6, 59), false, None, Some(at(3, 7, 0)), None),
        ] {
            assert_eq!(hold(&hours, now).is_some(), held, "{now:?}");
            assert_eq!(pace(&hours, None, now), paced, "{now:?}");
            assert_eq!(next_change(&hours, now), next, "{now:?}");
            assert_eq!(next_allowed(&hours, now), allowed, "{now:?}");
        }
        assert_eq!(pace(&hours, Pace::new(300), at(1, 1, 0)), Pace::new(300), "the smaller one");
        assert_eq!(pace(&hours, Pace::new(900), at(1, 1, 0)), Pace::new(500));
        assert_eq!(pace(&hours, Pace::new(900), at(0, 1, 0)), Pace::new(900));
    }

    #[test]
    fn always_and_never_never_change() {
        assert_eq!(next_change(&Hours::default(), at(0, 1, 0)), None);
        let never = Hours { allowed: Week::NEVER, ..Hours::default() };
        assert_eq!(hold(&never, at(0, 1, 0)), Some(Hold::OutsideHours));
        assert_eq!((next_change(&never, at(0, 1, 0)), next_allowed(&never, at(0, 1, 0))), (None, None));
    }

    proptest! {
        #[test]
        fn between_two_looks_nothing_changes(
            marks in proptest::collection::vec((0..7_usize, 0..24_usize), 0..40), now: i64, part in 0..1000_i64,
        ) {
            let allowed = marks.iter().fold(Week::NEVER, |week, (day, hour)| week.with(*day, *hour, true));
            let hours = Hours { allowed, ..Hours::default() };
            let now = Local(now / 4);
            if let Some(next) = next_change(&hours, now) {
                prop_assert!(next > now);
                prop_assert_ne!(hold(&hours, now), hold(&hours, next));
                let between = Local(now.0 + (next.0 - 1 - now.0) / 1000 * part);
                prop_assert_eq!(hold(&hours, now), hold(&hours, between));
            }
        }
    }
}
