//! A data folder in trouble: damaged, gone, newer, locked, read-only, full. Each is said with its reason, nothing is
//! deleted, and nothing of it is taken for a first start.

use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rusqlite::Connection;

use crate::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use crate::support::home::{Home, PATIENCE, text};
use crate::support::needs::not_allowed;
use crate::support::rig::{names, one_connection};

/// A home with a few hundred transfers that nobody runs.
fn used() -> Home {
    let home = Home::new();
    fill(&home);
    home
}

fn fill(home: &Home) {
    let list: Vec<String> = (0..300).map(|number| format!("http://127.0.0.1:9/{number}.bin")).collect();
    let file = home.folder.path().join("list");
    std::fs::write(&file, list.join("\n")).expect("written");
    let _ = home.says(&["add", "-i", file.to_str().expect("utf-8")]);
}

fn database(home: &Home) -> PathBuf {
    home.data().join("longshore.db")
}

fn said(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

fn listed(home: &Home) -> (usize, String) {
    let output = home.run(&["list", "--json"]);
    assert!(output.status.success(), "{}", said(&output));
    let rows: serde_json::Value = serde_json::from_slice(&output.stdout).expect("an array");
    (rows.as_array().map_or(0, Vec::len), text(&output.stderr))
}

#[test]
fn a_lost_database_is_kept_and_said() {
    let header: fn(&Path) = |path| {
        let file = std::fs::OpenOptions::new().write(true).open(path).expect("opened");
        file.write_all_at(b"nonsense in front", 0).expect("spoiled");
    };
    let empty: fn(&Path) = |path| std::fs::write(path, "").expect("emptied");
    for spoil in [header, empty] {
        let home = used();
        spoil(&database(&home));
        let spoiled = std::fs::read(database(&home)).expect("read");
        let (count, words) = listed(&home);
        assert_eq!(count, 0);
        assert!(words.contains("was damaged. It was kept as longshore-damaged-"), "{words}");
        let kept =
            words.split_whitespace().find(|word| word.starts_with("longshore-damaged")).expect("a name");
        let kept = home.data().join(kept.trim_end_matches(','));
        assert_eq!(std::fs::read(kept).expect("kept"), spoiled);
        assert_eq!(listed(&home), (0, String::new()), "said once");
    }
}

#[test]
fn a_missing_database_is_no_first_start() {
    let home = used();
    std::fs::remove_file(database(&home)).expect("removed");
    let (count, words) = listed(&home);
    assert_eq!(count, 0);
    assert!(words.contains("is gone from its folder"), "{words}");
}

#[test]
fn damage_in_the_middle_is_found_before_anything_is_written() {
    let home = used();
    // One run that stays makes the day's backup.
    let background = home.background();
    let begun = std::time::Instant::now();
    while !names(&home.data().join("backups")).iter().any(|name| name.ends_with(".db")) {
        assert!(begun.elapsed() < PATIENCE, "no backup");
        let _ = listed(&home);
    }
    let _ = home.says(&["quit"]);
    assert!(background.end().success());
    let file = std::fs::OpenOptions::new().write(true).open(database(&home)).expect("opened");
    let pages = file.metadata().expect("a length").len() / 4096;
    // The lists of a log that no start reads.
    let connection = Connection::open(database(&home)).expect("opened");
    let page: i64 = connection
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'log'", [], |row| row.get(0))
        .expect("a page");
    drop(connection);
    let page = u64::try_from(page).expect("a page");
    assert!(page <= pages);
    file.write_all_at(&[0x5a; 4096], (page - 1) * 4096).expect("spoiled");
    let output = home.run(&["add", "http://127.0.0.1:9/one-more.bin", "--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("store-corrupt"), "{}", said(&output));
    let (count, words) = listed(&home);
    assert_eq!(count, 300, "the backup took its place");
    assert!(words.contains("the backup of"), "{words}");
}

#[test]
fn a_newer_database_is_refused_and_stands() {
    let home = used();
    let connection = Connection::open(database(&home)).expect("opened");
    connection.pragma_update(None, "user_version", 99).expect("set");
    drop(connection);
    let before = std::fs::read(database(&home)).expect("read");
    for command in [&["list"][..], &["--background"], &["get", "http://127.0.0.1:9/x"]] {
        let output = home.run(command);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("newer Longshore"), "{}", said(&output));
    }
    let output = home.run(&["list", "--json"]);
    let error: serde_json::Value = serde_json::from_slice(&output.stdout).expect("an object");
    assert_eq!((output.status.code(), &error["code"]), (Some(1), &"store-newer".into()));
    assert_eq!(std::fs::read(database(&home)).expect("read"), before);
}

#[test]
fn a_database_that_another_program_holds_is_said_to_be_held() {
    let home = used();
    let stranger = Connection::open(database(&home)).expect("opened");
    stranger.execute_batch("BEGIN IMMEDIATE").expect("held");
    assert_eq!(listed(&home).0, 300, "reading goes on");
    let output = home.run(&["add", "http://127.0.0.1:9/one-more.bin", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("store-locked"), "{}", said(&output));
    stranger.execute_batch("ROLLBACK; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").expect("held");
    let output = home.run(&["list"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("Another program holds the database"), "{}", said(&output));
    drop(stranger);
    assert_eq!(listed(&home).0, 300);
}

/// A small disk where the data folder will be.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn new(home: &Home) -> Option<Self> {
        std::fs::create_dir_all(home.data()).expect("a folder");
        let mounted = mount(&["-t", "tmpfs", "-o", "size=6m", "tmpfs"], &home.data());
        if !mounted {
            not_allowed("mount");
        }
        one_connection(&home.data());
        mounted.then(|| Self(home.data()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

fn mount(options: &[&str], at: &Path) -> bool {
    Command::new("mount").args(options).arg(at).output().is_ok_and(|output| output.status.success())
}

#[test]
fn a_read_only_data_folder_is_said_to_be_one() {
    let home = Home::new();
    let Some(disk) = SmallDisk::new(&home) else { return };
    fill(&home);
    assert!(mount(&["-o", "remount,ro"], &disk.0));
    let output = home.run(&["list"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("cannot be written to"), "{}", said(&output));
    assert!(mount(&["-o", "remount,rw"], &disk.0));
    assert_eq!(listed(&home), (300, String::new()));
}

#[test]
fn a_full_disk_refuses_commands_and_lets_transfers_go_on() {
    let home = Home::new();
    let Some(disk) = SmallDisk::new(&home) else { return };
    let server = FaultServer::options().small_buffers().start();
    let content = Content::new(70, 24 << 20);
    let pace = Behaviour::Pace { bytes_per_second: 4 << 20 };
    let url = server.serve("/big.bin", Resource::bytes(content.clone()).with(pace));
    let background = home.background();
    let id = home.add(&url);
    let bytes = || server.coverage("/big.bin").unique;
    let _ = server.wait_for("/big.bin", |_| bytes() > 1 << 20, PATIENCE);
    let ballast = disk.0.join("ballast");
    let full = std::fs::write(&ballast, vec![0; 8 << 20]);
    assert!(full.is_err(), "the disk is full now");
    let list = home.folder.path().join("list");
    let urls: Vec<String> = (0..900).map(|number| format!("http://127.0.0.1:9/{number}.bin")).collect();
    std::fs::write(&list, urls.join("\n")).expect("written");
    let output = home.run(&["add", "-i", list.to_str().expect("utf-8"), "--start", "paused", "--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("store-disk-full"), "{}", said(&output));
    let at = bytes();
    let _ = server.wait_for("/big.bin", |_| bytes() > at + (1 << 20), PATIENCE);
    std::fs::remove_file(&ballast).expect("removed");
    let _ = home.says(&["wait", &id]);
    content.verify_file(&home.out().join("big.bin")).expect("the right bytes");
    assert_eq!(server.exchanges("/big.bin").len(), 1, "it was never stopped");
    let _ = home.says(&["quit"]);
    assert!(background.end().success());
}
