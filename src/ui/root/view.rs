//! How the parts stand together.

use iced::widget::{column, container, row, stack};
use iced::{Element, Fill, Size, window};

use super::{Dialog, Message, Root};
use crate::ui::screen::empty::{self, Why};
use crate::ui::screen::{gone, sheet, sidebar, status};
use crate::ui::widget::{behind, hline, on_scrim, vline};

impl Root {
    pub fn view(&self, _: window::Id) -> Element<'_, Message> {
        self.body()
    }

    /// The whole content of the window.
    pub fn body(&self) -> Element<'_, Message> {
        let scene = self.scene();
        let p = scene.palette;
        if let Some(why) = self.roster.stopped {
            return gone::view(why, Message::Quit, scene);
        }
        let mut layers = stack![behind(self.main(), self.dialog.is_some() || self.menu.is_some())]
            .width(Fill)
            .height(Fill);
        if let Some(menu) = &self.menu {
            layers = layers.push(menu.view(self.size, scene).map(Message::Menu));
        }
        let height = self.size.height;
        let dialog = self.dialog.as_ref().map(|dialog| match dialog {
            Dialog::Add(state) => state.view(height, scene).map(Message::Add),
            Dialog::Upload(state) => state.view(height, scene).map(Message::Upload),
            Dialog::Ask(state) => state.view(height, scene).map(Message::Ask),
            Dialog::Settings(state) => state.view(height, scene).map(Message::Settings),
            Dialog::Network(state) => {
                state.view(self.roster.network.as_ref(), height, scene).map(Message::Network)
            }
            Dialog::Usage(state) => state.view(height, scene).map(Message::Usage),
            Dialog::Hours(state) => state.view(height, scene).map(Message::Hours),
            Dialog::Close(state) => state.view(scene).map(Message::Close),
            Dialog::Shortcuts => sheet::view(Message::CloseDialog, scene),
        });
        if let Some(dialog) = dialog {
            layers = layers.push(on_scrim(dialog, self.away(), p));
        }
        if self.hovering > 0 {
            layers = layers.push(on_scrim(empty::landing(self.hovering, scene), Message::HoverEnded, p));
        }
        if let Some(toasts) = self.toasts.view(scene) {
            layers = layers.push(toasts.map(Message::Toasts));
        }
        layers.into()
    }

    /// A press beside a dialog closes it, unless something typed would be lost.
    fn away(&self) -> Message {
        match &self.dialog {
            Some(
                Dialog::Settings(_)
                | Dialog::Network(_)
                | Dialog::Usage(_)
                | Dialog::Hours(_)
                | Dialog::Shortcuts
                | Dialog::Close(_),
            )
            | None => Message::CloseDialog,
            Some(Dialog::Add(_) | Dialog::Upload(_) | Dialog::Ask(_)) => Message::Ticked,
        }
    }

    fn main(&self) -> Element<'_, Message> {
        let scene = self.scene();
        let p = scene.palette;
        let width = self.size.width - self.sidebar.width(self.size.width) - 1.0;
        let header = self.header.view(&self.roster, width, scene).map(Message::Header);
        let list = match self.why_empty() {
            Some(why) => empty::view(why, Message::OpenAdd, scene),
            None => self.list.view(&self.roster, width, scene).map(Message::List),
        };
        let selection = &self.list.selection;
        let height = self.details.height(self.size.height).filter(|_| !self.roster.is_empty());
        let details = height.map(|height| {
            self.details.view(&self.roster, selection, Size::new(width, height), scene).map(Message::Details)
        });
        let right = column![header, hline(p), container(list).height(Fill).width(Fill), details].width(Fill);
        let sidebar = self.sidebar.view(&self.roster, self.size.width, scene).map(Message::Sidebar);
        let bottom = status::view(&self.roster, selection.len(), self.free, self.size.width, scene);
        let all = column![row![sidebar, vline(p), right].height(Fill), hline(p), bottom];
        all.into()
    }

    fn why_empty(&self) -> Option<Why> {
        if !self.roster.is_empty() {
            return None;
        }
        if !self.roster.view().search.is_empty() {
            return Some(Why::Search);
        }
        match self.sidebar.place {
            sidebar::Place::All => Some(Why::Nothing),
            place @ (sidebar::Place::Shelf(_) | sidebar::Place::Direction(_)) => {
                if self.roster.counts.all() == 0 { Some(Why::Nothing) } else { Some(Why::Place(place)) }
            }
        }
    }
}
