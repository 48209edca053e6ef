//! Documents that name files, and answers that name other places of theirs.

use longshore::api::{NewTransfer, Outcome, Query, Request, Secret, View};
use longshore::model::{FileName, Status, Verdict};

use crate::downloads::checksums::sha256;
use crate::downloads::{SIZE, content};
use crate::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use crate::support::rig::{Rig, address};

const PIECE: u64 = 256 << 10;

/// What a document says of one file.
pub(crate) fn file(name: &str, content: &Content, urls: &[String]) -> String {
    let hex = |bytes: &[u8]| sha256(bytes).to_string().replace("sha256:", "");
    let starts = (0..content.size()).step_by(usize::try_from(PIECE).expect("small"));
    let pieces: String = starts
        .map(|at| format!("<hash>{}</hash>", hex(&content.slice(at..(at + PIECE).min(content.size())))))
        .collect();
    let urls: String = (1..).zip(urls).map(|(n, url)| format!("<url priority=\"{n}\">{url}</url>")).collect();
    format!(
        "<file name=\"{name}\"><size>{}</size><hash type=\"sha-256\">{}</hash>\
         <pieces length=\"{PIECE}\" type=\"sha-256\">{pieces}</pieces>{urls}</file>",
        content.size(),
        hex(&content.to_vec()),
    )
}

pub(crate) fn document(files: &[(&str, &Content, &[String])]) -> Resource {
    let files: String = files.iter().map(|(name, content, urls)| file(name, content, urls)).collect();
    Resource::literal(envelope(&files)).with(Behaviour::ContentType("application/metalink4+xml".to_owned()))
}

