//! The edge between two parts that stand above one another: it can be taken and moved.

use iced::advanced::widget::{Tree, tree};
use iced::advanced::{Clipboard, Layout, Renderer as _, Shell, Widget, layout, renderer};
use iced::mouse::{self, Button};
use iced::{Color, Element, Event, Length, Rectangle, Renderer, Size, Theme};

use super::super::theme::Palette;

/// Height of the strip that can be taken; the line is its first pixel.
pub const GRIP: f32 = 6.0;

/// What a hand does with the edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pull {
    Taken,
    /// So many pixels above the place where it was taken.
    Up(f32),
    Let,
}

struct Grip<Message> {
    on_pull: fn(Pull) -> Message,
    still: Color,
    moving: Color,
}

#[derive(Default)]
struct State {
    /// Where the pointer took it.
    taken: Option<f32>,
    over: bool,
}

pub fn grip<'a, Message: 'a>(on_pull: fn(Pull) -> Message, p: Palette) -> Element<'a, Message> {
    Element::new(Grip { on_pull, still: p.line, moving: p.link })
}

impl<Message> Widget<Message, Theme, Renderer> for Grip<Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Fixed(GRIP))
    }

    fn layout(&mut self, _: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        layout::atomic(limits, Length::Fill, Length::Fixed(GRIP))
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Renderer,
        _: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        _: &Rectangle,
    ) {
        let state = tree.state.downcast_mut::<State>();
        let over = cursor.is_over(layout.bounds());
        let Event::Mouse(event) = event else { return };
        match (event, state.taken) {
            (mouse::Event::ButtonPressed(Button::Left), _) if over => {
                state.taken = cursor.position().map(|point| point.y);
                shell.publish((self.on_pull)(Pull::Taken));
                shell.capture_event();
            }
            (mouse::Event::CursorMoved { position }, Some(from)) => {
                shell.publish((self.on_pull)(Pull::Up(from - position.y)));
                shell.capture_event();
            }
            (mouse::Event::ButtonReleased(Button::Left), Some(_)) => {
                state.taken = None;
                shell.publish((self.on_pull)(Pull::Let));
                shell.capture_event();
            }
            (mouse::Event::CursorMoved { .. } | mouse::Event::CursorLeft, None) if over != state.over => {
                state.over = over;
                shell.request_redraw();
            }
            _ => {}
        }
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Rectangle,
        _: &Renderer,
    ) -> mouse::Interaction {
        let taken = tree.state.downcast_ref::<State>().taken.is_some();
        if taken || cursor.is_over(layout.bounds()) {
            mouse::Interaction::ResizingVertically
        } else {
            mouse::Interaction::None
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        _: &Theme,
        _: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Rectangle,
    ) {
        let bounds = layout.bounds();
        let live = tree.state.downcast_ref::<State>().taken.is_some() || cursor.is_over(bounds);
        let (ink, height) = if live { (self.moving, 2.0) } else { (self.still, 1.0) };
        let line = Rectangle { height, ..bounds };
        renderer.fill_quad(renderer::Quad { bounds: line, ..renderer::Quad::default() }, ink);
    }
}
