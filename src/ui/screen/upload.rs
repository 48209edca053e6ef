//! The dialog that adds uploads: files in, where they go, and how.

mod view;
mod wishes;

use std::path::PathBuf;

use iced::widget::text_editor::{self, Content};

use crate::api::NewTransfer;
use crate::model::{CostPolicy, SafeUrl, Settings, UrlError};
use crate::ui::ports::{Picker, Sendable, Sendables};
use crate::ui::screen::add::Begin;

/// The field for the destination.
pub const DESTINATION: &str = "upload-destination";

pub struct State {
    files: Vec<Sendable>,
    /// There were more than anybody can be shown or sends at once.
    more: bool,
    /// Being looked at: how many paths were named.
    looking: usize,
    /// Typed into the field for a path.
    path: String,
    /// A path of which nothing was found.
    missing: Option<PathBuf>,
    destination: String,
    remembered: Vec<SafeUrl>,
    way: Way,
    field: String,
    extra: Content,
    folders: Folders,
    user: String,
    password: String,
    policy: CostPolicy,
    begin: Begin,
    picker: Picker,
    /// The user tried to add: from now on mistakes are marked.
    tried: bool,
}

/// How the files are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// PUT, by whatever the server knows to go on after a break.
    Auto,
    Put,
    Post,
    Form,
    Tus,
}

/// What becomes of folders that the server does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folders {
    Expect,
    Make,
}

#[derive(Debug, Clone)]
pub enum Message {
    Chosen(Vec<PathBuf>),
    Looked(Sendables),
    Forget(usize),
    ForgetAll,
    PathChanged(String),
    PathEntered,
    Browse,
    DestinationChanged(String),
    Remembered(SafeUrl),
    WayChosen(Way),
    FieldChanged(String),
    ExtraEdited(text_editor::Action),
    FoldersChosen(Folders),
    UserChanged(String),
    PasswordChanged(String),
    PolicyChosen(CostPolicy),
    BeginChosen(Begin),
    Add,
    Cancel,
}

pub enum Action {
    None,
    Look(Vec<PathBuf>),
    PickFiles,
    Add {
        new: Vec<NewTransfer>,
        /// For the next time.
        destination: SafeUrl,
    },
    Close,
}

impl State {
    pub fn new(settings: &Settings, picker: Picker) -> Self {
        let remembered = settings.uploads.destinations.clone();
        Self {
            files: Vec::new(),
            more: false,
            looking: 0,
            path: String::new(),
            missing: None,
            destination: remembered.first().map(|url| url.request().to_string()).unwrap_or_default(),
            remembered,
            way: Way::Auto,
            field: "file".to_owned(),
            extra: Content::new(),
            folders: Folders::Expect,
            user: String::new(),
            password: String::new(),
            policy: settings.cost_policy,
            begin: Begin::Now,
            picker,
            tried: false,
        }
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Chosen(paths) => return self.look(paths),
            Message::Looked(found) => self.looked(found),
            Message::Forget(place) if place < self.files.len() => drop(self.files.remove(place)),
            Message::Forget(_) => {}
            Message::ForgetAll => {
                self.files.clear();
                self.more = false;
            }
            Message::PathChanged(text) => {
                self.path = text;
                self.missing = None;
            }
            Message::PathEntered => {
                let path = PathBuf::from(self.path.trim());
                return if path.is_absolute() { self.look(vec![path]) } else { Action::None };
            }
            Message::Browse => return Action::PickFiles,
            Message::DestinationChanged(text) => self.destination = text,
            Message::Remembered(url) => self.destination = url.request().to_string(),
            Message::WayChosen(way) => self.way = way,
            Message::FieldChanged(text) => self.field = text,
            Message::ExtraEdited(action) => self.extra.perform(action),
            Message::FoldersChosen(folders) => self.folders = folders,
            Message::UserChanged(text) => self.user = text,
            Message::PasswordChanged(text) => self.password = text,
            Message::PolicyChosen(policy) => self.policy = policy,
            Message::BeginChosen(begin) => self.begin = begin,
            Message::Add => return self.add(),
            Message::Cancel => return Action::Close,
        }
        Action::None
    }

    fn look(&mut self, paths: Vec<PathBuf>) -> Action {
        if paths.is_empty() {
            return Action::None;
        }
        self.looking += paths.len();
        Action::Look(paths)
    }

    fn looked(&mut self, found: Sendables) {
        self.looking = self.looking.saturating_sub(found.asked);
        self.more |= found.more;
        self.missing = found.missing.into_iter().next();
        if self.missing.is_none() {
            self.path.clear();
        }
        for file in found.files {
            if self.files.len() >= Sendables::MOST {
                self.more = true;
            } else if self.files.iter().all(|known| known.path != file.path) {
                self.files.push(file);
            }
        }
        if self.has_folders() {
            self.folders = Folders::Make;
        }
    }

    /// Some lie below a folder that was named.
    fn has_folders(&self) -> bool {
        self.files.iter().any(|file| file.within.len() > 1)
    }

    fn bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.size))
    }

    /// The address, and user and password that stood in it.
    fn parsed(&self) -> Result<(SafeUrl, Option<crate::model::Userinfo>), UrlError> {
        SafeUrl::parse_typed(&self.destination)
    }

    /// FTP knows one way.
    fn is_ftp(&self) -> bool {
        self.parsed().is_ok_and(|(url, _)| url.is_ftp())
    }

    fn way(&self) -> Way {
        if self.is_ftp() { Way::Auto } else { self.way }
    }

    fn bad_extra(&self) -> bool {
        self.way() == Way::Form && wishes::fields(&self.extra.text()).is_none()
    }

    fn add(&mut self) -> Action {
        self.tried = true;
        let Ok((url, userinfo)) = self.parsed() else { return Action::None };
        if self.files.is_empty() || self.looking > 0 || self.bad_extra() {
            return Action::None;
        }
        let new = self.wishes(&url, userinfo);
        Action::Add { new, destination: url }
    }
}
