//! Files beyond four gigabytes: offsets are 64 bits wide from the store to the server and the disk.

use std::sync::mpsc::channel;

use longshore::api::Act;
use longshore::model::{ByteRange, Durability, Edit, RangeSet, Ticket, Wall};
use longshore::store::{Lock, Store};

use crate::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use crate::support::rig::{Rig, only};

const SIZE: u64 = 5 << 30;
const TAIL: u64 = 1 << 20;

/// All but the tail counts as being here: nothing of it is fetched, and a hole in the file costs no disk.
#[test]
fn the_last_megabyte_of_five_gigabytes_goes_to_its_place() {
    let server = FaultServer::start();
    let content = Content::new(12, SIZE);
    // Without a total nothing is set aside on the disk.
    let first = Resource::bytes(content.clone())
        .with(Behaviour::UnknownTotal)
        .with(Behaviour::ShorterRange(TAIL))
        .with(Behaviour::Hang.skip(1));
    let url = server.serve("/large.bin", first);
    let mut rig = Rig::new();
    let id = rig.add(&url);
    let _ = rig.wait(id, |row| row.progress.done == TAIL);
    let _ = rig.act(Act::Pause(only(id)));
    let _ = rig.wait_status(id, "paused-by-user");
    rig.quit();

    let part = rig.downloads().join("large.bin.part");
    let file = std::fs::OpenOptions::new().write(true).open(&part).expect("the part");
    file.set_len(SIZE - TAIL).expect("a hole");
    let synced = RangeSet::of(ByteRange::new(0, SIZE - TAIL));
    save_progress(&rig, Edit::Progress { id, synced, mark: None, progressed: None });

    server.replace("/large.bin", Resource::bytes(content.clone()));
    let mut rig = rig.restart();
    let before = server.exchanges("/large.bin").len();
    let _ = rig.act(Act::Resume(only(id)));
    let file = rig.wait_file(id);
    assert_eq!(std::fs::metadata(&file).expect("a file").len(), SIZE);
    content.verify_file_span(&file, SIZE - TAIL..SIZE).expect("the right bytes");
    let asked = server.exchanges("/large.bin").split_off(before);
    assert_eq!(asked.len(), 1, "{asked:#?}");
    assert_eq!(asked[0].spans.as_slice(), std::slice::from_ref(&(SIZE - TAIL..SIZE)));
    assert_eq!(rig.row(id).progress.total, Some(SIZE));
}

pub(super) fn save_progress(rig: &Rig, edit: Edit) {
    let lock = Lock::acquire(&rig.data()).expect("a lock").expect("a free folder");
    let (said, acknowledged) = channel();
    let acks = Box::new(move |ack| drop(said.send(ack)));
    let (store, _) = Store::open(&lock, Wall(0), acks).expect("a store");
    store.save(Ticket(1), vec![edit], Durability::Full).expect("taken");
    acknowledged.recv().expect("an answer").result.expect("committed");
    store.close();
}
