//! What a command line means, once it is understood.

use std::ffi::OsString;
use std::path::PathBuf;

use serde::Deserialize;

use super::exit::Exit;
use super::json::{ErrorJson, line};
use super::terminal::Terminal;
use crate::api::{Answer, Credentials, FileFate, Given, Selection};
use crate::model::{
    CostPolicy, Counted, Day, FileName, Method, NameClash, Options, Over, Pace, Place, Priority, Resuming,
    SafeUrl, TransferId, Wall,
};

/// A whole command line.
#[derive(Debug)]
pub struct Invocation {
    pub globals: Globals,
    pub action: Action,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Globals {
    /// Everything Longshore keeps lives there instead of the XDG folders: an own instance.
    pub data_dir: Option<PathBuf>,
    pub verbose: bool,
    pub log_file: Option<PathBuf>,
}

#[derive(Debug)]
pub enum Action {
    /// Open the window, or raise it, with these addresses.
    Window { links: Vec<String> },
    /// Start without one.
    Background,
    /// Print something that needs neither engine nor data.
    Print(Document),
    /// Ask the owner of the data folder for something.
    Errand(Errand),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    Completions(clap_complete::Shell),
    Man,
}

/// How much of the engine must run when this program is the owner itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The whole queue.
    All,
    /// What this command added or attached to, and nothing else.
    OnlyOwn,
    /// Nothing: open, apply, commit, exit.
    None,
}

/// One thing to do for the user, and how to tell about it.
#[derive(Debug)]
pub struct Errand {
    pub(super) job: Job,
    pub(super) form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Human,
    Json,
}

#[derive(Debug)]
pub(super) enum Job {
    // These stay until something is done, and hear an interruption themselves.
    Get(Box<Get>),
    Wait(Vec<TransferId>),
    Watch,
    Brief(Brief),
}

/// Done in a moment.
#[derive(Debug)]
pub(super) enum Brief {
    Add(Box<Intake>),
    List {
        status: Option<String>,
        group: Option<String>,
    },
    Show(TransferId),
    /// What the server answered, byte for byte.
    Reply(TransferId),
    Log(TransferId),
    /// Where it can be read while it comes.
    Play(TransferId),
    Network,
    /// What a connection is to be taken for.
    NetworkSet {
        connection: String,
        word: NetworkSaying,
    },
    /// Of all connections, or of one.
    Budget(Option<String>),
    BudgetSet {
        connection: String,
        plan: Option<PlanWish>,
    },
    Settings(SettingsJob),
    /// Of all downloads together.
    Limit(Option<Pace>),
    Quit,
    Deed(Deed),
}

/// What is said of a data plan; the rest stays as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlanWish {
    pub(super) cap: u64,
    pub(super) every: Option<Rhythm>,
    pub(super) from: Option<Begins>,
    pub(super) warn: Option<u8>,
    pub(super) over: Option<Over>,
    pub(super) counts: Option<Counted>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rhythm {
    Month,
    Week,
    Days(u16),
}

/// On which day a period begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    /// Of the month or week.
    Each(u8),
    On(Day),
}

/// Everything that can be said of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum NetworkSaying {
    Metered,
    Unmetered,
    PayPerUse,
    Never,
    Auto,
    Chosen,
    NotChosen,
}

/// Changes transfers.
#[derive(Debug)]
pub(super) enum Deed {
    Pause(Selection),
    Resume(Selection),
    Cancel(Selection),
    Retry(Selection),
    Remove(Selection, FileFate),
    Set(TransferId, Vec<Change>),
    Move(TransferId, Place),
    Answer(TransferId, Choice),
    AllowOnce(Vec<TransferId>),
    /// Asks first.
    RunAnyway(Vec<TransferId>),
}

#[derive(Debug)]
pub(super) struct Get {
    pub(super) intake: Intake,
    pub(super) patience: Patience,
    pub(super) progress: Option<ProgressForm>,
}

/// What ends a foreground command before everything is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Patience {
    pub(super) on_hold: Then,
    pub(super) on_question: Then,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Wait,
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ProgressForm {
    Json,
    Plain,
    None,
}

