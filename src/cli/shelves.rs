//! What there is: the list, one transfer, its log.

use serde::Serialize;

use super::action::Form;
use super::desk::{Desk, Owner, odd};
use super::exit::{Exit, Trouble};
use super::json::{RowJson, line, plain, rfc3339};
use super::table::{Align, Table};
use super::terminal::clip;
use super::{acts, hint};
use crate::api::{Detail, Outcome, Query, Row, View};
use crate::model::{Refusal, Reply, Shelf, Status, TransferId};
use crate::words::Tone;

/// Columns of a name in the list.
const NAME: usize = 40;

pub(super) async fn list(
    desk: &mut Desk,
    status: Option<&str>,
    group: Option<String>,
) -> Result<Exit, Trouble> {
    let view = View { shelf: status.map(shelf), group: group.clone(), ..View::default() };
    let ids = desk.order(view).await?;
    let wanted = |row: &Row| {
        status.is_none_or(|status| row.status.name() == status)
            && group.as_ref().is_none_or(|group| row.group.as_ref() == Some(group))
    };
    let mut shown = Shown::default();
    if desk.form == Form::Json {
        desk.terminal.stdout.to.write_all(b"[")?;
    }
    let mut table = table(desk);
    for chunk in ids.chunks(Query::ROWS) {
        for row in desk.rows(chunk).await?.iter().filter(|row| wanted(row)) {
            match desk.form {
                Form::Human => table.push(&shown.cells(row, desk)),
                Form::Json => {
                    let json = RowJson::new(row, &desk.words, desk.network.as_deref(), desk.now());
                    let comma = if shown.count == 0 { "\n" } else { ",\n" };
                    desk.terminal.stdout.to.write_all(format!("{comma}{}", line(&json)).as_bytes())?;
                }
            }
            shown.count += 1;
        }
    }
    match desk.form {
        Form::Human => print(desk, &table, &shown)?,
        Form::Json => desk.terminal.stdout.line(if shown.count == 0 { "]" } else { "\n]" })?,
    }
    Ok(Exit::Done)
}

/// What was put into the list.
#[derive(Debug, Default)]
struct Shown {
    count: usize,
    /// Place in the queue of the last that waits its turn.
    place: usize,
    need_user: usize,
    unfinished: usize,
}

impl Shown {
    fn cells(&mut self, row: &Row, desk: &Desk) -> Vec<String> {
        let words = &desk.words;
        let place = (row.status == Status::Queued(None)).then(|| {
            self.place += 1;
            self.place
        });
        match row.status.shelf() {
            Shelf::Active | Shelf::Waiting | Shelf::Paused => self.unfinished += 1,
            Shelf::Finished | Shelf::Failed => {}
        }
        if let Status::NeedsUser(_) = row.status {
            self.need_user += 1;
        }
        let progress = &row.progress;
        let rate = if progress.rate > 0 { words.rate(progress.rate) } else { String::new() };
        vec![
            row.id.to_string(),
            clip(&row.name, NAME),
            percent(row).unwrap_or_default(),
            // Nothing came and nobody said how much there is: a zero would be a guess.
            progress
                .total
                .or(Some(progress.done).filter(|done| *done > 0))
                .map_or_else(String::new, |size| words.size(size)),
            rate,
            progress.left.map(|left| words.duration(left)).unwrap_or_default(),
            words.status(&row.status, desk.network.as_deref(), place, desk.now()).text,
        ]
    }
}

fn table(desk: &Desk) -> Table {
    let head = |key: &str, align| (desk.words.text(key), align);
    Table::new(vec![
        head("cli-column-id", Align::Right),
        head("cli-column-name", Align::Left),
        head("cli-column-done", Align::Right),
        head("cli-column-size", Align::Right),
        head("cli-column-speed", Align::Right),
        head("cli-column-left", Align::Right),
        head("cli-column-status", Align::Left),
    ])
}

fn print(desk: &mut Desk, table: &Table, shown: &Shown) -> Result<(), Trouble> {
    if shown.count == 0 {
        let text = desk.words.text("cli-list-empty");
        return desk.remark(Tone::Plain, &text);
    }
    let stdout = &mut desk.terminal.stdout;
    let most = stdout.is_terminal.then(|| stdout.width());
    for (at, text) in table.lines(most).iter().enumerate() {
        let text = if at == 0 { stdout.dim(text) } else { text.clone() };
        stdout.line(&text)?;
    }
    if shown.need_user > 0 {
        let text = desk.words.format("cli-list-need-user", &[("count", shown.need_user.into())]);
        desk.remark(Tone::Warn, &text)?;
    }
    if shown.unfinished > 0 {
        acts::nobody_runs(desk)?;
    }
    Ok(())
}

/// Only those with this status lie on this shelf.
fn shelf(status: &str) -> Shelf {
    match status {
        "running" => Shelf::Active,
        "paused-by-user" => Shelf::Paused,
        "completed" | "canceled" => Shelf::Finished,
        "failed" => Shelf::Failed,
        _ => Shelf::Waiting,
    }
}

fn percent(row: &Row) -> Option<String> {
    let total = row.progress.total?;
    let percent = match (row.progress.done, total) {
        (_, 0) => 100,
        (done, total) => done.saturating_mul(100) / total,
    };
    Some(format!("{} %", percent.min(100)))
}

/// A row, and what the server answered to an upload.
#[derive(Serialize)]
struct ShowJson<'a> {
    #[serde(flatten)]
    row: RowJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<&'a Reply>,
}

