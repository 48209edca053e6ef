use std::path::Path;
use std::sync::mpsc::channel;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::model::{
    Amount, Day, Entry, EntryKind, Failure, Fault, Group, Mark, MountId, PartFile, RangeSet, Stage,
    StoreTrouble, Transfer,
};
use crate::store::sample::{NOW, Open, any_transfer, ended, id, transfer};
use crate::store::{Count, Found, edit};

fn put(number: u64) -> Edit {
    Edit::Put(Box::new(transfer(number)))
}

fn line(text: &str) -> Entry {
    Entry { at: NOW, kind: EntryKind::Named { name: text.to_owned() } }
}

fn raw(folder: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open_with_flags(database::path(folder), rusqlite::OpenFlags::default())
        .expect("opened")
}

fn canceled(number: u64, part: Option<PartFile>) -> Edit {
    Edit::Archive(Box::new(Transfer { part, ..ended(number, Stage::Canceled) }))
}

fn a_part() -> PartFile {
    PartFile { name: "a.part".to_owned(), device: 1, inode: u64::MAX, born: Some(-1) }
}

fn failed() -> Stage {
    Stage::Failed(Failure { fault: Fault::BadRedirect, attempts: 1 })
}

#[test]
fn what_went_over_a_connection_is_never_less_than_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = Open::at(folder.path()).expect("opened");
    let used = |day, down| Edit::Usage {
        connection: "c0ffee".to_owned(),
        name: "Phone".to_owned(),
        day: Day(day),
        amount: Amount { down, up: 7, device: u64::MAX },
    };
    open.saved(vec![used(100, 1), used(20_000, 50)]).expect("saved");
    // One that was refused comes late.
    open.saved(vec![used(20_000, 40), used(20_001, 3)]).expect("saved");
    let usage = open.store.load().expect("loaded").usage;
    let phone = &usage["c0ffee"];
    let days: Vec<_> = phone.days.iter().map(|(day, amount)| (day.0, amount.down)).collect();
    assert_eq!((phone.name.as_str(), days), ("Phone", vec![(20_000, 50), (20_001, 3)]), "old days go");
    assert_eq!(phone.days[&Day(20_000)].device, u64::MAX >> 1, "as much as a row can hold");
}

#[test]
fn what_was_saved_is_loaded() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = Open::at(folder.path()).expect("opened");
    assert_eq!(open.opened.found, Found::Fresh);
    let group = Group {
        id: crate::model::GroupId(id(4).0),
        name: "Music".to_owned(),
        behavior: crate::model::Behavior::Serialized,
        intent: crate::model::Intent::Pause,
        policy: None,
        pace: crate::model::Pace::new(5),
    };
    let first = Transfer { rank: crate::model::Rank(-5), ..transfer(2) };
    let changes = vec![
        put(1),
        Edit::Put(Box::new(first.clone())),
        put(3),
        Edit::Archive(Box::new(ended(3, Stage::Completed))),
        canceled(5, Some(a_part())),
        canceled(6, None),
        Edit::Archive(Box::new(Transfer { part: Some(a_part()), ..ended(8, failed()) })),
        Edit::PutGroup(group.clone()),
        Edit::NextId(20),
        Edit::NextId(10),
    ];
    assert_eq!(open.saved(changes), Ok(()));
    open.store.quick_check().expect("sound");
    let nonce = open.opened.nonce;
    open.store.close();
    drop(open.lock);

    let open = Open::at(folder.path()).expect("opened");
    assert_eq!((open.opened.found.clone(), open.opened.nonce), (Found::Existing, nonce));
    let loaded = open.store.load().expect("loaded");
    assert_eq!(loaded.transfers, [first, transfer(1)]);
    assert_eq!(loaded.groups, [group]);
    assert_eq!(loaded.next_id, 20);
    assert_eq!(loaded.doomed, [Transfer { part: Some(a_part()), ..ended(5, Stage::Canceled) }]);
    assert_eq!(loaded.unreadable, Vec::<i64>::new());
    let count = |shelf, amount| Count { shelf, direction: crate::model::Direction::Download, amount };
    let counts = [count(crate::model::Shelf::Finished, 3), count(crate::model::Shelf::Failed, 1)];
    assert_eq!(loaded.counts, counts);
}

