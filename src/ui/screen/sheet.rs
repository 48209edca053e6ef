//! Every shortcut on one sheet.

use iced::widget::{column, container, row, text};
use iced::{Center, Element, Fill};

use crate::ui::keys::SHEET;
use crate::ui::scene::Scene;
use crate::ui::theme::{self, size, space as gap};
use crate::ui::widget::{body, dialog};

pub fn view<'a, Message: Clone + 'a>(close: Message, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let half = SHEET.len().div_ceil(2);
    let side = |lines: &[(&'static str, &'static str)]| {
        let lines = lines.iter().map(|(keys, key)| {
            let cap =
                container(text(scene.words.keys(keys)).size(size::SMALL).font(theme::MEDIUM).color(p.soft))
                    .padding([3, 8])
                    .style(theme::card(p));
            row![container(body(scene.text(key), p)).width(Fill), cap]
                .spacing(gap::SMALL)
                .align_y(Center)
                .into()
        });
        column(lines).spacing(6).width(Fill)
    };
    let inner = row![side(&SHEET[..half]), side(&SHEET[half..])].spacing(gap::HUGE);
    dialog(scene.text("sheet-title"), (scene.text("close"), close), inner, 760.0, p)
}
