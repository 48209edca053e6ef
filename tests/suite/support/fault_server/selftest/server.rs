use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::super::{At, Behaviour, Coverage, Down, Ending, Exchange, FaultServer};
use super::client::{Client, get, try_get};
use super::{PATIENCE, SIZE, content, resource};

/// So many clients in the middle of a body which has stalled.
fn stalled(server: &FaultServer, count: usize) -> Vec<Client> {
    server.serve("/stalled", resource().with(Behaviour::Stall { at: At::Body(0) }));
    let connect = || {
        let mut client = Client::connect(server.address()).unwrap();
        client.send("GET", "/stalled", &[]).unwrap();
        client
    };
    let clients = (0..count).map(|_| connect()).collect();
    let stalling =
        |all: &[Exchange]| all.iter().filter(|own| own.ending == Ending::Stalling).count() == count;
    server.wait_for("/stalled", stalling, PATIENCE);
    clients
}

#[test]
fn the_journal_knows_connections_and_headers() {
    let server = FaultServer::start();
    let url = server.serve("/f", resource());
    assert_eq!(url, format!("http://{}/f", server.address()));
    let mut client = Client::connect(server.address()).unwrap();
    client.ask("GET", "/f?q=1", &[("X-B", "2"), ("x-a", "1")]).unwrap();
    client.ask("HEAD", "/f", &[]).unwrap();
    get(&server, "/f", &[]);
    get(&server, "/missing", &[]);

    let all = server.exchanges("/f");
    let connections: Vec<_> = all.iter().map(|own| (own.connection, own.new_connection)).collect();
    assert_eq!(connections, [(1, true), (1, false), (2, true)]);
    assert_eq!((all[0].target.as_str(), all[0].method.as_str()), ("/f?q=1", "GET"));
    let headers: Vec<_> = all[0].headers.iter().collect();
    assert_eq!(headers, [("Host", "here"), ("X-B", "2"), ("x-a", "1")]);
    assert_eq!(all[0].headers.get("X-A"), Some("1"));
    assert!(all[0].ended.unwrap() >= all[0].started);
    assert_eq!((all[0].status, all[0].sent), (Some(200), SIZE));
    assert!(all[0].answer_headers.has("etag"));
    assert!(all.iter().all(|own| own.ending == Ending::Complete));
    assert_eq!(server.max_parallel("/f"), 1);
    assert_eq!(server.all_exchanges().last().unwrap().status, Some(404));
    assert_eq!(all[2].to_string(), "connection 2: GET /f -> 200, 100000 bytes [0..100000], Complete");
}

#[test]
fn coverage_tells_what_was_fetched_twice() {
    let server = FaultServer::start();
    server.serve("/f", resource());
    for range in ["bytes=0-99", "bytes=50-149", "bytes=1000-1099", "bytes=1000-1009"] {
        get(&server, "/f", &[("Range", range)]);
    }
    assert_eq!(server.coverage("/f"), Coverage { sent: 310, unique: 250, refetched: 60 });
}

#[test]
fn pipelined_requests_and_bodies_are_kept_apart() {
    let server = FaultServer::start();
    server.serve("/f", resource());
    let mut client = Client::connect(server.address()).unwrap();
    let upload = b"PUT /up HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloHEAD /f HTTP/1.1\r\n\r\n";
    client.write(upload).unwrap();
    assert_eq!(client.reply(false).unwrap().status, 404);
    assert_eq!(client.reply(true).unwrap().status, 200);
    assert_eq!(server.exchanges("/up")[0].received, 5);

    server.serve("/up", resource());
    client.send("PUT", "/up", &[("Content-Length", "5"), ("Expect", "100-continue")]).unwrap();
    assert_eq!(client.reply(false).unwrap().status, 100);
    client.write(b"world").unwrap();
    assert_eq!(client.reply(false).unwrap().body, b"ok");
}

#[test]
fn nonsense_from_a_client_only_ends_its_connection() {
    let server = FaultServer::start();
    server.serve("/f", resource());
    for nonsense in ["\0\0\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n"] {
        let mut client = Client::connect(server.address()).unwrap();
        client.write(nonsense.as_bytes()).unwrap();
        assert!(client.reply(false).is_err());
    }
    assert_eq!(get(&server, "/f", &[]).status, 200);
    server.wait_for_connections(|open| open == 0, PATIENCE);
}

