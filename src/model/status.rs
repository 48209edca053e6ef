//! What a transfer is doing, and why it is not doing more.

use serde::{Deserialize, Serialize};

use super::{Failure, Fault, Question, TransferId, Wall};

/// What the user wants, kept apart from what is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intent {
    #[default]
    Run,
    Pause,
}

/// Where a transfer stands in its life. Only `rules::lifecycle` makes one from another.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Wants to run; holds and limits decide when.
    #[default]
    Queued,
    /// A worker has it. Read back from the store it means [`Stage::Queued`].
    Running,
    /// Every byte is there; it is being synced and given its name.
    Finishing,
    /// A fault that passes by itself; tried again at a known time.
    Waiting(Retry),
    /// Only the user, or a change on the disk, can help.
    Asking(Question),
    Completed,
    Canceled,
    Failed(Failure),
}

/// The next try after a passing fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    pub at: Wall,
    /// Tries so far without progress; 1 for the first.
    pub attempt: u32,
    pub fault: Fault,
}

impl Stage {
    /// It will never run again unless the user asks for a new beginning.
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Completed | Self::Canceled | Self::Failed(_) => true,
            Self::Queued | Self::Running | Self::Finishing | Self::Waiting(_) | Self::Asking(_) => false,
        }
    }

    /// A worker has it.
    pub const fn is_active(&self) -> bool {
        match self {
            Self::Running | Self::Finishing => true,
            Self::Queued
            | Self::Waiting(_)
            | Self::Asking(_)
            | Self::Completed
            | Self::Canceled
            | Self::Failed(_) => false,
        }
    }
}

/// Why a transfer that wants to run may not. Derived from rules at each step, never stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hold {
    Metered,
    Roaming,
    OverBudget,
    NetworkChanging,
    NoNetwork,
    CaptivePortal,
    NetworkNotAllowed,
    VpnUp,
    OverSize,
    PowerSaver,
    OnBattery,
    OutsideHours,
    Scheduled(Wall),
    /// The same address is being fetched by another transfer.
    SameAddress(TransferId),
    /// Its group, or everything, is paused by the user.
    GroupPaused,
}

/// Why a transfer may use the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grounds {
    Unmetered,
    /// Nobody knows what it costs, and the setting says that this does not matter.
    UnknownCost,
    /// Metered, and its policy allows that.
    Policy,
    /// "Use this network once."
    Once,
}

/// What everybody is shown (`BackgroundTransferStatus`, with the gaps named).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Waits for its turn; the hold, if any, is one that the queue itself lifts.
    Queued(Option<Hold>),
    Running,
    PausedByUser,
    PausedCostedNetwork(Hold),
    PausedNoNetwork(Hold),
    PausedSystemPolicy(Hold),
    WaitingToRetry(Retry),
    NeedsUser(Question),
    Completed,
    Canceled,
    Failed(Failure),
}

impl Status {
    /// The stable name for programs (`list --json`).
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Queued(_) => "queued",
            Self::Running => "running",
            Self::PausedByUser => "paused-by-user",
            Self::PausedCostedNetwork(_) => "paused-costed-network",
            Self::PausedNoNetwork(_) => "paused-no-network",
            Self::PausedSystemPolicy(_) => "paused-system-policy",
            Self::WaitingToRetry(_) => "waiting-to-retry",
            Self::NeedsUser(_) => "needs-user",
            Self::Completed => "completed",
            Self::Canceled => "canceled",
            Self::Failed(_) => "failed",
        }
    }

    pub const fn shelf(&self) -> Shelf {
        match self {
            Self::Running => Shelf::Active,
            Self::PausedByUser => Shelf::Paused,
            Self::Queued(_)
            | Self::PausedCostedNetwork(_)
            | Self::PausedNoNetwork(_)
            | Self::PausedSystemPolicy(_)
            | Self::WaitingToRetry(_)
            | Self::NeedsUser(_) => Shelf::Waiting,
            Self::Completed | Self::Canceled => Shelf::Finished,
            Self::Failed(_) => Shelf::Failed,
        }
    }
}

/// What a running transfer is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activity {
    #[default]
    Moving,
    /// Every byte is here; they are compared with a checksum.
    Checking,
}

/// Which heading of the sidebar a transfer stands under. Each has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shelf {
    Active,
    Waiting,
    Paused,
    Finished,
    Failed,
}

impl Shelf {
    pub const ALL: [Self; 5] = [Self::Active, Self::Waiting, Self::Paused, Self::Finished, Self::Failed];
}
