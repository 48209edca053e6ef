//! A transfer: everything about it that outlives the program.

use serde::{Deserialize, Serialize};

use super::{
    CostPolicy, Generation, GroupId, Intent, Mark, Options, PartFile, Permission, Priority, RangeSet, Rank,
    Response, Source, Stage, Target, TransferId, Upload, Validator, Wall,
};

/// One row of the book or of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    pub id: TransferId,
    pub direction: Direction,
    pub source: Source,
    pub target: Target,
    /// What is sent and how far the other side has it; only of uploads.
    pub upload: Option<Box<Upload>>,
    pub policy: CostPolicy,
    pub permission: Permission,
    pub options: Options,
    pub priority: Priority,
    pub group: Option<GroupId>,
    pub rank: Rank,
    pub intent: Intent,
    pub stage: Stage,
    /// The unfinished file, once there is one.
    pub part: Option<PartFile>,
    pub generation: Generation,
    /// Of the version that is being fetched; set with the first answer.
    pub validator: Option<Validator>,
    /// Bytes of the file that survive a power cut.
    pub synced: RangeSet,
    /// Bytes that survive the death of the program; only while it runs.
    pub mark: Option<Mark>,
    /// The server proved, by a 206, that it can go on in the middle; `None` until an answer came.
    pub resumable: Option<bool>,
    pub response: Option<Response>,
    /// Tries since the last byte of progress.
    pub attempts: u32,
    /// Give up after this many tries without progress; `None`: never, but ask after fourteen days.
    pub attempts_most: Option<u32>,
    /// Times it had to begin again from the first byte.
    pub restarted: u32,
    /// Not before this moment.
    pub start_at: Option<Wall>,
    pub added: Wall,
    pub started: Option<Wall>,
    pub finished: Option<Wall>,
    /// When the last byte came.
    pub progressed: Option<Wall>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    #[default]
    Download,
    Upload,
}

impl Transfer {
    /// Everything that only the user decides, as it is in `other`.
    pub fn take_wishes(&mut self, other: &Self) {
        self.policy = other.policy;
        self.permission = other.permission.clone();
        self.priority = other.priority;
        self.rank = other.rank;
        self.intent = other.intent;
        self.start_at = other.start_at;
        self.source = other.source.clone();
        self.options = other.options.clone();
    }

    /// Every secret it needs.
    pub fn secrets(&self) -> Vec<super::SecretRef> {
        let mut secrets: Vec<_> = self.source.secrets().collect();
        secrets.extend(self.upload.iter().flat_map(|upload| upload.secrets()));
        secrets
    }

    /// The finished file of a download, or where it will be; the first file that an upload sends.
    pub fn local_file(&self) -> Option<std::path::PathBuf> {
        match &self.upload {
            None => self.target.file(),
            Some(upload) => {
                upload.files().first().filter(|file| !file.spooled).map(|file| file.path.0.clone())
            }
        }
    }

    /// Complete length in bytes, where known.
    pub fn total(&self) -> Option<u64> {
        self.validator.as_ref().and_then(|validator| validator.total)
    }
}
