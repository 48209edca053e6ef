//! What is read at every start.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::Error;
use super::code::Code;
use super::edit::NEXT_ID;
use super::row::{self, known};
use crate::model::{Amount, Day, Direction, Group, Shelf, Stage, Transfer, Usage, Wall};

/// The book, and of the history only what needs work or is shown at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// In the order of the queue, as they were stored: what was running says so.
    pub transfers: Vec<Transfer>,
    pub groups: Vec<Group>,
    /// Hosts, and how many connections at once they allow until then.
    pub hosts: Vec<(String, u16, Wall)>,
    /// What went over each connection, by its key.
    pub usage: BTreeMap<String, Usage>,
    /// Larger than every id in use.
    pub next_id: u64,
    /// Of the history; shelves without any are left out.
    pub counts: Vec<Count>,
    /// Canceled, with an unfinished file that could not be removed yet.
    pub doomed: Vec<Transfer>,
    /// Rows that this version of the program cannot read. They are left as they are.
    pub unreadable: Vec<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub shelf: Shelf,
    pub direction: Direction,
    pub amount: u64,
}

pub(super) fn load(connection: &Connection) -> Result<Loaded, Error> {
    let mut loaded =
        Loaded { next_id: next_id(connection)?, counts: counts(connection)?, ..Loaded::default() };
    loaded.transfers = transfers(connection, row::BOOK, &mut loaded.unreadable)?;
    loaded.doomed = transfers(connection, row::PARTS, &mut loaded.unreadable)?;
    loaded.doomed.retain(|transfer| transfer.stage == Stage::Canceled);
    let mut statement = connection.prepare("SELECT id, body FROM groups ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        match serde_json::from_slice(known(row.get_ref(1)?.as_bytes().ok(), "group")?) {
            Ok(group) => loaded.groups.push(group),
            Err(_) => loaded.unreadable.push(row.get(0)?),
        }
    }
    loaded.hosts = hosts(connection)?;
    loaded.usage = usage(connection)?;
    Ok(loaded)
}

fn usage(connection: &Connection) -> Result<BTreeMap<String, Usage>, Error> {
    let sql = "SELECT connection, name, day, down, up, device FROM usage ORDER BY connection, day";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut found: BTreeMap<String, Usage> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let bytes = |column| row.get::<_, i64>(column).map(|bytes| u64::try_from(bytes).unwrap_or_default());
        let amount = Amount { down: bytes(3)?, up: bytes(4)?, device: bytes(5)? };
        let usage = found.entry(row.get(0)?).or_default();
        usage.name = row.get(1)?;
        let _ = usage.days.insert(Day(row.get(2)?), amount);
    }
    Ok(found)
}

/// What cannot be read was only a hint.
fn hosts(connection: &Connection) -> Result<Vec<(String, u16, Wall)>, Error> {
    let mut statement = connection.prepare("SELECT name, connections, until FROM hosts")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, Wall(row.get(2)?))))?;
    Ok(rows.filter_map(Result::ok).collect())
}

fn transfers(connection: &Connection, sql: &str, unreadable: &mut Vec<i64>) -> Result<Vec<Transfer>, Error> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut transfers = Vec::new();
    while let Some(row) = rows.next()? {
        match row::read(row) {
            Ok(transfer) => transfers.push(transfer),
            Err(Error::Unreadable { .. }) => unreadable.push(row.get(0)?),
            Err(error) => return Err(error),
        }
    }
    Ok(transfers)
}

/// The stored counter, unless an id in use is ahead of it.
fn next_id(connection: &Connection) -> Result<u64, Error> {
    let sql = "SELECT max(
        coalesce((SELECT value FROM meta WHERE key = ?), 1),
        coalesce((SELECT max(id) FROM transfers), 0) + 1,
        coalesce((SELECT max(id) FROM history), 0) + 1)";
    let next: i64 = connection.query_row(sql, [NEXT_ID], |row| row.get(0))?;
    Ok(next.unsigned_abs())
}

pub(super) fn counts(connection: &Connection) -> Result<Vec<Count>, Error> {
    let mut statement = connection.prepare("SELECT shelf, direction, amount FROM counts WHERE amount > 0")?;
    let mut rows = statement.query([])?;
    let mut counts = Vec::new();
    while let Some(row) = rows.next()? {
        counts.push(Count {
            shelf: known(Code::of(row.get(0)?), "shelf")?,
            direction: known(Code::of(row.get(1)?), "direction")?,
            amount: row.get::<_, i64>(2)?.unsigned_abs(),
        });
    }
    Ok(counts)
}
