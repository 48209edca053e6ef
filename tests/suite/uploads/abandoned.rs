//! What a server keeps of an upload that is canceled.

use longshore::api::{Act, FileFate};
use longshore::model::{Network, NetworkCost, Resuming, TransferId};

use super::{Sample, chunks_of};
use crate::support::rig::{Rig, home, only};
use crate::support::upload_server::{Offers, Quirk, UploadServer};

const CHUNK: u64 = 256 << 10;

/// One that hangs in its second piece.
fn hanging(server: &UploadServer, rig: &mut Rig, sample: &Sample, offers: Offers) -> TransferId {
    server.set_offers(offers);
    server.plan("/session/1", [Quirk::Halt { at: 1000 }, Quirk::Halt { at: 1000 }]);
    chunks_of(rig, CHUNK);
    let (path, resuming) =
        if offers == Offers::Ietf { ("/a", Resuming::Ietf) } else { ("/tus", Resuming::Tus) };
    let id = rig.add_new(sample.to(&server.url(path), resuming));
    server.wait("a piece under way", |state| state.halted && state.sessions.len() == 1);
    let _ = rig.wait(id, |row| row.resumable == Some(true));
    id
}

#[test]
fn the_server_is_told_once_it_cannot_be_taken_back() {
    let (server, mut rig, sample) = (UploadServer::start(), Rig::new(), Sample::new(4 * CHUNK));
    let id = hanging(&server, &mut rig, &sample, Offers::Tus);
    let _ = rig.act(Act::Cancel(only(id)));
    let _ = rig.wait_status(id, "canceled");
    server.go_on();
    assert!(!server.methods().contains(&"DELETE".to_owned()), "it may be taken back yet");
    server.wait("an end of it", |state| state.sessions.is_empty());
    let told = server.requests().into_iter().filter(|request| request.method == "DELETE");
    let told: Vec<_> =
        told.map(|request| (request.path.clone(), request.header("tus-resumable").is_some())).collect();
    assert_eq!(told, [("/session/1".to_owned(), true)]);
}

#[test]
fn the_server_is_told_at_once_when_nothing_will_remember_it() {
    let (server, mut rig, sample) = (UploadServer::start(), Rig::new(), Sample::new(4 * CHUNK));
    let id = hanging(&server, &mut rig, &sample, Offers::Ietf);
    let _ = rig.act(Act::Cancel(only(id)));
    let _ = rig.wait_status(id, "canceled");
    server.go_on();
    let _ = rig.act(Act::Remove { which: only(id), file: FileFate::Keep });
    server.wait("an end of it", |state| state.sessions.is_empty());
}

#[test]
fn nothing_is_said_over_a_network_that_is_not_for_it() {
    let (server, mut rig, sample) = (UploadServer::start(), Rig::new(), Sample::new(4 * CHUNK));
    let id = hanging(&server, &mut rig, &sample, Offers::Tus);
    rig.set_network(Network { cost: NetworkCost::Variable, roaming: true, ..home() });
    let _ = rig.wait_status(id, "paused-costed-network");
    let _ = rig.act(Act::Cancel(only(id)));
    let _ = rig.wait_status(id, "canceled");
    let _ = rig.act(Act::Remove { which: only(id), file: FileFate::Keep });
    // Another upload, over a network that is good again, comes after whatever was to be said.
    rig.set_network(home());
    server.go_on();
    let next = rig.add_new(sample.to(&server.url("/tus"), Resuming::Tus));
    let _ = rig.wait_status(next, "completed");
    assert!(!server.methods().contains(&"DELETE".to_owned()), "{:?}", server.methods());
}
