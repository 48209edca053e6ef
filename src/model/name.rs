//! A file name that is exactly one harmless component of a path.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One path component: never empty, `.` or `..`; no `/`, no NUL; at most [`FileName::MAX`] bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileName(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("the name is empty")]
    Empty,
    #[error("the name has a slash or a zero byte in it")]
    Separator,
    #[error("the name means a folder")]
    Folder,
    #[error("the name is too long")]
    TooLong,
}

impl FileName {
    /// Linux allows 255 bytes in a component (`NAME_MAX`); ten are kept for `.part`, a number and `.old`.
    pub const MAX: usize = 245;

    /// # Errors
    /// When the text is not exactly one component.
    pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
        let text = text.into();
        match text.as_str() {
            "" => Err(NameError::Empty),
            "." | ".." => Err(NameError::Folder),
            _ if text.contains(['/', '\0']) => Err(NameError::Separator),
            _ if text.len() > Self::MAX => Err(NameError::TooLong),
            _ => Ok(Self(text)),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without, and with, its extension's dot: `("song", ".mp3")`. Compound archive endings stay whole.
    pub fn split(&self) -> (&str, &str) {
        Self::split_text(&self.0)
    }

    /// The same for a text that is not a name yet.
    pub fn split_text(text: &str) -> (&str, &str) {
        const COMPOUND: [&str; 6] = [".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst", ".tar.lz", ".tar.br"];
        let lower = text.to_ascii_lowercase();
        let compound = COMPOUND.iter().find(|ending| lower.ends_with(*ending)).map(|ending| ending.len());
        let at = match compound {
            Some(length) => text.len() - length,
            None => text.rfind('.').unwrap_or(text.len()),
        };
        if at == 0 { (text, "") } else { text.split_at(at) }
    }
}

/// The name of a file about whose name nothing is known.
impl Default for FileName {
    fn default() -> Self {
        Self("download".to_owned())
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for FileName {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0
    }
}
