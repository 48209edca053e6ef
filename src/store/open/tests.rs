use std::os::unix::fs::{FileExt, MetadataExt};

use super::*;
use crate::model::{Edit, Stage};
use crate::store::sample::{NOW, Open, ended, id, transfer};

/// A data folder with a database of a few hundred rows, closed.
fn used() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let open = Open::at(folder.path()).expect("opened");
    let book = (1..=150).map(|number| Edit::Put(Box::new(transfer(number))));
    let history = (151..=300).map(|number| Edit::Archive(Box::new(ended(number, Stage::Completed))));
    assert_eq!(open.saved(book.chain(history).chain([Edit::NextId(301)]).collect()), Ok(()));
    folder
}

fn overwrite(folder: &Path, bytes: &[u8], at: u64) {
    let file = std::fs::OpenOptions::new().write(true).open(database::path(folder)).expect("opened");
    file.write_all_at(bytes, at).expect("spoiled");
}

fn lost(open: &Open) -> (Cause, Option<String>, Option<String>) {
    match open.opened.found.clone() {
        Found::Lost { cause, kept, restored } => (cause, kept, restored),
        found @ (Found::Fresh | Found::Existing) => panic!("{found:?}"),
    }
}

fn kept() -> Option<String> {
    Some("longshore-damaged-2026-11-20.db".to_owned())
}

#[test]
fn only_the_user_may_read_it() {
    let folder = used();
    let open = Open::at(folder.path()).expect("opened");
    assert_eq!(open.saved(vec![Edit::NextId(2)]), Ok(()));
    let backup = open.store.backup(NOW).expect("copied").expect("made");
    for path in ["longshore.db", "longshore.db-wal", "longshore.db-shm", "longshore.begun"]
        .map(|name| folder.path().join(name))
        .into_iter()
        .chain([backup])
    {
        assert_eq!(path.metadata().expect("there").mode() & 0o777, 0o600, "{}", path.display());
    }
}

#[test]
fn nothing_left_of_it_is_a_loss_and_no_first_start() {
    let empty: fn(&Path) = |path| std::fs::write(path, "").expect("emptied");
    let garbage: fn(&Path) =
        |path| std::fs::write(path, "no database at all, but long enough").expect("spoiled");
    let short: fn(&Path) = |path| std::fs::write(path, "SQLite").expect("spoiled");
    let cases = [(empty, Cause::Empty), (garbage, Cause::NotADatabase), (short, Cause::NotADatabase)];
    for (spoil, cause) in cases {
        let folder = used();
        spoil(&database::path(folder.path()));
        let open = Open::at(folder.path()).expect("opened");
        assert_eq!(lost(&open), (cause, kept(), None));
        assert_eq!(open.store.load().expect("loaded").transfers, []);
        assert_eq!(open.saved(vec![Edit::Put(Box::new(transfer(1)))]), Ok(()));
        drop(open);
        assert_eq!(Open::at(folder.path()).expect("opened").opened.found, Found::Existing, "said once");
    }
}

#[test]
fn a_missing_database_is_a_loss_where_there_was_one() {
    let folder = used();
    std::fs::remove_file(database::path(folder.path())).expect("removed");
    assert_eq!(lost(&Open::at(folder.path()).expect("opened")), (Cause::Missing, None, None));
}

#[test]
fn an_empty_file_is_a_loss_even_where_nothing_else_is() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(database::path(folder.path()), "").expect("written");
    assert_eq!(lost(&Open::at(folder.path()).expect("opened")), (Cause::Empty, kept(), None));
}

#[test]
fn a_strangers_database_is_set_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    let stranger = Connection::open_with_flags(database::path(folder.path()), rusqlite::OpenFlags::default())
        .expect("made");
    stranger.execute_batch("CREATE TABLE meta (key, value)").expect("made");
    drop(stranger);
    assert_eq!(lost(&Open::at(folder.path()).expect("opened")).0, Cause::Damaged);
}

#[test]
fn a_crash_while_it_is_made_is_no_loss() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("longshore.db.new"), "half a database").expect("written");
    std::fs::write(folder.path().join("longshore.db.new-journal"), "half a journal").expect("written");
    assert_eq!(Open::at(folder.path()).expect("opened").opened.found, Found::Fresh);
}

#[test]
fn damaged_pages_are_found_kept_and_the_backup_takes_their_place() {
    let folder = used();
    let open = Open::at(folder.path()).expect("opened");
    open.store.quick_check().expect("sound");
    assert!(open.store.backup(NOW).expect("copied").is_some());
    assert!(open.store.backup(NOW).expect("nothing to do").is_none(), "one a day");
    let nonce = open.opened.nonce;
    assert_eq!(open.saved(vec![Edit::Put(Box::new(transfer(400)))]), Ok(()));
    drop(open);
    overwrite(folder.path(), &[0x5a; 8192], 2 * 4096);

    // Nothing at the start touches these pages: only the check sees them.
    let open = Open::at(folder.path()).expect("opened");
    assert_eq!(open.opened.found, Found::Existing);
    let error = open.store.quick_check().expect_err("damaged");
    assert_eq!(error.trouble(), StoreTrouble::Corrupt, "{error}");
    drop(open);

    let open = Open::at(folder.path()).expect("opened");
    assert_eq!(lost(&open), (Cause::Damaged, kept(), Some("2026-11-20".to_owned())));
    assert_ne!(open.opened.nonce, nonce, "no claim made since holds");
    let loaded = open.store.load().expect("loaded");
    assert_eq!(loaded.transfers.len(), 150);
    assert_eq!(loaded.counts[0].amount, 150);
    assert!(loaded.next_id > 400, "ids given away since the backup are not used again");
    open.store.quick_check().expect("sound");
}

