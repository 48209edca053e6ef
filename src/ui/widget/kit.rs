//! Small parts in the house's style.

use std::borrow::Cow;

use iced::widget::{
    Text, button, center, column, container, mouse_area, opaque, row, rule, stack, text, tooltip,
};
use iced::{Center, Color, Element, Fill, Font, Length, Shrink};

use super::super::icon::{Icon, icon};
use super::super::theme::{self, Palette, size, space};
use crate::model::Status;
use crate::words::Tone;

/// What an icon without words does, shown under the pointer.
pub type Tip = String;

fn words<'a>(content: impl Into<Cow<'a, str>>, size: f32, font: Font, color: Color) -> Text<'a> {
    text(content.into()).size(size).font(font).color(color)
}

pub fn body<'a>(content: impl Into<Cow<'a, str>>, p: Palette) -> Text<'a> {
    words(content, size::BODY, theme::REGULAR, p.text)
}

pub fn strong<'a>(content: impl Into<Cow<'a, str>>, p: Palette) -> Text<'a> {
    words(content, size::BODY, theme::MEDIUM, p.text)
}

pub fn muted<'a>(content: impl Into<Cow<'a, str>>, p: Palette) -> Text<'a> {
    words(content, size::SMALL, theme::REGULAR, p.mute)
}

/// Small, over a column or field.
pub fn label<'a>(content: impl Into<Cow<'a, str>>, p: Palette) -> Text<'a> {
    words(content, size::SMALL, theme::MEDIUM, p.soft)
}

pub fn heading<'a>(content: impl Into<Cow<'a, str>>, p: Palette) -> Text<'a> {
    words(content, size::TITLE, theme::SEMIBOLD, p.text)
}

pub fn hline<'a, Message: 'a>(p: Palette) -> Element<'a, Message> {
    rule::horizontal(1).style(theme::line(p)).into()
}

pub fn vline<'a, Message: 'a>(p: Palette) -> Element<'a, Message> {
    rule::vertical(1).style(theme::line(p)).into()
}

/// The content of a button: icon and words.
pub fn action<'a, Message: 'a>(
    glyph: Icon,
    words: impl Into<Cow<'a, str>>,
    ink: Color,
) -> Element<'a, Message> {
    row![
        icon(glyph, 16.0, ink),
        text(words.into()).size(size::BODY).font(theme::MEDIUM).wrapping(text::Wrapping::None)
    ]
    .spacing(7)
    .align_y(Center)
    .into()
}

pub fn icon_button<'a, Message: Clone + 'a>(
    glyph: Icon,
    tip_text: Tip,
    press: Option<Message>,
    p: Palette,
) -> Element<'a, Message> {
    let ink = if press.is_some() { p.soft } else { p.mute.scale_alpha(0.5) };
    let inside = container(icon(glyph, 16.0, ink)).center(Length::Fixed(28.0));
    let button = button(inside).padding(0).style(theme::icon_button(p));
    tip(super::pressable(button, press, p), tip_text, p)
}

pub fn tip<'a, Message: 'a>(
    inner: impl Into<Element<'a, Message>>,
    words: Tip,
    p: Palette,
) -> Element<'a, Message> {
    let says =
        container(text(words).size(size::SMALL)).padding([4, 8]).max_width(320).style(theme::tooltip(p));
    tooltip(inner, says, tooltip::Position::Bottom).gap(4).delay(std::time::Duration::from_millis(500)).into()
}

/// A field under its name, with what is wrong with it below.
pub fn labelled<'a, Message: 'a>(
    name: String,
    inner: impl Into<Element<'a, Message>>,
    wrong: Option<String>,
    p: Palette,
) -> Element<'a, Message> {
    let sentence = wrong.map(|wrong| {
        row![icon(Icon::CircleAlert, 13.0, p.bad), words(wrong, size::SMALL, theme::REGULAR, p.bad)]
            .spacing(6)
            .align_y(Center)
    });
    column![label(name, p), inner.into(), sentence].spacing(6).into()
}

/// A few choices side by side, one of them taken.
pub fn segments<'a, Value: Copy + PartialEq + 'a, Message: Clone + 'a>(
    choices: Vec<(Value, String)>,
    taken: Value,
    on_choice: impl Fn(Value) -> Message,
    p: Palette,
) -> Element<'a, Message> {
    let buttons = choices.into_iter().map(|(value, name)| {
        let words = text(name).size(size::BODY).font(theme::MEDIUM).wrapping(text::Wrapping::None);
        let button = button(words).padding([5, 11]).style(theme::segment(p, value == taken));
        super::pressable(button, Some(on_choice(value)), p)
    });
    container(row(buttons).spacing(2)).padding(2).style(theme::card(p)).into()
}

