//! Numbers that bound how much runs at once.

use serde::{Deserialize, Serialize};

use super::Pace;

/// How many transfers may run at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Large downloads, and those of unknown size.
    pub large: u16,
    /// Downloads smaller than [`Limits::SMALL_BYTES`] that may run beside them.
    pub small: u16,
    pub uploads: u16,
    /// Connections to one host, those of all transfers together.
    pub per_host: u16,
    /// Connections to one file, 1 to [`super::Options::CONNECTIONS_MOST`]; `None`: as many as pay.
    pub per_file: Option<u16>,
    /// Of all downloads together.
    pub download_pace: Option<Pace>,
    /// Of all uploads together.
    pub upload_pace: Option<Pace>,
}

impl Limits {
    /// Below this a download spends its time on round trips, not on bytes, and more of them at once pay off
    /// (measured: 8 at once are 1.2 times as fast as 4 for files under 8 MiB).
    pub const SMALL_BYTES: u64 = 8 << 20;
    /// Connections to one file that the program opens of its own accord; more seldom pay (measured at 80 ms and 1 % loss:
    /// 8 are 20 times as fast as one, 16 another fifth).
    pub const PER_FILE_MOST: u16 = 8;
    /// What the settings accept.
    pub const MOST: u16 = 200;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            large: 5,
            small: 8,
            uploads: 3,
            per_host: 16,
            per_file: None,
            download_pace: None,
            upload_pace: None,
        }
    }
}
