//! The design system: one set of colours, sizes and shapes, in a light and a dark edition. Nothing else in the window
//! names a colour or a radius.

mod control;
mod surface;

use iced::{Color, Font, color, font};

pub use control::menu;
pub use control::{
    danger, field, icon_button, link, menu_button, pick_list, primary, quiet, segment, side_button,
    text_area, toggle,
};
pub use surface::{
    badge, bar, card, chip, dialog, floating, line, ring, scroller, side, solid, tile, tooltip,
};

/// Text in four sizes; 13 is the reading size, 11 only for labels of columns and badges.
pub mod size {
    pub const LABEL: f32 = 11.0;
    pub const SMALL: f32 = 12.0;
    pub const BODY: f32 = 13.0;
    pub const NAME: f32 = 14.0;
    pub const TITLE: f32 = 17.0;
    pub const HERO: f32 = 21.0;
}

/// Distances, multiples of four.
pub mod space {
    pub const HAIR: f32 = 2.0;
    pub const TIGHT: f32 = 4.0;
    pub const SMALL: f32 = 8.0;
    pub const MEDIUM: f32 = 12.0;
    pub const LARGE: f32 = 16.0;
    pub const HUGE: f32 = 24.0;
}

pub mod radius {
    pub const SMALL: f32 = 5.0;
    pub const CONTROL: f32 = 7.0;
    pub const CARD: f32 = 10.0;
    pub const DIALOG: f32 = 14.0;
    pub const PILL: f32 = 20.0;
}

pub const REGULAR: Font = Font::with_name("Longshore Sans");
pub const MEDIUM: Font = Font { weight: font::Weight::Medium, ..REGULAR };
pub const SEMIBOLD: Font = Font { weight: font::Weight::Semibold, ..REGULAR };

/// The fonts this window draws with, from the program itself: text looks the same on every machine.
pub const FONTS: [&[u8]; 4] = [
    include_bytes!("../../assets/fonts/LongshoreSans-Regular.ttf"),
    include_bytes!("../../assets/fonts/LongshoreSans-Medium.ttf"),
    include_bytes!("../../assets/fonts/LongshoreSans-SemiBold.ttf"),
    include_bytes!("../../assets/fonts/longshore-icons.ttf"),
];

/// Every colour there is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Palette {
    pub dark: bool,
    /// Behind the list.
    pub canvas: Color,
    /// Behind sidebar and status bar.
    pub side: Color,
    /// Quiet buttons, fields, cards.
    pub panel: Color,
    /// Dialogs, menus, toasts.
    pub raised: Color,
    /// Fields and cards, sunk into what they stand on.
    pub inset: Color,
    pub line: Color,
    /// Edges of what can be clicked or typed into.
    pub edge: Color,
    pub text: Color,
    pub soft: Color,
    pub mute: Color,
    /// Filled things: the primary button, progress.
    pub accent: Color,
    pub accent_hover: Color,
    pub on_accent: Color,
    /// Accent as text or icon on the backgrounds.
    pub link: Color,
    pub good: Color,
    pub warn: Color,
    pub bad: Color,
    pub upload: Color,
    /// As `warn`, for shapes that are not text.
    pub amber: Color,
    pub hover: Color,
    pub chosen: Color,
    pub track: Color,
    pub scrim: Color,
}

const DARK: Palette = Palette {
    dark: true,
    canvas: color!(0x13171e),
    side: color!(0x0e1116),
    panel: color!(0x1a202a),
    raised: color!(0x1d242e),
    inset: color!(0x12161c),
    line: color!(0x222a35),
    edge: color!(0x303a48),
    text: color!(0xe8edf4),
    soft: color!(0xa9b5c5),
    mute: color!(0x8b98ab),
    accent: color!(0x2e6fe6),
    accent_hover: color!(0x2762d0),
    on_accent: color!(0xffffff),
    link: color!(0x6ba5ff),
    good: color!(0x3cc795),
    warn: color!(0xf0b654),
    bad: color!(0xf47c7c),
    upload: color!(0xb09bff),
    amber: color!(0xf0b654),
    hover: color!(0x1a212b),
    chosen: color!(0x1a2b47),
    track: color!(0x29323f),
    scrim: color!(0x000000, 0.55),
};

const LIGHT: Palette = Palette {
    dark: false,
    canvas: color!(0xffffff),
    side: color!(0xf4f6f9),
    panel: color!(0xf7f9fb),
    raised: color!(0xffffff),
    inset: color!(0xf7f9fb),
    line: color!(0xe6eaf0),
    edge: color!(0xd3dae4),
    text: color!(0x16202e),
    soft: color!(0x4a586c),
    mute: color!(0x5a687c),
    accent: color!(0x1f66e0),
    accent_hover: color!(0x1857c6),
    on_accent: color!(0xffffff),
    link: color!(0x1a5fd6),
    good: color!(0x0a7a54),
    warn: color!(0x8f5a00),
    bad: color!(0xc43434),
    upload: color!(0x6a48dd),
    amber: color!(0xd88a1c),
    hover: color!(0xf3f6fa),
    chosen: color!(0xe2edfd),
    track: color!(0xe2e7ee),
    scrim: color!(0x1b2430, 0.38),
};

impl Palette {
    pub const fn new(dark: bool) -> Self {
        if dark { DARK } else { LIGHT }
    }

    /// For the parts of the toolkit that ask the theme.
    pub fn theme(self) -> iced::Theme {
        iced::Theme::custom(
            if self.dark { "Longshore dark" } else { "Longshore light" },
            iced::theme::Palette {
                background: self.canvas,
                text: self.text,
                primary: self.accent,
                success: self.good,
                warning: self.warn,
                danger: self.bad,
            },
        )
    }

    pub const fn tone(self, tone: crate::words::Tone) -> Color {
        match tone {
            crate::words::Tone::Plain => self.mute,
            crate::words::Tone::Good => self.good,
            crate::words::Tone::Warn => self.warn,
            crate::words::Tone::Bad => self.bad,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance and contrast of WCAG 2.1, section 1.4.3.
    fn contrast(a: Color, b: Color) -> f32 {
        let part = |c: f32| if c <= 0.03928 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        let light = |c: Color| 0.2126 * part(c.r) + 0.7152 * part(c.g) + 0.0722 * part(c.b);
        let (a, b) = (light(a) + 0.05, light(b) + 0.05);
        if a > b { a / b } else { b / a }
    }

    #[test]
    fn every_text_can_be_read_on_every_ground() {
        for palette in [DARK, LIGHT] {
            let texts = [
                ("text", palette.text),
                ("soft", palette.soft),
                ("mute", palette.mute),
                ("link", palette.link),
                ("good", palette.good),
                ("warn", palette.warn),
                ("bad", palette.bad),
                ("upload", palette.upload),
            ];
            let grounds = [
                ("canvas", palette.canvas),
                ("side", palette.side),
                ("panel", palette.panel),
                ("raised", palette.raised),
                ("inset", palette.inset),
                ("hover", palette.hover),
                ("chosen", palette.chosen),
            ];
            for (text, ink) in texts {
                for (ground, paper) in grounds {
                    let found = contrast(ink, paper);
                    assert!(found >= 4.5, "dark {}: {text} on {ground} is {found:.2}", palette.dark);
                }
            }
            assert!(contrast(palette.on_accent, palette.accent) >= 4.5);
            assert!(contrast(palette.on_accent, palette.accent_hover) >= 4.5);
        }
    }
}
