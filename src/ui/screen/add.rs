//! The dialog that adds downloads: links in, what their servers say, where they go.

mod mark;
pub mod probes;
mod view;
mod wishes;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use iced::Task;
use iced::widget::text_editor::{self, Content, Edit};

use crate::api::{Credentials, ProbeState, Secret, Start};
use crate::model::{Check, ChecksumError, CostPolicy, FileName, NameError, ProbeId, Search, Settings, Span};
use crate::ui::links::{self, Parsed};
use crate::ui::ports::Picker;
use crate::ui::wire;
use probes::{Probes, Wish};
pub use wishes::Wishes;

/// The field for links.
pub const LINKS: &str = "add-links";
/// Longer texts are read beside the window's thread and summed up instead of shown.
const LONG: usize = 20_000;
/// Typing must rest this long before a server is asked.
const REST: Span = Span(450);

pub struct State {
    /// `None`: too much to show; only its sum is.
    text: Option<Content>,
    parsed: Arc<Parsed>,
    /// Counts the edits: what was begun for an older one is dropped.
    edit: u64,
    reading: bool,
    /// Typing rests: mistakes may be marked.
    rested: bool,
    folder: String,
    name: String,
    checksum: String,
    policy: CostPolicy,
    start: Begin,
    user: String,
    password: String,
    probes: Probes,
    picker: Picker,
    /// The user tried to add: from now on mistakes are marked.
    tried: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    Now,
    Paused,
}

/// What becomes of the dialog when its links are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Close,
    /// Lines that are no links are left in it.
    Stay,
}

#[derive(Debug, Clone)]
pub enum Message {
    Edited(text_editor::Action),
    /// A long text was read.
    Read(u64, Arc<Parsed>),
    /// Nothing was typed for a while.
    Rested(u64),
    Probed(ProbeId, Option<Box<ProbeState>>),
    ForgetText,
    FolderChanged(String),
    Browse,
    Picked(Option<PathBuf>),
    NameChanged(String),
    ChecksumChanged(String),
    PolicyChosen(CostPolicy),
    BeginChosen(Begin),
    UserChanged(String),
    PasswordChanged(String),
    AskAgain,
    Add,
    Cancel,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Probe { wishes: Vec<Wish>, drops: Vec<ProbeId> },
    PickFolder(PathBuf),
    Add { wishes: Box<Wishes>, drops: Vec<ProbeId>, then: Then },
    Close { drops: Vec<ProbeId> },
}

impl State {
    /// `next_probe`: where the last dialog's probe ids ended.
    pub fn new(settings: &Settings, default_folder: &Path, picker: Picker, next_probe: u64) -> Self {
        let folder = settings.download_folder.as_deref().unwrap_or(default_folder);
        Self {
            text: Some(Content::new()),
            parsed: Arc::default(),
            edit: 0,
            reading: false,
            rested: true,
            folder: folder.display().to_string(),
            name: String::new(),
            checksum: String::new(),
            policy: settings.cost_policy,
            start: Begin::Now,
            user: String::new(),
            password: String::new(),
            probes: Probes::new(next_probe),
            picker,
            tried: false,
        }
    }

    /// Puts links in, as if they had been typed. The action asks their servers at once.
    pub fn fill(&mut self, text: String) -> Action {
        self.edit += 1;
        if text.len() > LONG {
            return self.read_aside(text);
        }
        self.text = Some(Content::with_text(&text));
        if let Some(content) = &mut self.text {
            content.perform(text_editor::Action::Move(text_editor::Motion::DocumentEnd));
        }
        self.parsed = Arc::new(links::typed(&text));
        self.probe()
    }

    /// Puts links below those that are there.
    pub fn append(&mut self, links: &str) -> Action {
        let before = self.text.as_ref().map(Content::text).unwrap_or_default();
        let before = before.trim_end();
        self.fill(if before.is_empty() { links.to_owned() } else { format!("{before}\n{links}") })
    }

    pub fn next_probe(&self) -> u64 {
        self.probes.next()
    }

