//! Limits of speed. Nothing here is faster than it may be, on however slow a machine; how exactly a limit is met is measured
//! elsewhere.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use longshore::api::{Act, NewTransfer};
use longshore::model::{
    Behavior, Durability, Edit, Group, GroupId, Intent, Options, Pace, Priority, Status, Ticket, TransferId,
    Wall,
};
use longshore::store::{Lock, Store};

use super::{SIZE, content};
use crate::support::fault_server::{Content, FaultServer, Resource};
use crate::support::rig::{Rig, address, only};

/// Time that nobody used is made up for, up to this long.
const BURST: Duration = Duration::from_millis(60);

fn limited(url: &str, bytes_per_second: u64, connections: u16) -> NewTransfer {
    let options =
        Options { connections: Some(connections), pace: Pace::new(bytes_per_second), ..Options::default() };
    NewTransfer { options, ..NewTransfer::download(address(url)) }
}

/// No sooner than its bytes may come.
fn least(bytes: u64, bytes_per_second: u64) -> Duration {
    Duration::from_secs(bytes) / u32::try_from(bytes_per_second).expect("a rate") - BURST
}

#[test]
fn a_transfer_never_takes_more_than_its_limit() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    for connections in [1, 4] {
        let url = server.serve(&format!("/{connections}.bin"), Resource::bytes(content()));
        let began = Instant::now();
        let id = rig.add_new(limited(&url, 2 << 20, connections));
        let file = rig.wait_file(id);
        assert!(began.elapsed() >= least(SIZE, 2 << 20), "{connections}: {:?}", began.elapsed());
        content().verify_file(&file).expect("the right bytes");
    }
}

#[test]
fn all_transfers_together_keep_to_the_limit_of_the_settings() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    rig.configure(|settings| settings.limits.download_pace = Pace::new(4 << 20));
    let began = Instant::now();
    let ids =
        [1, 2].map(|number| rig.add(&server.serve(&format!("/{number}.bin"), Resource::bytes(content()))));
    for id in ids {
        let _ = rig.wait_file(id);
    }
    assert!(began.elapsed() >= least(2 * SIZE, 4 << 20), "{:?}", began.elapsed());
}

#[test]
fn a_group_keeps_to_its_limit() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    rig.quit();
    let group = Group {
        id: GroupId(TransferId::new(1).expect("not zero").0),
        name: "Slow".to_owned(),
        behavior: Behavior::Parallel,
        intent: Intent::Run,
        policy: None,
        pace: Pace::new(4 << 20),
    };
    save(&rig, Edit::PutGroup(group));
    let mut rig = rig.restart();
    let began = Instant::now();
    let ids = [1, 2].map(|number| {
        let url = server.serve(&format!("/{number}.bin"), Resource::bytes(content()));
        rig.add_new(NewTransfer { group: Some("Slow".to_owned()), ..NewTransfer::download(address(&url)) })
    });
    for id in ids {
        let _ = rig.wait_file(id);
    }
    assert!(began.elapsed() >= least(2 * SIZE, 4 << 20), "{:?}", began.elapsed());
}

/// With these limits they would take an hour.
#[test]
fn a_limit_that_is_lifted_holds_nobody_back() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let slow = server.serve("/slow.bin", Resource::bytes(content()));
    let own = rig.add_new(limited(&slow, 1000, 4));
    let _ = rig.wait(own, |row| row.progress.done > 0);
    let _ = rig.act(Act::SetPace { which: only(own), pace: None });
    let _ = rig.wait_file(own);

    rig.configure(|settings| settings.limits.download_pace = Pace::new(1000));
    let all = rig.add(&server.serve("/all.bin", Resource::bytes(content())));
    let _ = rig.wait(all, |row| row.progress.done > 0);
    rig.configure(|settings| settings.limits.download_pace = None);
    let _ = rig.wait_file(all);
}

