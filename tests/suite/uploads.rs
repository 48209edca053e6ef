//! Uploads from the wish to the last acknowledged byte, with a real engine, a real store and servers that take bodies as
//! badly as they are told to.

mod abandoned;
mod forms;
mod groups;
mod questions;
mod resuming;

use std::path::PathBuf;

use longshore::api::{NewTransfer, NewUpload};
use longshore::cli::Reason;
use longshore::model::{
    Direction, LocalFile, LocalPath, Method, Network, NetworkCost, Resuming, Settings, Shelf, Status,
    TransferId,
};

use crate::support::fault_server::Content;
use crate::support::rig::{Rig, address, home};
use crate::support::upload_server::{Quirk, UploadServer};

/// A file of this many bytes in a folder that lives as long as the test.
struct Sample {
    _folder: tempfile::TempDir,
    path: PathBuf,
    content: Content,
}

impl Sample {
    fn new(size: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, content) = (folder.path().join("sample.png"), Content::new(5, size));
        content.write_file(&path).expect("written");
        Self { _folder: folder, path, content }
    }

    fn local(&self) -> LocalFile {
        LocalFile { path: LocalPath(self.path.clone()), spooled: false }
    }

    fn bytes(&self) -> Vec<u8> {
        self.content.to_vec()
    }

    fn to(&self, url: &str, resuming: Resuming) -> NewTransfer {
        NewTransfer::upload(address(url), NewUpload { resuming, ..NewUpload::file(self.local()) })
    }

    fn post(&self, url: &str) -> NewTransfer {
        NewTransfer { method: Method::post(), ..self.to(url, Resuming::None) }
    }
}

fn chunks_of(rig: &Rig, chunk: u64) {
    let mut settings = Settings::default();
    settings.uploads.chunk = chunk;
    let _ = rig.act(longshore::api::Act::Configure(Box::new(settings)));
}

fn reason(status: &Status) -> String {
    Reason::of(status).map(|reason| reason.to_string()).unwrap_or_default()
}

fn wait_reason(rig: &mut Rig, id: TransferId, wanted: &str) {
    let _ = rig.wait(id, |row| reason(&row.status) == wanted);
}

#[test]
fn a_file_is_put_and_the_reply_kept() {
    let server = UploadServer::start();
    let mut rig = Rig::new();
    let sample = Sample::new(3 << 20);
    let id = rig.add_new(sample.to(&server.url("/put/a.png"), Resuming::None));
    let row = rig.wait_status(id, "completed");
    assert_eq!(server.kept("/put/a.png").expect("kept").bytes, sample.bytes());
    assert_eq!((row.direction, row.name.as_str()), (Direction::Upload, "sample.png"));
    assert_eq!((row.progress.done, row.progress.total), (3 << 20, Some(3 << 20)));
    assert_eq!((row.http_status, row.file), (Some(201), Some(sample.path.clone())));
    let detail = rig.detail(id);
    let reply = detail.reply.expect("a reply");
    assert_eq!((reply.head.as_str(), reply.bytes, reply.cut), ("taken", 5, false));
    assert_eq!(std::fs::read(reply.file.expect("a file").0).expect("read"), b"taken");
    let headers = detail.response.expect("an answer").headers;
    assert!(headers.contains(&("x-receipt".to_owned(), "7".to_owned())), "{headers:?}");
    let request = &server.requests()[0];
    assert_eq!((request.method.as_str(), request.header("content-type")), ("PUT", Some("image/png")));
    assert_eq!(request.header("expect"), Some("100-continue"));
    // What was sent is still there, and a removal does not touch it.
    let which = crate::support::rig::only(id);
    let _ = rig.act(longshore::api::Act::Remove { which, file: longshore::api::FileFate::Trash });
    rig.quit();
    assert!(sample.path.exists());
}

