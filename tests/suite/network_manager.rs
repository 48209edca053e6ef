//! The real program under a real NetworkManager: metered and not, switched, switched off, behind a portal, killed.
//!
//! Needs the right to make namespaces, and `network-manager`, `dbus-daemon` and `iproute2`; without them each test says so
//! and passes. `LONGSHORE_FLIPS=1000` and `LONGSHORE_STOPS=20` are the full counts (`tests/bench/cost.sh`).

mod budget;
mod program;
mod roaming;
mod stops;

use crate::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use crate::support::nm::{Nm, Reach, until};

use program::Program;

const MIB: u64 = 1 << 20;

/// Slow enough to be caught in the middle of it.
fn paced(mib_per_second: u64) -> Behaviour {
    Behaviour::Pace { bytes_per_second: mib_per_second * MIB }
}

fn server(nm: &Nm) -> FaultServer {
    nm.server(FaultServer::options().small_buffers())
}

/// As long as it lasts, nobody asks the server for anything.
fn nobody_asks(server: &FaultServer, path: &str, during: impl FnOnce()) {
    let before = server.exchanges(path).len();
    during();
    assert_eq!(server.exchanges(path).len(), before, "{path} was asked for on a network that costs");
}

#[test]
fn a_metered_network_holds_and_an_unmetered_one_releases() {
    let Some(nm) = Nm::new() else { return };
    let server = server(&nm);
    let content = Content::new(1, 24 * MIB);
    let url = server.serve("/frugal.bin", Resource::bytes(content.clone()).with(paced(4)));
    let small = server.serve("/careful.bin", Resource::bytes(Content::new(2, 1024)));
    nm.cli(&["con", "up", "wifi"]);
    let program = Program::start(&nm);
    let id = program.add(&url, "unrestricted-only");
    program.wait(&id, "running", None);
    let network = program.network();
    assert_eq!(network["source"], "networkmanager", "{network}");
    assert_eq!(network["connection"], "wifi", "{network}");
    assert_eq!(
        (&network["cost"], &network["basis"]),
        (&"unrestricted".into(), &"guessed".into()),
        "{network}"
    );
    assert_eq!(network["medium"], "ethernet", "{network}");

    nm.cli(&["con", "mod", "wifi", "connection.metered", "yes"]);
    program.wait(&id, "paused-costed-network", Some("metered"));
    server.wait_for_connections(|open| open == 0, program::PATIENCE);
    let network = program.network();
    assert_eq!((&network["cost"], &network["basis"]), (&"fixed".into(), &"configured".into()), "{network}");
    assert_eq!(network["verdicts"]["unrestricted-only"]["reason"], "metered");
    assert_eq!(network["verdicts"]["always"]["allow"], true);
    // The careful policy goes on, at the same time and on the same network.
    nobody_asks(&server, "/frugal.bin", || {
        let careful = program.add(&small, "default");
        program.wait(&careful, "completed", None);
    });

    nm.cli(&["con", "mod", "wifi", "connection.metered", "no"]);
    program.wait(&id, "running", None);
    nm.cli(&["con", "mod", "wifi", "connection.metered", "yes"]);
    program.wait(&id, "paused-costed-network", Some("metered"));
    // The user's word comes before the desktop's, at once and for good.
    program.run(&["network", "set", "wifi", "unmetered"]);
    program.wait(&id, "completed", None);
    content.verify_file(&program.out().join("frugal.bin")).expect("the right bytes");
    assert_eq!(server.coverage("/frugal.bin").sent - 24 * MIB, server.coverage("/frugal.bin").refetched);
    assert_eq!(program.network()["basis"], "user");
    program.run(&["network", "set", "wifi", "never"]);
    assert_eq!(program.network()["verdicts"]["always"]["reason"], "network-not-allowed");
}

#[test]
fn a_switch_to_a_metered_network_never_asks_the_server_over_it() {
    let Some(nm) = Nm::new() else { return };
    let server = server(&nm);
    let content = Content::new(3, 16 * MIB);
    let url = server.serve("/big.bin", Resource::bytes(content.clone()).with(paced(4)));
    nm.cli(&["con", "mod", "mobile", "connection.metered", "yes"]);
    nm.cli(&["con", "up", "wifi"]);
    nm.cli(&["con", "up", "mobile"]);
    let program = Program::start(&nm);
    let id = program.add(&url, "unrestricted-only");
    program.wait(&id, "running", None);
    assert_eq!(program.network()["connection"], "wifi");
    nobody_asks(&server, "/big.bin", || {
        nm.cli(&["con", "down", "wifi"]);
        program.wait(&id, "paused-costed-network", Some("metered"));
        assert_eq!(program.network()["connection"], "mobile");
    });
    nobody_asks(&server, "/big.bin", || {
        nm.cli(&["networking", "off"]);
        program.wait(&id, "paused-no-network", Some("no-network"));
        assert_eq!(program.network()["connectivity"], "none");
    });
    nm.cli(&["networking", "on"]);
    nm.cli(&["con", "up", "wifi"]);
    program.wait(&id, "completed", None);
    content.verify_file(&program.out().join("big.bin")).expect("the right bytes");
    let log = program.text(&["log", &id]);
    assert!(log.contains("mobile is metered"), "the log names rule and network:\n{log}");
    assert!(log.contains("(wifi)"), "the log says what was allowed, and where:\n{log}");
}