#[test]
fn between_book_and_history() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = Open::at(folder.path()).expect("opened");
    let amount =
        |open: &Open| open.store.load().expect("loaded").counts.iter().map(|count| count.amount).sum::<u64>();
    let log = Edit::Log { id: id(1), entry: line("x") };
    assert_eq!(open.saved(vec![put(1), log, Edit::Archive(Box::new(ended(1, failed())))]), Ok(()));
    assert_eq!((open.store.load().expect("loaded").transfers.len(), amount(&open)), (0, 1));
    // Again, in another state: still one.
    assert_eq!(open.saved(vec![Edit::Archive(Box::new(ended(1, Stage::Canceled)))]), Ok(()));
    assert_eq!(open.store.load().expect("loaded").counts[0].shelf, crate::model::Shelf::Finished);
    assert_eq!(amount(&open), 1);
    assert_eq!(open.saved(vec![Edit::Revive(Box::new(transfer(1)))]), Ok(()));
    assert_eq!((open.store.load().expect("loaded").transfers, amount(&open)), (vec![transfer(1)], 0));
    let lines = |open: &Open| open.ask(|reader, answer| reader.log(id(1), answer)).len();
    assert_eq!(lines(&open), 1);
    assert_eq!(open.saved(vec![Edit::Delete(id(1))]), Ok(()));
    assert_eq!((open.store.load().expect("loaded").transfers.len(), amount(&open), lines(&open)), (0, 0, 0));
    assert_eq!(open.store.load().expect("loaded").next_id, 1, "the coordinator says what is next");
}

#[test]
fn progress_touches_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = Open::at(folder.path()).expect("opened");
    let synced = RangeSet::of(crate::model::ByteRange::new(0, 99));
    let mark = Mark {
        written: synced.clone(),
        boot: crate::model::BootId([3; 16]),
        at: crate::model::Boot(5),
        mount: Some(MountId(u64::MAX)),
    };
    let progress = |number| Edit::Progress {
        id: id(number),
        synced: synced.clone(),
        mark: Some(mark.clone()),
        progressed: Some(NOW),
    };
    assert_eq!(open.saved(vec![put(1), progress(1), progress(2)]), Ok(()));
    let expected =
        Transfer { synced: synced.clone(), mark: Some(mark.clone()), progressed: Some(NOW), ..transfer(1) };
    assert_eq!(open.store.load().expect("loaded").transfers, [expected]);
}

#[test]
fn tickets_are_acknowledged_in_their_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = Open::at(folder.path()).expect("opened");
    for ticket in 0..500 {
        let durability = if ticket % 7 == 0 { Durability::Full } else { Durability::Normal };
        open.store.save(Ticket(ticket), vec![put(ticket + 1)], durability).expect("taken");
    }
    let tickets: Vec<_> = (0..500).map(|_| open.ack()).collect();
    assert!(tickets.iter().all(|ack| ack.result.is_ok()));
    assert!(tickets.windows(2).all(|pair| pair[0].ticket < pair[1].ticket));
    assert_eq!(open.store.load().expect("loaded").transfers.len(), 500);
}

#[test]
fn too_many_are_refused_and_the_rest_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = Open::at(folder.path()).expect("opened");
    // The writer waits for the stranger meanwhile.
    let blocker = raw(folder.path());
    blocker.execute_batch("BEGIN IMMEDIATE").expect("held");
    let mut taken = 0;
    let refused = loop {
        match open.store.save(Ticket(taken), Vec::new(), Durability::Normal) {
            Ok(()) => taken += 1,
            Err(why) => break why,
        }
    };
    assert_eq!(refused, NotTaken::Busy);
    blocker.execute_batch("COMMIT").expect("released");
    for _ in 0..taken {
        let _ = open.ack();
    }
    assert_eq!(open.saved(vec![put(1)]), Ok(()));
}

