use super::super::{AskedRange, Behaviour, Content, FaultServer, Resource};
use super::client::{Client, End, get};
use super::{SIZE, content, resource};

/// Status, `Content-Range` and body of one range request.
fn ask(rule: Option<Behaviour>, range: &str) -> (u16, Option<String>, Vec<u8>) {
    let server = FaultServer::start();
    let resource = rule.into_iter().fold(resource(), Resource::with);
    server.serve("/f", resource);
    let reply = get(&server, "/f", &[("Range", range)]);
    assert_eq!(reply.end, End::Framed);
    (reply.status, reply.headers.get("content-range").map(str::to_owned), reply.body)
}

#[test]
fn ranges_are_answered_properly() {
    for (range, start, end) in
        [("bytes=10-19", 10, 20), ("bytes=99990-", 99_990, SIZE), ("bytes=-5", SIZE - 5, SIZE)]
    {
        let (status, content_range, body) = ask(None, range);
        assert_eq!(status, 206, "{range}");
        assert_eq!(content_range, Some(format!("bytes {start}-{}/{SIZE}", end - 1)));
        assert_eq!(body, content().slice(start..end));
    }
    let (status, content_range, _) = ask(None, "bytes=100000-");
    assert_eq!((status, content_range.as_deref()), (416, Some("bytes */100000")));
    let (status, _, body) = ask(None, "bytes=1-2,5-6");
    assert_eq!((status, body.len() as u64), (200, SIZE));
}

#[test]
fn ranges_can_be_refused() {
    for fault in [Behaviour::NoRanges, Behaviour::IgnoresRange] {
        let (status, content_range, body) = ask(Some(fault), "bytes=10-19");
        assert_eq!((status, content_range, body.len() as u64), (200, None, SIZE));
    }
    assert_eq!(ask(Some(Behaviour::RefusesRange(501)), "bytes=0-").0, 501);
    let (status, content_range, _) = ask(Some(Behaviour::UnsatisfiableWithTotal(7)), "bytes=0-");
    assert_eq!((status, content_range.as_deref()), (416, Some("bytes */7")));
}

#[test]
fn content_range_can_be_wrong() {
    let part = content().slice(10..20);
    let cases = [
        (Behaviour::WrongContentRangeStart(-4), Some("bytes 6-15/100000")),
        (Behaviour::WrongContentRangeTotal(5), Some("bytes 10-19/100005")),
        (Behaviour::UnknownTotal, Some("bytes 10-19/*")),
        (Behaviour::NoContentRange, None),
        (Behaviour::GarbageContentRange, Some("bytes banana-/split")),
    ];
    for (fault, expected) in cases {
        let (status, content_range, body) = ask(Some(fault), "bytes=10-19");
        assert_eq!((status, content_range.as_deref(), &body), (206, expected, &part));
    }
    let (status, content_range, body) = ask(Some(Behaviour::WrongStatusForRange), "bytes=10-19");
    assert_eq!((status, content_range.as_deref()), (200, Some("bytes 10-19/100000")));
    assert_eq!(body, part);
}

#[test]
fn another_part_than_asked_can_come() {
    let (_, content_range, body) = ask(Some(Behaviour::ShorterRange(3)), "bytes=10-19");
    assert_eq!(content_range.as_deref(), Some("bytes 10-12/100000"));
    assert_eq!(body, content().slice(10..13));
    let (_, content_range, body) = ask(Some(Behaviour::ServesOtherRange(-2)), "bytes=10-19");
    assert_eq!(content_range.as_deref(), Some("bytes 8-17/100000"));
    assert_eq!(body, content().slice(8..18));
}

#[test]
fn multipart_carries_one_part() {
    let server = FaultServer::start();
    server.serve("/f", resource().with(Behaviour::MultipartRanges));
    let reply = get(&server, "/f", &[("Range", "bytes=10-19")]);
    assert!(reply.header("content-type").starts_with("multipart/byteranges; boundary="));
    let part = content().slice(10..20);
    assert!(reply.body.windows(10).any(|window| window == part));
    assert!(reply.body.starts_with(b"--"));
    let exchange = &server.exchanges("/f")[0];
    assert_eq!(exchange.spans.first(), Some(&(10..20)));
    assert_eq!(exchange.sent, reply.body.len() as u64);
    assert_eq!(exchange.range, Some(AskedRange::Span(10, 19)));
}

#[test]
fn if_range_is_honoured_unless_told_otherwise() {
    let server = FaultServer::start();
    server.serve("/f", resource());
    let etag = get(&server, "/f", &[]).header("etag").to_owned();
    let ask = |tag: &str| get(&server, "/f", &[("Range", "bytes=5-"), ("If-Range", tag)]).status;
    assert_eq!(ask(&etag), 206);
    assert_eq!(ask("\"other\""), 200);
    assert_eq!(ask(&format!("W/{etag}")), 200);
    server.replace("/f", resource().with(Behaviour::IgnoresIfRange));
    assert_eq!(ask("\"other\""), 206);
}

#[test]
fn preconditions_are_honoured() {
    let server = FaultServer::start();
    server.serve("/f", resource());
    let head = get(&server, "/f", &[]);
    let (etag, date) = (head.header("etag"), head.header("last-modified"));
    let ask = |name: &str, value: &str| get(&server, "/f", &[(name, value)]).status;
    assert_eq!(ask("If-None-Match", etag), 304);
    assert_eq!(ask("If-None-Match", "\"x\""), 200);
    assert_eq!(ask("If-Modified-Since", date), 304);
    assert_eq!(ask("If-Match", "\"x\""), 412);
    assert_eq!(ask("If-Match", etag), 200);
    assert_eq!(ask("If-Unmodified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"), 412);
    server.replace("/f", resource().with(Behaviour::IgnoresPreconditions));
    assert_eq!(ask("If-Match", "\"x\""), 200);
}

#[test]
fn files_beyond_four_gigabytes_have_ranges() {
    let server = FaultServer::start();
    let huge = Content::new(9, 5 << 30);
    server.serve("/huge", Resource::bytes(huge.clone()));
    let mut client = Client::connect(server.address()).unwrap();
    assert_eq!(client.ask("HEAD", "/huge", &[]).unwrap().header("content-length"), (5u64 << 30).to_string());
    let start = (4 << 30) + 123;
    let range = format!("bytes={start}-{}", start + 4095);
    let reply = client.ask("GET", "/huge", &[("Range", &range)]).unwrap();
    assert_eq!(reply.status, 206);
    huge.verify_bytes(start, &reply.body).unwrap();
}

#[test]
fn a_part_comes_though_nobody_asked_for_one() {
    let server = FaultServer::start();
    server.serve("/f", resource().with(Behaviour::PartialToPlain(1000)));
    let reply = get(&server, "/f", &[]);
    assert_eq!((reply.status, reply.header("content-range")), (206, "bytes 0-999/100000"));
    content().verify_bytes(0, &reply.body).unwrap();
    assert_eq!(get(&server, "/f", &[("Range", "bytes=5-")]).header("content-range"), "bytes 5-99999/100000");
}