#[test]
fn a_damaged_database_is_not_written_to() {
    let folder = used();
    overwrite(folder.path(), &[0x5a; 8192], 2 * 4096);
    let open = Open::at(folder.path()).expect("opened");
    assert_eq!(open.opened.found, Found::Existing, "nothing that a start reads is damaged");
    for _ in 0..2 {
        let edits = vec![Edit::Put(Box::new(transfer(400)))];
        assert_eq!(open.saved(edits), Err(StoreTrouble::Corrupt));
    }
    drop(open);
    assert_eq!(lost(&Open::at(folder.path()).expect("opened")).0, Cause::Damaged, "the next start knows");
}

#[test]
fn a_migration_that_fails_leaves_a_copy_and_the_original() {
    let folder = used();
    let connection = database::connect(&database::path(folder.path())).expect("opened");
    // Its tables are there already, so the step to version 1 fails.
    connection.pragma_update(None, "user_version", 0).expect("set");
    drop(connection);
    assert!(Open::at(folder.path()).is_err());
    assert!(folder.path().join("backups/2026-11-20-version-0.db").exists());
    let connection = database::connect(&database::path(folder.path())).expect("opened");
    let count: i64 =
        connection.query_row("SELECT count(*) FROM transfers", [], |row| row.get(0)).expect("counted");
    assert_eq!(count, 150);
}

#[test]
fn a_wal_that_is_gone_costs_the_last_moments_only() {
    let folder = used();
    let open = Open::at(folder.path()).expect("opened");
    assert_eq!(open.saved(vec![Edit::Put(Box::new(transfer(400)))]), Ok(()));
    // As after a kill: the WAL was not merged, and somebody removed it.
    let copy = tempfile::tempdir().expect("a folder");
    for name in ["longshore.db", "longshore.begun"] {
        let _ = std::fs::copy(folder.path().join(name), copy.path().join(name)).expect("copied");
    }
    let open = Open::at(copy.path()).expect("opened");
    assert_eq!(open.opened.found, Found::Existing);
    assert_eq!(open.store.load().expect("loaded").transfers.len(), 150);
    open.store.quick_check().expect("sound");
}

#[test]
fn a_damaged_backup_is_passed_over() {
    let folder = used();
    let open = Open::at(folder.path()).expect("opened");
    assert!(open.store.backup(Wall(NOW.0 - 86_400_000)).expect("copied").is_some());
    drop(open);
    std::fs::write(folder.path().join("backups/2026-11-20.db"), "SQLite format 3\0 and then nothing")
        .expect("written");
    overwrite(folder.path(), b"gone", 0);
    let open = Open::at(folder.path()).expect("opened");
    assert_eq!(lost(&open), (Cause::NotADatabase, kept(), Some("2026-11-19".to_owned())));
}

#[test]
fn three_backups_are_kept() {
    let folder = used();
    let open = Open::at(folder.path()).expect("opened");
    for day in 0..6 {
        assert!(open.store.backup(Wall(NOW.0 + day * 86_400_000)).expect("copied").is_some());
    }
    let mut names: Vec<_> = std::fs::read_dir(folder.path().join("backups"))
        .expect("listed")
        .map(|entry| entry.expect("read").file_name().into_string().expect("text"))
        .collect();
    names.sort();
    assert_eq!(names, ["2026-11-23.db", "2026-11-24.db", "2026-11-25.db"]);
}

#[test]
fn a_newer_database_is_refused_and_stands() {
    let folder = used();
    let connection = database::connect(&database::path(folder.path())).expect("opened");
    connection.pragma_update(None, "user_version", 99).expect("set");
    drop(connection);
    let before = std::fs::read(database::path(folder.path())).expect("read");
    let Err(error) = Open::at(folder.path()) else { panic!("opened") };
    assert!(matches!(error, Error::Newer { found: 99, known: schema::VERSION }), "{error}");
    assert_eq!(std::fs::read(database::path(folder.path())).expect("read"), before);
}

#[test]
fn what_was_lost_twice_is_kept_twice() {
    let folder = used();
    for name in ["longshore-damaged-2026-11-20.db", "longshore-damaged-2026-11-20-2.db"] {
        overwrite(folder.path(), b"gone", 0);
        assert_eq!(lost(&Open::at(folder.path()).expect("opened")).1.as_deref(), Some(name));
        assert!(folder.path().join(name).exists());
    }
}

#[test]
fn ids_are_never_below_those_in_use() {
    let folder = used();
    let connection = database::connect(&database::path(folder.path())).expect("opened");
    let _ = connection.execute("UPDATE meta SET value = 5 WHERE key = 'next_id'", []).expect("changed");
    drop(connection);
    let open = Open::at(folder.path()).expect("opened");
    assert_eq!(open.store.load().expect("loaded").next_id, id(301).get());
}