#[test]
fn a_limit_holds_for_a_transfer_that_runs_already() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let size = 24 << 20;
    let big = Content::new(5, size);
    let id = rig.add_new(limited(&server.serve("/big.bin", Resource::bytes(big.clone())), 200_000, 2));
    let _ = rig.wait(id, |row| row.progress.done > 0);
    let began = Instant::now();
    let _ = rig.act(Act::SetPace { which: only(id), pace: Pace::new(12 << 20) });
    let done = rig.row(id).progress.done;
    let file = rig.wait_file(id);
    // What was written since the row was read came at the old speed, or the new one.
    let left = size - done - (1 << 20);
    assert!(began.elapsed() >= least(left, 12 << 20), "{:?}", began.elapsed());
    big.verify_file(&file).expect("the right bytes");
}

/// Each place in the queue of time takes longer than a silent server is given.
#[test]
fn waiting_for_its_turn_is_no_stall() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    rig.configure(|settings| settings.timeouts.stall = 1);
    let small = Content::new(6, 3 << 10);
    let url = server.serve("/small.bin", Resource::bytes(small.clone()));
    let began = Instant::now();
    let id = rig.add_new(limited(&url, 512, 1));
    let file = rig.wait_file(id);
    assert!(began.elapsed() >= Duration::from_secs(3), "{:?}", began.elapsed());
    small.verify_file(&file).expect("the right bytes");
    assert_eq!(server.exchanges("/small.bin").len(), 1);
}

/// What comes in drops is written every 200 ms, not when it fills a buffer.
#[test]
fn little_by_little_is_written_in_time() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let id = rig.add_new(limited(&server.serve("/file.bin", Resource::bytes(content())), 100_000, 1));
    let mut seen = vec![0];
    while seen.len() < 12 {
        let last = seen[seen.len() - 1];
        seen.push(rig.wait(id, |row| row.progress.done > last).progress.done);
    }
    let mut steps: Vec<_> = seen.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_unstable();
    assert!(steps[steps.len() / 2] <= 50_000, "{steps:?}");
    let _ = rig.act(Act::Cancel(only(id)));
}

#[test]
fn who_waits_for_its_turn_stops_at_once_and_goes_on_from_there() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let id = rig.add_new(limited(&server.serve("/file.bin", Resource::bytes(content())), 2000, 2));
    let _ = rig.wait(id, |row| row.progress.done > 0);
    let _ = rig.act(Act::Pause(only(id)));
    let row = rig.wait_status(id, "paused-by-user");
    assert!(row.progress.done > 0, "{row:#?}");
    let _ = rig.act(Act::SetPace { which: only(id), pace: None });
    let _ = rig.act(Act::Resume(only(id)));
    let file = rig.wait_file(id);
    content().verify_file(&file).expect("the right bytes");
}

#[test]
fn low_priority_has_everything_when_nobody_else_is_there() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let big = Content::new(7, 48 << 20);
    let url = server.serve("/low.bin", Resource::bytes(big.clone()));
    let slow = server.serve("/other.bin", Resource::bytes(content()));
    let other = rig.add_new(limited(&slow, 100_000, 1));
    let _ = rig.wait(other, |row| row.progress.done > 0);
    let low = rig.add_new(NewTransfer { priority: Priority::Low, ..NewTransfer::download(address(&url)) });
    let _ = rig.wait(low, |row| row.status == Status::Running && row.progress.done > 0);
    let _ = rig.act(Act::Cancel(only(other)));
    let file = rig.wait_file(low);
    big.verify_file(&file).expect("the right bytes");
}

fn save(rig: &Rig, edit: Edit) {
    let lock = Lock::acquire(&rig.data()).expect("a lock").expect("a free folder");
    let (said, acknowledged) = channel();
    let acks = Box::new(move |ack| drop(said.send(ack)));
    let (store, _) = Store::open(&lock, Wall(0), acks).expect("a store");
    store.save(Ticket(1), vec![edit], Durability::Full).expect("taken");
    acknowledged.recv().expect("an answer").result.expect("committed");
    store.close();
}
