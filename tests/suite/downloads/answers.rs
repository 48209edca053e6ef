//! Answers that are none, or not the one that was hoped for.

use super::{content, once};
use crate::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use crate::support::rig::Rig;

#[test]
fn what_is_not_http_is_said_to_be_none() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let mut cases = Vec::new();
    for (name, behaviour) in [
        ("garbage", Behaviour::GarbageAnswer),
        ("bad-status", Behaviour::Raw(b"HTTP/1.1 banana OK\r\n\r\n")),
        ("no-status", Behaviour::Raw(b"HTTP/1.1\r\n\r\n")),
        ("other-version", Behaviour::Raw(b"HTTP/7.0 200 OK\r\nContent-Length: 1\r\n\r\nx")),
        ("radio", Behaviour::Raw(b"ICY 200 OK\r\nicy-name: x\r\n\r\nxxxx")),
        ("bad-header", Behaviour::Raw(b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\nx")),
        ("huge-header", Behaviour::HugeHeader(1 << 20)),
        ("many-headers", Behaviour::ManyHeaders(2000)),
    ] {
        let path = format!("/{name}.bin");
        let url = server.serve(&path, Resource::bytes(content()).with(behaviour));
        cases.push((path, rig.add_new(once(&url))));
    }
    for (path, id) in cases {
        assert_eq!(rig.settle(id), "failed invalid-response", "{path}");
        assert_eq!(server.exchanges(&path).len(), 1, "{path}");
    }
    assert!(rig.files().is_empty());
}

#[test]
fn a_large_head_is_read() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    for (name, behaviour) in [("huge", Behaviour::HugeHeader(60_000)), ("many", Behaviour::ManyHeaders(60))] {
        let id = rig.add(&server.serve(&format!("/{name}.bin"), Resource::bytes(content()).with(behaviour)));
        content().verify_file(&rig.wait_file(id)).expect("the right bytes");
    }
}

#[test]
fn hints_before_the_answer_are_passed_over() {
    let server = FaultServer::start();
    let answer = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n\
        HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    let url = server.serve("/hints.bin", Resource::literal("hello").with(Behaviour::Raw(answer)));
    let mut rig = Rig::new();
    let id = rig.add(&url);
    assert_eq!(std::fs::read(rig.wait_file(id)).expect("a file"), b"hello");
}

#[test]
fn a_status_without_the_file_is_told_by_its_number() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let mut cases = Vec::new();
    for (code, outcome) in [
        (204, "failed http-204"),
        (205, "failed http-205"),
        (300, "failed http-300"),
        (304, "failed http-304"),
        (400, "failed http-400"),
        (401, "needs-user sign-in"),
        (403, "needs-user link-expired"),
        (404, "failed http-404"),
        (407, "needs-user proxy-sign-in"),
        (410, "failed http-410"),
        (412, "failed http-412"),
        (416, "failed http-416"),
        (418, "failed http-418"),
        (429, "waiting-to-retry http-429"),
        (451, "failed http-451"),
        (500, "waiting-to-retry http-500"),
        (501, "failed http-501"),
        (503, "waiting-to-retry http-503"),
        (520, "waiting-to-retry http-520"),
    ] {
        let path = format!("/{code}.bin");
        let status = Behaviour::Status { code, retry_after: None, body: "<title>no</title>".to_owned() };
        let url = server.serve(&path, Resource::bytes(content()).with(status));
        cases.push((path, rig.add(&url), outcome));
    }
    for (path, id, outcome) in cases {
        assert_eq!(rig.settle(id), outcome, "{path}");
        // Who wants a password says so in its own words.
        if !outcome.ends_with("sign-in") {
            let code = path.trim_matches(|c: char| !c.is_ascii_digit()).parse().ok();
            assert_eq!(rig.row(id).http_status, code, "{path}");
        }
        assert!(server.exchanges(&path).len() <= 2, "{path}");
    }
    assert!(rig.files().is_empty());
}

#[test]
fn a_file_that_is_compressed_on_the_way_is_refused_and_one_that_is_an_archive_is_not() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let small = Content::new(6, 200_000);
    let serve = |path: &str, behaviour: Behaviour| {
        let resource = Resource::bytes(small.clone()).with(behaviour);
        rig.add_new(once(&server.serve(path, resource)))
    };
    let really = serve("/table.csv", Behaviour::Gzip);
    let said = serve("/other.bin", Behaviour::EncodingLie("br".to_owned()));
    let archive = serve("/backup.tar.gz", Behaviour::EncodingLie("x-gzip".to_owned()));
    for (id, path) in [(really, "/table.csv"), (said, "/other.bin")] {
        assert_eq!(rig.settle(id), "failed encoded", "{path}");
        assert_eq!(server.exchanges(path).len(), 2, "once more without a range");
    }
    small.verify_file(&rig.wait_file(archive)).expect("the archive as the server has it");
    assert_eq!(server.exchanges("/backup.tar.gz").len(), 1);
    assert_eq!(rig.files(), ["backup.tar.gz"]);
}
