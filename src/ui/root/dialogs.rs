//! Opening and closing of dialogs, and what they want done.

use std::path::PathBuf;

use iced::Task;
use iced::widget::operation;

use super::{Dialog, Field, Message, Purpose, Root};
use crate::api::{Act, Command, Gone, NetworkView, Outcome, Query, Request};
use crate::model::{Connectivity, ProbeId, TransferId};
use crate::ui::ports::FolderWish;
use crate::ui::screen::{add, ask, close, hours, network, settings, upload, usage};
use crate::ui::verbs::Form;
use crate::ui::wire;
use crate::words::Tone;

impl Root {
    /// Opens the Add dialog with these links; an open one gets them too.
    pub(super) fn open_add(&mut self, text: &str) -> Task<Message> {
        let settings = &self.roster.settings;
        let mut state = add::State::new(settings, &self.default_folder, self.ports.can_pick, self.next_probe);
        let filled = if text.is_empty() { add::Action::None } else { state.fill(text.to_owned()) };
        let closed = self.close_dialog();
        self.dialog = Some(Dialog::Add(Box::new(state)));
        self.expects = Some(Field::Links);
        let focus = operation::focus(add::LINKS);
        Task::batch([closed, focus, self.add_action(filled)])
    }

    pub(super) fn links_picked(&mut self, links: &str) -> Task<Message> {
        if links.is_empty() {
            let text = self.words.text("toast-no-links");
            return self.say(text, Tone::Warn, None);
        }
        match &mut self.dialog {
            Some(Dialog::Add(state)) => {
                let action = state.append(links);
                self.add_action(action)
            }
            Some(
                Dialog::Upload(_)
                | Dialog::Ask(_)
                | Dialog::Settings(_)
                | Dialog::Network(_)
                | Dialog::Usage(_)
                | Dialog::Hours(_)
                | Dialog::Close(_)
                | Dialog::Shortcuts,
            )
            | None => self.open_add(links),
        }
    }

    pub(super) fn add(&mut self, message: add::Message) -> Task<Message> {
        let Some(Dialog::Add(state)) = &mut self.dialog else { return Task::none() };
        let action = state.update(message);
        self.add_action(action)
    }

    fn add_action(&mut self, action: add::Action) -> Task<Message> {
        if let Some(Dialog::Add(state)) = &self.dialog {
            self.next_probe = state.next_probe();
        }
        match action {
            add::Action::None => Task::none(),
            add::Action::Run(task) => task.map(Message::Add),
            add::Action::Probe { wishes, drops } => {
                let asks = wishes.into_iter().map(|wish| self.probe(wish));
                Task::batch(asks.chain([self.drop_probes(drops)]).collect::<Vec<_>>())
            }
            add::Action::PickFolder(start) => self.pick_folder(start),
            add::Action::Add { wishes, drops, then } => {
                let focus = match then {
                    add::Then::Close => {
                        self.dialog = None;
                        Task::none()
                    }
                    add::Then::Stay => operation::focus(add::LINKS),
                };
                let wanted = self.send_each(Purpose::Add, || wishes.commands());
                Task::batch([wanted, self.drop_probes(drops), focus])
            }
            add::Action::Close { drops } => {
                self.dialog = None;
                self.drop_probes(drops)
            }
        }
    }

    pub(super) fn open_upload(&mut self, paths: Vec<PathBuf>) -> Task<Message> {
        let state = upload::State::new(&self.roster.settings, self.ports.can_pick);
        let closed = self.close_dialog();
        self.dialog = Some(Dialog::Upload(Box::new(state)));
        let chosen = self.upload(upload::Message::Chosen(paths));
        Task::batch([closed, operation::focus(upload::DESTINATION), chosen])
    }

    /// Several files fall one by one.
    pub(super) fn dropped(&mut self, path: PathBuf) -> Task<Message> {
        self.hovering = 0;
        match &self.dialog {
            Some(Dialog::Upload(_)) => self.upload(upload::Message::Chosen(vec![path])),
            Some(_) | None => self.open_upload(vec![path]),
        }
    }

    pub(super) fn upload(&mut self, message: upload::Message) -> Task<Message> {
        let Some(Dialog::Upload(state)) = &mut self.dialog else { return Task::none() };
        match state.update(message) {
            upload::Action::None => Task::none(),
            upload::Action::Look(paths) => {
                let looked = |found| Message::Upload(upload::Message::Looked(found));
                Task::perform((self.ports.look)(paths), looked)
            }
            upload::Action::PickFiles => {
                let chosen = |paths| Message::Upload(upload::Message::Chosen(paths));
                Task::perform((self.ports.pick_files)(self.words.text("upload-title")), chosen)
            }
            upload::Action::Add { new, destination } => {
                self.dialog = None;
                let chunks: Vec<_> =
                    new.chunks(Command::MOST).map(|chunk| Command::Add(chunk.to_vec())).collect();
                let sent = self.send_each(Purpose::Add, || chunks.into_iter());
                let remembered = self.configure(|settings| settings.uploads.remember(destination));
                Task::batch([sent, remembered])
            }
            upload::Action::Close => self.close_dialog(),
        }
    }

