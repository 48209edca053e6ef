//! The list: only the rows that are seen exist.

mod line;

use std::ops::Range;

use iced::widget::{button, column, container, keyed_column, row, text};
use iced::{Center, Element, Fill, Point, Right};

use crate::api::Sort;
use crate::model::TransferId;
use crate::ui::columns::{self, Column};
use crate::ui::icon::{Icon, icon};
use crate::ui::number::{exact, whole};
use crate::ui::roster::Roster;
use crate::ui::scene::Scene;
use crate::ui::selection::{Manner, Motion, Selection};
use crate::ui::theme::{self, size};
use crate::ui::verbs::Verb;
use crate::ui::widget::{Gesture, Mark, Press, Rows, hline, pressable};

/// Height of a row in pixels.
pub const ROW: f32 = 54.0;
/// Rows drawn beyond the visible ones, so that a short scroll needs no new ones.
const OVERSCAN: usize = 4;
/// Rows fetched beyond the visible ones.
const AHEAD: usize = 40;

#[derive(Debug)]
pub struct State {
    pub selection: Selection,
    /// Pixels above the visible part.
    offset: f64,
    /// Height of the visible part; guessed until the first frame.
    height: f32,
}

#[derive(Debug, Clone, Copy)]
pub enum Message {
    Scrolled(f64, f32),
    Touched(Gesture),
    Do(TransferId, Verb),
    SortBy(Sort),
}

#[derive(Debug, PartialEq)]
pub enum Action {
    None,
    /// Other rows are visible.
    Moved,
    /// Another row has the focus.
    Focused,
    Do(Verb, Vec<TransferId>),
    Menu(Point),
    SortBy(Sort),
}

impl State {
    pub fn new(height: f32) -> Self {
        Self { selection: Selection::default(), offset: 0.0, height }
    }

    pub fn update(&mut self, message: Message, order: &[TransferId]) -> Action {
        match message {
            Message::Scrolled(offset, height) => {
                self.offset = offset;
                self.height = height;
                Action::Moved
            }
            Message::Touched(gesture) => self.touched(gesture, order),
            Message::Do(id, verb) => {
                if !self.selection.contains(id) {
                    self.selection.only(id);
                }
                Action::Do(verb, vec![id])
            }
            Message::SortBy(sort) => Action::SortBy(sort),
        }
    }

    fn touched(&mut self, gesture: Gesture, order: &[TransferId]) -> Action {
        let Some((index, id)) = gesture.index.and_then(|index| Some((index, *order.get(index)?))) else {
            self.selection.clear();
            return Action::Focused;
        };
        match gesture.press {
            Press::Once => {
                let manner = if gesture.modifiers.shift() {
                    Manner::Extend
                } else if gesture.modifiers.control() {
                    Manner::Toggle
                } else {
                    Manner::Replace
                };
                self.selection.click(order, index, manner);
                Action::Focused
            }
            Press::Twice => {
                self.selection.click(order, index, Manner::Replace);
                Action::Do(Verb::Open, vec![id])
            }
            Press::Menu(at) => {
                if !self.selection.contains(id) {
                    self.selection.click(order, index, Manner::Replace);
                }
                Action::Menu(at)
            }
        }
    }

    /// Moves the focus by key and keeps it in sight.
    pub fn travel(&mut self, order: &[TransferId], motion: Motion, manner: Manner) -> Action {
        let page = whole(f64::from(self.height / ROW)).saturating_sub(1);
        if let Some(index) = self.selection.travel(order, motion, page, manner) {
            self.bring_into_sight(index);
        }
        Action::Focused
    }

    pub fn bring_into_sight(&mut self, index: usize) {
        let row = f64::from(ROW);
        let top = exact(index) * row;
        let least = top + row - f64::from(self.height);
        self.offset = self.offset.min(top).max(least).max(0.0).round();
    }

    pub fn to_top(&mut self) {
        self.offset = 0.0;
    }

