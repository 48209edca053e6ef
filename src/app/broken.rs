//! What a panic said, for the one sentence that is left to say.

use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::{Mutex, PoisonError};

static LAST: Mutex<Option<String>> = Mutex::new(None);

/// From now on a panic goes to the log and is remembered. Whoever catches it says what follows from it; a worker's is
/// told as that transfer's failure.
pub(super) fn listen() {
    std::panic::set_hook(Box::new(|info| {
        let cause = cause(info);
        tracing::error!(cause, "a panic");
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(cause);
    }));
}

/// Runs it; the cause if it panics.
pub(super) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| LAST.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default())
}

fn cause(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic");
    let place = info.location().map(|place| format!(", {}:{}", place.file(), place.line()));
    format!("{}{}", text.lines().next().unwrap_or(text), place.unwrap_or_default())
}
