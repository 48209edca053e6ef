//! Files that go.

use longshore::api::{Act, NewTransfer, NewUpload};
use longshore::model::{LocalFile, LocalPath, Pace, TransferId};

use super::{MB, carried_through, content, go_on, parted, unsigned};
use crate::support::fault_server::Content;
use crate::support::ftp_server::{FtpServer, Quirk, Ways};
use crate::support::rig::{Rig, only};

struct Sample {
    _folder: tempfile::TempDir,
    path: std::path::PathBuf,
}

impl Sample {
    fn new(size: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sample.bin");
        Content::new(11, size).write_file(&path).expect("written");
        Self { _folder: folder, path }
    }

    fn to(&self, url: &str) -> NewTransfer {
        let (url, credentials) = parted(url);
        let file = LocalFile { path: LocalPath(self.path.clone()), spooled: false };
        NewTransfer { credentials, ..NewTransfer::upload(url, NewUpload::file(file)) }
    }
}

/// Sent as far as the server took it, then stopped.
fn stopped(server: &FtpServer, rig: &mut Rig, new: NewTransfer) -> TransferId {
    server.plan([Quirk::Stall(MB)]);
    let id = rig.add_new(new);
    server.wait("a megabyte", |state| state.received >= MB);
    let _ = rig.act(Act::Pause(only(id)));
    let _ = rig.wait_status(id, "paused-by-user");
    id
}

#[test]
fn a_file_goes_under_another_name_and_gets_its_own_when_it_is_there() {
    let server = FtpServer::start();
    let mut rig = Rig::new();
    let sample = Sample::new(3 * MB);
    let id = rig.add_new(NewTransfer {
        upload: sample.to("ftp://h/").upload.map(|mut upload| {
            upload.make_folders = true;
            upload
        }),
        ..sample.to(&server.url("in/deep/"))
    });
    let row = rig.wait_status(id, "completed");
    let file = server.file("in/deep/sample.bin").expect("the file");
    assert!(file.bytes == content(3 * MB));
    assert_eq!((row.progress.done, row.http_status), (3 * MB, Some(226)));
    assert_eq!(server.read(|state| state.folders.clone()), ["in", "in/deep"]);
    assert!(server.count("STOR in/deep/sample.bin.part") == 1 && server.count("ABOR") == 0);
    assert_eq!(file.modified.len(), 14, "{}", file.modified);
    assert!(server.file("in/deep/sample.bin.part").is_none());
}

#[test]
fn what_was_stopped_goes_on_where_the_server_is() {
    let cases = [
        (Ways::default(), "STOR", true),
        (Ways { no_rest: true, ..Ways::default() }, "APPE", true),
        (Ways { no_rest: true, no_append: true, ..Ways::default() }, "STOR", false),
    ];
    for (ways, verb, can) in cases {
        let server = FtpServer::start();
        server.set(|state| state.ways = ways);
        let mut rig = Rig::new();
        let sample = Sample::new(4 * MB);
        let id = stopped(&server, &mut rig, sample.to(&server.url("x.bin")));
        let before = server.count(verb);
        go_on(&rig, id);
        let ended = carried_through(&mut rig, id);
        if can {
            assert_eq!(ended, "completed");
            assert!(server.file("x.bin").expect("the file").bytes == content(4 * MB));
            assert!(server.count(verb) > before);
            let received = server.read(|state| state.received);
            assert!(received <= 4 * MB + 300_000, "{received}");
        } else {
            assert_eq!(ended, "needs-user cannot-resume");
        }
    }
}

#[test]
fn what_broke_is_sent_on() {
    for quirk in [Quirk::Reset(MB), Quirk::Close(MB), Quirk::Die(MB), Quirk::Lie(MB)] {
        let server = FtpServer::start();
        server.plan([quirk]);
        let mut rig = Rig::new();
        let sample = Sample::new(4 * MB);
        let id = rig.add_new(sample.to(&server.url("x.bin")));
        assert_eq!(carried_through(&mut rig, id), "completed", "{quirk:?}");
        assert!(server.file("x.bin").expect("the file").bytes == content(4 * MB), "{quirk:?}");
    }
}

