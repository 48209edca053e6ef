//! Opening the database, whatever state it is in. A database is made under another name and renamed when it is whole, so
//! that an empty or broken file is never a first start: it is a loss, is kept, and is said.

use std::io::Read;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::rand::{GetRandomFlags, getrandom};

use super::{Error, backup, database, file, schema};
use crate::model::{StoreTrouble, Wall};

/// What was found, and the name under which the database's progress journal is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub found: Found,
    pub nonce: [u8; 16],
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The first start.
    Fresh,
    Existing,
    /// There was a database, and it could not be used.
    Lost {
        cause: Cause,
        /// Name of the file in the data folder that holds what was there; `None` when nothing was.
        kept: Option<String>,
        /// Date of the backup (`2026-11-20`) that took its place; `None`: it was begun anew.
        restored: Option<String>,
    },
}

/// Why a database was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    Missing,
    /// No bytes.
    Empty,
    NotADatabase,
    Damaged,
}

/// What stands in the data folder.
enum Sight {
    Nothing,
    Sound(Connection),
    Bad(Cause),
}

const NONCE: &str = "nonce";
/// Says that there once was a database.
const BEGUN: &str = "longshore.begun";
/// Says that a check found damage: it is looked at closely at the next start.
const SUSPECT: &str = "longshore.suspect";

pub(super) fn open(folder: &Path, now: Wall) -> Result<(Connection, Opened), Error> {
    let (connection, found) = match look(folder, now)? {
        Sight::Sound(connection) => (connection, Found::Existing),
        Sight::Nothing => {
            begin(folder)?;
            (settle(folder, now)?, Found::Fresh)
        }
        Sight::Bad(cause) => {
            let kept = set_aside(folder, now)?;
            let restored = backup::restore(folder)?;
            if restored.is_none() {
                begin(folder)?;
            }
            file::remove(&folder.join(SUSPECT))?;
            (settle(folder, now)?, Found::Lost { cause, kept, restored })
        }
    };
    let nonce = nonce(&connection)?;
    if !folder.join(BEGUN).exists() {
        let text = "longshore.db was begun in this folder. If it is missing, it was lost.\n";
        file::replace(&folder.join(BEGUN), text.as_bytes())?;
    }
    Ok((connection, Opened { found, nonce }))
}

/// Damage that was seen once is not forgotten: the next start looks closely.
pub(super) fn watched<T>(folder: &Path, result: Result<T, Error>) -> Result<T, Error> {
    if let Err(error) = &result
        && error.trouble() == StoreTrouble::Corrupt
        && let Err(error) = file::replace(&folder.join(SUSPECT), b"longshore.db was found damaged.\n")
    {
        tracing::error!(%error, "the damage cannot be noted");
    }
    result
}

/// The day in UTC, as it stands in names of files.
pub(super) fn date(now: Wall) -> String {
    let at = Timestamp::from_millisecond(now.0).unwrap_or(Timestamp::UNIX_EPOCH);
    at.strftime("%Y-%m-%d").to_string()
}

fn look(folder: &Path, now: Wall) -> Result<Sight, Error> {
    let path = database::path(folder);
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    let head = match rustix::fs::open(&path, flags, Mode::empty()) {
        Err(Errno::NOENT) if is_begun(folder) => return Ok(Sight::Bad(Cause::Missing)),
        Err(Errno::NOENT) => return Ok(Sight::Nothing),
        Err(errno) => return Err(Error::at("open", &path)(errno)),
        Ok(fd) => {
            let mut head = Vec::new();
            let read = std::fs::File::from(fd).take(16).read_to_end(&mut head);
            let _ = read.map_err(|error| {
                Error::at("read", &path)(Errno::from_io_error(&error).unwrap_or(Errno::IO))
            })?;
            head
        }
    };
    if head.is_empty() {
        return Ok(Sight::Bad(Cause::Empty));
    }
    if head != b"SQLite format 3\0" {
        return Ok(Sight::Bad(Cause::NotADatabase));
    }
    match settle(folder, now) {
        Ok(connection) => Ok(Sight::Sound(connection)),
        Err(error) if error.trouble() == StoreTrouble::Corrupt => {
            tracing::error!(%error, "the database cannot be used");
            Ok(Sight::Bad(Cause::Damaged))
        }
        Err(error) => Err(error),
    }
}

