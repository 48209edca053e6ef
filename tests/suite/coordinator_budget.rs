//! The data plan of a connection: counted, kept, and enforced as bytes and time pass.

use std::collections::BTreeMap;

use longshore::api::{Act, Present, VerdictView};
use longshore::coordinator::{Effect, Input, Order};
use longshore::model::{
    Amount, Budget, BudgetLevel, CostPolicy, Counted, Day, DeviceCount, Edit, Every, Hold, Link, Local,
    Network, NetworkCost, Over, Usage,
};

use super::support::crowd::{Crowd, Moment};

const MB: u64 = 1 << 20;

fn phone() -> Network {
    Network {
        link: Link::Up,
        cost: NetworkCost::Unrestricted,
        connection: Some("Phone".to_owned()),
        uuid: Some("c0ffee".to_owned()),
        interface: Some("wwan0".to_owned()),
        ..Network::default()
    }
}

/// On the last day of its period, so that nothing is projected to be much more than it is.
fn late(cap: u64) -> Budget {
    Budget { every: Every::Days, days: 100, anchor: Day(20_833 - 99), ..Budget::new(cap) }
}

/// Four that run on the phone's network, and nothing is used of a plan of this size.
fn with_plan(budget: Budget) -> Crowd {
    let mut crowd = Crowd::new(4, 4);
    let _ = crowd.step(Input::Network(phone()));
    stop_and_go_on(&mut crowd);
    let act = Act::SetBudget { network: Some("Phone".to_owned()), budget: Some(budget) };
    let order = crowd.ordered(Order::Act(act));
    let _ = crowd.step(order);
    let _ = crowd.settle();
    assert_eq!(crowd.running(), 4);
    crowd
}

/// Another network stops everything; it begins again on this one.
fn stop_and_go_on(crowd: &mut Crowd) {
    crowd.stop_all();
    for _ in 0..3 {
        let tick = crowd.input(Moment::Nothing);
        let _ = crowd.step(tick);
        let _ = crowd.settle();
    }
}

fn level(crowd: &Crowd) -> Option<BudgetLevel> {
    crowd.brain.network().budget.map(|view| view.standing.level)
}

fn verdict(crowd: &Crowd, policy: CostPolicy) -> VerdictView {
    let verdicts = crowd.brain.network().verdicts;
    verdicts.into_iter().find(|(of, _)| *of == policy).expect("every policy").1
}

fn stops(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::Stop { .. })).count()
}

#[test]
fn what_uses_up_the_plan_is_stopped_by_it_at_once() {
    let mut crowd = with_plan(late(6 * MB));
    // One MiB of each.
    let meters = crowd.input(Moment::Meters);
    assert_eq!(stops(&crowd.step(meters)), 0);
    assert_eq!(level(&crowd), Some(BudgetLevel::Within));
    // Two of each: eight of six.
    let marks = crowd.input(Moment::Marks);
    assert_eq!(stops(&crowd.step(marks)), 4);
    assert_eq!(level(&crowd), Some(BudgetLevel::Over));
    assert_eq!(verdict(&crowd, CostPolicy::Always), VerdictView::Hold(Hold::OverBudget));
    let [view] = &crowd.brain.usage()[..] else { panic!("one connection") };
    assert_eq!((view.name.as_str(), view.here), ("Phone", true));
    assert_eq!(view.budget.expect("a plan").standing.used, 8 * MB);
}

#[test]
fn who_may_go_on_over_the_plan_does() {
    let mut crowd = with_plan(Budget { over: Over::GoOn, ..late(6 * MB) });
    let marks = crowd.input(Moment::Marks);
    let _ = crowd.step(marks);
    assert_eq!(verdict(&crowd, CostPolicy::Default), VerdictView::Hold(Hold::OverBudget));
    assert!(matches!(verdict(&crowd, CostPolicy::Always), VerdictView::Go(_)));
}

#[test]
fn a_new_period_releases_by_itself() {
    let mut crowd = with_plan(late(6 * MB));
    let marks = crowd.input(Moment::Marks);
    let _ = crowd.step(marks);
    stop_and_go_on(&mut crowd);
    assert_eq!(crowd.running(), 0);
    let ends = crowd.brain.network().budget.expect("a plan").ends;
    while crowd.sleep_until_woken() {
        let _ = crowd.settle();
        if crowd.running() > 0 {
            break;
        }
    }
    assert_eq!(crowd.running(), 4);
    assert!(crowd.now().wall >= ends && crowd.now().wall.0 < ends.0 + 1_000, "when the period ends");
    assert_eq!(level(&crowd), Some(BudgetLevel::Within));
}

