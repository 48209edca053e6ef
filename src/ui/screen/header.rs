//! The top: what one does most, what one looks for, and what the network is like.

use iced::widget::{button, container, row, text, text_input};
use iced::{Center, Element, Fill};

use crate::model::{Connectivity, CostPolicy, Link, Shelf};
use crate::ui::icon::{Icon, icon};
use crate::ui::roster::Roster;
use crate::ui::scene::Scene;
use crate::ui::theme::{self, size, space as gap};
use crate::ui::widget::{action, ellipsis, icon_button, pressable, tip};
use crate::words::Tone;

pub const HEIGHT: f32 = 56.0;
/// The search field.
pub const SEARCH: &str = "search";

#[derive(Debug, Default)]
pub struct State {
    pub search: String,
}

#[derive(Debug, Clone)]
pub enum Message {
    Add,
    Upload,
    PauseAll,
    ResumeAll,
    SearchChanged(String),
    OpenSettings,
    OpenNetwork,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    Add,
    Upload,
    PauseAll,
    ResumeAll,
    Search(String),
    OpenSettings,
    OpenNetwork,
}

impl State {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Add => Action::Add,
            Message::Upload => Action::Upload,
            Message::PauseAll => Action::PauseAll,
            Message::ResumeAll => Action::ResumeAll,
            Message::SearchChanged(text) => {
                self.search.clone_from(&text);
                Action::Search(text)
            }
            Message::OpenSettings => Action::OpenSettings,
            Message::OpenNetwork => Action::OpenNetwork,
        }
    }

    /// `width` of the header: it loses words before it loses buttons.
    pub fn view<'a>(&'a self, roster: &'a Roster, width: f32, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let add = button(action(Icon::Plus, scene.text("header-add"), p.on_accent))
            .padding([8, 14])
            .style(theme::primary(p));
        let add = pressable(add, Some(Message::Add), p);
        let totals = (width > 900.0).then(|| totals(roster, scene));
        let bar = row![
            add,
            all_buttons(roster, width, scene),
            self.search(scene),
            totals.flatten(),
            chip(roster, width, scene),
            icon_button(Icon::Settings, scene.text("header-settings"), Some(Message::OpenSettings), p),
        ]
        .spacing(gap::SMALL)
        .align_y(Center);
        container(bar).padding([0.0, gap::LARGE]).center_y(HEIGHT).into()
    }

    fn search<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let field = text_input(&scene.text("header-search"), &self.search)
            .id(SEARCH)
            .on_input(Message::SearchChanged)
            .icon(text_input::Icon {
                font: crate::ui::icon::FONT,
                code_point: '\u{E151}',
                size: Some(14.0.into()),
                spacing: 8.0,
                side: text_input::Side::Left,
            })
            .size(size::BODY)
            .padding([8, 10])
            .style(theme::field(p, false));
        container(container(field).max_width(240)).width(Fill).into()
    }
}

fn all_buttons<'a>(roster: &'a Roster, width: f32, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let running = roster.counts.of(Shelf::Active) + roster.counts.of(Shelf::Waiting) > 0;
    let paused = roster.counts.of(Shelf::Paused) > 0;
    // Words differ in length from language to language: the search field needs its room in each.
    let letters = ["header-add", "header-upload", "header-pause-all", "header-resume-all"]
        .map(|key| scene.text(key).chars().count())
        .iter()
        .sum();
    let slim = width < 540.0 + 8.0 * crate::ui::number::pixels(crate::ui::number::exact(letters));
    let one = |glyph, key: &str, press: Option<Message>| -> Element<'a, Message> {
        if slim {
            return icon_button(glyph, scene.text(key), press, p);
        }
        let ink = if press.is_some() { p.soft } else { p.mute.scale_alpha(0.6) };
        pressable(
            button(action(glyph, scene.text(key), ink)).padding([7, 12]).style(theme::quiet(p)),
            press,
            p,
        )
    };
    row![
        one(Icon::Upload, "header-upload", Some(Message::Upload)),
        one(Icon::Pause, "header-pause-all", running.then_some(Message::PauseAll)),
        one(Icon::Play, "header-resume-all", paused.then_some(Message::ResumeAll)),
    ]
    .spacing(if slim { 2.0 } else { gap::SMALL })
    .into()
}

/// Speeds, only while something moves.
fn totals<'a>(roster: &Roster, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let p = scene.palette;
    let one = |glyph, ink, rate: u64| -> Option<Element<'a, Message>> {
        (rate > 0).then(|| {
            row![icon(glyph, 13.0, ink), text(scene.words.rate(rate)).size(size::BODY).font(theme::MEDIUM)]
                .spacing(4)
                .align_y(Center)
                .into()
        })
    };
    let down = one(Icon::ArrowDown, p.link, roster.totals.down);
    let up = one(Icon::ArrowUp, p.upload, roster.totals.up);
    (down.is_some() || up.is_some()).then(|| row![down, up].spacing(gap::MEDIUM).padding([0, 4]).into())
}

/// Name and cost of the network. Its colour only repeats what its words and icon say.
fn chip<'a>(roster: &'a Roster, width: f32, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let p = scene.palette;
    let view = roster.network.as_ref()?;
    let (cost, tone) = scene.words.network_cost(&view.network);
    let ink = if tone == Tone::Plain { p.soft } else { p.tone(tone) };
    let glyph = match (view.network.link, view.network.connectivity) {
        (Link::Down, _) | (_, Connectivity::None) => Icon::Offline,
        (Link::Changing, _) => Icon::Hourglass,
        (Link::Up, _) if view.network.roaming => Icon::Phone,
        (Link::Up, _) if view.metered => Icon::Gauge,
        (Link::Up, _) => Icon::Wifi,
    };
    let name = view.network.connection.as_deref().filter(|_| width > 860.0);
    let name =
        name.map(|name| container(ellipsis(name, size::SMALL, p.text).font(theme::MEDIUM)).max_width(130));
    let words = (width > 480.0).then(|| text(cost.clone()).size(size::SMALL).font(theme::MEDIUM).color(ink));
    let inside = row![icon(glyph, 14.0, ink), name, words].spacing(7).align_y(Center);
    let pill =
        button(container(inside).padding([5, 10]).style(theme::chip(ink))).padding(0).style(theme::link(p));
    let pill = pressable(pill, Some(Message::OpenNetwork), p);
    Some(tip(pill, explained(roster, cost, scene), p))
}

/// The chip's long form: the connection, and what each policy makes of it.
fn explained(roster: &Roster, cost: String, scene: Scene<'_>) -> String {
    let Some(view) = &roster.network else { return cost };
    let name = view.network.connection.clone().unwrap_or_else(|| scene.text("this-network"));
    let plain = view.verdicts.iter().filter(|(policy, _)| CostPolicy::PLAIN.contains(policy));
    let verdicts = plain.map(|(policy, verdict)| {
        let key = match verdict {
            crate::api::VerdictView::Go(_) => "network-goes",
            crate::api::VerdictView::Hold(_) => "network-waits",
        };
        scene.words.format(key, &[("policy", scene.words.policy(*policy).into())])
    });
    std::iter::once(format!("{name}: {cost}")).chain(verdicts).collect::<Vec<_>>().join("\n")
}
