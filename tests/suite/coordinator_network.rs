//! Another network: faults of the old one say nothing about it.

use longshore::coordinator::Input;
use longshore::model::{Link, Network, NetworkCost, TransferId};

use super::support::crowd::{Crowd, Moment};

/// One of a hundred, which may all run at once, waits because its connection broke.
fn broken() -> (Crowd, TransferId) {
    let mut crowd = Crowd::new(100, 50);
    let broke = crowd.input(Moment::Broke);
    let Input::Report { id, .. } = broke else { panic!("{broke:?}") };
    let _ = crowd.step(broke);
    let _ = crowd.settle();
    assert!(!crowd.brain.is_running(id));
    (crowd, id)
}

fn goes_on_after(what: Input) -> bool {
    let (mut crowd, id) = broken();
    let _ = crowd.step(what);
    let _ = crowd.settle();
    // Nothing is opened at once; but long before the next try.
    for _ in 0..3 {
        let tick = crowd.input(Moment::Nothing);
        let _ = crowd.step(tick);
        let _ = crowd.settle();
    }
    crowd.brain.is_running(id)
}

fn network(connection: &str) -> Network {
    Network {
        link: Link::Up,
        cost: NetworkCost::Unrestricted,
        connection: Some(connection.to_owned()),
        ..Network::default()
    }
}

#[test]
fn what_waits_because_its_connection_broke_goes_on_with_the_next_network() {
    assert!(!goes_on_after(Input::Network(network("home"))), "the same one");
    assert!(goes_on_after(Input::Network(network("office"))));
    assert!(goes_on_after(Input::Woke));
}
