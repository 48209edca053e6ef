//! The second question, for the rest of a file: each wrong answer leaves what is here as it is.

use longshore::api::{Act, Answer};

use super::{SIZE, broken_off, check_kept, content};
use crate::support::fault_server::{Behaviour, FaultServer, Length, Resource};
use crate::support::rig::Rig;

fn status(code: u16) -> Behaviour {
    Behaviour::Status { code, retry_after: None, body: "no".to_owned() }
}

fn check(cases: Vec<(&str, Behaviour, &str)>) {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    for (name, behaviour, outcome) in cases {
        let path = format!("/{name}.bin");
        let id = broken_off(&server, &mut rig, &path, Vec::new());
        let before = server.exchanges(&path).len();
        server.replace(&path, Resource::bytes(content()).with(behaviour));
        rig.retry(id);
        assert_eq!(rig.settle(id), outcome, "{name}: {:#?}", rig.detail(id).log);
        let requests = server.exchanges(&path).len() - before;
        if outcome == "completed" {
            let file = rig.row(id).file.expect("a file");
            content().verify_file(&file).unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
            assert!(requests <= 8, "{name}: {requests} requests");
        } else {
            check_kept(&rig, id, &format!("{name}.bin"));
            assert!(requests <= 2, "{name}: {requests} requests");
        }
    }
}

#[test]
fn what_is_not_the_rest_of_the_file_is_never_glued_on() {
    check(vec![
        ("whole-none", Behaviour::NoRanges, "needs-user cannot-resume"),
        ("whole-lies", Behaviour::IgnoresRange, "needs-user cannot-resume"),
        ("rest-as-200", Behaviour::WrongStatusForRange, "needs-user source-changed"),
        ("wrong-start", Behaviour::WrongContentRangeStart(5), "waiting-to-retry wrong-range"),
        ("other-range", Behaviour::ServesOtherRange(-100), "waiting-to-retry wrong-range"),
        ("total-larger", Behaviour::WrongContentRangeTotal(10), "needs-user source-changed"),
        ("total-smaller", Behaviour::WrongContentRangeTotal(-10), "waiting-to-retry wrong-range"),
        ("no-header", Behaviour::NoContentRange, "waiting-to-retry wrong-range"),
        ("garbage", Behaviour::GarbageContentRange, "waiting-to-retry wrong-range"),
        ("multipart", Behaviour::MultipartRanges, "waiting-to-retry wrong-range"),
        ("length-plus", Behaviour::Length(Length::Plus(9)), "waiting-to-retry wrong-range"),
        ("length-minus", Behaviour::Length(Length::Minus(9)), "waiting-to-retry wrong-range"),
        ("gzip", Behaviour::Gzip, "waiting-to-retry encoded"),
        ("coded", Behaviour::EncodingLie("br".to_owned()), "waiting-to-retry encoded"),
        ("empty", Behaviour::EmptyAnswer, "needs-user source-changed"),
    ]);
}

#[test]
fn what_is_right_all_the_same_goes_on() {
    check(vec![
        ("proper", Behaviour::SilentRanges, "completed"),
        ("unknown-total", Behaviour::UnknownTotal, "completed"),
        ("short", Behaviour::ShorterRange(300_000), "completed"),
        ("chunked", Behaviour::Chunked, "completed"),
        ("no-length", Behaviour::Length(Length::Missing), "completed"),
        ("one-zero", Behaviour::HttpOneZero, "completed"),
        ("identity", Behaviour::EncodingLie("identity".to_owned()), "completed"),
    ]);
}

#[test]
fn a_refusal_is_a_question_or_a_wait() {
    check(vec![
        ("same-total", Behaviour::UnsatisfiableWithTotal(SIZE), "needs-user cannot-resume"),
        ("larger-total", Behaviour::UnsatisfiableWithTotal(SIZE + 5), "needs-user source-changed"),
        ("smaller-total", Behaviour::UnsatisfiableWithTotal(SIZE / 4), "needs-user source-changed"),
        ("no-total", Behaviour::RefusesRange(416), "needs-user source-changed"),
        ("precondition", Behaviour::RefusesRange(412), "needs-user source-changed"),
        ("range-400", Behaviour::RefusesRange(400), "needs-user cannot-resume"),
        ("range-405", Behaviour::RefusesRange(405), "needs-user cannot-resume"),
        ("range-501", Behaviour::RefusesRange(501), "needs-user cannot-resume"),
        ("always-400", status(400), "needs-user link-expired"),
        ("sign-in", status(401), "needs-user sign-in"),
        ("forbidden", status(403), "needs-user link-expired"),
        ("missing", status(404), "needs-user link-expired"),
        ("proxy", status(407), "needs-user proxy-sign-in"),
        ("gone", status(410), "needs-user link-expired"),
        ("nothing", status(204), "needs-user link-expired"),
        ("unmodified", Behaviour::NotModified, "needs-user link-expired"),
        ("odd-version", status(505), "needs-user link-expired"),
        ("slow-down", status(429), "waiting-to-retry http-429"),
        ("broken", status(500), "waiting-to-retry http-500"),
        ("busy", status(503), "waiting-to-retry http-503"),
    ]);
}

#[test]
fn a_file_that_cannot_go_on_begins_again_only_when_told_and_keeps_the_old_part() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let id = broken_off(&server, &mut rig, "/again.bin", Vec::new());
    server.replace("/again.bin", Resource::bytes(content()).with(Behaviour::NoRanges));
    rig.retry(id);
    assert_eq!(rig.settle(id), "needs-user cannot-resume");
    let before = server.exchanges("/again.bin").len();
    let _ = rig.act(Act::Answer { id, answer: Answer::Restart });
    content().verify_file(&rig.wait_file(id)).expect("the right bytes");
    assert_eq!(server.exchanges("/again.bin").len(), before + 1);
    assert_eq!(rig.files(), ["again.bin", "again.bin.old"]);
}

#[test]
fn the_rest_is_asked_for_once_and_alone() {
    let server = FaultServer::options().small_buffers().start();
    let mut rig = Rig::new();
    let id = broken_off(&server, &mut rig, "/rest.bin", Vec::new());
    let done = rig.row(id).progress.done;
    let before = server.exchanges("/rest.bin").len();
    server.replace("/rest.bin", Resource::bytes(content()));
    rig.retry(id);
    content().verify_file(&rig.wait_file(id)).expect("the right bytes");
    let asked = server.exchanges("/rest.bin").split_off(before);
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].headers.get("range"), Some(format!("bytes={done}-").as_str()));
    assert!(!asked[0].headers.has("if-range"), "the answer is judged, not the question loaded");
}
