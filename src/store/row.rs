//! A transfer as a row of the book or of the history.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rusqlite::types::{FromSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, Row, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::code::Code;
use super::{Error, ranges};
use crate::model::{
    FileName, Generation, GroupId, Intent, NameClash, Rank, Shelf, Source, Stage, Target, Transfer,
    TransferId, Upload, Wall,
};

/// Every column, in the order of [`write`] and [`read`].
macro_rules! columns {
    () => {
        "id, direction, shelf, priority, rank, group_id, policy, intent, name_key, host_key, uri, total, added, \
         started, finished, progressed, start_at, generation, resumable, attempts, attempts_most, restarted, stage, \
         permission, folder, target, source, part, validator, response, synced, mark, \
         options"
    };
}

macro_rules! put {
    ($table:literal) => {
        concat!(
            "INSERT OR REPLACE INTO ",
            $table,
            " (",
            columns!(),
            ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
        )
    };
}

pub(super) const PUT_TRANSFER: &str = put!("transfers");
/// The row must have been deleted before: a replaced one would not leave the counts.
pub(super) const PUT_HISTORY: &str = put!("history");
pub(super) const BOOK: &str = concat!("SELECT ", columns!(), " FROM transfers ORDER BY priority, rank, id");
pub(super) const PARTS: &str = concat!("SELECT ", columns!(), " FROM history WHERE part IS NOT NULL");
pub(super) const ONE_OF_BOOK: &str = concat!("SELECT ", columns!(), " FROM transfers WHERE id = ?");
pub(super) const ONE_OF_HISTORY: &str = concat!("SELECT ", columns!(), " FROM history WHERE id = ?");

/// The target without its folder, which may be no text at all and has a column of its own.
#[derive(Serialize, Deserialize)]
struct Place {
    name: Option<FileName>,
    named_by_user: bool,
    clash: NameClash,
    create_folder: bool,
    #[serde(default)]
    upload: Option<Box<Upload>>,
}

/// Read only where a spool folder holds anything at all: it goes through the whole history.
const SPOOLED: &str = "SELECT target, stage FROM transfers WHERE instr(target, '\"spooled\":true')
    UNION ALL SELECT target, stage FROM history WHERE instr(target, '\"spooled\":true')";

/// Of completed and canceled uploads nobody needs them any more.
pub(super) fn spooled(connection: &Connection) -> Result<Vec<PathBuf>, Error> {
    let mut statement = connection.prepare(SPOOLED)?;
    let mut rows = statement.query([])?;
    let mut files = Vec::new();
    while let Some(row) = rows.next()? {
        let place: Place = json(row, 0, "target")?;
        let stage: Stage = json(row, 1, "stage")?;
        if !matches!(stage, Stage::Completed | Stage::Canceled) {
            let all = place.upload.iter().flat_map(|upload| upload.files());
            files.extend(all.filter(|file| file.spooled).map(|file| file.path.0.clone()));
        }
    }
    Ok(files)
}

/// Binds every column and executes.
pub(super) fn write(statement: &mut CachedStatement<'_>, transfer: &Transfer) -> Result<(), Error> {
    let Transfer { target, .. } = transfer;
    let place = Place {
        name: target.name.clone(),
        named_by_user: target.named_by_user,
        clash: target.clash,
        create_folder: target.create_folder,
        upload: transfer.upload.clone(),
    };
    let permission = (transfer.permission != Default::default()).then_some(&transfer.permission);
    let options = (transfer.options != Default::default()).then_some(&transfer.options);
    let _ = statement.execute(params![
        int(transfer.id.get()),
        transfer.direction.code(),
        shelf(transfer).code(),
        transfer.priority.code(),
        transfer.rank.0,
        transfer.group.map(|group| int(group.0.get())),
        transfer.policy.code(),
        transfer.intent.code(),
        name_key(&transfer.source, target),
        transfer.source.url.host().to_lowercase(),
        uri(&transfer.source),
        transfer.total().map(int),
        transfer.added.0,
        transfer.started.map(|at| at.0),
        transfer.finished.map(|at| at.0),
        transfer.progressed.map(|at| at.0),
        transfer.start_at.map(|at| at.0),
        transfer.generation.0,
        transfer.resumable,
        transfer.attempts,
        transfer.attempts_most,
        transfer.restarted,
        text("stage", &transfer.stage)?,
        permission.map(|value| text("permission", value)).transpose()?,
        Folder(&target.folder),
        text("target", &place)?,
        text("source", &transfer.source)?,
        transfer.part.as_ref().map(|value| text("part", value)).transpose()?,
        transfer.validator.as_ref().map(|value| text("validator", value)).transpose()?,
        transfer.response.as_ref().map(|value| text("response", value)).transpose()?,
        ranges::pack(&transfer.synced),
        transfer.mark.as_ref().map(ranges::pack_mark),
        options.map(|value| text("options", value)).transpose()?,
    ])?;
    Ok(())
}

