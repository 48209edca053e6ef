//! Uploads that go on where they stopped.

use longshore::api::Act;
use longshore::model::Resuming;

use super::{Sample, chunks_of, wait_reason};
use crate::support::rig::{Rig, only};
use crate::support::upload_server::{Offers, Quirk, UploadServer};

const CHUNK: u64 = 256 << 10;

#[test]
fn tus_goes_up_in_chunks_each_checked() {
    for (offers, creation_carries) in [(Offers::Tus, false), (Offers::BareTus, false), (Offers::Tus, true)] {
        let server = UploadServer::start();
        server.set_offers(offers);
        let mut rig = Rig::new();
        chunks_of(&rig, CHUNK);
        let size = if creation_carries { CHUNK } else { 3 * CHUNK + 1 };
        let sample = Sample::new(size);
        let id = rig.add_new(sample.to(&server.url("/tus"), Resuming::Auto));
        let row = rig.wait_status(id, "completed");
        assert_eq!(row.resumable, Some(true));
        assert_eq!(server.session().bytes, sample.bytes());
        assert!(server.session().metadata.starts_with("filename c2FtcGxlLnBuZw=="));
        let patches: Vec<_> =
            server.requests().into_iter().filter(|request| request.method == "PATCH").collect();
        assert_eq!(patches.len(), if creation_carries { 0 } else { 4 }, "{offers:?}");
        let summed = patches.iter().all(|patch| patch.header("upload-checksum").is_some());
        assert_eq!(summed, offers == Offers::Tus || patches.is_empty());
        assert_eq!(server.received(), size);
    }
}

#[test]
fn the_draft_is_found_out_by_its_interim_answer() {
    let server = UploadServer::start();
    server.set_offers(Offers::Ietf);
    server.plan("/a", [Quirk::Reset { at: 5 << 20 }]);
    let mut rig = Rig::new();
    let sample = Sample::new(12 << 20);
    let id = rig.add_new(sample.to(&server.url("/a"), Resuming::Auto));
    let _ = rig.wait_status(id, "waiting-to-retry");
    let _ = rig.act(Act::Retry(only(id)));
    let row = rig.wait_status(id, "completed");
    assert_eq!((row.resumable, row.restarted), (Some(true), 0));
    assert_eq!(server.session().bytes, sample.bytes());
    assert!(server.session().complete);
    assert_eq!(server.received(), 12 << 20, "nothing was sent twice");
}

#[test]
fn the_draft_by_choice_goes_up_in_chunks() {
    let server = UploadServer::start();
    server.set_offers(Offers::Ietf);
    let mut rig = Rig::new();
    chunks_of(&rig, CHUNK);
    let sample = Sample::new(3 * CHUNK + 7);
    let id = rig.add_new(sample.to(&server.url("/a"), Resuming::Ietf));
    let _ = rig.wait_status(id, "completed");
    assert_eq!(server.session().bytes, sample.bytes());
    assert_eq!(server.methods(), ["PUT", "PATCH", "PATCH", "PATCH"]);
}

#[test]
fn a_new_life_of_the_program_goes_on_from_the_servers_offset() {
    let server = UploadServer::start();
    server.set_offers(Offers::Tus);
    server.plan("/session/1", [Quirk::None, Quirk::None, Quirk::Halt { at: 100_000 }]);
    let rig = Rig::new();
    chunks_of(&rig, CHUNK);
    let sample = Sample::new(6 * CHUNK);
    let id = rig.add_new(sample.to(&server.url("/tus"), Resuming::Auto));
    server.wait("the third chunk", |state| state.halted);
    let mut rig = rig.restart();
    server.go_on();
    let _ = rig.wait_status(id, "completed");
    assert_eq!(server.session().bytes, sample.bytes());
    assert!(server.received() <= 7 * CHUNK, "at most one chunk twice: {}", server.received());
    let creations = server.requests().into_iter().filter(|request| request.method == "POST").count();
    assert_eq!(creations, 1);
}

#[test]
fn conflicts_busy_servers_and_damaged_chunks_are_got_over() {
    let plain = |status| Quirk::Answer { status, headers: Vec::new(), body: "" };
    let server = UploadServer::start();
    server.set_offers(Offers::Tus);
    server.plan("/session/1", [plain(409), Quirk::None, plain(423), plain(460), Quirk::LoseAnswer]);
    let mut rig = Rig::new();
    chunks_of(&rig, CHUNK);
    let sample = Sample::new(3 * CHUNK);
    let id = rig.add_new(sample.to(&server.url("/tus"), Resuming::Tus));
    for times in 1..=3 {
        rig.broke(id, times);
        let _ = rig.act(Act::Retry(only(id)));
    }
    let _ = rig.wait_status(id, "completed");
    assert_eq!(server.session().bytes, sample.bytes());
    assert_eq!(rig.row(id).restarted, 0);
}

#[test]
fn an_offset_that_cannot_be_is_not_believed() {
    let server = UploadServer::start();
    server.set_offers(Offers::Tus);
    server.plan("/session/1", [Quirk::None, Quirk::Offset(99 << 20)]);
    let mut rig = Rig::new();
    chunks_of(&rig, CHUNK);
    let sample = Sample::new(3 * CHUNK);
    let id = rig.add_new(sample.to(&server.url("/tus"), Resuming::Tus));
    let _ = rig.wait_status(id, "waiting-to-retry");
    let _ = rig.act(Act::Retry(only(id)));
    wait_reason(&mut rig, id, "wrong-offset");
    let _ = rig.act(Act::Retry(only(id)));
    let _ = rig.wait_status(id, "completed");
    assert_eq!(server.session().bytes, sample.bytes());
}

#[test]
fn a_paused_upload_goes_on_and_a_file_that_changed_in_between_is_a_question() {
    let server = UploadServer::start();
    server.set_offers(Offers::Tus);
    server.plan("/session/1", [Quirk::None, Quirk::Halt { at: 1000 }]);
    let mut rig = Rig::new();
    chunks_of(&rig, CHUNK);
    let sample = Sample::new(4 * CHUNK);
    let id = rig.add_new(sample.to(&server.url("/tus"), Resuming::Auto));
    server.wait("the second chunk", |state| state.halted);
    let _ = rig.act(Act::Pause(only(id)));
    let row = rig.wait(id, |row| row.status.name() == "paused-by-user" && !row.pausing);
    assert_eq!(row.progress.done, CHUNK);
    server.go_on();
    std::fs::write(&sample.path, vec![1; 9]).expect("written");
    let _ = rig.act(Act::Resume(only(id)));
    wait_reason(&mut rig, id, "upload-source-changed");
    sample.content.write_file(&sample.path).expect("written");
    let _ = rig.act(Act::Answer { id, answer: longshore::api::Answer::Restart });
    let _ = rig.wait_status(id, "completed");
    assert_eq!(server.session().bytes, sample.bytes());
}
