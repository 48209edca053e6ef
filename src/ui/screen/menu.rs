//! The menu of the chosen rows.

use iced::widget::{button, column, container, mouse_area, opaque, pin, row, space, text};
use iced::{Center, Element, Fill, Point, Size};

use crate::api::{FileFate, Row};
use crate::model::{Place, Status, TransferId};
use crate::ui::icon::icon;
use crate::ui::number::{exact, pixels};
use crate::ui::roster::Roster;
use crate::ui::scene::Scene;
use crate::ui::selection::Motion;
use crate::ui::theme::{self, size};
use crate::ui::verbs::Verb;
use crate::ui::widget::{hline, lift};
use crate::words::Remedy;

const WIDTH: f32 = 250.0;
/// Pixels of the widest letters of a line's words and of its keys, on average.
const LETTER: [f32; 2] = [7.2, 6.4];
/// Icon, gaps and edges of a line.
const AROUND: f32 = 78.0;
const LINE: f32 = 30.0;

#[derive(Debug)]
pub struct State {
    at: Point,
    ids: Vec<TransferId>,
    groups: Vec<Vec<Verb>>,
    /// The line the keyboard is on, counted over all groups.
    here: Option<usize>,
}

#[derive(Debug, Clone, Copy)]
pub enum Message {
    Do(Verb),
    Away,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    Do(Verb, Vec<TransferId>),
    Close,
}

impl State {
    /// The menu of these transfers; of those that are not at hand everything is offered.
    pub fn new(at: Point, ids: Vec<TransferId>, roster: &Roster, remedies: &[Remedy]) -> Self {
        let rows: Vec<&Row> = ids.iter().filter_map(|id| roster.row(*id)).collect();
        let all_here = rows.len() == ids.len();
        let one = ids.len() == 1;
        let fits = |verb: &Verb| !all_here || rows.iter().any(|row| verb.fits(row));
        let ways = remedies
            .iter()
            .filter(|remedy| !matches!(remedy, Remedy::Resume | Remedy::Retry | Remedy::NewLink))
            .map(|remedy| Verb::Out(*remedy))
            .collect::<Vec<_>>();
        let single: &[Verb] = &[Verb::Open, Verb::Play, Verb::Reveal];
        // Consent is asked for once, for all that are chosen.
        let bound = rows.iter().any(|row| matches!(row.status, Status::PausedSystemPolicy(_)));
        let ways = match (one, bound) {
            (true, _) => ways,
            (false, true) => vec![Verb::Out(Remedy::RunAnyway)],
            (false, false) => Vec::new(),
        };
        let groups = [
            ways,
            if one { single.to_vec() } else { Vec::new() },
            vec![Verb::Resume, Verb::Pause, Verb::Retry, Verb::Cancel],
            if one { vec![Verb::CopyLink, Verb::NewLink] } else { Vec::new() },
            vec![Verb::Move(Place::Top), Verb::Move(Place::Bottom), Verb::StartAt],
            vec![Verb::Remove(FileFate::Keep), Verb::Remove(FileFate::Trash)],
        ];
        let groups = groups
            .into_iter()
            .map(|verbs| verbs.into_iter().filter(&fits).collect::<Vec<_>>())
            .filter(|verbs| !verbs.is_empty())
            .collect();
        Self { at, ids, groups, here: None }
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Do(verb) => Action::Do(verb, std::mem::take(&mut self.ids)),
            Message::Away => Action::Close,
        }
    }

    /// The keyboard goes up or down; past the end it begins again.
    pub fn travel(&mut self, motion: Motion) {
        let count = self.groups.iter().map(Vec::len).sum::<usize>();
        let Some(last) = count.checked_sub(1) else { return };
        self.here = Some(match (motion, self.here) {
            (Motion::First | Motion::PageUp, _) | (Motion::Down, None) => 0,
            (Motion::Last | Motion::PageDown, _) | (Motion::Up, None | Some(0)) => last,
            (Motion::Down, Some(here)) => (here + 1) % count,
            (Motion::Up, Some(here)) => here - 1,
        });
    }

    /// What the line under the keyboard does.
    pub fn here(&self) -> Option<Message> {
        self.groups.iter().flatten().nth(self.here?).copied().map(Message::Do)
    }

    /// Words are as long as their language makes them.
    fn width(&self, scene: Scene<'_>) -> f32 {
        let pixels = |text: &str, letter: f32| pixels(exact(text.chars().count())) * letter;
        let lines = self.groups.iter().flatten().map(|verb| {
            let keys = hint(*verb).map(|keys| scene.words.keys(keys)).unwrap_or_default();
            pixels(&words_of(*verb, scene), LETTER[0]) + pixels(&keys, LETTER[1]) + AROUND
        });
        lines.fold(WIDTH, f32::max).round()
    }

    pub fn view<'a>(&'a self, window: Size, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let mut lines: Vec<Element<'a, Message>> = Vec::new();
        let mut verbs = 0;
        for (index, group) in self.groups.iter().enumerate() {
            if index > 0 {
                lines.push(container(hline(p)).padding([4, 6]).into());
            }
            for verb in group {
                lines.push(line(*verb, self.here == Some(verbs), scene));
                verbs += 1;
            }
        }
        let width = self.width(scene);
        let height = pixels(exact(verbs)) * LINE + pixels(exact(self.groups.len())) * 9.0 + 12.0;
        let x = self.at.x.min(window.width - width - 8.0).max(4.0);
        let y = self.at.y.min(window.height - height - 8.0).max(4.0);
        let card = container(column(lines)).padding(6).width(width).style(theme::floating(p));
        let ground = mouse_area(space().width(Fill).height(Fill))
            .on_press(Message::Away)
            .on_right_press(Message::Away);
        opaque(iced::widget::stack![ground, pin(opaque(lift(card, width, theme::radius::CARD, p))).x(x).y(y)])
    }
}