/// Was there ever a database here?
fn is_begun(folder: &Path) -> bool {
    folder.join(BEGUN).exists() || folder.join("longshore.db-wal").exists() || backup::any(folder)
}

/// Opens a database and brings it to this version.
fn settle(folder: &Path, now: Wall) -> Result<Connection, Error> {
    let mut connection = database::connect(&database::path(folder))?;
    let version = schema::version(&connection)?;
    let _ = nonce(&connection)?;
    if folder.join(SUSPECT).exists() {
        database::quick_check(&connection)?;
        file::remove(&folder.join(SUSPECT))?;
    }
    if version < schema::VERSION {
        database::quick_check(&connection)?;
        let _ = backup::take(&connection, folder, &format!("{}-version-{version}", date(now)))?;
        schema::migrate(&mut connection)?;
    }
    database::use_wal(&connection)?;
    Ok(connection)
}

/// Makes an empty database; it has its name only when it is whole.
fn begin(folder: &Path) -> Result<(), Error> {
    let new = prepare(folder)?;
    let mut connection = database::connect(&new)?;
    schema::migrate(&mut connection)?;
    renew_nonce(&connection)?;
    connection.close().map_err(|(_, error)| error)?;
    file::put_in_place(&new, &database::path(folder))
}

/// An empty private file under the name of a database that is being made.
pub(super) fn prepare(folder: &Path) -> Result<std::path::PathBuf, Error> {
    for leftover in ["longshore.db.new-journal", "longshore.db.new-wal", "longshore.db.new-shm"] {
        file::remove(&folder.join(leftover))?;
    }
    let new = folder.join("longshore.db.new");
    drop(file::make_private(&new)?);
    Ok(new)
}

/// A new name: no claim made beside another database holds beside this one.
pub(super) fn renew_nonce(connection: &Connection) -> Result<(), Error> {
    let mut nonce = [0; 16];
    let _ = getrandom(&mut nonce, GetRandomFlags::empty())
        .map_err(Error::at("draw", Path::new("a random number")))?;
    let sql = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)";
    let _ = connection.execute(sql, rusqlite::params![NONCE, nonce])?;
    Ok(())
}

/// # Errors
/// [`Error::Damaged`] when this is no database of ours.
fn nonce(connection: &Connection) -> Result<[u8; 16], Error> {
    let damaged = || Error::Damaged("it has no name".to_owned());
    let table = "SELECT 1 FROM sqlite_schema WHERE name = 'meta'";
    connection.query_row(table, [], |_| Ok(())).optional()?.ok_or_else(damaged)?;
    let sql = "SELECT value FROM meta WHERE key = ?";
    connection.query_row(sql, [NONCE], |row| row.get(0)).optional()?.ok_or_else(damaged)
}

/// Gives the broken database a name under which it is out of the way, with its WAL, so that SQLite can still read it.
fn set_aside(folder: &Path, now: Wall) -> Result<Option<String>, Error> {
    let name = file::free_name(folder, &format!("longshore-damaged-{}", date(now)), ".db");
    let mut kept = None;
    for ending in ["-wal", "-shm", ""] {
        let from = folder.join(format!("longshore.db{ending}"));
        let to = format!("{name}{ending}");
        match rustix::fs::rename(&from, folder.join(&to)) {
            Ok(()) => kept = Some(to),
            Err(Errno::NOENT) => {}
            Err(errno) => return Err(Error::at("set aside", &from)(errno)),
        }
    }
    Ok(kept)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests do what strangers do to files")]
mod tests;