#[test]
fn a_captive_portal_is_named_and_asked_about_again() {
    let Some(nm) = Nm::new() else { return };
    let server = server(&nm);
    let url = server.serve("/film.bin", Resource::bytes(Content::new(4, 4096)));
    nm.cli(&["con", "up", "wifi"]);
    nm.set_reach(Reach::Portal);
    let program = Program::start(&nm);
    until("a portal", || program.network()["captive_portal"] == true);
    let id = program.add(&url, "always");
    nobody_asks(&server, "/film.bin", || program.wait(&id, "paused-no-network", Some("captive-portal")));
    // A server of this network is no business of the portal's.
    let nas = program.add(&url.replace("203.0.113.1", "10.77.0.1"), "default");
    until("a try", || !matches!(program.status(&nas).0.as_str(), "queued" | "paused-no-network"));

    nm.set_reach_quietly(Reach::Full);
    program.run(&["retry", &id]);
    program.wait(&id, "completed", None);
}

#[test]
fn a_network_manager_that_dies_leaves_nobody_who_knows() {
    let Some(nm) = Nm::new() else { return };
    let server = server(&nm);
    let url = server.serve("/big.bin", Resource::bytes(Content::new(5, 64 * MIB)).with(paced(2)));
    nm.cli(&["con", "mod", "wifi", "connection.metered", "yes"]);
    nm.cli(&["con", "up", "wifi"]);
    let program = Program::start(&nm);
    let id = program.add(&url, "unrestricted-only");
    program.wait(&id, "paused-costed-network", Some("metered"));
    nm.kill_manager();
    // First the network counts as changing; then as one of unknown cost.
    program.wait(&id, "running", None);
    let network = program.network();
    assert_eq!((&network["source"], &network["cost"]), (&"none".into(), &"unknown".into()), "{network}");
    program.run(&["settings", "set", "unknown_is_metered", "true"]);
    program.wait(&id, "paused-costed-network", Some("metered"));
    program.run(&["settings", "set", "unknown_is_metered", "false"]);
    program.wait(&id, "running", None);

    nm.start_manager();
    nm.cli(&["con", "up", "wifi"]);
    program.wait(&id, "paused-costed-network", Some("metered"));
    assert_eq!(program.network()["source"], "networkmanager");
}

#[test]
fn a_system_bus_that_goes_and_comes_back_is_found_again() {
    let Some(nm) = Nm::new() else { return };
    let server = server(&nm);
    let url = server.serve("/big.bin", Resource::bytes(Content::new(10, 64 * MIB)).with(paced(2)));
    nm.cli(&["con", "mod", "wifi", "connection.metered", "yes"]);
    nm.cli(&["con", "up", "wifi"]);
    let program = Program::start(&nm);
    let id = program.add(&url, "unrestricted-only");
    program.wait(&id, "paused-costed-network", Some("metered"));
    nm.kill_bus();
    program.wait(&id, "running", None);
    assert_eq!(program.network()["source"], "none");
    nm.start_bus();
    nm.start_manager();
    nm.cli(&["con", "up", "wifi"]);
    program.wait(&id, "paused-costed-network", Some("metered"));
    assert_eq!(program.network()["source"], "networkmanager");
}

#[test]
fn a_system_bus_that_comes_after_the_program_is_found() {
    let Some(nm) = Nm::new() else { return };
    nm.cli(&["con", "mod", "wifi", "connection.metered", "yes"]);
    nm.cli(&["con", "up", "wifi"]);
    nm.kill_bus();
    let program = Program::start(&nm);
    until("an answer", || program.network()["source"] == "none");
    nm.start_bus();
    nm.start_manager();
    nm.cli(&["con", "up", "wifi"]);
    until("NetworkManager's word", || program.network()["metered"] == true);
}

#[test]
fn a_network_that_flips_loses_nothing_and_leaks_nothing() {
    let Some(nm) = Nm::new() else { return };
    let flips = program::number("LONGSHORE_FLIPS", 12);
    let server = server(&nm);
    let content = Content::new(6, 8 * MIB + flips * MIB / 16);
    let url = server.serve("/flips.bin", Resource::bytes(content.clone()).with(paced(2)));
    nm.cli(&["con", "up", "wifi"]);
    let program = Program::start(&nm);
    let id = program.add(&url, "unrestricted-only");
    program.wait(&id, "running", None);
    let before = program.descriptors();
    for flip in 0..flips {
        nm.cli(&["con", "mod", "wifi", "connection.metered", if flip % 2 == 0 { "yes" } else { "no" }]);
    }
    nm.cli(&["con", "mod", "wifi", "connection.metered", "no"]);
    program.wait(&id, "completed", None);
    content.verify_file(&program.out().join("flips.bin")).expect("the right bytes");
    let after = program.descriptors();
    assert!(after <= before, "{before} descriptors became {after}");
    let refetched = server.coverage("/flips.bin").refetched;
    eprintln!(
        "{flips} flips: {refetched} bytes fetched twice, {before} descriptors before and {after} after"
    );
    assert!(refetched <= (flips + 1) * (256 << 10), "{refetched} bytes fetched twice in {flips} flips");
}