/// What a line says.
fn words_of(verb: Verb, scene: Scene<'_>) -> String {
    match verb {
        Verb::Out(remedy) => scene.words.remedy(remedy),
        Verb::Pause
        | Verb::Resume
        | Verb::Cancel
        | Verb::Retry
        | Verb::Open
        | Verb::Play
        | Verb::Reveal
        | Verb::CopyLink
        | Verb::NewLink
        | Verb::Details
        | Verb::Move(_)
        | Verb::StartAt
        | Verb::Policy(_)
        | Verb::Remove(_) => scene.text(verb.key()),
    }
}

fn line<'a>(verb: Verb, here: bool, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let words = words_of(verb, scene);
    let hint = hint(verb).map(|keys| text(scene.words.keys(keys)).size(size::LABEL).color(p.mute));
    let hint = hint.map(|hint| hint.wrapping(text::Wrapping::None));
    let ink = match verb {
        Verb::Remove(FileFate::Trash) => p.bad,
        Verb::Out(_) => p.link,
        Verb::Pause
        | Verb::Resume
        | Verb::Cancel
        | Verb::Retry
        | Verb::Open
        | Verb::Play
        | Verb::Reveal
        | Verb::CopyLink
        | Verb::NewLink
        | Verb::Details
        | Verb::Move(_)
        | Verb::StartAt
        | Verb::Policy(_)
        | Verb::Remove(FileFate::Keep) => p.text,
    };
    let inside = row![
        icon(verb.icon(), 14.0, if ink == p.text { p.soft } else { ink }),
        text(words).size(size::BODY).width(Fill).wrapping(text::Wrapping::None),
        hint,
    ]
    .spacing(10)
    .align_y(Center);
    button(container(inside).center_y(Fill))
        .padding([0, 9])
        .height(LINE)
        .width(Fill)
        .style(theme::menu_button(p, ink, here))
        .on_press(Message::Do(verb))
        .into()
}

/// The keys that do the same.
const fn hint(verb: Verb) -> Option<&'static str> {
    match verb {
        Verb::Open => Some("Enter"),
        Verb::Reveal => Some("Ctrl+Enter"),
        Verb::Retry => Some("Ctrl+R"),
        Verb::CopyLink => Some("Ctrl+C"),
        Verb::NewLink => Some("Ctrl+L"),
        Verb::Remove(FileFate::Keep) => Some("Del"),
        Verb::Remove(FileFate::Trash) => Some("Shift+Del"),
        Verb::Pause | Verb::Resume => Some("Space"),
        Verb::Play
        | Verb::Cancel
        | Verb::Details
        | Verb::Move(_)
        | Verb::StartAt
        | Verb::Policy(_)
        | Verb::Out(_) => None,
    }
}
