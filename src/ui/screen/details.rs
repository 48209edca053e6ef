//! The pane below the list: every fact about one transfer, and its log.

use std::sync::Arc;

use iced::widget::{button, column, container, lazy, row, space, text};
use iced::{Center, Element, Fill, Size};

use crate::api::{Detail, FileFate, Row};
use crate::model::{Entry, Now, TransferId};
use crate::ui::icon::{Icon, icon};
use crate::ui::number::whole;
use crate::ui::roster::Roster;
use crate::ui::scene::Scene;
use crate::ui::selection::Selection;
use crate::ui::theme::{self, Palette, size, space as gap};
use crate::ui::verbs::Verb;
use crate::ui::widget::{
    Cut, GRIP, Pull, action, ellipsis, facts, grip, icon_button, muted, pressable, scroll, state_icon,
    tone_icon,
};
use crate::words::{Remedy, Words};

#[derive(Debug)]
pub struct State {
    pub open: bool,
    height: f32,
    /// How high it was when its edge was taken.
    taken: f32,
    tab: Tab,
    detail: Option<Arc<Detail>>,
    /// Whose details are on their way.
    asked: Option<TransferId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    #[default]
    Overview,
    Log,
}

#[derive(Debug, Clone)]
pub enum Message {
    Show(Tab),
    Loaded(TransferId, Option<Box<Detail>>),
    Copy(String),
    Do(TransferId, Remedy),
    DoChosen(Verb),
    Close,
    /// The upper edge of the pane.
    Edge(Pull),
}

#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    None,
    Copy(String),
    Do(Verb, TransferId),
    DoChosen(Verb),
    Remember(bool),
    /// Keep for the next start how high it is, in pixels.
    RememberHeight(u16),
}

/// Less shows nothing, more leaves the list nothing.
const LEAST: f32 = 132.0;
const MOST: f32 = 900.0;
/// Header, status bar, and three rows of the list with their heads.
const BESIDES: f32 = 290.0;

impl State {
    pub fn new(open: bool, height: u16) -> Self {
        let height = f32::from(height).clamp(LEAST, MOST);
        Self { open, height, taken: height, tab: Tab::default(), detail: None, asked: None }
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Show(tab) => {
                self.tab = tab;
                Action::None
            }
            Message::Loaded(id, detail) => {
                // Of one that is gone nothing more is asked until another has the focus.
                if self.asked == Some(id) {
                    self.asked = self.asked.filter(|_| detail.is_none());
                    self.detail = detail.map(|detail| Arc::new(*detail));
                }
                Action::None
            }
            Message::Copy(text) => Action::Copy(text),
            Message::Do(id, remedy) => Action::Do(Verb::Out(remedy), id),
            Message::DoChosen(verb) => Action::DoChosen(verb),
            Message::Close => self.toggle(),
            Message::Edge(pull) => self.pull(pull),
        }
    }

    fn pull(&mut self, pull: Pull) -> Action {
        match pull {
            Pull::Taken => self.taken = self.height,
            Pull::Up(by) => self.height = (self.taken + by).clamp(LEAST, MOST).round(),
            Pull::Let if self.height != self.taken => {
                let height = u16::try_from(whole(f64::from(self.height))).unwrap_or(u16::MAX);
                return Action::RememberHeight(height);
            }
            Pull::Let => {}
        }
        Action::None
    }

    /// Its height in a window of that height; a small window keeps its list.
    pub fn height(&self, window: f32) -> Option<f32> {
        let room = (window - BESIDES).floor();
        (self.open && room >= LEAST).then_some(self.height.min(room))
    }

    pub fn toggle(&mut self) -> Action {
        self.open = !self.open;
        Action::Remember(self.open)
    }

    /// Whose details to ask for, now that this row has the focus or changed. `None`: they are here or on their way.
    pub fn wants(&mut self, focus: Option<TransferId>, turned: &[TransferId]) -> Option<TransferId> {
        let id = focus.filter(|_| self.open)?;
        let here = self.detail.as_ref().is_some_and(|detail| detail.row.id == id);
        if self.asked == Some(id) || (here && !turned.contains(&id)) {
            return None;
        }
        self.asked = Some(id);
        Some(id)
    }

    pub fn view<'a>(
        &'a self,
        roster: &'a Roster,
        selection: &Selection,
        size: Size,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let row = selection.focus().and_then(|id| roster.row(id));
        let inner = match row {
            Some(row) if selection.len() <= 1 => self.one(row, size.width, scene),
            Some(_) | None if selection.len() > 1 => many(selection, roster, scene),
            Some(_) | None => nothing(scene),
        };
        let pane = column![grip(Message::Edge, scene.palette), container(inner).height(Fill)];
        container(pane).height(size.height).width(Fill).into()
    }

    fn one<'a>(&'a self, row: &'a Row, width: f32, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let tab = |tab, key: &str| {
            let here = self.tab == tab;
            let words = text(scene.text(key)).size(size::SMALL).font(theme::MEDIUM);
            let button = button(words).padding([4, 10]).style(theme::segment(p, here));
            pressable(button, Some(Message::Show(tab)), p)
        };
        let name = ellipsis(row.name.as_str(), size::NAME, p.text).font(theme::SEMIBOLD).cut(Cut::Middle);
        let top = iced::widget::row![
            container(name).width(Fill),
            tab(Tab::Overview, "details-overview"),
            tab(Tab::Log, "details-log"),
            icon_button(Icon::Cross, scene.text("details-close"), Some(Message::Close), p),
        ]
        .spacing(6)
        .align_y(Center);
        let detail = self.detail.as_ref().filter(|detail| detail.row.id == row.id);
        let inner = match self.tab {
            Tab::Overview => overview(row, detail.map(Arc::as_ref), width, scene),
            Tab::Log => log(detail, scene),
        };
        let scroll = scroll(container(inner).width(Fill).padding(iced::Padding::ZERO.right(12)), p)
            .height(Fill)
            .width(Fill);
        column![
            container(top).padding(iced::Padding {
                top: 9.0 - GRIP,
                right: 10.0,
                bottom: 6.0,
                left: gap::LARGE
            }),
            container(scroll).padding(iced::Padding { top: 2.0, right: 4.0, bottom: 8.0, left: gap::LARGE }),
        ]
        .into()
    }
}

