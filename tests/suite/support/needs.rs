//! What a test needs of the machine. `.ci/run` installs it; elsewhere a test that lacks something says so and passes.

use std::path::PathBuf;

use super::machine::say;

/// Where a program is, on the search path or among those for administrators. Under `LONGSHORE_CI` a missing one is a
/// failure: a test that quietly does nothing is worth nothing.
pub(crate) fn need(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(["/usr/sbin", "/sbin"].map(PathBuf::from));
    let found = folders.into_iter().map(|folder| folder.join(program)).find(|file| file.is_file());
    if found.is_none() {
        assert!(std::env::var_os("LONGSHORE_CI").is_none(), "{program} is missing; .ci/run installs it");
        say(&format!("{program} is missing: skipped"));
    }
    found
}

/// Says what the system does not allow here. Only for what no installation can change: rights to mount and to make
/// namespaces, which containers withhold.
pub(crate) fn not_allowed(what: &str) {
    say(&format!("not allowed to {what} here: skipped"));
}
