//! A list of very many rows of one height, of which only the visible ones exist. The place is kept as whole pixels in
//! 64 bits, so the hundred-thousandth row stands as sharp as the first. It draws what is under the pointer, what is
//! chosen and what has the keyboard; the rows themselves draw only their content.

use iced::advanced::mouse::{Click, click};
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Clipboard, Layout, Renderer as _, Shell, Widget, layout, overlay, renderer};
use iced::mouse::{Button, ScrollDelta};
use iced::{Border, Color, Element, Event, Length, Point, Rectangle, Renderer, Size, Theme, Vector};
use iced::{keyboard, mouse, window};

use super::super::number::{exact, pixels, whole};
use super::super::theme::{Palette, radius};

/// What a person did to a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gesture {
    /// `None`: below the last row.
    pub index: Option<usize>,
    pub press: Press,
    pub modifiers: keyboard::Modifiers,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Press {
    Once,
    Twice,
    /// The other button, at that point of the window.
    Menu(Point),
}

/// How a row stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    pub chosen: bool,
    pub focused: bool,
}

/// Width of the strip that can be grabbed.
const RAIL: f32 = 12.0;
const THUMB: f32 = 6.0;
const THUMB_LEAST: f32 = 36.0;
/// Pixels for one notch of a wheel.
const NOTCH: f32 = 60.0;

/// All of it is given: there is no sensible default for any.
pub struct Rows<'a, Message> {
    /// The rows from `first` on, one below the other.
    pub content: Element<'a, Message>,
    pub first: usize,
    pub count: usize,
    /// Height of a row.
    pub row: f32,
    /// Pixels above the visible part.
    pub offset: f64,
    pub palette: Palette,
    pub mark: Box<dyn Fn(usize) -> Mark + 'a>,
    /// New offset, height of the visible part.
    pub on_scroll: fn(f64, f32) -> Message,
    pub on_gesture: fn(Gesture) -> Message,
}

#[derive(Default)]
struct State {
    hovered: Option<usize>,
    on_rail: bool,
    /// Where in the thumb it was grabbed.
    grabbed: Option<f32>,
    click: Option<Click>,
    modifiers: keyboard::Modifiers,
    told: f32,
}

/// Where the list is, and the pointer.
#[derive(Clone, Copy)]
struct Spot {
    bounds: Rectangle,
    cursor: mouse::Cursor,
}