/// # Errors
/// [`Error::Unreadable`]: it concerns this row alone.
pub(super) fn read(row: &Row<'_>) -> Result<Transfer, Error> {
    let place: Place = json(row, 25, "target")?;
    let wall = |at, column| Ok::<_, Error>(get::<Option<i64>>(row, at, column)?.map(Wall));
    Ok(Transfer {
        id: known(id(get(row, 0, "id")?), "id")?,
        direction: known(Code::of(get(row, 1, "direction")?), "direction")?,
        priority: known(Code::of(get(row, 3, "priority")?), "priority")?,
        rank: Rank(get(row, 4, "rank")?),
        group: get::<Option<i64>>(row, 5, "group_id")?.and_then(id).map(|TransferId(number)| GroupId(number)),
        policy: known(Code::of(get(row, 6, "policy")?), "policy")?,
        intent: known(Code::of(get(row, 7, "intent")?), "intent")?,
        added: Wall(get(row, 12, "added")?),
        started: wall(13, "started")?,
        finished: wall(14, "finished")?,
        progressed: wall(15, "progressed")?,
        start_at: wall(16, "start_at")?,
        generation: Generation(get(row, 17, "generation")?),
        resumable: get(row, 18, "resumable")?,
        attempts: get(row, 19, "attempts")?,
        attempts_most: get(row, 20, "attempts_most")?,
        restarted: get(row, 21, "restarted")?,
        stage: json(row, 22, "stage")?,
        permission: maybe_json(row, 23, "permission")?.unwrap_or_default(),
        target: Target {
            folder: folder(row, 24)?,
            name: place.name,
            named_by_user: place.named_by_user,
            clash: place.clash,
            create_folder: place.create_folder,
        },
        upload: place.upload,
        source: json(row, 26, "source")?,
        part: maybe_json(row, 27, "part")?,
        validator: maybe_json(row, 28, "validator")?,
        response: maybe_json(row, 29, "response")?,
        synced: known(row.get_ref(30)?.as_blob().ok().and_then(ranges::unpack), "synced")?,
        mark: row.get_ref(31)?.as_blob_or_null().ok().flatten().and_then(ranges::unpack_mark),
        options: maybe_json(row, 32, "options")?.unwrap_or_default(),
    })
}

/// The sidebar's heading, as far as a row can tell: what a queued transfer waits for is not stored.
pub(super) fn shelf(transfer: &Transfer) -> Shelf {
    match (&transfer.stage, transfer.intent) {
        (Stage::Running | Stage::Finishing, Intent::Run | Intent::Pause) => Shelf::Active,
        (Stage::Completed | Stage::Canceled, Intent::Run | Intent::Pause) => Shelf::Finished,
        (Stage::Failed(_), Intent::Run | Intent::Pause) => Shelf::Failed,
        (Stage::Queued | Stage::Waiting(_) | Stage::Asking(_), Intent::Pause) => Shelf::Paused,
        (Stage::Queued | Stage::Waiting(_) | Stage::Asking(_), Intent::Run) => Shelf::Waiting,
    }
}

/// The name, or what the address offers as one, in lower case.
fn name_key(source: &Source, target: &Target) -> String {
    if let Some(name) = &target.name {
        return name.as_str().to_lowercase();
    }
    let last = source.url.request().path_segments().and_then(|mut parts| parts.next_back());
    let name = percent_encoding::percent_decode_str(last.unwrap_or_default()).decode_utf8_lossy();
    if name.is_empty() { source.url.host().to_lowercase() } else { name.to_lowercase() }
}

/// Equal for equal [`crate::model::UriKey`]s.
fn uri(source: &Source) -> Option<i64> {
    let _ = source.key()?;
    let mut hasher = blake3::Hasher::new();
    let _ = hasher.update(&source.user_tag.unwrap_or_default().to_le_bytes());
    let _ = hasher.update(&[u8::from(source.user_tag.is_some())]);
    let _ = hasher.update(source.url.request().as_str().as_bytes());
    let [a, b, c, d, e, f, g, h, ..] = *hasher.finalize().as_bytes();
    Some(i64::from_le_bytes([a, b, c, d, e, f, g, h]))
}

/// SQLite knows no number above `i64::MAX`; nothing that is counted here comes near it.
pub(super) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The number of a transfer or group, read back.
pub(super) fn id(number: i64) -> Option<TransferId> {
    u64::try_from(number).ok().and_then(TransferId::new)
}

/// A value of a type it does not have concerns one row, not the table.
fn get<T: FromSql>(row: &Row<'_>, at: usize, column: &'static str) -> Result<T, Error> {
    known(row.get(at).ok(), column)
}

struct Folder<'a>(&'a Path);

/// As text where it is text, so that people can read it.
impl rusqlite::ToSql for Folder<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let bytes = self.0.as_os_str().as_bytes();
        let value = if self.0.to_str().is_some() { ValueRef::Text(bytes) } else { ValueRef::Blob(bytes) };
        Ok(ToSqlOutput::Borrowed(value))
    }
}

fn folder(row: &Row<'_>, at: usize) -> Result<PathBuf, Error> {
    let bytes = known(row.get_ref(at)?.as_bytes().ok(), "folder")?;
    Ok(PathBuf::from(OsString::from_vec(bytes.to_vec())))
}

pub(super) fn text<T: Serialize>(column: &'static str, value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|source| Error::Unwritable { column, source })
}

fn json<T: DeserializeOwned>(row: &Row<'_>, at: usize, column: &'static str) -> Result<T, Error> {
    known(maybe_json(row, at, column)?, column)
}

fn maybe_json<T: DeserializeOwned>(
    row: &Row<'_>,
    at: usize,
    column: &'static str,
) -> Result<Option<T>, Error> {
    let text = known(row.get_ref(at)?.as_bytes_or_null().ok(), column)?;
    text.map(serde_json::from_slice)
        .transpose()
        .map_err(|source| Error::Unreadable { column, source: Some(source) })
}

pub(super) fn known<T>(value: Option<T>, column: &'static str) -> Result<T, Error> {
    value.ok_or(Error::Unreadable { column, source: None })
}

#[cfg(test)]
mod tests;
