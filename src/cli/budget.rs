//! `budget`: what went over each connection, and how it stands with their data plans.

use std::collections::BTreeMap;

use serde::Serialize;

use super::action::{Begins, Form, PlanWish, Rhythm};
use super::acts::done;
use super::desk::{Desk, odd};
use super::exit::{Exit, Trouble};
use super::json::{line, rfc3339};
use super::network::settled;
use crate::api::{Act, BudgetView, Command, Outcome, Query, Request, UsageView};
use crate::model::{Amount, Budget, BudgetLevel, Counted, Day, Every, Local, Over, Refusal, Usage};
use crate::words::Tone;

/// Days that are listed for people.
const DAYS: usize = 14;

pub(super) async fn show(desk: &mut Desk, which: Option<&str>) -> Result<Exit, Trouble> {
    let all = usage(desk).await?;
    let fits = |view: &&UsageView| which.is_none_or(|which| is_named(view, which));
    let chosen: Vec<&UsageView> = all.iter().filter(fits).collect();
    if chosen.is_empty() {
        return Err(Trouble::Refused(Refusal::NoSuchNetwork));
    }
    if desk.form == Form::Json {
        let all: Vec<UsageJson<'_>> = chosen.into_iter().map(UsageJson::new).collect();
        desk.terminal.stdout.line(&line(&all))?;
        return Ok(Exit::Done);
    }
    for view in &chosen {
        tell(desk, view, which.is_some())?;
    }
    Ok(Exit::Done)
}

/// The plan in a sentence or two, and the days of a connection that was asked for by name.
fn tell(desk: &mut Desk, view: &UsageView, by_day: bool) -> Result<(), Trouble> {
    let words = desk.words.clone();
    let name = words.connection(&view.name, view.here);
    let sentences = match &view.budget {
        Some(plan) => words.budget(&plan.budget, &plan.standing),
        None => vec![(words.used(view.days.values(), UsageView::DAYS.unsigned_abs()), Tone::Plain)],
    };
    desk.tell(Tone::Plain, &name)?;
    for (sentence, tone) in sentences {
        desk.tell(tone, &format!("  {sentence}"))?;
    }
    if by_day {
        for (day, amount) in view.days.iter().rev().take(DAYS) {
            let date = words.day(*day);
            desk.tell(Tone::Plain, &format!("  {date}  {}", words.amount(amount)))?;
        }
    }
    Ok(())
}

pub(super) async fn set(
    desk: &mut Desk,
    connection: String,
    wish: Option<PlanWish>,
) -> Result<Exit, Trouble> {
    let all = usage(desk).await?;
    let before = all.iter().find(|view| is_named(view, &connection)).and_then(|view| view.budget);
    let today = Local::of(desk.now()).day();
    let unfit = || Trouble::Wrong(desk.words.text("cli-wrong-from-rhythm"));
    let budget = match wish {
        Some(wish) => Some(plan(before.map(|view| view.budget), wish, today).ok_or_else(unfit)?),
        None => None,
    };
    let act = Act::SetBudget { network: Some(connection), budget };
    let _ = desk.ask(Request::Command(Command::Act(act))).await?;
    done(desk, if budget.is_some() { "cli-done-budget" } else { "cli-done-no-budget" }, None)?;
    Ok(Exit::Done)
}

/// What was said before stays, as far as it still means something. `None`: the day does not fit the rhythm.
fn plan(before: Option<Budget>, wish: PlanWish, today: Day) -> Option<Budget> {
    let mut plan = before.unwrap_or(Budget { anchor: today, ..Budget::new(wish.cap) });
    plan.cap = wish.cap;
    let (every, days) = match wish.every {
        None => (plan.every, plan.days),
        Some(Rhythm::Month) => (Every::Month, plan.days),
        Some(Rhythm::Week) => (Every::Week, plan.days),
        Some(Rhythm::Days(days)) => (Every::Days, days),
    };
    if every != plan.every {
        plan.from = 1;
        plan.anchor = today;
    }
    (plan.every, plan.days) = (every, days);
    match (wish.from, every) {
        (None, _) => {}
        (Some(Begins::Each(day)), Every::Month | Every::Week) => plan.from = day,
        (Some(Begins::On(day)), Every::Days) => plan.anchor = day,
        (Some(Begins::Each(_)), Every::Days) | (Some(Begins::On(_)), Every::Month | Every::Week) => {
            return None;
        }
    }
    plan.warn = wish.warn.unwrap_or(plan.warn);
    plan.over = wish.over.unwrap_or(plan.over);
    plan.counts = wish.counts.unwrap_or(plan.counts);
    plan.is_sound().then_some(plan)
}

