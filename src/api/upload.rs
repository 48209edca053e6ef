//! What a new upload is made of.

use serde::{Deserialize, Serialize};

use super::HeaderInput;
use crate::model::{LocalFile, Resuming};

/// What is sent, and how. Texts may be secret; files are named by absolute paths.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewUpload {
    pub content: NewContent,
    pub resuming: Resuming,
    /// Missing folders on the server are made first (WebDAV).
    pub make_folders: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewContent {
    File(LocalFile),
    /// Pasted or typed; at most [`NewUpload::TEXT`] bytes. More belongs into a file.
    Text(HeaderInput),
    Parts(NewParts),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewParts {
    /// `form-data` for a form.
    pub subtype: String,
    /// `None`: a random one.
    pub boundary: Option<String>,
    /// At most [`NewUpload::PARTS`].
    pub list: Vec<NewPart>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPart {
    pub name: Option<String>,
    /// `None`: the file's own.
    pub file_name: Option<String>,
    /// `None`: by the file's name.
    pub content_type: Option<String>,
    pub headers: Vec<(String, String)>,
    pub value: NewValue,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewValue {
    Text(HeaderInput),
    File(LocalFile),
}

impl NewParts {
    /// The subtype of what browsers send (RFC 7578).
    pub const FORM: &str = "form-data";
}

impl NewUpload {
    /// It is kept with the transfer's row.
    pub const TEXT: usize = 1 << 20;
    pub const PARTS: usize = 1000;

    /// One file as the whole body.
    pub const fn file(file: LocalFile) -> Self {
        Self { content: NewContent::File(file), resuming: Resuming::Auto, make_folders: false }
    }
}
