//! The window. It sends Commands and reads Events like every other client; what it needs of the desktop comes in through
//! [`Ports`].

pub mod columns;
pub mod icon;
pub mod keys;
pub mod kind;
pub mod links;
pub mod notice;
pub mod number;
pub mod ports;
pub mod root;
pub mod roster;
pub mod scene;
pub mod screen;
pub mod selection;
pub mod theme;
pub mod verbs;
pub mod widget;
pub mod wire;

use std::path::PathBuf;

use iced::window;

use crate::api::Handle;
use crate::model::Settings;
pub use ports::{CannotOpen, Film, FolderWish, Picker, Ports, Sendable, Sendables};
use root::{Message, Root};

/// Known by this name to the desktop; the menu entry's file is called the same.
pub const APPLICATION_ID: &str = "org.longshore.Longshore";

/// Everything the window begins with.
#[derive(Debug, Clone)]
pub struct Start {
    pub handle: Handle,
    pub ports: Ports,
    pub settings: Settings,
    /// Tags the desktop prefers, best first.
    pub desktop_languages: Vec<String>,
    /// Given on the command line: offered in the Add dialog.
    pub links: Vec<String>,
    /// Where downloads go when the settings do not say.
    pub default_folder: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the window cannot be shown")]
    Window(#[from] iced::Error),
}

/// Shows the window until the user closes it or quits. Returns when the window is gone; the engine was told before.
///
/// Call it on the main thread, and only where there is a display: without one the toolkit panics.
///
/// # Errors
/// When the toolkit cannot begin.
pub fn run(start: Start) -> Result<(), Error> {
    let settings = iced::Settings {
        id: Some(APPLICATION_ID.to_owned()),
        fonts: theme::FONTS.iter().map(|font| (*font).into()).collect(),
        default_font: theme::REGULAR,
        default_text_size: theme::size::BODY.into(),
        antialiasing: true,
        vsync: true,
    };
    let boot = move || {
        let (mut root, first) = Root::new(start.clone());
        let (id, opened) = window::open(window_settings(&start.settings));
        root.attach(id);
        (root, iced::Task::batch([opened.map(Message::Opened), first]))
    };
    iced::daemon(boot, Root::update, Root::view)
        .settings(settings)
        .title(|root: &Root, _| root.title())
        .theme(|root: &Root, _| root.palette().theme())
        .subscription(Root::subscription)
        .run()?;
    Ok(())
}

fn window_settings(settings: &Settings) -> window::Settings {
    let pixels = include_bytes!("../assets/icons/longshore-64.rgba").to_vec();
    let look = &settings.appearance;
    window::Settings {
        size: iced::Size::new(f32::from(look.window_width.max(480)), f32::from(look.window_height.max(360))),
        min_size: Some(iced::Size::new(480.0, 360.0)),
        icon: window::icon::from_rgba(pixels, 64, 64).ok(),
        exit_on_close_request: false,
        platform_specific: window::settings::PlatformSpecific {
            application_id: APPLICATION_ID.to_owned(),
            ..window::settings::PlatformSpecific::default()
        },
        ..window::Settings::default()
    }
}
