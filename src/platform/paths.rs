//! Where things are on this desktop.

use std::path::PathBuf;

/// Below the data folder: streams that were saved to be sent.
pub const SPOOL: &str = "spool";

/// Folders of one instance of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Everything that must last: database, journal, settings.
    pub data: PathBuf,
    /// Where downloads go unless somebody says otherwise.
    pub downloads: PathBuf,
    /// `XDG_RUNTIME_DIR`, for the socket.
    pub runtime: Option<PathBuf>,
    /// The data folder is the one every desktop program finds; only its owner shows itself on the desktop.
    pub is_default: bool,
}

impl Paths {
    /// `given`: the folder named on the command line. `None` when the user has no home.
    pub fn find(given: Option<PathBuf>) -> Option<Self> {
        let base = directories::BaseDirs::new()?;
        let downloads = directories::UserDirs::new()
            .and_then(|dirs| dirs.download_dir().map(PathBuf::from))
            .unwrap_or_else(|| base.home_dir().join("Downloads"));
        let is_default = given.is_none();
        Some(Self {
            data: given.unwrap_or_else(|| base.data_dir().join("longshore")),
            downloads,
            runtime: base.runtime_dir().map(PathBuf::from),
            is_default,
        })
    }
}
