//! Groups of transfers, and places in the queue.

use serde::{Deserialize, Serialize};

use super::{CostPolicy, GroupId, Intent, Pace};

/// A named, lasting set of transfers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub id: GroupId,
    pub name: String,
    pub behavior: Behavior,
    pub intent: Intent,
    pub policy: Option<CostPolicy>,
    /// Of all its downloads together.
    #[serde(default)]
    pub pace: Option<Pace>,
}

impl Group {
    /// Characters of a name.
    pub const NAME_MOST: usize = 100;
}

/// How a group's transfers share the time (`BackgroundTransferBehavior`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behavior {
    #[default]
    Parallel,
    /// At most one transfer of normal priority at a time; high priority is not held back.
    Serialized,
}

/// Order matters: high before normal before low.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    High,
    #[default]
    Normal,
    Low,
}

impl Priority {
    pub const ALL: [Self; 3] = [Self::High, Self::Normal, Self::Low];
}

/// Place within a priority; smaller comes first. Gaps are left so that a move rewrites one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rank(pub i64);

impl Rank {
    pub const GAP: i64 = 1 << 20;
}

/// Where to move a transfer in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    Top,
    Up,
    Down,
    Bottom,
    Before(super::TransferId),
}
