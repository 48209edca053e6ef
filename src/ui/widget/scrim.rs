//! What lies between the window and a dialog.

use std::cell::Cell;

use iced::advanced::widget::{Tree, tree};
use iced::advanced::{Layout, Renderer as _, Widget, layout, renderer};
use iced::{Color, Element, Length, Rectangle, Renderer, Size, Theme, mouse};

use super::super::number::pixels;

struct Scrim {
    ink: Color,
}

/// Darkens everything below, and has the window repainted as one for as long as it is there.
///
/// The renderer repaints the rectangles in which this picture differs from the last one, each with everything that
/// reaches into it. Under a dialog that is the scrim, the edge and the card, so that ten small changes would cost more than
/// a whole picture. An empty layer that is never quite the same, with its middle in the window's corner, comes first in
/// its list and takes all other rectangles in.
pub fn scrim<'a, Message: 'a>(ink: Color) -> Element<'a, Message> {
    Element::new(Scrim { ink })
}

#[derive(Default)]
struct State {
    drawn: Cell<u16>,
}

fn afresh(bounds: Rectangle, drawn: u16) -> Rectangle {
    let edge = pixels(f64::from(drawn % 1021)) * 1e-3;
    let (right, bottom) = (bounds.x + bounds.width, bounds.y + bounds.height);
    Rectangle { x: -right - edge, y: -bottom, width: 2.0 * (right + edge), height: 2.0 * bottom }
}

impl<Message> Widget<Message, Theme, Renderer> for Scrim {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Fill)
    }

    fn layout(&mut self, _: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        layout::Node::new(limits.max())
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        _: &Theme,
        _: &renderer::Style,
        layout: Layout<'_>,
        _: mouse::Cursor,
        _: &Rectangle,
    ) {
        let bounds = layout.bounds();
        let State { drawn } = tree.state.downcast_ref::<State>();
        drawn.set(drawn.get().wrapping_add(1));
        renderer.with_layer(afresh(bounds, drawn.get()), |_| {});
        renderer.fill_quad(renderer::Quad { bounds, ..renderer::Quad::default() }, self.ink);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_picture_is_repainted_as_one() {
        let window = Rectangle::with_size(Size::new(1000.0, 760.0));
        for drawn in 0..2000 {
            let (before, now) = (afresh(window, drawn), afresh(window, drawn + 1));
            assert_ne!(before, now, "it is repainted");
            assert!(window.is_within(&now), "all of it");
            let middle = now.center();
            assert!(middle.x.abs() < 0.01 && middle.y.abs() < 0.01, "before everything else: {middle:?}");
        }
    }
}
