//! Where the bytes go.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{FileName, NameClash};

/// The local side of a download.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Absolute.
    pub folder: PathBuf,
    /// Given by the user, or found in the first answer and kept from then on.
    pub name: Option<FileName>,
    /// The name was chosen by a person: the server's opinion does not count.
    pub named_by_user: bool,
    pub clash: NameClash,
    /// Make the folder if it is missing. Off once bytes were written: a folder that is gone then is an unmounted disk.
    pub create_folder: bool,
}

impl Target {
    pub fn file(&self) -> Option<PathBuf> {
        self.name.as_ref().map(|name| self.folder.join(name.as_str()))
    }
}