pub(crate) fn envelope(files: &str) -> String {
    format!("<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">{files}</metalink>")
}

#[test]
fn a_document_becomes_the_file_that_it_names() {
    let server = FaultServer::start();
    let url = server.serve("/x.bin", Resource::bytes(content()));
    let list = server.serve("/list", document(&[("dir/y.bin", &content(), &[url])]));
    let mut rig = Rig::new();
    let id = rig.add(&list);
    let file = rig.wait_file(id);
    content().verify_file(&file).expect("the right bytes");
    let row = rig.row(id);
    assert_eq!((row.name.as_str(), row.checksum), ("y.bin", Some(Verdict::Verified)));
    assert_eq!(rig.files(), ["y.bin"]);
    rig.wait_said(id, "A Metalink document");
    rig.wait_said(id, "According to the Metalink document");
}

#[test]
fn a_document_of_several_files_becomes_all_of_them() {
    let server = FaultServer::start();
    let other = Content::new(9, 100_000);
    let first = server.serve("/1.bin", Resource::bytes(content()));
    let second = server.serve("/2.bin", Resource::bytes(other.clone()));
    let files: [(&str, &Content, &[String]); 2] =
        [("one.bin", &content(), &[first]), ("two.bin", &other, &[second])];
    let list = server.serve("/both.meta4", document(&files));
    let mut rig = Rig::new();
    let id = rig.add(&list);
    content().verify_file(&rig.wait_file(id)).expect("the right bytes");
    rig.wait_files(&["one.bin", "two.bin"]);
    other.verify_file(&rig.downloads().join("two.bin")).expect("the right bytes");
    let all = match rig.ask(Request::Query(Query::Order(View::default()))) {
        Outcome::Order(ids) => ids,
        other => panic!("{other:?}"),
    };
    let brought = all.into_iter().find(|other| rig.row(*other).brought_by == Some(id)).expect("another");
    let row = rig.wait_status(brought, "completed");
    assert_eq!(row.checksum, Some(Verdict::Verified));
}

#[test]
fn whoever_wants_the_document_gets_it_and_what_is_none_is_a_file() {
    let server = FaultServer::start();
    let url = server.serve("/x.bin", Resource::bytes(content()));
    let list = server.serve("/x.meta4", document(&[("y.bin", &content(), &[url])]));
    let broken = server.serve("/broken.meta4", Resource::literal("this is no document"));
    let mut rig = Rig::new();
    let name = Some(FileName::new("kept.meta4").unwrap());
    let kept = rig.add_new(NewTransfer { name, ..NewTransfer::download(address(&list)) });
    let broken = rig.add(&broken);
    let _ = (rig.wait_file(kept), rig.wait_file(broken));
    assert_eq!(rig.files(), ["broken.meta4", "kept.meta4"]);
    assert!(server.exchanges("/x.bin").is_empty());
}

#[test]
fn a_file_of_another_length_is_not_the_one_that_was_named() {
    let server = FaultServer::start();
    let url = server.serve("/x.bin", Resource::bytes(Content::new(3, SIZE - 1)));
    let list = server.serve("/x.meta4", document(&[("y.bin", &content(), &[url])]));
    let mut rig = Rig::new();
    let id = rig.add(&list);
    let row = rig.wait(id, |row| matches!(row.status, Status::NeedsUser(_) | Status::Completed));
    assert_eq!(rig.settle(id), "needs-user source-changed", "{row:#?}");
}

#[test]
fn what_is_private_stays_with_the_server_it_is_for() {
    let server = FaultServer::start();
    let _ = server.serve("/x.bin", Resource::bytes(content()));
    let elsewhere = server.other_origin("/x.bin");
    let list = server.serve("/x.meta4", document(&[("y.bin", &content(), &[elsewhere])]));
    let mut rig = Rig::new();
    let token = longshore::api::HeaderInput::Secret(Secret::new("Bearer secret"));
    let headers = vec![("Authorization".to_owned(), token)];
    let id = rig.add_new(NewTransfer { headers, ..NewTransfer::download(address(&list)) });
    let _ = rig.wait_file(id);
    assert!(server.exchanges("/x.meta4")[0].headers.has("authorization"));
    assert!(server.exchanges("/x.bin").iter().all(|exchange| !exchange.headers.has("authorization")));
}

#[test]
fn a_link_of_the_answer_leads_to_the_document() {
    let server = FaultServer::start();
    let link = "</x.bin.meta4>; rel=describedby; type=\"application/metalink4+xml\"";
    let link = Behaviour::ExtraHeader { name: "Link".to_owned(), value: link.to_owned() };
    let url = server.serve("/x.bin", Resource::bytes(content()).with(link));
    let _ = server.serve("/x.bin.meta4", document(&[("x.bin", &content(), std::slice::from_ref(&url))]));
    let mut rig = Rig::new();
    let id = rig.add(&url);
    let _ = rig.wait_file(id);
    assert_eq!(rig.row(id).checksum, Some(Verdict::Verified));
}

/// The same in the older form that many lists still have.
fn document_of_version_3(name: &str, content: &Content, urls: &[String]) -> Resource {
    let hex = |bytes: &[u8]| sha256(bytes).to_string().replace("sha256:", "");
    let starts = (0..content.size()).step_by(usize::try_from(PIECE).expect("small"));
    let piece = |(number, at): (usize, u64)| {
        let bytes = content.slice(at..(at + PIECE).min(content.size()));
        format!("<hash piece=\"{number}\">{}</hash>", hex(&bytes))
    };
    let pieces: String = starts.enumerate().map(piece).collect();
    let urls: String = (1..)
        .zip(urls)
        .map(|(n, url)| format!("<url type=\"http\" preference=\"{}\">{url}</url>", 100 - n))
        .collect();
    let text = format!(
        "<metalink version=\"3.0\" xmlns=\"http://www.metalinker.org/\"><files><file name=\"{name}\">\
         <size>{}</size><verification><hash type=\"sha256\">{}</hash>\
         <pieces length=\"{PIECE}\" type=\"sha256\">{pieces}</pieces></verification>\
         <resources>{urls}</resources></file></files></metalink>",
        content.size(),
        hex(&content.to_vec()),
    );
    Resource::literal(text).with(Behaviour::ContentType("application/metalink+xml".to_owned()))
}

fn rigs() -> [Rig; 2] {
    [Rig::new(), Rig::many()]
}

#[test]
fn a_document_of_the_older_version_is_read_as_well() {
    for mut rig in rigs() {
        let server = FaultServer::start();
        let gone = server.url("/gone.bin");
        let url = server.serve("/x.bin", Resource::bytes(content()));
        let list = server.serve("/x.metalink", document_of_version_3("y.bin", &content(), &[gone, url]));
        let id = rig.add(&list);
        content().verify_file(&rig.wait_file(id)).expect("the right bytes");
        let row = rig.row(id);
        assert_eq!((row.name.as_str(), row.checksum), ("y.bin", Some(Verdict::Verified)));
        rig.wait_said(id, "is not asked any more");
    }
}

#[test]
fn a_wrong_piece_is_fetched_from_the_other_place_that_the_document_names() {
    type Document = fn(&Content, &[String]) -> Resource;
    let both: [Document; 2] = [
        |content, urls| document(&[("y.bin", content, urls)]),
        |content, urls| document_of_version_3("y.bin", content, urls),
    ];
    for (document, mut rig) in both.into_iter().zip(rigs()) {
        let server = FaultServer::start();
        let corrupt = Behaviour::CorruptByte { offset: 5 * PIECE + 7 };
        let bad = server.serve("/bad.bin", Resource::bytes(content()).with(corrupt));
        let good = server.serve("/good.bin", Resource::bytes(content()));
        let list = server.serve("/list.meta4", document(&content(), &[bad.clone(), good]));
        let id = rig.add(&list);
        content().verify_file(&rig.wait_file(id)).expect("the right bytes");
        assert_eq!(rig.row(id).checksum, Some(Verdict::Verified));
        rig.wait_said(id, &format!("{bad} sent wrong bytes"));
        let twice = server.coverage("/bad.bin").unique + server.coverage("/good.bin").unique;
        assert!(twice <= SIZE + 4 * PIECE, "{twice}: what was right is kept");
    }
}

#[test]
fn all_places_that_a_document_names_are_used_at_once() {
    const SIZE: u64 = 16 << 20;
    let content = Content::new(6, SIZE);
    let slow = Behaviour::Pace { bytes_per_second: 1 << 20 };
    let servers: Vec<_> = (0..3).map(|_| FaultServer::options().small_buffers().start()).collect();
    let resource = || Resource::bytes(content.clone()).with(slow.clone());
    let urls: Vec<_> = servers.iter().map(|server| server.serve("/x.bin", resource())).collect();
    let lists = FaultServer::start();
    let list = lists.serve("/x.meta4", document(&[("x.bin", &content, &urls)]));
    let mut rig = Rig::many();
    let options = longshore::model::Options { connections: Some(6), ..Default::default() };
    let id = rig.add_new(NewTransfer { options, ..NewTransfer::download(address(&list)) });
    content.verify_file(&rig.wait_file(id)).expect("the right bytes");
    for server in &servers {
        let sent = server.coverage("/x.bin").unique;
        assert!(sent > SIZE / 16, "each takes its part: {sent}");
    }
}