fn is_named(view: &UsageView, which: &str) -> bool {
    view.connection == which || view.name == which
}

async fn usage(desk: &mut Desk) -> Result<Vec<UsageView>, Trouble> {
    // The present connection can be named only when it is known.
    let _ = settled(desk).await?;
    let Outcome::Usage(all) = desk.query(Query::Usage).await? else { return Err(odd()) };
    Ok(all)
}

/// A connection, as `budget --json` prints it.
#[derive(Debug, Serialize)]
struct UsageJson<'a> {
    connection: &'a str,
    uuid: Option<&'a str>,
    here: bool,
    cap: Option<u64>,
    used: Option<u64>,
    projected: Option<u64>,
    level: Option<BudgetLevel>,
    begins: Option<String>,
    ends: Option<String>,
    warn: Option<u8>,
    over: Option<Over>,
    counts: Option<Counted>,
    days: BTreeMap<String, Amount>,
}

impl<'a> UsageJson<'a> {
    fn new(view: &'a UsageView) -> Self {
        let plan = view.budget.as_ref();
        let of = |value: fn(&BudgetView) -> u64| plan.map(value);
        Self {
            connection: &view.name,
            uuid: (view.connection != Usage::UNNAMED).then_some(&view.connection),
            here: view.here,
            cap: of(|plan| plan.budget.cap),
            used: of(|plan| plan.standing.used),
            projected: plan.and_then(|plan| plan.standing.projected),
            level: plan.map(|plan| plan.standing.level),
            begins: plan.map(|plan| date(plan.standing.period.begin)),
            ends: plan.and_then(|plan| rfc3339(plan.ends)),
            warn: plan.map(|plan| plan.budget.warn),
            over: plan.map(|plan| plan.budget.over),
            counts: plan.map(|plan| plan.budget.counts),
            days: view.days.iter().map(|(day, amount)| (date(*day), *amount)).collect(),
        }
    }
}

/// As programs write it.
fn date(day: Day) -> String {
    let stamp = jiff::Timestamp::from_millisecond(day.begin().0).unwrap_or_default();
    stamp.strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Day = Day(20_777);

    fn wish() -> PlanWish {
        PlanWish { cap: 7, every: None, from: None, warn: None, over: None, counts: None }
    }

    #[test]
    fn what_is_not_said_stays_as_it_was() {
        let weekly = PlanWish { every: Some(Rhythm::Week), from: Some(Begins::Each(5)), ..wish() };
        let first = plan(None, weekly, TODAY).unwrap();
        assert_eq!((first.every, first.from, first.over), (Every::Week, 5, Over::Stop));
        let second = plan(Some(first), PlanWish { cap: 9, over: Some(Over::GoOn), ..wish() }, TODAY).unwrap();
        assert_eq!(second, Budget { cap: 9, over: Over::GoOn, ..first });
        let third = plan(Some(second), PlanWish { every: Some(Rhythm::Month), ..wish() }, TODAY).unwrap();
        assert_eq!((third.every, third.from), (Every::Month, 1), "the day of another rhythm means nothing");
    }

    #[test]
    fn a_day_that_does_not_fit_the_rhythm_is_refused() {
        let on = |every, from| plan(None, PlanWish { every: Some(every), from: Some(from), ..wish() }, TODAY);
        assert!(on(Rhythm::Week, Begins::Each(8)).is_none());
        assert!(on(Rhythm::Month, Begins::On(TODAY)).is_none());
        assert_eq!(on(Rhythm::Days(28), Begins::On(Day(5))).unwrap().anchor, Day(5));
    }
}