impl<Message> Rows<'_, Message> {
    fn most(&self, height: f32) -> f64 {
        (exact(self.count) * f64::from(self.row) - f64::from(height)).max(0.0)
    }

    fn offset(&self, height: f32) -> f64 {
        self.offset.clamp(0.0, self.most(height)).round()
    }

    fn row_at(&self, bounds: Rectangle, point: Point) -> Option<usize> {
        let index = whole((f64::from(point.y - bounds.y) + self.offset(bounds.height)) / f64::from(self.row));
        (bounds.contains(point) && index < self.count).then_some(index)
    }

    /// Top of a row on the screen.
    fn top(&self, bounds: Rectangle, index: usize) -> f32 {
        bounds.y + pixels(exact(index) * f64::from(self.row) - self.offset(bounds.height))
    }

    fn thumb(&self, bounds: Rectangle) -> Option<Rectangle> {
        let most = self.most(bounds.height);
        if most <= 0.0 {
            return None;
        }
        let room = f64::from(bounds.height) - 4.0;
        let height = (room * f64::from(bounds.height) / (most + f64::from(bounds.height)))
            .clamp(f64::from(THUMB_LEAST).min(room), room);
        let y = (room - height) * self.offset(bounds.height) / most;
        Some(Rectangle {
            x: bounds.x + bounds.width - THUMB - 3.0,
            y: bounds.y + 2.0 + pixels(y),
            width: THUMB,
            height: pixels(height),
        })
    }

    fn rail(bounds: Rectangle) -> Rectangle {
        Rectangle { x: bounds.x + bounds.width - RAIL, width: RAIL, ..bounds }
    }

    /// The offset that puts the thumb's top at `y`.
    fn offset_of_thumb(&self, bounds: Rectangle, thumb: Rectangle, y: f32) -> f64 {
        let room = f64::from(bounds.height - 4.0 - thumb.height).max(1.0);
        (f64::from(y - bounds.y - 2.0) / room).clamp(0.0, 1.0) * self.most(bounds.height)
    }

    fn scroll_to(&self, offset: f64, height: f32, shell: &mut Shell<'_, Message>) {
        let offset = offset.clamp(0.0, self.most(height)).round();
        if (offset - self.offset).abs() >= 0.5 {
            shell.publish((self.on_scroll)(offset, height));
        }
    }

    fn press(&self, state: &mut State, button: Button, spot: Spot, shell: &mut Shell<'_, Message>) {
        let Some(point) = spot.cursor.position() else { return };
        let index = self.row_at(spot.bounds, point);
        let press = match button {
            Button::Left => {
                let click = Click::new(point, Button::Left, state.click);
                state.click = Some(click);
                if click.kind() == click::Kind::Double { Press::Twice } else { Press::Once }
            }
            Button::Right => Press::Menu(point),
            Button::Middle | Button::Back | Button::Forward | Button::Other(_) => return,
        };
        shell.publish((self.on_gesture)(Gesture { index, press, modifiers: state.modifiers }));
        shell.capture_event();
    }

    fn pointer(&self, state: &mut State, event: mouse::Event, spot: Spot, shell: &mut Shell<'_, Message>) {
        let Spot { bounds, cursor } = spot;
        let inside = cursor.position_over(bounds);
        match event {
            mouse::Event::WheelScrolled { delta } if inside.is_some() => {
                let by = match delta {
                    ScrollDelta::Lines { y, .. } => y * NOTCH,
                    ScrollDelta::Pixels { y, .. } => y,
                };
                self.scroll_to(self.offset(bounds.height) - f64::from(by), bounds.height, shell);
                shell.capture_event();
            }
            mouse::Event::ButtonPressed(button) => {
                let Some(point) = inside else { return };
                match self.thumb(bounds) {
                    Some(thumb) if button == Button::Left && Self::rail(bounds).contains(point) => {
                        let within = (thumb.y..thumb.y + thumb.height).contains(&point.y);
                        let grab = if within { point.y - thumb.y } else { thumb.height / 2.0 };
                        state.grabbed = Some(grab);
                        self.scroll_to(
                            self.offset_of_thumb(bounds, thumb, point.y - grab),
                            bounds.height,
                            shell,
                        );
                        shell.capture_event();
                    }
                    Some(_) | None => self.press(state, button, spot, shell),
                }
            }
            mouse::Event::ButtonReleased(Button::Left) => {
                if state.grabbed.take().is_some() {
                    shell.request_redraw();
                }
            }
            mouse::Event::CursorMoved { position } => {
                if let (Some(grab), Some(thumb)) = (state.grabbed, self.thumb(bounds)) {
                    let offset = self.offset_of_thumb(bounds, thumb, position.y - grab);
                    self.scroll_to(offset, bounds.height, shell);
                }
                let hovered = inside.and_then(|point| self.row_at(bounds, point));
                let on_rail = inside.is_some_and(|point| Self::rail(bounds).contains(point));
                if hovered != state.hovered || on_rail != state.on_rail {
                    state.hovered = hovered;
                    state.on_rail = on_rail;
                    shell.request_redraw();
                }
            }
            mouse::Event::CursorLeft => {
                if state.hovered.take().is_some() {
                    shell.request_redraw();
                }
            }
            mouse::Event::WheelScrolled { .. }
            | mouse::Event::ButtonReleased(_)
            | mouse::Event::CursorEntered => {}
        }
    }

    /// The renderer compares this picture with the last one and repaints where they differ. Of a list that moved nearly
    /// everything differs: hundreds of small rectangles, each of which costs a look at everything drawn. A layer whose
    /// edge moved as well, by less than a pixel can show, is repainted as one.
    fn layer(&self, visible: Rectangle) -> Rectangle {
        let step = pixels(self.offset(visible.height) % 1021.0);
        Rectangle { height: visible.height + step * 1e-4, ..visible }
    }

    fn draw_marks(&self, renderer: &mut Renderer, bounds: Rectangle, hovered: Option<usize>) {
        let last = self.count.min(self.first + whole(f64::from(bounds.height / self.row)) + 12);
        for index in self.first..last {
            let y = self.top(bounds, index);
            let row = Rectangle { y, height: self.row, ..bounds };
            let Mark { chosen, focused } = (self.mark)(index);
            let ground = match (chosen, hovered == Some(index)) {
                (true, _) => Some(self.palette.chosen),
                (false, true) => Some(self.palette.hover),
                (false, false) => None,
            };
            if let Some(ground) = ground {
                renderer.fill_quad(renderer::Quad { bounds: row, ..renderer::Quad::default() }, ground);
            }
            let line = Rectangle { y: y + self.row - 1.0, height: 1.0, ..bounds };
            let ink = if chosen { self.palette.link.scale_alpha(0.16) } else { self.palette.line };
            renderer.fill_quad(renderer::Quad { bounds: line, ..renderer::Quad::default() }, ink);
            if focused {
                self.draw_focus(renderer, row, chosen);
            }
        }
    }

    /// A bar at the left: a shape, not only a colour. Where the row is not chosen as well, a frame.
    fn draw_focus(&self, renderer: &mut Renderer, row: Rectangle, chosen: bool) {
        let bar = Rectangle { width: 3.0, height: row.height - 1.0, ..row };
        renderer.fill_quad(renderer::Quad { bounds: bar, ..renderer::Quad::default() }, self.palette.link);
        if !chosen {
            let border = Border { color: self.palette.link, width: 1.0, radius: radius::SMALL.into() };
            let bounds = Rectangle { height: row.height - 1.0, ..row }.shrink([1.0, 1.0]);
            renderer.fill_quad(
                renderer::Quad { bounds, border, ..renderer::Quad::default() },
                Color::TRANSPARENT,
            );
        }
    }
}

