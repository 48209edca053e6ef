//! The hours of the week: a grid to paint on, and the same as text for those who type. Applies at once.

use iced::widget::{column, container, mouse_area, row, space, text, text_input};
use iced::{Center, Color, Element, Fill};

use crate::model::{Pace, Settings, Week};
use crate::ui::scene::Scene;
use crate::ui::theme::{self, size, space as gap};
use crate::ui::widget::{dialog_that_scrolls, muted, option_line, scroll, section, segments, tip};

#[derive(Debug)]
pub struct State {
    settings: Settings,
    brush: Brush,
    /// The button is down.
    painting: bool,
    drafts: [Option<String>; 3],
}

/// What an hour is painted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brush {
    Runs,
    Slow,
    Waits,
}

/// What is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Allowed,
    Slow,
    Pace,
}

#[derive(Debug, Clone)]
pub enum Message {
    BrushChosen(Brush),
    /// Day from Monday, and hour.
    Pressed(usize, usize),
    Entered(usize, usize),
    Released,
    Typed(Field, String),
    Close,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    None,
    Configure(Box<Settings>),
    Close,
}

impl Field {
    const ALL: [Self; 3] = [Self::Allowed, Self::Slow, Self::Pace];

    const fn key(self) -> &'static str {
        match self {
            Self::Allowed => "hours.allowed",
            Self::Slow => "hours.slow",
            Self::Pace => "hours.slow_pace",
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Allowed => ("hours-allowed", "hours-wrong"),
            Self::Slow => ("hours-slow", "hours-wrong"),
            Self::Pace => ("hours-pace", "set-pace-wrong"),
        }
    }

    const fn place(self) -> usize {
        match self {
            Self::Allowed => 0,
            Self::Slow => 1,
            Self::Pace => 2,
        }
    }
}

impl State {
    pub const fn new(settings: Settings) -> Self {
        Self { settings, brush: Brush::Waits, painting: false, drafts: [None, None, None] }
    }

