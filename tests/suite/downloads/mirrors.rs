//! One file at several places: used at once, and given up when they fail or lie.

use longshore::api::NewTransfer;
use longshore::model::{Check, Verdict};

use crate::downloads::checksums::{checked, pieces, sha256};
use crate::support::fault_server::{Behaviour, Content, Down, FaultServer, Resource};
use crate::support::rig::{Rig, address};

const SIZE: u64 = 8 << 20;
const PIECE: u64 = 256 << 10;
const PATH: &str = "/m.bin";

fn content() -> Content {
    Content::new(5, SIZE)
}

/// So slow that several places are worth it.
fn slow() -> Behaviour {
    Behaviour::Pace { bytes_per_second: 1 << 20 }
}

fn server(resource: Resource) -> (FaultServer, String) {
    let server = FaultServer::options().small_buffers().start();
    let url = server.serve(PATH, resource);
    (server, url)
}

fn by_pieces() -> Check {
    Check { pieces: Some(pieces(&content(), PIECE)), ..by_whole() }
}

fn by_whole() -> Check {
    Check::user(sha256(&content().to_vec()))
}

fn add(
    rig: &Rig,
    url: &str,
    mirrors: &[&str],
    check: Check,
    connections: u16,
) -> longshore::model::TransferId {
    let mirrors = mirrors.iter().map(|url| address(url)).collect();
    rig.add_new(NewTransfer { mirrors, ..checked(url, check, connections) })
}

/// Right up to the middle, wrong in every piece behind it.
fn lying() -> Resource {
    let wrong = (SIZE / 2..SIZE).step_by(usize::try_from(PIECE).expect("small"));
    wrong.fold(Resource::bytes(content()).with(slow()), |resource, at| {
        resource.with(Behaviour::CorruptByte { offset: at + 100 })
    })
}

fn is_right(rig: &mut Rig, id: longshore::model::TransferId) {
    let file = rig.wait_file(id);
    content().verify_file(&file).expect("the right bytes");
    assert_eq!(rig.row(id).checksum, Some(Verdict::Verified));
}

#[test]
fn two_places_send_one_file_at_once() {
    let (first, url) = server(Resource::bytes(content()).with(slow()));
    let (second, mirror) = server(Resource::bytes(content()).with(slow()));
    let mut rig = Rig::new();
    let id = add(&rig, &url, &[&mirror], by_whole(), 4);
    is_right(&mut rig, id);
    for (name, server) in [("own", &first), ("mirror", &second)] {
        let sent = server.coverage(PATH).unique;
        assert!(sent > SIZE / 8, "{name}: {sent}");
    }
}

#[test]
fn one_connection_asks_one_place() {
    let (_first, url) = server(Resource::bytes(content()));
    let (second, mirror) = server(Resource::bytes(content()));
    let mut rig = Rig::new();
    let id = add(&rig, &url, &[&mirror], by_whole(), 1);
    is_right(&mut rig, id);
    assert!(second.exchanges(PATH).is_empty());
}

#[test]
fn without_a_checksum_no_mirror_is_mixed_in() {
    let (_first, url) = server(Resource::bytes(content()).with(slow()));
    let (second, mirror) = server(Resource::bytes(content()));
    let mut rig = Rig::new();
    let id = add(&rig, &url, &[&mirror], Check::default(), 4);
    let file = rig.wait_file(id);
    content().verify_file(&file).expect("the right bytes");
    assert!(second.exchanges(PATH).is_empty());
}

#[test]
fn a_dead_place_is_passed_over() {
    for connections in [1, 4] {
        let (dead, url) = server(Resource::bytes(content()));
        dead.set_down(Down::Refuse);
        let (_alive, mirror) = server(Resource::bytes(content()));
        let mut rig = Rig::new();
        let id = add(&rig, &url, &[&mirror], by_whole(), connections);
        is_right(&mut rig, id);
        rig.wait_said(id, "is not asked any more");
    }
    let (_alive, url) = server(Resource::bytes(content()).with(slow()));
    let (dead, mirror) = server(Resource::bytes(content()));
    dead.set_down(Down::Refuse);
    let mut rig = Rig::new();
    let id = add(&rig, &url, &[&mirror], by_whole(), 4);
    is_right(&mut rig, id);
    rig.wait_said(id, "is not asked any more");
}

#[test]
fn a_place_that_dies_on_the_way_leaves_the_rest_to_the_others() {
    let (first, url) = server(Resource::bytes(content()).with(slow()));
    let (second, mirror) = server(Resource::bytes(content()).with(slow()));
    let mut rig = Rig::new();
    let id = add(&rig, &url, &[&mirror], by_whole(), 4);
    let begun = |all: &[crate::support::fault_server::Exchange]| all.len() > 1;
    let _ = second.wait_for(PATH, begun, std::time::Duration::from_secs(20));
    first.set_down(Down::Refuse);
    is_right(&mut rig, id);
}

#[test]
fn a_place_with_another_file_is_not_let_in() {
    let (_first, url) = server(Resource::bytes(content()).with(slow()));
    let (other, mirror) = server(Resource::bytes(content().next_version()));
    let (short, shorter) = server(Resource::bytes(Content::new(5, SIZE - 1)));
    let mut rig = Rig::new();
    let id = add(&rig, &url, &[&mirror, &shorter], by_whole(), 4);
    is_right(&mut rig, id);
    for server in [other, short] {
        assert_eq!(server.exchanges(PATH).len(), 1, "one look was enough");
    }
}

#[test]
fn a_place_that_lies_is_found_and_dropped() {
    for check in [by_pieces(), by_whole()] {
        let (_first, url) = server(Resource::bytes(content()).with(slow()));
        let (liar, mirror) = server(lying());
        let mut rig = Rig::new();
        let id = add(&rig, &url, &[&mirror], check, 4);
        is_right(&mut rig, id);
        assert!(liar.coverage(PATH).unique > PIECE, "it took part");
        rig.wait_said(id, &format!("{mirror} sent wrong bytes"));
    }
}

#[test]
fn the_first_place_may_be_the_one_that_lies() {
    let (_liar, url) = server(lying());
    let (_honest, mirror) = server(Resource::bytes(content()).with(slow()));
    for connections in [1, 4] {
        let mut rig = Rig::new();
        let id = add(&rig, &url, &[&mirror], by_pieces(), connections);
        is_right(&mut rig, id);
        rig.wait_said(id, &format!("{url} sent wrong bytes"));
    }
}

#[test]
fn a_link_of_the_answer_names_a_mirror() {
    use base64::Engine as _;
    let (second, mirror) = server(Resource::bytes(content()).with(slow()));
    let digest = base64::engine::general_purpose::STANDARD.encode(sha256(&content().to_vec()).value());
    let header = |name: &str, value: String| Behaviour::ExtraHeader { name: name.to_owned(), value };
    let (_first, url) = server(
        Resource::bytes(content())
            .with(slow())
            .with(header("Link", format!("<{mirror}>; rel=duplicate")))
            .with(header("Digest", format!("SHA-256={digest}"))),
    );
    let mut rig = Rig::new();
    let id = add(&rig, &url, &[], Check::default(), 4);
    is_right(&mut rig, id);
    assert!(second.coverage(PATH).unique > PIECE, "it took part");
}
