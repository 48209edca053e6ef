//! Everything a disk can do to a download: fill up, refuse, break, go away and come back, and what other programs do to
//! the files on it. Each has its sentence, nothing is lost, and what heals goes on by itself.

mod crashes;
mod fail;
mod full;
mod hang;
mod meddled;
mod refused;
mod unplugged;

use std::path::Path;

use longshore::api::{Answer, NewTransfer};
use longshore::model::{DiskFault, Question, Status, TransferId};

use crate::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use crate::support::rig::{Rig, address};

const SIZE: u64 = 3 << 20;
/// What may be fetched twice each time something breaks.
const TWICE: u64 = 256 << 10;

fn content() -> Content {
    Content::new(4, SIZE)
}

/// Slow enough that there is a middle.
fn slow_server() -> (FaultServer, String) {
    let server = FaultServer::options().small_buffers().start();
    let pace = Behaviour::Pace { bytes_per_second: 2 << 20 };
    let url = server.serve("/file.bin", Resource::bytes(content()).with(pace));
    (server, url)
}

fn to(url: &str, folder: &Path) -> NewTransfer {
    NewTransfer { folder: Some(folder.to_owned()), ..NewTransfer::download(address(url)) }
}

fn begun(rig: &mut Rig, id: TransferId) {
    let _ = rig.wait(id, |row| row.progress.done > SIZE / 3);
}

fn asks(rig: &mut Rig, id: TransferId, wanted: impl Fn(&DiskFault) -> bool) -> DiskFault {
    let fault = |status: &Status| match status {
        Status::NeedsUser(Question::Disk(fault)) => Some(fault.clone()),
        _ => None,
    };
    let row = rig.wait(id, |row| fault(&row.status).is_some_and(|fault| wanted(&fault)));
    fault(&row.status).expect("it was just so")
}

fn completes(rig: &mut Rig, id: TransferId) {
    let row = rig.wait(id, |row| row.status == Status::Completed);
    content().verify_file(&row.file.expect("a file")).expect("the right bytes");
}

fn answer(rig: &Rig, id: TransferId, answer: Answer) {
    let _ = rig.act(longshore::api::Act::Answer { id, answer });
}
