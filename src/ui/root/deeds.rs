//! From what a person wants with rows to what is sent.

use std::sync::Arc;

use iced::{Task, clipboard};

use super::{Message, Purpose, Root};
use crate::api::{Act, Command, Gone, Outcome, Query, Request, Row, Selection, Sort, View};
use crate::model::TransferId;
use crate::rules::media;
use crate::ui::ports::{CannotOpen, Film};
use crate::ui::screen::{details, header, list, menu, sidebar};
use crate::ui::verbs::{self, Deed, Form, Undo, Verb};
use crate::words::{Remedy, Tone};

impl Root {
    pub(super) fn header(&mut self, message: header::Message) -> Task<Message> {
        match self.header.update(message) {
            header::Action::Add => self.open_add(""),
            header::Action::Upload => self.open_upload(Vec::new()),
            header::Action::PauseAll => {
                self.send(Purpose::Plain, vec![Command::Act(Act::Pause(Selection::All))])
            }
            header::Action::ResumeAll => {
                self.send(Purpose::Plain, vec![Command::Act(Act::Resume(Selection::All))])
            }
            header::Action::Search(search) => {
                let view = View { search, ..self.roster.view().clone() };
                self.look_at(view)
            }
            header::Action::OpenSettings => self.open_settings(),
            header::Action::OpenNetwork => self.open_network(),
        }
    }

    pub(super) fn sidebar(&mut self, message: sidebar::Message) -> Task<Message> {
        match self.sidebar.update(message) {
            sidebar::Action::Look => {
                let view = self.sidebar.place.narrow(self.roster.view());
                self.list.selection.clear();
                self.look_at(view)
            }
            sidebar::Action::Remember(open) => self.configure(|settings| settings.appearance.sidebar = open),
        }
    }

    pub(super) fn list(&mut self, message: list::Message) -> Task<Message> {
        let action = self.list.update(message, self.roster.order());
        self.list_action(action)
    }

    pub(super) fn list_action(&mut self, action: list::Action) -> Task<Message> {
        match action {
            list::Action::None => Task::none(),
            list::Action::Moved => self.show_rows(),
            list::Action::Focused => {
                let rows = self.show_rows();
                Task::batch([rows, self.ask_detail(&[])])
            }
            list::Action::Do(verb, ids) => self.act(verb, ids),
            list::Action::Menu(at) => {
                self.open_menu(at);
                self.ask_detail(&[])
            }
            list::Action::SortBy(sort) => {
                let view = self.roster.view().clone();
                let descending = match sort {
                    Sort::Queue => false,
                    Sort::Name if view.sort == sort => !view.descending,
                    Sort::Name => false,
                    Sort::Size | Sort::Added => view.sort != sort || !view.descending,
                };
                self.look_at(View { sort, descending, ..view })
            }
        }
    }

    fn look_at(&mut self, view: View) -> Task<Message> {
        if !self.roster.look_at(view) {
            return Task::none();
        }
        self.list.to_top();
        self.ask_order()
    }

    pub(super) fn details(&mut self, message: details::Message) -> Task<Message> {
        let action = self.details.update(message);
        self.details_action(action)
    }

    pub(super) fn details_action(&mut self, action: details::Action) -> Task<Message> {
        match action {
            details::Action::None => Task::none(),
            details::Action::Copy(text) => {
                let copied = self.words.text("toast-copied");
                Task::batch([clipboard::write(text), self.say(copied, Tone::Good, None)])
            }
            details::Action::Do(verb, id) => self.act(verb, vec![id]),
            details::Action::DoChosen(verb) => self.act_on_chosen(verb),
            details::Action::Remember(open) => {
                let kept = self.configure(|settings| settings.appearance.details = open);
                Task::batch([kept, self.ask_detail(&[])])
            }
            details::Action::RememberHeight(height) => {
                self.configure(|settings| settings.appearance.details_height = height)
            }
        }
    }

