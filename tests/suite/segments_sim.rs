//! One file, many connections, and a host with habits, in virtual time: the planner alone decides, and the time it takes
//! is compared with what the connections could have done if nobody had ever been idle.

mod host;
mod world;

use host::Host;
use longshore::rules::segments::Choice;
use world::{Outcome, fetch};

const MIB: u64 = 1 << 20;
const FILE: u64 = 100 * MIB;
const FIXED: Choice = Choice::Fixed(8);
const UNEVEN: [u64; 4] = [4096, 2048, 1024, 256];

fn host(rates: &[u64]) -> Host {
    Host::new(FILE, rates)
}

/// Wall over ideal, for so many connections of the first numbers.
fn within(name: &str, host: Host, connections: usize, most: f64) -> Outcome {
    let ideal = host.ideal(connections);
    let outcome = fetch(host, FIXED);
    let wall = outcome.millis as f64 / ideal;
    let twice = outcome.sent as f64 / outcome.size as f64;
    eprintln!(
        "{name}: wall {wall:.3} of the ideal, sent {twice:.4} of the size, {} requests",
        outcome.requests
    );
    assert!(wall <= most, "{name}: {wall:.3} of the ideal time, at most {most}");
    assert!(twice <= 1.01, "{name}: {twice:.4} of the bytes");
    outcome
}

#[test]
fn even_connections_end_together() {
    let _ = within("even", host(&[2048]), 8, 1.02);
}

#[test]
fn quick_connections_take_over_from_slow_ones() {
    let _ = within("uneven", host(&UNEVEN), 8, 1.03);
}

#[test]
fn a_late_first_byte_is_reckoned_with() {
    let _ = within("uneven, 200 ms", Host { first: 200, ..host(&UNEVEN) }, 8, 1.15);
}

#[test]
fn a_connection_that_stalls_for_ever_is_replaced() {
    let _ = within("stall", Host { stall: Some((3, 1_000_000)), ..host(&[2048]) }, 8, 1.10);
}

#[test]
fn a_host_that_allows_four_gets_four() {
    let outcome = within("503 beyond 4", Host { most: Some(4), ..host(&[2048]) }, 4, 1.03);
    assert_eq!(outcome.remembered, Some(4));
    assert!(outcome.requests < 40, "it hammers: {} requests", outcome.requests);
}

#[test]
fn answers_cut_short_are_taken_up_at_once() {
    let _ = within("cut", Host { cut: Some(3 * MIB), ..host(&[2048]) }, 8, 1.03);
}

#[test]
fn rates_that_change_are_followed() {
    // All rates change places twice; the ideal is the same because their sum is.
    let turns = vec![(2_000, vec![256, 1024, 2048, 4096]), (4_000, vec![1024, 4096, 256, 2048])];
    let _ = within("changing", Host { turns, ..host(&UNEVEN) }, 8, 1.05);
}

/// The automatic number against the best of 1, 2, 4 and 8.
fn automatic(name: &str, host: &Host, most: f64) -> Outcome {
    let fixed = |number| fetch(host.clone(), Choice::Fixed(number)).millis;
    let all: Vec<u64> = [1, 2, 4, 8].map(fixed).to_vec();
    let best = all.iter().copied().min().unwrap();
    let outcome = fetch(host.clone(), Choice::Automatic);
    let wall = outcome.millis as f64 / best as f64;
    eprintln!("{name}: automatic {} ms, fixed {all:?}: {wall:.3}, most {}", outcome.millis, outcome.most);
    assert!(wall <= most, "{name}: {wall:.3} of the best fixed number, at most {most}");
    outcome
}

#[test]
fn the_automatic_number_finds_what_the_host_gives() {
    let _ = automatic("even", &host(&[2048]), 1.10);
    let _ = automatic("uneven", &host(&UNEVEN), 1.10);
    let _ = automatic("uneven, 200 ms", &Host { first: 200, ..host(&UNEVEN) }, 1.10);
    let _ = automatic("stall", &Host { stall: Some((3, 1_000_000)), ..host(&[2048]) }, 1.10);
    let _ = automatic("503 beyond 4", &Host { most: Some(4), ..host(&[2048]) }, 1.10);
    let _ = automatic("cut", &Host { cut: Some(3 * MIB), ..host(&[2048]) }, 1.10);
}

/// One connection fills the line: whatever is tried costs next to nothing, and it is not tried for long.
#[test]
fn the_automatic_number_costs_nothing_where_one_is_enough() {
    for (line, first) in [(1024, 5), (8192, 50), (65536, 5), (65536, 200), (1 << 20, 1), (4 << 20, 1)] {
        let host = Host { line: Some(line), first, ..host(&[8 << 20]) };
        let one = fetch(host.clone(), Choice::Fixed(1)).millis;
        let outcome = fetch(host, Choice::Automatic);
        let wall = outcome.millis as f64 / one as f64;
        eprintln!("line {line} KiB/s, {first} ms: automatic {wall:.3} of one, most {}", outcome.most);
        assert!(wall <= 1.05, "{wall:.3} of one connection's time on a line of {line} KiB/s");
        assert!(outcome.most <= 4, "{} connections where one is enough", outcome.most);
    }
}

/// Each further connection makes all of them slower, as on one processor that is busy copying.
#[test]
fn the_automatic_number_lets_go_of_connections_that_cost() {
    let host = Host { size: 400 * MIB, line: Some(100 << 10), burden: 20, ..host(&[8 << 20]) };
    let one = fetch(host.clone(), Choice::Fixed(1)).millis;
    let eight = fetch(host.clone(), Choice::Fixed(8)).millis;
    let outcome = fetch(host, Choice::Automatic);
    eprintln!("burden: one {one} ms, eight {eight} ms, automatic {} ms", outcome.millis);
    assert!(eight > one * 3 / 2, "the world makes no difference: {eight} and {one}");
    assert!(outcome.millis <= one * 105 / 100, "automatic {}, one {one}", outcome.millis);
}

#[test]
fn very_small_files_take_one_request() {
    for size in [0, 1, 1000, 64 << 10, 100 << 10] {
        for choice in [FIXED, Choice::Automatic] {
            let outcome = fetch(Host { first: 20, ..Host::new(size, &[2048]) }, choice);
            assert_eq!((outcome.requests, outcome.sent), (1, size));
        }
    }
}

#[test]
fn an_unknown_length_or_a_host_without_ranges_is_one_stream() {
    let plain = [
        Host { tells: host::Tells::NoRanges, ..host(&[2048]) },
        Host { tells: host::Tells::Nothing, ..host(&[2048]) },
    ];
    for host in plain {
        let outcome = fetch(host, FIXED);
        assert_eq!((outcome.requests, outcome.sent, outcome.most), (1, FILE, 1));
    }
}

#[test]
fn a_host_that_is_gone_is_given_up_soon() {
    let outcome = fetch(Host { dies: Some(3_000), ..host(&[2048]) }, FIXED);
    assert!(outcome.gave_up && outcome.millis < 20_000, "{} ms", outcome.millis);
    assert!(outcome.requests < 60, "{} requests", outcome.requests);
}
