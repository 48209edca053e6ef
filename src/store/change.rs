//! What can be written.

use rusqlite::{Connection, params};

use super::row::{self, int, text};
use super::{Error, ranges};
use crate::model::{Entry, Group, GroupId, Mark, RangeSet, Transfer, TransferId, Wall};

/// One thing to remember. Those of one batch are committed together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Into the book, or the new state of what is in it.
    Put(Box<Transfer>),
    /// Out of the book into the history, or the new state of what is in that.
    Archive(Box<Transfer>),
    /// Out of the history into the book.
    Revive(Box<Transfer>),
    /// Out of both, with its log.
    Delete(TransferId),
    /// How far an unfinished transfer has come; nothing happens when it is not in the book.
    Progress {
        id: TransferId,
        synced: RangeSet,
        mark: Option<Mark>,
        progressed: Option<Wall>,
    },
    /// A line at the end of a log; the oldest goes when there are more than [`Entry::MAX`].
    Log {
        id: TransferId,
        entry: Entry,
    },
    PutGroup(Group),
    DeleteGroup(GroupId),
    /// The next transfer's id; never goes back.
    NextId(u64),
}

/// What a commit must survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// The death of the program.
    Normal,
    /// A power cut too.
    Full,
}

pub(super) const NEXT_ID: &str = "next_id";

impl Change {
    pub(super) fn apply(&self, to: &Connection) -> Result<(), Error> {
        match self {
            Self::Archive(transfer) => {
                delete(to, "DELETE FROM transfers WHERE id = ?", transfer.id)?;
                delete(to, "DELETE FROM history WHERE id = ?", transfer.id)?;
                row::write(&mut to.prepare_cached(row::PUT_HISTORY)?, transfer)
            }
            // A transfer is in one place only, whatever order refused and late batches come in.
            Self::Put(transfer) | Self::Revive(transfer) => {
                delete(to, "DELETE FROM history WHERE id = ?", transfer.id)?;
                row::write(&mut to.prepare_cached(row::PUT_TRANSFER)?, transfer)
            }
            Self::Delete(id) => {
                delete(to, "DELETE FROM transfers WHERE id = ?", *id)?;
                delete(to, "DELETE FROM history WHERE id = ?", *id)?;
                delete(to, "DELETE FROM log WHERE transfer = ?", *id)
            }
            Self::Progress { id, synced, mark, progressed } => {
                let sql = "UPDATE transfers SET synced = ?, mark = ?, progressed = ? WHERE id = ?";
                let mark = mark.as_ref().map(ranges::pack_mark);
                let values = params![ranges::pack(synced), mark, progressed.map(|at| at.0), int(id.get())];
                execute(to, sql, values)
            }
            Self::Log { id, entry } => log(to, *id, entry),
            Self::PutGroup(group) => {
                let sql = "INSERT OR REPLACE INTO groups (id, name, body) VALUES (?, ?, ?)";
                execute(to, sql, params![int(group.id.0.get()), group.name, text("group", group)?])
            }
            Self::DeleteGroup(id) => execute(to, "DELETE FROM groups WHERE id = ?", params![int(id.0.get())]),
            Self::NextId(next) => {
                let sql = "INSERT INTO meta (key, value) VALUES (?, ?)
                           ON CONFLICT DO UPDATE SET value = max(value, excluded.value)";
                execute(to, sql, params![NEXT_ID, int(*next)])
            }
        }
    }
}

fn log(to: &Connection, id: TransferId, entry: &Entry) -> Result<(), Error> {
    let mut last = to.prepare_cached("SELECT coalesce(max(seq), 0) FROM log WHERE transfer = ?")?;
    let seq = last.query_row([int(id.get())], |row| row.get::<_, i64>(0))? + 1;
    let sql = "INSERT INTO log (transfer, seq, at, kind) VALUES (?, ?, ?, ?)";
    execute(to, sql, params![int(id.get()), seq, entry.at.0, text("log", &entry.kind)?])?;
    let oldest = seq - int(Entry::MAX as u64);
    if oldest > 0 {
        execute(to, "DELETE FROM log WHERE transfer = ? AND seq <= ?", params![int(id.get()), oldest])?;
    }
    Ok(())
}

fn delete(to: &Connection, sql: &str, id: TransferId) -> Result<(), Error> {
    execute(to, sql, params![int(id.get())])
}

fn execute(to: &Connection, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<(), Error> {
    let _ = to.prepare_cached(sql)?.execute(values)?;
    Ok(())
}
