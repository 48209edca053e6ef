use std::path::Path;

use super::*;
use crate::model::DiskFault;

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

/// A tmpfs needs the right to mount; without it only this test says less.
#[test]
fn a_full_disk_says_so_and_takes_no_claim() {
    let folder = tempfile::tempdir().expect("a folder");
    let mount = |program: &str, arguments: &[&str]| {
        let done = std::process::Command::new(program).args(arguments).arg(folder.path()).output();
        done.is_ok_and(|output| output.status.success())
    };
    if !mount("mount", &["-t", "tmpfs", "-o", "size=1m", "none"]) {
        eprintln!("not allowed to mount: skipped");
        return;
    }
    let part = part(folder.path());
    let chunk = [7; 100_000];
    let mut at = 0;
    let error = loop {
        match part.write_some_at(&chunk, at) {
            Ok(accepted) => at += accepted as u64,
            Err(error) => break error,
        }
    };
    assert!(matches!(error.fault(), DiskFault::Full { missing: 100_000 }), "{error:?}");
    assert_eq!(at, 1 << 20, "the short write was counted, and no more");
    assert!(matches!(part.write_all_at(&chunk, at).expect_err("full").fault(), DiskFault::Full { .. }));
    drop(part);
    assert!(mount("umount", &[]));
}
