//! A data plan, as it is given on a command line.

use super::super::action::{Begins, Brief, PlanWish, Rhythm};
use super::super::args::{BudgetSetArgs, BudgetWord};
use super::{Reader, Wrong};
use crate::model::{Day, Local, parse_size};

impl Reader<'_> {
    pub(super) fn budget(&self, word: Option<BudgetWord>) -> Result<Brief, Wrong> {
        Ok(match word {
            None => Brief::Budget(None),
            Some(BudgetWord::Show { connection }) => Brief::Budget(connection),
            Some(BudgetWord::Set(args)) => {
                let plan = if args.cap == "off" { None } else { Some(self.plan(&args)?) };
                Brief::BudgetSet { connection: args.connection, plan }
            }
        })
    }

    fn plan(&self, args: &BudgetSetArgs) -> Result<PlanWish, Wrong> {
        let wrong = |key: &str, value: &str| self.words.format(key, &[("value", value.to_owned().into())]);
        let cap = parse_size(&args.cap).ok_or_else(|| wrong("cli-wrong-size", &args.cap))?;
        let every = |text: &String| rhythm(text).ok_or_else(|| wrong("cli-wrong-every", text));
        let from = |text: &String| begins(text).ok_or_else(|| wrong("cli-wrong-from", text));
        Ok(PlanWish {
            cap,
            every: args.every.as_ref().map(every).transpose()?,
            from: args.from.as_ref().map(from).transpose()?,
            warn: args.warn,
            over: args.over,
            counts: args.count,
        })
    }
}

fn rhythm(text: &str) -> Option<Rhythm> {
    match text {
        "month" => Some(Rhythm::Month),
        "week" => Some(Rhythm::Week),
        days => days.parse().ok().filter(|days| (1..=366).contains(days)).map(Rhythm::Days),
    }
}

/// A date, a day of the month, or a day of the week by name.
fn begins(text: &str) -> Option<Begins> {
    if let Ok(day) = text.parse::<u8>() {
        return (1..=31).contains(&day).then_some(Begins::Each(day));
    }
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let weekday = (1_u8..).zip(names).find(|(_, name)| *name == text).map(|(day, _)| Begins::Each(day));
    weekday.or_else(|| {
        let date = text.parse::<jiff::civil::Date>().ok()?;
        Some(Begins::On(day_of(date)?))
    })
}

fn day_of(date: jiff::civil::Date) -> Option<Day> {
    let midnight = date.at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Local(midnight.timestamp().as_millisecond()).day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_given_as_people_name_them() {
        assert_eq!(begins("31"), Some(Begins::Each(31)));
        assert_eq!(begins("sun"), Some(Begins::Each(7)));
        assert_eq!(begins("1970-02-01"), Some(Begins::On(Day(31))));
        for text in ["0", "32", "someday", "2026-02-30", ""] {
            assert_eq!(begins(text), None, "{text}");
        }
        assert_eq!(rhythm("28"), Some(Rhythm::Days(28)));
        assert_eq!((rhythm("0"), rhythm("367"), rhythm("year")), (None, None, None));
    }
}
