//! How the grounds look that things stand on.

use iced::widget::{container, progress_bar, rule, scrollable};
use iced::{Background, Border, Color, Shadow, Theme};

use super::{Palette, radius};

/// The window's own ground is the renderer's: what stands on that paints none, and does not cost a second one.
fn plain(ground: Color) -> container::Style {
    container::Style { background: Some(ground.into()), ..container::Style::default() }
}

/// One colour, without an edge.
pub fn solid(ink: Color) -> impl Fn(&Theme) -> container::Style + Copy {
    move |_| plain(ink)
}

pub fn side(p: Palette) -> impl Fn(&Theme) -> container::Style + Copy {
    move |_| plain(p.side)
}

pub fn card(p: Palette) -> impl Fn(&Theme) -> container::Style + Copy {
    move |_| container::Style {
        border: Border { color: p.line, width: 1.0, radius: radius::CARD.into() },
        ..plain(p.inset)
    }
}

pub fn dialog(p: Palette) -> impl Fn(&Theme) -> container::Style + Copy {
    move |_| container::Style {
        border: Border { color: p.edge, width: 1.0, radius: radius::DIALOG.into() },
        text_color: Some(p.text),
        ..plain(p.raised)
    }
}

/// Menus and toasts.
pub fn floating(p: Palette) -> impl Fn(&Theme) -> container::Style + Copy {
    move |_| container::Style {
        border: Border { color: p.edge, width: 1.0, radius: radius::CARD.into() },
        text_color: Some(p.text),
        ..plain(p.raised)
    }
}

pub fn tooltip(p: Palette) -> impl Fn(&Theme) -> container::Style + Copy {
    move |_| container::Style {
        border: Border { color: p.edge, width: 1.0, radius: radius::SMALL.into() },
        text_color: Some(p.text),
        ..plain(p.raised)
    }
}

/// One of the rings of a shadow. (Shadows of the toolkit are not clipped to what is repainted: each frame they would
/// grow darker.)
pub fn ring(p: Palette, radius: f32) -> impl Fn(&Theme) -> container::Style + Copy {
    let strength = if p.dark { 0.16 } else { 0.035 };
    move |_| container::Style {
        border: Border { radius: radius.into(), ..Border::default() },
        ..plain(Color::BLACK.scale_alpha(strength))
    }
}

/// A count beside a place.
pub fn badge(p: Palette, here: bool) -> impl Fn(&Theme) -> container::Style + Copy {
    move |_| container::Style {
        border: Border { radius: radius::PILL.into(), ..Border::default() },
        ..plain(if here { p.link.scale_alpha(0.18) } else { p.track.scale_alpha(0.75) })
    }
}

/// A pill in the colour of what it says.
pub fn chip(ink: Color) -> impl Fn(&Theme) -> container::Style + Copy {
    move |_| container::Style {
        border: Border { radius: radius::PILL.into(), ..Border::default() },
        ..plain(ink.scale_alpha(0.13))
    }
}

/// The square behind a type icon.
pub fn tile(ink: Color) -> impl Fn(&Theme) -> container::Style + Copy {
    move |_| container::Style {
        border: Border { radius: 8.0.into(), ..Border::default() },
        ..plain(ink.scale_alpha(0.13))
    }
}

pub fn line(p: Palette) -> impl Fn(&Theme) -> rule::Style + Copy {
    move |_| rule::Style { color: p.line, radius: 0.0.into(), fill_mode: rule::FillMode::Full, snap: true }
}

pub fn bar(p: Palette, ink: Color) -> impl Fn(&Theme) -> progress_bar::Style + Copy {
    move |_| progress_bar::Style {
        background: p.track.into(),
        bar: ink.into(),
        border: Border { radius: 3.0.into(), ..Border::default() },
    }
}

pub fn scroller(p: Palette) -> impl Fn(&Theme, scrollable::Status) -> scrollable::Style + Copy {
    move |_, status| {
        let strong = !matches!(status, scrollable::Status::Active { .. });
        let thumb = scrollable::Scroller {
            background: Background::Color(if strong { p.mute.scale_alpha(0.7) } else { p.edge }),
            border: Border { radius: 4.0.into(), ..Border::default() },
        };
        let rail = scrollable::Rail { background: None, border: Border::default(), scroller: thumb };
        scrollable::Style {
            container: container::Style::default(),
            vertical_rail: rail,
            horizontal_rail: rail,
            gap: None,
            auto_scroll: scrollable::AutoScroll {
                background: p.raised.into(),
                border: Border::default(),
                shadow: Shadow::default(),
                icon: p.soft,
            },
        }
    }
}
