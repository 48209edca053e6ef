//! The root: it holds the parts, hands each message to the part it belongs to, and does what the part then wants.

mod deeds;
mod dialogs;
mod engine;
mod keyboard;
mod view;

use std::path::PathBuf;

use iced::keyboard::{Key, Modifiers, key::Named};
use iced::{Size, Subscription, Task, event, system, window};

use super::Start;
use super::keys;
use super::links;
use super::ports::{CannotOpen, Ports};
use super::roster::Roster;
use super::scene::Scene;
use super::screen::{
    add, ask, close, details, header, hours, list, menu, network, settings, sidebar, toasts, upload, usage,
};
use super::theme::Palette;
use super::wire::{self, News};
use crate::api::{Command, Gone, Handle, Outcome, Stopped, View};
use crate::i18n::Catalog;
use crate::model::{Now, Settings, Status, Theme, TransferId};
use crate::words::Words;

pub struct Root {
    handle: Handle,
    ports: Ports,
    pub roster: Roster,
    words: Words,
    desktop_languages: Vec<String>,
    default_folder: PathBuf,
    /// The desktop prefers dark.
    dark_desktop: bool,
    window: Option<window::Id>,
    size: Size,
    now: Now,
    free: Option<u64>,
    next_probe: u64,
    /// Files held over the window.
    hovering: usize,
    ending: bool,
    /// Given the keyboard a moment ago: letters that came in the same moment still belong to it.
    expects: Option<Field>,
    /// Added a moment ago: brought into sight once its place is known.
    newest: Option<TransferId>,
    header: header::State,
    pub sidebar: sidebar::State,
    pub list: list::State,
    pub details: details::State,
    pub toasts: toasts::State,
    pub menu: Option<menu::State>,
    pub dialog: Option<Dialog>,
}

/// At most one is open.
pub enum Dialog {
    Add(Box<add::State>),
    Upload(Box<upload::State>),
    Ask(ask::State),
    Settings(Box<settings::State>),
    Network(network::State),
    Usage(usage::State),
    Hours(Box<hours::State>),
    Close(close::State),
    Shortcuts,
}

/// A field that a key opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Links,
    Search,
    Ask,
}

#[derive(Debug, Clone)]
pub enum Message {
    Engine(News),
    OrderDue,
    OrderCame(View, Result<Outcome, Gone>),
    RowsCame(Result<Outcome, Gone>),
    Done(Purpose, Vec<Result<Outcome, Gone>>),
    Header(header::Message),
    Sidebar(sidebar::Message),
    List(list::Message),
    Details(details::Message),
    Menu(menu::Message),
    Toasts(toasts::Message),
    Add(add::Message),
    Upload(upload::Message),
    Ask(ask::Message),
    Settings(settings::Message),
    Network(network::Message),
    Usage(usage::Message),
    Hours(hours::Message),
    /// The window came to the front.
    Focused,
    Close(close::Message),
    CloseDialog,
    FolderPicked(Option<PathBuf>),
    /// A file or folder was let fall on the window, or held over it.
    Dropped(PathBuf),
    Hovered,
    HoverEnded,
    Pressed(Key, Modifiers),
    Pasted(Option<String>),
    /// The links in what was pasted.
    LinksPicked(String),
    Opened(window::Id),
    Resized(Size),
    CloseRequested,
    DesktopTheme(iced::theme::Mode),
    FreeSpace(Option<u64>),
    FileOpened(Result<(), CannotOpen>),
    Ticked,
    OpenAdd,
    Quit,
    Ended,
}

/// What a request was for, and so what its outcome means to the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Its effect is seen in the list.
    Plain,
    Add,
    Remove,
    Cancel,
    Undo,
    Quit,
}

impl Message {
    /// Somebody used a part of the window.
    const fn is_of_a_screen(&self) -> bool {
        matches!(
            self,
            Self::Header(_)
                | Self::Sidebar(_)
                | Self::List(list::Message::Touched(_) | list::Message::Do(..) | list::Message::SortBy(_))
                | Self::Details(details::Message::Show(_) | details::Message::Do(..))
                | Self::Menu(_)
                | Self::Add(_)
                | Self::Upload(_)
                | Self::Ask(_)
                | Self::Settings(_)
                | Self::Close(_)
                | Self::CloseDialog
        )
    }
}