    pub(super) fn open_menu(&mut self, at: iced::Point) {
        let ids: Vec<_> = self.list.selection.ids().collect();
        let row = self.list.selection.focus().and_then(|id| self.roster.row(id));
        let remedies = row.map(|row| self.scene().sentence(row).remedies).unwrap_or_default();
        if !ids.is_empty() {
            self.menu = Some(menu::State::new(at, ids, &self.roster, &remedies));
        }
    }

    pub(super) fn menu(&mut self, message: menu::Message) -> Task<Message> {
        let Some(menu) = &mut self.menu else { return Task::none() };
        let action = menu.update(message);
        self.menu = None;
        match action {
            menu::Action::Do(verb, ids) => self.act(verb, ids),
            menu::Action::Close => Task::none(),
        }
    }

    /// Does something to the chosen rows.
    pub(super) fn act_on_chosen(&mut self, verb: Verb) -> Task<Message> {
        let ids: Vec<_> = self.list.selection.ids().collect();
        self.act(verb, ids)
    }

    /// Rows that are here and that the verb does not fit are left out; the engine judges the others.
    pub(super) fn act(&mut self, verb: Verb, mut ids: Vec<TransferId>) -> Task<Message> {
        ids.retain(|id| self.roster.row(*id).is_none_or(|row| verb.fits(row)));
        let Some(first) = ids.first().copied() else { return Task::none() };
        let deed = match verb {
            Verb::Out(Remedy::RunAnyway) => return self.open_ask_all(Form::RunAnyway, ids),
            Verb::StartAt => return self.open_ask_all(Form::StartAt, ids),
            Verb::Out(remedy) => match self.roster.row(first) {
                Some(row) => verbs::way_out(remedy, row),
                None => return Task::none(),
            },
            Verb::Pause
            | Verb::Resume
            | Verb::Cancel
            | Verb::Retry
            | Verb::Open
            | Verb::Play
            | Verb::Reveal
            | Verb::CopyLink
            | Verb::NewLink
            | Verb::Details
            | Verb::Move(_)
            | Verb::Policy(_)
            | Verb::Remove(_) => verb.deed(ids),
        };
        self.perform(deed, first)
    }

    fn perform(&mut self, deed: Deed, id: TransferId) -> Task<Message> {
        let row = self.roster.row(id);
        match deed {
            Deed::Act(act) => {
                let purpose = match act {
                    Act::Remove { .. } => Purpose::Remove,
                    Act::Cancel(_) => Purpose::Cancel,
                    Act::Pause(_)
                    | Act::Resume(_)
                    | Act::Retry(_)
                    | Act::Undo(_)
                    | Act::Move { .. }
                    | Act::SetPolicy { .. }
                    | Act::SetPriority { .. }
                    | Act::SetPace { .. }
                    | Act::AllowHere(_)
                    | Act::RunAnyway(_)
                    | Act::Schedule { .. }
                    | Act::Treat { .. }
                    | Act::Choose { .. }
                    | Act::SetBudget { .. }
                    | Act::AskNetwork
                    | Act::Answer { .. }
                    | Act::Rename { .. }
                    | Act::Configure(_)
                    | Act::DropProbe(_)
                    | Act::Show { .. }
                    | Act::Quit => Purpose::Plain,
                };
                self.send(purpose, in_pieces(act))
            }
            Deed::Ask(form) => self.open_ask(form, id),
            Deed::Open => match row.and_then(|row| row.file.clone()) {
                Some(file) => Task::perform((self.ports.open)(file), Message::FileOpened),
                None => Task::none(),
            },
            Deed::Play => row.map_or_else(Task::none, |row| self.play(row)),
            Deed::Reveal => match row.map(|row| row.file.clone().unwrap_or_else(|| row.folder.clone())) {
                Some(file) => Task::perform((self.ports.reveal)(file), Message::FileOpened),
                None => Task::none(),
            },
            Deed::CopyLink => match row.map(|row| row.url.clone()) {
                Some(url) => self.details_action(details::Action::Copy(url)),
                None => Task::none(),
            },
            Deed::OpenPortal => self.open_portal(),
            Deed::ShowDetails => {
                self.details.open = true;
                self.ask_detail(&[])
            }
        }
    }

