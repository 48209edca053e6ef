//! Listens until the fate of every transfer is known.

use super::display::Display;
use super::tracker::Tracker;
use crate::api::{Batch, Query, Stopped};
use crate::cli::desk::{Desk, Heard};
use crate::cli::exit::{Exit, Trouble};
use crate::model::TransferId;

/// Why listening ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Settled(Exit),
    Interrupted,
    /// Somebody ended the engine on purpose; everything is saved.
    Stopped,
}

pub(super) async fn follow(
    desk: &mut Desk,
    tracker: &mut Tracker,
    display: &mut Display,
) -> Result<End, Trouble> {
    loop {
        if let Some(exit) = tracker.verdict() {
            display.clear(desk);
            return Ok(End::Settled(exit));
        }
        display.draw(tracker, desk);
        match desk.hear(display.ticks()).await {
            Heard::Tick => {}
            Heard::Interrupted => {
                display.clear(desk);
                return Ok(End::Interrupted);
            }
            Heard::Ended => again(desk, tracker, display).await?,
            Heard::Batch(batch) => {
                let stopped = batch.stopped;
                absorb(desk, *batch, tracker, display).await?;
                match stopped {
                    None => {}
                    Some(Stopped::Quit) => {
                        display.clear(desk);
                        return Ok(tracker.verdict().map_or(End::Stopped, End::Settled));
                    }
                    Some(Stopped::Yielded | Stopped::Broke) => again(desk, tracker, display).await?,
                }
            }
        }
    }
}

/// Another program runs the transfers now; what happened in between is asked for.
async fn again(desk: &mut Desk, tracker: &mut Tracker, display: &mut Display) -> Result<(), Trouble> {
    if tracker.verdict().is_some() {
        return Ok(());
    }
    desk.reconnect().await?;
    let open = tracker.open();
    refresh(desk, &open, tracker, display).await
}

async fn absorb(
    desk: &mut Desk,
    batch: Batch,
    tracker: &mut Tracker,
    display: &mut Display,
) -> Result<(), Trouble> {
    for row in batch.rows {
        tracker.bring(&row);
        if let Some((item, news)) = tracker.update(row) {
            display.news(item, news, desk);
        }
    }
    if batch.stopped.is_some() {
        return Ok(());
    }
    // A transfer that ended leaves the book, and its last row may not be in the picture.
    let stale = match (batch.refresh, batch.order_changed) {
        (true, _) => tracker.open(),
        (false, true) => tracker.suspects(Query::ROWS),
        (false, false) => batch.removed,
    };
    let stale: Vec<TransferId> = {
        let open = tracker.open();
        stale.into_iter().filter(|id| open.binary_search(id).is_ok()).collect()
    };
    match refresh(desk, &stale, tracker, display).await {
        // It ended meanwhile; the next thing heard says how.
        Err(Trouble::Gone(_)) => Ok(()),
        refreshed => refreshed,
    }
}

/// Asks for the present rows of transfers; one that has none is gone.
pub(super) async fn refresh(
    desk: &mut Desk,
    ids: &[TransferId],
    tracker: &mut Tracker,
    display: &mut Display,
) -> Result<(), Trouble> {
    for chunk in ids.chunks(Query::ROWS) {
        let rows = desk.rows(chunk).await?;
        let lost: Vec<_> = chunk.iter().filter(|id| rows.iter().all(|row| row.id != **id)).copied().collect();
        for row in rows {
            if let Some((item, news)) = tracker.update(row) {
                display.news(item, news, desk);
            }
        }
        for id in lost {
            if let Some(item) = tracker.lose(id) {
                display.lost(id, item, desk);
            }
        }
    }
    Ok(())
}
