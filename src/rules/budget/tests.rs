use proptest::prelude::*;

use super::*;
use crate::model::{Amount, Counted, Now, Wall};

const GB: u64 = 1_000_000_000;
const HOUR: i64 = 3_600_000;

fn of(year: i16, month: i8, day_of_month: i8) -> Day {
    Day(day(Date::new(year, month, day_of_month).expect("a date")))
}

fn monthly(from: u8) -> Budget {
    Budget { from, ..Budget::new(10 * GB) }
}

fn weekly(from: u8) -> Budget {
    Budget { every: Every::Week, from, ..Budget::new(10 * GB) }
}

#[test]
fn a_month_begins_on_its_day_or_its_last() {
    for (from, today, begin, end) in [
        (1, (2026, 11, 20), (2026, 11, 1), (2026, 12, 1)),
        (20, (2026, 11, 20), (2026, 11, 20), (2026, 12, 20)),
        (21, (2026, 11, 20), (2026, 10, 21), (2026, 11, 21)),
        (31, (2026, 2, 27), (2026, 1, 31), (2026, 2, 28)),
        (31, (2026, 2, 28), (2026, 2, 28), (2026, 3, 31)),
        (31, (2026, 3, 30), (2026, 2, 28), (2026, 3, 31)),
        (30, (2024, 2, 29), (2024, 2, 29), (2024, 3, 30)),
        (31, (2026, 12, 31), (2026, 12, 31), (2027, 1, 31)),
        (15, (2027, 1, 1), (2026, 12, 15), (2027, 1, 15)),
        (31, (2026, 4, 30), (2026, 4, 30), (2026, 5, 31)),
    ] {
        let date = |(year, month, day)| of(year, month, day);
        let expected = Period { begin: date(begin), end: date(end) };
        assert_eq!(period(&monthly(from), date(today)), expected, "from the {from}. on {today:?}");
    }
}

#[test]
fn a_week_begins_on_its_day() {
    // A Friday.
    let today = of(2026, 11, 20);
    for (from, begin) in [(1, 16), (5, 20), (6, 14), (7, 15)] {
        assert_eq!(period(&weekly(from), today).begin, of(2026, 11, begin), "{from}");
    }
    assert_eq!(period(&weekly(4), Day(0)).begin, Day(0), "1970-01-01 was a Thursday");
}

#[test]
fn periods_of_days_are_counted_from_the_day_that_was_given() {
    let budget = Budget { every: Every::Days, days: 28, anchor: of(2026, 11, 1), ..Budget::new(GB) };
    assert_eq!(period(&budget, of(2026, 11, 28)), Period { begin: of(2026, 11, 1), end: of(2026, 11, 29) });
    assert_eq!(period(&budget, of(2026, 11, 29)).begin, of(2026, 11, 29));
    assert_eq!(period(&budget, of(2026, 10, 31)).begin, of(2026, 10, 4), "before it was given");
}

fn at(day: Day, hour: i64) -> Local {
    Local(day.begin().0 + hour * HOUR)
}

#[test]
fn it_stands_as_used_and_projected() {
    let budget = Budget { cap: 30 * GB, ..monthly(1) };
    let november = |day, hour| at(of(2026, 11, day), hour);
    for (used, now, projected, level) in [
        (0, november(1, 0), None, BudgetLevel::Within),
        // Half of it on the first morning: too early to say.
        (15 * GB, november(1, 6), None, BudgetLevel::Within),
        // On the fourth day it is not.
        (15 * GB, november(4, 0), Some(150 * GB), BudgetLevel::Approaching),
        // Little is no reason to worry, however early.
        (2 * GB, november(4, 0), None, BudgetLevel::Within),
        (10 * GB, november(11, 0), Some(30 * GB), BudgetLevel::Within),
        (11 * GB, november(11, 0), Some(33 * GB), BudgetLevel::Approaching),
        (24 * GB, november(30, 0), Some(24_827_586_206), BudgetLevel::Approaching),
        (24 * GB - 1, november(30, 0), Some(24_827_586_205), BudgetLevel::Within),
        (30 * GB, november(30, 23), Some(30_041_724_617), BudgetLevel::Over),
        (u64::MAX, november(30, 23), Some(u64::MAX), BudgetLevel::Over),
    ] {
        let standing = standing(&budget, used, now);
        assert_eq!((standing.projected, standing.level), (projected, level), "{used} on {now:?}");
    }
}

fn usage(days: &[(Day, u64)]) -> Usage {
    let amount = |down| Amount { down, up: 1, device: 3 * down };
    Usage { name: "wifi".into(), days: days.iter().map(|(day, down)| (*day, amount(*down))).collect() }
}