    fn play(&self, row: &Row) -> Task<Message> {
        let (id, handle, play) = (row.id, self.handle.clone(), Arc::clone(&self.ports.play));
        let media = media::playable(row.content_type.as_deref(), &row.name).unwrap_or_default().to_owned();
        let playing = async move {
            match handle.ask(Request::Query(Query::Address(id))).await {
                Ok(Outcome::Address(address)) => play(Film { address, media }).await,
                Ok(_) | Err(Gone) => Err(CannotOpen::NotOffered),
            }
        };
        Task::perform(playing, Message::FileOpened)
    }

    pub(super) fn undo(&mut self, undo: Undo) -> Task<Message> {
        let commands = undo.tokens.into_iter().map(|token| Command::Act(Act::Undo(token))).collect();
        self.send(Purpose::Undo, commands)
    }

    /// Any page will do, as long as it is not encrypted: the portal puts its own in its place.
    pub(super) fn open_portal(&self) -> Task<Message> {
        const PAGE: &str = "http://nmcheck.gnome.org/check_network_status.txt";
        let view = self.roster.network.as_ref();
        let page = view.and_then(|view| view.network.portal_page.clone());
        let page = page.unwrap_or_else(|| PAGE.to_owned());
        Task::perform((self.ports.browse)(page), Message::FileOpened)
    }

    pub(super) fn file_opened(&mut self, outcome: Result<(), CannotOpen>) -> Task<Message> {
        let key = match outcome {
            Ok(()) => return Task::none(),
            Err(CannotOpen::Missing) => "toast-file-missing",
            Err(CannotOpen::NoProgram) => "toast-no-program",
            Err(CannotOpen::NotOffered) => "toast-not-offered",
        };
        let text = self.words.text(key);
        self.say(text, Tone::Bad, None)
    }
}

/// No request names more transfers than the engine takes at once.
fn in_pieces(act: Act) -> Vec<Command> {
    let split = |which: Selection, make: &dyn Fn(Selection) -> Act| match which {
        Selection::All => vec![Command::Act(make(Selection::All))],
        Selection::Ids(ids) => {
            ids.chunks(Command::MOST).map(|some| Command::Act(make(Selection::Ids(some.to_vec())))).collect()
        }
    };
    match act {
        Act::Pause(which) => split(which, &Act::Pause),
        Act::Resume(which) => split(which, &Act::Resume),
        Act::Cancel(which) => split(which, &Act::Cancel),
        Act::Retry(which) => split(which, &Act::Retry),
        Act::AllowHere(which) => split(which, &Act::AllowHere),
        Act::RunAnyway(which) => split(which, &Act::RunAnyway),
        Act::Schedule { which, at } => split(which, &|which| Act::Schedule { which, at }),
        Act::Remove { which, file } => split(which, &|which| Act::Remove { which, file }),
        Act::SetPolicy { which, policy } => split(which, &|which| Act::SetPolicy { which, policy }),
        Act::SetPriority { which, priority } => split(which, &|which| Act::SetPriority { which, priority }),
        Act::SetPace { which, pace } => split(which, &|which| Act::SetPace { which, pace }),
        Act::Undo(_)
        | Act::Treat { .. }
        | Act::Choose { .. }
        | Act::SetBudget { .. }
        | Act::AskNetwork
        | Act::Move { .. }
        | Act::Answer { .. }
        | Act::Rename { .. }
        | Act::Configure(_)
        | Act::DropProbe(_)
        | Act::Show { .. }
        | Act::Quit => vec![Command::Act(act)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_go_in_requests_the_engine_takes() {
        let ids = (1..=2500).filter_map(TransferId::new).collect();
        let pieces = in_pieces(Act::Pause(Selection::Ids(ids)));
        let sizes: Vec<_> = pieces
            .iter()
            .map(|piece| {
                let Command::Act(Act::Pause(Selection::Ids(ids))) = piece else { panic!("{piece:?}") };
                ids.len()
            })
            .collect();
        assert_eq!(sizes, [1000, 1000, 500]);
    }
}
