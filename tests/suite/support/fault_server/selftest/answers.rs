use super::super::{Behaviour, ETag, FaultServer, LastModified, Resource};
use super::client::{Client, End, get};
use super::{SIZE, content, resource};

fn serve(rule: Behaviour) -> FaultServer {
    let server = FaultServer::start();
    server.serve("/f", resource().with(rule));
    server
}

#[test]
fn statuses_and_pages_come_instead() {
    let (retry_after, body) = (Some("7".to_owned()), "later".to_owned());
    let server = FaultServer::start();
    let busy = Behaviour::Status { code: 503, retry_after, body };
    server.serve("/f", resource().with(busy.times(2)));
    let reply = get(&server, "/f", &[]);
    assert_eq!((reply.status, reply.header("retry-after")), (503, "7"));
    assert_eq!(reply.body, b"later");
    assert_eq!(get(&server, "/f", &[]).status, 503);
    assert_eq!(get(&server, "/f", &[]).status, 200);

    let title = "Log in".to_owned();
    let reply = get(&serve(Behaviour::HtmlInstead { title, status: 200 }), "/f", &[]);
    assert!(reply.header("content-type").starts_with("text/html"));
    assert!(String::from_utf8_lossy(&reply.body).contains("<title>Log in</title>"));

    assert_eq!(get(&serve(Behaviour::NotModified), "/f", &[]).status, 304);
    let reply = get(&serve(Behaviour::EmptyAnswer), "/f", &[]);
    assert_eq!((reply.status, reply.header("content-length"), reply.end), (200, "0", End::Framed));
    assert_eq!(get(&serve(Behaviour::NotModified), "/nowhere", &[]).status, 404);
}

#[test]
fn redirects_lead_where_they_should() {
    let server = FaultServer::start();
    let to = server.other_origin("/g");
    assert!(to.starts_with("http://127.0.0.2:"));
    server.serve("/g", resource());
    server.serve("/f", resource().with(Behaviour::Redirect { code: 307, to: to.clone() }));
    let reply = get(&server, "/f", &[]);
    assert_eq!((reply.status, reply.header("location")), (307, to.as_str()));
    let address = to["http://".len()..].strip_suffix("/g").unwrap().parse().unwrap();
    Client::connect(address).unwrap().ask("GET", "/g", &[]).unwrap();
    assert_eq!(server.exchanges("/g")[0].origin, address);
    assert_eq!(server.exchanges("/f")[0].origin, server.address());

    assert_eq!(get(&serve(Behaviour::RedirectLoop), "/f?a", &[]).header("location"), "/f?a");
    assert!(!get(&serve(Behaviour::NoLocation(302)), "/f", &[]).headers.has("location"));

    let server = serve(Behaviour::RedirectChain(3));
    let mut target = "/f".to_owned();
    let mut hops = 0;
    let last = loop {
        let reply = get(&server, &target, &[]);
        match reply.headers.get("location") {
            Some(to) => target = to.to_owned(),
            None => break reply,
        }
        hops += 1;
    };
    assert_eq!((hops, last.status), (3, 200));
    assert_eq!(server.exchanges("/f").len(), 4);
}

#[test]
fn validators_come_in_all_variants() {
    let etag = |fault| get(&serve(fault), "/f", &[]).headers.get("etag").map(str::to_owned);
    let strong = etag(Behaviour::SilentRanges).unwrap();
    assert!(strong.starts_with('"') && strong.ends_with('"'));
    assert_eq!(etag(Behaviour::ETag(ETag::Strong)), Some(strong.clone()));
    assert_eq!(etag(Behaviour::ETag(ETag::Weak)), Some(format!("W/{strong}")));
    assert_eq!(etag(Behaviour::ETag(ETag::Unquoted)).as_deref(), Some(strong.trim_matches('"')));
    assert_eq!(etag(Behaviour::ETag(ETag::None)), None);
    assert_eq!(etag(Behaviour::ETag(ETag::Fixed("x".to_owned()))).as_deref(), Some("x"));

    let server = FaultServer::start();
    let per_request = Behaviour::LastModified(LastModified::PerRequest);
    server.serve("/f", resource().with(Behaviour::ETag(ETag::PerRequest)).with(per_request));
    let (first, second) = (get(&server, "/f", &[]), get(&server, "/f", &[]));
    assert_ne!(first.header("etag"), second.header("etag"));
    assert_ne!(first.header("last-modified"), second.header("last-modified"));
    let dated = |date| {
        let reply = get(&serve(Behaviour::LastModified(date)), "/f", &[]);
        reply.headers.get("last-modified").map(str::to_owned)
    };
    assert_eq!(dated(LastModified::None), None);
    assert_eq!(dated(LastModified::Dated).as_deref(), Some("Mon, 01 Jan 2024 00:00:01 GMT"));
    assert_eq!(dated(LastModified::Fixed("today".to_owned())).as_deref(), Some("today"));
}