    /// Where a menu opens that was asked for by key.
    pub fn menu_point(&self, order: &[TransferId], left: f32) -> Point {
        let index = self.selection.focus().and_then(|id| order.iter().position(|other| *other == id));
        let y = exact(index.unwrap_or(0)) * f64::from(ROW) - self.offset;
        let y = crate::ui::number::pixels(y).clamp(0.0, (self.height - ROW).max(0.0));
        Point::new(left + 64.0, super::header::HEIGHT + 30.0 + y + ROW * 0.8)
    }

    /// Places of the order that are visible or soon will be.
    pub fn wanted(&self, count: usize) -> Range<usize> {
        let Range { start, end } = self.drawn(count);
        start.saturating_sub(AHEAD)..(end + AHEAD).min(count)
    }

    fn drawn(&self, count: usize) -> Range<usize> {
        let row = f64::from(ROW);
        let last = whole((self.offset + f64::from(self.height)) / row) + 1 + OVERSCAN;
        let last = last.min(count);
        whole(self.offset / row).saturating_sub(OVERSCAN).min(last)..last
    }

    /// `width` of the list decides which columns it has.
    pub fn view<'a>(&'a self, roster: &'a Roster, width: f32, scene: Scene<'a>) -> Element<'a, Message> {
        let columns = columns::fitting(width);
        let order = roster.order();
        let drawn = self.drawn(order.len());
        let first = drawn.start;
        let lines = drawn.filter_map(|index| {
            let id = *order.get(index)?;
            Some((id.get(), line::view(roster.row(id), &columns, scene)))
        });
        let rows = Rows {
            content: keyed_column(lines).width(Fill).into(),
            first,
            count: order.len(),
            row: ROW,
            offset: self.offset,
            palette: scene.palette,
            mark: Box::new(move |index| {
                order.get(index).map_or_else(Mark::default, |id| Mark {
                    chosen: self.selection.contains(*id),
                    focused: self.selection.focus() == Some(*id),
                })
            }),
            on_scroll: Message::Scrolled,
            on_gesture: Message::Touched,
        };
        column![heads(&columns, roster, scene), hline(scene.palette), rows].into()
    }
}

/// The names of the columns; those one can sort by are buttons.
fn heads<'a>(columns: &[Column], roster: &Roster, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let view = roster.view();
    let head = |key: &str, sort: Option<Sort>| -> Element<'a, Message> {
        let here = sort.is_some_and(|sort| sort == view.sort && sort != Sort::Queue);
        let ink = if here { p.text } else { p.mute };
        let name = text(scene.text(key)).size(size::LABEL).font(theme::SEMIBOLD).color(ink);
        let name = name.wrapping(text::Wrapping::None);
        let arrow = here.then(|| icon(if view.descending { Icon::Down } else { Icon::Up }, 12.0, ink));
        match sort {
            None => name.into(),
            Some(sort) => {
                let head = button(row![name, arrow].spacing(3).align_y(Center));
                pressable(head.padding(0).style(theme::link(p)), Some(Message::SortBy(sort)), p)
            }
        }
    };
    let cells = columns.iter().map(|column| {
        let (key, sort) = match column {
            Column::Progress => ("column-progress", Some(Sort::Queue)),
            Column::Size => ("column-size", Some(Sort::Size)),
            Column::Speed => ("column-speed", None),
            Column::Left => ("column-left", None),
            Column::Added => ("column-added", Some(Sort::Added)),
        };
        let cell = container(head(key, sort)).width(column.width());
        if *column == Column::Progress { cell.into() } else { cell.align_x(Right).into() }
    });
    let name = container(head("column-name", Some(Sort::Name))).width(Fill);
    let buttons = container(text("")).width(columns::BUTTONS);
    let all = std::iter::once(name.into()).chain(cells).chain(std::iter::once(buttons.into()));
    container(row(all).spacing(columns::GAP).align_y(Center))
        .padding([0.0, columns::MARGIN])
        .center_y(30)
        .into()
}
