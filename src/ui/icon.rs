//! The icons: one family, one font.

use iced::advanced::text::{Alignment, LineHeight, Renderer as _, Shaping, Text, Wrapping};
use iced::advanced::widget::{Operation, Tree};
use iced::advanced::{Layout, Widget, layout, renderer};
use iced::{Color, Element, Font, Length, Point, Rectangle, Renderer, Size, Theme, alignment, mouse};

/// Glyphs of `assets/fonts/longshore-icons.ttf` (Lucide).
pub const FONT: Font = Font::with_name("Longshore Icons");

macro_rules! icons {
    ($($name:ident = $glyph:literal),+ $(,)?) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon { $($name),+ }

        impl Icon {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            pub const fn glyph(self) -> &'static str {
                match self { $(Self::$name => $glyph),+ }
            }
        }
    };
}

icons! {
    Plus = "\u{E13D}",
    Download = "\u{E0B2}",
    Upload = "\u{E19E}",
    ArrowDown = "\u{E042}",
    ArrowUp = "\u{E04A}",
    ToTop = "\u{E45B}",
    ToBottom = "\u{E455}",
    Pause = "\u{E12E}",
    Play = "\u{E13C}",
    Cross = "\u{E1B2}",
    Check = "\u{E06C}",
    CircleCheck = "\u{E226}",
    CircleAlert = "\u{E077}",
    Alert = "\u{E193}",
    Info = "\u{E0F9}",
    Clock = "\u{E087}",
    Hourglass = "\u{E296}",
    Refresh = "\u{E145}",
    Restart = "\u{E148}",
    Undo = "\u{E2A1}",
    Trash = "\u{E18E}",
    Search = "\u{E151}",
    Settings = "\u{E154}",
    Layers = "\u{E529}",
    Folder = "\u{E0D7}",
    FolderOpen = "\u{E247}",
    File = "\u{E0C0}",
    Document = "\u{E0CC}",
    Archive = "\u{E30D}",
    Video = "\u{E0D0}",
    Music = "\u{E122}",
    Image = "\u{E0F6}",
    Code = "\u{E0C3}",
    Package = "\u{E129}",
    Disc = "\u{E494}",
    Link = "\u{E102}",
    Copy = "\u{E09E}",
    Paste = "\u{E3E8}",
    External = "\u{E0B9}",
    Wifi = "\u{E1AE}",
    Offline = "\u{E1AF}",
    Phone = "\u{E163}",
    Signal = "\u{E25F}",
    Network = "\u{E125}",
    Gauge = "\u{E1BF}",
    Lock = "\u{E10B}",
    SignIn = "\u{E10D}",
    Up = "\u{E070}",
    Down = "\u{E06D}",
    Right = "\u{E06F}",
    More = "\u{E0B6}",
    Menu = "\u{E115}",
    Sidebar = "\u{E12A}",
    Details = "\u{E42C}",
    Disk = "\u{E0ED}",
    Pencil = "\u{E1F9}",
    Keyboard = "\u{E284}",
    Palette = "\u{E1DD}",
    Shield = "\u{E1FF}",
    Power = "\u{E140}",
    Inbox = "\u{E0F7}",
    Anchor = "\u{E03F}",
    Unlink = "\u{E19C}",
}

/// An icon in a square of that size.
pub const fn icon(icon: Icon, size: f32, color: Color) -> Glyph {
    Glyph { icon, size, color }
}

/// Drawn on whole pixels: sharper, and nothing of it is left when it goes. What the software renderer clears is exactly the
/// square, and a picture between two pixels would reach out of it.
#[derive(Debug, Clone, Copy)]
pub struct Glyph {
    icon: Icon,
    size: f32,
    color: Color,
}

impl<Message> Widget<Message, Theme, Renderer> for Glyph {
    fn size(&self) -> Size<Length> {
        Size::new(Length::Fixed(self.size), Length::Fixed(self.size))
    }

    fn layout(&mut self, _: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        layout::atomic(limits, Length::Fixed(self.size), Length::Fixed(self.size))
    }

    fn draw(
        &self,
        _: &Tree,
        renderer: &mut Renderer,
        _: &Theme,
        _: &renderer::Style,
        layout: Layout<'_>,
        _: mouse::Cursor,
        _: &Rectangle,
    ) {
        let Point { x, y } = layout.bounds().position();
        let square = Rectangle::new(Point::new(x.round(), y.round()), Size::new(self.size, self.size));
        let glyph = Text {
            content: self.icon.glyph().to_owned(),
            bounds: square.size(),
            size: self.size.into(),
            line_height: LineHeight::Relative(1.0),
            font: FONT,
            align_x: Alignment::Left,
            align_y: alignment::Vertical::Top,
            shaping: Shaping::Basic,
            wrapping: Wrapping::None,
        };
        // The software renderer cuts off what reaches out of the layer only if this rectangle does.
        renderer.fill_text(glyph, square.position(), self.color, square);
    }

    /// It is text to whoever looks for it.
    fn operate(&mut self, _: &mut Tree, layout: Layout<'_>, _: &Renderer, operation: &mut dyn Operation) {
        operation.text(None, layout.bounds(), self.icon.glyph());
    }
}

impl<'a, Message: 'a> From<Glyph> for Element<'a, Message> {
    fn from(glyph: Glyph) -> Self {
        Self::new(glyph)
    }
}
