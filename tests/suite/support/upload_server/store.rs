//! What the server remembers.

use std::collections::{BTreeMap, VecDeque};

use super::{Offers, Quirk, Request};

#[derive(Debug, Default)]
pub(crate) struct State {
    pub quirks: BTreeMap<String, VecDeque<Quirk>>,
    pub requests: Vec<Request>,
    /// By path.
    pub kept: BTreeMap<String, Kept>,
    /// Resumable uploads, by their own path.
    pub sessions: BTreeMap<String, Kept>,
    pub received: u64,
    pub halted: bool,
    pub offers: Offers,
    pub next_session: u32,
}

/// Bytes that were taken.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    pub bytes: Vec<u8>,
    /// Times a whole upload was taken.
    pub times: u32,
    pub total: Option<u64>,
    pub complete: bool,
    pub metadata: String,
    /// For where the first bytes were sent with a question of how many arrive: say this instead of the truth.
    pub claim: Option<u64>,
}

impl State {
    pub(super) fn quirk(&mut self, path: &str) -> Quirk {
        self.quirks.get_mut(path).and_then(VecDeque::pop_front).unwrap_or(Quirk::None)
    }
}