impl Root {
    pub fn new(start: Start) -> (Self, Task<Message>) {
        let look = start.settings.appearance.clone();
        let size = Size::new(f32::from(look.window_width.max(480)), f32::from(look.window_height.max(360)));
        let mut root = Self {
            handle: start.handle,
            roster: Roster::new(start.settings),
            words: Words::new(Catalog::new(["en"])),
            desktop_languages: start.desktop_languages,
            default_folder: start.default_folder,
            dark_desktop: false,
            window: None,
            size,
            now: (start.ports.now)(),
            ports: start.ports,
            free: None,
            next_probe: 0,
            hovering: 0,
            ending: false,
            expects: None,
            newest: None,
            header: header::State::new(),
            sidebar: sidebar::State::new(look.sidebar),
            list: list::State::new(size.height),
            details: details::State::new(look.details, look.details_height),
            toasts: toasts::State::new(),
            menu: None,
            dialog: None,
        };
        root.choose_language();
        let theme = system::theme().map(Message::DesktopTheme);
        let free = root.ask_free_space();
        let links =
            if start.links.is_empty() { Task::none() } else { root.open_add(&start.links.join("\n")) };
        (root, Task::batch([theme, free, links]))
    }

    /// The window this is shown in.
    pub fn attach(&mut self, window: window::Id) {
        self.window = Some(window);
    }

    pub fn update(&mut self, message: Message) -> Task<Message> {
        self.now = (self.ports.now)();
        if message.is_of_a_screen() {
            self.expects = None;
        }
        match message {
            Message::Engine(news) => self.engine(news),
            Message::OrderDue => self.ask_order(),
            Message::OrderCame(view, outcome) => self.order_came(&view, outcome),
            Message::RowsCame(outcome) => self.rows_came(outcome),
            Message::Done(purpose, outcomes) => self.done(purpose, outcomes),
            Message::Header(message) => self.header(message),
            Message::Sidebar(message) => self.sidebar(message),
            Message::List(message) => self.list(message),
            Message::Details(message) => self.details(message),
            Message::Menu(message) => self.menu(message),
            Message::Toasts(message) => match self.toasts.update(message) {
                toasts::Action::None => Task::none(),
                toasts::Action::Undo(undo) => self.undo(undo),
            },
            Message::Add(message) => self.add(message),
            Message::Upload(message) => self.upload(message),
            Message::Ask(message) => self.ask(message),
            Message::Settings(message) => self.settings(message),
            Message::Network(message) => self.network(message),
            Message::Usage(message) => self.usage(message),
            Message::Hours(message) => self.hours(message),
            Message::Focused => self.ask_network(),
            Message::Close(message) => self.close(message),
            Message::CloseDialog => self.close_dialog(),
            Message::FolderPicked(folder) => self.folder_picked(folder),
            Message::Dropped(path) => self.dropped(path),
            Message::Hovered => {
                self.hovering += 1;
                Task::none()
            }
            Message::HoverEnded => {
                self.hovering = 0;
                Task::none()
            }
            Message::Pressed(key, modifiers) => self.pressed(&key, modifiers),
            Message::Pasted(text) => {
                // A clipboard may hold megabytes: they are read beside the window's thread.
                let text = text.unwrap_or_default();
                Task::perform(async move { links::pasted(&text) }, Message::LinksPicked)
            }
            Message::LinksPicked(links) => self.links_picked(&links),
            Message::Opened(id) => {
                self.window = Some(id);
                Task::none()
            }
            Message::Resized(size) => {
                self.size = size;
                self.menu = None;
                self.show_rows()
            }
            Message::CloseRequested => self.close_requested(),
            Message::DesktopTheme(mode) => {
                self.dark_desktop = mode == iced::theme::Mode::Dark;
                Task::none()
            }
            Message::FreeSpace(free) => {
                self.free = free;
                Task::none()
            }
            Message::FileOpened(outcome) => self.file_opened(outcome),
            Message::Ticked => Task::none(),
            Message::OpenAdd => self.open_add(""),
            Message::Quit => self.quit(),
            Message::Ended => iced::exit(),
        }
    }

