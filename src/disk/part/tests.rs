use std::path::Path;

use super::*;
use crate::disk::CreateFolder;
use crate::model::{DiskFault, FileName};

fn name(text: &str) -> FileName {
    FileName::new(text).expect("a name")
}

fn part(folder: &Path) -> Part {
    Part::create(folder, &name("a.bin"), CreateFolder::No).expect("a part")
}

#[test]
fn bytes_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let part = part(folder.path());
    part.write_all_at(b"world", 6).expect("written");
    assert_eq!(part.write_some_at(b"hello ", 0).expect("written"), 6);
    assert_eq!(part.write_some_at(b"", 0).expect("nothing to do"), 0);
    let other = part.clone();
    std::thread::spawn(move || other.sync()).join().expect("no panic").expect("synced");
    let mut buffer = [0; 11];
    part.read_exact_at(&mut buffer, 0).expect("read");
    assert_eq!(&buffer, b"hello world");
    let beyond = part.read_exact_at(&mut buffer, 1).expect_err("behind the end");
    assert_eq!(beyond.fault(), DiskFault::Io { errno: 5 });
    assert_eq!(part.length().expect("a length"), 11);
    part.start_writeback(ByteRange::new(0, 11));
}

#[test]
fn joined_pieces_lie_behind_one_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let part = part(folder.path());
    part.write_joined_at(b"hello ", b"world", 0).expect("written");
    part.write_joined_at(b"", b"!", 11).expect("only the second");
    part.write_joined_at(b"?", b"", 12).expect("only the first");
    part.write_joined_at(b"", b"", 40).expect("nothing to do");
    assert_eq!(std::fs::read(part.path()).expect("read"), b"hello world!?");
    // Somebody cut it: nothing is written behind a hole, joined or not.
    part.truncate(13).expect("as long as it is");
    std::fs::File::options().write(true).open(part.path()).expect("opened").set_len(3).expect("cut");
    let cut = part.write_joined_at(b"a", b"b", 13).expect_err("cut");
    assert!(matches!(cut, Error::PartTruncated { length: 3, .. }), "{cut:?}");
}

#[test]
fn only_the_recorded_file_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = part(folder.path()).record().clone();
    assert_eq!(Part::open(folder.path(), &record).expect("the same").record(), &record);
    let path = folder.path().join(&record.name);
    let moved = folder.path().join("elsewhere");
    std::fs::rename(&path, &moved).expect("moved");
    let fault = |record: &PartFile| Part::open(folder.path(), record).expect_err("not ours").fault();
    assert_eq!(fault(&record), DiskFault::PartMissing);
    std::fs::write(&path, b"a stranger").expect("written");
    assert_eq!(fault(&record), DiskFault::PartMissing);
    std::fs::remove_file(&path).expect("removed");
    std::os::unix::fs::symlink(&moved, &path).expect("linked");
    assert_eq!(fault(&record), DiskFault::PartMissing);
    let elsewhere = PartFile { device: record.device + 1, ..record.clone() };
    assert_eq!(fault(&elsewhere), DiskFault::NotMounted);
    let gone = Part::open(&folder.path().join("gone"), &record).expect_err("no folder");
    assert_eq!(gone.fault(), DiskFault::FolderMissing);
    let file = Part::open(&moved, &record).expect_err("a file is no folder");
    assert_eq!(file.fault(), DiskFault::NotAFolder);
}

#[test]
fn a_new_device_number_is_no_new_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = part(folder.path()).record().clone();
    assert!(record.born.is_some(), "this file system keeps birth times");
    let before_the_boot = PartFile { device: record.device + 1, ..record.clone() };
    assert_eq!(Part::open(folder.path(), &before_the_boot).expect("the same").record(), &record);
}

#[test]
fn two_cannot_have_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = part(folder.path());
    let clone = first.clone();
    let locked = |record: &PartFile| Part::open(folder.path(), record).map_err(|error| error.fault());
    assert_eq!(locked(first.record()).expect_err("locked"), DiskFault::PartLocked);
    let record = first.record().clone();
    drop(first);
    assert_eq!(locked(&record).expect_err("the clone holds it"), DiskFault::PartLocked);
    drop(clone);
    assert!(locked(&record).is_ok());
    let again = Part::create(folder.path(), &name("a.bin"), CreateFolder::No).expect_err("taken");
    assert_eq!(again.fault(), DiskFault::NameTaken);
}

