//! What is sent, how, and how far the other side has it.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{HeaderValue, SafeUrl};

/// The local side of an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    pub content: Content,
    #[serde(default)]
    pub resuming: Resuming,
    /// Missing folders on the way are made first (WebDAV, RFC 4918, section 9.3).
    #[serde(default)]
    pub make_folders: bool,
    /// The files as they were when the first byte was about to be sent, in the order of the parts.
    #[serde(default)]
    pub watched: Vec<Watched>,
    /// Where the server keeps what it has of it.
    #[serde(default)]
    pub session: Option<Session>,
    #[serde(default)]
    pub doubt: Doubt,
    #[serde(default)]
    pub reply: Option<Reply>,
}

/// What the body is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    File(LocalFile),
    Text(HeaderValue),
    /// `multipart/…` (RFC 2046, section 5.1; RFC 7578).
    Parts(Parts),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// `form-data`, `mixed`, `related` …
    pub subtype: String,
    /// Between the parts; at most 70 characters.
    pub boundary: String,
    pub list: Vec<Part>,
}

/// One part of a multipart body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Of the field; a part of another subtype than `form-data` needs none.
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub file_name: Option<String>,
    #[serde(default)]
    pub content_type: Option<String>,
    /// The part's own, beside those above.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    pub value: PartValue,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartValue {
    Text(HeaderValue),
    File(LocalFile),
}

/// A file to be sent. It is the user's, unless it was spooled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalFile {
    pub path: LocalPath,
    /// Put into the data folder by this program, which removes it when the upload is over.
    #[serde(default)]
    pub spooled: bool,
}

/// An absolute path, which need not be text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "PathForm", into = "PathForm")]
pub struct LocalPath(pub PathBuf);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum PathForm {
    Text(String),
    Bytes(Vec<u8>),
}

/// What tells a file from a changed one without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970.
    pub modified: i64,
    pub device: u64,
    pub inode: u64,
}

/// How an interrupted upload may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resuming {
    /// The server is asked what it can.
    #[default]
    Auto,
    /// tus 1.0.
    Tus,
    /// `draft-ietf-httpbis-resumable-upload`.
    Ietf,
    None,
}

/// An upload as the server knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub kind: SessionKind,
    pub url: SafeUrl,
    /// A digest that the server checks each chunk against (tus `checksum`).
    #[serde(default)]
    pub digest: Option<Digest>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionKind {
    Tus,
    Ietf,
    /// An unfinished file on an FTP server.
    Ftp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Digest {
    Sha256,
    Sha1,
}

/// May the server have received it without our knowing?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    #[default]
    None,
    /// The last byte of a request that must not be repeated was let go, and no answer came yet.
    MaybeReceived,
}

/// What the server answered, beside status and headers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The beginning, as text; at most [`Reply::HEAD`] bytes.
    pub head: String,
    /// Kept, in bytes.
    pub bytes: u64,
    /// There was more than is kept.
    #[serde(default)]
    pub cut: bool,
    /// The whole of what is kept.
    #[serde(default)]
    pub file: Option<LocalPath>,
}

impl Upload {
    /// Bytes in one request of a resumable upload unless the settings say otherwise.
    pub const CHUNK: u64 = 8 << 20;

    pub fn new(content: Content) -> Self {
        Self {
            content,
            resuming: Resuming::default(),
            make_folders: false,
            watched: Vec::new(),
            session: None,
            doubt: Doubt::default(),
            reply: None,
        }
    }

    /// In the order in which they are sent.
    pub fn files(&self) -> Vec<&LocalFile> {
        match &self.content {
            Content::File(file) => vec![file],
            Content::Text(_) => Vec::new(),
            Content::Parts(parts) => parts
                .list
                .iter()
                .filter_map(|part| match &part.value {
                    PartValue::File(file) => Some(file),
                    PartValue::Text(_) => None,
                })
                .collect(),
        }
    }

    /// Values that are kept apart from everything that is written down.
    pub fn secrets(&self) -> Vec<super::SecretRef> {
        let values: Vec<&HeaderValue> = match &self.content {
            Content::File(_) => Vec::new(),
            Content::Text(text) => vec![text],
            Content::Parts(parts) => parts
                .list
                .iter()
                .filter_map(|part| match &part.value {
                    PartValue::Text(text) => Some(text),
                    PartValue::File(_) => None,
                })
                .collect(),
        };
        let secret = |value: &HeaderValue| match value {
            HeaderValue::Secret(key) => Some(*key),
            HeaderValue::Plain(_) => None,
        };
        values.into_iter().filter_map(secret).collect()
    }

    /// Everything the other side has is forgotten; what is sent next is sent from the first byte.
    pub fn start_over(&mut self) {
        self.watched.clear();
        self.session = None;
        self.doubt = Doubt::None;
        self.reply = None;
    }
}

impl Reply {
    /// Shown in the details: some twenty lines.
    pub const HEAD: usize = 2048;
    /// Kept of a body. Replies to uploads are receipts, not files.
    pub const MOST: usize = 1 << 20;
}

impl LocalPath {
    pub fn as_path(&self) -> &Path {
        &self.0
    }

    /// Its last component for people.
    pub fn name(&self) -> String {
        self.0.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

impl From<PathForm> for LocalPath {
    fn from(form: PathForm) -> Self {
        Self(match form {
            PathForm::Text(text) => text.into(),
            PathForm::Bytes(bytes) => OsString::from_vec(bytes).into(),
        })
    }
}

impl From<LocalPath> for PathForm {
    fn from(path: LocalPath) -> Self {
        match path.0.to_str() {
            Some(text) => Self::Text(text.to_owned()),
            None => Self::Bytes(path.0.as_os_str().as_bytes().to_vec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_no_text_survives() {
        for bytes in [&b"/a/b.txt"[..], b"/a/\xff\xfe"] {
            let path = LocalPath(OsString::from_vec(bytes.to_vec()).into());
            let text = serde_json::to_string(&path).expect("written");
            assert_eq!(serde_json::from_str::<LocalPath>(&text).expect("read"), path, "{text}");
        }
    }

    #[test]
    fn a_record_of_an_older_program_can_be_read() {
        let old = r#"{"content":{"file":{"path":"/x"}}}"#;
        let upload: Upload = serde_json::from_str(old).expect("read");
        assert_eq!(
            upload,
            Upload::new(Content::File(LocalFile { path: LocalPath("/x".into()), spooled: false }))
        );
    }
}
