//! One row.

use iced::widget::{button, column, container, progress_bar, row, text};
use iced::{Center, Color, Element, Fill, Length, Right, Shrink};

use super::{Message, ROW};
use crate::api::Row;
use crate::model::{Activity, Direction, Status};
use crate::ui::columns::{self, Column};
use crate::ui::icon::{Icon, icon};
use crate::ui::kind::icon_of;
use crate::ui::number::{percent, share};
use crate::ui::scene::Scene;
use crate::ui::theme::{self, Palette, size};
use crate::ui::verbs::{self, Verb};
use crate::ui::widget::{Cut, ellipsis, hug, icon_button};
use crate::words::{Remedy, Tone};

/// A row that is not here yet is an empty place of the same height.
pub(super) fn view<'a>(row: Option<&'a Row>, columns: &[Column], scene: Scene<'a>) -> Element<'a, Message> {
    let Some(row) = row else { return placeholder(scene.palette) };
    let p = scene.palette;
    let ink = ink(row, p);
    let glyph = container(icon(icon_of(&row.name), 18.0, ink)).center(34.0).style(theme::tile(ink));
    let name = ellipsis(row.name.as_str(), size::NAME, p.text).font(theme::MEDIUM).cut(Cut::Middle);
    // Where it waits, speed and time are empty: that is the place for the way out. The reason gets the room of the bar
    // too, which stands beside the name then.
    let waits = waits(row);
    let roomy = columns.contains(&Column::Speed) && columns.contains(&Column::Left);
    let way = way_out(row, scene).filter(|_| waits);
    let bar = waits && columns.contains(&Column::Progress) && row.progress.done > 0;
    let bar = bar.then(|| container(progress(row, ink, scene)).width(Column::Progress.width()));
    let named = iced::widget::row![container(name).width(Fill), bar].spacing(columns::GAP).align_y(Center);
    let says = second_line(row, way.filter(|_| !roomy), columns, scene);
    let words = column![named, says].spacing(1).width(Fill);
    let first = iced::widget::row![glyph, words].spacing(columns::ICON - 34.0).align_y(Center).width(Fill);
    let mut cells: Vec<Element<'a, Message>> = vec![first.into()];
    for column in columns {
        match column {
            Column::Progress if waits => {}
            Column::Left if roomy && waits => {}
            Column::Speed if roomy && waits => {
                let width = Column::Speed.width() + columns::GAP + Column::Left.width();
                let inner = way_or_nothing(way, row, scene);
                cells.push(container(inner).width(width).align_x(Right).into());
            }
            Column::Progress | Column::Size | Column::Speed | Column::Left | Column::Added => {
                cells.push(cell(*column, row, ink, scene));
            }
        }
    }
    cells.push(buttons(row, scene));
    container(iced::widget::row(cells).spacing(columns::GAP).align_y(Center))
        .padding([0.0, columns::MARGIN])
        .center_y(ROW)
        .into()
}

/// It is not moving and has not ended well: there is a reason to be told.
const fn waits(row: &Row) -> bool {
    match row.status {
        Status::Running | Status::Completed | Status::Canceled => false,
        Status::Queued(_)
        | Status::PausedByUser
        | Status::PausedCostedNetwork(_)
        | Status::PausedNoNetwork(_)
        | Status::PausedSystemPolicy(_)
        | Status::WaitingToRetry(_)
        | Status::NeedsUser(_)
        | Status::Failed(_) => true,
    }
}

/// The first way out of a wait; those that the buttons at the end do already are left out.
fn way_out(row: &Row, scene: Scene<'_>) -> Option<Remedy> {
    let first = scene.sentence(row).remedies.first().copied();
    first.filter(|remedy| !matches!(remedy, Remedy::Resume | Remedy::Retry))
}

fn way_or_nothing<'a>(way: Option<Remedy>, row: &Row, scene: Scene<'a>) -> Element<'a, Message> {
    way.map_or_else(|| text("").into(), |remedy| way_link(remedy, row, scene))
}

fn way_link<'a>(remedy: Remedy, row: &Row, scene: Scene<'a>) -> Element<'a, Message> {
    let words =
        text(scene.words.remedy(remedy)).size(size::SMALL).font(theme::MEDIUM).wrapping(text::Wrapping::None);
    button(words)
        .padding(0)
        .style(theme::link(scene.palette))
        .on_press(Message::Do(row.id, Verb::Out(remedy)))
        .into()
}

