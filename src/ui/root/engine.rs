//! What comes from the engine, and what is asked of it.

use iced::Task;

use super::{Dialog, Message, Purpose, Root};
use crate::api::{Act, Added, Batch, Command, Gone, Notice, Outcome, Query, Request, Secret, Stopped, View};
use crate::model::{Settings, Span, TransferId};
use crate::ui::roster::Want;
use crate::ui::screen::{close, details, sidebar};
use crate::ui::verbs::Undo;
use crate::ui::wire::{self, News};
use crate::ui::{notice, number};
use crate::words::Tone;

impl Root {
    pub(super) fn engine(&mut self, news: News) -> Task<Message> {
        match news {
            News::Batch(batch) => self.batch(*batch),
            News::Lost => {
                self.lost();
                if self.ending { iced::exit() } else { Task::none() }
            }
        }
    }

    fn batch(&mut self, batch: Batch) -> Task<Message> {
        let used = batch.network.is_some() || batch.settings.is_some();
        let news = self.roster.apply(batch);
        // Ended on purpose, here or by a signal: nobody needs to be told.
        if self.roster.stopped.is_some_and(|why| self.ending || why == Stopped::Quit) {
            return iced::exit();
        }
        if news.settings {
            self.choose_language();
            match &mut self.dialog {
                Some(Dialog::Settings(state)) => state.refresh(&self.roster.settings),
                Some(Dialog::Network(state)) => state.refresh(&self.roster.settings),
                Some(Dialog::Hours(state)) => state.refresh(&self.roster.settings),
                Some(
                    Dialog::Add(_)
                    | Dialog::Upload(_)
                    | Dialog::Ask(_)
                    | Dialog::Usage(_)
                    | Dialog::Close(_)
                    | Dialog::Shortcuts,
                )
                | None => {}
            }
        }
        if let Some(Dialog::Close(state)) = &mut self.dialog {
            state.refresh(close::Unfinished::of(&self.roster.counts));
            // Nothing is left to be asked about.
            if state.is_settled() {
                return self.quit();
            }
        }
        let mut tasks = vec![self.ask_order(), self.show_rows(), self.ask_detail(&news.turned)];
        if news.counts || news.settings {
            tasks.push(self.ask_free_space());
        }
        if used && matches!(self.dialog, Some(Dialog::Usage(_))) {
            tasks.push(self.ask_usage());
        }
        for word in &news.notices {
            if let Notice::ShowWindow { links } = word {
                tasks.push(self.window.map_or_else(Task::none, iced::window::gain_focus));
                if !links.is_empty() {
                    let typed: Vec<_> = links.iter().map(Secret::reveal).collect();
                    tasks.push(self.links_picked(&typed.join("\n")));
                }
                continue;
            }
            let (text, tone) = notice::notice(word, &self.words);
            tasks.push(self.toasts.say(text, tone, None).map(Message::Toasts));
        }
        Task::batch(tasks)
    }

    /// Asks for the order if it changed, not too often.
    pub(super) fn ask_order(&mut self) -> Task<Message> {
        match self.roster.want_order(self.now.boot) {
            Want::Nothing => Task::none(),
            Want::Later(span) => wire::after(span, || Message::OrderDue),
            Want::Now => {
                let view = self.roster.order_asked(self.now.boot);
                let request = Request::Query(Query::Order(view.clone()));
                wire::ask(&self.handle, request, move |outcome| Message::OrderCame(view, outcome))
            }
        }
    }

    pub(super) fn order_came(&mut self, view: &View, outcome: Result<Outcome, Gone>) -> Task<Message> {
        let Some(Outcome::Order(order)) = self.answer(outcome) else {
            self.roster.order_failed();
            return Task::none();
        };
        if self.roster.order_came(view, order) {
            self.list.selection.keep(self.roster.order());
            self.list.selection.begin(self.roster.order());
            self.show_newest();
        }
        Task::batch([self.ask_order(), self.show_rows(), self.ask_detail(&[])])
    }

    /// Tells the roster what is visible and asks for what it misses.
    pub(super) fn show_rows(&mut self) -> Task<Message> {
        let count = self.roster.order().len();
        self.roster.show(self.list.wanted(count));
        let ids = self.roster.missing(self.list.selection.focus());
        if ids.is_empty() {
            return Task::none();
        }
        wire::ask(&self.handle, Request::Query(Query::Rows(ids)), Message::RowsCame)
    }

    pub(super) fn rows_came(&mut self, outcome: Result<Outcome, Gone>) -> Task<Message> {
        match self.answer(outcome) {
            Some(Outcome::Rows(rows)) => {
                let some = !rows.is_empty();
                self.roster.rows_came(rows);
                // An empty answer would only be asked for again.
                if some { self.show_rows() } else { Task::none() }
            }
            Some(_) | None => {
                self.roster.rows_failed();
                Task::none()
            }
        }
    }

