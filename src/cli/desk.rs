//! What every command needs at hand: the engine, the words, the terminal.

use std::path::PathBuf;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::StreamExt;

use super::action::Form;
use super::exit::{Exit, Trouble};
use super::inputs::Inputs;
use super::json::{ErrorJson, line};
use super::terminal::Terminal;
use crate::api::{Batch, Events, Handle, Outcome, Query, Request, Row, View};
use crate::model::{Now, Refusal, TransferId};
use crate::words::{Tone, Words};

/// What the composition root lends to a command.
pub struct Context {
    pub words: Words,
    pub terminal: Terminal,
    pub now: Box<dyn Fn() -> Now + Send>,
    /// Absolute.
    pub cwd: PathBuf,
    pub inputs: Box<dyn Inputs + Send>,
    /// Resolves at Ctrl+C or a request to end.
    pub interrupted: BoxFuture<'static, ()>,
    pub owner: Owner,
    pub reconnect: Reconnect,
}

/// Finds the engine again after its owner yielded or broke: a fresh handle with somebody behind it, or `None` when
/// there is none. Called once for each loss.
pub type Reconnect = Box<dyn FnMut() -> BoxFuture<'static, Option<Handle>> + Send>;

/// Who runs transfers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A window, a background program or another `get`.
    Elsewhere,
    /// This program, as far as this command reaches.
    Here,
    /// The data is open for this command alone; nothing runs.
    Nobody,
}

pub(super) struct Desk {
    pub(super) handle: Handle,
    pub(super) words: Words,
    pub(super) terminal: Terminal,
    pub(super) cwd: PathBuf,
    pub(super) inputs: Box<dyn Inputs + Send>,
    pub(super) owner: Owner,
    pub(super) form: Form,
    /// Name of the present connection, once somebody said it.
    pub(super) network: Option<String>,
    now: Box<dyn Fn() -> Now + Send>,
    interrupted: BoxFuture<'static, ()>,
    reconnect: Reconnect,
    events: Option<Events>,
}

/// What a waiting command hears.
#[derive(Debug)]
pub(super) enum Heard {
    Batch(Box<Batch>),
    /// A second passed: countdowns move.
    Tick,
    Interrupted,
    /// The engine ended without a word.
    Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ticks {
    EverySecond,
    Never,
}

impl Desk {
    pub(super) fn new(handle: Handle, context: Context, form: Form) -> Self {
        Self {
            handle,
            words: context.words,
            terminal: context.terminal,
            cwd: context.cwd,
            inputs: context.inputs,
            owner: context.owner,
            form,
            network: None,
            now: context.now,
            interrupted: context.interrupted,
            reconnect: context.reconnect,
            events: None,
        }
    }

    pub(super) fn now(&self) -> Now {
        (self.now)()
    }

    /// # Errors
    /// A refusal is an error here: whoever wants to go on after one asks the handle.
    pub(super) async fn ask(&self, request: Request) -> Result<Outcome, Trouble> {
        let outcome = self.handle.ask(request).await?;
        if let Outcome::Refused(refusal) = outcome { Err(Trouble::Refused(refusal)) } else { Ok(outcome) }
    }

    pub(super) async fn query(&self, query: Query) -> Result<Outcome, Trouble> {
        self.ask(Request::Query(query)).await
    }

    pub(super) async fn order(&self, view: View) -> Result<Vec<TransferId>, Trouble> {
        let Outcome::Order(ids) = self.query(Query::Order(view)).await? else { return Err(odd()) };
        Ok(ids)
    }

    /// In the order asked; those that are gone are left out. At most [`Query::ROWS`] at once.
    pub(super) async fn rows(&self, ids: &[TransferId]) -> Result<Vec<Row>, Trouble> {
        let Outcome::Rows(rows) = self.query(Query::Rows(ids.to_vec())).await? else { return Err(odd()) };
        Ok(rows)
    }

    /// From now on [`Desk::hear`] tells what changes.
    pub(super) async fn subscribe(&mut self) -> Result<(), Trouble> {
        self.events = Some(self.handle.subscribe().await?);
        Ok(())
    }

    pub(super) async fn hear(&mut self, ticks: Ticks) -> Heard {
        let Some(events) = self.events.as_mut() else { return Heard::Ended };
        tokio::select! {
            biased;
            () = &mut self.interrupted => Heard::Interrupted,
            batch = events.next() => match batch {
                Some(batch) => {
                    if let Some(view) = &batch.network {
                        self.network.clone_from(&view.network.connection);
                    }
                    Heard::Batch(Box::new(batch))
                }
                None => Heard::Ended,
            },
            () = tokio::time::sleep(Duration::from_secs(1)), if ticks == Ticks::EverySecond => Heard::Tick,
        }
    }

    /// After the owner went: the new one, if there is one.
    pub(super) async fn reconnect(&mut self) -> Result<(), Trouble> {
        self.handle = (self.reconnect)().await.ok_or(crate::api::Gone)?;
        self.owner = Owner::Elsewhere;
        self.subscribe().await
    }

    /// Whether an interruption came while something else was waited for.
    pub(super) fn is_interrupted(&mut self) -> bool {
        let came = (&mut self.interrupted).now_or_never().is_some();
        if came {
            // It may not be asked again after it came.
            self.interrupted = futures::future::ready(()).boxed();
        }
        came
    }

    pub(super) fn take_interrupted(&mut self) -> BoxFuture<'static, ()> {
        std::mem::replace(&mut self.interrupted, futures::future::pending().boxed())
    }

    /// A sentence about what was done, for people only.
    pub(super) fn tell(&mut self, tone: Tone, text: &str) -> Result<(), Trouble> {
        match self.form {
            Form::Human => Ok(self.terminal.stdout.say(tone, text)?),
            Form::Json => Ok(()),
        }
    }

    /// A word beside the result, for people only.
    pub(super) fn remark(&mut self, tone: Tone, text: &str) -> Result<(), Trouble> {
        match self.form {
            Form::Human => Ok(self.terminal.stderr.say(tone, text)?),
            Form::Json => Ok(()),
        }
    }

    /// Says what went wrong.
    pub(super) fn report(&mut self, trouble: &Trouble) -> Exit {
        let sentence = trouble.sentence(&self.words);
        // Whoever does not listen any more cannot be told so.
        let _ = match (trouble, self.form) {
            (Trouble::Output(_), _) => Ok(()),
            (_, Form::Human) => self.terminal.stderr.say(Tone::Bad, &sentence),
            (_, Form::Json) => {
                let error = ErrorJson { code: trouble.code(), message: &sentence };
                self.terminal.stdout.line(&line(&error))
            }
        };
        trouble.exit()
    }
}

/// An answer that does not fit the question: the other side is another version.
pub(super) const fn odd() -> Trouble {
    Trouble::Refused(Refusal::BadRequest)
}
