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
use crate::api::{Batch, Events, Handle, Notice, Outcome, Query, Request, Row, View};
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

/// Finds an engine again after its owner yielded, ended or broke: a fresh handle with somebody behind it, and who that
/// is; `None` when there is none. Called once for each loss.
pub type Reconnect = Box<dyn FnMut(Seek) -> BoxFuture<'static, Option<(Handle, Owner)>> + Send>;

/// Whom a command can go on with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seek {
    /// Whoever owns the data now; where nobody does, this program itself, which runs what it follows if it is a `get`.
    Anyone { follows: Vec<TransferId> },
    /// Somebody else who runs transfers. One who is just being started is waited for.
    Owner,
}

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

/// Owners that may go one after the other while one thing is asked.
const OWNERS_MOST: usize = 4;

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
    /// Whom this command needs.
    pub(super) seek: Seek,
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
            seek: Seek::Anyone { follows: Vec::new() },
            events: None,
        }
    }

    pub(super) fn now(&self) -> Now {
        (self.now)()
    }

    /// An owner that ends at this moment is no error: whoever comes after it is asked the same. Asking twice does no
    /// harm, since an address that is there already is not added again.
    ///
    /// # Errors
    /// A refusal is an error here: whoever wants to go on after one uses [`Desk::try_ask`].
    pub(super) async fn ask(&mut self, request: Request) -> Result<Outcome, Trouble> {
        let outcome = self.try_ask(request).await?;
        if let Outcome::Refused(refusal) = outcome { Err(Trouble::Refused(refusal)) } else { Ok(outcome) }
    }

    pub(super) async fn try_ask(&mut self, request: Request) -> Result<Outcome, Trouble> {
        for _ in 0..OWNERS_MOST {
            match self.handle.ask(request.clone()).await {
                Err(crate::api::Gone) | Ok(Outcome::Refused(Refusal::ShuttingDown)) => {
                    self.reconnect().await?;
                }
                Ok(outcome) => return Ok(outcome),
            }
        }
        Err(Trouble::Gone(crate::api::Gone))
    }

    pub(super) async fn query(&mut self, query: Query) -> Result<Outcome, Trouble> {
        self.ask(Request::Query(query)).await
    }

    pub(super) async fn order(&mut self, view: View) -> Result<Vec<TransferId>, Trouble> {
        let Outcome::Order(ids) = self.query(Query::Order(view)).await? else { return Err(odd()) };
        Ok(ids)
    }

    /// In the order asked; those that are gone are left out. At most [`Query::ROWS`] at once.
    pub(super) async fn rows(&mut self, ids: &[TransferId]) -> Result<Vec<Row>, Trouble> {
        let Outcome::Rows(rows) = self.query(Query::Rows(ids.to_vec())).await? else { return Err(odd()) };
        Ok(rows)
    }

    /// From now on [`Desk::hear`] tells what changes.
    pub(super) async fn subscribe(&mut self) -> Result<(), Trouble> {
        for _ in 0..OWNERS_MOST {
            if let Ok(events) = self.handle.subscribe().await {
                self.events = Some(events);
                return Ok(());
            }
            self.find_again().await?;
        }
        Err(Trouble::Gone(crate::api::Gone))
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
                    self.mention(&batch.notices);
                    Heard::Batch(Box::new(batch))
                }
                None => Heard::Ended,
            },
            () = tokio::time::sleep(Duration::from_secs(1)), if ticks == Ticks::EverySecond => Heard::Tick,
        }
    }

    /// A loss is said whatever the form: nobody should take a queue that was begun anew for the old one.
    fn mention(&mut self, notices: &[Notice]) {
        for notice in notices {
            if let Notice::StoreSetAside { kept, restored } = notice {
                let text = self.words.store_set_aside(kept, restored.as_deref());
                // Whoever does not listen any more cannot be told so.
                let _ = self.terminal.stderr.say(Tone::Bad, &text);
            }
        }
    }

    /// After the owner went: the new one, if there is one. What was heard is heard again from there.
    pub(super) async fn reconnect(&mut self) -> Result<(), Trouble> {
        self.find_again().await?;
        if self.events.is_some() { self.subscribe().await } else { Ok(()) }
    }

    async fn find_again(&mut self) -> Result<(), Trouble> {
        let found = (self.reconnect)(self.seek.clone()).await;
        (self.handle, self.owner) = found.ok_or(crate::api::Gone)?;
        Ok(())
    }

    /// For a command that only makes sense while somebody runs transfers: whoever is just being started is waited for.
    ///
    /// # Errors
    /// [`Trouble::Nobody`].
    pub(super) async fn need_owner(&mut self) -> Result<(), Trouble> {
        self.seek = Seek::Owner;
        if self.owner == Owner::Nobody {
            self.reconnect().await.map_err(|_| Trouble::Nobody)?;
        }
        Ok(())
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
