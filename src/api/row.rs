//! A transfer as a list shows it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::model::{Activity, CostPolicy, Direction, Priority, Progress, Status, TransferId, Verdict, Wall};

/// One row. Everything derived is already derived: a client draws it and needs no rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub id: TransferId,
    pub direction: Direction,
    /// The file's name, or the best guess before the server was asked.
    pub name: String,
    pub host: String,
    /// With its query masked.
    pub url: String,
    pub folder: PathBuf,
    /// The finished file, or where it will be.
    pub file: Option<PathBuf>,
    pub status: Status,
    /// The user paused it and its worker has not stopped yet.
    pub pausing: bool,
    /// The transfer whose Metalink document named this file, where it named several.
    #[serde(default)]
    pub brought_by: Option<TransferId>,
    #[serde(default)]
    pub activity: Activity,
    /// What the check of the file came to; `None` while there was none.
    #[serde(default)]
    pub checksum: Option<Verdict>,
    pub progress: Progress,
    pub policy: CostPolicy,
    pub unconstrained: bool,
    /// The network that it may use once, whatever the rules say of it.
    #[serde(default)]
    pub once: Option<String>,
    pub priority: Priority,
    pub group: Option<String>,
    pub resumable: Option<bool>,
    /// Times it began again from the first byte.
    pub restarted: u32,
    pub http_status: Option<u16>,
    pub content_type: Option<String>,
    pub added: Wall,
    pub started: Option<Wall>,
    pub finished: Option<Wall>,
    /// When the present wait ends by itself.
    pub held_until: Option<Wall>,
}
