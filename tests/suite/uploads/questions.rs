//! What an upload leaves to the user, and what becomes of each answer.

use longshore::api::{Act, Answer, HeaderInput, NewTransfer};
use longshore::model::Resuming;

use super::{Sample, reason, wait_reason};
use crate::support::rig::{Rig, only};
use crate::support::upload_server::{Offers, Quirk, UploadServer};

fn answer(rig: &Rig, id: longshore::model::TransferId, answer: Answer) {
    let outcome = rig.act(Act::Answer { id, answer });
    assert!(matches!(outcome, longshore::api::Outcome::Done), "{outcome:?}");
}

#[test]
fn a_post_whose_answer_was_lost_is_never_sent_again_unasked() {
    let server = UploadServer::start();
    server.plan("/a", [Quirk::LoseAnswer]);
    let mut rig = Rig::new();
    let sample = Sample::new(2 << 20);
    let id = rig.add_new(sample.post(&server.url("/a")));
    wait_reason(&mut rig, id, "maybe-received");
    // Neither a try, nor a new life of the program, sends it.
    answer(&rig, id, Answer::TryAgain);
    wait_reason(&mut rig, id, "maybe-received");
    let mut rig = rig.restart();
    let _ = rig.act(Act::Retry(only(id)));
    wait_reason(&mut rig, id, "maybe-received");
    assert_eq!(server.methods(), ["POST"]);
    answer(&rig, id, Answer::Restart);
    let _ = rig.wait_status(id, "completed");
    assert_eq!(server.methods(), ["POST", "POST"]);
    assert_eq!(server.kept("/a").expect("kept").times, 2);
}

#[test]
fn the_user_can_say_that_it_is_done() {
    let server = UploadServer::start();
    server.plan("/a", [Quirk::LoseAnswer]);
    let mut rig = Rig::new();
    let sample = Sample::new(2 << 20);
    let id = rig.add_new(sample.post(&server.url("/a")));
    wait_reason(&mut rig, id, "maybe-received");
    answer(&rig, id, Answer::KeepWhatIsHere);
    let _ = rig.wait_status(id, "completed");
    assert_eq!(server.methods(), ["POST"]);
}

#[test]
fn a_post_that_broke_before_its_end_or_has_a_key_is_repeated() {
    let server = UploadServer::start();
    server.plan("/a", [Quirk::Reset { at: 1 << 20 }]);
    server.plan("/b", [Quirk::LoseAnswer]);
    let mut rig = Rig::new();
    let sample = Sample::new(9 << 20);
    let broken = rig.add_new(sample.post(&server.url("/a")));
    let key = ("Idempotency-Key".to_owned(), HeaderInput::Plain("7".to_owned()));
    let keyed = rig.add_new(NewTransfer { headers: vec![key], ..sample.post(&server.url("/b")) });
    for id in [broken, keyed] {
        let _ = rig.wait_status(id, "waiting-to-retry");
        let _ = rig.act(Act::Retry(only(id)));
        let _ = rig.wait_status(id, "completed");
    }
}

#[test]
fn a_post_interrupted_while_the_server_thinks_is_a_question() {
    let server = UploadServer::start();
    // All but the last byte was read: the rest is in the kernels, and nobody can tell.
    server.plan("/a", [Quirk::Halt { at: 99_999 }]);
    let rig = Rig::new();
    let sample = Sample::new(100_000);
    let id = rig.add_new(sample.post(&server.url("/a")));
    server.wait("the end", |state| state.halted);
    let mut rig = rig.restart();
    wait_reason(&mut rig, id, "maybe-received");
    assert_eq!(server.methods(), ["POST"]);
}

#[test]
fn a_size_that_is_not_ours_is_not_called_complete() {
    let server = UploadServer::start();
    server.plan("/a", [Quirk::Shorten { to: 1_000_000 }]);
    let told = vec![("Content-Type", "application/json".to_owned())];
    server.plan("/b", [Quirk::Answer { status: 200, headers: told, body: "{\"size\": 12}" }]);
    let mut rig = Rig::new();
    let sample = Sample::new(3_000_000);
    for path in ["/a", "/b"] {
        let id = rig.add_new(sample.to(&server.url(path), Resuming::None));
        wait_reason(&mut rig, id, "other-size");
        answer(&rig, id, Answer::Restart);
        let _ = rig.wait_status(id, "completed");
        assert_eq!(server.kept(path).expect("kept").bytes, sample.bytes());
    }
}

#[test]
fn a_file_that_changes_meanwhile_never_arrives_mixed() {
    let server = UploadServer::start();
    server.plan("/a", [Quirk::Halt { at: 1 << 20 }]);
    let mut rig = Rig::new();
    let sample = Sample::new(8 << 20);
    let id = rig.add_new(sample.to(&server.url("/a"), Resuming::None));
    server.wait("the middle", |state| state.halted);
    let newer = vec![7_u8; 6 << 20];
    std::fs::write(&sample.path, &newer).expect("written");
    server.go_on();
    wait_reason(&mut rig, id, "upload-source-changed");
    assert!(server.kept("/a").is_none());
    answer(&rig, id, Answer::Restart);
    let row = rig.wait_status(id, "completed");
    assert_eq!((row.progress.total, row.restarted), (Some(6 << 20), 1));
    assert_eq!(server.kept("/a").expect("kept").bytes, newer);
}

#[test]
fn a_file_that_is_missing_is_waited_for() {
    let server = UploadServer::start();
    let mut rig = Rig::new();
    let sample = Sample::new(1000);
    let aside = sample.path.with_extension("aside");
    std::fs::rename(&sample.path, &aside).expect("renamed");
    let id = rig.add_new(sample.to(&server.url("/a"), Resuming::None));
    wait_reason(&mut rig, id, "upload-source-missing");
    std::fs::rename(&aside, &sample.path).expect("renamed");
    // Looked at again every ten seconds, without a word from anybody.
    let _ = rig.wait_status(id, "completed");
    assert_eq!(server.kept("/a").expect("kept").bytes, sample.bytes());
}

#[test]
fn an_upload_that_the_server_forgot_is_not_begun_again_unasked() {
    for offers in [Offers::Tus, Offers::Ietf] {
        let server = UploadServer::start();
        server.set_offers(offers);
        server.plan("/session/1", [Quirk::None, Quirk::Reset { at: 1 << 20 }]);
        server.plan("/tus", [Quirk::None]);
        server.plan("/a", [Quirk::Reset { at: 1 << 20 }]);
        let mut rig = Rig::new();
        let sample = Sample::new(20 << 20);
        let path = if offers == Offers::Tus { "/tus" } else { "/a" };
        let id = rig.add_new(sample.to(&server.url(path), Resuming::Auto));
        let row = rig.wait_status(id, "waiting-to-retry");
        assert_eq!(row.resumable, Some(true), "{offers:?}");
        server.forget_sessions();
        let _ = rig.act(Act::Retry(only(id)));
        wait_reason(&mut rig, id, "upload-gone");
        answer(&rig, id, Answer::Restart);
        let row = rig.wait(id, |row| matches!(row.status.name(), "completed" | "needs-user" | "failed"));
        assert_eq!(row.status.name(), "completed", "{offers:?} {}", reason(&row.status));
        assert_eq!(server.session().bytes, sample.bytes(), "{offers:?}");
    }
}
