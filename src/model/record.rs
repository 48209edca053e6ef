//! What is written down beside a transfer: its unfinished file, the last answer, its log.

use serde::{Deserialize, Serialize};

use super::{Boot, Expected, Fault, Grounds, Hold, Question, RangeSet, SafeUrl, Span, Wall};

/// The unfinished file, so exactly that no other can be taken for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFile {
    /// Name within the target folder, `.part` included.
    pub name: String,
    pub device: u64,
    pub inode: u64,
    /// Birth time in nanoseconds since 1970, where the file system keeps it. With the inode it tells a file from its
    /// successor in the same place.
    pub born: Option<i64>,
}

impl PartFile {
    /// A file that is about to be made: no file has the inode 0. Until the next commit it can only be empty.
    pub const fn planned(name: String, device: u64) -> Self {
        Self { name, device, inode: 0, born: None }
    }

    pub const fn is_planned(&self) -> bool {
        self.inode == 0 && self.born.is_none()
    }
}

/// Ranges that were handed to the kernel but not synced when they were last noted, with what one must compare before
/// believing it after a start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub written: RangeSet,
    pub boot: BootId,
    pub at: Boot,
    pub mount: Option<MountId>,
}

/// The kernel's random name for this boot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct BootId(pub [u8; 16]);

/// One mount of one file system, never used again within a boot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MountId(pub u64);

/// The last answer of the server, as far as it is worth showing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    pub at: Wall,
    pub status: u16,
    /// After redirects.
    pub url: SafeUrl,
    pub content_type: Option<String>,
    /// In the server's order; values that set cookies are masked. At most [`Response::HEADERS`].
    pub headers: Vec<(String, String)>,
}

impl Response {
    /// Headers kept for the details pane; servers send about twenty.
    pub const HEADERS: usize = 64;
}

/// One line of a transfer's log: what happened, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub at: Wall,
    pub kind: EntryKind,
}

impl Entry {
    /// Lines kept for each transfer; older ones make room.
    pub const MAX: usize = 500;
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    Added,
    Started,
    /// The server answered; `from` is the first byte asked for.
    Answered {
        status: u16,
        from: u64,
        total: Option<u64>,
        resumable: bool,
    },
    Redirected {
        to: SafeUrl,
    },
    Named {
        name: String,
    },
    Held(Hold),
    /// Why it waits, and on which network that was decided.
    HeldOn {
        hold: Hold,
        network: Option<String>,
    },
    /// It may use this network; with the rule that says so.
    Allowed {
        network: Option<String>,
        why: Grounds,
    },
    Released,
    PausedByUser,
    ResumedByUser,
    /// Every connection was closed because the network changed.
    NetworkChanged,
    /// The machine was about to sleep or to end.
    MachineSleeps,
    /// Power and hours do not hold it any more; the user agreed.
    RunsAnyway,
    Broke(Fault),
    TryingAgainIn(Span),
    Asked(Question),
    /// The user chose one of the offered ways.
    Chose {
        choice: String,
    },
    /// Begun again from the first byte; the old data stands under `kept`, if at all.
    Restarted {
        kept: Option<String>,
    },
    /// After a start: bytes found trustworthy, of those once claimed.
    Recovered {
        trusted: u64,
        claimed: u64,
    },
    LinkReplaced {
        url: SafeUrl,
    },
    /// Somebody says what the file must come to.
    Expects(Expected),
    /// It was a Metalink document: it became the files that it names.
    Metalink {
        files: u64,
    },
    /// Further places of the file are known.
    Mirrors {
        count: u64,
    },
    /// A place of the file is not asked any more in this run.
    MirrorDropped {
        url: SafeUrl,
        fault: Fault,
    },
    /// Bytes from there were wrong: it is not asked any more.
    MirrorLied {
        url: SafeUrl,
    },
    /// No list of checksums that names it lies beside it.
    NothingBeside,
    /// It came to that.
    Verified,
    /// So many pieces came to something else and are fetched again, together so many bytes.
    BadPieces {
        count: u64,
        bytes: u64,
    },
    Finished,
    Canceled,
}
