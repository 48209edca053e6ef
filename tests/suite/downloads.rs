//! Downloads end to end: a real engine against servers that behave and servers that do not.

mod answers;
mod attributes;
pub(crate) mod checksums;
mod endings;
mod large;
mod limits;
mod many;
pub(crate) mod metalinks;
mod mirrors;
mod names;
mod network;
mod pages;
mod playing;
mod ranges;
mod redirects;
mod resuming;
mod sequences;
mod small;
mod trust;
mod validators;
mod waits;

use longshore::api::{Act, NewTransfer};
use longshore::model::{CostPolicy, FileName, Link, NameClash, Network, NetworkCost, Status, TransferId};

use crate::support::fault_server::{At, Behaviour, Content, Cut, FaultServer, Resource};
use crate::support::rig::{Rig, address, home, only};

const SIZE: u64 = 3 << 20;
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

fn content() -> Content {
    Content::new(1, SIZE)
}

/// The first fault is the end: what would be tried again says why at once.
fn once(url: &str) -> NewTransfer {
    NewTransfer { attempts_most: Some(1), ..NewTransfer::download(address(url)) }
}

/// A download of [`content`] whose connection broke in the middle; the server says 503 until the resource is replaced.
fn broken_off(server: &FaultServer, rig: &mut Rig, path: &str, head: Vec<Behaviour>) -> TransferId {
    let half = Behaviour::CutAt { at: At::Body(SIZE / 2), how: Cut::Reset };
    let busy = Behaviour::Status { code: 503, retry_after: None, body: String::new() };
    let resource = Resource::bytes(content()).with(half.times(1)).with(busy.skip(1));
    let url = server.serve(path, head.into_iter().fold(resource, Resource::with));
    let id = rig.add(&url);
    let row = rig.wait_status(id, "waiting-to-retry");
    assert!(row.progress.done > 0, "what came is kept");
    id
}

/// What is here of an unfinished download is right, and it is all in one file.
fn check_kept(rig: &Rig, id: TransferId, name: &str) {
    let done = rig.row(id).progress.done;
    assert!(done > 0, "{name}: nothing is kept");
    let part = rig.downloads().join(format!("{name}.part"));
    content().verify_file_span(&part, 0..done).unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
}

#[test]
fn a_file_arrives_byte_for_byte() {
    let server = FaultServer::start();
    let url = server.serve("/a/file.bin", Resource::bytes(content()));
    let mut rig = Rig::new();
    let id = rig.add(&url);
    let file = rig.wait_file(id);
    content().verify_file(&file).expect("the right bytes");
    assert_eq!(rig.files(), ["file.bin"]);
    let row = rig.row(id);
    assert_eq!((row.resumable, row.progress.done, row.progress.total), (Some(true), SIZE, Some(SIZE)));
    let asked = server.exchanges("/a/file.bin");
    assert_eq!(asked.len(), 1, "one request is enough");
    assert_eq!(asked[0].headers.get("range"), Some("bytes=0-"));
    assert_eq!(asked[0].headers.get("accept-encoding"), Some("identity"));
    assert!(!asked[0].headers.has("referer"));
}

#[test]
fn a_cut_connection_goes_on_where_it_was_cut() {
    let server = FaultServer::start();
    let half = Behaviour::CutAt { at: At::Body(SIZE / 2), how: Cut::Reset };
    let url = server.serve("/cut.bin", Resource::bytes(content()).with(half.times(1)));
    let mut rig = Rig::new();
    let id = rig.add(&url);
    let file = rig.wait_file(id);
    content().verify_file(&file).expect("the right bytes");
    let second = &server.exchanges("/cut.bin")[1];
    assert_ne!(second.headers.get("range"), Some("bytes=0-"), "it went on");
    assert!(server.coverage("/cut.bin").refetched <= 256 << 10);
}

#[test]
fn pause_closes_the_connection_and_resume_goes_on() {
    let server = FaultServer::options().small_buffers().start();
    let slow = Behaviour::Pace { bytes_per_second: 4 << 20 };
    let url = server.serve("/slow.bin", Resource::bytes(content()).with(slow));
    let mut rig = Rig::new();
    let id = rig.add(&url);
    let _ = rig.wait(id, |row| row.progress.done > SIZE / 4);
    let _ = rig.act(Act::Pause(only(id)));
    let row = rig.wait_status(id, "paused-by-user");
    assert!(row.progress.done < SIZE);
    server.wait_for_connections(|open| open == 0, std::time::Duration::from_secs(5));
    let _ = rig.act(Act::Resume(only(id)));
    let file = rig.wait_file(id);
    content().verify_file(&file).expect("the right bytes");
    assert!(server.coverage("/slow.bin").refetched <= 256 << 10, "{:?}", server.coverage("/slow.bin"));
}

#[test]
fn a_restart_of_the_program_goes_on_from_the_exact_byte() {
    let server = FaultServer::options().small_buffers().start();
    let slow = Behaviour::Pace { bytes_per_second: 4 << 20 };
    let url = server.serve("/later.bin", Resource::bytes(content()).with(slow));
    let mut rig = Rig::new();
    let id = rig.add(&url);
    let _ = rig.wait(id, |row| row.progress.done > SIZE / 4);
    let mut rig = rig.restart();
    let file = rig.wait_file(id);
    content().verify_file(&file).expect("the right bytes");
    assert!(server.coverage("/later.bin").refetched <= 256 << 10, "{:?}", server.coverage("/later.bin"));
    assert_eq!(rig.files(), ["later.bin"]);
}