    pub fn subscription(&self) -> Subscription<Message> {
        let engine = if self.roster.stopped.is_some() {
            Subscription::none()
        } else {
            wire::news(&self.handle).map(Message::Engine)
        };
        let second = if self.counts_down() {
            iced::time::every(std::time::Duration::from_secs(1)).map(|_| Message::Ticked)
        } else {
            Subscription::none()
        };
        let desktop = system::theme_changes().map(Message::DesktopTheme);
        Subscription::batch([engine, second, desktop, event::listen_with(meaning)])
    }

    pub fn title(&self) -> String {
        self.words.text("app-name")
    }

    pub fn palette(&self) -> Palette {
        Palette::new(match self.roster.settings.appearance.theme {
            Theme::System => self.dark_desktop,
            Theme::Light => false,
            Theme::Dark => true,
        })
    }

    pub fn scene(&self) -> Scene<'_> {
        let network = self.roster.network.as_ref();
        Scene {
            words: &self.words,
            palette: self.palette(),
            now: self.now,
            network: network.and_then(|view| view.network.connection.as_deref()),
        }
    }

    /// A row that says "in so many seconds" is visible; only then is there a tick.
    fn counts_down(&self) -> bool {
        self.roster
            .visible()
            .any(|row| matches!(&row.status, Status::WaitingToRetry(retry) if retry.at > self.now.wall))
    }

    fn choose_language(&mut self) {
        let chosen = self.roster.settings.appearance.language.as_deref();
        let wanted = chosen.into_iter().chain(self.desktop_languages.iter().map(String::as_str));
        self.words = Words::new(Catalog::new(wanted));
    }

    /// Changes a setting of the window itself.
    fn configure(&mut self, change: impl FnOnce(&mut Settings)) -> Task<Message> {
        let mut settings = self.roster.settings.clone();
        change(&mut settings);
        self.apply_settings(settings)
    }

    /// Shows the settings at once and tells the engine.
    fn apply_settings(&mut self, settings: Settings) -> Task<Message> {
        self.roster.settings.clone_from(&settings);
        self.choose_language();
        let free = self.ask_free_space();
        let act = crate::api::Act::Configure(Box::new(settings));
        Task::batch([free, self.send(Purpose::Plain, vec![Command::Act(act)])])
    }

    fn ask_free_space(&self) -> Task<Message> {
        let folder = self.roster.settings.download_folder.clone();
        let folder = folder.unwrap_or_else(|| self.default_folder.clone());
        Task::perform((self.ports.free_space)(folder), Message::FreeSpace)
    }

    /// Nobody answers any more.
    fn lost(&mut self) {
        self.roster.stopped = self.roster.stopped.or(Some(Stopped::Broke));
    }
}

/// The few raw events that mean something to the whole window.
fn meaning(event: iced::Event, status: event::Status, _: window::Id) -> Option<Message> {
    match event {
        iced::Event::Keyboard(iced::keyboard::Event::KeyPressed {
            key,
            modified_key,
            physical_key,
            modifiers,
            ..
        }) => {
            let key = keys::counting(key, modified_key, physical_key, modifiers);
            // Escape leaves a field and closes what it stands in; everything else belongs to the field.
            let free = status == event::Status::Ignored || key == Key::Named(Named::Escape);
            free.then_some(Message::Pressed(key, modifiers))
        }
        iced::Event::Window(window::Event::Resized(size) | window::Event::Opened { size, .. }) => {
            Some(Message::Resized(size))
        }
        iced::Event::Window(window::Event::FileHovered(_)) => Some(Message::Hovered),
        iced::Event::Window(window::Event::FilesHoveredLeft) => Some(Message::HoverEnded),
        iced::Event::Window(window::Event::FileDropped(path)) => Some(Message::Dropped(path)),
        iced::Event::Window(window::Event::Focused) => Some(Message::Focused),
        iced::Event::Window(window::Event::CloseRequested) => Some(Message::CloseRequested),
        iced::Event::Keyboard(_)
        | iced::Event::Mouse(_)
        | iced::Event::Window(_)
        | iced::Event::Touch(_)
        | iced::Event::InputMethod(_) => None,
    }
}