    fn probe(&self, wish: add::probes::Wish) -> Task<Message> {
        let id = wish.probe;
        let query = Query::Probe { probe: id, url: wish.url, credentials: wish.credentials };
        wire::ask(&self.handle, Request::Query(query), move |outcome| {
            let state = match outcome {
                Ok(Outcome::Probed(probed)) => Some(Box::new(probed.state)),
                Ok(_) | Err(Gone) => None,
            };
            Message::Add(add::Message::Probed(id, state))
        })
    }

    fn drop_probes(&self, drops: Vec<ProbeId>) -> Task<Message> {
        if drops.is_empty() {
            return Task::none();
        }
        let commands = drops.into_iter().map(|probe| Command::Act(Act::DropProbe(probe))).collect();
        self.send(Purpose::Plain, commands)
    }

    pub(super) fn open_ask(&mut self, form: Form, id: TransferId) -> Task<Message> {
        let Some(row) = self.roster.row(id) else { return Task::none() };
        self.dialog = Some(Dialog::Ask(ask::State::new(form, row, self.ports.can_pick)));
        self.expects = Some(Field::Ask);
        ask::State::focus()
    }

    /// One question for many.
    pub(super) fn open_ask_all(&mut self, form: Form, ids: Vec<TransferId>) -> Task<Message> {
        let Some(row) = ids.first().and_then(|id| self.roster.row(*id)) else { return Task::none() };
        let state = ask::State::new(form, row, self.ports.can_pick).for_all(ids);
        self.dialog = Some(Dialog::Ask(state));
        if form == Form::StartAt {
            self.expects = Some(Field::Ask);
            return ask::State::focus();
        }
        leave_fields()
    }

    pub(super) fn ask(&mut self, message: ask::Message) -> Task<Message> {
        let Some(Dialog::Ask(state)) = &mut self.dialog else { return Task::none() };
        match state.update(message, self.now) {
            ask::Action::None => Task::none(),
            ask::Action::Send(command) => {
                self.dialog = None;
                self.send(Purpose::Plain, vec![*command])
            }
            ask::Action::PickFolder(start) => self.pick_folder(start),
            ask::Action::Close => self.close_dialog(),
        }
    }

    pub(super) fn open_settings(&mut self) -> Task<Message> {
        let settings = self.roster.settings.clone();
        let state = settings::State::new(settings, self.default_folder.clone(), self.ports.can_pick);
        let closed = self.close_dialog();
        self.dialog = Some(Dialog::Settings(Box::new(state)));
        Task::batch([closed, leave_fields()])
    }

    pub(super) fn settings(&mut self, message: settings::Message) -> Task<Message> {
        let Some(Dialog::Settings(state)) = &mut self.dialog else { return Task::none() };
        match state.update(message) {
            settings::Action::None => Task::none(),
            settings::Action::Configure(settings) => self.apply_settings(*settings),
            settings::Action::PickFolder(start) => self.pick_folder(start),
            settings::Action::OpenHours => self.open_hours(),
            settings::Action::Close => self.close_dialog(),
        }
    }

    pub(super) fn open_network(&mut self) -> Task<Message> {
        let settings = self.roster.settings.clone();
        let closed = self.close_dialog();
        self.dialog = Some(Dialog::Network(network::State::new(settings)));
        Task::batch([closed, leave_fields(), self.ask_network()])
    }

    pub(super) fn network(&mut self, message: network::Message) -> Task<Message> {
        let Some(Dialog::Network(state)) = &mut self.dialog else { return Task::none() };
        match state.update(message) {
            network::Action::None => Task::none(),
            network::Action::Send(act) => self.send(Purpose::Plain, vec![Command::Act(act)]),
            network::Action::Configure(settings) => self.apply_settings(*settings),
            network::Action::OpenPortal => self.open_portal(),
            network::Action::OpenUsage => self.open_usage(),
            network::Action::Close => self.close_dialog(),
        }
    }

    pub(super) fn open_usage(&mut self) -> Task<Message> {
        let closed = self.close_dialog();
        self.dialog = Some(Dialog::Usage(usage::State::new()));
        Task::batch([closed, leave_fields(), self.ask_usage()])
    }

    pub(super) fn open_hours(&mut self) -> Task<Message> {
        let settings = self.roster.settings.clone();
        let closed = self.close_dialog();
        self.dialog = Some(Dialog::Hours(Box::new(hours::State::new(settings))));
        Task::batch([closed, leave_fields()])
    }

