use std::io;
use std::time::{Duration, Instant};

use super::super::{At, Behaviour, Coverage, Cut, Ending, FaultServer};
use super::client::{Client, End, get, try_get};
use super::{PATIENCE, SIZE, content, resource};

#[test]
fn a_cut_comes_exactly_where_it_should() {
    for (how, end) in [
        (Cut::Reset, End::Broken(io::ErrorKind::ConnectionReset)),
        (Cut::CleanClose, End::Closed),
        (Cut::Truncate, End::Closed),
        (Cut::HalfClose, End::Closed),
    ] {
        let server = FaultServer::start();
        let cut = Behaviour::CutAt { at: At::File(60_000), how };
        server.serve("/f", resource().with(cut.only_plain()));
        let first = get(&server, "/f", &[]);
        assert_eq!((first.end, first.body.len()), (end, 60_000), "{how:?}");
        let second = get(&server, "/f", &[("Range", "bytes=60000-")]);
        assert_eq!(second.end, End::Framed);
        let whole = [first.body, second.body].concat();
        content().verify_bytes(0, &whole).unwrap();
        assert_eq!(server.exchanges("/f")[0].ending, Ending::Cut(how));
        assert_eq!(server.coverage("/f"), Coverage { sent: SIZE, unique: SIZE, refetched: 0 });
    }
}

#[test]
fn a_poisoned_offset_stops_everyone_who_reaches_it() {
    let server = FaultServer::start();
    let cut = Behaviour::CutAt { at: At::File(1000), how: Cut::CleanClose };
    server.serve("/f", resource().with(cut));
    assert_eq!(get(&server, "/f", &[("Range", "bytes=1000-")]).body, b"");
    assert_eq!(get(&server, "/f", &[("Range", "bytes=900-")]).body.len(), 100);
    assert_eq!(get(&server, "/f", &[("Range", "bytes=900-999")]).end, End::Framed);
    assert_eq!(get(&server, "/f", &[("Range", "bytes=1001-")]).end, End::Framed);
}

#[test]
fn a_stalled_client_is_waited_for_and_noticed() {
    let server = FaultServer::start();
    server.serve("/f", resource().with(Behaviour::Stall { at: At::Body(500) }));
    let mut client = Client::connect(server.address()).unwrap();
    client.send("GET", "/f", &[]).unwrap();
    server.wait_for("/f", |all| all.iter().any(|one| one.ending == Ending::Stalling), PATIENCE);
    assert_eq!(server.exchanges("/f")[0].sent, 500);
    assert_eq!(server.connections_open(), 1);
    drop(client);
    let all = server.wait_for("/f", |all| all[0].is_over(), PATIENCE);
    assert_eq!(all[0].ending, Ending::ClientLeft);
    server.wait_for_connections(|open| open == 0, PATIENCE);
}

#[test]
fn no_answer_comes_in_several_ways() {
    let drop = |how| Behaviour::DropBeforeAnswer(how);
    for (fault, kind) in [
        (drop(Cut::Reset), io::ErrorKind::ConnectionReset),
        (drop(Cut::CleanClose), io::ErrorKind::UnexpectedEof),
        (Behaviour::GarbageAnswer, io::ErrorKind::UnexpectedEof),
    ] {
        let server = FaultServer::start();
        server.serve("/f", resource().with(fault));
        assert_eq!(try_get(&server, "/f", &[]).unwrap_err().kind(), kind);
        assert_eq!(server.exchanges("/f")[0].status, None);
    }
}

#[test]
fn dropping_the_server_ends_every_kind_of_waiting() {
    let slow = Duration::from_secs(3600);
    let at = At::Body(1);
    for fault in [
        Behaviour::Hang,
        Behaviour::SlowFirstByte(slow),
        Behaviour::Stall { at },
        Behaviour::PauseAt { at, duration: slow },
        Behaviour::Trickle { bytes_per_second: 1 },
        Behaviour::Pace { bytes_per_second: 1 },
        Behaviour::CutAt { at, how: Cut::HalfClose },
        Behaviour::Endless,
    ] {
        let server = FaultServer::start();
        server.serve("/f", resource().with(fault.clone()));
        let mut client = Client::connect(server.address()).unwrap();
        client.send("GET", "/f", &[]).unwrap();
        server.wait_for("/f", |all| !all.is_empty(), PATIENCE);
        let begun = Instant::now();
        drop(server);
        assert!(begun.elapsed() < Duration::from_secs(3), "{fault:?}: {:?}", begun.elapsed());
        while client.read_into(&mut Vec::new(), 1).is_ok() {}
    }
}

#[test]
fn a_pace_is_kept() {
    let server = FaultServer::start();
    server.serve("/f", resource().with(Behaviour::Pace { bytes_per_second: 500_000 }));
    let begun = Instant::now();
    assert_eq!(get(&server, "/f", &[]).body, content().to_vec());
    let took = begun.elapsed();
    assert!((180..3000).contains(&took.as_millis()), "{took:?} instead of 200 ms");
}

#[test]
fn a_trickle_and_a_pause_lose_nothing() {
    let server = FaultServer::start();
    let pause = Behaviour::PauseAt { at: At::File(100), duration: Duration::from_millis(30) };
    let trickle = Behaviour::Trickle { bytes_per_second: 20_000 };
    let slow = Behaviour::SlowFirstByte(Duration::from_millis(20));
    server.serve("/f", resource().with(pause).with(trickle).with(slow));
    let begun = Instant::now();
    let reply = get(&server, "/f", &[("Range", "bytes=0-999")]);
    content().verify_bytes(0, &reply.body).unwrap();
    let took = begun.elapsed();
    assert!((70..3000).contains(&took.as_millis()), "{took:?} instead of 70 to 100 ms");
}
