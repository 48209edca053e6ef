//! A data folder in which very much was downloaded already.

use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;

use longshore::model::{
    CostPolicy, Direction, Durability, Edit, Entry, EntryKind, Failure, Fault, FileName, Generation, Intent,
    NameClash, Options, Permission, Priority, RangeSet, Rank, Response, SafeUrl, Source, Stage, Target,
    Ticket, Transfer, TransferId, Validator, Wall,
};
use longshore::platform::Clock;
use longshore::store::{Lock, Store};

/// In one transaction.
const BATCH: u64 = 1000;
const HOUR: i64 = 3_600_000;

pub(super) fn fill(folder: &Path, count: u64) {
    let lock = Lock::acquire(folder).expect("a lock").expect("a folder that nobody uses");
    let now = Clock::system().now().wall;
    let (to, acks) = channel();
    let (store, _) = Store::open(&lock, now, Box::new(move |ack| drop(to.send(ack)))).expect("a store");
    let first = store.load().expect("a store that can be read").next_id;
    let all: Vec<_> = (first..first + count).collect();
    for (ticket, numbers) in (1..).zip(all.chunks(usize::try_from(BATCH).expect("small"))) {
        let edits = numbers.iter().flat_map(|number| edits(*number, now)).collect();
        store.save(Ticket(ticket), edits, Durability::Normal).expect("room for a batch");
        acks.recv().expect("a writer").result.expect("committed");
    }
    store.save(Ticket(0), vec![Edit::NextId(first + count)], Durability::Full).expect("room");
    acks.recv().expect("a writer").result.expect("committed");
    store.close();
}

/// One in fifty failed; the others are whole. The newest ended an hour ago.
fn edits(number: u64, now: Wall) -> [Edit; 2] {
    let minutes = i64::try_from(number % 1_000_000).expect("small");
    let at = Wall(now.0 - HOUR - minutes * 60_000);
    let id = TransferId::new(number).expect("not zero");
    let url = format!("https://mirror-{}.example.org/pub/{}/file-{number}.iso", number % 97, number % 1009);
    let url = SafeUrl::parse(&url).expect("an address").0;
    let total = 1 + number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % (5 << 30);
    let stage = if number.is_multiple_of(50) {
        Stage::Failed(Failure { fault: Fault::Http { status: 404, retry_after: None }, attempts: 3 })
    } else {
        Stage::Completed
    };
    let transfer = Transfer {
        id,
        direction: Direction::Download,
        upload: None,
        source: Source::new(url.clone()),
        target: Target {
            folder: PathBuf::from("/home/somebody/Downloads"),
            name: FileName::new(format!("file-{number}.iso")).ok(),
            named_by_user: false,
            clash: NameClash::Number,
            create_folder: false,
        },
        policy: CostPolicy::Default,
        options: Options::default(),
        permission: Permission::default(),
        priority: Priority::Normal,
        group: None,
        rank: Rank(0),
        intent: Intent::Run,
        stage,
        part: None,
        generation: Generation(1),
        validator: Some(Validator { total: Some(total), ..Validator::default() }),
        synced: RangeSet::of(longshore::model::ByteRange::new(0, total)),
        mark: None,
        resumable: Some(true),
        response: Some(response(at, url)),
        attempts: 0,
        attempts_most: None,
        restarted: 0,
        start_at: None,
        added: Wall(at.0 - 2 * HOUR),
        started: Some(Wall(at.0 - HOUR)),
        finished: Some(at),
        progressed: Some(at),
    };
    let entry = Entry { at, kind: EntryKind::Finished };
    [Edit::Archive(Box::new(transfer)), Edit::Log { id, entry }]
}

fn response(at: Wall, url: SafeUrl) -> Response {
    let headers = [
        ("server", "nginx/1.24.0"),
        ("content-type", "application/octet-stream"),
        ("last-modified", "Mon, 03 Feb 2025 10:00:00 GMT"),
        ("accept-ranges", "bytes"),
        ("connection", "keep-alive"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    Response { at, status: 206, url, content_type: Some("application/octet-stream".to_owned()), headers }
}
