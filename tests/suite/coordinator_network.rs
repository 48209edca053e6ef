//! Another network: faults of the old one say nothing about it, and nothing goes over it before its cost is known.

use longshore::coordinator::{Effect, Input};
use longshore::model::{Edit, EntryKind, Hold, Link, Network, NetworkCost, TransferId};

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

/// The same network, by one of our addresses or without any.
fn with_address(cost: NetworkCost, address: Option<&str>) -> Network {
    Network { cost, paths: address.map(str::to_owned).into_iter().collect(), ..network("home") }
}

/// Two that ran over an address which the kernel says is gone, while the desktop still speaks of the same network.
fn without_address() -> Crowd {
    let mut crowd = Crowd::new(2, 2);
    let _ = crowd.step(Input::Network(with_address(NetworkCost::Unrestricted, Some("192.0.2.7"))));
    assert_eq!(crowd.running(), 2, "an address beside none changes nothing");
    let _ = crowd.step(Input::Network(with_address(NetworkCost::Unrestricted, None)));
    for _ in 0..2 {
        let stopped = crowd.input(Moment::Stopped);
        let _ = crowd.step(stopped);
        let _ = crowd.settle();
    }
    assert_eq!(crowd.running(), 0);
    crowd
}

/// So many tenths of a second.
fn pass(crowd: &mut Crowd, tenths: u32) -> usize {
    for _ in 0..tenths {
        let tick = crowd.input(Moment::Nothing);
        let _ = crowd.step(tick);
        let _ = crowd.settle();
    }
    crowd.running()
}

#[test]
fn nothing_starts_over_an_address_before_its_cost_could_be_known() {
    let mut crowd = without_address();
    let _ = crowd.step(Input::Network(with_address(NetworkCost::Unrestricted, Some("198.51.100.7"))));
    assert_eq!(pass(&mut crowd, 7), 0, "the desktop may be about to speak of another network");
    assert_eq!(pass(&mut crowd, 3), 2, "it did not");
}

#[test]
fn a_word_on_the_new_network_ends_the_doubt() {
    let mut crowd = without_address();
    let mut other = with_address(NetworkCost::Unrestricted, Some("198.51.100.7"));
    other.connection = Some("office".to_owned());
    let _ = crowd.step(Input::Network(other));
    assert_eq!(pass(&mut crowd, 2), 2);
}

#[test]
fn the_log_follows_a_switch_to_what_holds_in_the_end() {
    let mut crowd = without_address();
    let down = Network { link: Link::Down, ..Network::default() };
    let abroad = Network { roaming: true, ..with_address(NetworkCost::Fixed, Some("198.51.100.7")) };
    for (seen, hold) in [(down, Hold::NoNetwork), (abroad.clone(), Hold::Roaming)] {
        let effects = crowd.step(Input::Network(seen));
        assert_eq!(holds(&effects), [hold.clone(), hold], "each of the two says so");
        let _ = crowd.settle();
    }
    let again = crowd.step(Input::Network(Network { vpns: vec!["work".to_owned()], ..abroad }));
    assert_eq!(holds(&again), [], "the same is not said twice");
}

fn holds(effects: &[Effect]) -> Vec<Hold> {
    let edits = effects.iter().filter_map(|effect| match effect {
        Effect::Save { edits, .. } => Some(edits),
        _ => None,
    });
    let holds = edits.flatten().filter_map(|edit| match edit {
        Edit::Log { entry, .. } => match &entry.kind {
            EntryKind::HeldOn { hold, .. } => Some(hold.clone()),
            _ => None,
        },
        _ => None,
    });
    holds.collect()
}
