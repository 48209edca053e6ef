//! Marks the lines that are no links, in the place where they stand.

use std::ops::Range;

use iced::advanced::text::Highlighter;
use iced::advanced::text::highlighter::Format;
use iced::{Color, Font};

use crate::model::SafeUrl;

/// Colours bad lines. Its only setting is that colour.
pub(super) struct Marker {
    ink: Color,
    line: usize,
}

impl Highlighter for Marker {
    type Settings = Ink;
    type Highlight = Color;
    type Iterator<'a> = std::option::IntoIter<(Range<usize>, Color)>;

    fn new(settings: &Ink) -> Self {
        Self { ink: settings.0, line: 0 }
    }

    fn update(&mut self, settings: &Ink) {
        self.ink = settings.0;
        self.line = 0;
    }

    fn change_line(&mut self, line: usize) {
        self.line = line;
    }

    fn highlight_line(&mut self, line: &str) -> Self::Iterator<'_> {
        self.line += 1;
        let bad = !line.trim().is_empty() && SafeUrl::parse_typed(line).is_err();
        bad.then_some((0..line.len(), self.ink)).into_iter()
    }

    fn current_line(&self) -> usize {
        self.line
    }
}

/// The colour of bad lines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ink(pub(super) Color);

pub(super) fn format(ink: &Color, _: &iced::Theme) -> Format<Font> {
    Format { color: Some(*ink), font: None }
}