fn placeholder<'a>(p: Palette) -> Element<'a, Message> {
    let block = |width: f32, height: f32| {
        container(text("")).width(width).height(height).style(theme::badge(p, false))
    };
    let words = column![block(220.0, 11.0), block(120.0, 9.0)].spacing(7);
    let tile = container(text("")).width(34).height(34).style(theme::tile(p.mute));
    container(row![tile, words].spacing(columns::ICON - 34.0).align_y(Center))
        .padding([0.0, columns::MARGIN])
        .center_y(ROW)
        .into()
}

/// The colour of a row's state; its words and shape say the same.
const fn ink(row: &Row, p: Palette) -> Color {
    match (&row.status, row.direction) {
        (Status::Running, Direction::Download) => p.link,
        (Status::Running, Direction::Upload) => p.upload,
        (Status::Completed, _) => p.good,
        (Status::Failed(_), _) => p.bad,
        (Status::NeedsUser(_) | Status::WaitingToRetry(_) | Status::PausedByUser, _) => p.warn,
        (
            Status::Queued(_)
            | Status::PausedCostedNetwork(_)
            | Status::PausedNoNetwork(_)
            | Status::PausedSystemPolicy(_)
            | Status::Canceled,
            _,
        ) => p.mute,
    }
}

/// What no column has room to say, and the host; or why it waits, and the way out if it has no better place.
fn second_line<'a>(
    row: &'a Row,
    way: Option<Remedy>,
    columns: &[Column],
    scene: Scene<'a>,
) -> Element<'a, Message> {
    let p = scene.palette;
    let sentence = scene.sentence(row);
    if matches!(row.status, Status::Running | Status::Completed) {
        let mut parts = pace(row, columns, scene);
        parts.push(row.host.clone());
        if !columns.contains(&Column::Size) {
            parts.extend(row.progress.total.map(|total| scene.words.size(total)));
        }
        if row.restarted > 0 && matches!(row.status, Status::Running) {
            parts.push(scene.text("row-restarted"));
        }
        let arrow = if row.direction == Direction::Upload { "↑ " } else { "" };
        return ellipsis(format!("{arrow}{}", parts.join(" · ")), size::SMALL, p.mute).into();
    }
    let tone = match row.status {
        Status::PausedByUser | Status::Queued(None) => Tone::Plain,
        Status::Queued(Some(_))
        | Status::Running
        | Status::PausedCostedNetwork(_)
        | Status::PausedNoNetwork(_)
        | Status::PausedSystemPolicy(_)
        | Status::WaitingToRetry(_)
        | Status::NeedsUser(_)
        | Status::Completed
        | Status::Canceled
        | Status::Failed(_) => sentence.tone,
    };
    let says = ellipsis(sentence.text, size::SMALL, p.tone(tone));
    match way {
        None => says.into(),
        Some(remedy) => hug(says, way_link(remedy, row, scene), 8.0),
    }
}

/// How far a running one is, how fast, and how long it takes yet: what its columns would say if there were room.
fn pace(row: &Row, columns: &[Column], scene: Scene<'_>) -> Vec<String> {
    if !matches!(row.status, Status::Running) {
        return Vec::new();
    }
    let missing = |column| !columns.contains(&column);
    let far = missing(Column::Progress).then(|| standing(row, scene));
    let rate = row.progress.rate;
    let rate = (missing(Column::Speed) && rate > 0).then(|| scene.words.rate(rate));
    let left = row.progress.left.filter(|_| missing(Column::Left));
    let left =
        left.map(|seconds| scene.words.format("row-left", &[("time", scene.words.duration(seconds).into())]));
    far.into_iter().chain(rate).chain(left).collect()
}

/// The words beside its bar.
fn standing(row: &Row, scene: Scene<'_>) -> String {
    match (row.pausing, row.activity, row.progress.total) {
        (true, ..) => scene.text("row-pausing"),
        (false, Activity::Checking, _) => scene.text("row-checking"),
        (false, Activity::Moving, Some(total)) => {
            scene.words.format("percent", &[("n", percent(row.progress.done, total).into())])
        }
        (false, Activity::Moving, None) => scene.words.size(row.progress.done),
    }
}

