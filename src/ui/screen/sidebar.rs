//! The places: everything, the shelves, the two directions, each with its count. Collapsed it keeps its icons.

use iced::widget::{button, column, container, image, row, text};
use iced::{Center, Color, Element, Fill};

use crate::api::{Counts, View};
use crate::model::{Direction, Shelf};
use crate::ui::icon::{Icon, icon};
use crate::ui::roster::Roster;
use crate::ui::scene::Scene;
use crate::ui::theme::{self, Palette, size, space as gap};
use crate::ui::widget::{icon_button, pressable, tip};

pub const WIDE: f32 = 208.0;
pub const SLIM: f32 = 56.0;
/// Below this width of the window the sidebar collapses by itself.
const ROOM: f32 = 860.0;

#[derive(Debug)]
pub struct State {
    pub place: Place,
    pub open: bool,
    logo: image::Handle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    #[default]
    All,
    Shelf(Shelf),
    Direction(Direction),
}

#[derive(Debug, Clone, Copy)]
pub enum Message {
    Go(Place),
    Toggle,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Show this place.
    Look,
    /// Keep for the next start whether it is open.
    Remember(bool),
}

impl State {
    pub fn new(open: bool) -> Self {
        let pixels: &[u8] = include_bytes!("../../../assets/icons/longshore-64.rgba");
        Self { place: Place::All, open, logo: image::Handle::from_rgba(64, 64, pixels) }
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Go(place) => {
                self.place = place;
                Action::Look
            }
            Message::Toggle => {
                self.open = !self.open;
                Action::Remember(self.open)
            }
        }
    }

    pub fn is_wide(&self, window: f32) -> bool {
        self.open && window >= ROOM
    }

    pub fn width(&self, window: f32) -> f32 {
        if self.is_wide(window) { WIDE } else { SLIM }
    }

    pub fn view<'a>(&'a self, roster: &'a Roster, window: f32, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let wide = self.is_wide(window);
        let places = |places: &[Place]| {
            let lines = places.iter().map(|place| self.line(*place, &roster.counts, wide, scene));
            column(lines).spacing(2)
        };
        let shelves = [
            Place::All,
            Place::Shelf(Shelf::Active),
            Place::Shelf(Shelf::Waiting),
            Place::Shelf(Shelf::Paused),
            Place::Shelf(Shelf::Finished),
            Place::Shelf(Shelf::Failed),
        ];
        let directions = [Place::Direction(Direction::Download), Place::Direction(Direction::Upload)];
        let toggle = icon_button(Icon::Sidebar, scene.text("sidebar-toggle"), Some(Message::Toggle), p);
        let bottom = (window >= ROOM).then(|| container(toggle).padding([8, 6]));
        let content = column![
            self.brand(wide, scene),
            places(&shelves),
            container(crate::ui::widget::hline(p)).padding([10, 8]),
            places(&directions),
            iced::widget::space::vertical(),
            bottom,
        ];
        container(content)
            .padding([0.0, gap::SMALL])
            .width(self.width(window))
            .height(Fill)
            .style(theme::side(p))
            .into()
    }

    fn brand<'a>(&'a self, wide: bool, scene: Scene<'a>) -> Element<'a, Message> {
        let logo = image(self.logo.clone()).width(28).height(28);
        let name =
            wide.then(|| text("Longshore").size(size::TITLE).font(theme::SEMIBOLD).color(scene.palette.text));
        container(row![logo, name].spacing(10).align_y(Center))
            .padding([0, 6])
            .center_y(super::header::HEIGHT)
            .into()
    }

    fn line<'a>(&self, place: Place, counts: &Counts, wide: bool, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let here = self.place == place;
        let (glyph, ink) = place.icon(p);
        let count = place.count(counts);
        let ink = if here { p.link } else { ink };
        let name = place.name(scene);
        let needs_user = place == Place::Shelf(Shelf::Waiting) && counts.need_user > 0;
        let glyph = if needs_user { Icon::CircleAlert } else { glyph };
        let ink = if needs_user { p.warn } else { ink };
        if !wide {
            let inside = container(icon(glyph, 17.0, ink)).center_x(Fill).padding([9, 0]);
            let slim = button(inside).padding(0).width(Fill).style(theme::side_button(p, here));
            return tip(
                pressable(slim, Some(Message::Go(place)), p),
                format!("{name} · {}", scene.words.number(count)),
                p,
            );
        }
        let badge = (count > 0).then(|| {
            container(text(scene.words.number(count)).size(size::LABEL).font(theme::MEDIUM).color(if here {
                p.link
            } else {
                p.mute
            }))
            .padding([2, 8])
            .style(theme::badge(p, here))
        });
        let font = if here { theme::SEMIBOLD } else { theme::REGULAR };
        let label = text(name).size(size::NAME).font(font).width(Fill).wrapping(text::Wrapping::None);
        let line = button(row![icon(glyph, 16.0, ink), label, badge].spacing(11).align_y(Center))
            .padding([7, 10])
            .width(Fill)
            .style(theme::side_button(p, here));
        pressable(line, Some(Message::Go(place)), p)
    }
}

impl Place {
    /// What the engine is asked for.
    pub fn narrow(self, view: &View) -> View {
        let (shelf, direction) = match self {
            Self::All => (None, None),
            Self::Shelf(shelf) => (Some(shelf), None),
            Self::Direction(direction) => (None, Some(direction)),
        };
        View { shelf, direction, ..view.clone() }
    }

    pub fn count(self, counts: &Counts) -> u64 {
        match self {
            Self::All => counts.all(),
            Self::Shelf(shelf) => counts.of(shelf),
            Self::Direction(Direction::Download) => counts.downloads,
            Self::Direction(Direction::Upload) => counts.uploads,
        }
    }

    fn name(self, scene: Scene<'_>) -> String {
        match self {
            Self::All => scene.text("sidebar-all"),
            Self::Shelf(shelf) => scene.words.shelf(shelf),
            Self::Direction(Direction::Download) => scene.text("sidebar-downloads"),
            Self::Direction(Direction::Upload) => scene.text("sidebar-uploads"),
        }
    }

    const fn icon(self, p: Palette) -> (Icon, Color) {
        match self {
            Self::All => (Icon::Layers, p.soft),
            Self::Shelf(Shelf::Active) => (Icon::Gauge, p.link),
            Self::Shelf(Shelf::Waiting) => (Icon::Clock, p.soft),
            Self::Shelf(Shelf::Paused) => (Icon::Pause, p.warn),
            Self::Shelf(Shelf::Finished) => (Icon::Check, p.good),
            Self::Shelf(Shelf::Failed) => (Icon::Alert, p.bad),
            Self::Direction(Direction::Download) => (Icon::Download, p.link),
            Self::Direction(Direction::Upload) => (Icon::Upload, p.upload),
        }
    }
}