impl<Message> Widget<Message, Theme, Renderer> for Rows<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.content)]
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(std::slice::from_ref(&self.content));
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Fill)
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &layout::Limits) -> layout::Node {
        let size = limits.max();
        let Some(tree) = tree.children.first_mut() else { return layout::Node::new(size) };
        let room = layout::Limits::new(Size::ZERO, Size::new(size.width, f32::INFINITY));
        let content = self.content.as_widget_mut().layout(tree, renderer, &room);
        let top = pixels(exact(self.first) * f64::from(self.row) - self.offset(size.height));
        layout::Node::with_children(size, vec![content.move_to(Point::new(0.0, top))])
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        operation.container(None, layout.bounds());
        operation.traverse(&mut |operation| {
            if let (Some(tree), Some(layout)) = (tree.children.first_mut(), layout.children().next()) {
                // The keyboard goes from row to row, not to what stands in them.
                let operation = &mut super::behind::Shut(operation);
                self.content.as_widget_mut().operate(tree, layout, renderer, operation);
            }
        });
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        viewport: &Rectangle,
    ) {
        let bounds = layout.bounds();
        let state = tree.state.downcast_mut::<State>();
        let inner = match cursor.position_over(bounds) {
            Some(point) if !Self::rail(bounds).contains(point) && state.grabbed.is_none() => cursor,
            Some(_) | None => mouse::Cursor::Unavailable,
        };
        if let (Some(child), Some(layout)) = (tree.children.first_mut(), layout.children().next()) {
            let widget = self.content.as_widget_mut();
            widget.update(child, event, layout, inner, renderer, clipboard, shell, viewport);
        }
        if let Event::Keyboard(keyboard::Event::ModifiersChanged(modifiers)) = event {
            state.modifiers = *modifiers;
        }
        if matches!(event, Event::Window(window::Event::RedrawRequested(_))) {
            let clamped = self.offset(bounds.height);
            if (state.told - bounds.height).abs() > 0.5 || (clamped - self.offset).abs() > 0.5 {
                state.told = bounds.height;
                shell.publish((self.on_scroll)(clamped, bounds.height));
            }
        }
        if let (Event::Mouse(event), false) = (event, shell.is_event_captured()) {
            self.pointer(state, *event, Spot { bounds, cursor }, shell);
        }
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        let (Some(child), Some(inner)) = (tree.children.first(), layout.children().next()) else {
            return mouse::Interaction::None;
        };
        if !cursor.is_over(layout.bounds()) {
            return mouse::Interaction::None;
        }
        self.content.as_widget().mouse_interaction(child, inner, cursor, viewport, renderer)
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        style: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let bounds = layout.bounds();
        let Some(visible) = bounds.intersection(viewport) else { return };
        let state = tree.state.downcast_ref::<State>();
        let hovered = cursor.position_over(bounds).and_then(|point| self.row_at(bounds, point));
        renderer.with_layer(self.layer(visible), |renderer| {
            self.draw_marks(renderer, bounds, hovered);
            if let (Some(child), Some(inner)) = (tree.children.first(), layout.children().next()) {
                self.content.as_widget().draw(child, renderer, theme, style, inner, cursor, &visible);
            }
        });
        if let Some(thumb) = self.thumb(bounds) {
            let strong = state.grabbed.is_some()
                || cursor.position_over(bounds).is_some_and(|point| Self::rail(bounds).contains(point));
            let ink = if strong { self.palette.mute } else { self.palette.edge };
            let border = Border { radius: 3.0.into(), ..Border::default() };
            renderer.with_layer(visible, |renderer| {
                renderer
                    .fill_quad(renderer::Quad { bounds: thumb, border, ..renderer::Quad::default() }, ink);
            });
        }
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Message, Theme, Renderer>> {
        let (child, inner) = (tree.children.first_mut()?, layout.children().next()?);
        self.content.as_widget_mut().overlay(child, inner, renderer, viewport, translation)
    }
}

impl<'a, Message: 'a> From<Rows<'a, Message>> for Element<'a, Message> {
    fn from(rows: Rows<'a, Message>) -> Self {
        Self::new(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(offset: f64) -> Rows<'static, ()> {
        Rows {
            content: iced::widget::text("").into(),
            first: 0,
            count: 100_000,
            row: 52.0,
            offset,
            palette: Palette::new(true),
            mark: Box::new(|_| Mark::default()),
            on_scroll: |_, _| (),
            on_gesture: |_| (),
        }
    }

    #[test]
    fn a_list_that_moved_is_repainted_as_one_and_one_that_stood_still_is_not() {
        let visible = Rectangle { x: 200.0, y: 90.0, width: 780.0, height: 430.0 };
        let stood = rows(4_000_000.0).layer(visible);
        assert_eq!(rows(4_000_000.0).layer(visible), stood);
        for by in 1..1000_u32 {
            let moved = rows(4_000_000.0 + f64::from(by)).layer(visible);
            assert_ne!(moved, stood, "by {by} pixels");
            assert!(visible.is_within(&moved) && moved.height < visible.height + 0.5, "{moved:?}");
        }
    }
}
