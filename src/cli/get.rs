//! Commands that stay until something is done: `get` and `wait`.

mod display;
mod follow;
mod tracker;

use super::action::{Form, Get, Patience, ProgressForm, Then};
use super::desk::{Desk, Owner, Seek};
use super::existing;
use super::exit::{Exit, Trouble};
use super::intake::{self, Usual};
use crate::api::{Act, Awaited, Command, Credentials, NewTransfer, Outcome, Query, Request, Selection};
use crate::model::{NameClash, Question, Status, TransferId};
use crate::words::Tone;
use display::Display;
use follow::{End, follow, refresh};
use tracker::{Skipped, Tracker};

/// Downloads in the foreground.
pub(super) async fn get(desk: &mut Desk, get: Get) -> Result<Exit, Trouble> {
    let form = match (desk.form, get.progress) {
        (Form::Json, None) => Some(ProgressForm::Json),
        (Form::Human | Form::Json, chosen) => chosen,
    };
    if form == Some(ProgressForm::Json) {
        desk.form = Form::Json;
    }
    let skipped = match get.intake.clash {
        Some(NameClash::Skip) => Skipped::IsDone,
        Some(NameClash::Number | NameClash::Overwrite | NameClash::Ask) | None => Skipped::IsFailure,
    };
    let now = desk.now();
    let mut reader = intake::Reader { inputs: &mut *desk.inputs, words: &desk.words, cwd: &desk.cwd, now };
    let mut transfers = reader.transfers(get.intake, Usual::PresentFolder).map_err(Trouble::Wrong)?;
    for transfer in &mut transfers {
        transfer.awaited = Awaited::ByClient;
    }
    let mut tracker = Tracker::new(get.patience, skipped);
    let mut display = Display::new(form, &desk.terminal);
    desk.subscribe().await?;
    let (attached, mut refused) = add(desk, transfers, &mut tracker).await?;
    if tracker.open().is_empty()
        && let Some(last) = refused.pop()
    {
        refused.iter().for_each(|trouble| _ = desk.report(trouble));
        return Err(last);
    }
    let unlike = refused.iter().fold(Exit::Done, |_, trouble| desk.report(trouble));
    nudge(desk, attached, &mut tracker).await?;
    let every = tracker.open();
    desk.seek = Seek::Anyone { follows: every.clone() };
    refresh(desk, &every, &mut tracker, &mut display).await?;
    let end = follow(desk, &mut tracker, &mut display).await?;
    let exit = match end {
        End::Settled(exit) => exit,
        End::Interrupted => pause(desk, &tracker).await?,
        End::Stopped => {
            let text = desk.words.text("cli-get-stopped");
            desk.remark(Tone::Warn, &text)?;
            Exit::Interrupted
        }
    };
    if exit == Exit::Held {
        let text = desk.words.text("cli-get-held");
        desk.remark(Tone::Warn, &text)?;
    }
    let exit = if exit == Exit::Done { unlike } else { exit };
    display.end(exit, desk)?;
    Ok(exit)
}

/// Waits for transfers that others run.
pub(super) async fn wait(desk: &mut Desk, ids: Vec<TransferId>) -> Result<Exit, Trouble> {
    let patience = Patience { on_hold: Then::Wait, on_question: Then::End };
    let mut tracker = Tracker::new(patience, Skipped::IsFailure);
    let form = match desk.form {
        Form::Human => ProgressForm::None,
        Form::Json => ProgressForm::Json,
    };
    let mut display = Display::new(Some(form), &desk.terminal);
    for id in ids {
        if let Outcome::Detail(None) = desk.query(Query::Detail(id)).await? {
            return Err(Trouble::Refused(crate::model::Refusal::NoSuchTransfer(id)));
        }
        tracker.attach(id);
    }
    desk.subscribe().await?;
    let every = tracker.open();
    refresh(desk, &every, &mut tracker, &mut display).await?;
    // Where nobody runs anything, whatever waits now waits for ever.
    if tracker.verdict().is_none() && desk.owner == Owner::Nobody {
        desk.need_owner().await?;
        refresh(desk, &every, &mut tracker, &mut display).await?;
    }
    desk.seek = Seek::Owner;
    let exit = match follow(desk, &mut tracker, &mut display).await? {
        End::Settled(exit) => exit,
        End::Interrupted => Exit::Interrupted,
        End::Stopped => return Err(Trouble::Gone(crate::api::Gone)),
    };
    display.end(exit, desk)?;
    Ok(exit)
}

/// Transfers that were there already, with the password the user gave for them now.
type Attached = Vec<(TransferId, Option<Credentials>)>;

