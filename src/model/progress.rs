//! How far a transfer has come.

use serde::{Deserialize, Serialize};

/// A picture of one moment; coalesced, so moments between two pictures are lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Bytes of the file that are present.
    pub done: u64,
    /// Complete length in bytes, where known.
    pub total: Option<u64>,
    /// Smoothed speed in bytes per second; zero when nothing moves.
    pub rate: u64,
    /// Seconds to the end at this speed, where both are known.
    pub left: Option<u64>,
    /// Connections that carry bytes now.
    pub connections: u16,
}