fn cell<'a>(column: Column, row: &'a Row, ink: Color, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let running = matches!(row.status, Status::Running);
    let figure = |words: String, color: Color| -> Element<'a, Message> {
        container(text(words).size(size::BODY).color(color).wrapping(text::Wrapping::None))
            .width(column.width())
            .align_x(Right)
            .clip(true)
            .into()
    };
    match column {
        Column::Progress => progress(row, ink, scene),
        Column::Size => {
            let done = (row.progress.done > 0).then_some(row.progress.done);
            let size = row.progress.total.or(done).map(|bytes| scene.words.size(bytes));
            figure(size.unwrap_or_default(), p.soft)
        }
        Column::Speed => {
            let rate = (running && row.progress.rate > 0).then(|| scene.words.rate(row.progress.rate));
            let rate = text(rate.unwrap_or_default())
                .size(size::BODY)
                .font(theme::MEDIUM)
                .color(if row.direction == Direction::Upload { p.upload } else { p.text })
                .wrapping(text::Wrapping::None);
            container(rate).width(column.width()).align_x(Right).into()
        }
        Column::Left => {
            let left = row.progress.left.filter(|_| running).map(|seconds| scene.words.duration(seconds));
            figure(left.unwrap_or_default(), p.soft)
        }
        Column::Added => figure(scene.words.date(row.added, scene.now.zone), p.mute),
    }
}

/// A bar with its percent, while there is something to come; otherwise how it ended.
fn progress<'a>(row: &'a Row, ink: Color, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let width = Column::Progress.width();
    let ended = |glyph: Icon, words: String, ink: Color| -> Element<'a, Message> {
        let line = row![icon(glyph, 14.0, ink), ellipsis(words, size::SMALL, p.mute)].spacing(7);
        container(line.align_y(Center)).width(width).into()
    };
    let when = || row.finished.map(|at| scene.words.date(at, scene.now.zone)).unwrap_or_default();
    match row.status {
        Status::Completed => return ended(Icon::CircleCheck, when(), ink),
        Status::Canceled => return ended(Icon::Cross, when(), ink),
        Status::Queued(_)
        | Status::Running
        | Status::PausedByUser
        | Status::PausedCostedNetwork(_)
        | Status::PausedNoNetwork(_)
        | Status::PausedSystemPolicy(_)
        | Status::WaitingToRetry(_)
        | Status::NeedsUser(_)
        | Status::Failed(_) => {}
    }
    // Only the percent has a place of fixed width: everything else says more.
    let place = match (row.pausing, row.activity, row.progress.total) {
        (false, Activity::Moving, Some(_)) => Length::Fixed(44.0),
        (true, ..) | (false, Activity::Checking, _) | (false, Activity::Moving, None) => Shrink,
    };
    let fill = match (row.direction, &row.status) {
        (Direction::Download, Status::Running) => p.accent,
        (_, Status::PausedByUser | Status::WaitingToRetry(_) | Status::NeedsUser(_)) => p.amber,
        (
            _,
            Status::Running
            | Status::Queued(_)
            | Status::PausedCostedNetwork(_)
            | Status::PausedNoNetwork(_)
            | Status::PausedSystemPolicy(_)
            | Status::Completed
            | Status::Canceled
            | Status::Failed(_),
        ) => ink,
    };
    let bar = progress_bar(0.0..=1.0, share(row.progress.done, row.progress.total))
        .girth(6)
        .length(Fill)
        .style(theme::bar(p, fill));
    let percent = text(standing(row, scene)).size(size::SMALL).color(p.mute).wrapping(text::Wrapping::None);
    container(row![bar, container(percent).align_x(Right).width(place)].spacing(8).align_y(Center))
        .width(width)
        .into()
}

fn buttons<'a>(row: &'a Row, scene: Scene<'a>) -> Element<'a, Message> {
    let one = |verb: Option<Verb>| {
        verb.map(|verb| {
            let press = verb.fits(row).then_some(Message::Do(row.id, verb));
            icon_button(verb.icon(), scene.text(verb.key_for(row)), press, scene.palette)
        })
    };
    let [first, second] = verbs::inline(row);
    container(row![one(first), one(second)].spacing(4)).width(columns::BUTTONS).align_x(Right).into()
}
