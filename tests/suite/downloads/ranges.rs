//! Whatever a server makes of the first question, the file arrives, or it is said why not.

use super::{SIZE, content, once};
use crate::support::fault_server::{Behaviour, FaultServer, Length, Resource};
use crate::support::rig::Rig;

#[test]
fn a_server_without_proper_ranges_gives_the_file_all_the_same() {
    let server = FaultServer::start();
    let refuses_head = Behaviour::Status { code: 405, retry_after: None, body: String::new() };
    let mut rig = Rig::new();
    let mut cases = Vec::new();
    // Name, what is wrong, and the number of requests.
    for (name, behaviour, requests) in [
        ("none", Behaviour::NoRanges, 1),
        ("ignores", Behaviour::IgnoresRange, 1),
        ("silent", Behaviour::SilentRanges, 1),
        ("refuses-416", Behaviour::RefusesRange(416), 2),
        ("refuses-400", Behaviour::RefusesRange(400), 2),
        ("refuses-403", Behaviour::RefusesRange(403), 2),
        ("refuses-405", Behaviour::RefusesRange(405), 2),
        ("refuses-412", Behaviour::RefusesRange(412), 2),
        ("refuses-501", Behaviour::RefusesRange(501), 2),
        ("unsatisfiable", Behaviour::UnsatisfiableWithTotal(SIZE), 2),
        ("as-200", Behaviour::WrongStatusForRange, 1),
        ("no-header", Behaviour::NoContentRange, 2),
        ("garbage", Behaviour::GarbageContentRange, 2),
        ("wrong-start", Behaviour::WrongContentRangeStart(5), 2),
        ("total-too-small", Behaviour::WrongContentRangeTotal(-10), 2),
        ("other-range", Behaviour::ServesOtherRange(7), 2),
        ("multipart", Behaviour::MultipartRanges, 2),
        ("short", Behaviour::ShorterRange(1 << 20), 3),
        ("unknown-total", Behaviour::UnknownTotal, 2),
        ("chunked", Behaviour::Chunked, 1),
        ("chunked-beside-a-length", Behaviour::ChunkedWithLength(5), 1),
        ("one-zero", Behaviour::HttpOneZero, 1),
        ("closes", Behaviour::ConnectionClose, 1),
        ("hints", Behaviour::EarlyHints, 1),
        ("no-length", Behaviour::Length(Length::Missing), 1),
        ("hates-head", refuses_head, 1),
    ] {
        let rule = if name == "hates-head" { behaviour.only_method("HEAD") } else { behaviour.into() };
        let path = format!("/{name}.bin");
        let url = server.serve(&path, Resource::bytes(content()).with(rule));
        cases.push((path, rig.add(&url), requests));
    }
    for (path, id, requests) in cases {
        let file = rig.wait_file(id);
        content().verify_file(&file).unwrap_or_else(|wrong| panic!("{path}: {wrong}"));
        let asked = server.exchanges(&path);
        assert_eq!(asked.len(), requests, "{path}: {asked:#?}");
        assert!(asked.iter().all(|exchange| exchange.method == "GET"), "{path}");
    }
}

#[test]
fn a_length_that_ends_with_the_chunks_is_not_taken_from_the_header() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let lengths = [("less", 5), ("more", SIZE + 5)];
    for (name, length) in lengths {
        let resource =
            Resource::bytes(content()).with(Behaviour::NoRanges).with(Behaviour::ChunkedWithLength(length));
        let id = rig.add(&server.serve(&format!("/{name}"), resource));
        content().verify_file(&rig.wait_file(id)).unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
    }
}

#[test]
fn a_part_that_nobody_asked_for_is_completed_by_ranges() {
    let server = FaultServer::start();
    let resource = Resource::bytes(content())
        .with(Behaviour::RefusesRange(400).times(1))
        .with(Behaviour::PartialToPlain(1 << 20));
    let mut rig = Rig::new();
    let id = rig.add(&server.serve("/part.bin", resource));
    content().verify_file(&rig.wait_file(id)).expect("the right bytes");
    let ranges: Vec<_> =
        server.exchanges("/part.bin").iter().map(|own| own.headers.get("range").map(str::to_owned)).collect();
    assert_eq!(ranges, [Some("bytes=0-".to_owned()), None, Some(format!("bytes={}-", 1 << 20))]);
}

#[test]
fn lengths_that_contradict_each_other_end_in_a_clear_failure() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let mut cases = Vec::new();
    for (name, length, reason) in [
        ("plus", Length::Plus(100), "length-disagrees"),
        ("minus", Length::Minus(100), "length-disagrees"),
        ("huge", Length::Huge, "length-disagrees"),
        ("garbage", Length::Garbage, "invalid-response"),
        ("duplicate", Length::Duplicate(7), "invalid-response"),
        ("negative", Length::Negative, "invalid-response"),
        ("overflow", Length::Overflow, "invalid-response"),
    ] {
        let path = format!("/{name}.bin");
        let url = server.serve(&path, Resource::bytes(content()).with(Behaviour::Length(length)));
        cases.push((path, rig.add_new(once(&url)), reason));
    }
    for (path, id, reason) in cases {
        assert_eq!(rig.settle(id), format!("failed {reason}"), "{path}");
        assert!(server.exchanges(&path).len() <= 2, "{path}");
    }
    assert!(rig.files().is_empty(), "{:?}", rig.files());
}

#[test]
fn a_length_beyond_every_disk_is_no_room_and_no_file() {
    let server = FaultServer::start();
    let resource = Resource::bytes(content()).with(Behaviour::NoRanges).with(Behaviour::Length(Length::Huge));
    let mut rig = Rig::new();
    let id = rig.add(&server.serve("/huge.bin", resource));
    assert_eq!(rig.settle(id), "needs-user disk-full");
    assert!(rig.files().is_empty(), "{:?}", rig.files());
    assert_eq!(server.exchanges("/huge.bin").len(), 1);
}

#[test]
fn more_than_the_range_it_announced_is_not_written() {
    let server = FaultServer::start();
    let answer = b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-9/10\r\n\
        Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n14\r\n01234567890123456789\r\n0\r\n\r\n";
    let url = server.serve("/long.bin", Resource::literal("0123456789").with(Behaviour::Raw(answer)));
    let mut rig = Rig::new();
    let id = rig.add_new(once(&url));
    assert_eq!(rig.settle(id), "failed too-long");
    assert_eq!(server.exchanges("/long.bin").len(), 1);
}

#[test]
fn an_empty_file_is_a_file() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let empty = || Resource::literal("");
    for (name, resource) in [
        ("proper", empty()),
        ("plain", empty().with(Behaviour::NoRanges)),
        ("chunked", empty().with(Behaviour::NoRanges).with(Behaviour::Chunked)),
        ("empty-answer", empty().with(Behaviour::EmptyAnswer)),
    ] {
        let id = rig.add(&server.serve(&format!("/{name}.bin"), resource));
        let file = rig.wait_file(id);
        assert_eq!(std::fs::metadata(&file).expect("a file").len(), 0, "{name}");
    }
}