#[test]
fn folders_are_made_only_when_wanted() {
    let folder = tempfile::tempdir().expect("a folder");
    let deep = folder.path().join("a/b/c");
    let no = Part::create(&deep, &name("x"), CreateFolder::No).expect_err("no folder");
    assert_eq!(no.fault(), DiskFault::FolderMissing);
    let part = Part::create(&deep, &name("x"), CreateFolder::Yes).expect("made");
    let below_a_file = part.path().join("y");
    let no = Part::create(&below_a_file, &name("x"), CreateFolder::Yes).expect_err("a file");
    assert_eq!(no.fault(), DiskFault::NotAFolder);
}

#[test]
fn names_of_every_length() {
    let folder = tempfile::tempdir().expect("a folder");
    let longest = name(&"x".repeat(FileName::MAX));
    assert!(Part::create(folder.path(), &longest, CreateFolder::No).is_ok());
    let deep = folder.path().join("y".repeat(300));
    let error = Part::create(&deep, &name("x"), CreateFolder::Yes).expect_err("too long");
    assert_eq!(error.fault(), DiskFault::NameTooLong);
}

#[test]
fn room_is_reserved_in_one_piece() {
    let folder = tempfile::tempdir().expect("a folder");
    let part = part(folder.path());
    part.reserve(RESERVE_FROM - 1).expect("too small to matter");
    assert_eq!(part.length().expect("a length"), 0);
    part.reserve(RESERVE_FROM).expect("reserved");
    assert_eq!(part.length().expect("a length"), RESERVE_FROM);
    part.reserve(RESERVE_FROM).expect("nothing to do");
    assert!(part.seen().expect("seen").allocated >= RESERVE_FROM);
    part.check_room(RESERVE_FROM).expect("it is there already");
    part.truncate(3).expect("cut");
    assert_eq!(part.length().expect("a length"), 3);
}

#[test]
fn more_than_there_is_cannot_be_reserved() {
    let folder = tempfile::tempdir().expect("a folder");
    let part = part(folder.path());
    part.write_all_at(b"abc", 0).expect("written");
    let total = room::space(folder.path()).expect("space") + (1 << 40);
    let fault = part.reserve(total).expect_err("no room").fault();
    assert!(matches!(fault, DiskFault::Full { missing } if missing > 1 << 39), "{fault:?}");
    assert_eq!(part.length().expect("a length"), 3);
    assert!(matches!(part.check_room(total).expect_err("no room").fault(), DiskFault::Full { .. }));
    let fault = part.truncate(u64::MAX / 2).expect_err("no file is that long").fault();
    assert!(matches!(fault, DiskFault::TooLarge { limit } if limit > 1 << 40), "{fault:?}");
}

fn unnamed(folder: &Path) -> Part {
    match Part::begin(folder, &name("a.bin"), CreateFolder::No).expect("begun") {
        Begin::Unnamed(part) => part,
        Begin::Planned(plan) => panic!("this file system knows unnamed files: {plan:?}"),
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("utf-8")).collect();
    names.sort();
    names
}

#[test]
fn a_file_has_no_name_until_it_is_given_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let part = unnamed(folder.path());
    part.write_all_at(b"abc", 0).expect("written");
    part.sync().expect("synced without a name");
    assert_eq!(names(folder.path()), [""; 0]);
    drop(part);
    assert_eq!(names(folder.path()), [""; 0], "nothing is left of it");

    let part = unnamed(folder.path());
    part.write_all_at(b"abc", 0).expect("written");
    part.give_name().expect("named");
    part.give_name().expect("it has it already");
    part.sync().expect("synced");
    let record = part.record().clone();
    drop(part);
    assert_eq!(names(folder.path()), ["a.bin.part"]);
    assert_eq!(Part::open(folder.path(), &record).expect("the same").length().expect("a length"), 3);
}