#[test]
fn only_this_period_counts_whatever_the_clock_was_set_to() {
    let budget = monthly(15);
    let usage = usage(&[
        (of(2026, 11, 14), 1_000),
        (of(2026, 11, 15), 20),
        (of(2026, 11, 30), 3),
        // A clock that was ahead.
        (of(2026, 12, 1), 400),
        (of(2031, 1, 1), 50_000),
    ]);
    assert_eq!(used(&budget, &usage, of(2026, 11, 20)), 423 + 3);
    assert_eq!(used(&budget, &usage, of(2026, 11, 14)), 1_001, "set back to before it began");
    let device = Budget { counts: Counted::Device, ..budget };
    assert_eq!(used(&device, &usage, of(2026, 11, 20)), 3 * 423);
    let unasked =
        Usage { days: [(of(2026, 11, 20), Amount { down: 7, up: 0, device: 0 })].into(), ..Usage::default() };
    assert_eq!(used(&device, &unasked, of(2026, 11, 20)), 7, "what we sent ourselves is known");
}

#[test]
fn summer_time_changes_neither_days_nor_periods() {
    // 2026-03-29 02:00 in Berlin becomes 03:00, and 2026-10-25 03:00 becomes 02:00.
    let local = |utc: i64, zone| Local::of(Now { wall: Wall(utc), zone, ..Now::default() });
    let spring = of(2026, 3, 29).begin().0;
    assert_eq!(local(spring + HOUR - 1, 3600).day(), of(2026, 3, 29));
    assert_eq!(local(spring + HOUR, 7200), at(of(2026, 3, 29), 3));
    let autumn = of(2026, 10, 25).begin().0;
    let (before, after) = (local(autumn + HOUR - 1, 7200), local(autumn + HOUR, 3600));
    assert!(after < before, "an hour comes twice");
    assert_eq!((before.day(), after.day()), (of(2026, 10, 25), of(2026, 10, 25)));
    let budget = monthly(25);
    for moment in [before, after] {
        assert_eq!(standing(&budget, GB, moment).period.begin, of(2026, 10, 25));
    }
}

fn any_budget() -> impl Strategy<Value = Budget> {
    let every = prop_oneof![Just(Every::Month), Just(Every::Week), Just(Every::Days)];
    (every, 1..=31_u8, 1..=366_u16, -50_000..50_000_i32, 1..=100_u8, 1..=u64::MAX).prop_map(
        |(every, from, days, anchor, warn, cap)| {
            let from = if every == Every::Week { (from - 1) % 7 + 1 } else { from };
            Budget { every, from, days, anchor: Day(anchor), warn, ..Budget::new(cap) }
        },
    )
}

proptest! {
    #[test]
    fn every_day_belongs_to_one_period_and_the_next_one_follows(budget in any_budget(), day in -60_000..80_000_i32) {
        let this = period(&budget, Day(day));
        prop_assert!(this.begin <= Day(day) && Day(day) < this.end, "{this:?}");
        prop_assert_eq!(period(&budget, this.begin), this);
        prop_assert_eq!(period(&budget, Day(this.end.0 - 1)), this);
        prop_assert_eq!(period(&budget, this.end).begin, this.end);
        let length = this.end.0 - this.begin.0;
        match budget.every {
            Every::Month => prop_assert!((28..=31).contains(&length), "{length}"),
            Every::Week => prop_assert_eq!(length, 7),
            Every::Days => prop_assert_eq!(length, i32::from(budget.days)),
        }
    }

    #[test]
    fn more_bytes_never_make_it_better(
        budget in any_budget(), now in 0..4_000_000_000_000_i64, used: u64, more: u64,
    ) {
        let now = Local(now);
        let (some, all) = (standing(&budget, used, now), standing(&budget, used.saturating_add(more), now));
        prop_assert!(some.level <= all.level);
        prop_assert!(some.projected <= all.projected);
    }

    /// Whoever looks again only when told to never misses that it stands otherwise.
    #[test]
    fn between_two_looks_nothing_changes(
        budget in any_budget(), now in 0..4_000_000_000_000_i64, share in 0..12_000_u64, later in 0.0..1.0_f64,
    ) {
        let used = u64::try_from(u128::from(budget.cap) * u128::from(share) / 10_000).unwrap_or(u64::MAX);
        let now = Local(now);
        let next = next_change(&budget, used, now);
        prop_assert!(next > now);
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "any moment in between will do")]
        let between = Local(now.0 + ((next.0 - 1 - now.0) as f64 * later) as i64);
        let level = |at| standing(&budget, used, at).level;
        prop_assert_eq!(level(now), level(between), "{:?} .. {:?} .. {:?}", now, between, next);
    }

    #[test]
    fn no_moment_is_too_odd(budget in any_budget(), used: u64, now: i64, zone in -90_000..90_000_i32) {
        let now = Local::of(Now { wall: Wall(now), zone, ..Now::default() });
        let _ = standing(&budget, used, now);
        let _ = next_change(&budget, used, now);
    }
}