/// Several at once: how many, how much, and what is done with them most.
fn many<'a>(selection: &Selection, roster: &Roster, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let count = selection.len();
    let rows: Vec<&Row> = selection.ids().filter_map(|id| roster.row(id)).collect();
    let all_here = rows.len() == count;
    let words = scene.words.format("details-many", &[("count", count.into())]);
    let words = text(words).size(size::NAME).font(theme::SEMIBOLD).color(p.text).width(Fill);
    let sum = all_here.then(|| {
        let done = rows.iter().map(|row| row.progress.done).sum();
        let total = rows.iter().map(|row| row.progress.total.unwrap_or(row.progress.done)).sum();
        let values = [("done", scene.words.size(done).into()), ("total", scene.words.size(total).into())];
        muted(scene.words.format("done-of-total", &values), p)
    });
    let verbs = [Verb::Resume, Verb::Pause, Verb::Retry, Verb::Cancel, Verb::Remove(FileFate::Keep)];
    let fitting = verbs.into_iter().filter(|verb| !all_here || rows.iter().any(|row| verb.fits(row)));
    let buttons = fitting.map(|verb| {
        let words = action(verb.icon(), scene.text(verb.key()), p.soft);
        pressable(button(words).padding([6, 12]).style(theme::quiet(p)), Some(Message::DoChosen(verb)), p)
    });
    let close = icon_button(Icon::Cross, scene.text("details-close"), Some(Message::Close), p);
    let top = row![words, close].spacing(6).align_y(Center);
    column![
        container(top).padding(iced::Padding { top: 9.0 - GRIP, right: 10.0, bottom: 6.0, left: gap::LARGE }),
        container(column![sum, row(buttons).spacing(gap::SMALL).wrap()].spacing(gap::MEDIUM))
            .padding([0.0, gap::LARGE]),
    ]
    .into()
}

fn nothing<'a>(scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let words = scene.text("details-none");
    let close = icon_button(Icon::Cross, scene.text("details-close"), Some(Message::Close), p);
    column![
        container(row![space::horizontal(), close]).padding(iced::Padding::from([8, 10]).top(9.0 - GRIP)),
        container(muted(words, p)).center_x(Fill),
    ]
    .into()
}

