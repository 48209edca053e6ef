//! The nouns. Plain data that every floor speaks of; nothing here does I/O, asks for the time or decides anything.

mod budget;
mod check;
mod checksum;
mod cost;
mod edit;
mod failure;
mod fault;
mod group;
mod hours;
mod id;
mod limits;
mod name;
mod networks;
mod options;
mod pace;
mod pieces;
mod power;
mod progress;
mod range;
mod range_set;
mod reason;
mod record;
mod refusal;
mod secret;
mod settings;
mod source;
mod status;
mod target;
mod time;
mod transfer;
mod upload;
mod url;
mod validator;

pub use budget::{
    Amount, Budget, BudgetLevel, Counted, Day, DeviceCount, Every, Local, Over, Period, Standing, Usage,
    parse_size, typed_size,
};
pub use check::{BadPiece, Check, Expected, Mismatch, Origin, Search, Verdict};
pub use checksum::{Algorithm, Checksum, ChecksumError};
pub use cost::{
    Basis, Connectivity, CostPolicy, CostSource, Leave, Link, Medium, Network, NetworkCost, Permission,
};
pub use edit::{Durability, Edit};
pub use failure::{Failure, Question};
pub use fault::{Change, DiskFault, Fault, Lie, TlsFault, UploadFault};
pub use group::{Behavior, Group, Place, Priority, Rank};
pub use hours::{Hours, NoHours, Week};
pub use id::{Generation, GroupId, ProbeId, Run, Slot, Ticket, TransferId};
pub use limits::Limits;
pub use name::{FileName, NameError};
pub use networks::{Choice, KnownNetwork, Networks, Treat, VpnRule, Which};
pub use options::Options;
pub use pace::{NotAPace, Pace};
pub use pieces::{NoPieces, Pieces};
pub use power::{Power, PowerRules, PowerSource, PowerWish, Saver};
pub use progress::Progress;
pub use range::ByteRange;
pub use range_set::{Full, RangeSet};
pub use reason::WebError;
pub use record::{BootId, Entry, EntryKind, Mark, MountId, PartFile, Response};
pub use refusal::{Refusal, StoreTrouble};
pub use secret::{Header, HeaderValue, SecretRef};
pub use settings::{
    Appearance, Encryption, FileOrigin, FileTime, Finished, Ftp, NameClash, Settings, SettingsError, Theme,
    Timeouts, Uploads,
};
pub use source::{Method, Source};
pub use status::{Activity, Grounds, Hold, Intent, Retry, Shelf, Stage, Status};
pub use target::Target;
pub use time::{Boot, Now, Span, Wall};
pub use transfer::{Direction, Transfer};
pub use upload::{
    Content, Digest, Doubt, LocalFile, LocalPath, Part, PartValue, Parts, Reply, Resuming, Session,
    SessionKind, Upload, Watched,
};
pub use url::{SafeUrl, Scheme, UriKey, UrlError, Userinfo};
pub use validator::{ETag, Validator};