/// Many choices, one of them taken.
pub fn pick<'a, Value: Clone + PartialEq + 'static, Message: Clone + 'a>(
    choices: Vec<(Value, String)>,
    taken: &Value,
    on_choice: impl Fn(Value) -> Message + 'a,
    p: Palette,
) -> Element<'a, Message> {
    let choices: Vec<_> = choices.into_iter().map(|(value, name)| Choice { value, name }).collect();
    let here = choices.iter().position(|choice| choice.value == *taken);
    let chosen = here.and_then(|here| choices.get(here)).cloned();
    // By key the choices go round.
    let (count, place) = (choices.len().max(1), here.unwrap_or(0));
    let at = |place: usize| choices.get(place % count).map(|choice| on_choice(choice.value.clone()));
    let turns = at(place + count - 1).zip(at(place + 1));
    let shown = chosen.as_ref().map(|choice| choice.name.clone()).unwrap_or_default();
    let list = iced::widget::pick_list(choices, chosen, move |choice: Choice<Value>| on_choice(choice.value))
        .text_size(size::BODY)
        .padding([7, 10])
        .width(Fill)
        .style(theme::pick_list(p, &shown))
        .menu_style(theme::menu(p));
    match turns {
        Some((up, down)) => super::turnable(list, up, down, p),
        None => list.into(),
    }
}

#[derive(Clone, PartialEq)]
struct Choice<Value> {
    value: Value,
    name: String,
}

impl<Value> std::fmt::Display for Choice<Value> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

/// A window within the window.
pub fn dialog<'a, Message: Clone + 'a>(
    title: String,
    close: (String, Message),
    inner: impl Into<Element<'a, Message>>,
    width: f32,
    p: Palette,
) -> Element<'a, Message> {
    let inner = container(inner).padding(iced::Padding::ZERO.right(EDGE));
    dialog_that_scrolls(title, close, inner, None, (width, p))
}

/// Room at the right of what scrolls, for its bar.
const EDGE: f32 = 14.0;

/// As [`dialog`], with `inner` already in a [`scroll`] whose bar stands at the edge, and a line below it that stays.
pub fn dialog_that_scrolls<'a, Message: Clone + 'a>(
    title: String,
    close: (String, Message),
    inner: impl Into<Element<'a, Message>>,
    last: Option<Element<'a, Message>>,
    (width, p): (f32, Palette),
) -> Element<'a, Message> {
    let (close_tip, close) = close;
    let top = row![heading(title, p).width(Fill), icon_button(Icon::Cross, close_tip, Some(close), p)]
        .align_y(Center);
    let top = container(top).padding(iced::Padding::ZERO.right(EDGE - 6.0));
    let last = last.map(|last| container(last).padding(iced::Padding::ZERO.right(EDGE)));
    let card = container(column![top, inner.into(), last].spacing(space::LARGE))
        .padding(iced::Padding { top: 18.0, right: 24.0 - EDGE, bottom: 20.0, left: 24.0 })
        .max_width(width)
        .style(theme::dialog(p));
    lift(card, width, theme::radius::DIALOG, p)
}

/// Sets something above the rest by a soft edge around it. `most`: it is never wider.
pub fn lift<'a, Message: 'a>(
    inner: impl Into<Element<'a, Message>>,
    most: f32,
    radius: f32,
    p: Palette,
) -> Element<'a, Message> {
    const RINGS: [f32; 3] = [1.0, 2.0, 3.0];
    let mut lifted = inner.into();
    let (mut around, mut most) = (radius, most);
    for ring in RINGS {
        around += ring;
        most += 2.0 * ring;
        lifted = container(lifted).padding(ring).max_width(most).style(theme::ring(p, around)).into();
    }
    lifted
}

/// The last line of a dialog: what it does, at the right.
pub fn footer<'a, Message: 'a>(
    note: impl Into<Element<'a, Message>>,
    buttons: impl IntoIterator<Item = Element<'a, Message>>,
) -> Element<'a, Message> {
    row![container(note).width(Fill), row(buttons).spacing(space::SMALL)]
        .spacing(space::MEDIUM)
        .align_y(Center)
        .into()
}

