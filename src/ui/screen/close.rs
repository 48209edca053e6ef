//! The window's close button, while something is moving.

use iced::Element;
use iced::widget::{button, column, space};

use crate::ui::icon::Icon;
use crate::ui::scene::Scene;
use crate::ui::theme::{self, space as gap};
use crate::ui::widget::{action, body, dialog, footer, pressable};

#[derive(Debug)]
pub struct State {
    /// Transfers that move now.
    active: u64,
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
    pub const fn new(active: u64) -> Self {
        Self { active }
    }

    /// So many move now.
    pub fn refresh(&mut self, active: u64) {
        self.active = active;
    }

    /// Nothing moves any more.
    pub const fn is_settled(&self) -> bool {
        self.active == 0
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Quit => Action::Quit,
            Message::Stay => Action::Close,
        }
    }

    pub fn view<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let words = scene.words.format("close-text", &[("count", self.active.into())]);
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
