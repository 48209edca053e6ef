//! A step costs what its input concerns and what runs, never what only waits. Counted, not timed: the coordinator says
//! how many transfers and places of its queue it looked at.

use std::collections::BTreeMap;

use super::support::crowd::{Crowd, Moment};

/// For every moment of a day, what its step looked at, and what the steps it caused did.
fn day(mut crowd: Crowd) -> BTreeMap<Moment, Vec<u64>> {
    let mut costs = BTreeMap::new();
    for moment in Moment::ALL {
        let input = crowd.input(moment);
        let before = crowd.brain.visits();
        let _ = crowd.step(input);
        let mut looked = vec![crowd.brain.visits() - before];
        looked.extend(crowd.settle());
        let _ = costs.insert(moment, looked);
    }
    costs
}

fn a_longer_queue_costs_no_more(hosts: u64, running: usize) {
    let few = Crowd::new(1_000, hosts);
    let many = Crowd::new(10_000, hosts);
    assert_eq!((few.running(), many.running()), (running, running));
    let (few, many) = (day(few), day(many));
    for moment in Moment::ALL {
        assert_eq!(few[&moment], many[&moment], "{moment:?} with 1,000 and with 10,000 queued");
    }
}

#[test]
fn a_step_costs_no_more_with_ten_thousand_queued() {
    a_longer_queue_costs_no_more(1_000, 200);
}

/// Every host has its 16 and all the others wait for a place there.
#[test]
fn a_step_costs_no_more_with_ten_thousand_waiting_for_their_host() {
    a_longer_queue_costs_no_more(10, 160);
}

#[test]
fn what_concerns_one_transfer_does_not_look_at_those_that_run() {
    let costs = day(Crowd::new(10_000, 1_000));
    for moment in [Moment::Nothing, Moment::Synced, Moment::AddOne, Moment::PauseQueued, Moment::Up] {
        assert!(costs[&moment][0] < 50, "{moment:?}: {}", costs[&moment][0]);
    }
}

#[test]
fn a_get_does_not_look_at_the_queue_it_leaves_alone() {
    let few = Crowd::get(1_000);
    let many = Crowd::get(10_000);
    assert_eq!((few.running(), many.running()), (20, 20), "its own, and no other");
    let (few, many) = (day(few), day(many));
    for moment in Moment::ALL {
        assert_eq!(few[&moment], many[&moment], "{moment:?} beside 1,000 and beside 10,000");
    }
}
