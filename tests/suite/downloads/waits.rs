//! Servers that want to be left alone, and servers that cannot be reached.

use std::time::{Duration, SystemTime};

use longshore::model::Span;

use super::content;
use crate::support::fault_server::{Behaviour, Cut, Down, FaultServer, Resource, http_date};
use crate::support::rig::Rig;

/// 5 s, 20 % more or less.
const OWN: std::ops::RangeInclusive<u64> = 4_000..=6_000;

fn busy(code: u16, retry_after: &str) -> Behaviour {
    Behaviour::Status { code, retry_after: Some(retry_after.to_owned()), body: String::new() }
}

#[test]
fn a_busy_server_is_left_alone_for_as_long_as_it_asks() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let date = |seconds: i64| {
        let span = Duration::from_secs(seconds.unsigned_abs());
        let now = SystemTime::now();
        http_date(if seconds < 0 { now - span } else { now + span })
    };
    let seconds = |from: u64, to: u64| from * 1000..=to * 1000;
    let day = 86_400;
    // A date is measured by the server's clock, which tells whole seconds, some time after it was written here.
    for (name, behaviour, span) in [
        ("429-seconds", busy(429, "30"), seconds(30, 30)),
        ("503-seconds", busy(503, "3600"), seconds(3600, 3600)),
        ("503-date", busy(503, &date(300)), seconds(200, 301)),
        ("503-past", busy(503, &date(-300)), OWN),
        ("503-zero", busy(503, "0"), OWN),
        ("503-words", busy(503, "in a while"), OWN),
        ("503-negative", busy(503, "-1"), OWN),
        ("503-week", busy(503, "604800"), seconds(day, day)),
        ("503-huge", busy(503, "99999999999999999999999"), seconds(day, day)),
        ("503-far", busy(503, "Fri, 31 Dec 9999 23:59:59 GMT"), seconds(day, day)),
        ("500", busy(500, "40"), seconds(40, 40)),
    ] {
        let path = format!("/{name}");
        let id = rig.add(&server.serve(&path, Resource::bytes(content()).with(behaviour.times(1))));
        let status = &name[..3];
        assert_eq!(rig.settle(id), format!("waiting-to-retry http-{status}"), "{name}");
        let Span(announced) = rig.announced(id);
        assert!(span.contains(&announced), "{name}: {announced} ms");
        assert_eq!(server.exchanges(&path).len(), 1, "{name}: not before it is told, or the time has come");
        rig.retry(id);
        content().verify_file(&rig.wait_file(id)).unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
        assert_eq!(server.exchanges(&path).len(), 2, "{name}");
    }
}

#[test]
fn a_server_that_is_away_is_waited_for() {
    for down in [Down::Refuse, Down::Reset] {
        let server = FaultServer::start();
        let url = server.serve("/file.bin", Resource::bytes(content()));
        server.set_down(down);
        let mut rig = Rig::new();
        let id = rig.add(&url);
        let reason = rig.settle(id);
        match down {
            Down::Refuse => assert_eq!(reason, "waiting-to-retry cannot-connect"),
            _ => assert!(reason.starts_with("waiting-to-retry "), "{reason}"),
        }
        assert!(rig.files().is_empty());
        server.set_up();
        rig.retry(id);
        content().verify_file(&rig.wait_file(id)).expect("the right bytes");
        assert_eq!(server.exchanges("/file.bin").len(), 1);
    }
}

#[test]
fn a_connection_that_is_closed_without_a_word_is_tried_again() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    for (name, how) in [("reset", Cut::Reset), ("close", Cut::CleanClose)] {
        let path = format!("/{name}");
        let drops = Behaviour::DropBeforeAnswer(how).times(1);
        let id = rig.add(&server.serve(&path, Resource::bytes(content()).with(drops)));
        let reason = rig.settle(id);
        let expected = ["waiting-to-retry connection-reset", "waiting-to-retry disconnected"];
        assert!(expected.contains(&reason.as_str()), "{name}: {reason}");
        rig.retry(id);
        content().verify_file(&rig.wait_file(id)).expect("the right bytes");
        assert_eq!(server.exchanges(&path).len(), 2, "{name}");
    }
}

#[test]
fn a_host_that_does_not_exist_is_said_to_be_unknown() {
    // Too long for a label of DNS: refused on this machine, without a question to any other.
    let url = format!("http://{}.invalid/file.bin", "a".repeat(64));
    let mut rig = Rig::new();
    let id = rig.add(&url);
    assert_eq!(rig.settle(id), "waiting-to-retry name-not-resolved");
}
