//! Bodies of several parts, texts, folders on the server.

use longshore::api::{
    HeaderInput, NewContent, NewPart, NewParts, NewTransfer, NewUpload, NewValue, Outcome, Secret,
};
use longshore::model::{Method, Refusal, Resuming};

use super::Sample;
use crate::support::rig::{Rig, address};
use crate::support::upload_server::{Quirk, UploadServer};

fn part(name: &str, value: NewValue) -> NewPart {
    NewPart { name: Some(name.to_owned()), file_name: None, content_type: None, headers: Vec::new(), value }
}

fn form(sample: &Sample) -> NewParts {
    let text = |text: &str| NewValue::Text(HeaderInput::Plain(text.to_owned()));
    let secret = NewValue::Text(HeaderInput::Secret(Secret::new("s3cretfield")));
    NewParts {
        subtype: "form-data".to_owned(),
        boundary: Some("xyz".to_owned()),
        list: vec![
            part("title", text("ä & b")),
            part("pin", secret),
            part("file", NewValue::File(sample.local())),
        ],
    }
}

fn upload(url: &str, content: NewContent) -> NewTransfer {
    let upload = NewUpload { content, resuming: Resuming::Auto, make_folders: false };
    NewTransfer { method: Method::post(), ..NewTransfer::upload(address(url), upload) }
}

#[test]
fn a_form_arrives_as_browsers_would_send_it() {
    let server = UploadServer::start();
    let mut rig = Rig::new();
    let sample = Sample::new(2 << 20);
    let id = rig.add_new(upload(&server.url("/form"), NewContent::Parts(form(&sample))));
    let _ = rig.wait_status(id, "completed");
    let mut expected = b"--xyz\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n\xc3\xa4 & b\r\n\
        --xyz\r\nContent-Disposition: form-data; name=\"pin\"\r\n\r\ns3cretfield\r\n\
        --xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"sample.png\"\r\n\
        Content-Type: image/png\r\n\r\n"
        .to_vec();
    expected.extend(sample.bytes());
    expected.extend(b"\r\n--xyz--\r\n");
    assert_eq!(server.kept("/form").expect("kept").bytes, expected);
    let request = &server.requests()[0];
    assert_eq!(request.header("content-type"), Some("multipart/form-data; boundary=xyz"));
    assert_eq!(request.header("content-length"), Some(expected.len().to_string().as_str()));
    assert_eq!(server.methods(), ["POST"]);
}

#[test]
fn a_text_is_sent_as_it_is_and_an_empty_file_too() {
    let server = UploadServer::start();
    let mut rig = Rig::new();
    let text = NewContent::Text(HeaderInput::Plain("pasted".to_owned()));
    let id = rig.add_new(upload(&server.url("/text"), text));
    let _ = rig.wait_status(id, "completed");
    assert_eq!(server.kept("/text").expect("kept").bytes, b"pasted");
    let empty = Sample::new(0);
    let id = rig.add_new(empty.post(&server.url("/empty")));
    let _ = rig.wait_status(id, "completed");
    assert_eq!(server.kept("/empty").map(|kept| (kept.bytes.len(), kept.times)), Some((0, 1)));
}

#[test]
fn a_file_put_into_a_folder_keeps_its_name_there() {
    let server = UploadServer::start();
    // Neither folder is there yet: the parent is asked for last and made first.
    let conflict = || Quirk::Answer { status: 409, headers: Vec::new(), body: "" };
    server.plan("/x/y/", [conflict()]);
    let mut rig = Rig::new();
    let sample = Sample::new(10);
    let file = NewUpload { make_folders: true, resuming: Resuming::None, ..NewUpload::file(sample.local()) };
    let id = rig.add_new(NewTransfer::upload(address(&server.url("/x/y/")), file));
    let _ = rig.wait_status(id, "completed");
    assert_eq!(server.kept("/x/y/sample.png").expect("kept").bytes, sample.bytes());
    let made: Vec<_> = server
        .requests()
        .into_iter()
        .filter(|request| request.method == "MKCOL")
        .map(|request| request.path)
        .collect();
    assert_eq!(made, ["/x/y/", "/x/", "/x/y/"]);
}

#[test]
fn what_cannot_be_sent_is_refused_before_it_is_stored() {
    let rig = Rig::new();
    let sample = Sample::new(10);
    let with = |change: &dyn Fn(&mut NewParts)| {
        let mut parts = form(&sample);
        change(&mut parts);
        upload("http://127.0.0.1:1/", NewContent::Parts(parts))
    };
    let nothing = NewTransfer { upload: None, ..with(&|_| {}) };
    let bad = [
        with(&|parts| parts.boundary = Some("a\r\nb".to_owned())),
        with(&|parts| parts.subtype = "x/y".to_owned()),
        with(&|parts| parts.list.clear()),
        with(&|parts| parts.list[0].headers = vec![("A\r\n".to_owned(), String::new())]),
        nothing,
    ];
    for new in bad {
        let command = longshore::api::Command::Add(vec![new]);
        let outcome = rig.ask(longshore::api::Request::Command(command));
        assert!(matches!(outcome, Outcome::Refused(Refusal::BadRequest)), "{outcome:?}");
    }
}

#[test]
fn a_folder_that_somebody_else_was_making_is_looked_for_again() {
    let server = UploadServer::start();
    server.plan("/in/a/sample.png", [Quirk::Refuse(409)]);
    let mut rig = Rig::new();
    let sample = Sample::new(2 << 20);
    let file = NewUpload { make_folders: true, resuming: Resuming::None, ..NewUpload::file(sample.local()) };
    let id = rig.add_new(NewTransfer::upload(address(&server.url("/in/a/")), file));
    let _ = rig.wait_status(id, "completed");
    assert_eq!(server.kept("/in/a/sample.png").expect("kept").bytes, sample.bytes());
    let puts = server.requests().iter().filter(|request| request.method == "PUT").count();
    assert_eq!(puts, 2);
}