#[test]
fn the_file_changes() {
    let next = content().next_version();
    for fault in [Behaviour::ChangesAfterRequests(1), Behaviour::ChangesAtBytes(SIZE)] {
        let server = serve(fault);
        let (first, second) = (get(&server, "/f", &[]), get(&server, "/f", &[]));
        content().verify_bytes(0, &first.body).unwrap();
        next.verify_bytes(0, &second.body).unwrap();
        assert_ne!(first.header("etag"), second.header("etag"));
        assert_ne!(first.header("last-modified"), second.header("last-modified"));
    }
    let server = serve(Behaviour::NoRanges);
    get(&server, "/f", &[]);
    server.replace("/f", Resource::literal("tiny"));
    assert_eq!(get(&server, "/f", &[]).body, b"tiny");
    assert_eq!(server.exchanges("/f").len(), 2);
}

#[test]
fn heads_can_be_odd() {
    let text = |value: &str| value.to_owned();
    let server = FaultServer::start();
    let resource = resource()
        .with(Behaviour::HugeHeader(70_000))
        .with(Behaviour::ManyHeaders(300))
        .with(Behaviour::ContentDisposition(b"attachment; filename=\"\xff.bin\"".to_vec()))
        .with(Behaviour::ContentType(text("image/png")))
        .with(Behaviour::SetCookie(text("a=b")))
        .with(Behaviour::ExtraHeader { name: text("Digest"), value: text("none") })
        .with(Behaviour::SilentRanges)
        .with(Behaviour::ConnectionClose);
    server.serve("/f", resource);
    let reply = get(&server, "/f", &[]);
    assert_eq!(reply.header("x-huge").len(), 70_000);
    assert!(reply.headers.has("x-many-299"));
    assert_eq!(reply.header("content-disposition"), "attachment; filename=\"\u{fffd}.bin\"");
    assert_eq!(reply.header("content-type"), "image/png");
    assert_eq!((reply.header("set-cookie"), reply.header("digest")), ("a=b", "none"));
    assert_eq!(reply.header("connection"), "close");
    assert!(!reply.headers.has("accept-ranges"));
}

#[test]
fn a_hint_comes_before_the_answer() {
    let server = serve(Behaviour::EarlyHints);
    let mut client = Client::connect(server.address()).unwrap();
    assert_eq!(client.ask("GET", "/f", &[]).unwrap().status, 103);
    let reply = client.reply(false).unwrap();
    assert_eq!((reply.status, reply.body.len() as u64), (200, SIZE));
}

#[test]
fn the_old_protocol_closes() {
    let server = serve(Behaviour::HttpOneZero);
    let mut client = Client::connect(server.address()).unwrap();
    client.send("GET", "/f", &[]).unwrap();
    let mut seen = Vec::new();
    let end = client.read_into(&mut seen, u64::MAX).unwrap_err();
    assert_eq!(end.kind(), std::io::ErrorKind::UnexpectedEof);
    assert!(seen.starts_with(b"HTTP/1.0 200 OK\r\n"));
}

#[test]
fn raw_bytes_come_as_they_are() {
    let server = serve(Behaviour::Raw(b"HTTP/1.1 299 Odd\r\nContent-Length: 2\r\n\r\nhi"));
    let reply = get(&server, "/f", &[]);
    assert_eq!((reply.status, reply.body), (299, b"hi".to_vec()));
    let reply = get(&serve(Behaviour::RedirectRaw { code: 302, to: b"/\xe9" }), "/f", &[]);
    assert_eq!((reply.status, reply.header("location")), (302, "/\u{fffd}"));
}
