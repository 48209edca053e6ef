//! One line of text that never breaks a layout: what does not fit is left out and an ellipsis says so.

use std::borrow::Cow;

use iced::advanced::text::Renderer as _;
use iced::advanced::text::paragraph::Plain;
use iced::advanced::text::{Alignment, LineHeight, Paragraph as _, Shaping, Text, Wrapping};
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Layout, Widget, layout, renderer};
use iced::{Color, Element, Font, Length, Pixels, Point, Rectangle, Renderer, Size, Theme, alignment, mouse};

type Paragraph = <Renderer as iced::advanced::text::Renderer>::Paragraph;

/// Where text is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cut {
    /// A sentence.
    End,
    /// A file name: its ending says what it is.
    Middle,
}

pub struct Ellipsis<'a> {
    content: Cow<'a, str>,
    size: f32,
    font: Font,
    color: Color,
    cut: Cut,
    width: Length,
}

/// Text that is shortened at its end.
pub fn ellipsis<'a>(content: impl Into<Cow<'a, str>>, size: f32, color: Color) -> Ellipsis<'a> {
    let content = content.into();
    // A line break in a name would show its second line over the next row.
    let content = if content.contains(char::is_control) {
        Cow::Owned(content.replace(char::is_control, " "))
    } else {
        content
    };
    Ellipsis {
        content,
        size,
        font: super::super::theme::REGULAR,
        color,
        cut: Cut::End,
        width: Length::Shrink,
    }
}

impl Ellipsis<'_> {
    #[must_use]
    pub fn font(self, font: Font) -> Self {
        Self { font, ..self }
    }

    #[must_use]
    pub fn cut(self, cut: Cut) -> Self {
        Self { cut, ..self }
    }

    #[must_use]
    pub fn width(self, width: impl Into<Length>) -> Self {
        Self { width: width.into(), ..self }
    }

    fn text<'t>(&self, content: &'t str) -> Text<&'t str, Font> {
        Text {
            content,
            bounds: Size::INFINITE,
            size: Pixels(self.size),
            line_height: LineHeight::default(),
            font: self.font,
            align_x: Alignment::Default,
            align_y: alignment::Vertical::Top,
            shaping: Shaping::Advanced,
            wrapping: Wrapping::None,
        }
    }

    /// The longest text with an ellipsis that fits; found by halving.
    fn shortened(&self, most: f32) -> String {
        let chars: Vec<usize> = self.content.char_indices().map(|(at, _)| at).collect();
        let tail = match self.cut {
            Cut::End => "",
            Cut::Middle => {
                let keep = (chars.len() / 3).min(10);
                chars.get(chars.len() - keep).map_or("", |at| &self.content[*at..])
            }
        };
        let room = chars.len() - tail.chars().count();
        let of = |count: usize| {
            let head = chars.get(count).map_or(&self.content[..], |at| &self.content[..*at]);
            format!("{}…{tail}", head.trim_end())
        };
        let (mut fits, mut too_many) = (0, room);
        while fits + 1 < too_many {
            let middle = usize::midpoint(fits, too_many);
            if Paragraph::with_text(self.text(&of(middle))).min_width() <= most {
                fits = middle;
            } else {
                too_many = middle;
            }
        }
        of(fits)
    }
}

#[derive(Default)]
struct State {
    whole: Plain<Paragraph>,
    shown: Plain<Paragraph>,
    /// What was shortened, and for which width.
    done: Option<(String, f32)>,
    short: bool,
}

impl<Message> Widget<Message, Theme, Renderer> for Ellipsis<'_> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn size(&self) -> Size<Length> {
        Size::new(self.width, Length::Shrink)
    }

    fn layout(&mut self, tree: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        let state = tree.state.downcast_mut::<State>();
        layout::sized(limits, self.width, Length::Shrink, |limits| {
            let most = limits.max().width;
            let _ = state.whole.update(self.text(&self.content));
            state.short = state.whole.min_width() > most + 0.5;
            if !state.short {
                state.done = None;
                return state.whole.min_bounds();
            }
            let known = state
                .done
                .as_ref()
                .is_some_and(|(text, width)| *text == self.content && (width - most).abs() < 0.5);
            if !known {
                state.done = Some((self.content.to_string(), most));
                let _ = state.shown.update(self.text(&self.shortened(most)));
            }
            let Size { width, height } = state.shown.min_bounds();
            Size::new(width.min(most), height)
        })
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        _: &Theme,
        _: &renderer::Style,
        layout: Layout<'_>,
        _: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let state = tree.state.downcast_ref::<State>();
        let bounds = layout.bounds();
        let Some(clip) = bounds.expand([3.0, 0.0]).intersection(viewport) else { return };
        let paragraph = if state.short { state.shown.raw() } else { state.whole.raw() };
        renderer.fill_paragraph(paragraph, Point::new(bounds.x, bounds.y), self.color, clip);
    }

    fn operate(&mut self, _: &mut Tree, layout: Layout<'_>, _: &Renderer, operation: &mut dyn Operation) {
        operation.text(None, layout.bounds(), &self.content);
    }
}

impl<'a, Message: 'a> From<Ellipsis<'a>> for Element<'a, Message> {
    fn from(ellipsis: Ellipsis<'a>) -> Self {
        Self::new(ellipsis)
    }
}