#[test]
fn a_bad_batch_takes_no_other_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = Open::at(folder.path()).expect("opened");
    assert_eq!(open.saved(vec![put(1)]), Ok(()));
    let stranger = raw(folder.path());
    let trap =
        "CREATE TRIGGER trap BEFORE INSERT ON transfers WHEN new.id = 13 BEGIN SELECT raise(FAIL, 'no'); END";
    stranger.execute_batch(trap).expect("set");
    // While the database is held, the batches gather into one group.
    stranger.execute_batch("BEGIN IMMEDIATE").expect("held");
    for ticket in 10..20 {
        let changes = vec![put(ticket + 100), put(ticket), put(ticket + 200)];
        open.store.save(Ticket(ticket), changes, Durability::Normal).expect("taken");
    }
    stranger.execute_batch("COMMIT").expect("released");
    let acks: Vec<_> = (10..20).map(|_| open.ack()).collect();
    for (ticket, ack) in (10..20).zip(&acks) {
        assert_eq!(ack.ticket, Ticket(ticket));
        assert_eq!(ack.result.is_ok(), ticket != 13, "{ack:?}");
    }
    let loaded = open.store.load().expect("loaded");
    assert_eq!(loaded.transfers.len(), 1 + 9 * 3, "of the bad batch nothing");
}

#[test]
fn a_full_disk_refuses_and_smaller_things_go_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let lock = Lock::acquire(folder.path()).expect("possible").expect("free");
    let (connection, _) = open::open(folder.path(), NOW).expect("opened");
    let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("counted");
    connection.pragma_update(None, "max_page_count", pages + 4).expect("limited");
    let (to, acks) = channel();
    let acks_to: Acks = Box::new(move |ack| drop(to.send(ack)));
    let writer = Writer {
        connection,
        acks: acks_to,
        wal: Wal::Sound,
        sound: Arc::default(),
        damage: Damage::NotSeen,
        lock,
    };
    let (batches, waiting) = channel();
    let send = |ticket, changes| {
        let batch = Batch { ticket: Ticket(ticket), changes, durability: Durability::Full };
        batches.send(batch).expect("taken");
    };
    send(1, vec![Edit::Log { id: id(1), entry: line(&"x".repeat(100_000)) }]);
    send(2, vec![Edit::Log { id: id(1), entry: line("small") }]);
    drop(batches);
    writer.run(&waiting);
    let results: Vec<_> = acks.iter().map(|ack| (ack.ticket.0, ack.result)).collect();
    assert_eq!(results, [(1, Err(StoreTrouble::DiskFull)), (2, Ok(()))]);
}

#[test]
fn a_database_that_cannot_be_written_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let lock = Lock::acquire(folder.path()).expect("possible").expect("free");
    let (connection, _) = open::open(folder.path(), NOW).expect("opened");
    connection.pragma_update(None, "query_only", true).expect("set");
    let (to, acks) = channel();
    let writer = Writer {
        connection,
        acks: Box::new(move |ack| drop(to.send(ack))),
        wal: Wal::Sound,
        sound: Arc::default(),
        damage: Damage::NotSeen,
        lock,
    };
    let (batches, waiting) = channel();
    let batch = Batch { ticket: Ticket(1), changes: vec![put(1)], durability: Durability::Full };
    batches.send(batch).expect("taken");
    drop(batches);
    writer.run(&waiting);
    assert_eq!(acks.recv().expect("acknowledged").result, Err(StoreTrouble::ReadOnly));
}

#[test]
fn a_stranger_who_holds_the_database_is_waited_for_and_then_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = Open::at(folder.path()).expect("opened");
    let stranger = raw(folder.path());
    stranger.execute_batch("BEGIN IMMEDIATE").expect("held");
    assert_eq!(open.saved(vec![put(1)]), Err(StoreTrouble::Locked));
    stranger.execute_batch("COMMIT").expect("released");
    assert_eq!(open.saved(vec![put(1)]), Ok(()));
}