/// Shows `inner` above everything; a press beside it is `away`.
pub fn on_scrim<'a, Message: Clone + 'a>(
    inner: Element<'a, Message>,
    away: Message,
    p: Palette,
) -> Element<'a, Message> {
    let ground =
        stack![super::scrim(p.scrim), center(opaque(inner)).padding(space::HUGE)].width(Fill).height(Fill);
    opaque(mouse_area(ground).on_press(away))
}

/// Name and value pairs, the names in one column.
pub fn facts<'a, Message: Clone + 'a>(
    pairs: Vec<(String, String)>,
    copy: impl Fn(String) -> Message,
    copy_tip: &str,
    p: Palette,
) -> Vec<Element<'a, Message>> {
    pairs
        .into_iter()
        .map(|(name, value)| {
            let press = copy(value.clone());
            let button = button(icon(Icon::Copy, 12.0, p.mute)).padding([2, 4]).style(theme::icon_button(p));
            let button = super::pressable(button, Some(press), p);
            row![
                container(words(name, size::SMALL, theme::REGULAR, p.mute)).width(116),
                super::hug(
                    super::ellipsis(value, size::SMALL, p.text).cut(super::Cut::Middle),
                    tip(button, copy_tip.to_owned(), p),
                    4.0,
                ),
            ]
            .spacing(space::SMALL)
            .align_y(Center)
            .height(Shrink)
            .into()
        })
        .collect()
}

/// Lines that belong together, in a card under their title.
pub fn section<'a, Message: 'a>(
    title: String,
    lines: Vec<Element<'a, Message>>,
    p: Palette,
) -> Element<'a, Message> {
    let mut inner: Vec<Element<'a, Message>> = Vec::new();
    for (index, line) in lines.into_iter().enumerate() {
        if index > 0 {
            inner.push(hline(p));
        }
        inner.push(container(line).padding([9, 14]).into());
    }
    let title = (!title.is_empty()).then(|| words(title, size::SMALL, theme::SEMIBOLD, p.soft));
    column![title, container(column(inner)).width(Fill).style(theme::card(p))].spacing(7).into()
}

/// A name with its control at the right.
pub fn option_line<'a, Message: 'a>(
    name: String,
    hint: Option<String>,
    control: impl Into<Element<'a, Message>>,
    p: Palette,
) -> Element<'a, Message> {
    let words = column![body(name, p), hint.map(|hint| muted(hint, p))].spacing(2).width(Fill);
    row![words, control.into()].spacing(space::LARGE).align_y(Center).into()
}

/// A part that scrolls, with a slim bar.
pub fn scroll<'a, Message: 'a>(
    inner: impl Into<Element<'a, Message>>,
    p: Palette,
) -> iced::widget::Scrollable<'a, Message> {
    use iced::widget::scrollable::{Direction, Scrollbar};
    let bar = Scrollbar::new().width(6).scroller_width(6).margin(2);
    iced::widget::scrollable(inner).direction(Direction::Vertical(bar)).style(theme::scroller(p))
}

/// The state of a row as a shape.
pub const fn state_icon(status: &Status) -> Icon {
    match status {
        Status::Running => Icon::Gauge,
        Status::Queued(_) => Icon::Clock,
        Status::PausedByUser => Icon::Pause,
        Status::PausedCostedNetwork(_)
        | Status::PausedNoNetwork(_)
        | Status::PausedSystemPolicy(_)
        | Status::WaitingToRetry(_) => Icon::Hourglass,
        Status::NeedsUser(_) => Icon::CircleAlert,
        Status::Completed => Icon::CircleCheck,
        Status::Canceled => Icon::Cross,
        Status::Failed(_) => Icon::Alert,
    }
}

/// A sentence behind its sign.
pub fn icon_line<'a, Message: 'a>(
    glyph: Icon,
    words: impl Into<Element<'a, Message>>,
    ink: Color,
) -> Element<'a, Message> {
    row![icon(glyph, 14.0, ink), words.into()].spacing(space::SMALL).align_y(Center).into()
}

/// The tone of a sentence as a shape, so that colour is never the only sign.
pub const fn tone_icon(tone: Tone) -> Icon {
    match tone {
        Tone::Plain => Icon::Info,
        Tone::Good => Icon::CircleCheck,
        Tone::Warn => Icon::Hourglass,
        Tone::Bad => Icon::Alert,
    }
}