    pub(super) fn hours(&mut self, message: hours::Message) -> Task<Message> {
        let Some(Dialog::Hours(state)) = &mut self.dialog else { return Task::none() };
        match state.update(message) {
            hours::Action::None => Task::none(),
            hours::Action::Configure(settings) => self.apply_settings(*settings),
            hours::Action::Close => self.close_dialog(),
        }
    }

    pub(super) fn usage(&mut self, message: usage::Message) -> Task<Message> {
        let Some(Dialog::Usage(state)) = &mut self.dialog else { return Task::none() };
        match state.update(message) {
            usage::Action::None => Task::none(),
            usage::Action::Plan { connection, budget } => {
                let act = Act::SetBudget { network: Some(connection), budget };
                self.send(Purpose::Plain, vec![Command::Act(act)])
            }
            usage::Action::Close => self.close_dialog(),
        }
    }

    /// As it is now; each second in which bytes moved says that it is another now.
    pub(super) fn ask_usage(&self) -> Task<Message> {
        wire::ask(&self.handle, Request::Query(Query::Usage), |outcome| {
            let views = match outcome {
                Ok(Outcome::Usage(views)) => Some(views),
                Ok(_) | Err(Gone) => None,
            };
            Message::Usage(usage::Message::Came(views))
        })
    }

    /// Who looks wants to see it as it is now: a captive portal may be gone.
    pub(super) fn ask_network(&self) -> Task<Message> {
        let portal = |view: &NetworkView| view.network.connectivity == Connectivity::Portal;
        if !self.roster.network.as_ref().is_some_and(portal) {
            return Task::none();
        }
        self.send(Purpose::Plain, vec![Command::Act(Act::AskNetwork)])
    }

    fn pick_folder(&self, start: PathBuf) -> Task<Message> {
        let wish = FolderWish { title: self.words.text("pick-folder-title"), start };
        Task::perform((self.ports.pick_folder)(wish), Message::FolderPicked)
    }

    /// The desktop's dialog closed: whoever is open asked for it.
    pub(super) fn folder_picked(&mut self, folder: Option<PathBuf>) -> Task<Message> {
        match &self.dialog {
            Some(Dialog::Add(_)) => self.add(add::Message::Picked(folder)),
            Some(Dialog::Ask(_)) => self.ask(ask::Message::Picked(folder)),
            Some(Dialog::Settings(_)) => self.settings(settings::Message::Picked(folder)),
            Some(
                Dialog::Upload(_)
                | Dialog::Network(_)
                | Dialog::Usage(_)
                | Dialog::Hours(_)
                | Dialog::Close(_)
                | Dialog::Shortcuts,
            )
            | None => Task::none(),
        }
    }

    /// The window's close button, or its key.
    pub(super) fn close_requested(&mut self) -> Task<Message> {
        let unfinished = close::Unfinished::of(&self.roster.counts);
        let alive = self.roster.stopped.is_none();
        if !unfinished.is_going() || !alive || matches!(self.dialog, Some(Dialog::Close(_))) {
            return self.quit();
        }
        let closed = self.close_dialog();
        self.dialog = Some(Dialog::Close(close::State::new(unfinished)));
        Task::batch([closed, leave_fields()])
    }

    pub(super) fn open_shortcuts(&mut self) -> Task<Message> {
        let closed = self.close_dialog();
        self.dialog = Some(Dialog::Shortcuts);
        Task::batch([closed, leave_fields()])
    }

    pub(super) fn close(&mut self, message: close::Message) -> Task<Message> {
        let Some(Dialog::Close(state)) = &mut self.dialog else { return Task::none() };
        match state.update(message) {
            close::Action::Quit => self.quit(),
            close::Action::Close => self.close_dialog(),
        }
    }

    pub(super) fn close_dialog(&mut self) -> Task<Message> {
        match self.dialog.take() {
            Some(Dialog::Add(mut state)) => match state.update(add::Message::Cancel) {
                add::Action::Close { drops } => self.drop_probes(drops),
                add::Action::None
                | add::Action::Run(_)
                | add::Action::Probe { .. }
                | add::Action::PickFolder(_)
                | add::Action::Add { .. } => Task::none(),
            },
            Some(
                Dialog::Upload(_)
                | Dialog::Ask(_)
                | Dialog::Settings(_)
                | Dialog::Network(_)
                | Dialog::Usage(_)
                | Dialog::Hours(_)
                | Dialog::Close(_)
                | Dialog::Shortcuts,
            )
            | None => Task::none(),
        }
    }
}

/// Takes the keyboard from the field behind a dialog: whoever gives it to nobody takes it from everybody.
fn leave_fields() -> Task<Message> {
    operation::focus("nobody")
}
