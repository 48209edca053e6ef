//! Other programs and their hands on the unfinished file.

use std::path::PathBuf;

use longshore::api::{Act, Answer};
use longshore::model::{DiskFault, FileName, NameClash, Status};

use super::{SIZE, TWICE, answer, asks, begun, completes, slow_server, to};
use crate::support::rig::{Rig, only};

fn part(rig: &Rig) -> PathBuf {
    rig.downloads().join("file.bin.part")
}

fn pause(rig: &mut Rig, id: longshore::model::TransferId) {
    let _ = rig.act(Act::Pause(only(id)));
    let _ = rig.wait_status(id, "paused-by-user");
}

fn cut(rig: &Rig, length: u64) {
    let file = std::fs::OpenOptions::new().write(true).open(part(rig)).unwrap();
    file.set_len(length).unwrap();
}

#[test]
fn deleted_in_the_middle_it_begins_anew() {
    let (_server, url) = slow_server();
    let mut rig = Rig::new();
    let id = rig.add(&url);
    begun(&mut rig, id);
    std::fs::remove_file(part(&rig)).unwrap();
    completes(&mut rig, id);
    assert_eq!(rig.files(), ["file.bin"]);
}

#[test]
fn deleted_while_paused_it_is_a_question() {
    let (_server, url) = slow_server();
    let mut rig = Rig::new();
    let id = rig.add(&url);
    begun(&mut rig, id);
    pause(&mut rig, id);
    std::fs::remove_file(part(&rig)).unwrap();
    let _ = rig.act(Act::Resume(only(id)));
    assert_eq!(asks(&mut rig, id, |_| true), DiskFault::PartMissing);
    answer(&rig, id, Answer::Restart);
    completes(&mut rig, id);
    assert_eq!(rig.files(), ["file.bin"]);
}

#[test]
fn cut_short_in_the_middle_only_the_rest_is_fetched_again() {
    let (server, url) = slow_server();
    let mut rig = Rig::new();
    let id = rig.add(&url);
    begun(&mut rig, id);
    cut(&rig, SIZE / 4);
    let row = rig.wait_status(id, "waiting-to-retry");
    assert!(row.progress.done <= SIZE / 4, "{row:#?}");
    let _ = rig.act(Act::Retry(only(id)));
    completes(&mut rig, id);
    assert_eq!(rig.files(), ["file.bin"]);
    let second = &server.exchanges("/file.bin")[1];
    assert_eq!(second.headers.get("range"), Some(format!("bytes={}-", SIZE / 4).as_str()));
}

#[test]
fn cut_short_while_paused_only_the_rest_is_fetched_again() {
    let (server, url) = slow_server();
    let mut rig = Rig::new();
    let id = rig.add(&url);
    begun(&mut rig, id);
    pause(&mut rig, id);
    cut(&rig, 1000);
    let _ = rig.act(Act::Resume(only(id)));
    let row = rig.wait_status(id, "waiting-to-retry");
    assert_eq!(row.progress.done, 1000);
    // Nothing of it is said again after a restart.
    let mut rig = rig.restart();
    let _ = rig.act(Act::Retry(only(id)));
    completes(&mut rig, id);
    assert_eq!(server.exchanges("/file.bin")[1].headers.get("range"), Some("bytes=1000-"));
}

#[test]
fn replaced_while_paused_the_other_file_is_left_alone() {
    let (_server, url) = slow_server();
    let mut rig = Rig::new();
    let id = rig.add(&url);
    begun(&mut rig, id);
    pause(&mut rig, id);
    std::fs::remove_file(part(&rig)).unwrap();
    std::fs::write(part(&rig), vec![7; usize::try_from(SIZE).unwrap()]).unwrap();
    let _ = rig.act(Act::Resume(only(id)));
    assert_eq!(asks(&mut rig, id, |_| true), DiskFault::PartMissing);
    answer(&rig, id, Answer::Restart);
    completes(&mut rig, id);
    assert_eq!(std::fs::read(part(&rig)).unwrap(), vec![7; usize::try_from(SIZE).unwrap()]);
    assert_eq!(rig.files().len(), 2);
}

#[test]
fn replaced_in_the_middle_the_other_file_is_left_alone() {
    let (_server, url) = slow_server();
    let mut rig = Rig::new();
    let id = rig.add(&url);
    begun(&mut rig, id);
    let other = rig.path().join("other");
    std::fs::write(&other, "theirs").unwrap();
    std::fs::rename(&other, part(&rig)).unwrap();
    completes(&mut rig, id);
    assert_eq!(std::fs::read_to_string(part(&rig)).unwrap(), "theirs");
}

#[test]
fn a_name_that_is_taken_in_the_last_moment_is_numbered() {
    let (server, url) = slow_server();
    let mut rig = Rig::new();
    let id = rig.add(&url);
    begun(&mut rig, id);
    std::fs::write(rig.downloads().join("file.bin"), "theirs").unwrap();
    completes(&mut rig, id);
    assert_eq!(rig.files(), ["file (1).bin", "file.bin"]);
    assert_eq!(std::fs::read_to_string(rig.downloads().join("file.bin")).unwrap(), "theirs");
    assert_eq!(server.exchanges("/file.bin").len(), 1);
}

#[test]
fn a_name_that_is_taken_in_the_last_moment_is_asked_about() {
    let (server, url) = slow_server();
    let mut rig = Rig::new();
    let id = rig
        .add_new(longshore::api::NewTransfer { clash: Some(NameClash::Ask), ..to(&url, &rig.downloads()) });
    begun(&mut rig, id);
    std::fs::write(rig.downloads().join("file.bin"), "theirs").unwrap();
    assert_eq!(asks(&mut rig, id, |_| true), DiskFault::NameTaken);
    answer(&rig, id, Answer::ChooseName(FileName::new("mine.bin").unwrap()));
    completes(&mut rig, id);
    assert_eq!(rig.files(), ["file.bin", "mine.bin"]);
    assert!(server.coverage("/file.bin").refetched <= TWICE);
}

#[test]
fn a_name_that_is_taken_is_skipped_where_the_user_said_so() {
    let (server, url) = slow_server();
    let mut rig = Rig::new();
    let skip = |rig: &Rig| longshore::api::NewTransfer {
        clash: Some(NameClash::Skip),
        ..to(&url, &rig.downloads())
    };
    let late = rig.add_new(skip(&rig));
    begun(&mut rig, late);
    std::fs::write(rig.downloads().join("file.bin"), "theirs").unwrap();
    let row = rig.wait(late, |row| row.status == Status::Canceled);
    assert!(row.finished.is_some());
    rig.wait_said(late, "There is a file of this name already");
    let early = rig.add_new(skip(&rig));
    let _ = rig.wait(early, |row| row.status == Status::Canceled);
    rig.wait_said(early, "There is a file of this name already");
    // What came of the first one goes when it cannot be taken back any more.
    rig.wait_files(&["file.bin"]);
    assert_eq!(std::fs::read_to_string(rig.downloads().join("file.bin")).unwrap(), "theirs");
    assert_eq!(server.exchanges("/file.bin").len(), 2);
}
