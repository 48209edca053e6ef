use super::super::{At, Behaviour, Ending, FaultServer, Over, Rule};
use super::client::{Client, get, try_get};
use super::{PATIENCE, resource};

fn serve(rule: Behaviour) -> FaultServer {
    let server = FaultServer::start();
    server.serve("/f", resource().with(rule));
    server
}

#[test]
fn gates_choose_their_requests() {
    let server = FaultServer::start();
    let status = |code| Behaviour::Status { code, retry_after: None, body: String::new() };
    let no_head: Rule = status(501).only_method("HEAD");
    let resource = resource()
        .with(no_head)
        .with(status(502).skip(1).times(1).only_plain())
        .with(status(503).starting_from(1000).only_ranged());
    server.serve("/f", resource);
    let get = |range: Option<&'static str>| {
        let headers: Vec<_> = range.map(|range| ("Range", range)).into_iter().collect();
        get(&server, "/f", &headers).status
    };
    let plain: Vec<_> = (0..3).map(|_| get(None)).collect();
    assert_eq!(plain, [200, 502, 200]);
    assert_eq!(get(Some("bytes=999-")), 206);
    assert_eq!(get(Some("bytes=1000-")), 503);
    let mut client = Client::connect(server.address()).unwrap();
    assert_eq!(client.ask("HEAD", "/f", &[]).unwrap().status, 501);
}

#[test]
fn access_can_be_limited() {
    let (user, password) = ("ann".to_owned(), "s:ecret".to_owned());
    let server = serve(Behaviour::NeedsAuth { user, password });
    let reply = get(&server, "/f", &[]);
    assert_eq!(reply.status, 401);
    assert!(reply.header("www-authenticate").starts_with("Basic realm="));
    let right = [("Authorization", "Basic YW5uOnM6ZWNyZXQ=")];
    assert_eq!(get(&server, "/f", &right).status, 200);

    let (name, value) = ("X-Key".to_owned(), "1".to_owned());
    let server = serve(Behaviour::NeedsHeader { name, value, status: 403 });
    assert_eq!(get(&server, "/f", &[]).status, 403);
    assert_eq!(get(&server, "/f", &[("x-key", "1")]).status, 200);

    for (fault, status) in
        [(Behaviour::OneTimeLink(410), 410), (Behaviour::ExpiresAfter { requests: 1, status: 403 }, 403)]
    {
        let server = serve(fault);
        assert_eq!(get(&server, "/f", &[]).status, 200);
        assert_eq!(get(&server, "/f", &[]).status, status);
    }
}

#[test]
fn too_many_at_once_are_turned_away() {
    for over in [Over::Status(429), Over::Reset] {
        let server = FaultServer::start();
        let stall = Behaviour::Stall { at: At::Body(10) }.times(1);
        server.serve("/f", resource().with(Behaviour::MaxConnections { n: 1, over }).with(stall));
        let mut first = Client::connect(server.address()).unwrap();
        first.send("GET", "/f", &[]).unwrap();
        server.wait_for("/f", |all| !all.is_empty(), PATIENCE);
        let turned_away = try_get(&server, "/f", &[]);
        match over {
            Over::Status(status) => assert_eq!(turned_away.unwrap().status, status),
            Over::Reset => assert!(turned_away.is_err()),
        }
        drop(first);
        server.wait_for("/f", |all| all[0].ending == Ending::ClientLeft, PATIENCE);
        assert_eq!(get(&server, "/f", &[]).status, 200);
        assert_eq!(server.max_parallel("/f"), 2);
    }
}
