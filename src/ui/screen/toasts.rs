//! Short words at the lower edge, some with a way back. Each goes by itself after a while.

use iced::widget::{button, column, container, row, text};
use iced::{Center, Element, Fill, Task};

use crate::model::Span;
use crate::ui::icon::{Icon, icon};
use crate::ui::scene::Scene;
use crate::ui::theme::{self, size, space as gap};
use crate::ui::verbs::Undo;
use crate::ui::widget::{icon_button, lift, pressable, tone_icon};
use crate::ui::wire;
use crate::words::Tone;

/// More than three at once nobody reads: the oldest goes.
const MOST: usize = 3;
/// A long sentence breaks rather than being wider.
const WIDTH: f32 = 600.0;
/// As long as the engine can take a cancel back.
const STAYS: Span = Span::seconds(10);

#[derive(Debug, Default)]
pub struct State {
    toasts: Vec<Toast>,
    next: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    id: u64,
    pub text: String,
    pub tone: Tone,
    pub undo: Option<Undo>,
}

#[derive(Debug, Clone, Copy)]
pub enum Message {
    Undo(u64),
    Dismiss(u64),
    Expired(u64),
}

#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    None,
    Undo(Undo),
}

impl State {
    pub fn new() -> Self {
        Self::default()
    }

    /// Shows a toast; the task ends it.
    pub fn say(&mut self, text: String, tone: Tone, undo: Option<Undo>) -> Task<Message> {
        self.next += 1;
        let id = self.next;
        if self.toasts.len() >= MOST {
            let _ = self.toasts.remove(0);
        }
        self.toasts.push(Toast { id, text, tone, undo });
        wire::after(STAYS, move || Message::Expired(id))
    }

    /// Takes back what was done last, as far as it is still shown.
    pub fn undo_last(&mut self) -> Action {
        let last = self.toasts.iter().rev().find(|toast| toast.undo.is_some()).map(|toast| toast.id);
        last.map_or(Action::None, |id| self.update(Message::Undo(id)))
    }

    pub fn toasts(&self) -> &[Toast] {
        &self.toasts
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Undo(id) => {
                let at = self.toasts.iter().position(|toast| toast.id == id);
                let undo = at.and_then(|at| self.toasts.remove(at).undo);
                undo.map_or(Action::None, Action::Undo)
            }
            Message::Dismiss(id) | Message::Expired(id) => {
                self.toasts.retain(|toast| toast.id != id);
                Action::None
            }
        }
    }

    /// Lowest newest, above the status bar.
    pub fn view<'a>(&'a self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        if self.toasts.is_empty() {
            return None;
        }
        let p = scene.palette;
        let cards = self.toasts.iter().map(|toast| {
            let undo = toast.undo.as_ref().map(|_| {
                let undo = button(text(scene.text("undo")).size(size::BODY).font(theme::SEMIBOLD));
                let undo = undo.padding([4, 8]).style(theme::link(p));
                pressable(undo, Some(Message::Undo(toast.id)), p)
            });
            let glyph = if toast.undo.is_some() { Icon::Undo } else { tone_icon(toast.tone) };
            let line = row![
                icon(glyph, 15.0, p.tone(toast.tone)),
                container(text(toast.text.as_str()).size(size::BODY)).max_width(WIDTH - 180.0),
                undo,
                icon_button(Icon::Cross, scene.text("dismiss"), Some(Message::Dismiss(toast.id)), p),
            ]
            .spacing(gap::MEDIUM)
            .align_y(Center);
            let card = container(line)
                .padding(iced::Padding { top: 6.0, right: 8.0, bottom: 6.0, left: 14.0 })
                .style(theme::floating(p));
            iced::widget::opaque(lift(card, WIDTH, theme::radius::CARD, p))
        });
        let bottom = super::status::HEIGHT + gap::MEDIUM;
        Some(
            container(column(cards).spacing(gap::SMALL).align_x(Center))
                .center_x(Fill)
                .align_bottom(Fill)
                .padding(iced::Padding::ZERO.bottom(bottom))
                .into(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::UndoToken;

    #[test]
    fn undo_takes_the_toast_away_and_hands_out_its_tokens_once() {
        let mut state = State::new();
        let undo = Undo { tokens: vec![UndoToken(7)], count: 1 };
        let _ = state.say("Removed".into(), Tone::Plain, Some(undo.clone()));
        assert_eq!(state.update(Message::Undo(1)), Action::Undo(undo));
        assert_eq!(state.update(Message::Undo(1)), Action::None);
        assert!(state.toasts().is_empty());
    }

    #[test]
    fn only_the_newest_three_are_shown() {
        let mut state = State::new();
        for number in 0..5 {
            let _ = state.say(number.to_string(), Tone::Plain, None);
        }
        let texts: Vec<_> = state.toasts().iter().map(|toast| toast.text.as_str()).collect();
        assert_eq!(texts, ["2", "3", "4"]);
    }
}
