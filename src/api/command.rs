//! What the user may ask for, in the imperative.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{NewUpload, Secret};
use crate::model::{
    Budget, Choice, CostPolicy, Direction, FileName, Method, NameClash, Options, Pace, Place, Priority,
    ProbeId, SafeUrl, Settings, TransferId, Treat, Wall,
};

/// A wish. Those with secrets in them are apart, so that the brain of the engine never sees one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// At most [`Command::MOST`] at once.
    Add(Vec<NewTransfer>),
    /// The answer to a sign-in question.
    SignIn {
        id: TransferId,
        credentials: Credentials,
    },
    /// A fresh address for the same file; the data is kept.
    ReplaceLink {
        id: TransferId,
        url: SafeUrl,
        credentials: Option<Credentials>,
    },
    Act(Act),
}

impl Command {
    /// Transfers in one request; a client with more sends several.
    pub const MOST: usize = 1000;
}

/// A wish without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    Pause(Selection),
    Resume(Selection),
    Cancel(Selection),
    /// Try again now, or begin an ended one again.
    Retry(Selection),
    Remove {
        which: Selection,
        file: FileFate,
    },
    /// Takes back a cancel or a remove.
    Undo(UndoToken),
    Move {
        ids: Vec<TransferId>,
        place: Place,
    },
    SetPolicy {
        which: Selection,
        policy: CostPolicy,
    },
    SetPriority {
        which: Selection,
        priority: Priority,
    },
    /// Bytes a second at most; `None`: as fast as everything else allows.
    SetPace {
        which: Selection,
        pace: Option<Pace>,
    },
    /// "Use this network once".
    AllowHere(Selection),
    /// "Run anyway": power and hours do not hold these any more. Whoever sends it has asked the user.
    RunAnyway(Selection),
    /// Not before this moment; `None`: now.
    Schedule {
        which: Selection,
        at: Option<Wall>,
    },
    /// What a connection is to be taken for: by name or UUID, or the present one.
    Treat {
        network: Option<String>,
        treat: Treat,
    },
    /// Is it one of the few that are used?
    Choose {
        network: Option<String>,
        choice: Choice,
    },
    /// The data plan of a connection, or none.
    SetBudget {
        network: Option<String>,
        budget: Option<Budget>,
    },
    /// Look again how far the network reaches.
    AskNetwork,
    Answer {
        id: TransferId,
        answer: Answer,
    },
    Rename {
        id: TransferId,
        name: FileName,
    },
    Configure(Box<Settings>),
    /// Asks the server about an address and keeps its answer open for a while.
    DropProbe(ProbeId),
    /// Bring the window to the front, with these links in its Add dialog.
    Show {
        links: Vec<Secret>,
    },
    /// Pause nothing, save everything, end.
    Quit,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    Ids(Vec<TransferId>),
    All,
}

/// An option of a new transfer that was named, and not left to the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Given {
    /// The folder and the name in it.
    File,
    Folder,
    Headers,
    CostPolicy,
    Priority,
    Retries,
    Connections,
    Limit,
    Checksum,
    Clash,
    Start,
}

/// Everything needed to begin a transfer; what is left open comes from the settings or the server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewTransfer {
    pub direction: Direction,
    pub url: SafeUrl,
    pub credentials: Option<Credentials>,
    pub method: Method,
    pub headers: Vec<(String, HeaderInput)>,
    /// Absolute.
    pub folder: Option<PathBuf>,
    pub name: Option<FileName>,
    pub clash: Option<NameClash>,
    pub policy: Option<CostPolicy>,
    pub priority: Priority,
    pub group: Option<String>,
    pub start: Start,
    pub attempts_most: Option<u32>,
    #[serde(default)]
    pub options: Options,
    /// Other places of the same file.
    #[serde(default)]
    pub mirrors: Vec<SafeUrl>,
    /// Take over the answer that this probe holds open.
    pub probe: Option<ProbeId>,
    pub clash_of_address: Clash,
    /// What is sent; only, and always, of uploads.
    pub upload: Option<Box<NewUpload>>,
    #[serde(default)]
    pub awaited: Awaited,
    /// What the user asked for by name. An unfinished transfer of the same address serves only if it is like that.
    #[serde(default)]
    pub given: Vec<Given>,
}

impl NewTransfer {
    pub fn download(url: SafeUrl) -> Self {
        Self {
            direction: Direction::Download,
            url,
            credentials: None,
            method: Method::default(),
            headers: Vec::new(),
            folder: None,
            name: None,
            clash: None,
            policy: None,
            priority: Priority::Normal,
            group: None,
            start: Start::Now,
            attempts_most: None,
            options: Options::default(),
            mirrors: Vec::new(),
            probe: None,
            clash_of_address: Clash::Attach,
            upload: None,
            awaited: Awaited::ByNobody,
            given: Vec::new(),
        }
    }

    pub fn has_secrets(&self) -> bool {
        let is_secret = |header: &(String, HeaderInput)| matches!(header.1, HeaderInput::Secret(_));
        self.credentials.is_some() || self.headers.iter().any(is_secret)
    }

    /// PUT of what `upload` says to `url`.
    pub fn upload(url: SafeUrl, upload: NewUpload) -> Self {
        Self {
            direction: Direction::Upload,
            method: Method::put(),
            upload: Some(Box::new(upload)),
            ..Self::download(url)
        }
    }
}

/// What to do about an unfinished transfer of the same address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clash {
    /// Answer with that one.
    #[default]
    Attach,
    /// Download again, under another name, after that one ended.
    Again,
}

/// Whether a client stays until a new transfer is done. An engine that runs nothing else of the queue runs those, whoever
/// added them: otherwise the second of two `get`s would wait for the first one's program and never be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Awaited {
    #[default]
    ByNobody,
    ByClient,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    #[default]
    Now,
    Paused,
    At(Wall),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Credentials {
    pub user: Secret,
    pub password: Secret,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeaderInput {
    Plain(String),
    Secret(Secret),
}

/// The file of a removed transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileFate {
    Keep,
    /// Finished files go to the trash; unfinished ones are deleted.
    Trash,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UndoToken(pub u64);

/// The user's way out of a question. Which ones a question admits: `rules::remedies`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The cause is gone, or let us see.
    TryAgain,
    /// From the first byte; the old part is kept as `.old`.
    Restart,
    /// End here and keep what is here under its name.
    KeepWhatIsHere,
    /// The page, the insecure address: the user wants it anyway.
    Accept,
    /// Another folder for the file.
    ChooseFolder(PathBuf),
    ChooseName(FileName),
    Overwrite,
    Skip,
}
