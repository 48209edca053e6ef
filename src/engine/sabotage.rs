//! For tests, in builds for developers only: workers that panic in the middle of a file.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

static PATHS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The next worker that receives bytes of an address with this path panics, once.
pub fn break_next(path: &str) {
    let _ = paths().insert(path.to_owned());
}

pub(super) fn strike(path: &str) {
    let struck = paths().remove(path);
    assert!(!struck, "broken on purpose");
}

fn paths() -> MutexGuard<'static, BTreeSet<String>> {
    PATHS.lock().unwrap_or_else(PoisonError::into_inner)
}
