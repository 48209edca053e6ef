//! The network becomes another one under many connections, or the machine slept: whatever was open is dead, even where
//! nobody says so, and everything goes on over new connections where it was.

use longshore::model::{EntryKind, Network, Options, Span, TransferId};

use super::content;
use crate::support::fault_server::{Behaviour, Content, Down, Exchange, FaultServer, Resource};
use crate::support::rig::{Rig, address, home};
use longshore::api::NewTransfer;

const SIZE: u64 = 12 << 20;
const CONNECTIONS: u16 = 4;
const PATH: &str = "/file.bin";

/// Many connections in the middle of a file, to a server that falls silent without a word.
fn silenced() -> (FaultServer, Rig, TransferId, usize) {
    let server = FaultServer::options().small_buffers().start();
    let pace = Behaviour::Pace { bytes_per_second: 1 << 20 };
    let url = server.serve(PATH, Resource::bytes(Content::new(9, SIZE)).with(pace));
    let mut rig = Rig::new();
    let options = Options { connections: Some(CONNECTIONS), ..Options::default() };
    let id = rig.add_new(NewTransfer { options, ..NewTransfer::download(address(&url)) });
    let _ = rig.wait(id, |row| row.progress.connections == CONNECTIONS && row.progress.done > 2 << 20);
    server.set_down(Down::Hang);
    let before = server.exchanges(PATH).len();
    (server, rig, id, before)
}

fn goes_on(server: &FaultServer, rig: &mut Rig, id: TransferId, before: usize) {
    let file = rig.wait_file(id);
    Content::new(9, SIZE).verify_file(&file).expect("the right bytes");
    let all = server.exchanges(PATH);
    let (old, new) = all.split_at(before);
    let of = |exchanges: &[Exchange]| exchanges.iter().map(|one| one.connection).collect::<Vec<_>>();
    assert!(of(new).iter().all(|connection| !of(old).contains(connection)), "{all:#?}");
    // What was in the buffers of the old connections is all that is lost.
    let refetched = server.coverage(PATH).refetched;
    assert!(refetched <= 2 << 20, "{refetched} bytes were fetched again");
    let log = rig.detail(id).log;
    assert!(log.iter().any(|entry| entry.kind == EntryKind::NetworkChanged), "{log:#?}");
    assert!(!log.iter().any(|entry| matches!(entry.kind, EntryKind::Broke(_))), "{log:#?}");
}

#[test]
fn many_connections_go_on_over_another_network() {
    let (server, mut rig, id, before) = silenced();
    rig.set_network(Network { connection: Some("office".into()), ..home() });
    // The old connections end, whatever the server does.
    let _ = server.wait_for(PATH, |all| all[..before].iter().all(Exchange::is_over), super::PATIENCE);
    server.set_up();
    goes_on(&server, &mut rig, id, before);
}

#[test]
fn many_connections_go_on_after_sleep() {
    let (server, mut rig, id, before) = silenced();
    rig.clock.dream(Span::seconds(60));
    let _ = server.wait_for(PATH, |all| all[..before].iter().all(Exchange::is_over), super::PATIENCE);
    server.set_up();
    goes_on(&server, &mut rig, id, before);
}

#[test]
fn one_that_waits_for_an_answer_asks_again_over_another_network() {
    let server = FaultServer::start();
    let url = server.serve(PATH, Resource::bytes(content()).with(Behaviour::Hang.times(1)));
    let mut rig = Rig::new();
    let id = rig.add(&url);
    let _ = server.wait_for(PATH, |all| all.len() == 1, super::PATIENCE);
    rig.set_network(Network { connection: Some("office".into()), ..home() });
    content().verify_file(&rig.wait_file(id)).expect("the right bytes");
    let all = server.exchanges(PATH);
    assert_eq!(all.len(), 2, "{all:#?}");
    assert_ne!(all[0].connection, all[1].connection);
}
