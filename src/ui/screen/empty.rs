//! Nothing to show: what one could do about it.

use iced::widget::{button, column, container, text};
use iced::{Center, Element, Fill};

use crate::ui::icon::{Icon, icon};
use crate::ui::scene::Scene;
use crate::ui::screen::sidebar::Place;
use crate::ui::theme::{self, size, space as gap};
use crate::ui::widget::{action, muted, pressable};

/// Why the list is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// There is no transfer at all.
    Nothing,
    /// Not here.
    Place(Place),
    /// The search finds none.
    Search,
}

/// `add` is what the button does.
pub fn view<'a, Message: Clone + 'a>(why: Why, add: Message, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let (glyph, title, hint) = match why {
        Why::Nothing => (Icon::Anchor, "empty-title", "empty-hint"),
        Why::Place(_) => (Icon::Inbox, "empty-place", "empty-place-hint"),
        Why::Search => (Icon::Search, "empty-search", "empty-search-hint"),
    };
    let tile = container(icon(glyph, 30.0, p.link)).center(72.0).style(theme::tile(p.link));
    let words = column![
        text(scene.text(title)).size(size::HERO).font(theme::SEMIBOLD).color(p.text),
        container(muted(scene.text(hint), p).size(size::BODY).align_x(Center)).max_width(420),
    ]
    .spacing(gap::SMALL)
    .align_x(Center);
    let add = (why == Why::Nothing).then(|| {
        let words = action(Icon::Plus, scene.text("empty-add"), p.on_accent);
        pressable(button(words).padding([9, 16]).style(theme::primary(p)), Some(add), p)
    });
    container(column![tile, words, add].spacing(gap::HUGE).align_x(Center))
        .center(Fill)
        .padding(gap::HUGE)
        .into()
}

/// What becomes of files that are held over the window.
pub fn landing<'a, Message: Clone + 'a>(count: usize, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let tile = container(icon(Icon::Upload, 30.0, p.upload)).center(72.0).style(theme::tile(p.upload));
    let words = scene.words.format("drop-files", &[("count", count.into())]);
    let words = text(words).size(size::HERO).font(theme::SEMIBOLD).color(p.text);
    let inner = column![tile, words].spacing(gap::LARGE).align_x(Center);
    container(inner).padding(gap::HUGE).style(theme::dialog(p)).into()
}
