use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::disk::CreateFolder;
use crate::model::DiskFault;

fn name(text: &str) -> FileName {
    FileName::new(text).expect("a name")
}

fn numbered(name: &FileName, number: u32) -> FileName {
    FileName::new(format!("{name} ({number})")).expect("a name")
}

fn begun() -> (TempDir, Part) {
    let folder = tempfile::tempdir().expect("a folder");
    let part = Part::create(folder.path(), &name("a"), CreateFolder::No).expect("a part");
    part.write_all_at(b"ours", 0).expect("written");
    (folder, part)
}

fn content(path: PathBuf) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| format!("{error}"))
}

#[test]
fn a_free_name_is_free_of_both() {
    let folder = tempfile::tempdir().expect("a folder");
    let free = || free_name(folder.path(), &name("a"), numbered).to_string();
    assert_eq!(free(), "a");
    std::fs::write(folder.path().join("a"), "").expect("written");
    assert_eq!(free(), "a (1)");
    std::fs::write(folder.path().join("a (1).part"), "").expect("written");
    std::os::unix::fs::symlink("/nowhere", folder.path().join("a (2)")).expect("linked");
    assert_eq!(free(), "a (3)");
    assert_eq!(free_name(&folder.path().join("no"), &name("a"), numbered), name("a"));
}

#[test]
fn a_finished_file_has_its_name_and_is_known_by_its_inode() {
    let (folder, part) = begun();
    let target = name("a");
    let finished = |name: &FileName| is_finished(folder.path(), name, part.record()).expect("looked");
    assert!(!finished(&target));
    finish(folder.path(), &part, &target, OnClash::Refuse).expect("finished");
    assert_eq!(content(folder.path().join("a")), "ours");
    assert!(!folder.path().join("a.part").exists());
    assert!(finished(&target));
    assert!(!finished(&name("b")));
    let _ = std::fs::copy(folder.path().join("a"), folder.path().join("b")).expect("copied");
    assert!(!finished(&name("b")), "same bytes, another file");
}

#[test]
fn a_taken_name_is_refused_or_replaced_as_told() {
    let (folder, part) = begun();
    let path = folder.path().join("a");
    std::fs::write(&path, "theirs").expect("written");
    let error = finish(folder.path(), &part, &name("a"), OnClash::Refuse).expect_err("taken");
    assert_eq!(error.fault(), DiskFault::NameTaken);
    assert_eq!(content(path.clone()), "theirs");
    finish(folder.path(), &part, &name("a"), OnClash::Replace).expect("replaced");
    assert_eq!(content(path), "ours");
}

#[test]
fn a_folder_is_never_replaced() {
    let (folder, part) = begun();
    std::fs::create_dir(folder.path().join("a")).expect("made");
    let said = [(OnClash::Refuse, DiskFault::NameTaken), (OnClash::Replace, DiskFault::NotAFile)];
    for (clash, fault) in said {
        let error = finish(folder.path(), &part, &name("a"), clash).expect_err("taken");
        assert_eq!(error.fault(), fault);
    }
}

#[test]
fn a_pipe_is_never_replaced() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let (folder, part) = begun();
    let pipe = folder.path().join("a");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
    let error = finish(folder.path(), &part, &name("a"), OnClash::Replace).expect_err("no file");
    assert_eq!(error.fault(), DiskFault::NotAFile);
    assert!(!std::fs::metadata(pipe).expect("still there").is_file());
}

#[test]
fn many_at_once_and_one_wins() {
    let folder = tempfile::tempdir().expect("a folder");
    let parts: Vec<_> = (0..8)
        .map(|number| {
            Part::create(folder.path(), &name(&format!("{number}")), CreateFolder::No).expect("a part")
        })
        .collect();
    let path = folder.path();
    let won: usize = std::thread::scope(|scope| {
        let tries: Vec<_> = parts
            .iter()
            .map(|part| scope.spawn(move || finish(path, part, &name("same"), OnClash::Refuse).is_ok()))
            .collect();
        tries.into_iter().map(|one| usize::from(one.join().expect("no panic"))).sum()
    });
    assert_eq!(won, 1);
    assert_eq!(std::fs::read_dir(path).expect("listed").count(), 8);
}

#[test]
fn file_systems_without_the_flag_refuse_too() {
    for rename in [rename_by_link, rename_over_own] {
        let (folder, part) = begun();
        let to = folder.path().join("b");
        std::fs::write(&to, "theirs").expect("written");
        assert_eq!(rename(part.path(), &to).expect_err("taken").fault(), DiskFault::NameTaken);
        assert_eq!(content(to.clone()), "theirs");
        std::fs::remove_file(&to).expect("removed");
        rename(part.path(), &to).expect("renamed");
        assert_eq!(content(to), "ours");
        assert!(!part.path().exists());
    }
}

#[test]
fn a_crash_between_link_and_unlink_leaves_no_second_name() {
    let (folder, part) = begun();
    std::fs::hard_link(part.path(), folder.path().join("a")).expect("linked");
    assert!(is_finished(folder.path(), &name("a"), part.record()).expect("looked"));
    assert!(!part.path().exists());
    assert_eq!(content(folder.path().join("a")), "ours");
}

#[test]
fn a_replaced_part_is_not_finished() {
    let (folder, part) = begun();
    std::fs::rename(part.path(), folder.path().join("elsewhere")).expect("moved");
    std::fs::write(part.path(), "theirs").expect("written");
    let error = finish(folder.path(), &part, &name("a"), OnClash::Refuse).expect_err("not ours");
    assert_eq!(error.fault(), DiskFault::PartMissing);
    assert_eq!(discard(folder.path(), part.record()).expect("looked"), Discarded::Foreign);
    assert!(set_aside(folder.path(), part.record()).is_err());
    assert_eq!(content(part.path().to_owned()), "theirs");
}

#[test]
fn discarding_removes_ours_only() {
    let (folder, part) = begun();
    let moved_disk = PartFile { device: part.record().device + 1, ..part.record().clone() };
    assert_eq!(discard(folder.path(), part.record()).expect("removed"), Discarded::Removed);
    assert_eq!(discard(folder.path(), part.record()).expect("looked"), Discarded::Absent);
    let error = discard(folder.path(), &moved_disk).expect_err("it may still be there");
    assert_eq!(error.fault(), DiskFault::NotMounted);
    let error = discard(&folder.path().join("gone"), part.record()).expect_err("it may still be there");
    assert_eq!(error.fault(), DiskFault::FolderMissing);
}

#[test]
fn setting_aside_keeps_everything() {
    let (folder, part) = begun();
    std::fs::write(folder.path().join("a.old"), "theirs").expect("written");
    assert_eq!(set_aside(folder.path(), part.record()).expect("renamed"), "a.old2");
    assert_eq!(content(folder.path().join("a.old")), "theirs");
    assert_eq!(content(folder.path().join("a.old2")), "ours");
    assert!(Part::create(folder.path(), &name("a"), CreateFolder::No).is_ok());
}
