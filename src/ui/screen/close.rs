//! The window's close button, while something is not finished.

use iced::Element;
use iced::widget::{button, column, space};

use crate::api::Counts;
use crate::model::Shelf;
use crate::ui::icon::Icon;
use crate::ui::scene::Scene;
use crate::ui::theme::{self, space as gap};
use crate::ui::widget::{action, body, dialog, footer, pressable};

#[derive(Debug)]
pub struct State {
    unfinished: Unfinished,
}

/// What would be cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfinished {
    /// Transfers that run, or go on by themselves: at their turn, their next try, their network.
    going: u64,
    /// Transfers that wait for a person.
    asking: u64,
}

impl Unfinished {
    pub fn of(counts: &Counts) -> Self {
        let waiting = counts.of(Shelf::Waiting).saturating_sub(counts.need_user);
        Self { going: counts.of(Shelf::Active) + waiting, asking: counts.need_user }
    }

    /// Whoever closes the window must be asked.
    pub const fn is_going(self) -> bool {
        self.going > 0
    }
}

#[derive(Debug, Clone, Copy)]
pub enum Message {
    Quit,
    Stay,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    Quit,
    Close,
}

impl State {
    pub const fn new(unfinished: Unfinished) -> Self {
        Self { unfinished }
    }

    /// So many are left now.
    pub fn refresh(&mut self, unfinished: Unfinished) {
        self.unfinished = unfinished;
    }

    /// Nothing is left. What came to need a person meanwhile is not left alone.
    pub const fn is_settled(&self) -> bool {
        self.unfinished.going == 0 && self.unfinished.asking == 0
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Quit => Action::Quit,
            Message::Stay => Action::Close,
        }
    }

    pub fn view<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let Unfinished { going, asking } = self.unfinished;
        let (key, count) = if going > 0 { ("close-text", going) } else { ("close-text-asking", asking) };
        let words = scene.words.format(key, &[("count", count.into())]);
        let stay = button(action(Icon::Download, scene.text("close-stay"), p.soft))
            .padding([8, 14])
            .style(theme::quiet(p));
        let quit = button(action(Icon::Pause, scene.text("close-quit"), p.on_accent))
            .padding([8, 14])
            .style(theme::primary(p));
        let buttons = [pressable(stay, Some(Message::Stay), p), pressable(quit, Some(Message::Quit), p)];
        let inner = column![body(words, p), footer(space(), buttons)].spacing(gap::HUGE);
        dialog(scene.text("close-title"), (scene.text("close"), Message::Stay), inner, 480.0, p)
    }
}
