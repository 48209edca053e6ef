//! Everything the coordinator can want done. Each is carried out by one arm that decides nothing.

use std::path::PathBuf;

use super::Order;
use crate::api::{ClientId, Dirty, Outcome};
use crate::model::{
    Durability, Edit, Finished, Mark, MountId, Pace, PartFile, RangeSet, Run, SecretRef, Session, Settings,
    Slot, Source, Ticket, Timeouts, Transfer, TransferId,
};
use crate::rules::cost::{Epoch, Permit};
use crate::rules::rate::{Level, Share};

#[derive(Debug)]
pub enum Effect {
    Save {
        ticket: Ticket,
        edits: Vec<Edit>,
        durability: Durability,
    },
    Start(Box<Job>),
    /// Close its connections at once, sync what is written, report.
    Stop {
        id: TransferId,
        run: Run,
    },
    /// Permits are renewed first; then everything older than `epoch` is refused.
    Gate {
        epoch: Epoch,
        permits: Vec<Permit>,
    },
    /// The network itself changed: no connection of an older epoch may be used again.
    DropClients,
    /// Have the desktop look again how far the network reaches.
    AskNetwork,
    /// What the worker reported last is committed.
    Acknowledge {
        id: TransferId,
        run: Run,
    },
    /// The mark with this number is committed: what it holds needs no slot any more.
    Marked {
        id: TransferId,
        run: Run,
        mark: u64,
    },
    Sync {
        id: TransferId,
        run: Run,
    },
    /// How fast from now on; of a transfer only while it runs, a new run brings its own.
    Limit {
        level: Level,
        pace: Option<Pace>,
    },
    /// How fast all uploads together.
    LimitUploads(Option<Pace>),
    /// How a running transfer stands to the others from now on.
    Share {
        id: TransferId,
        share: Share,
    },
    Errand {
        id: TransferId,
        errand: Errand,
    },
    /// See whether the cause of a question is gone.
    Look {
        id: TransferId,
        look: Look,
    },
    /// Delete an unfinished file, if it still is that file.
    Discard {
        folder: PathBuf,
        part: PartFile,
    },
    Trash(PathBuf),
    /// Files that this program put into the data folder for an upload are of no use any more.
    Unkeep {
        id: TransferId,
        files: Vec<PathBuf>,
    },
    /// Tells the server that nobody will go on with an upload that it keeps.
    Abandon(Box<Abandoned>),
    Reply {
        client: ClientId,
        seq: u64,
        outcome: Outcome,
    },
    /// The order concerns ended transfers: read them and come back.
    Fetch {
        client: ClientId,
        seq: u64,
        order: Order,
        ids: Vec<TransferId>,
    },
    /// A refused batch made the counts of the history doubtful.
    Recount {
        after: Ticket,
    },
    Note(Dirty),
    SaveSettings(Box<Settings>),
    /// Nobody needs these any more.
    Forget(Vec<SecretRef>),
    DropProbe(crate::model::ProbeId),
    /// Everything is saved; the end.
    Ended,
}

/// One run of a transfer, as a worker needs it.
#[derive(Debug, Clone)]
pub struct Job {
    pub run: Run,
    pub transfer: Transfer,
    pub permit: Permit,
    /// Places in the progress journal. A part beyond them relies on the mark once a second.
    pub slots: Vec<Slot>,
    pub connections: Connections,
    pub timeouts: Timeouts,
    pub user_agent: Option<String>,
    pub encryption: crate::model::Encryption,
    pub finished: Finished,
    /// Bytes in one request of a resumable upload.
    pub chunk: u64,
    pub probe: Option<crate::model::ProbeId>,
}

/// An upload that the user canceled, as its server knows it.
#[derive(Debug, Clone)]
pub struct Abandoned {
    pub transfer: TransferId,
    pub source: Source,
    pub session: Session,
    pub permit: Permit,
    pub timeouts: Timeouts,
    pub user_agent: Option<String>,
    pub encryption: crate::model::Encryption,
}

/// How many connections one run may open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// The user's number; `None`: as many as pay.
    pub fixed: Option<u16>,
    /// To one host, those of all runs together.
    pub per_host: u16,
    /// What the host was found to allow within the last day.
    pub remembered: Option<u16>,
}

/// Work on the disk that a transfer waits for.
#[derive(Debug, Clone)]
pub enum Errand {
    /// After a start: which claims may be believed?
    Verify { folder: PathBuf, part: PartFile, synced: RangeSet, mark: Option<Mark> },
    /// A restart: the old part makes room.
    SetAside { folder: PathBuf, part: PartFile },
    /// Copy it; the old one goes when a commit knows the new one.
    Move { from: PathBuf, to: PathBuf, part: PartFile },
    /// Delete an unfinished file that is still recorded; the record goes afterwards.
    Discard { folder: PathBuf, part: PartFile },
}

/// What to look at, and what must be there.
#[derive(Debug, Clone)]
pub struct Look {
    pub folder: PathBuf,
    pub part: Option<PartFile>,
    /// A folder that is not there may be made.
    pub create_folder: bool,
    /// Length of the whole file, as far as it is known.
    pub total: Option<u64>,
    /// The disk broke on this mount: only another one is worth a try.
    pub broken: Option<MountId>,
    /// Of an upload: the files that must be there. The rest does not matter then.
    pub files: Vec<PathBuf>,
}
