//! Connections.

use crate::model::Durability;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::Error;

/// Strangers who look at the database are waited for this long.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join("longshore.db")
}

/// Opens a database that exists, for writing.
pub(super) fn connect(path: &Path) -> Result<Connection, Error> {
    // Each connection stays on one thread: SQLite need not lock it.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(32);
    connection.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = OFF;
         PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 4194304;",
    )?;
    Ok(connection)
}

/// Turns on the WAL. File systems without shared memory refuse it; then the database works as before, and writers and
/// readers wait for each other.
pub(super) fn use_wal(connection: &Connection) -> Result<(), Error> {
    let _mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    Ok(())
}

/// A second connection, that cannot write by mistake.
pub(super) fn connect_reader(path: &Path) -> Result<Connection, Error> {
    let connection = connect(path)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

pub(super) fn set_durability(connection: &Connection, durability: Durability) -> Result<(), Error> {
    let mode = match durability {
        Durability::Normal => "NORMAL",
        Durability::Full => "FULL",
    };
    Ok(connection.pragma_update(None, "synchronous", mode)?)
}

/// # Errors
/// [`Error::Damaged`] with what was found first.
pub(super) fn quick_check(connection: &Connection) -> Result<(), Error> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(Error::Damaged(found)) }
}
