//! Files that come.

use longshore::api::ProbeState;
use longshore::model::Status;

use super::{MB, PROOF, add, carried_through, content, go_on, probed, stopped_within};
use crate::support::fault_server::Content;
use crate::support::ftp_server::{FtpServer, Quirk, Ways};
use crate::support::home::text;
use crate::support::rig::Rig;

#[test]
fn a_file_comes_whole_and_its_password_is_nowhere() {
    let server = FtpServer::start();
    server.keep("dir/na\u{ef}ve \u{20ac}.bin", content(3 * MB));
    let mut rig = Rig::new();
    let url = server.url("dir/na%C3%AFve%20%E2%82%AC.bin").replace("pass@", "pass-Xk29qLm@");
    let id = add(&rig, &url);
    let file = rig.wait_file(id);
    assert_eq!(std::fs::read(&file).expect("read"), content(3 * MB));
    assert!(file.ends_with("na\u{ef}ve \u{20ac}.bin"), "{}", file.display());
    let detail = rig.detail(id);
    let response = detail.response.expect("an answer");
    assert_eq!(response.status, 150);
    assert!(response.headers.contains(&("SIZE".to_owned(), (3 * MB).to_string())), "{response:?}");
    assert_eq!(server.count("PASS pass-Xk29qLm"), 1, "one connection was enough");
    assert_eq!(server.count("ABOR"), 0);
    rig.quit();
    for file in walk(&rig.data()) {
        let bytes = std::fs::read(&file).expect("read");
        assert!(!text(&bytes).contains("Xk29qLm"), "{}", file.display());
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    assert!(!found.is_empty());
    found
}

#[test]
fn what_broke_goes_on_where_it_was() {
    let breaks = [Quirk::Reset(MB), Quirk::Close(MB), Quirk::Lie(MB), Quirk::Die(MB), Quirk::Stall(MB)];
    for quirk in breaks {
        let server = FtpServer::start();
        server.keep("f.bin", content(4 * MB));
        server.plan([PROOF, quirk]);
        let mut rig = Rig::new();
        rig.configure(|settings| settings.timeouts.stall = 1);
        let id = add(&rig, &server.url("f.bin"));
        assert_eq!(carried_through(&mut rig, id), "completed", "{quirk:?}");
        let file = rig.wait_file(id);
        assert_eq!(std::fs::read(&file).expect("read"), content(4 * MB), "{quirk:?}");
        let sent = server.read(|state| state.sent);
        // A reset throws away what was on its way.
        let lost = if matches!(quirk, Quirk::Reset(_) | Quirk::Die(_)) { MB } else { 0 };
        assert!(sent <= 4 * MB + 300_000 + lost, "{quirk:?}: {sent} bytes were sent");
        assert!(server.count("REST") >= 2, "{quirk:?}");
        assert_eq!(server.count("ABOR"), 0);
    }
}

#[test]
fn replies_are_told_apart() {
    let cases = [
        ("421 too busy", "waiting-to-retry ftp-421"),
        ("425 no data connection", "waiting-to-retry ftp-425"),
        ("426 broke", "waiting-to-retry ftp-426"),
        ("450 in use", "waiting-to-retry ftp-450"),
        ("530 not you", "needs-user sign-in"),
        ("550 not allowed", "failed ftp-550"),
        ("552 full", "failed ftp-552"),
        ("999 what", "waiting-to-retry invalid-response"),
    ];
    for (line, expected) in cases {
        let server = FtpServer::start();
        server.keep("f.bin", content(1000));
        server.plan([PROOF, Quirk::Reply(line)]);
        let mut rig = Rig::new();
        let id = add(&rig, &server.url("f.bin"));
        assert_eq!(rig.settle(id), expected, "{line}");
    }
}

#[test]
fn nobody_and_nothing_there_is_said() {
    let server = FtpServer::start();
    let mut rig = Rig::new();
    let id = add(&rig, &server.url("missing.bin"));
    assert_eq!(rig.settle(id), "failed ftp-550");
    let id = add(&rig, &server.url("x").replace("pass@", "wrong@"));
    assert_eq!(rig.settle(id), "needs-user sign-in");
    let id = add(&rig, &server.url("a%0D%0ADELE%20b"));
    assert_eq!(rig.settle(id), "failed ftp-501");
    assert_eq!(server.count("DELE"), 0);
    let gone = server.url("x");
    drop(server);
    let id = add(&rig, &gone);
    assert_eq!(rig.settle(id), "waiting-to-retry cannot-connect");
}

#[test]
fn a_file_that_was_begun_and_is_gone_is_a_question() {
    let server = FtpServer::start();
    server.keep("f.bin", content(3 * MB));
    let mut rig = Rig::new();
    let id = stopped_within(&server, &mut rig, Some(PROOF));
    server.set(|state| drop(state.files.remove("f.bin")));
    go_on(&rig, id);
    assert_eq!(carried_through(&mut rig, id), "needs-user link-expired");
}

#[test]
fn another_version_never_meets_the_first() {
    for (size, modified) in [(3 * MB + 1, "20240102030405"), (3 * MB, "20250102030405")] {
        let server = FtpServer::start();
        server.keep("f.bin", content(3 * MB));
        let mut rig = Rig::new();
        let id = stopped_within(&server, &mut rig, Some(PROOF));
        server.set(|state| {
            let file = state.files.get_mut("f.bin").expect("the file");
            file.bytes = Content::new(12, size).to_vec();
            file.modified = modified.to_owned();
        });
        go_on(&rig, id);
        assert_eq!(carried_through(&mut rig, id), "needs-user source-changed", "{size} {modified}");
    }
}

#[test]
fn what_servers_cannot_is_lived_with() {
    let whole = |ways: Ways| {
        let server = FtpServer::start();
        server.keep("f.bin", content(2 * MB));
        server.set(|state| state.ways = ways);
        let mut rig = Rig::new();
        let id = add(&rig, &server.url("f.bin"));
        let file = rig.wait_file(id);
        assert_eq!(std::fs::read(&file).expect("read"), content(2 * MB));
        let row = rig.row(id);
        (server, row.resumable)
    };
    let (server, resumable) = whole(Ways { no_epsv: true, elsewhere: Some("192.0.2.1"), ..Ways::default() });
    assert_eq!((server.count("PASV") > 0, resumable), (true, Some(true)));
    assert_eq!(whole(Ways { no_rest: true, ..Ways::default() }).1, Some(false));
    assert_eq!(whole(Ways { rest_lies: true, ..Ways::default() }).1, Some(false));
    assert_eq!(whole(Ways { no_size: true, no_mdtm: true, ..Ways::default() }).1, Some(false));
    assert_eq!(whole(Ways { size_off: 100, ..Ways::default() }).1, Some(false));
    assert_eq!(whole(Ways { size_off: -100, ..Ways::default() }).1, Some(false));
}

#[test]
fn a_server_that_cannot_go_on_is_a_question_and_nothing_is_lost() {
    let no_rest = Ways { no_rest: true, ..Ways::default() };
    let lies = Ways { rest_lies: true, ..Ways::default() };
    for (ways, proof) in [(no_rest, None), (lies, Some(PROOF))] {
        let server = FtpServer::start();
        server.keep("f.bin", content(3 * MB));
        server.set(|state| state.ways = ways);
        let mut rig = Rig::new();
        let id = stopped_within(&server, &mut rig, proof);
        go_on(&rig, id);
        let row = rig.wait(id, |row| matches!(row.status, Status::NeedsUser(_)));
        assert_eq!(rig.settle(id), "needs-user cannot-resume");
        assert!(row.progress.done > 0);
    }
}

#[test]
fn an_empty_file_is_a_file() {
    let server = FtpServer::start();
    server.keep("empty", Vec::new());
    let mut rig = Rig::new();
    let id = add(&rig, &server.url("empty"));
    let file = rig.wait_file(id);
    assert_eq!(std::fs::read(&file).expect("read"), b"");
}

#[test]
fn a_greeting_without_end_fills_no_memory() {
    let server = FtpServer::start();
    server.set(|state| state.ways.endless = true);
    let mut rig = Rig::new();
    let id = add(&rig, &server.url("x"));
    let _ = rig.settle(id);
    assert_eq!(rig.row(id).progress.done, 0);
}

#[test]
fn several_connections_share_a_file_as_far_as_the_server_allows() {
    for allowed in [None, Some(2)] {
        let server = FtpServer::start();
        server.keep("f.bin", content(24 * MB));
        server.set(|state| state.allowed = allowed);
        let mut rig = Rig::many();
        let id = add(&rig, &server.url("f.bin"));
        let file = rig.wait_file(id);
        assert!(std::fs::read(&file).expect("read") == content(24 * MB));
        let most = server.read(|state| state.most);
        assert!(most <= allowed.unwrap_or(4), "{most} connections");
    }
}

#[test]
fn many_files_of_one_server_share_a_sign_in() {
    let server = FtpServer::start();
    let mut rig = Rig::new();
    rig.configure(|settings| settings.limits.small = 1);
    for number in 0..6 {
        server.keep(&format!("{number}.bin"), content(1000 + number));
    }
    let ids: Vec<_> = (0..6).map(|number| add(&rig, &server.url(&format!("{number}.bin")))).collect();
    for (number, id) in ids.into_iter().enumerate() {
        let file = rig.wait_file(id);
        assert_eq!(std::fs::read(&file).expect("read"), content(1000 + number as u64));
    }
    assert!(server.count("PASS") < 6, "{} sign-ins", server.count("PASS"));
}

#[test]
fn a_dialog_is_told_name_and_size() {
    let server = FtpServer::start();
    server.keep("dir/some.iso", content(5 * MB));
    let rig = Rig::new();
    let state = probed(&rig, &server.url("dir/some.iso"));
    let ProbeState::Found { name, total, resumable, .. } = state else { panic!("{state:?}") };
    assert_eq!((name.as_str(), total, resumable), ("some.iso", Some(5 * MB), true));
    let state = probed(&rig, &server.url("dir/other.iso"));
    assert!(matches!(state, ProbeState::Failed(_)), "{state:?}");
}
