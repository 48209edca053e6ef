//! Is it still the same file? Asked at each resume; where nothing firm answers, the bytes do.

use longshore::api::NewTransfer;
use longshore::model::Options;

use super::{SIZE, broken_off, check_kept, content};
use crate::support::fault_server::{Behaviour, Content, ETag, FaultServer, LastModified, Resource};
use crate::support::rig::{Rig, address};

/// As `rules::resume::OVERLAP`, and what the server may have on its way when the connection breaks.
const REFETCH_MOST: u64 = (64 << 10) + (256 << 10);

/// What the server says of the file at first, and later; the file itself may be another one by then.
struct Case {
    name: &'static str,
    first: Vec<Behaviour>,
    later: Vec<Behaviour>,
    changed: bool,
    outcome: &'static str,
}

fn check(cases: Vec<Case>) {
    let server = FaultServer::options().small_buffers().start();
    let mut rig = Rig::new();
    for Case { name, first, later, changed, outcome } in cases {
        let path = format!("/{name}.bin");
        let id = broken_off(&server, &mut rig, &path, first);
        let before = server.exchanges(&path).len();
        let now = if changed { content().next_version() } else { content() };
        server.replace(&path, later.into_iter().fold(Resource::bytes(now), Resource::with));
        rig.retry(id);
        assert_eq!(rig.settle(id), outcome, "{name}: {:#?}", rig.detail(id).log);
        let requests = server.exchanges(&path).len() - before;
        if outcome == "completed" {
            let file = rig.row(id).file.expect("a file");
            content().verify_file(&file).unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
            assert!(server.coverage(&path).refetched <= REFETCH_MOST, "{name}");
        } else {
            check_kept(&rig, id, &format!("{name}.bin"));
        }
        assert!(requests <= 2, "{name}: {requests} requests");
    }
}

fn etag(text: &str) -> Behaviour {
    Behaviour::ETag(ETag::Fixed(text.to_owned()))
}

fn date(day: u8) -> Behaviour {
    Behaviour::LastModified(LastModified::Fixed(format!("Mon, {day:02} Jan 2024 10:00:00 GMT")))
}

const NO_TAG: Behaviour = Behaviour::ETag(ETag::None);
const NO_DATE: Behaviour = Behaviour::LastModified(LastModified::None);

#[test]
fn the_same_file_goes_on_whatever_little_is_known_of_it() {
    let case = |name, first, later| Case { name, first, later, changed: false, outcome: "completed" };
    let weak = Behaviour::ETag(ETag::Weak);
    check(vec![
        case("strong", vec![], vec![]),
        case("strong-other-date", vec![etag("\"a\""), date(1)], vec![etag("\"a\""), date(2)]),
        case("unquoted", vec![etag("a")], vec![etag("a")]),
        case("weak-and-date", vec![weak.clone()], vec![weak.clone()]),
        case("weak-alone", vec![weak.clone(), NO_DATE], vec![weak.clone(), NO_DATE]),
        case("weak-other", vec![etag("W/\"a\""), date(1)], vec![etag("W/\"b\""), date(1)]),
        case("date", vec![NO_TAG, date(1)], vec![NO_TAG, date(1)]),
        case("date-other", vec![NO_TAG, date(1)], vec![NO_TAG, date(2)]),
        case("tag-lost", vec![etag("\"a\""), date(1)], vec![NO_TAG, date(1)]),
        case("tag-lost-other-date", vec![etag("\"a\""), date(1)], vec![NO_TAG, date(2)]),
        case("tag-came", vec![NO_TAG, NO_DATE], vec![etag("\"a\""), NO_DATE]),
        case("nothing", vec![NO_TAG, NO_DATE], vec![NO_TAG, NO_DATE]),
    ]);
}

#[test]
fn another_file_is_a_question_whatever_hides_it() {
    let outcome = "needs-user source-changed";
    let case = |name, first, later| Case { name, first, later, changed: true, outcome };
    check(vec![
        case("strong", vec![], vec![]),
        case("weak-same", vec![etag("W/\"a\""), NO_DATE], vec![etag("W/\"a\""), NO_DATE]),
        case("weak-other", vec![etag("W/\"a\""), date(1)], vec![etag("W/\"b\""), date(2)]),
        case("date-other", vec![NO_TAG, date(1)], vec![NO_TAG, date(2)]),
        case("tag-lost", vec![etag("\"a\""), date(1)], vec![NO_TAG, date(2)]),
        case("nothing", vec![NO_TAG, NO_DATE], vec![NO_TAG, NO_DATE]),
    ]);
    // The same bytes, but a strong tag is the server's word that they are not.
    let (first, later) = (vec![etag("\"a\"")], vec![etag("\"b\"")]);
    check(vec![Case { name: "tag-other", first, later, changed: false, outcome }]);
}