/// New transfers, before lists, headers and passwords are read.
#[derive(Debug)]
pub(super) struct Intake {
    pub(super) links: Vec<Link>,
    /// Metalink documents on this machine.
    pub(super) documents: Vec<PathBuf>,
    pub(super) list: Option<Feed>,
    pub(super) target: Where,
    pub(super) headers: Vec<HeaderSource>,
    pub(super) user: Option<(String, PasswordFrom)>,
    pub(super) policy: Option<CostPolicy>,
    pub(super) priority: Priority,
    pub(super) retries: Option<u32>,
    pub(super) options: Options,
    pub(super) clash: Option<NameClash>,
    pub(super) start: When,
    /// The options that were named.
    pub(super) given: Vec<Given>,
    /// Of uploads; the one link is where they go.
    pub(super) upload: Option<Sending>,
}

/// What is sent, before anything is read.
#[derive(Debug)]
pub(super) struct Sending {
    pub(super) what: What,
    pub(super) method: Option<Method>,
    pub(super) resuming: Resuming,
    pub(super) make_folders: bool,
}

#[derive(Debug)]
pub(super) enum What {
    /// One upload each.
    Files(Vec<Feed>),
    Text(String),
    Form(Vec<Field>),
}

/// One part of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) from: FieldFrom,
    pub(super) content_type: Option<String>,
    pub(super) file_name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FieldFrom {
    Text(String),
    File(PathBuf),
}

#[derive(Debug)]
pub(super) struct Link {
    pub(super) url: SafeUrl,
    pub(super) credentials: Option<Credentials>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Feed {
    Stdin,
    File(PathBuf),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Where {
    /// Of `get`: the present folder; of `add`: what the settings say.
    Usual,
    Folder(PathBuf),
    File {
        /// Empty: the present folder.
        folder: PathBuf,
        name: FileName,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HeaderSource {
    Line(String),
    /// One header a line.
    File(PathBuf),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PasswordFrom {
    /// Asked for.
    Person,
    Stdin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Now,
    Paused,
    At(Wall),
    /// In the user's zone.
    Local(jiff::civil::DateTime),
    /// The next time the clock shows this.
    Clock(jiff::civil::Time),
}

#[derive(Debug)]
pub(super) enum Change {
    Policy(CostPolicy),
    Priority(Priority),
    Pace(Option<Pace>),
    Start(When),
    Url(Link),
}

#[derive(Debug)]
pub(super) enum Choice {
    Plain(Answer),
    /// A folder, not yet absolute.
    Folder(PathBuf),
    Link(Link),
    SignIn(String, PasswordFrom),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SettingsJob {
    List,
    Get(String),
    Set(String, String),
}

impl Globals {
    /// As they are given on a command line.
    pub fn to_arguments(&self) -> Vec<OsString> {
        let named = |name: &str, value: &Option<PathBuf>| {
            value.as_ref().map(|value| [OsString::from(name), value.into()]).into_iter().flatten()
        };
        let verbose = self.verbose.then(|| OsString::from("--verbose"));
        named("--data-dir", &self.data_dir)
            .chain(named("--log-file", &self.log_file))
            .chain(verbose)
            .collect()
    }
}

impl Action {
    pub const fn scope(&self) -> Scope {
        match self {
            Self::Window { .. } | Self::Background => Scope::All,
            Self::Errand(errand) => errand.scope(),
            Self::Print(_) => Scope::None,
        }
    }
}

impl Errand {
    /// Says why it could not even begin, in the form that was asked for; the exit code. `code` is stable.
    pub fn fail(&self, terminal: &mut Terminal, code: &'static str, sentence: &str) -> u8 {
        // Whoever does not listen any more cannot be told so.
        let _ = match self.form {
            Form::Human => terminal.stderr.line(sentence),
            Form::Json => terminal.stdout.line(&line(&ErrorJson { code, message: sentence })),
        };
        Exit::Failed.code()
    }

    pub const fn scope(&self) -> Scope {
        match self.job {
            Job::Get(_) => Scope::OnlyOwn,
            Job::Wait(_) | Job::Watch | Job::Brief(_) => Scope::None,
        }
    }
}