#[test]
fn a_metered_network_stops_what_may_not_use_it_and_only_that() {
    let server = FaultServer::options().small_buffers().start();
    let slow = || Behaviour::Pace { bytes_per_second: 1 << 20 };
    let frugal = server.serve("/frugal.bin", Resource::bytes(content()).with(slow()));
    let eager = server.serve("/eager.bin", Resource::bytes(content()).with(slow()));
    let mut rig = Rig::new();
    let with =
        |url: &str, policy| NewTransfer { policy: Some(policy), ..NewTransfer::download(address(url)) };
    let frugal = rig.add_new(with(&frugal, CostPolicy::UnrestrictedOnly));
    let eager = rig.add_new(with(&eager, CostPolicy::Always));
    let _ = rig.wait(frugal, |row| row.progress.done > 0);
    let _ = rig.wait(eager, |row| row.progress.done > 0);
    rig.set_network(Network { cost: NetworkCost::Fixed, ..home() });
    let held = rig.wait_status(frugal, "paused-costed-network");
    assert_eq!(rig.row(eager).status, Status::Running, "it keeps its connection");
    rig.set_network(home());
    let file = rig.wait_file(frugal);
    content().verify_file(&file).expect("the right bytes");
    let file = rig.wait_file(eager);
    content().verify_file(&file).expect("the right bytes");
    assert!(held.progress.done < SIZE);
    assert_eq!(server.exchanges("/eager.bin").len(), 1);
    assert_eq!(server.exchanges("/frugal.bin").len(), 2);
}

#[test]
fn nothing_is_asked_without_a_network() {
    let server = FaultServer::start();
    let url = server.serve("/file.bin", Resource::bytes(content()));
    let mut rig = Rig::new();
    rig.set_network(Network { link: Link::Down, ..home() });
    let id = rig.add(&url);
    let _ = rig.wait_status(id, "paused-no-network");
    assert!(server.all_exchanges().is_empty());
    rig.set_network(home());
    let file = rig.wait_file(id);
    content().verify_file(&file).expect("the right bytes");
}

#[test]
fn a_changed_file_is_a_question_and_never_a_mixture() {
    let server = FaultServer::options().small_buffers().start();
    let slow = || Behaviour::Pace { bytes_per_second: 4 << 20 };
    let url = server.serve("/v.bin", Resource::bytes(content()).with(slow()));
    let mut rig = Rig::new();
    let id = rig.add(&url);
    let _ = rig.wait(id, |row| row.progress.done > SIZE / 4);
    let _ = rig.act(Act::Pause(only(id)));
    let _ = rig.wait_status(id, "paused-by-user");
    server.replace("/v.bin", Resource::bytes(content().next_version()));
    let _ = rig.act(Act::Resume(only(id)));
    let row = rig.wait_status(id, "needs-user");
    assert!(
        matches!(row.status, Status::NeedsUser(longshore::model::Question::SourceChanged(_))),
        "{row:#?}"
    );
    let answer = Act::Answer { id, answer: longshore::api::Answer::Restart };
    let _ = rig.act(answer);
    let file = rig.wait_file(id);
    content().next_version().verify_file(&file).expect("the new version");
    assert_eq!(rig.files(), ["v.bin", "v.bin.old"]);
    assert_eq!(rig.row(id).restarted, 1);
}

#[test]
fn taken_names_are_numbered_or_asked_about() {
    let server = FaultServer::start();
    let url = server.serve("/same.bin", Resource::bytes(content()));
    let mut rig = Rig::new();
    std::fs::create_dir_all(rig.downloads()).unwrap();
    std::fs::write(rig.downloads().join("same.bin"), b"mine").unwrap();
    let id = rig.add(&url);
    let file = rig.wait_file(id);
    assert_eq!(file, rig.downloads().join("same (1).bin"));
    assert_eq!(std::fs::read(rig.downloads().join("same.bin")).unwrap(), b"mine");
    let ask = NewTransfer {
        clash: Some(NameClash::Ask),
        name: Some(FileName::new("same.bin").unwrap()),
        ..NewTransfer::download(address(&url))
    };
    let id = rig.add_new(ask);
    let row = rig.wait_status(id, "needs-user");
    assert!(matches!(
        row.status,
        Status::NeedsUser(longshore::model::Question::Disk(longshore::model::DiskFault::NameTaken))
    ));
}

#[test]
#[cfg(debug_assertions)]
fn a_worker_that_panics_is_the_failure_of_its_transfer_alone() {
    let server = FaultServer::options().small_buffers().start();
    let slow = || Behaviour::Pace { bytes_per_second: 4 << 20 };
    let broken = server.serve("/breaks.bin", Resource::bytes(content()).with(slow()));
    let other = server.serve("/other.bin", Resource::bytes(content()).with(slow()));
    let mut rig = Rig::new();
    let other = rig.add(&other);
    longshore::engine::sabotage::break_next("/breaks.bin");
    let id = rig.add(&broken);
    let row = rig.wait_status(id, "waiting-to-retry");
    assert!(format!("{:?}", row.status).contains("Panicked"), "{:?}", row.status);
    let file = rig.wait_file(other);
    content().verify_file(&file).expect("the right bytes");
    assert_eq!(server.exchanges("/other.bin").len(), 1, "its neighbour did not notice");
    let _ = rig.act(Act::Retry(only(id)));
    let file = rig.wait_file(id);
    content().verify_file(&file).expect("the right bytes");
    assert_eq!(rig.files(), ["breaks.bin", "other.bin"]);
}
