//! One file by many connections: exact bytes whatever each of them meets, and little of it twice.

use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use longshore::api::{Act, NewTransfer};
use longshore::model::{ByteRange, Edit, Options, RangeSet, TransferId};

use super::SIZE;
use super::large::save_progress;
use crate::support::fault_server::{
    At, Behaviour, Content, Cut, ETag, FaultServer, LastModified, Over, Resource, Rule,
};
use crate::support::rig::{Rig, address, only};

/// Large enough that eight connections have something to do.
const LARGE: u64 = 24 << 20;
const MIB: u64 = 1 << 20;

fn large() -> Content {
    Content::new(40, LARGE)
}

fn by(connections: u16, url: &str) -> NewTransfer {
    let options = Options { connections: Some(connections), ..Options::default() };
    NewTransfer { options, ..NewTransfer::download(address(url)) }
}

fn pace(bytes_per_second: u64) -> Behaviour {
    Behaviour::Pace { bytes_per_second }
}

/// Fetches and compares; at most `most` bytes came twice.
fn fetched(server: &FaultServer, rig: &mut Rig, id: TransferId, path: &str, most: u64) {
    let file = rig.wait_file(id);
    large().verify_file(&file).unwrap_or_else(|wrong| panic!("{path}: {wrong}"));
    let coverage = server.coverage(path);
    assert!(coverage.refetched <= most, "{path}: {coverage:?}");
}

#[test]
fn eight_connections_bring_the_same_bytes_as_one() {
    let server = FaultServer::options().small_buffers().start();
    let mut rig = Rig::many();
    let url = server.serve("/eight.bin", Resource::bytes(large()).with(pace(4 * MIB)));
    let id = rig.add_new(by(8, &url));
    let row = rig.wait(id, |row| row.progress.connections == 8);
    assert_eq!(row.resumable, Some(true));
    fetched(&server, &mut rig, id, "/eight.bin", MIB);
    let asked = server.exchanges("/eight.bin");
    assert_eq!(asked[0].headers.get("range"), Some("bytes=0-"), "the first answer is used");
    assert!(asked[0].spans.iter().any(|span| span.start == 0 && !span.is_empty()));
}

#[test]
fn more_connections_come_by_themselves_where_each_is_slow() {
    let server = FaultServer::options().small_buffers().start();
    let mut rig = Rig::many();
    let url = server.serve("/slow.bin", Resource::bytes(large()).with(pace(2 * MIB)));
    let id = rig.add(&url);
    let _ = rig.wait(id, |row| row.progress.connections > 1);
    fetched(&server, &mut rig, id, "/slow.bin", MIB);
}

#[test]
fn a_host_keeps_its_limit_for_all_transfers_together() {
    let server = FaultServer::options().small_buffers().start();
    let mut rig = Rig::many();
    rig.configure(|settings| settings.limits.per_host = 3);
    let urls =
        ["/0.bin", "/1.bin"].map(|path| server.serve(path, Resource::bytes(large()).with(pace(4 * MIB))));
    let ids = urls.map(|url| rig.add_new(by(8, &url)));
    let mut most = 0;
    for id in ids {
        let row = rig.wait(id, |row| {
            most = most.max(server.connections_open());
            row.file.is_some() && row.progress.done == LARGE && row.status.name() == "completed"
        });
        large().verify_file(&row.file.expect("a file")).expect("the right bytes");
    }
    // One that is about to close may be seen beside its successor.
    assert!((2..=4).contains(&most), "{most} at once");
}

#[test]
fn faults_of_some_connections_cost_no_byte() {
    let server = FaultServer::options().small_buffers().start();
    let mut rig = Rig::many();
    let cut = |at, how| Behaviour::CutAt { at: At::Body(at), how };
    let busy = Behaviour::MaxConnections { n: 3, over: Over::Status(503) };
    let wrong = Behaviour::WrongContentRangeStart(1);
    let page = Behaviour::HtmlInstead { title: "busy".to_owned(), status: 200 };
    let cases = [
        ("cut", cut(MIB, Cut::Reset).into()),
        ("closed", cut(MIB + 1, Cut::CleanClose).into()),
        ("crowded", busy.into()),
        ("stalls", Behaviour::Stall { at: At::Body(MIB) }.skip(2).times(2)),
        ("lies", wrong.skip(3).times(3)),
        ("pages", page.skip(2).times(2)),
        ("refused", Behaviour::DropBeforeAnswer(Cut::Reset).skip(2).times(3)),
        ("short", Behaviour::ShorterRange(2 * MIB).into()),
    ];
    let ids: Vec<_> = cases
        .into_iter()
        .map(|(name, rule): (&str, Rule)| {
            let path = format!("/{name}.bin");
            let url = server.serve(&path, Resource::bytes(large()).with(pace(8 * MIB)).with(rule));
            (rig.add_new(by(8, &url)), path)
        })
        .collect();
    for (id, path) in ids {
        fetched(&server, &mut rig, id, &path, 2 * MIB);
        let requests = server.exchanges(&path).len();
        assert!(requests <= 120, "{path}: {requests} requests");
    }
}