#[test]
fn less_is_compared_where_a_server_gives_less_at_a_time() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    for (name, changed) in [("same", false), ("other", true)] {
        let path = format!("/{name}.bin");
        let id = broken_off(&server, &mut rig, &path, vec![NO_TAG, NO_DATE]);
        let before = server.exchanges(&path).len();
        let now = if changed { content().next_version() } else { content() };
        let short = Behaviour::ShorterRange(48 << 10);
        server.replace(&path, Resource::bytes(now).with(NO_TAG).with(NO_DATE).with(short));
        rig.retry(id);
        if changed {
            assert_eq!(rig.settle(id), "needs-user source-changed");
            check_kept(&rig, id, &format!("{name}.bin"));
            continue;
        }
        content().verify_file(&rig.wait_file(id)).expect("the right bytes");
        // Half of each answer is new.
        let requests = server.exchanges(&path).len() - before;
        assert!(requests as u64 <= 4 + SIZE / (24 << 10), "{requests} requests");
    }
}

/// A download whose file becomes another one, or says something else of itself, while it comes: then every connection
/// breaks, and the same run asks on.
fn within_a_run(connections: u16, first: &[Behaviour], later: &[Behaviour], changed: bool) {
    let all = Content::new(41, 24 << 20);
    let server = FaultServer::options().small_buffers().start();
    let mut rig = Rig::many();
    let with = |content: &Content, head: &[Behaviour]| {
        let resource = Resource::bytes(content.clone()).with(Behaviour::Pace { bytes_per_second: 4 << 20 });
        head.iter().cloned().fold(resource, Resource::with)
    };
    let url = server.serve("/a.bin", with(&all, first));
    let options = Options { connections: Some(connections), ..Options::default() };
    let id = rig.add_new(NewTransfer { options, ..NewTransfer::download(address(&url)) });
    let _ = rig.wait(id, |row| row.progress.done > 1 << 20 && row.progress.connections == connections);
    let now = if changed { all.next_version() } else { all.clone() };
    server.replace("/a.bin", with(&now, later));
    server.kill_connections();
    if changed {
        assert_eq!(rig.settle(id), "needs-user source-changed", "{connections}, {first:?} and {later:?}");
    } else {
        all.verify_file(&rig.wait_file(id))
            .unwrap_or_else(|wrong| panic!("{connections}, {first:?}: {wrong}"));
    }
}

#[test]
fn another_file_is_noticed_when_a_run_asks_on() {
    let weak = || etag("W/\"a\"");
    for connections in [1, 8] {
        within_a_run(connections, &[weak(), NO_DATE], &[weak(), NO_DATE], true);
        within_a_run(connections, &[weak(), date(1)], &[etag("W/\"b\""), date(2)], true);
        within_a_run(connections, &[NO_TAG, date(1)], &[NO_TAG, date(2)], true);
        within_a_run(connections, &[NO_TAG, NO_DATE], &[NO_TAG, NO_DATE], true);
    }
}

#[test]
fn the_same_file_goes_on_when_a_run_asks_on() {
    for connections in [1, 8] {
        within_a_run(connections, &[NO_TAG, date(1)], &[NO_TAG, date(2)], false);
        within_a_run(connections, &[NO_TAG, NO_DATE], &[NO_TAG, NO_DATE], false);
    }
}

#[test]
fn connections_that_are_added_later_bring_no_other_file() {
    let all = Content::new(42, 24 << 20);
    let server = FaultServer::options().small_buffers().start();
    let mut rig = Rig::many();
    let with = |content: Content| {
        let pace = Behaviour::Pace { bytes_per_second: 1 << 20 };
        Resource::bytes(content).with(pace).with(NO_TAG).with(NO_DATE)
    };
    let url = server.serve("/a.bin", with(all.clone()));
    let id = rig.add(&url);
    let _ = rig.wait(id, |row| row.progress.done > 128 << 10);
    server.replace("/a.bin", with(all.next_version()));
    assert_eq!(rig.settle(id), "needs-user source-changed");
}