#[test]
fn killed_connections_are_reset() {
    let server = FaultServer::start();
    let client = &mut stalled(&server, 1)[0];
    server.kill_connections();
    assert_eq!(server.connections_open(), 0);
    assert_eq!(server.exchanges("/stalled")[0].ending, Ending::Killed);
    client.reply(true).unwrap();
    let error = client.read_into(&mut Vec::new(), 1).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
}

#[test]
fn a_blocked_write_can_be_killed() {
    let server = FaultServer::options().small_buffers().start();
    server.serve("/f", resource().with(Behaviour::Endless));
    let mut client = Client::connect(server.address()).unwrap();
    client.send("GET", "/f", &[]).unwrap();
    server.wait_for("/f", |all| all.iter().any(|one| one.sent > 10_000), PATIENCE);
    server.kill_connections();
    assert_eq!(server.exchanges("/f")[0].ending, Ending::Killed);
}

#[test]
fn small_buffers_keep_what_was_sent_close_to_what_arrived() {
    let server = FaultServer::options().small_buffers().start();
    server.serve("/f", resource());
    assert_eq!(get(&server, "/f", &[]).body, content().to_vec());
    assert_eq!(server.coverage("/f").sent, SIZE);
}

#[test]
fn a_server_which_is_down_refuses_and_comes_back() {
    let server = FaultServer::start();
    server.serve("/f", resource());
    let mut kept = Client::connect(server.address()).unwrap();
    kept.ask("HEAD", "/f", &[]).unwrap();
    for _ in 0..2 {
        server.set_down(Down::Refuse);
        let refused = try_get(&server, "/f", &[]).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        assert!(kept.ask("HEAD", "/f", &[]).is_err());
        server.set_up();
        assert_eq!(get(&server, "/f", &[]).status, 200);
    }
}

#[test]
fn a_server_which_is_down_resets_or_hangs() {
    let server = FaultServer::start();
    server.serve("/f", resource());
    server.set_down(Down::Reset);
    assert!(try_get(&server, "/f", &[]).is_err());
    server.set_up();
    let mut kept = Client::connect(server.address()).unwrap();
    kept.ask("HEAD", "/f", &[]).unwrap();

    server.set_down(Down::Hang);
    kept.send("GET", "/f", &[]).unwrap();
    let hanging = |ending: Ending| ending == Ending::Stalling;
    server.wait_for("/f", |all| all.iter().any(|one| hanging(one.ending)), PATIENCE);
    let mut fresh = Client::connect(server.address()).unwrap();
    fresh.send("GET", "/f", &[]).unwrap();
    server.wait_for_connections(|open| open == 2, PATIENCE);
    server.set_up();
    assert_eq!(get(&server, "/f", &[]).status, 200);
    assert_eq!(server.exchanges("/f").iter().map(|own| own.sent).collect::<Vec<_>>(), [0, 0, SIZE]);
    drop(server);
    assert!(kept.reply(false).is_err() && fresh.reply(false).is_err());
}

#[test]
fn a_vain_wait_prints_the_journal() {
    let server = FaultServer::start();
    server.serve("/f", resource());
    get(&server, "/f", &[]);
    let waiting = || server.wait_for("/f", |all| all.len() > 1, Duration::from_millis(1));
    let panic = catch_unwind(AssertUnwindSafe(waiting)).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(text.contains("1 exchanges\n  connection 1: GET /f -> 200"), "{text}");
    // A condition which panics leaves a server in working order.
    let panicking = || server.wait_for("/f", |_| panic!("on purpose"), PATIENCE);
    assert!(catch_unwind(AssertUnwindSafe(panicking)).is_err());
    assert_eq!(get(&server, "/f", &[]).status, 200);
}

#[test]
fn parallel_exchanges_are_counted() {
    let server = FaultServer::start();
    let clients = stalled(&server, 4);
    assert_eq!(server.max_parallel("/stalled"), 4);
    assert_eq!(server.connections_open(), clients.len());
    drop(clients);
    server.wait_for_connections(|open| open == 0, PATIENCE);
    // One after the other never counts as two, however late the server's threads are.
    server.serve("/f", resource());
    for _ in 0..50 {
        get(&server, "/f", &[("Range", "bytes=0-999")]);
    }
    assert_eq!(server.max_parallel("/f"), 1);
}