#[test]
fn a_doubtful_wal_is_moved_into_the_database_before_anything_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let lock = Lock::acquire(folder.path()).expect("possible").expect("free");
    let (connection, _) = open::open(folder.path(), NOW).expect("opened");
    change_and_leave_in_wal(&connection);
    let size = || folder.path().join("longshore.db-wal").metadata().expect("there").len();
    let before = size();
    let (to, acks) = channel();
    let (batches, waiting) = channel();
    let seen = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let noted = Arc::clone(&seen);
    let wal = folder.path().join("longshore.db-wal");
    let acks_to: Acks = Box::new(move |ack| {
        noted.store(wal.metadata().expect("there").len(), Ordering::SeqCst);
        drop(to.send(ack));
    });
    let writer = Writer {
        connection,
        acks: acks_to,
        wal: Wal::Doubtful,
        sound: Arc::default(),
        damage: Damage::NotSeen,
        lock,
    };
    let batch = Batch { ticket: Ticket(1), changes: vec![Edit::NextId(2)], durability: Durability::Full };
    batches.send(batch).expect("taken");
    drop(batches);
    writer.run(&waiting);
    assert_eq!(acks.recv().expect("acknowledged").result, Ok(()));
    assert!(seen.load(Ordering::SeqCst) < before, "a new WAL was begun");
}

fn change_and_leave_in_wal(connection: &rusqlite::Connection) {
    for number in 1..40 {
        edit::apply(&put(number), connection).expect("written");
    }
}

#[test]
fn logs_keep_their_newest_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = Open::at(folder.path()).expect("opened");
    let entries =
        (0..Entry::MAX + 20).map(|number| Edit::Log { id: id(1), entry: line(&number.to_string()) });
    assert_eq!(open.saved(entries.collect()), Ok(()));
    assert_eq!(open.saved(vec![Edit::Log { id: id(2), entry: line("other") }]), Ok(()));
    let lines = open.ask(|reader, answer| reader.log(id(1), answer));
    assert_eq!(lines.len(), Entry::MAX);
    assert_eq!((&lines[0], &lines[Entry::MAX - 1]), (&line("20"), &line("519")));
}

/// What a kill leaves: the files as they are, nobody closed anything.
#[test]
fn a_crash_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = Open::at(folder.path()).expect("opened");
    for number in 1..=50 {
        assert_eq!(open.saved(vec![put(number)]), Ok(()));
    }
    let after = tempfile::tempdir().expect("a folder");
    for name in ["longshore.db", "longshore.db-wal", "longshore.begun"] {
        let _ = std::fs::copy(folder.path().join(name), after.path().join(name)).expect("copied");
    }
    let again = Open::at(after.path()).expect("opened");
    assert_eq!(again.opened.found, Found::Existing);
    assert_eq!(again.opened.nonce, open.opened.nonce);
    assert_eq!(again.store.load().expect("loaded").transfers.len(), 50);
}

#[test]
fn rows_come_from_both_tables_in_the_order_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = Open::at(folder.path()).expect("opened");
    let archived = ended(2, Stage::Completed);
    assert_eq!(open.saved(vec![put(1), Edit::Archive(Box::new(archived.clone())), put(3)]), Ok(()));
    let rows = open.ask(|reader, answer| reader.rows(vec![id(3), id(9), id(2), id(1)], answer));
    assert_eq!(rows, [transfer(3), archived, transfer(1)]);
}

#[test]
fn after_closing_everything_is_refused_and_the_folder_is_free() {
    let folder = tempfile::tempdir().expect("a folder");
    let Open { store, lock, .. } = Open::at(folder.path()).expect("opened");
    let reader = store.reader().clone();
    drop(lock);
    assert!(Lock::acquire(folder.path()).expect("possible").is_none(), "the writer still has it");
    store.close();
    assert!(Lock::acquire(folder.path()).expect("possible").is_some());
    let (to, answer) = channel();
    reader.log(id(1), Box::new(move |answer| drop(to.send(answer))));
    let refused = answer.recv_timeout(Duration::from_secs(5)).expect("answered");
    assert!(matches!(refused, Err(Error::NotTaken(NotTaken::Closed))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn books_of_any_content_come_back(transfers in prop::collection::vec(any_transfer(), 1..8)) {
        let folder = tempfile::tempdir().expect("a folder");
        let open = Open::at(folder.path()).expect("opened");
        let mut kept = std::collections::BTreeMap::new();
        for transfer in &transfers {
            prop_assert_eq!(open.saved(vec![Edit::Put(Box::new(transfer.clone()))]), Ok(()));
            let _ = kept.insert(transfer.id, transfer.clone());
        }
        let mut loaded = open.store.load().expect("loaded").transfers;
        loaded.sort_by_key(|transfer| transfer.id);
        prop_assert_eq!(loaded, kept.into_values().collect::<Vec<_>>());
    }
}