#[test]
fn a_full_server_says_so_and_a_name_it_does_not_like_is_not_insisted_on() {
    let server = FtpServer::start();
    server.set(|state| state.ways.quota = Some(MB));
    let mut rig = Rig::new();
    let sample = Sample::new(8 * MB);
    let id = rig.add_new(sample.to(&server.url("x.bin")));
    assert_eq!(carried_through(&mut rig, id), "failed ftp-552");
    server.set(|state| state.ways = Ways { not_named: Some(".part"), ..Ways::default() });
    let id = rig.add_new(sample.to(&server.url("y.bin")));
    assert_eq!(carried_through(&mut rig, id), "completed");
    assert!(server.file("y.bin").expect("the file").bytes == content(8 * MB));
    server.set(|state| state.ways = Ways { not_named: Some(""), ..Ways::default() });
    let id = rig.add_new(sample.to(&server.url("z.bin")));
    assert_eq!(carried_through(&mut rig, id), "failed ftp-553");
}

#[test]
fn an_upload_takes_the_place_of_what_was_there() {
    for ways in [Ways::default(), Ways { no_overwrite: true, ..Ways::default() }] {
        let server = FtpServer::start();
        server.keep("x.bin", b"old".to_vec());
        server.set(|state| state.ways = ways);
        let mut rig = Rig::new();
        let sample = Sample::new(MB);
        let id = rig.add_new(sample.to(&server.url("x.bin")));
        assert_eq!(carried_through(&mut rig, id), "completed");
        assert!(server.file("x.bin").expect("the file").bytes == content(MB));
    }
}

#[test]
fn a_server_that_renames_nothing_gets_the_file_where_it_belongs() {
    let server = FtpServer::start();
    server.set(|state| state.ways.no_rename = true);
    let mut rig = Rig::new();
    let sample = Sample::new(MB);
    let id = rig.add_new(sample.to(&server.url("x.bin")));
    assert_eq!(carried_through(&mut rig, id), "completed");
    assert!(server.file("x.bin").expect("the file").bytes == content(MB));
    assert!(server.file("x.bin.part").is_none());
}

#[test]
fn a_changed_source_is_a_question_and_the_old_file_on_the_server_stays() {
    let server = FtpServer::start();
    server.keep("x.bin", b"old".to_vec());
    let mut rig = Rig::new();
    let sample = Sample::new(4 * MB);
    let id = stopped(&server, &mut rig, sample.to(&server.url("x.bin")));
    Content::new(12, 4 * MB + 1).write_file(&sample.path).expect("written");
    go_on(&rig, id);
    assert_eq!(carried_through(&mut rig, id), "needs-user upload-source-changed");
    assert_eq!(server.file("x.bin").expect("the file").bytes, b"old");
}

#[test]
fn a_part_that_was_deleted_is_not_begun_again_unasked() {
    let server = FtpServer::start();
    let mut rig = Rig::new();
    let sample = Sample::new(4 * MB);
    let id = stopped(&server, &mut rig, sample.to(&server.url("x.bin")));
    // What is there is known only after it was asked once.
    server.plan([Quirk::Stall(MB)]);
    go_on(&rig, id);
    server.wait("more", |state| state.received >= 2 * MB);
    let _ = rig.act(Act::Pause(only(id)));
    let _ = rig.wait_status(id, "paused-by-user");
    server.set(|state| drop(state.files.remove("x.bin.part")));
    go_on(&rig, id);
    assert_eq!(carried_through(&mut rig, id), "needs-user upload-gone");
}

#[test]
fn a_canceled_upload_leaves_nothing_behind() {
    let server = FtpServer::start();
    let mut rig = Rig::new();
    let sample = Sample::new(4 * MB);
    let id = stopped(&server, &mut rig, sample.to(&server.url("x.bin")));
    assert!(server.file("x.bin.part").is_some());
    let _ = rig.act(Act::Cancel(only(id)));
    server.wait("the end of the part", |state| !state.files.contains_key("x.bin.part"));
}

#[test]
fn an_encrypted_upload_keeps_to_its_limit() {
    let server = FtpServer::with(Some(unsigned()));
    let mut rig = Rig::new();
    let sample = Sample::new(MB);
    let mut new = sample.to(&server.url("x.bin"));
    new.options.pace = Pace::new(MB);
    let begun = rig.clock.boot();
    let id = rig.add_new(new);
    assert_eq!(carried_through(&mut rig, id), "completed");
    let took = rig.clock.boot() - begun;
    assert!(took.0 >= 700, "{took:?}");
    assert!(server.file("x.bin").expect("the file").bytes == content(MB));
}
