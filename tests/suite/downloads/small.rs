//! Many small files from one host.

use longshore::api::{Command, NewTransfer, Outcome, Query, Request};
use longshore::model::{Status, TransferId};

use crate::support::fault_server::{Content, FaultServer, Resource};
use crate::support::rig::{Rig, address};

const FILES: u64 = 150;

fn add_all(server: &FaultServer, rig: &Rig) -> Vec<TransferId> {
    let new = |number| {
        let resource = Resource::bytes(Content::new(number, 20_000));
        NewTransfer::download(address(&server.serve(&format!("/{number}.bin"), resource)))
    };
    match rig.ask(Request::Command(Command::Add((0..FILES).map(new).collect()))) {
        Outcome::Added(added) => added.into_iter().map(|added| added.id).collect(),
        other => panic!("{other:?}"),
    }
}

/// Each ends at some moment between the book and the store; whoever asks then must not be told that it is gone.
#[test]
fn what_ends_while_it_is_asked_for_is_never_nowhere() {
    let server = FaultServer::start();
    let rig = Rig::new();
    let ids = add_all(&server, &rig);
    loop {
        let Outcome::Rows(rows) = rig.ask(Request::Query(Query::Rows(ids.clone()))) else { panic!() };
        let found: Vec<_> = rows.iter().map(|row| row.id).collect();
        assert_eq!(found, ids);
        if rows.iter().all(|row| row.status == Status::Completed) {
            return;
        }
    }
}

/// As many connections as run at once, and no request too many.
#[test]
fn connections_are_used_again() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let ids = add_all(&server, &rig);
    for id in ids {
        let file = rig.wait_file(id);
        let number: u64 = file.file_stem().and_then(|stem| stem.to_str()?.parse().ok()).expect("a number");
        Content::new(number, 20_000).verify_file(&file).expect("the right bytes");
    }
    let all = server.all_exchanges();
    assert_eq!(all.len() as u64, FILES, "a request a file");
    let connections = all.iter().filter(|exchange| exchange.new_connection).count();
    // Now and then one is not given back yet when the next is wanted.
    assert!(connections <= 60, "{connections} connections");
}
