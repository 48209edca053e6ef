//! Checksums and Metalink documents by the command line.

use crate::downloads::checksums::sha256;
use crate::downloads::metalinks::{envelope, file};
use crate::support::fault_server::{Content, FaultServer, Resource};
use crate::support::home::{Home, text};

fn content() -> Content {
    Content::new(4, 2 << 20)
}

#[test]
fn a_checksum_on_the_command_line_is_kept_to() {
    let right = sha256(&content().to_vec()).to_string();
    let wrong = sha256(b"another file").to_string();
    for home in [Home::new(), Home::many()] {
        let server = FaultServer::start();
        let url = server.serve("/right.bin", Resource::bytes(content()));
        let done = home.run(&["get", &url, "--checksum", &right]);
        assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
        content().verify_file(&home.path().join("right.bin")).expect("the right bytes");
        assert_eq!(home.field("1", "checksum"), "verified");

        let url = server.serve("/wrong.bin", Resource::bytes(content()));
        let asks = home.run(&["get", &url, "--checksum", &wrong]);
        assert_eq!(asks.status.code(), Some(3), "{}", text(&asks.stderr));
        assert_eq!(home.field("2", "checksum"), "mismatch");
        assert_eq!(home.field("2", "reason"), "checksum-mismatch");
        assert!(!home.path().join("wrong.bin").exists(), "it has no name yet");
        let shown = home.says(&["show", "2"]);
        assert!(shown.contains("longshore answer 2 keep"), "{shown}");
        let _ = home.says(&["answer", "2", "keep"]);
        assert_eq!(home.run(&["get", &url, "--checksum", &wrong]).status.code(), Some(0));
        content().verify_file(&home.path().join("wrong.bin")).expect("what came");
    }
}

#[test]
fn a_list_beside_the_file_is_used_when_it_is_asked_for() {
    let server = FaultServer::start();
    let url = server.serve("/a.bin", Resource::bytes(content()));
    let right = sha256(&content().to_vec()).to_string().replace("sha256:", "");
    let _ = server.serve("/SHA256SUMS", Resource::literal(format!("{right}  a.bin\n")));
    let home = Home::many();
    let _ = home.says(&["get", &url, "--checksum", "auto"]);
    assert_eq!(home.field("1", "checksum"), "verified");
}

#[test]
fn a_document_on_this_machine_is_downloaded() {
    let server = FaultServer::start();
    let urls = [server.url("/gone.bin"), server.serve("/x.bin", Resource::bytes(content()))];
    for home in [Home::new(), Home::many()] {
        let list = home.path().join("list.meta4");
        std::fs::write(&list, envelope(&file("y.bin", &content(), &urls))).expect("a file");
        let done = home.run(&["get", list.to_str().expect("utf-8")]);
        assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
        content().verify_file(&home.path().join("y.bin")).expect("the right bytes");
        assert_eq!(home.field("1", "checksum"), "verified");
    }
}
