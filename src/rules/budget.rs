//! The data budget: which period it is, how much of it is used, and whether it will last. Everything is reckoned in the
//! user's calendar, so that summer time moves nothing.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::model::{Budget, BudgetLevel, Day, Every, Local, Period, Standing, Usage};

/// Before so much of the period, and of the cap, has gone, nothing is projected: the first hour of a month would say that
/// it is used up a hundredfold. One in so many.
const TOO_EARLY: u64 = 10;

/// The period that a day belongs to.
pub fn period(budget: &Budget, today: Day) -> Period {
    match budget.every {
        Every::Month => month(budget.from, today),
        Every::Week => {
            // 1970-01-01 was a Thursday, the fourth day of its week.
            let since = (i64::from(today.0) + 4 - i64::from(budget.from.clamp(1, 7))).rem_euclid(7);
            of_days(today, since, 7)
        }
        Every::Days => {
            let length = i32::from(budget.days.max(1));
            let since =
                i64::from(today.0).saturating_sub(i64::from(budget.anchor.0)).rem_euclid(length.into());
            of_days(today, since, length)
        }
    }
}

/// One of so many days, of which so many are over.
fn of_days(today: Day, since: i64, length: i32) -> Period {
    let begin = Day(today.0.saturating_sub(i32::try_from(since).unwrap_or_default()));
    Period { begin, end: Day(begin.0.saturating_add(length)) }
}

/// From day `from` of one month to that of the next; in a shorter month its last day.
fn month(from: u8, today: Day) -> Period {
    let date = date(today);
    let begins = |month: Date| {
        let last = month.days_in_month();
        day(month.first_of_month()) + i32::from(i8::try_from(from.clamp(1, 31)).unwrap_or(1).min(last)) - 1
    };
    let (this, next) = (begins(date), begins(shifted(date, 1.month())));
    if today.0 >= this {
        Period { begin: Day(this), end: Day(next) }
    } else {
        Period { begin: Day(begins(shifted(date, -1.month()))), end: Day(this) }
    }
}

/// The first of a month before or after.
fn shifted(date: Date, by: Span) -> Date {
    date.first_of_month().saturating_add(by)
}

/// Days beyond the calendar's ends are its ends.
fn date(day: Day) -> Date {
    Date::new(1970, 1, 1)
        .unwrap_or_default()
        .saturating_add(i64::from(day.0).clamp(-4_000_000, 3_000_000).days())
}

fn day(date: Date) -> i32 {
    let since = date.since(Date::new(1970, 1, 1).unwrap_or_default());
    since.map_or(0, |since| since.get_days())
}

/// What was used of a budget in its present period.
pub fn used(budget: &Budget, usage: &Usage, today: Day) -> u64 {
    let Period { begin, end } = period(budget, today);
    let days = usage.days.range(begin..end);
    days.fold(0, |sum, (_, amount)| sum.saturating_add(amount.counted(budget.counts)))
}

pub fn standing(budget: &Budget, used: u64, now: Local) -> Standing {
    let period = period(budget, now.day());
    let projected = projection(budget, used, period, now);
    let level = if used >= budget.cap {
        BudgetLevel::Over
    } else if is_part(used, budget.cap, budget.warn) || projected.is_some_and(|all| all > budget.cap) {
        BudgetLevel::Approaching
    } else {
        BudgetLevel::Within
    };
    Standing { period, used, projected, level }
}

/// At least so many percent of it?
fn is_part(used: u64, cap: u64, percent: u8) -> bool {
    u128::from(used) * 100 >= u128::from(cap) * u128::from(percent)
}

fn projection(budget: &Budget, used: u64, period: Period, now: Local) -> Option<u64> {
    let (gone, whole) = progress(period, now);
    if gone * TOO_EARLY < whole || u128::from(used) * u128::from(TOO_EARLY) < u128::from(budget.cap) {
        return None;
    }
    let all = u128::from(used) * u128::from(whole) / u128::from(gone.max(1));
    Some(u64::try_from(all).unwrap_or(u64::MAX))
}

/// Milliseconds of the period that are over, and all of them.
fn progress(period: Period, now: Local) -> (u64, u64) {
    let (begin, end) = (period.begin.begin().0, period.end.begin().0);
    let millis = |from: i64, to: i64| u64::try_from(to.saturating_sub(from)).unwrap_or_default();
    (millis(begin, now.0.min(end)), millis(begin, end).max(1))
}

/// When the standing may become another one though not a byte is moved: a new period begins, the projection is made for
/// the first time, or enough time has passed for what was used. Always after `now`.
pub fn next_change(budget: &Budget, used: u64, now: Local) -> Local {
    let period = period(budget, now.day());
    let (_, whole) = progress(period, now);
    let begin = period.begin.begin();
    let after = |millis: u128| {
        let millis = i64::try_from(millis).unwrap_or(i64::MAX);
        Local(begin.0.saturating_add(millis))
    };
    let first = after(u128::from(whole).div_ceil(u128::from(TOO_EARLY)));
    // Projected is used * whole / gone; it comes down to the cap at this much of the period.
    let eased = after(u128::from(used) * u128::from(whole) / (u128::from(budget.cap) + 1) + 1);
    let end = period.end.begin();
    let later = [first, eased].into_iter().filter(|at| *at > now && *at < end);
    later.min().unwrap_or(end)
}

#[cfg(test)]
mod tests;