    /// Good links there are.
    pub fn count(&self) -> usize {
        self.parsed.links.len()
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Edited(edit) => return self.edited(edit),
            Message::Read(edit, parsed) => {
                if edit == self.edit {
                    self.reading = false;
                    self.parsed = parsed;
                    return self.probe();
                }
            }
            Message::Rested(edit) => {
                if edit == self.edit {
                    self.rested = true;
                    return self.probe();
                }
            }
            Message::Probed(id, state) => {
                self.probes.came(id, state.map(|state| *state));
                return self.probe();
            }
            Message::ForgetText => {
                self.edit += 1;
                self.reading = false;
                self.text = Some(Content::new());
                self.parsed = Arc::default();
                return self.probe();
            }
            Message::FolderChanged(text) => self.folder = text,
            Message::Browse => return Action::PickFolder(PathBuf::from(self.folder.trim())),
            Message::Picked(Some(folder)) => self.folder = folder.display().to_string(),
            Message::Picked(None) => {}
            Message::NameChanged(text) => self.name = text,
            Message::ChecksumChanged(text) => self.checksum = text,
            Message::PolicyChosen(policy) => self.policy = policy,
            Message::BeginChosen(begin) => self.start = begin,
            Message::UserChanged(text) => self.user = text,
            Message::PasswordChanged(text) => self.password = text,
            Message::AskAgain => return self.ask_again(),
            Message::Add => return self.add(),
            Message::Cancel => return Action::Close { drops: self.probes.take_all() },
        }
        Action::None
    }

    fn edited(&mut self, action: text_editor::Action) -> Action {
        if let text_editor::Action::Edit(Edit::Paste(pasted)) = &action
            && pasted.len() > LONG
        {
            let before = self.text.as_ref().map(Content::text).unwrap_or_default();
            return self.read_aside(format!("{before}\n{pasted}"));
        }
        let Some(content) = &mut self.text else { return Action::None };
        let changes = action.is_edit();
        let at_once = matches!(&action, text_editor::Action::Edit(Edit::Paste(_)));
        content.perform(action);
        if !changes {
            return Action::None;
        }
        self.edit += 1;
        self.parsed = Arc::new(links::typed(&content.text()));
        self.rested = at_once;
        if at_once {
            return self.probe();
        }
        let edit = self.edit;
        Action::Run(wire::after(REST, move || Message::Rested(edit)))
    }

    fn read_aside(&mut self, text: String) -> Action {
        self.edit += 1;
        self.text = None;
        self.reading = true;
        self.parsed = Arc::default();
        let edit = self.edit;
        let read = async move { Arc::new(links::typed(&text)) };
        Action::Run(Task::perform(read, move |parsed| Message::Read(edit, parsed)))
    }

    fn probe(&mut self) -> Action {
        let (wishes, drops) = self.probes.follow(&self.parsed.links);
        if wishes.is_empty() && drops.is_empty() { Action::None } else { Action::Probe { wishes, drops } }
    }

    /// Asks the servers that wanted a sign-in again, now with user and password.
    fn ask_again(&mut self) -> Action {
        let credentials = self.credentials();
        let mut parsed = (*self.parsed).clone();
        let mut dropped = Vec::new();
        for link in &mut parsed.links {
            link.credentials = link.credentials.take().or_else(|| credentials.clone());
            let asks = matches!(self.probes.state(&link.url), Some(Some(ProbeState::Asks(_))));
            dropped.extend(asks.then(|| self.probes.forget(&link.url)).flatten());
        }
        let (wishes, mut drops) = self.probes.follow(&parsed.links);
        drops.extend(dropped);
        Action::Probe { wishes, drops }
    }

    fn credentials(&self) -> Option<Credentials> {
        (!self.user.is_empty()).then(|| Credentials {
            user: Secret::new(self.user.as_str()),
            password: Secret::new(self.password.as_str()),
        })
    }

    /// Why the name is none; the empty one is the server's to choose.
    fn name_error(&self) -> Option<NameError> {
        if self.name.trim().is_empty() { None } else { FileName::new(self.name.trim()).err() }
    }

    /// What the file must come to; nothing is asked of it where the field is empty.
    fn check(&self) -> Result<Check, ChecksumError> {
        match self.checksum.trim() {
            "" => Ok(Check::default()),
            Check::SEARCH => Ok(Check { search: Search::Beside, ..Check::default() }),
            text => text.parse().map(Check::user),
        }
    }

    fn folder_is_wrong(&self) -> bool {
        !Path::new(self.folder.trim()).is_absolute()
    }

    fn is_ready(&self) -> bool {
        let checksum = self.parsed.links.len() != 1 || self.check().is_ok();
        !self.parsed.links.is_empty() && self.name_error().is_none() && checksum && !self.folder_is_wrong()
    }

    /// Leaves the lines that are no links in the field, to be mended.
    fn keep_rest(&mut self) -> Then {
        if self.parsed.bad.is_empty() {
            return Then::Close;
        }
        let (rest, text) = self.parsed.rest();
        self.edit += 1;
        self.text = (text.len() <= LONG).then(|| Content::with_text(&text));
        self.parsed = Arc::new(rest);
        self.name.clear();
        self.checksum.clear();
        Then::Stay
    }

    fn add(&mut self) -> Action {
        self.tried = true;
        self.rested = true;
        if !self.is_ready() {
            return Action::None;
        }
        let single = self.parsed.links.len() == 1;
        let folder = PathBuf::from(self.folder.trim());
        let name = FileName::new(self.name.trim()).ok().filter(|_| single);
        let check = self.check().ok().filter(|_| single).unwrap_or_default();
        let asks = self.probes.wants_sign_in();
        let credentials = self.credentials().filter(|_| single || asks);
        let start = match self.start {
            Begin::Now => Start::Now,
            Begin::Paused => Start::Paused,
        };
        let probes = self.probes.of(&self.parsed.links);
        let mut drops = self.probes.take_all();
        drops.retain(|probe| probes.values().all(|taken| taken != probe));
        let links = Arc::clone(&self.parsed);
        let wishes = Wishes { links, probes, folder, name, check, policy: self.policy, start, credentials };
        let then = self.keep_rest();
        Action::Add { wishes: Box::new(wishes), drops, then }
    }
}
