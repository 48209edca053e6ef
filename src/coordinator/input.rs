//! Everything that can happen to the coordinator.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::api::{Act, ClientId, NewTransfer};
use crate::model::{
    BootId, ByteRange, DeviceCount, DiskFault, Expected, Fault, FileName, Group, MountId, Network, PartFile,
    Power, RangeSet, Reply, Response, Run, SafeUrl, SecretRef, Session, Settings, Slot, Source, StoreTrouble,
    Ticket, Transfer, TransferId, Upload, Usage, Validator, Wall, Watched,
};
use crate::rules::metalink::File;

#[derive(Debug)]
pub enum Input {
    /// The book as the store has it; first of all inputs.
    Loaded(Box<Loaded>),
    Order {
        client: ClientId,
        seq: u64,
        order: Order,
    },
    /// Rows of the history that an order asked for, with the order itself.
    Fetched {
        client: ClientId,
        seq: u64,
        order: Order,
        rows: Vec<Transfer>,
    },
    Report {
        id: TransferId,
        run: Run,
        report: Report,
    },
    /// How far the running transfers have come.
    Meters(Vec<Reading>),
    Network(Network),
    /// What the kernel has counted on a network device.
    DeviceCount {
        interface: String,
        count: DeviceCount,
    },
    /// What the machine runs on.
    Power(Power),
    /// It is about to sleep or to end; there are a few seconds to save everything.
    Sleeps,
    /// The machine slept, or its clock jumped: every connection is suspect.
    Woke,
    Saved(Ticket),
    /// The history, counted as it was when no ticket after this one had been given.
    Counted {
        after: Ticket,
        history: Vec<(crate::model::Shelf, crate::model::Direction, i64)>,
    },
    SaveFailed(Ticket, StoreTrouble),
    /// What became of an errand on the disk.
    Errand {
        id: TransferId,
        result: ErrandResult,
    },
    /// A cause that heals by itself was looked at again.
    Looked {
        id: TransferId,
        /// What is wrong now, if anything.
        found: Result<(), DiskFault>,
    },
    /// A deadline passed.
    Tick,
    /// End: stop everything, save, say so.
    ShutDown,
}

#[derive(Debug, Default)]
pub struct Loaded {
    pub transfers: Vec<Transfer>,
    pub groups: Vec<Group>,
    pub next_id: u64,
    /// Ended transfers by what they are counted under.
    pub history: Vec<(crate::model::Shelf, crate::model::Direction, i64)>,
    /// Canceled ones whose unfinished file was not deleted in time.
    pub doomed: Vec<Transfer>,
    /// Transfers with claims beyond `synced`, and the journal slots that hold such claims.
    pub suspects: Vec<(TransferId, Vec<Slot>)>,
    /// Hosts, and how many connections at once they allow until then.
    pub hosts: Vec<(String, u16, Wall)>,
    /// What went over each connection, by its key.
    pub usage: BTreeMap<String, Usage>,
    pub settings: Settings,
}

/// A command after its secrets went to the vault.
#[derive(Debug, Clone)]
pub enum Order {
    Add(Vec<Draft>),
    SignIn { id: TransferId, credentials: SecretRef, user_tag: u64 },
    ReplaceLink { id: TransferId, url: SafeUrl, credentials: Option<(SecretRef, u64)> },
    Act(Act),
}

/// A new transfer, its source ready to be stored. The secrets in `wish` are gone.
#[derive(Debug, Clone)]
pub struct Draft {
    pub source: Source,
    pub upload: Option<Box<Upload>>,
    pub folder: PathBuf,
    pub wish: NewTransfer,
}

/// What a worker says. Ranges are those of the file, in bytes.
#[derive(Debug, Clone)]
pub enum Report {
    /// The server answered and the file is there: to be committed before anything may be claimed.
    Begun(Box<Begun>),
    /// Everything up to here survives a power cut.
    Synced {
        synced: RangeSet,
    },
    /// Only uploads say these.
    Upload(UploadReport),
    /// The host of its source allows so many connections at once.
    HostAllows {
        connections: u16,
    },
    /// Every byte is here and is being compared with a checksum.
    Checking,
    /// Somebody says what the file must come to.
    Expects(Expected),
    /// The document at the address names these files; the first takes its place.
    Metalink {
        files: Vec<File>,
        end: End,
    },
    Mirrors(Vec<SafeUrl>),
    MirrorDropped {
        url: SafeUrl,
        fault: Fault,
    },
    MirrorLied {
        url: SafeUrl,
    },
    /// No list of checksums lies beside the file.
    NothingBeside,
    /// It is the file that was meant: to be committed before it gets its name.
    Verified,
    /// These bytes are wrong and will be fetched again: to be committed before the file is touched.
    Bad {
        bad: Vec<ByteRange>,
        /// Everything else that survives a power cut.
        synced: RangeSet,
    },
    /// Every byte is here, as it must be.
    Filled,
    /// The name was taken; this one is free and is to be committed before it is used.
    Renamed {
        name: FileName,
    },
    /// Done: under its name and durable.
    Finished {
        total: u64,
    },
    /// Stopped as told.
    Stopped {
        end: End,
    },
    Broke {
        fault: Fault,
        end: End,
    },
}

/// What the worker of an upload says. The first three are to be committed before it goes on.
#[derive(Debug, Clone)]
pub enum UploadReport {
    /// The files are open, and this is all there is to send.
    Opened { total: u64, watched: Vec<Watched> },
    /// The server named the place where the upload lives.
    Placed(Session),
    /// The last byte of a request that must not be repeated is about to go.
    Doubted,
    /// A definite answer.
    Answered { response: Box<Response>, reply: Option<Reply> },
}

#[derive(Debug, Clone)]
pub struct Begun {
    pub name: FileName,
    pub part: PartFile,
    pub boot: BootId,
    pub mount: Option<MountId>,
    pub validator: Validator,
    pub resumable: bool,
    pub response: Response,
    /// What the answer says that the file must come to.
    pub expected: Option<Expected>,
    /// First byte asked for.
    pub from: u64,
}

/// What a run leaves behind.
#[derive(Debug, Clone, Default)]
pub struct End {
    /// Survives a power cut; `None` when the worker could not tell: what was stored last counts.
    pub synced: Option<RangeSet>,
    /// Bytes that came in this run.
    pub received: u64,
    /// Length of the whole file, as the server said.
    pub total: Option<u64>,
}

/// How far one run has come.
#[derive(Debug, Clone)]
pub struct Reading {
    pub id: TransferId,
    pub run: Run,
    /// Bytes of the file that are present.
    pub done: u64,
    /// Bytes that came in this run.
    pub received: u64,
    pub connections: u16,
    /// The ranges behind `done`; once a second.
    pub written: Option<Written>,
}

/// What the kernel has of a file at one moment, numbered within the run.
#[derive(Debug, Clone)]
pub struct Written {
    pub mark: u64,
    pub ranges: RangeSet,
}

#[derive(Debug, Clone)]
pub enum ErrandResult {
    /// Ranges that may be believed after a start.
    Verified(Result<(PartFile, RangeSet), DiskFault>),
    /// The old part stands aside under this name, or is gone.
    SetAside(Result<Option<String>, DiskFault>),
    /// The part moved to the transfer's new folder.
    Moved { to: PathBuf, result: Result<PartFile, DiskFault> },
    /// It is gone, or never was.
    Discarded(Result<(), DiskFault>),
}
