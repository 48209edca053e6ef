//! How a foreground command shows what it does: drawn over and over on a terminal, told line by line elsewhere. Nobody
//! at the other end is no reason to stop a download: output that fails is let go.

use serde::Serialize;

use super::tracker::{Fate, Item, News, Tracker};
use crate::api::{Outbox, Row};
use crate::cli::action::ProgressForm;
use crate::cli::desk::{Desk, Ticks};
use crate::cli::exit::{Exit, Trouble};
use crate::cli::hint;
use crate::cli::json::{RowJson, line};
use crate::cli::terminal::{Terminal, clean, clip, pad};
use crate::model::{Boot, Direction, Status, TransferId};
use crate::words::{Sentence, Tone};

/// Transfers drawn at once; the others are counted in the last line.
const LINES: usize = 8;

#[derive(Debug)]
pub(super) enum Display {
    Live {
        lines: usize,
        drawn: Option<Boot>,
    },
    Plain,
    Json,
    /// Only what went wrong.
    Quiet,
}

#[derive(Serialize)]
struct EventJson<'a> {
    event: &'static str,
    #[serde(flatten)]
    row: RowJson<'a>,
}

#[derive(Serialize)]
struct EndJson {
    event: &'static str,
    code: u8,
}

#[derive(Serialize)]
struct LostJson {
    event: &'static str,
    id: String,
}

impl Display {
    pub(super) const fn new(form: Option<ProgressForm>, terminal: &Terminal) -> Self {
        match form {
            None if terminal.stderr.is_terminal => Self::Live { lines: 0, drawn: None },
            None | Some(ProgressForm::Plain) => Self::Plain,
            Some(ProgressForm::Json) => Self::Json,
            Some(ProgressForm::None) => Self::Quiet,
        }
    }

    /// Countdowns are only drawn where something is drawn.
    pub(super) const fn ticks(&self) -> Ticks {
        match self {
            Self::Live { .. } => Ticks::EverySecond,
            Self::Plain | Self::Json | Self::Quiet => Ticks::Never,
        }
    }

    pub(super) fn news(&mut self, item: &Item, news: News, desk: &mut Desk) {
        let Some(row) = &item.row else { return };
        match (&*self, news) {
            (Self::Json, _) => {
                let now = desk.now();
                let event = match news {
                    News::Status => "status",
                    News::Tenth | News::Little => "progress",
                };
                let row = RowJson::new(row, &desk.words, desk.network.as_deref(), now);
                let _ = desk.terminal.stdout.line(&line(&EventJson { event, row }));
            }
            (Self::Plain, News::Tenth) => {
                let text = format!("{}: {}", row.name, figures(row, desk));
                let _ = desk.terminal.stderr.say(Tone::Plain, &text);
            }
            (Self::Live { .. } | Self::Plain | Self::Quiet, News::Status) => {
                self.status(row, item.fate, desk);
            }
            (Self::Live { .. } | Self::Plain | Self::Quiet, News::Tenth | News::Little) => {}
        }
    }

    pub(super) fn lost(&mut self, id: TransferId, item: &Item, desk: &mut Desk) {
        if let Self::Json = self {
            let _ = desk.terminal.stdout.line(&line(&LostJson { event: "removed", id: id.to_string() }));
            return;
        }
        self.clear(desk);
        let name = item.row.as_ref().map_or_else(|| id.to_string(), |row| row.name.clone());
        let text = desk.words.format("cli-get-removed", &[("name", name.into())]);
        let _ = desk.terminal.stderr.say(Tone::Bad, &text);
    }

    /// The last word for programs.
    pub(super) fn end(&self, exit: Exit, desk: &mut Desk) -> Result<(), Trouble> {
        if let Self::Json = self {
            desk.terminal.stdout.line(&line(&EndJson { event: "end", code: exit.code() }))?;
        }
        Ok(())
    }

    fn status(&mut self, row: &Row, fate: Fate, desk: &mut Desk) {
        let said = sentence(row, desk);
        let text = format!("{}: {}", row.name, said.text);
        match (&*self, fate) {
            (Self::Quiet, Fate::Done | Fate::Open | Fate::Gone) => {}
            (_, Fate::Done) => {
                self.clear(desk);
                let file =
                    row.file.as_ref().map_or_else(|| row.name.clone(), |file| file.display().to_string());
                let values = [("file", file.into()), ("size", desk.words.size(row.progress.done).into())];
                let text = desk.words.format("cli-get-finished", &values);
                let _ = desk.terminal.stdout.say(Tone::Good, &text);
            }
            (_, Fate::Failed | Fate::NeedsUser) => {
                self.clear(desk);
                let _ = desk.terminal.stderr.say(said.tone, &text);
                for remedy in said.remedies {
                    let words = desk.words.remedy(remedy);
                    let command = hint::command(row.id, remedy);
                    let _ = desk.terminal.stderr.say(Tone::Plain, &format!("  {words}: {command}"));
                }
            }
            (Self::Plain | Self::Quiet, Fate::Held | Fate::Open) if row.status == Status::Running => {
                let values = [("name", row.name.clone().into()), ("size", size(row, desk).into())];
                let key = match row.direction {
                    Direction::Download => "cli-get-running",
                    Direction::Upload => "cli-put-running",
                };
                let text = desk.words.format(key, &values);
                let _ = desk.terminal.stderr.say(Tone::Plain, &text);
            }
            (Self::Plain | Self::Quiet, Fate::Held | Fate::Open) if row.status == Status::Queued(None) => {}
            (Self::Plain | Self::Quiet, Fate::Held | Fate::Open) | (Self::Live { .. }, Fate::Held) => {
                self.clear(desk);
                let _ = desk.terminal.stderr.say(said.tone, &text);
            }
            (Self::Live { .. } | Self::Json, Fate::Open) | (Self::Json, Fate::Held) | (_, Fate::Gone) => {}
        }
    }

