//! Copies of the database, for the day it is lost: one a day at most, and one before every migration.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::{Error, database, file, open, schema};
use crate::model::StoreTrouble;

/// Older ones make room.
const KEPT: usize = 3;

/// Ids that may have been given away after the backup was made. They are skipped, so that none is ever used again.
const SKIPPED_IDS: i64 = 100_000;

/// Writes a copy under `backups/NAME.db`. `None`: there is one of that name.
pub(super) fn take(connection: &Connection, folder: &Path, name: &str) -> Result<Option<PathBuf>, Error> {
    let backups = backups(folder);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&backups)
        .map_err(|error| Error::at("create", &backups)(Errno::from_io_error(&error).unwrap_or(Errno::IO)))?;
    let path = backups.join(format!("{name}.db"));
    if path.exists() {
        return Ok(None);
    }
    let new = backups.join("new");
    drop(file::make_private(&new)?);
    // Into an empty file of ours; SQLite does not sync it, `put_in_place` does.
    let _ = connection
        .execute("VACUUM INTO ?", [new.to_str().ok_or_else(|| Error::at("name", &new)(Errno::ILSEQ))?])?;
    database::quick_check(&database::connect_reader(&new)?)?;
    file::put_in_place(&new, &path)?;
    for old in newest_first(folder).into_iter().skip(KEPT) {
        file::remove(&backups.join(old))?;
    }
    Ok(Some(path))
}

/// Is there any?
pub(super) fn any(folder: &Path) -> bool {
    !newest_first(folder).is_empty()
}

/// Puts the newest sound backup in the place of the database and tells its date. `None`: there is none.
pub(super) fn restore(folder: &Path) -> Result<Option<String>, Error> {
    for name in newest_first(folder) {
        match restore_one(folder, &backups(folder).join(&name)) {
            Ok(()) => return Ok(Some(name.trim_end_matches(".db").to_owned())),
            Err(error @ Error::Newer { .. }) => tracing::warn!(%error, name, "a backup cannot be used"),
            Err(error) if error.trouble() == StoreTrouble::Corrupt => {
                tracing::warn!(%error, name, "a backup cannot be used");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn restore_one(folder: &Path, backup: &Path) -> Result<(), Error> {
    let new = open::prepare(folder)?;
    let from = rustix::fs::open(backup, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
        .map_err(Error::at("open", backup))?;
    let copied = std::io::copy(&mut std::fs::File::from(from), &mut file::make_private(&new)?);
    let _ = copied
        .map_err(|error| Error::at("copy", backup)(Errno::from_io_error(&error).unwrap_or(Errno::IO)))?;
    let mut connection = database::connect(&new)?;
    database::quick_check(&connection)?;
    if schema::version(&connection)? == 0 {
        return Err(Error::Damaged("it has no tables".to_owned()));
    }
    schema::migrate(&mut connection)?;
    // Whatever was claimed since, was claimed of another state of the book.
    open::renew_nonce(&connection)?;
    let _ = connection.execute("UPDATE transfers SET mark = NULL", [])?;
    let next = "INSERT INTO meta (key, value) SELECT 'next_id', 1 + ?1 + max(
            coalesce((SELECT max(id) FROM transfers), 0), coalesce((SELECT max(id) FROM history), 0))
        WHERE true ON CONFLICT DO UPDATE SET value = max(value + ?1, excluded.value)";
    let _ = connection.execute(next, [SKIPPED_IDS])?;
    connection.close().map_err(|(_, error)| error)?;
    file::put_in_place(&new, &database::path(folder))
}

fn backups(folder: &Path) -> PathBuf {
    folder.join("backups")
}

/// By name, which begins with the date.
fn newest_first(folder: &Path) -> Vec<String> {
    let listed = std::fs::read_dir(backups(folder)).into_iter().flatten();
    let mut names: Vec<_> = listed
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".db"))
        .collect();
    names.sort_unstable_by(|one, other| other.cmp(one));
    names
}
