//! How things that can be pressed or typed into look, in each of their states.

use iced::widget::{button, overlay, pick_list as picker, text_editor, text_input};
use iced::{Background, Border, Color, Shadow, Theme};

use super::{Palette, radius};

fn filled(background: Color, text: Color) -> button::Style {
    button::Style {
        background: Some(background.into()),
        text_color: text,
        border: Border { radius: radius::CONTROL.into(), ..Border::default() },
        shadow: Shadow::default(),
        snap: true,
    }
}

fn bare(text: Color) -> button::Style {
    button::Style { background: None, ..filled(Color::TRANSPARENT, text) }
}

/// The one thing a screen is for.
pub fn primary(p: Palette) -> impl Fn(&Theme, button::Status) -> button::Style + Copy {
    move |_, status| match status {
        button::Status::Active => filled(p.accent, p.on_accent),
        button::Status::Hovered | button::Status::Pressed => filled(p.accent_hover, p.on_accent),
        button::Status::Disabled => filled(p.track, p.mute),
    }
}

/// Everything else that has a label.
pub fn quiet(p: Palette) -> impl Fn(&Theme, button::Status) -> button::Style + Copy {
    move |_, status| {
        let ground = match status {
            button::Status::Active | button::Status::Disabled => p.panel,
            button::Status::Hovered => p.hover,
            button::Status::Pressed => p.track,
        };
        let ink = if status == button::Status::Disabled { p.mute.scale_alpha(0.6) } else { p.text };
        let border = Border { color: p.edge, width: 1.0, radius: radius::CONTROL.into() };
        button::Style { border, ..filled(ground, ink) }
    }
}

/// What ends or deletes something.
pub fn danger(p: Palette) -> impl Fn(&Theme, button::Status) -> button::Style + Copy {
    move |_, status| {
        let ground = match status {
            button::Status::Active => p.bad.scale_alpha(0.14),
            button::Status::Hovered | button::Status::Pressed => p.bad.scale_alpha(0.24),
            button::Status::Disabled => p.panel,
        };
        filled(ground, p.bad)
    }
}

/// An icon alone; it shows its edge only under the pointer.
pub fn icon_button(p: Palette) -> impl Fn(&Theme, button::Status) -> button::Style + Copy {
    move |_, status| match status {
        button::Status::Active => bare(p.soft),
        button::Status::Hovered => filled(p.track, p.text),
        button::Status::Pressed => filled(p.edge, p.text),
        button::Status::Disabled => bare(p.mute.scale_alpha(0.5)),
    }
}

/// A way out, within a sentence.
pub fn link(p: Palette) -> impl Fn(&Theme, button::Status) -> button::Style + Copy {
    move |_, status| match status {
        button::Status::Active | button::Status::Disabled => bare(p.link),
        button::Status::Hovered | button::Status::Pressed => bare(p.text),
    }
}

/// A line of a menu; `here` has the keyboard.
pub fn menu_button(
    p: Palette,
    ink: Color,
    here: bool,
) -> impl Fn(&Theme, button::Status) -> button::Style + Copy {
    move |_, status| match status {
        button::Status::Disabled => bare(p.mute.scale_alpha(0.5)),
        button::Status::Active if !here => bare(ink),
        button::Status::Active | button::Status::Hovered | button::Status::Pressed => button::Style {
            border: Border {
                color: if here { p.link } else { Color::TRANSPARENT },
                width: 1.0,
                radius: radius::SMALL.into(),
            },
            ..filled(p.track, ink)
        },
    }
}

/// A place of the sidebar, or a tab.
pub fn side_button(p: Palette, here: bool) -> impl Fn(&Theme, button::Status) -> button::Style + Copy {
    move |_, status| {
        if here {
            return filled(p.chosen, p.text);
        }
        match status {
            button::Status::Active | button::Status::Disabled => bare(p.soft),
            button::Status::Hovered | button::Status::Pressed => filled(p.hover, p.text),
        }
    }
}

/// One of a few choices that stand side by side.
pub fn segment(p: Palette, here: bool) -> impl Fn(&Theme, button::Status) -> button::Style + Copy {
    move |_, status| {
        let border = Border {
            color: if here { p.link } else { Color::TRANSPARENT },
            width: 1.0,
            radius: radius::SMALL.into(),
        };
        if here {
            return button::Style { border, ..filled(p.chosen, p.text) };
        }
        match status {
            button::Status::Active | button::Status::Disabled => bare(p.soft),
            button::Status::Hovered | button::Status::Pressed => filled(p.track, p.text),
        }
    }
}