#[test]
fn what_will_not_last_goes_on_once_enough_time_has_passed() {
    let month = Budget { warn: 100, ..Budget::new(10 * MB) };
    let mut crowd = with_plan(month);
    let marks = crowd.input(Moment::Marks);
    let _ = crowd.step(marks);
    let standing = crowd.brain.network().budget.expect("a plan").standing;
    // 2027-01-15 (day 20,833): eight tenths of it in half of the month.
    assert_eq!((standing.used, standing.level), (8 * MB, BudgetLevel::Approaching));
    stop_and_go_on(&mut crowd);
    assert_eq!(crowd.running(), 0, "the default policy waits then");
    while crowd.running() == 0 && crowd.sleep_until_woken() {
        let _ = crowd.settle();
    }
    let now = Local::of(crowd.now());
    assert_eq!(now.day(), Day(20_843), "on the 25th, and not in February");
}

#[test]
fn what_was_used_is_stored_by_the_second_and_known_after_a_start() {
    let mut crowd = with_plan(late(6 * MB));
    let meters = crowd.input(Moment::Meters);
    assert_eq!(usage(&crowd.step(meters)), BTreeMap::new(), "not ten times a second");
    let marks = crowd.input(Moment::Marks);
    let stored = usage(&crowd.step(marks));
    assert_eq!(stored.values().copied().collect::<Vec<_>>(), [8 * MB]);
    let key = stored.keys().next().expect("one").clone();
    assert_eq!(key, "c0ffee");

    let today = Local::of(crowd.now()).day();
    let amount = Amount { down: 8 * MB, ..Amount::default() };
    let usage = Usage { name: "Phone".to_owned(), days: [(today, amount)].into() };
    let again = Crowd::with_usage([(key, usage)].into());
    let views = again.brain.usage();
    let phone = views.iter().find(|view| view.connection == "c0ffee").expect("known");
    assert_eq!((phone.name.as_str(), phone.days[&today].down), ("Phone", 8 * MB));
}

fn usage(effects: &[Effect]) -> BTreeMap<String, u64> {
    let edits = effects.iter().filter_map(|effect| match effect {
        Effect::Save { edits, .. } => Some(edits),
        _ => None,
    });
    let stored = edits.flatten().filter_map(|edit| match edit {
        Edit::Usage { connection, amount, .. } => Some((connection.clone(), amount.ours())),
        _ => None,
    });
    stored.collect()
}

#[test]
fn the_kernels_count_takes_what_others_move_and_survives_its_own_reset() {
    let mut crowd = with_plan(Budget { counts: Counted::Device, ..Budget::new(100 * MB) });
    assert_eq!(crowd.brain.counts_device(), Some("wwan0"));
    let mut count = |received, sent| {
        let count = DeviceCount { received, sent };
        let _ = crowd.step(Input::DeviceCount { interface: "wwan0".to_owned(), count });
        crowd.brain.network().budget.expect("a plan").standing.used
    };
    assert_eq!(count(500 * MB, 500 * MB), 0, "what was there before is not ours");
    assert_eq!(count(507 * MB, 503 * MB), 10 * MB);
    assert_eq!(count(MB, MB), 12 * MB, "the device was made anew");
    // Another network in between: what it moved is no business of this one.
    let home = Network { connection: Some("Home".to_owned()), uuid: Some("f00d".to_owned()), ..phone() };
    let _ = crowd.step(Input::Network(home));
    let _ = crowd.step(Input::DeviceCount {
        interface: "wwan0".to_owned(),
        count: DeviceCount { received: 90 * MB, sent: MB },
    });
    let _ = crowd.step(Input::Network(phone()));
    let before = crowd.brain.network().budget.expect("a plan").standing.used;
    let _ = crowd.step(Input::DeviceCount {
        interface: "wwan0".to_owned(),
        count: DeviceCount { received: 95 * MB, sent: MB },
    });
    assert_eq!((before, crowd.brain.network().budget.expect("a plan").standing.used), (12 * MB, 12 * MB));
}

#[test]
fn those_that_nobody_names_share_a_plan() {
    let mut crowd = Crowd::new(4, 4);
    for network in [None, Some("other".to_owned())] {
        let budget = Some(Budget::new(6 * MB));
        let order = crowd.ordered(Order::Act(Act::SetBudget { network, budget }));
        let _ = crowd.step(order);
        assert_eq!(level(&crowd), Some(BudgetLevel::Within));
        let gone = crowd.ordered(Order::Act(Act::SetBudget { network: None, budget: None }));
        let _ = crowd.step(gone);
        assert_eq!(level(&crowd), None);
    }
}
