//! Logs are for finding faults: to standard error with `-v`, or to a file. Addresses in them hide their secrets.

#![expect(clippy::disallowed_methods, reason = "the log is a file")]

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

pub(super) fn start(verbose: bool, file: Option<&Path>) {
    if !verbose && file.is_none() {
        return;
    }
    let level = if verbose { "longshore=debug,warn" } else { "longshore=info,warn" };
    let log = tracing_subscriber::fmt().with_env_filter(EnvFilter::new(level)).with_ansi(false);
    let opened = file.and_then(|path| {
        let mut options = OpenOptions::new();
        options.create(true).append(true).mode(0o600).open(path).ok()
    });
    // A second subscriber cannot come: this runs once.
    let _ = match opened {
        Some(file) => log.with_writer(Mutex::new(file)).try_init().is_ok(),
        None => log.with_writer(std::io::stderr).try_init().is_ok(),
    };
}
