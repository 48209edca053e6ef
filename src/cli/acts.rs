//! Commands that change something and are done in a moment.

use serde::Serialize;

use super::action::{Change, Choice, Deed, Form, Intake, Link, PasswordFrom};
use super::desk::{Desk, Heard, Owner, Ticks, odd};
use super::existing;
use super::exit::{Exit, Trouble};
use super::intake::{self, Usual};
use super::json::line;
use crate::api::{
    Act, Added, Answer, Command, Credentials, NewTransfer, Outcome, Query, Request, Selection, Start,
};
use crate::model::{Refusal, TransferId};
use crate::words::Tone;

/// What an act answers to a program.
#[derive(Serialize)]
struct DoneJson {
    done: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
}

#[derive(Serialize)]
struct AddedJson {
    id: String,
    existing: bool,
    /// Options that the transfer which was there is not like.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differs: Vec<&'static str>,
}

impl AddedJson {
    fn of(added: &Added) -> Self {
        let differs = existing::options(&added.differs);
        Self { id: added.id.to_string(), existing: added.existing, differs }
    }
}

pub(super) async fn add(desk: &mut Desk, intake: Intake) -> Result<Exit, Trouble> {
    let now = desk.now();
    let mut reader = intake::Reader { inputs: &mut *desk.inputs, words: &desk.words, cwd: &desk.cwd, now };
    let transfers = reader.transfers(intake, Usual::FromSettings).map_err(Trouble::Wrong)?;
    let has_secrets = transfers.iter().any(NewTransfer::has_secrets);
    let mut all = Vec::new();
    for chunk in intake::chunks(transfers) {
        let Outcome::Added(added) = desk.ask(Request::Command(Command::Add(chunk))).await? else {
            return Err(odd());
        };
        if desk.form == Form::Human {
            tell_added(desk, &added).await?;
        }
        all.extend(added);
    }
    if desk.form == Form::Json {
        let all: Vec<_> = all.iter().map(AddedJson::of).collect();
        desk.terminal.stdout.line(&line(&all))?;
    }
    nobody_runs(desk)?;
    if has_secrets && desk.owner == Owner::Nobody {
        let text = desk.words.text("cli-secret-lost");
        desk.remark(Tone::Warn, &text)?;
    }
    let all_serve = all.iter().all(|one| one.differs.is_empty());
    Ok(if all_serve { Exit::Done } else { Exit::Failed })
}

/// The ids alone on standard output, for `id=$(longshore add URL)`.
async fn tell_added(desk: &mut Desk, added: &[Added]) -> Result<(), Trouble> {
    for one in added {
        if let Some(trouble) = existing::complaint(desk, one).await? {
            let _ = desk.report(&trouble);
            continue;
        }
        desk.terminal.stdout.line(&one.id.to_string())?;
        if one.existing {
            let text = desk.words.format("cli-add-existing", &[("id", one.id.to_string().into())]);
            desk.remark(Tone::Plain, &text)?;
        }
    }
    Ok(())
}

/// Does what can be done and names the numbers that nobody has, as `rm` does with files.
pub(super) async fn act(desk: &mut Desk, deed: Deed) -> Result<Exit, Trouble> {
    let unknown = unknown(desk, &deed).await?;
    let exit = carry_out(desk, deed, &unknown).await?;
    Ok(unknown.iter().fold(exit, |_, id| desk.report(&Trouble::Refused(Refusal::NoSuchTransfer(*id)))))
}

/// Of several; a single one is refused by the engine.
async fn unknown(desk: &mut Desk, deed: &Deed) -> Result<Vec<TransferId>, Trouble> {
    let (Deed::Pause(which)
    | Deed::Resume(which)
    | Deed::Cancel(which)
    | Deed::Retry(which)
    | Deed::Remove(which, _)) = deed
    else {
        return Ok(Vec::new());
    };
    let Selection::Ids(ids) = which else { return Ok(Vec::new()) };
    let mut unknown = Vec::new();
    if ids.len() > 1 {
        for id in ids {
            let Outcome::Detail(detail) = desk.query(Query::Detail(*id)).await? else { return Err(odd()) };
            unknown.extend(detail.is_none().then_some(*id));
        }
    }
    // When there is none of them, the engine says so.
    Ok(if unknown.len() == ids.len() { Vec::new() } else { unknown })
}

