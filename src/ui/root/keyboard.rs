//! What the keys do.

use iced::keyboard::{Key, Modifiers};
use iced::widget::operation;
use iced::widget::text_editor::{Action, Edit};
use iced::{Task, clipboard};

use super::{Dialog, Field, Message, Root};
use crate::api::FileFate;
use crate::model::Place;
use crate::ui::keys::{Shortcut, shortcut, writes};
use crate::ui::screen::{add, ask, close, header, sidebar, toasts, upload};
use crate::ui::selection::Motion;
use crate::ui::verbs::{self, Verb};

impl Root {
    pub(super) fn pressed(&mut self, key: &Key, modifiers: Modifiers) -> Task<Message> {
        if let (Some(field), Some(text)) = (self.expects, writes(key, modifiers)) {
            return self.typed_ahead(field, text);
        }
        let Some(shortcut) = shortcut(key, modifiers) else { return Task::none() };
        if self.dialog.is_some() {
            return self.in_dialog(shortcut);
        }
        if let Some(menu) = &mut self.menu {
            if let Shortcut::Travel(motion, _) = shortcut {
                menu.travel(motion);
                return Task::none();
            }
            if matches!(shortcut, Shortcut::Open | Shortcut::Toggle) {
                return menu.here().map_or_else(Task::none, |message| self.menu(message));
            }
            if shortcut != Shortcut::Back {
                self.menu = None;
            }
        }
        self.in_list(shortcut)
    }

    /// A quick hand types before the field that it opened is there.
    fn typed_ahead(&mut self, field: Field, text: &str) -> Task<Message> {
        match (field, &self.dialog) {
            (Field::Links, Some(Dialog::Add(_))) => {
                let insert = |letter| add::Message::Edited(Action::Edit(Edit::Insert(letter)));
                Task::batch(text.chars().map(|letter| self.add(insert(letter))).collect::<Vec<_>>())
            }
            (Field::Ask, Some(Dialog::Ask(state))) => self.ask(state.and_typed(text)),
            (Field::Search, None) => {
                let all = format!("{}{text}", self.header.search);
                self.header(header::Message::SearchChanged(all))
            }
            (Field::Links | Field::Ask | Field::Search, _) => Task::none(),
        }
    }

    /// Closes what is uppermost, ends the search, lets go of what is chosen.
    fn back(&mut self) -> Task<Message> {
        if self.menu.take().is_some() {
            return Task::none();
        }
        if !self.header.search.is_empty() {
            return self.header(header::Message::SearchChanged(String::new()));
        }
        self.list.selection.clear();
        Task::none()
    }

    /// Enter is the dialog's main button; the rest waits until it is closed.
    fn in_dialog(&mut self, shortcut: Shortcut) -> Task<Message> {
        match (shortcut, &self.dialog) {
            (Shortcut::Open, Some(Dialog::Add(_))) => self.add(add::Message::Add),
            (Shortcut::Paste, Some(Dialog::Add(_))) => clipboard::read().map(Message::Pasted),
            (Shortcut::Open, Some(Dialog::Upload(_))) => self.upload(upload::Message::Add),
            (Shortcut::Open, Some(Dialog::Ask(_))) => self.ask(ask::Message::Submit),
            (Shortcut::Open, Some(Dialog::Close(_))) => self.close(close::Message::Quit),
            (Shortcut::Close | Shortcut::Back, _) => {
                self.expects = None;
                self.close_dialog()
            }
            (Shortcut::Quit, _) => self.quit(),
            (Shortcut::NextField, _) => operation::focus_next(),
            (Shortcut::PreviousField, _) => operation::focus_previous(),
            (_, Some(_) | None) => Task::none(),
        }
    }

    fn in_list(&mut self, shortcut: Shortcut) -> Task<Message> {
        match shortcut {
            Shortcut::Add => self.open_add(""),
            Shortcut::Upload => self.open_upload(Vec::new()),
            Shortcut::Paste => clipboard::read().map(Message::Pasted),
            Shortcut::Find => {
                self.expects = Some(Field::Search);
                operation::focus(header::SEARCH)
            }
            Shortcut::Undo => match self.toasts.undo_last() {
                toasts::Action::Undo(undo) => self.undo(undo),
                toasts::Action::None => Task::none(),
            },
            Shortcut::SelectAll => {
                self.list.selection.all(self.roster.order());
                Task::none()
            }
            Shortcut::Travel(motion, manner) => {
                let action = self.list.travel(self.roster.order(), motion, manner);
                self.list_action(action)
            }
            Shortcut::Toggle => {
                let focus = self.list.selection.focus().and_then(|id| self.roster.row(id));
                focus.and_then(verbs::toggle).map_or_else(Task::none, |verb| self.act_on_chosen(verb))
            }
            Shortcut::Menu => {
                let at = self.list.menu_point(self.roster.order(), self.sidebar.width(self.size.width));
                self.open_menu(at);
                if let Some(menu) = &mut self.menu {
                    menu.travel(Motion::First);
                }
                Task::none()
            }
            Shortcut::Open => self.act_on_focus(Verb::Open),
            Shortcut::Reveal => self.act_on_focus(Verb::Reveal),
            Shortcut::NewLink => self.act_on_focus(Verb::NewLink),
            Shortcut::CopyLink => self.act_on_focus(Verb::CopyLink),
            Shortcut::Remove => self.act_on_chosen(Verb::Remove(FileFate::Keep)),
            Shortcut::RemoveAndTrash => self.act_on_chosen(Verb::Remove(FileFate::Trash)),
            Shortcut::Retry => self.act_on_chosen(Verb::Retry),
            Shortcut::MoveUp => self.act_on_chosen(Verb::Move(Place::Up)),
            Shortcut::MoveDown => self.act_on_chosen(Verb::Move(Place::Down)),
            Shortcut::Details => {
                let action = self.details.toggle();
                self.details_action(action)
            }
            Shortcut::Sidebar => self.sidebar(sidebar::Message::Toggle),
            Shortcut::Settings => self.open_settings(),
            Shortcut::Close => self.close_requested(),
            Shortcut::Help => self.open_shortcuts(),
            Shortcut::NextField => operation::focus_next(),
            Shortcut::PreviousField => operation::focus_previous(),
            Shortcut::Quit => self.quit(),
            Shortcut::Back => self.back(),
        }
    }

    fn act_on_focus(&mut self, verb: Verb) -> Task<Message> {
        let ids = self.list.selection.focus().into_iter().collect();
        self.act(verb, ids)
    }
}
