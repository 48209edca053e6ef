//! What tells one version of a remote file from another (RFC 9110, section 8.8).

use serde::{Deserialize, Serialize};

/// Everything a server said that identifies the version it served.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Validator {
    pub etag: Option<ETag>,
    /// `Last-Modified`, letter for letter; compared as text, since servers disagree on its form.
    pub last_modified: Option<String>,
    /// Complete length in bytes.
    pub total: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ETag {
    pub weak: bool,
    /// With its quotes, or without where the server forgot them.
    pub value: String,
}

impl ETag {
    /// `None` when nothing is left to compare.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (weak, value) = match text.strip_prefix("W/").or_else(|| text.strip_prefix("w/")) {
            Some(rest) => (true, rest.trim()),
            None => (false, text),
        };
        (!matches!(value, "" | "\"\"")).then(|| Self { weak, value: value.to_owned() })
    }
}