    /// Details of the focused row, if the pane is open and does not have them.
    pub(super) fn ask_detail(&mut self, turned: &[TransferId]) -> Task<Message> {
        let Some(id) = self.details.wants(self.list.selection.focus(), turned) else { return Task::none() };
        wire::ask(&self.handle, Request::Query(Query::Detail(id)), move |outcome| {
            let detail = match outcome {
                Ok(Outcome::Detail(detail)) => detail,
                Ok(_) | Err(Gone) => None,
            };
            Message::Details(details::Message::Loaded(id, detail))
        })
    }

    /// Sends commands one after the other and reports all outcomes together.
    pub(super) fn send(&self, purpose: Purpose, commands: Vec<Command>) -> Task<Message> {
        self.send_each(purpose, || commands.into_iter())
    }

    /// One after another; each is made when its turn comes, beside the window's thread.
    pub(super) fn send_each<Commands: Iterator<Item = Command> + Send + 'static>(
        &self,
        purpose: Purpose,
        commands: impl FnOnce() -> Commands + Send + 'static,
    ) -> Task<Message> {
        let handle = self.handle.clone();
        let all = async move {
            let mut outcomes = Vec::new();
            for command in commands() {
                outcomes.push(handle.ask(Request::Command(command)).await);
            }
            outcomes
        };
        Task::perform(all, move |outcomes| Message::Done(purpose, outcomes))
    }

    pub(super) fn done(&mut self, purpose: Purpose, outcomes: Vec<Result<Outcome, Gone>>) -> Task<Message> {
        if purpose == Purpose::Quit {
            return iced::exit();
        }
        let mut undo = Undo::default();
        let mut added: Vec<Added> = Vec::new();
        let mut refused = None;
        for outcome in outcomes {
            match self.answer(outcome) {
                Some(Outcome::Undoable { token, count }) => {
                    undo.tokens.push(token);
                    undo.count += count;
                }
                Some(Outcome::Added(more)) => added.extend(more),
                Some(Outcome::Refused(refusal)) => refused = Some(self.words.refusal(&refusal)),
                Some(_) | None => {}
            }
        }
        let refused = refused.map(|refused| self.say(refused, Tone::Bad, None));
        let said = match purpose {
            Purpose::Remove | Purpose::Cancel if undo.count > 0 => {
                let key = if purpose == Purpose::Remove { "toast-removed" } else { "toast-canceled" };
                let text = self.words.format(key, &[("count", undo.count.into())]);
                Some(self.say(text, Tone::Plain, Some(undo)))
            }
            Purpose::Add => Some(self.added(&added)),
            Purpose::Plain | Purpose::Remove | Purpose::Cancel | Purpose::Undo | Purpose::Quit => None,
        };
        Task::batch(refused.into_iter().chain(said))
    }

    /// Shows where the new ones are; says which were there already.
    fn added(&mut self, added: &[Added]) -> Task<Message> {
        let existing = added.iter().filter(|one| one.existing).count();
        if let [one] = added {
            self.list.selection.only(one.id);
            self.newest = Some(one.id);
            self.show_newest();
        }
        let look = if self.sidebar.place == sidebar::Place::All {
            Task::none()
        } else {
            self.sidebar(sidebar::Message::Go(sidebar::Place::All))
        };
        if existing == 0 {
            return look;
        }
        let text = self.words.format("toast-existing", &[("count", existing.into())]);
        Task::batch([look, self.say(text, Tone::Plain, None)])
    }

    /// The next window is as large as this one.
    fn with_window_size(&self) -> Settings {
        let whole = |side: f32| u16::try_from(number::whole(f64::from(side.round()))).unwrap_or(u16::MAX);
        let mut settings = self.roster.settings.clone();
        settings.appearance.window_width = whole(self.size.width);
        settings.appearance.window_height = whole(self.size.height);
        settings
    }

    fn show_newest(&mut self) {
        let Some(id) = self.newest else { return };
        if let Some(index) = self.roster.order().iter().position(|other| *other == id) {
            self.list.bring_into_sight(index);
            self.newest = None;
        }
    }

    pub(super) fn say(&mut self, text: String, tone: Tone, undo: Option<Undo>) -> Task<Message> {
        self.toasts.say(text, tone, undo).map(Message::Toasts)
    }

    /// An outcome, or the knowledge that nobody is there.
    fn answer(&mut self, outcome: Result<Outcome, Gone>) -> Option<Outcome> {
        if outcome.is_err() {
            self.lost();
        }
        outcome.ok()
    }

    /// Asks the engine to end, and ends with it; two seconds later in any case.
    pub(super) fn quit(&mut self) -> Task<Message> {
        if self.ending || self.roster.stopped.is_some_and(|why| why != Stopped::Quit) {
            return iced::exit();
        }
        self.ending = true;
        let ended = wire::after(Span::seconds(2), || Message::Ended);
        let mut commands = Vec::new();
        let settings = self.with_window_size();
        if settings != self.roster.settings {
            commands.push(Command::Act(Act::Configure(Box::new(settings))));
        }
        commands.push(Command::Act(Act::Quit));
        Task::batch([ended, self.send(Purpose::Quit, commands)])
    }
}
