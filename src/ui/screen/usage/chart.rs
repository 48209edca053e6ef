//! Bytes of the last days as bars. What the words say stands in them, too: no figure is only a length.

use iced::widget::{column, container, row, space};
use iced::{Bottom, Element, Fill};

use super::Message;
use crate::api::UsageView;
use crate::model::{Amount, Day};
use crate::ui::number::share;
use crate::ui::scene::Scene;
use crate::ui::theme;
use crate::ui::widget::{muted, tip};

const DAYS: i32 = 31;
const HEIGHT: f32 = 96.0;

pub(super) fn view<'a>(usage: &UsageView, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let days: Vec<Day> = (0..DAYS).rev().map(|ago| Day(usage.today.0.saturating_sub(ago))).collect();
    let amount = |day: &Day| usage.days.get(day).copied().unwrap_or_default();
    let height = |amount: &Amount| amount.device.max(amount.ours());
    let most = days.iter().max_by_key(|day| height(&amount(day))).copied().unwrap_or_default();
    let highest = height(&amount(&most));
    let title = muted(scene.words.format("budget-chart", &[("days", DAYS.unsigned_abs().into())]), p);
    if highest == 0 {
        return column![title, muted(scene.text("budget-chart-empty"), p)].spacing(6).into();
    }
    let period = usage.budget.map(|plan| plan.standing.period);
    let bars = days.iter().map(|day| {
        let amount = amount(day);
        let counts = period.is_none_or(|period| period.begin <= *day && *day < period.end);
        bar(*day, &amount, highest, counts, scene)
    });
    let values = [("size", scene.words.size(highest).into()), ("day", scene.words.day(most).into())];
    let legend = muted(scene.words.format("budget-chart-most", &values), p);
    column![title, row(bars).spacing(3).height(HEIGHT).align_y(Bottom), legend].spacing(6).into()
}

/// Ours below, what other programs moved above. Days of another period are paler.
fn bar<'a>(day: Day, amount: &Amount, highest: u64, counts: bool, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let length = |bytes: u64| if bytes == 0 { 0.0 } else { (HEIGHT * share(bytes, Some(highest))).max(2.0) };
    let ink = |ink: iced::Color| if counts { ink } else { ink.scale_alpha(0.45) };
    let part = |bytes: u64, color| {
        container(space().width(Fill).height(length(bytes))).style(theme::solid(ink(color)))
    };
    let others = amount.device.saturating_sub(amount.ours());
    let ground = container(space().width(Fill).height(1.0)).style(theme::solid(p.line));
    let parts = column![part(others, p.mute), part(amount.up, p.upload), part(amount.down, p.accent), ground]
        .width(Fill);
    let values = [("day", scene.words.day(day).into()), ("amount", scene.words.amount(amount).into())];
    let words = scene.words.format("budget-day", &values);
    container(tip(parts, words, p)).width(Fill).align_y(Bottom).height(Fill).into()
}