async fn carry_out(desk: &mut Desk, deed: Deed, unknown: &[TransferId]) -> Result<Exit, Trouble> {
    let (commands, said, runs) = match deed {
        Deed::Pause(which) => (vec![Command::Act(Act::Pause(which))], "cli-done-pause", Runs::No),
        Deed::Resume(which) => (vec![Command::Act(Act::Resume(which))], "cli-done-resume", Runs::Yes),
        Deed::Cancel(which) => (vec![Command::Act(Act::Cancel(which))], "cli-done-cancel", Runs::No),
        Deed::Retry(which) => (vec![Command::Act(Act::Retry(which))], "cli-done-retry", Runs::Yes),
        Deed::Remove(which, file) => {
            (vec![Command::Act(Act::Remove { which, file })], "cli-done-remove", Runs::No)
        }
        Deed::Move(id, place) => {
            (vec![Command::Act(Act::Move { ids: vec![id], place })], "cli-done-move", Runs::No)
        }
        Deed::AllowOnce(ids) => {
            (vec![Command::Act(Act::AllowHere(Selection::Ids(ids)))], "cli-done-allow", Runs::Yes)
        }
        Deed::RunAnyway(ids) => {
            agree(desk, ids.len())?;
            (vec![Command::Act(Act::RunAnyway(Selection::Ids(ids)))], "cli-done-run-anyway", Runs::Yes)
        }
        Deed::Set(id, changes) => {
            let (which, now) = (|| Selection::Ids(vec![id]), desk.now());
            let change = |change| match change {
                Change::Policy(policy) => Command::Act(Act::SetPolicy { which: which(), policy }),
                Change::Priority(priority) => Command::Act(Act::SetPriority { which: which(), priority }),
                Change::Pace(pace) => Command::Act(Act::SetPace { which: which(), pace }),
                Change::Start(when) => {
                    let at = match intake::start(when, now) {
                        Start::At(at) => Some(at),
                        Start::Now | Start::Paused => None,
                    };
                    Command::Act(Act::Schedule { which: which(), at })
                }
                Change::Url(Link { url, credentials }) => Command::ReplaceLink { id, url, credentials },
            };
            (changes.into_iter().map(change).collect(), "cli-done-set", Runs::No)
        }
        Deed::Answer(id, choice) => {
            let answer = |answer| Command::Act(Act::Answer { id, answer });
            let command = match choice {
                Choice::Plain(plain) => answer(plain),
                Choice::Folder(folder) => answer(Answer::ChooseFolder(desk.cwd.join(folder))),
                Choice::Link(Link { url, credentials }) => Command::ReplaceLink { id, url, credentials },
                Choice::SignIn(user, from) => {
                    Command::SignIn { id, credentials: credentials(desk, &user, from)? }
                }
            };
            (vec![command], "cli-done-answer", Runs::Yes)
        }
    };
    let mut count = None;
    for command in commands {
        if let Outcome::Undoable { count: undoable, .. } = desk.ask(Request::Command(command)).await? {
            count = Some(undoable);
        }
    }
    // One answer is enough for a program.
    if desk.form == Form::Human || unknown.is_empty() {
        done(desk, said, count)?;
    }
    if runs == Runs::Yes {
        nobody_runs(desk)?;
    }
    Ok(Exit::Done)
}

/// Power and hours hold what the user did not free from them: nobody else can agree to that.
fn agree(desk: &mut Desk, count: usize) -> Result<(), Trouble> {
    let question = desk.words.format("cli-ask-run-anyway", &[("count", count.into())]);
    let yes = desk.words.text("app-insist-yes");
    match desk.inputs.agrees(&question, &yes) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Trouble::Declined),
        Err(_) => Err(Trouble::NobodyToAsk),
    }
}

/// Whether somebody must be there for the act to have an effect soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Runs {
    Yes,
    No,
}

pub(super) async fn quit(desk: &mut Desk) -> Result<Exit, Trouble> {
    if desk.owner == Owner::Nobody {
        done(desk, "cli-done-quit-nobody", None)?;
        return Ok(Exit::Done);
    }
    desk.subscribe().await?;
    // Whoever comes after this owner is not meant. Gone: it was quicker with ending than with answering.
    if let Ok(Outcome::Refused(refusal)) = desk.handle.ask(Request::Command(Command::Act(Act::Quit))).await
        && refusal != Refusal::ShuttingDown
    {
        return Err(Trouble::Refused(refusal));
    }
    // Whoever calls this wants to go on when it is over.
    loop {
        match desk.hear(Ticks::Never).await {
            Heard::Batch(batch) if batch.stopped.is_none() => {}
            Heard::Batch(_) | Heard::Tick | Heard::Interrupted | Heard::Ended => break,
        }
    }
    done(desk, "cli-done-quit", None)?;
    Ok(Exit::Done)
}

fn credentials(desk: &mut Desk, user: &str, from: PasswordFrom) -> Result<Credentials, Trouble> {
    let now = desk.now();
    let mut reader = intake::Reader { inputs: &mut *desk.inputs, words: &desk.words, cwd: &desk.cwd, now };
    reader.credentials(user, from).map_err(Trouble::Wrong)
}

pub(super) fn done(desk: &mut Desk, key: &str, count: Option<usize>) -> Result<(), Trouble> {
    match desk.form {
        Form::Human => {
            let text = desk.words.format(key, &[("count", count.unwrap_or(1).into())]);
            desk.tell(Tone::Plain, &text)
        }
        Form::Json => Ok(desk.terminal.stdout.line(&line(&DoneJson { done: true, count }))?),
    }
}

/// What is queued now waits until somebody runs it; better said than found out.
pub(super) fn nobody_runs(desk: &mut Desk) -> Result<(), Trouble> {
    if desk.owner == Owner::Nobody {
        let text = desk.words.text("cli-nobody");
        desk.remark(Tone::Warn, &text)?;
    }
    Ok(())
}