    /// The settings changed, here or elsewhere.
    pub fn refresh(&mut self, settings: &Settings) {
        self.settings.clone_from(settings);
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::BrushChosen(brush) => self.brush = brush,
            Message::Pressed(day, hour) => {
                self.painting = true;
                return self.paint(day, hour);
            }
            Message::Entered(day, hour) if self.painting => return self.paint(day, hour),
            Message::Entered(..) => {}
            Message::Released => self.painting = false,
            Message::Typed(field, text) => {
                let changed = self.settings.with(field.key(), text.trim());
                self.drafts[field.place()] = Some(text);
                return changed.map_or(Action::None, |changed| self.apply(changed));
            }
            Message::Close => return Action::Close,
        }
        Action::None
    }

    fn paint(&mut self, day: usize, hour: usize) -> Action {
        let mut next = self.settings.clone();
        let hours = &mut next.hours;
        hours.allowed = hours.allowed.with(day, hour, self.brush != Brush::Waits);
        hours.slow = hours.slow.with(day, hour, self.brush == Brush::Slow);
        self.drafts = [None, None, self.drafts[2].take()];
        self.apply(next)
    }

    fn apply(&mut self, next: Settings) -> Action {
        if next == self.settings {
            return Action::None;
        }
        self.settings.clone_from(&next);
        Action::Configure(Box::new(next))
    }

    fn shown(&self, field: Field) -> String {
        let hours = &self.settings.hours;
        self.drafts[field.place()].clone().unwrap_or_else(|| match field {
            Field::Allowed => hours.allowed.to_string(),
            Field::Slow => hours.slow.to_string(),
            Field::Pace => hours.slow_pace.map(Pace::typed).unwrap_or_default(),
        })
    }

    pub fn view<'a>(&'a self, height: f32, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let brushes = [
            (Brush::Runs, scene.text("hours-runs")),
            (Brush::Slow, scene.text("hours-modest")),
            (Brush::Waits, scene.text("hours-waits")),
        ];
        let brush = segments(brushes.into(), self.brush, Message::BrushChosen, p);
        let brush = option_line(scene.text("hours-brush"), Some(scene.text("hours-brush-hint")), brush, p);
        let grid = section(String::new(), vec![brush, self.grid(scene)], p);
        let fields = section(String::new(), Field::ALL.map(|field| self.field(field, scene)).into(), p);
        let inner = column![grid, fields].spacing(gap::LARGE);
        let inner = scroll(container(inner).padding(iced::Padding::ZERO.right(14)), p);
        let inner = container(inner).max_height((height - 140.0).max(160.0));
        let close = (scene.text("close"), Message::Close);
        dialog_that_scrolls(scene.text("hours-title"), close, inner, None, (720.0, p))
    }

    fn grid<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let marks = [0, 6, 12, 18].map(|hour| container(muted(format!("{hour}:00"), p)).width(Fill).into());
        let head = row![space().width(92), row(marks).width(Fill)];
        let days = (0..7_u8).map(|day| {
            let place = usize::from(day);
            let cells = (0..24).map(|hour| self.cell(place, hour, scene));
            let name = container(muted(scene.words.weekday(day + 1), p)).width(92);
            row![name, row(cells).spacing(2).width(Fill)].align_y(Center).into()
        });
        let days = column(days).spacing(2);
        mouse_area(column![head, days].spacing(4)).on_release(Message::Released).into()
    }

    fn cell<'a>(&self, day: usize, hour: usize, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let hours = &self.settings.hours;
        let is = |week: &Week| week.has(day, hour);
        let (ink, words): (Color, &str) = match (is(&hours.allowed), is(&hours.slow)) {
            (false, _) => (p.track, "hours-waits"),
            (true, true) => (p.amber, "hours-modest"),
            (true, false) => (p.accent, "hours-runs"),
        };
        let cell = container(space().width(Fill).height(18)).style(theme::solid(ink));
        let cell = mouse_area(cell)
            .on_press(Message::Pressed(day, hour))
            .on_enter(Message::Entered(day, hour))
            .on_release(Message::Released);
        let weekday = scene.words.weekday(u8::try_from(day + 1).unwrap_or(1));
        let words = format!("{weekday} {hour}:00: {}", scene.text(words));
        container(tip(cell, words, p)).width(Fill).into()
    }

    fn field<'a>(&'a self, field: Field, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let (name, complaint) = field.words();
        let shown = self.shown(field);
        let wrong = self.settings.with(field.key(), shown.trim()).is_err();
        let hint = match field {
            Field::Allowed => "mon-fri 22-7, sat-sun 0-24",
            Field::Slow => "mon-fri 8-18",
            Field::Pace => "500k",
        };
        let control = text_input(hint, &shown)
            .on_input(move |text| Message::Typed(field, text))
            .size(size::BODY)
            .padding([6, 10])
            .width(if field == Field::Pace { 130 } else { 320 })
            .style(theme::field(p, wrong));
        let line = option_line(scene.text(name), None, control, p);
        let wrong = wrong.then(|| text(scene.text(complaint)).size(size::SMALL).color(p.bad));
        column![line, wrong].spacing(4).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configured(action: Action) -> Settings {
        let Action::Configure(settings) = action else { panic!("{action:?}") };
        *settings
    }

    #[test]
    fn hours_are_painted_while_the_button_is_down() {
        let mut state = State::new(Settings::default());
        assert_eq!(state.update(Message::Entered(0, 0)), Action::None);
        let painted = configured(state.update(Message::Pressed(0, 9)));
        assert!(!painted.hours.allowed.has(0, 9) && painted.hours.allowed.has(0, 8));
        let painted = configured(state.update(Message::Entered(0, 10)));
        assert!(!painted.hours.allowed.has(0, 10));
        assert_eq!(state.update(Message::Released), Action::None);
        assert_eq!(state.update(Message::Entered(0, 11)), Action::None);
        assert_eq!(state.update(Message::BrushChosen(Brush::Slow)), Action::None);
        let slow = configured(state.update(Message::Pressed(0, 9)));
        assert!(slow.hours.allowed.has(0, 9) && slow.hours.slow.has(0, 9));
        assert_eq!(state.shown(Field::Allowed), "mon 0-10 11-24, tue-sun 0-24");
    }

    #[test]
    fn hours_are_typed_as_well() {
        let mut state = State::new(Settings::default());
        let typed = |field, text: &str| Message::Typed(field, text.to_owned());
        let night = configured(state.update(typed(Field::Allowed, "daily 22-7")));
        assert!(night.hours.allowed.has(3, 23) && !night.hours.allowed.has(3, 8));
        assert_eq!(state.update(typed(Field::Slow, "daily")), Action::None);
        assert_eq!(state.shown(Field::Slow), "daily", "what is no hours yet stays on the screen");
        let slow = configured(state.update(typed(Field::Pace, "500k")));
        assert_eq!(slow.hours.slow_pace, Pace::new(512_000));
    }
}