#[test]
fn pause_and_restart_keep_what_each_connection_brought() {
    let server = FaultServer::options().small_buffers().start();
    let mut rig = Rig::many();
    let url = server.serve("/paused.bin", Resource::bytes(large()).with(pace(2 * MIB)));
    let id = rig.add_new(by(8, &url));
    let _ = rig.wait(id, |row| row.progress.done > LARGE / 4);
    let _ = rig.act(Act::Pause(only(id)));
    let row = rig.wait_status(id, "paused-by-user");
    assert!(row.progress.done < LARGE);
    server.wait_for_connections(|open| open == 0, Duration::from_secs(5));
    let mut rig = rig.restart();
    assert_eq!(rig.row(id).progress.done, row.progress.done, "every range is remembered");
    let _ = rig.act(Act::Resume(only(id)));
    // What was on its way to each connection when it was closed.
    fetched(&server, &mut rig, id, "/paused.bin", 3 * MIB);
}

#[test]
fn a_file_that_changes_in_the_middle_is_never_mixed() {
    let server = FaultServer::options().small_buffers().start();
    let mut rig = Rig::many();
    let changes = Behaviour::ChangesAfterRequests(4);
    let url = server.serve("/changes.bin", Resource::bytes(large()).with(pace(MIB)).with(changes));
    let id = rig.add_new(by(8, &url));
    assert_eq!(rig.settle(id), "needs-user source-changed");
}

#[test]
fn a_small_file_takes_one_request() {
    let server = FaultServer::start();
    let mut rig = Rig::many();
    let id = rig.add(&server.serve("/small.bin", Resource::bytes(Content::new(2, SIZE / 8))));
    let _ = rig.wait_file(id);
    assert_eq!(server.exchanges("/small.bin").len(), 1);
}

/// The first connection brought nothing, later ones did: there is nothing right before the gap that could be compared.
#[test]
fn another_file_is_found_out_where_the_beginning_is_missing() {
    let server = FaultServer::options().small_buffers().start();
    let mut rig = Rig::new();
    for (path, changed) in [("/same.bin", false), ("/other.bin", true)] {
        let unsure = |content| {
            let resource = Resource::bytes(content).with(Behaviour::ETag(ETag::None));
            resource.with(Behaviour::LastModified(LastModified::None))
        };
        let hang = Behaviour::CutAt { at: At::Body(0), how: Cut::Reset };
        let url = server.serve(path, unsure(large()).with(hang.times(1)));
        let id = rig.add(&url);
        let _ = rig.wait_status(id, "waiting-to-retry");
        rig.quit();
        let held = LARGE / 2..LARGE / 2 + MIB;
        keep_only(&rig, id, path, held.clone());
        let now = if changed { large().next_version() } else { large() };
        server.replace(path, unsure(now));
        rig = rig.restart();
        rig.retry(id);
        if changed {
            assert_eq!(rig.settle(id), "needs-user source-changed");
            let part = rig.downloads().join("other.bin.part");
            large().verify_file_span(&part, held).expect("what was here is kept");
        } else {
            fetched(&server, &mut rig, id, path, MIB);
        }
    }
}

/// As if only this stretch had come.
fn keep_only(rig: &Rig, id: TransferId, path: &str, held: Range<u64>) {
    let part = rig.downloads().join(format!("{}.part", &path[1..]));
    let file = std::fs::OpenOptions::new().write(true).open(part).expect("the part");
    file.write_all_at(&large().slice(held.clone()), held.start).expect("written");
    let synced = RangeSet::of(ByteRange::new(held.start, held.end));
    save_progress(rig, Edit::Progress { id, synced, mark: None, progressed: None });
}