/// What it does now, the ways out as buttons, and then the facts.
fn overview<'a>(
    row: &'a Row,
    detail: Option<&'a Detail>,
    width: f32,
    scene: Scene<'a>,
) -> Element<'a, Message> {
    let p = scene.palette;
    let sentence = scene.sentence(row);
    let ink = p.tone(sentence.tone);
    let says = iced::widget::row![
        icon(state_icon(&row.status), 15.0, ink),
        text(sentence.text).size(size::BODY).font(theme::MEDIUM).color(p.text),
    ]
    .spacing(8)
    .align_y(Center);
    let ways = sentence.remedies.iter().enumerate().map(|(index, remedy)| {
        let words = text(scene.words.remedy(*remedy)).size(size::SMALL).font(theme::MEDIUM);
        let press = Some(Message::Do(row.id, *remedy));
        let button = button(words).padding([5, 11]);
        if index == 0 {
            pressable(button.style(theme::primary(p)), press, p)
        } else {
            pressable(button.style(theme::quiet(p)), press, p)
        }
    });
    let ways = (!sentence.remedies.is_empty()).then(|| iced::widget::row(ways).spacing(gap::SMALL).wrap());
    let mut left = pairs(row, detail, scene);
    // Where two columns would only cut every value short, there is one.
    let half = if width < 640.0 { left.len() } else { left.len().div_ceil(2) };
    let right = left.split_off(half);
    let tip = scene.text("copy");
    let side = |pairs| column(facts(pairs, Message::Copy, &tip, p)).spacing(4).width(Fill);
    let right = (!right.is_empty()).then(|| side(right));
    let table = iced::widget::row![side(left), right].spacing(gap::HUGE);
    column![says, ways, table].spacing(gap::MEDIUM).into()
}

/// Every fact there is, by name.
fn pairs(row: &Row, detail: Option<&Detail>, scene: Scene<'_>) -> Vec<(String, String)> {
    let words = scene.words;
    let date = |at| words.date(at, scene.now.zone);
    let response = detail.and_then(|detail| detail.response.as_ref());
    let got = match row.progress.total {
        Some(total) => words.format(
            "done-of-total",
            &[("done", words.size(row.progress.done).into()), ("total", words.size(total).into())],
        ),
        None => words.size(row.progress.done),
    };
    let resumes = row.resumable.map(|can| words.text(if can { "yes" } else { "no" }));
    let file = row.file.clone().unwrap_or_else(|| row.folder.clone());
    let checked = detail.and_then(|detail| detail.validator.as_ref()).and_then(|validator| {
        let etag = validator.etag.as_ref().map(|etag| etag.value.clone());
        etag.or_else(|| validator.last_modified.clone())
    });
    let expected = detail.and_then(|detail| detail.expected.as_ref()).map(|said| words.expected(said));
    let all: Vec<(&str, Option<String>)> = vec![
        ("fact-address", Some(row.url.clone())),
        ("fact-file", Some(file.display().to_string())),
        ("fact-received", Some(got)),
        ("fact-type", row.content_type.clone()),
        ("fact-resumes", resumes),
        ("fact-policy", Some(words.policy(row.policy))),
        ("fact-added", Some(date(row.added))),
        ("fact-started", row.started.map(date)),
        ("fact-finished", row.finished.map(date)),
        ("fact-answer", row.http_status.map(|status| status.to_string())),
        ("fact-final-address", response.map(|response| response.url.to_string())),
        ("fact-version", checked),
        ("fact-checksum", expected),
        ("fact-checked", row.checksum.map(|verdict| words.verdict(verdict))),
        ("fact-restarted", (row.restarted > 0).then(|| row.restarted.to_string())),
        ("fact-id", Some(row.id.to_string())),
    ];
    all.into_iter().filter_map(|(key, value)| Some((words.text(key), value?))).collect()
}

/// Newest last, as it happened. Built anew only when something was added or the look changed: it may have 500 lines,
/// and the window is drawn ten times a second while bytes flow.
fn log<'a>(detail: Option<&'a Arc<Detail>>, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let Some(detail) = detail else { return muted(scene.text("details-loading"), p).into() };
    let Some(last) = detail.log.last() else { return muted(scene.text("details-log-empty"), p).into() };
    let known = (detail.row.id, detail.log.len(), last.at, scene.words.tag(), scene.now.zone, p.dark);
    let (detail, words, now) = (Arc::clone(detail), scene.words.clone(), scene.now);
    lazy(known, move |_| -> Element<'static, Message> {
        let lines = detail.log.iter().map(|entry| log_line(entry, &words, now, p));
        column(lines).spacing(5).width(Fill).into()
    })
    .into()
}

fn log_line(entry: &Entry, words: &Words, now: Now, p: Palette) -> Element<'static, Message> {
    let sentence = words.entry(&entry.kind, now);
    let when = text(words.moment(entry.at, now.zone)).size(size::SMALL).color(p.mute);
    let when = when.wrapping(text::Wrapping::None);
    let glyph = icon(tone_icon(sentence.tone), 14.0, p.tone(sentence.tone));
    iced::widget::row![
        container(when).width(140),
        container(glyph).padding([1, 0]),
        text(sentence.text).size(size::SMALL).color(p.text).width(Fill),
    ]
    .spacing(gap::SMALL)
    .into()
}