pub(super) async fn show(desk: &mut Desk, id: TransferId) -> Result<Exit, Trouble> {
    let detail = detail(desk, id).await?;
    let row = &detail.row;
    if desk.form == Form::Json {
        let row = RowJson::new(row, &desk.words, desk.network.as_deref(), desk.now());
        desk.terminal.stdout.line(&line(&ShowJson { row, reply: detail.reply.as_ref() }))?;
        return Ok(Exit::Done);
    }
    let said = desk.words.activity(&row.status, row.activity, desk.network.as_deref(), desk.now());
    desk.tell(Tone::Plain, &row.name)?;
    desk.tell(said.tone, &said.text)?;
    let facts = facts(&detail, desk);
    let widest = facts.iter().map(|(key, _)| desk.words.text(key).chars().count()).max().unwrap_or(0);
    for (key, value) in facts {
        let head = super::terminal::pad(&desk.words.text(key), widest);
        desk.tell(Tone::Plain, &format!("  {head}  {value}"))?;
    }
    for remedy in said.remedies {
        let text = format!("  {}: {}", desk.words.remedy(remedy), hint::command(id, remedy));
        desk.tell(Tone::Plain, &text)?;
    }
    Ok(Exit::Done)
}

/// Where its bytes can be read: of a finished one its file, of any other an address that lives as long as its owner.
pub(super) async fn play(desk: &mut Desk, id: TransferId) -> Result<Exit, Trouble> {
    let row = detail(desk, id).await?.row;
    let place = match (&row.status, &row.file) {
        (Status::Completed, Some(file)) => file.display().to_string(),
        _ if desk.owner == Owner::Nobody => return Err(Trouble::Nobody),
        _ => {
            let Outcome::Address(address) = desk.query(Query::Address(id)).await? else { return Err(odd()) };
            address.reveal().to_owned()
        }
    };
    match desk.form {
        Form::Human => desk.terminal.stdout.line(&place)?,
        Form::Json => desk.terminal.stdout.line(&line(&PlayJson { address: &place }))?,
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct PlayJson<'a> {
    address: &'a str,
}

/// What is known, in the order it is read; what is not known is left out.
fn facts(detail: &Detail, desk: &Desk) -> Vec<(&'static str, String)> {
    let (row, words) = (&detail.row, &desk.words);
    let zone = desk.now().zone;
    let progress = &row.progress;
    let resumable = row.resumable.map(|yes| words.text(if yes { "cli-yes" } else { "cli-no" }));
    let answer = detail.response.as_ref().map(|response| format!("{} {}", response.status, response.url));
    let reply = detail.reply.as_ref();
    let kept = reply.and_then(|reply| reply.file.as_ref());
    let size = match progress.total {
        Some(total) => words.format(
            "cli-get-of",
            &[("done", words.size(progress.done).into()), ("total", words.size(total).into())],
        ),
        None if progress.done > 0 => words.size(progress.done),
        None => words.text("cli-unknown-size"),
    };
    let known = [
        ("cli-fact-address", Some(row.url.clone())),
        ("cli-fact-file", row.file.as_ref().map(|file| file.display().to_string())),
        ("cli-fact-size", Some(size)),
        ("cli-fact-speed", (progress.rate > 0).then(|| words.rate(progress.rate))),
        ("cli-fact-left", progress.left.map(|left| words.duration(left))),
        ("cli-fact-resumable", resumable),
        ("cli-fact-policy", Some(plain(&row.policy))),
        ("cli-fact-priority", Some(plain(&row.priority))),
        ("cli-fact-answer", answer),
        ("fact-checksum", detail.expected.as_ref().map(|said| words.expected(said))),
        ("fact-checked", row.checksum.map(|verdict| words.verdict(verdict))),
        ("cli-fact-reply", reply.map(|reply| reply.head.trim().replace('\n', "\n    "))),
        ("cli-fact-reply-file", kept.map(|file| file.0.display().to_string())),
        ("cli-fact-added", Some(words.date(row.added, zone))),
        ("cli-fact-started", row.started.map(|at| words.date(at, zone))),
        ("cli-fact-finished", row.finished.map(|at| words.date(at, zone))),
    ];
    known.into_iter().filter_map(|(key, value)| value.map(|value| (key, value))).collect()
}

#[derive(Serialize)]
struct EntryJson {
    at: Option<String>,
    message: String,
}

pub(super) async fn log(desk: &mut Desk, id: TransferId) -> Result<Exit, Trouble> {
    let detail = detail(desk, id).await?;
    let now = desk.now();
    if desk.form == Form::Json {
        let entries: Vec<_> = detail
            .log
            .iter()
            .map(|entry| EntryJson {
                at: rfc3339(entry.at),
                message: desk.words.entry(&entry.kind, now).text,
            })
            .collect();
        desk.terminal.stdout.line(&line(&entries))?;
        return Ok(Exit::Done);
    }
    for entry in &detail.log {
        let text =
            format!("{}  {}", desk.words.date(entry.at, now.zone), desk.words.entry(&entry.kind, now).text);
        desk.tell(Tone::Plain, &text)?;
    }
    Ok(Exit::Done)
}

pub(super) async fn detail(desk: &mut Desk, id: TransferId) -> Result<Box<Detail>, Trouble> {
    let Outcome::Detail(detail) = desk.query(Query::Detail(id)).await? else { return Err(odd()) };
    detail.ok_or(Trouble::Refused(Refusal::NoSuchTransfer(id)))
}