/// What could not be asked for: its address is being fetched otherwise.
type Unlike = Vec<Trouble>;

async fn add(
    desk: &mut Desk,
    transfers: Vec<NewTransfer>,
    tracker: &mut Tracker,
) -> Result<(Attached, Unlike), Trouble> {
    let (mut attached, mut refused) = (Vec::new(), Vec::new());
    for chunk in intake::chunks(transfers) {
        if desk.is_interrupted() {
            break;
        }
        let credentials: Vec<_> = chunk.iter().map(|new| new.credentials.clone()).collect();
        let outcome = desk.ask(Request::Command(Command::Add(chunk))).await?;
        let Outcome::Added(added) = outcome else { return Err(super::desk::odd()) };
        for (one, credentials) in added.into_iter().zip(credentials) {
            if let Some(trouble) = existing::complaint(desk, &one).await? {
                refused.push(trouble);
            } else if one.existing {
                tracker.attach(one.id);
                attached.push((one.id, credentials));
            } else {
                tracker.added(one.id);
            }
        }
    }
    Ok((attached, refused))
}

/// Whoever asks for a transfer again wants it to go on: a pause is lifted, a cause that may be gone is looked at.
async fn nudge(desk: &mut Desk, attached: Attached, tracker: &mut Tracker) -> Result<(), Trouble> {
    let mut attached = attached;
    for chunk in attached.chunks_mut(Query::ROWS) {
        let ids: Vec<_> = chunk.iter().map(|(id, _)| *id).collect();
        for row in desk.rows(&ids).await? {
            let given = chunk.iter_mut().find(|(id, _)| *id == row.id).and_then(|(_, given)| given.take());
            let command = match row.status {
                Status::PausedByUser => {
                    tracker.resumed(row.id);
                    Command::Act(Act::Resume(Selection::Ids(vec![row.id])))
                }
                Status::NeedsUser(question) => match (wakes(&question), given) {
                    (Wakes::WithPassword, Some(credentials)) => Command::SignIn { id: row.id, credentials },
                    (Wakes::ByTrying, _) => Command::Act(Act::Retry(Selection::Ids(vec![row.id]))),
                    (Wakes::WithPassword | Wakes::ByAnAnswer, _) => continue,
                },
                Status::Queued(_)
                | Status::Running
                | Status::PausedCostedNetwork(_)
                | Status::PausedNoNetwork(_)
                | Status::PausedSystemPolicy(_)
                | Status::WaitingToRetry(_)
                | Status::Completed
                | Status::Canceled
                | Status::Failed(_) => continue,
            };
            // It may have moved on in between: then there is nothing to do.
            let _ = desk.try_ask(Request::Command(command)).await?;
        }
    }
    Ok(())
}

/// What a question needs before the same command can go on.
enum Wakes {
    ByTrying,
    WithPassword,
    /// A choice is needed that nobody should guess.
    ByAnAnswer,
}

const fn wakes(question: &Question) -> Wakes {
    match question {
        Question::SignIn => Wakes::WithPassword,
        Question::ProxySignIn
        | Question::Certificate(_)
        | Question::LinkExpired { .. }
        | Question::WebPage { .. }
        | Question::Disk(_)
        | Question::NoProgress(_)
        | Question::Upload(crate::model::UploadFault::SourceMissing)
        | Question::AskedToWait => Wakes::ByTrying,
        Question::InsecureRedirect { .. }
        | Question::SourceChanged(_)
        | Question::ChecksumMismatch(_)
        | Question::CannotResume
        | Question::HeaderLost
        | Question::Upload(_) => Wakes::ByAnAnswer,
    }
}

/// After Ctrl+C: what this command began is paused and saved, and the user knows how to go on.
async fn pause(desk: &mut Desk, tracker: &Tracker) -> Result<Exit, Trouble> {
    let ours = tracker.ours();
    if !ours.is_empty() {
        let act = Act::Pause(Selection::Ids(ours.clone()));
        let _ = desk.ask(Request::Command(Command::Act(act))).await?;
    }
    let mut ids: Vec<String> = ours.iter().take(10).map(ToString::to_string).collect();
    if ours.len() > ids.len() {
        ids = vec!["--all".to_owned()];
    }
    let text = if ours.is_empty() {
        desk.words.text("cli-get-interrupted-theirs")
    } else {
        desk.words.format("cli-get-interrupted", &[("ids", ids.join(" ").into())])
    };
    desk.remark(Tone::Warn, &text)?;
    Ok(Exit::Interrupted)
}