    /// Draws the present over the last drawing, at most ten times a second.
    pub(super) fn draw(&mut self, tracker: &Tracker, desk: &mut Desk) {
        let now = desk.now().boot;
        let Self::Live { drawn, .. } = self else { return };
        if drawn.is_some_and(|last| (now - last).0 < Outbox::EVERY.0) {
            return;
        }
        self.clear(desk);
        let width = desk.terminal.stderr.width().saturating_sub(1);
        let mut text = String::new();
        let mut count = 0;
        for row in on_show(tracker) {
            text.push_str(&one(row, width, desk));
            text.push('\n');
            count += 1;
        }
        let (all, open) = (tracker.items().count(), tracker.open().len());
        if open > count || all > 1 {
            let rate: u64 =
                tracker.items().filter_map(|item| item.row.as_ref()).map(|row| row.progress.rate).sum();
            let values =
                [("done", (all - open).into()), ("all", all.into()), ("rate", desk.words.rate(rate).into())];
            let sum = desk.words.format("cli-get-sum", &values);
            text.push_str(&desk.terminal.stderr.dim(&clip(&sum, width)));
            text.push('\n');
            count += 1;
        }
        let stderr = &mut desk.terminal.stderr.to;
        let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
        *self = Self::Live { lines: count, drawn: Some(now) };
    }

    /// Takes the drawing away, so that something lasting can be written.
    pub(super) fn clear(&mut self, desk: &mut Desk) {
        let Self::Live { lines, drawn } = self else { return };
        if *lines > 0 {
            let stderr = &mut desk.terminal.stderr.to;
            let _ = write!(stderr, "\x1b[{lines}A\r\x1b[J").and_then(|()| stderr.flush());
        }
        (*lines, *drawn) = (0, None);
    }
}

/// What runs before what waits, as far as there is room.
fn on_show(tracker: &Tracker) -> Vec<&Row> {
    let open = || tracker.items().filter(|item| item.fate == Fate::Open).filter_map(|item| item.row.as_ref());
    let running = open().filter(|row| row.status == Status::Running);
    let waiting = open().filter(|row| row.status != Status::Running);
    running.chain(waiting).take(LINES).collect()
}

fn one(row: &Row, width: usize, desk: &Desk) -> String {
    let (text, tone) = if row.status == Status::Running {
        (figures(row, desk), Tone::Plain)
    } else {
        let said = sentence(row, desk);
        (said.text, said.tone)
    };
    let name = pad(&clip(&clean(&row.name), width / 3), (width / 3).min(32));
    let text = clip(&clean(&text), width.saturating_sub(name.chars().count() + 2));
    let line = clip(&format!("{name}  {text}"), width);
    match line.strip_suffix(&text) {
        Some(head) if !text.is_empty() => format!("{head}{}", desk.terminal.stderr.paint(tone, &text)),
        Some(_) | None => line,
    }
}

/// `42 %  1.2 GB of 3 GB  12.3 MB/s  34 s`, as far as it is known.
fn figures(row: &Row, desk: &Desk) -> String {
    let progress = &row.progress;
    let words = &desk.words;
    let mut parts = Vec::new();
    match progress.total {
        Some(total) => {
            let percent = progress.done.saturating_mul(100) / total.max(1);
            let of = [("done", words.size(progress.done).into()), ("total", words.size(total).into())];
            parts.push(format!("{:>3} %", percent.min(100)));
            parts.push(words.format("cli-get-of", &of));
        }
        None => parts.push(words.size(progress.done)),
    }
    if progress.rate > 0 {
        parts.push(words.rate(progress.rate));
    }
    if let Some(left) = progress.left {
        parts.push(words.format("cli-get-left", &[("time", words.duration(left).into())]));
    }
    parts.join("  ")
}

fn size(row: &Row, desk: &Desk) -> String {
    row.progress.total.map_or_else(|| desk.words.text("cli-unknown-size"), |total| desk.words.size(total))
}

fn sentence(row: &Row, desk: &Desk) -> Sentence {
    desk.words.activity(&row.status, row.activity, desk.network.as_deref(), desk.now())
}
