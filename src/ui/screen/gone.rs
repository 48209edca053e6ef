//! The engine ended while the window was open.

use iced::widget::{button, column, container, text};
use iced::{Center, Element, Fill};

use crate::api::Stopped;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice;
use crate::ui::scene::Scene;
use crate::ui::theme::{self, size, space as gap};
use crate::ui::widget::{action, muted, pressable};

pub fn view<'a, Message: Clone + 'a>(why: Stopped, quit: Message, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let (title, words) = notice::stopped(why, scene.words);
    let ink = if why == Stopped::Broke { p.bad } else { p.soft };
    let glyph = if why == Stopped::Broke { Icon::Alert } else { Icon::Power };
    let close = action(Icon::Power, scene.text("gone-close"), p.on_accent);
    let close = button(close).padding([9, 16]).style(theme::primary(p));
    let content = column![
        container(icon(glyph, 30.0, ink)).center(72.0).style(theme::tile(ink)),
        text(title).size(size::HERO).font(theme::SEMIBOLD).color(p.text),
        container(muted(words, p).size(size::BODY).align_x(Center)).max_width(440),
        pressable(close, Some(quit), p),
    ]
    .spacing(gap::LARGE)
    .align_x(Center);
    container(content).center(Fill).into()
}
