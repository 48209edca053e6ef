//! What the user wants of one transfer beyond the settings.

use serde::{Deserialize, Serialize};

use super::{Check, Pace, TransferId};

/// Every field that is left open follows the settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Connections at once, 1 to [`Options::CONNECTIONS_MOST`]. `None`: the program finds the number that pays.
    pub connections: Option<u16>,
    pub pace: Option<Pace>,
    /// What the file must come to, and what it came to.
    pub check: Check,
    /// The transfer whose Metalink document named this file.
    pub brought_by: Option<TransferId>,
}

impl Options {
    /// More than any server likes and any line needs.
    pub const CONNECTIONS_MOST: u16 = 32;

    pub fn is_sound(&self) -> bool {
        self.connections.is_none_or(|number| (1..=Self::CONNECTIONS_MOST).contains(&number))
    }
}