/// A field; `wrong` marks what it holds, beside the sentence that says why.
pub fn field(p: Palette, wrong: bool) -> impl Fn(&Theme, text_input::Status) -> text_input::Style + Copy {
    move |_, status| {
        let focused = matches!(status, text_input::Status::Focused { .. });
        let hovered =
            matches!(status, text_input::Status::Hovered | text_input::Status::Focused { is_hovered: true });
        text_input::Style {
            background: ground(p, focused).into(),
            border: edge(p, focused, hovered, wrong),
            icon: p.mute,
            placeholder: p.mute,
            value: p.text,
            selection: p.accent.scale_alpha(0.4),
        }
    }
}

pub fn text_area(
    p: Palette,
    wrong: bool,
) -> impl Fn(&Theme, text_editor::Status) -> text_editor::Style + Copy {
    move |_, status| {
        let focused = matches!(status, text_editor::Status::Focused { .. });
        let hovered = matches!(
            status,
            text_editor::Status::Hovered | text_editor::Status::Focused { is_hovered: true }
        );
        text_editor::Style {
            background: ground(p, focused).into(),
            border: edge(p, focused, hovered, wrong),
            placeholder: p.mute,
            value: p.text,
            selection: p.accent.scale_alpha(0.4),
        }
    }
}

fn ground(p: Palette, focused: bool) -> Color {
    if focused { p.canvas } else { p.inset }
}

/// The focus ring is two pixels wide: seen without telling colours apart.
fn edge(p: Palette, focused: bool, hovered: bool, wrong: bool) -> Border {
    let color = match (wrong, focused, hovered) {
        (true, ..) => p.bad,
        (false, true, _) => p.link,
        (false, false, true) => p.mute,
        (false, false, false) => p.edge,
    };
    Border { color, width: if focused { 2.0 } else { 1.0 }, radius: radius::CONTROL.into() }
}

/// The renderer repaints the bounds of what changed, and takes those of a centred text for half a line higher than they
/// are: other words alone would be drawn by halves. So the ground differs with the words, by less than can be seen.
pub fn pick_list(p: Palette, words: &str) -> impl Fn(&Theme, picker::Status) -> picker::Style + Copy + use<> {
    let step = words.bytes().fold(0_u16, |sum, byte| (sum * 31 + u16::from(byte)) % 199);
    let ground = p.inset.scale_alpha(1.0 - f32::from(step) * 1e-6);
    move |_, status| {
        let hovered = !matches!(status, picker::Status::Active);
        picker::Style {
            text_color: p.text,
            placeholder_color: p.mute,
            handle_color: p.soft,
            background: Background::Color(ground),
            border: edge(p, false, hovered, false),
        }
    }
}

/// The list that a picker opens.
pub fn menu(p: Palette) -> impl Fn(&Theme) -> overlay::menu::Style + Copy {
    move |_| overlay::menu::Style {
        background: p.raised.into(),
        border: Border { color: p.edge, width: 1.0, radius: radius::CONTROL.into() },
        text_color: p.text,
        selected_text_color: p.text,
        selected_background: p.chosen.into(),
        shadow: Shadow::default(),
    }
}

/// A switch.
pub fn toggle(
    p: Palette,
) -> impl Fn(&Theme, iced::widget::toggler::Status) -> iced::widget::toggler::Style + Copy {
    use iced::widget::toggler::{Status, Style};
    move |_, status| {
        let on = match status {
            Status::Active { is_toggled }
            | Status::Hovered { is_toggled }
            | Status::Disabled { is_toggled } => is_toggled,
        };
        Style {
            background: if on { p.accent } else { p.edge }.into(),
            background_border_width: 0.0,
            background_border_color: Color::TRANSPARENT,
            foreground: if on { p.on_accent } else { p.raised }.into(),
            foreground_border_width: 0.0,
            foreground_border_color: Color::TRANSPARENT,
            text_color: Some(p.text),
            border_radius: None,
            padding_ratio: 0.12,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_words_in_a_picker_are_painted_whole() {
        let p = Palette::new(true);
        let look = |words: &str| pick_list(p, words)(&p.theme(), picker::Status::Active).background;
        assert_eq!(look("Careful"), look("Careful"));
        assert_ne!(look("Careful"), look("Vorsichtig"));
        let Background::Color(ground) = look("Vorsichtig") else { panic!("no colour") };
        assert_eq!(ground.into_rgba8(), p.inset.into_rgba8(), "nobody can see it");
    }
}