#[test]
fn whoever_takes_the_name_first_keeps_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let part = unnamed(folder.path());
    part.write_all_at(b"ours", 0).expect("written");
    std::fs::write(folder.path().join("a.bin.part"), "theirs").expect("written");
    assert_eq!(part.give_name().expect_err("taken").fault(), DiskFault::NameTaken);
    let other = part.under(&name("b.bin"));
    assert_eq!((other.record().inode, other.record().name.as_str()), (part.record().inode, "b.bin.part"));
    other.give_name().expect("named");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("read");
    assert_eq!((read("a.bin.part").as_str(), read("b.bin.part").as_str()), ("theirs", "ours"));
    std::fs::remove_file(folder.path().join("a.bin.part")).expect("removed");
    let folder = tempfile::tempdir().expect("a folder");
    let part = unnamed(folder.path());
    drop(folder);
    assert_eq!(part.give_name().expect_err("gone").fault(), DiskFault::FolderMissing);
}

#[test]
fn a_plan_is_fulfilled_by_an_empty_file_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let device = part(folder.path()).record().device;
    std::fs::remove_file(folder.path().join("a.bin.part")).expect("removed");
    let plan = PartFile::planned("a.bin.part".to_owned(), device);
    let fault = || Part::open(folder.path(), &plan).expect_err("not ours").fault();
    assert_eq!(fault(), DiskFault::PartMissing);
    drop(Part::make_planned(folder.path(), &plan).expect("made"));
    let taken = Part::make_planned(folder.path(), &plan).expect_err("taken");
    assert_eq!(taken.fault(), DiskFault::NameTaken);
    let opened = Part::open(folder.path(), &plan).expect("it was made before a crash");
    assert!(!opened.record().is_planned());
    opened.write_all_at(b"x", 0).expect("written");
    drop(opened);
    assert_eq!(fault(), DiskFault::PartMissing, "somebody writes to it");
}

#[test]
fn a_file_that_others_cut_or_delete_takes_no_more_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let part = part(folder.path());
    part.write_all_at(&[1; 100], 0).expect("written");
    let other = std::fs::OpenOptions::new().write(true).open(part.path()).expect("opened");
    other.set_len(40).expect("cut");
    let error = part.write_all_at(&[1; 100], 100).expect_err("it would leave a hole");
    assert!(matches!(error, Error::PartTruncated { length: 40, .. }), "{error}");
    part.truncate(40).expect("we may");
    part.write_all_at(&[1; 100], 40).expect("and go on");
    std::fs::remove_file(part.path()).expect("removed");
    assert_eq!(part.write_all_at(&[1; 9], 140).expect_err("for nobody").fault(), DiskFault::PartMissing);
}

#[test]
fn a_file_that_is_elsewhere_is_whole_but_not_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("in");
    let part = Part::create(&inner, &name("a"), CreateFolder::Yes).expect("a part");
    part.write_all_at(b"x", 0).expect("written");
    part.sync().expect("synced");
    std::fs::rename(part.path(), folder.path().join("elsewhere")).expect("moved");
    part.sync().expect("the bytes are safe");
    let missed = |part: &Part| part.check_name().expect_err("elsewhere").fault();
    assert_eq!(missed(&part), DiskFault::PartMissing);
    std::fs::remove_dir(&inner).expect("removed");
    part.sync().expect("the bytes are safe");
    assert_eq!(missed(&part), DiskFault::FolderMissing);
    std::fs::remove_file(folder.path().join("elsewhere")).expect("removed");
    assert_eq!(part.sync().expect_err("lost").fault(), DiskFault::FolderMissing);
}

#[test]
fn trying_for_room_changes_no_length() {
    let folder = tempfile::tempdir().expect("a folder");
    let part = part(folder.path());
    part.write_all_at(b"abc", 0).expect("written");
    part.try_room(1 << 20).expect("room");
    assert_eq!(part.length().expect("a length"), 3);
    assert!(matches!(part.try_room(u64::MAX / 2).expect_err("none").fault(), DiskFault::Full { .. }));
}
