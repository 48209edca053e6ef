//! The pane below the list: every fact about one transfer, and its log.

use std::sync::Arc;

use iced::widget::{button, column, container, lazy, row, space, text};
use iced::{Center, Element, Fill};

use crate::api::{Detail, Row};
use crate::model::{Entry, Now, TransferId};
use crate::ui::icon::{Icon, icon};
use crate::ui::roster::Roster;
use crate::ui::scene::Scene;
use crate::ui::selection::Selection;
use crate::ui::theme::{self, Palette, size, space as gap};
use crate::ui::verbs::Verb;
use crate::ui::widget::{Cut, ellipsis, facts, icon_button, muted, scroll, state_icon, tone_icon};
use crate::words::{Remedy, Words};

#[derive(Debug)]
pub struct State {
    pub open: bool,
    pub height: f32,
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
    Close,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    None,
    Copy(String),
    Do(Verb, TransferId),
    Remember(bool),
}

impl State {
    pub fn new(open: bool, height: u16) -> Self {
        let height = f32::from(height.clamp(160, 600));
        Self { open, height, tab: Tab::default(), detail: None, asked: None }
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
            Message::Close => self.toggle(),
        }
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
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let row = selection.focus().and_then(|id| roster.row(id));
        let inner = match row {
            Some(row) if selection.len() <= 1 => self.one(row, scene),
            Some(_) | None => nothing(selection.len(), scene),
        };
        container(inner).height(self.height).width(Fill).into()
    }

    fn one<'a>(&'a self, row: &'a Row, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let tab = |tab, key: &str| {
            let here = self.tab == tab;
            button(text(scene.text(key)).size(size::SMALL).font(theme::MEDIUM))
                .padding([4, 10])
                .style(theme::segment(p, here))
                .on_press(Message::Show(tab))
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
            Tab::Overview => overview(row, detail.map(Arc::as_ref), scene),
            Tab::Log => log(detail, scene),
        };
        let scroll = scroll(container(inner).width(Fill).padding(iced::Padding::ZERO.right(12)), p)
            .height(Fill)
            .width(Fill);
        column![
            container(top).padding(iced::Padding { top: 8.0, right: 10.0, bottom: 6.0, left: gap::LARGE }),
            container(scroll).padding(iced::Padding { top: 2.0, right: 4.0, bottom: 8.0, left: gap::LARGE }),
        ]
        .into()
    }
}

fn nothing<'a>(chosen: usize, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let words = match chosen {
        0 | 1 => scene.text("details-none"),
        count => scene.words.format("details-many", &[("count", count.into())]),
    };
    let close = icon_button(Icon::Cross, scene.text("details-close"), Some(Message::Close), p);
    column![
        container(row![space::horizontal(), close]).padding([8, 10]),
        container(muted(words, p)).center_x(Fill),
    ]
    .into()
}

/// What it does now, the ways out as buttons, and then the facts.
fn overview<'a>(row: &'a Row, detail: Option<&'a Detail>, scene: Scene<'a>) -> Element<'a, Message> {
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
        let press = Message::Do(row.id, *remedy);
        let button = button(words).padding([5, 11]).on_press(press);
        if index == 0 { button.style(theme::primary(p)).into() } else { button.style(theme::quiet(p)).into() }
    });
    let ways = (!sentence.remedies.is_empty()).then(|| iced::widget::row(ways).spacing(gap::SMALL).wrap());
    let all = pairs(row, detail, scene);
    let half = all.len().div_ceil(2);
    let (left, right) = (all[..half].to_vec(), all[half..].to_vec());
    let tip = scene.text("copy");
    let side = |pairs| column(facts(pairs, Message::Copy, &tip, p)).spacing(4).width(Fill);
    let table = iced::widget::row![side(left), side(right)].spacing(gap::HUGE);
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
    let glyph = icon(tone_icon(sentence.tone), 14.0, p.tone(sentence.tone));
    iced::widget::row![
        container(when).width(128),
        container(glyph).padding([1, 0]),
        text(sentence.text).size(size::SMALL).color(p.text).width(Fill),
    ]
    .spacing(gap::SMALL)
    .into()
}