#[test]
fn a_put_that_broke_is_repeated_by_itself() {
    let server = UploadServer::start();
    server.plan("/a", [Quirk::Reset { at: 1 << 20 }, Quirk::LoseAnswer]);
    let mut rig = Rig::new();
    let sample = Sample::new(5 << 20);
    let id = rig.add_new(sample.to(&server.url("/a"), Resuming::None));
    for times in 1..=2 {
        rig.broke(id, times);
        assert_eq!(rig.row(id).resumable, Some(false));
        let _ = rig.act(longshore::api::Act::Retry(crate::support::rig::only(id)));
    }
    let _ = rig.wait_status(id, "completed");
    assert_eq!(server.kept("/a").expect("kept").bytes, sample.bytes());
}

#[test]
fn a_refusal_before_the_body_costs_nothing() {
    for (status, name, said) in
        [(401, "needs-user", "sign-in"), (413, "failed", "http-413"), (503, "waiting-to-retry", "http-503")]
    {
        let server = UploadServer::start();
        server.plan("/a", [Quirk::Refuse(status)]);
        let mut rig = Rig::new();
        let sample = Sample::new(4 << 20);
        let id = rig.add_new(sample.to(&server.url("/a"), Resuming::None));
        let row = rig.wait_status(id, name);
        assert_eq!((reason(&row.status).as_str(), server.received()), (said, 0));
    }
}

#[test]
fn a_server_that_changes_its_mind_in_the_middle_is_heard() {
    let server = UploadServer::start();
    server.plan("/a", [Quirk::Early { status: 413, at: 300_000 }]);
    let mut rig = Rig::new();
    let sample = Sample::new(32 << 20);
    let id = rig.add_new(sample.to(&server.url("/a"), Resuming::None));
    let row = rig.wait_status(id, "failed");
    assert_eq!(reason(&row.status), "http-413");
    assert_eq!(rig.detail(id).reply.expect("a reply").head, "enough");
    assert!(server.received() < 8 << 20);
}

#[test]
fn a_network_that_costs_stops_an_upload_at_once() {
    let server = UploadServer::start();
    server.plan("/a", [Quirk::Halt { at: 100_000 }]);
    let mut rig = Rig::new();
    let sample = Sample::new(16 << 20);
    let id = rig.add_new(sample.to(&server.url("/a"), Resuming::None));
    server.wait("the middle", |state| state.halted);
    rig.set_network(Network { cost: NetworkCost::Variable, roaming: true, ..home() });
    let row = rig.wait_status(id, "paused-costed-network");
    assert_eq!(row.progress.done, 0, "nothing of it is worth anything");
    server.go_on();
    rig.set_network(home());
    let _ = rig.wait_status(id, "completed");
    assert_eq!(server.kept("/a").expect("kept").bytes, sample.bytes());
}

#[test]
fn three_run_at_once_and_downloads_do_not_count() {
    let server = UploadServer::start();
    let mut rig = Rig::new();
    let sample = Sample::new(2 << 20);
    let mut ids = Vec::new();
    for number in 0..5 {
        server.plan(&format!("/{number}"), [Quirk::Halt { at: 1 << 20 }]);
        ids.push(rig.add_new(sample.to(&server.url(&format!("/{number}")), Resuming::None)));
    }
    let puts = |state: &crate::support::upload_server::State| {
        state.requests.iter().filter(|request| request.method == "PUT" && request.received >= 1 << 20).count()
    };
    server.wait("three", |state| puts(state) == 3);
    let running = ids.iter().filter(|id| rig.row(**id).status.name() == "running").count();
    assert_eq!(running, 3);
    assert_eq!(Shelf::Waiting, rig.row(ids[4]).status.shelf());
    for _ in 0..5 {
        server.go_on();
        server.wait("the next", |state| !state.halted || puts(state) == 5);
    }
    for id in ids {
        while rig.row(id).status.name() != "completed" {
            server.go_on();
            let _ = rig.wait(id, |row| row.status.name() != "queued");
        }
    }
}
