//! What can be written.

use rusqlite::{Connection, params};

use super::row::{self, int, text};
use super::{Error, ranges};
use crate::model::{Amount, Edit, Entry, TransferId, Usage};

pub(super) const NEXT_ID: &str = "next_id";

/// Writes one edit.
pub(super) fn apply(edit: &Edit, to: &Connection) -> Result<(), Error> {
    match edit {
        Edit::Archive(transfer) => {
            delete(to, "DELETE FROM transfers WHERE id = ?", transfer.id)?;
            delete(to, "DELETE FROM history WHERE id = ?", transfer.id)?;
            row::write(&mut to.prepare_cached(row::PUT_HISTORY)?, transfer)
        }
        // A transfer is in one place only, whatever order refused and late batches come in.
        Edit::Put(transfer) | Edit::Revive(transfer) => {
            delete(to, "DELETE FROM history WHERE id = ?", transfer.id)?;
            row::write(&mut to.prepare_cached(row::PUT_TRANSFER)?, transfer)
        }
        Edit::Delete(id) => {
            delete(to, "DELETE FROM transfers WHERE id = ?", *id)?;
            delete(to, "DELETE FROM history WHERE id = ?", *id)?;
            delete(to, "DELETE FROM log WHERE transfer = ?", *id)
        }
        Edit::Progress { id, synced, mark, progressed } => {
            let sql = "UPDATE transfers SET synced = ?, mark = ?, progressed = ? WHERE id = ?";
            let mark = mark.as_ref().map(ranges::pack_mark);
            let values = params![ranges::pack(synced), mark, progressed.map(|at| at.0), int(id.get())];
            execute(to, sql, values)
        }
        Edit::Log { id, entry } => log(to, *id, entry),
        Edit::PutGroup(group) => {
            let sql = "INSERT OR REPLACE INTO groups (id, name, body) VALUES (?, ?, ?)";
            execute(to, sql, params![int(group.id.0.get()), group.name, text("group", group)?])
        }
        Edit::DeleteGroup(id) => execute(to, "DELETE FROM groups WHERE id = ?", params![int(id.0.get())]),
        Edit::Host { name, connections, until } => {
            let sql = "INSERT OR REPLACE INTO hosts (name, connections, until) VALUES (?, ?, ?)";
            execute(to, sql, params![name, connections, until.0])
        }
        Edit::Usage { connection, name, day, amount } => {
            // Never less than is known: a batch that was refused may come after a later one.
            let sql = "INSERT INTO usage (connection, day, name, down, up, device) VALUES (?, ?, ?, ?, ?, ?)
                           ON CONFLICT DO UPDATE SET name = excluded.name, down = max(down, excluded.down),
                               up = max(up, excluded.up), device = max(device, excluded.device)";
            let Amount { down, up, device } = *amount;
            execute(to, sql, params![connection, day.0, name, int(down), int(up), int(device)])?;
            let oldest = day.0.saturating_sub(Usage::DAYS);
            execute(to, "DELETE FROM usage WHERE connection = ? AND day < ?", params![connection, oldest])
        }
        Edit::NextId(next) => {
            let sql = "INSERT INTO meta (key, value) VALUES (?, ?)
                           ON CONFLICT DO UPDATE SET value = max(value, excluded.value)";
            execute(to, sql, params![NEXT_ID, int(*next)])
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
