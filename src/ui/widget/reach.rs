//! Gives a control the keyboard: Tab comes to it, Space and Enter press it, and a ring shows where the keyboard is. The
//! toolkit's own buttons know the pointer only.

use iced::advanced::widget::operation::Focusable;
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Clipboard, Layout, Renderer as _, Shell, Widget, layout, overlay, renderer};
use iced::keyboard::{self, Key, key::Named};
use iced::widget::Button;
use iced::{Border, Color, Element, Event, Length, Rectangle, Renderer, Size, Theme, Vector, mouse, touch};

use super::super::theme::{Palette, radius};

/// Width of the ring: seen without telling colours apart.
const RING: f32 = 2.0;

struct Reach<'a, Message> {
    inner: Element<'a, Message>,
    keys: Keys<Message>,
    ring: Color,
}

/// What the keys mean to a control that has the keyboard.
struct Keys<Message> {
    /// Space and Enter. `None`: it cannot be pressed now, and Tab passes it by.
    press: Option<Message>,
    /// Up and down.
    turn: Option<[Message; 2]>,
}

#[derive(Default)]
struct State {
    focused: bool,
}

impl Focusable for State {
    fn is_focused(&self) -> bool {
        self.focused
    }

    fn focus(&mut self) {
        self.focused = true;
    }

    fn unfocus(&mut self) {
        self.focused = false;
    }
}

/// A button for pointer and keyboard; without a message it is disabled.
pub fn pressable<'a, Message: Clone + 'a>(
    button: Button<'a, Message>,
    press: Option<Message>,
    p: Palette,
) -> Element<'a, Message> {
    reachable(button.on_press_maybe(press.clone()), press, p)
}

/// A control that does this when it is pressed by key.
pub fn reachable<'a, Message: Clone + 'a>(
    inner: impl Into<Element<'a, Message>>,
    press: Option<Message>,
    p: Palette,
) -> Element<'a, Message> {
    Element::new(Reach { inner: inner.into(), keys: Keys { press, turn: None }, ring: p.link })
}

/// A control that up and down turn; pressed, it turns down.
pub fn turnable<'a, Message: Clone + 'a>(
    inner: impl Into<Element<'a, Message>>,
    up: Message,
    down: Message,
    p: Palette,
) -> Element<'a, Message> {
    let keys = Keys { press: Some(down.clone()), turn: Some([up, down]) };
    Element::new(Reach { inner: inner.into(), keys, ring: p.link })
}

impl<Message: Clone> Keys<Message> {
    fn meaning(&self, key: &Key) -> Option<Message> {
        let Key::Named(named) = key else { return None };
        let [up, down] = self.turn.as_ref().map_or([None, None], |[up, down]| [Some(up), Some(down)]);
        let table = [
            (Named::Space, self.press.as_ref()),
            (Named::Enter, self.press.as_ref()),
            (Named::ArrowUp, up),
            (Named::ArrowDown, down),
        ];
        table.into_iter().find_map(|(key, message)| (key == *named).then_some(message))?.cloned()
    }
}

impl<Message: Clone> Reach<'_, Message> {
    fn keyboard(&self, state: &mut State, event: &Event, shell: &mut Shell<'_, Message>) {
        if !state.focused {
            return;
        }
        match event {
            Event::Keyboard(keyboard::Event::KeyPressed { key, modifiers, .. }) if modifiers.is_empty() => {
                if let Some(message) = self.keys.meaning(key) {
                    shell.publish(message);
                    shell.capture_event();
                } else if *key == Key::Named(Named::Escape) {
                    state.focused = false;
                    shell.request_redraw();
                }
            }
            // The ring follows the keyboard; who takes the pointer has left it.
            Event::Mouse(mouse::Event::ButtonPressed(_))
            | Event::Touch(touch::Event::FingerPressed { .. }) => {
                state.focused = false;
                shell.request_redraw();
            }
            Event::Keyboard(_)
            | Event::Mouse(_)
            | Event::Touch(_)
            | Event::Window(_)
            | Event::InputMethod(_) => {}
        }
    }
}

impl<Message: Clone> Widget<Message, Theme, Renderer> for Reach<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.inner)]
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(std::slice::from_ref(&self.inner));
    }

    fn size(&self) -> Size<Length> {
        self.inner.as_widget().size()
    }

    fn size_hint(&self) -> Size<Length> {
        self.inner.as_widget().size_hint()
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &layout::Limits) -> layout::Node {
        let Some(child) = tree.children.first_mut() else { return layout::Node::new(Size::ZERO) };
        let node = self.inner.as_widget_mut().layout(child, renderer, limits);
        layout::Node::with_children(node.size(), vec![node])
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        let state = tree.state.downcast_mut::<State>();
        if self.keys.press.is_some() {
            operation.focusable(None, layout.bounds(), state);
        } else {
            state.focused = false;
        }
        if let (Some(child), Some(inner)) = (tree.children.first_mut(), layout.children().next()) {
            self.inner.as_widget_mut().operate(child, inner, renderer, operation);
        }
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
        if let (Some(child), Some(inner)) = (tree.children.first_mut(), layout.children().next()) {
            let widget = self.inner.as_widget_mut();
            widget.update(child, event, inner, cursor, renderer, clipboard, shell, viewport);
        }
        let state = tree.state.downcast_mut::<State>();
        // A ring nobody can press would be a trap.
        state.focused &= self.keys.press.is_some();
        self.keyboard(state, event, shell);
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
        self.inner.as_widget().mouse_interaction(child, inner, cursor, viewport, renderer)
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
        if let (Some(child), Some(inner)) = (tree.children.first(), layout.children().next()) {
            self.inner.as_widget().draw(child, renderer, theme, style, inner, cursor, viewport);
        }
        if tree.state.downcast_ref::<State>().focused {
            let border = Border { color: self.ring, width: RING, radius: (radius::CONTROL + RING).into() };
            let bounds = layout.bounds().expand(RING);
            renderer.fill_quad(
                renderer::Quad { bounds, border, ..renderer::Quad::default() },
                Color::TRANSPARENT,
            );
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
        self.inner.as_widget_mut().overlay(child, inner, renderer, viewport, translation)
    }
}
