//! The bottom line: what the engine does, in one sentence, and what is moving.

use iced::widget::{container, row, space};
use iced::{Center, Element};

use crate::api::VerdictView;
use crate::model::Shelf;
use crate::ui::icon::{Icon, icon};
use crate::ui::roster::Roster;
use crate::ui::scene::Scene;
use crate::ui::theme::{self, size, space as gap};
use crate::ui::widget::{ellipsis, muted, tone_icon};
use crate::words::Tone;

pub const HEIGHT: f32 = 30.0;

/// `free`: bytes left where downloads go.
pub fn view<'a, Message: 'a>(
    roster: &'a Roster,
    chosen: usize,
    free: Option<u64>,
    width: f32,
    scene: Scene<'a>,
) -> Element<'a, Message> {
    let p = scene.palette;
    let (words, tone) = sentence(roster, scene);
    let glyph = match tone {
        Tone::Plain => None,
        Tone::Good | Tone::Warn | Tone::Bad => {
            let glyph = if roster.counts.need_user > 0 { Icon::CircleAlert } else { tone_icon(tone) };
            Some(icon(glyph, 13.0, p.tone(tone)))
        }
    };
    let rate = |glyph, ink, rate: u64| {
        (rate > 0).then(|| {
            row![icon(glyph, 12.0, ink), muted(scene.words.rate(rate), p).color(p.soft)]
                .spacing(4)
                .align_y(Center)
        })
    };
    let chosen =
        (chosen > 1).then(|| muted(scene.words.format("status-chosen", &[("count", chosen.into())]), p));
    let free = free.filter(|_| width > 560.0).map(|bytes| {
        muted(scene.words.format("status-free", &[("size", scene.words.size(bytes).into())]), p)
    });
    let line = row![
        glyph,
        container(ellipsis(words, size::SMALL, p.soft)).max_width(width * 0.55),
        space::horizontal(),
        chosen,
        rate(Icon::ArrowDown, p.link, roster.totals.down),
        rate(Icon::ArrowUp, p.upload, roster.totals.up),
        free,
    ]
    .spacing(gap::MEDIUM)
    .align_y(Center);
    container(line).padding([0.0, gap::LARGE]).center_y(HEIGHT).style(theme::side(p)).into()
}

/// What the engine does now.
fn sentence(roster: &Roster, scene: Scene<'_>) -> (String, Tone) {
    let counts = &roster.counts;
    let (active, waiting) = (counts.of(Shelf::Active), counts.of(Shelf::Waiting));
    let held = roster.network.as_ref().and_then(|view| {
        view.verdicts.iter().find_map(|(policy, verdict)| match verdict {
            VerdictView::Hold(hold) if *policy == roster.settings.cost_policy => Some(hold),
            VerdictView::Hold(_) | VerdictView::Go(_) => None,
        })
    });
    if counts.need_user > 0 {
        let words = scene.words.format("status-need-user", &[("count", counts.need_user.into())]);
        return (words, Tone::Warn);
    }
    match (active, waiting, held) {
        (0, 1.., Some(hold)) => {
            let reason = scene.words.hold(hold, scene.network, scene.now).text;
            let values = [("reason", reason.into()), ("count", waiting.into())];
            (scene.words.format("status-held", &values), Tone::Warn)
        }
        (0, 0, _) => (scene.text("status-idle"), Tone::Plain),
        (0, ..) => (scene.words.format("status-waiting", &[("count", waiting.into())]), Tone::Plain),
        (_, 0, _) => (scene.words.format("status-active", &[("count", active.into())]), Tone::Plain),
        (..) => {
            let values = [("active", active.into()), ("waiting", waiting.into())];
            (scene.words.format("status-active-waiting", &values), Tone::Plain)
        }
    }
}
