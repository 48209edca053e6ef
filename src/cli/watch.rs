//! `watch`: what changes, as it changes, until the engine ends or the user does.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::action::Form;
use super::desk::{Desk, Heard, Ticks};
use super::exit::{Exit, Trouble};
use super::json::{RowJson, line};
use crate::api::{Batch, Query, Row, Stopped, View};
use crate::model::{Shelf, TransferId};
use crate::words::Tone;

#[derive(Serialize)]
struct RemovedJson {
    id: String,
    removed: bool,
}

#[derive(Serialize)]
struct StoppedJson {
    stopped: Stopped,
}

/// What was last told of the unfinished transfers; people are told when the sentence changes, not when a byte comes.
type Told = BTreeMap<TransferId, &'static str>;

pub(super) async fn watch(desk: &mut Desk) -> Result<Exit, Trouble> {
    desk.need_owner().await?;
    let mut told = Told::new();
    desk.subscribe().await?;
    everything(desk, &mut told).await?;
    let mut first = true;
    loop {
        match desk.hear(Ticks::Never).await {
            Heard::Tick => {}
            Heard::Interrupted => return Ok(Exit::Interrupted),
            Heard::Ended => {
                desk.reconnect().await?;
                everything(desk, &mut told).await?;
            }
            Heard::Batch(batch) => match batch.stopped {
                Some(Stopped::Yielded) => {
                    picture(desk, *batch, &mut told)?;
                    desk.reconnect().await?;
                    everything(desk, &mut told).await?;
                }
                Some(stopped) => {
                    picture(desk, *batch, &mut told)?;
                    return end(desk, stopped);
                }
                None => {
                    // The first picture says "everything is new", which was just told.
                    let refresh = batch.refresh && !std::mem::take(&mut first);
                    picture(desk, *batch, &mut told)?;
                    if refresh {
                        everything(desk, &mut told).await?;
                    }
                }
            },
        }
    }
}

fn end(desk: &mut Desk, stopped: Stopped) -> Result<Exit, Trouble> {
    match desk.form {
        Form::Json => desk.terminal.stdout.line(&line(&StoppedJson { stopped }))?,
        Form::Human => {
            let text = desk.words.text("cli-watch-ended");
            desk.remark(Tone::Plain, &text)?;
        }
    }
    match stopped {
        Stopped::Quit | Stopped::Yielded => Ok(Exit::Done),
        Stopped::Broke => Ok(Exit::Failed),
    }
}

async fn everything(desk: &mut Desk, told: &mut Told) -> Result<(), Trouble> {
    // Told of before and on none of these shelves now: it ended meanwhile.
    let mut ended: BTreeSet<TransferId> = told.keys().copied().collect();
    for shelf in [Shelf::Active, Shelf::Waiting, Shelf::Paused] {
        let ids = desk.order(View { shelf: Some(shelf), ..View::default() }).await?;
        for chunk in ids.chunks(Query::ROWS) {
            for row in desk.rows(chunk).await? {
                let _ = ended.remove(&row.id);
                one(desk, &row, told)?;
            }
        }
    }
    let ended: Vec<_> = ended.into_iter().collect();
    for chunk in ended.chunks(Query::ROWS) {
        for row in desk.rows(chunk).await? {
            one(desk, &row, told)?;
        }
    }
    Ok(())
}

fn picture(desk: &mut Desk, batch: Batch, told: &mut Told) -> Result<(), Trouble> {
    for row in &batch.rows {
        one(desk, row, told)?;
    }
    for id in batch.removed {
        let _ = told.remove(&id);
        match desk.form {
            Form::Json => {
                let removed = RemovedJson { id: id.to_string(), removed: true };
                desk.terminal.stdout.line(&line(&removed))?;
            }
            Form::Human => {
                let text = desk.words.format("cli-watch-removed", &[("id", id.to_string().into())]);
                desk.tell(Tone::Plain, &text)?;
            }
        }
    }
    Ok(())
}

fn one(desk: &mut Desk, row: &Row, told: &mut Told) -> Result<(), Trouble> {
    let now = desk.now();
    let status = row.status.name();
    let known = match row.status.shelf() {
        Shelf::Active | Shelf::Waiting | Shelf::Paused => told.insert(row.id, status),
        // Nothing more is to come of it.
        Shelf::Finished | Shelf::Failed => told.remove(&row.id).filter(|_| false),
    };
    if desk.form == Form::Json {
        let json = line(&RowJson::new(row, &desk.words, desk.network.as_deref(), now));
        return Ok(desk.terminal.stdout.line(&json)?);
    }
    if known == Some(status) {
        return Ok(());
    }
    let said = desk.words.activity(&row.status, row.activity, desk.network.as_deref(), now);
    let date = desk.words.date(now.wall, now.zone);
    desk.tell(said.tone, &format!("{date}  {}  {}  {}", row.id, row.name, said.text))
}
