use super::super::{At, Behaviour, Cut, Ending, FaultServer, Length, Resource};
use super::client::{Client, End, Reply, get};
use super::{SIZE, content, resource};

fn with(fault: Behaviour) -> Reply {
    let server = FaultServer::start();
    server.serve("/f", resource().with(fault));
    get(&server, "/f", &[])
}

#[test]
fn chunked_bodies_end_well_or_badly() {
    let reply = with(Behaviour::Chunked);
    assert_eq!(reply.header("transfer-encoding"), "chunked");
    assert!(!reply.headers.has("content-length"));
    assert_eq!((reply.end, &reply.body), (End::Framed, &content().to_vec()));

    let reply = with(Behaviour::ChunkedNoEnd);
    assert_eq!((reply.end, reply.body.len() as u64), (End::Closed, SIZE));

    let reply = with(Behaviour::BadChunk);
    assert_eq!((reply.end, reply.body.len() as u64), (End::BadChunk, SIZE / 2));
}

#[test]
fn lengths_lie() {
    let reply = with(Behaviour::Length(Length::Plus(5)));
    assert_eq!((reply.end, reply.body.len() as u64), (End::Closed, SIZE));
    assert_eq!(reply.header("content-length"), "100005");

    let reply = with(Behaviour::Length(Length::Missing));
    assert_eq!(reply.header("connection"), "close");
    assert!(!reply.headers.has("content-length"));
    assert_eq!((reply.end, &reply.body), (End::Closed, &content().to_vec()));

    let reply = with(Behaviour::Length(Length::Duplicate(1)));
    assert_eq!(reply.headers.all("content-length").collect::<Vec<_>>(), ["100000", "100001"]);
    for (lie, value) in [
        (Length::Garbage, "banana"),
        (Length::Negative, "-1"),
        (Length::Huge, "9223372036854775807"),
        (Length::Overflow, "18446744073709551616"),
    ] {
        assert_eq!(with(Behaviour::Length(lie)).header("content-length"), value);
    }
}

#[test]
fn too_much_of_a_body_runs_into_the_next_answer() {
    let server = FaultServer::start();
    server.serve("/f", resource().with(Behaviour::Length(Length::Minus(4)).times(1)));
    let mut client = Client::connect(server.address()).unwrap();
    let reply = client.ask("GET", "/f", &[]).unwrap();
    assert_eq!((reply.end, reply.body.len() as u64), (End::Framed, SIZE - 4));
    let mut rest = Vec::new();
    client.read_into(&mut rest, 4).unwrap();
    content().verify_bytes(SIZE - 4, &rest).unwrap();
    assert_eq!(client.ask("GET", "/f", &[]).unwrap().body, content().to_vec());
    assert_eq!(server.connections_accepted(), 1);
}

#[test]
fn endless_bodies_have_no_length_and_no_end() {
    let server = FaultServer::start();
    server.serve("/f", resource().with(Behaviour::Endless));
    let mut client = Client::connect(server.address()).unwrap();
    client.send("GET", "/f", &[("Range", "bytes=5-")]).unwrap();
    let mut seen = Vec::new();
    client.read_into(&mut seen, 2 * SIZE).unwrap();
    assert!(seen.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(!String::from_utf8_lossy(&seen[..1000]).contains("Content-Length"));
    drop(client);
    server.wait_for("/f", |all| all[0].ending == Ending::ClientLeft, super::PATIENCE);
    assert_eq!(server.exchanges("/f")[0].spans.first(), Some(&(0..SIZE)));
}

#[test]
fn gzip_is_real_and_a_lie_is_not() {
    let reply = with(Behaviour::Gzip);
    assert_eq!(reply.header("content-encoding"), "gzip");
    assert_eq!(gunzip(&reply.body), content().to_vec());

    let reply = with(Behaviour::EncodingLie("br".to_owned()));
    assert_eq!(reply.header("content-encoding"), "br");
    assert_eq!(reply.body, content().to_vec());
}

/// Takes apart a gzip stream of stored blocks and checks what can be checked without tables.
fn gunzip(bytes: &[u8]) -> Vec<u8> {
    assert_eq!(bytes[..4], [0x1f, 0x8b, 8, 0]);
    let mut rest = &bytes[10..];
    let mut out = Vec::new();
    loop {
        let len = u16::from_le_bytes([rest[1], rest[2]]);
        assert_eq!(u16::from_le_bytes([rest[3], rest[4]]), !len);
        let (block, after) = rest[5..].split_at(usize::from(len));
        out.extend_from_slice(block);
        let last = rest[0] == 1;
        rest = after;
        if last {
            break;
        }
    }
    assert_eq!(rest.len(), 8);
    assert_eq!(rest[4..], out.len().to_le_bytes()[..4]);
    out
}

#[test]
fn the_checksum_of_gzip_is_the_known_one() {
    let server = FaultServer::start();
    server.serve("/f", Resource::literal(b"123456789").with(Behaviour::Gzip));
    let body = get(&server, "/f", &[]).body;
    let trailer = &body[body.len() - 8..];
    assert_eq!(trailer[..4], 0xCBF4_3926u32.to_le_bytes());
}

#[test]
fn heads_have_no_body() {
    let server = FaultServer::start();
    server.serve("/f", resource().with(Behaviour::CutAt { at: At::Body(9), how: Cut::Reset }));
    let mut client = Client::connect(server.address()).unwrap();
    for _ in 0..2 {
        let reply = client.ask("HEAD", "/f", &[("Range", "bytes=0-9")]).unwrap();
        assert_eq!((reply.status, reply.header("content-length")), (206, "10"));
    }
    assert_eq!(server.coverage("/f").sent, 0);
    assert_eq!(server.exchanges("/f")[1].ending, Ending::Complete);
}

#[test]
fn a_flipped_bit_is_at_its_file_offset() {
    let server = FaultServer::start();
    server.serve("/f", resource().with(Behaviour::CorruptByte { offset: 50_000 }.only_ranged()));
    let reply = get(&server, "/f", &[("Range", "bytes=49000-51000")]);
    let problem = content().verify_bytes(49_000, &reply.body).unwrap_err();
    assert!(problem.contains("offset 50000: the one byte"), "{problem}");
    for headers in [&[("Range", "bytes=0-49999")][..], &[]] {
        content().verify_bytes(0, &get(&server, "/f", headers).body).unwrap();
    }
}

#[test]
fn chunks_may_have_a_length_beside_them() {
    let server = FaultServer::start();
    server.serve("/f", resource().with(Behaviour::ChunkedWithLength(7)));
    let reply = get(&server, "/f", &[]);
    assert_eq!((reply.header("transfer-encoding"), reply.header("content-length")), ("chunked", "7"));
    assert_eq!((reply.end, reply.body), (End::Framed, content().to_vec()));
}
