//! What the user may choose. Plain data; every field has a default that suits most.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{CostPolicy, Hours, Limits, Networks, Options, PowerRules, SafeUrl, Span};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Where downloads go; `None`: the desktop's download folder.
    pub download_folder: Option<PathBuf>,
    pub name_clash: NameClash,
    pub cost_policy: CostPolicy,
    /// A network whose cost nobody knows counts as metered.
    pub unknown_is_metered: bool,
    pub networks: Networks,
    pub power: PowerRules,
    pub hours: Hours,
    pub limits: Limits,
    pub timeouts: Timeouts,
    pub finished: Finished,
    pub uploads: Uploads,
    pub ftp: Ftp,
    /// Sent as `User-Agent`; `None`: the program's own name.
    pub user_agent: Option<String>,
    pub appearance: Appearance,
}

/// What a finished file says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Finished {
    pub time: FileTime,
    pub origin: FileOrigin,
}

/// The time of modification of a finished file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileTime {
    /// When it came, as with browsers: what is new stands on top.
    #[default]
    Download,
    /// What the server says (`Last-Modified`), where it does.
    Server,
}

/// Whether a finished file tells where it came from, in its attribute `user.xdg.origin.url`. Others who get the file may
/// read that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileOrigin {
    #[default]
    Untold,
    /// The address, without user, password and query.
    Address,
}

/// In seconds; 1 to 3,600.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Timeouts {
    /// To a connection, TLS included.
    pub connect: u64,
    /// From the request to the first byte of the answer.
    pub response: u64,
    /// Without a byte in the middle of the body.
    pub stall: u64,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: 30, response: 120, stall: 60 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Uploads {
    /// Bytes in one request of a resumable upload: what is sent again at most. 64 KiB to 4 GiB.
    pub chunk: u64,
    /// Where the dialog sent files lately, the last first; at most [`Uploads::DESTINATIONS`]. None has a query, which may
    /// hold a secret.
    pub destinations: Vec<SafeUrl>,
}

impl Uploads {
    pub const DESTINATIONS: usize = 8;

    /// This one is the last.
    pub fn remember(&mut self, url: SafeUrl) {
        if url.request().query().is_none() {
            self.destinations.retain(|known| *known != url);
            self.destinations.insert(0, url);
            self.destinations.truncate(Self::DESTINATIONS);
        }
    }
}

impl Default for Uploads {
    fn default() -> Self {
        Self { chunk: super::Upload::CHUNK, destinations: Vec::new() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ftp {
    pub encryption: Encryption,
}

/// What becomes of an address that begins with `ftp:`. The others of the family are always encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    /// Encrypted where the server offers it, against those who listen; nobody asked for a certificate, so none is checked.
    #[default]
    Preferred,
    /// Encrypted and with a good certificate, or not at all.
    Required,
    Never,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Appearance {
    pub theme: Theme,
    /// A language tag; `None`: the desktop's.
    pub language: Option<String>,
    pub details: bool,
    pub details_height: u16,
    pub sidebar: bool,
    pub window_width: u16,
    pub window_height: u16,
}

impl Default for Appearance {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            language: None,
            details: true,
            details_height: 220,
            sidebar: true,
            window_width: 1160,
            window_height: 760,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// What to do when the name is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameClash {
    #[default]
    Number,
    Overwrite,
    Skip,
    Ask,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum SettingsError {
    #[error("there is no setting {0}")]
    NoSuchKey(String),
    #[error("{value} does not fit {key}")]
    BadValue { key: String, value: String },
}

impl Settings {
    /// Every setting as `section.key`, with its value, in a stable order.
    pub fn list(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        flatten(&self.to_value(), "", &mut found);
        found
    }

    /// # Errors
    /// [`SettingsError::NoSuchKey`].
    pub fn get(&self, key: &str) -> Result<String, SettingsError> {
        self.list()
            .into_iter()
            .find_map(|(name, value)| (name == key).then_some(value))
            .ok_or_else(|| SettingsError::NoSuchKey(key.to_owned()))
    }

    /// A changed copy; the empty text resets an optional setting.
    ///
    /// # Errors
    /// When there is no such setting, or the value does not fit it.
    pub fn with(&self, key: &str, text: &str) -> Result<Self, SettingsError> {
        let _ = self.get(key)?;
        let bad = || SettingsError::BadValue { key: key.to_owned(), value: text.to_owned() };
        let candidates = [
            text.parse::<bool>().ok().map(Value::from),
            text.parse::<u64>().ok().map(Value::from),
            text.is_empty().then_some(Value::Null),
            Some(Value::from(text)),
        ];
        candidates
            .into_iter()
            .flatten()
            .find_map(|value| {
                let mut all = self.to_value();
                *all.pointer_mut(&format!("/{}", key.replace('.', "/")))? = value;
                serde_json::from_value::<Self>(all).ok()
            })
            .filter(Self::is_sound)
            .ok_or_else(bad)
    }

    /// Numbers are within their bounds and folders are absolute.
    pub fn is_sound(&self) -> bool {
        let Limits { large, small, uploads, per_host, per_file, .. } = self.limits;
        let Timeouts { connect, response, stall } = self.timeouts;
        [large, small, uploads, per_host].iter().all(|limit| (1..=Limits::MOST).contains(limit))
            && (64 << 10..=4 << 30).contains(&self.uploads.chunk)
            && per_file.is_none_or(|number| (1..=Options::CONNECTIONS_MOST).contains(&number))
            && [connect, response, stall].iter().all(|limit| (1..=3600).contains(limit))
            && self.networks.is_sound()
            && self.power.is_sound()
            && self.download_folder.as_ref().is_none_or(|folder| folder.is_absolute())
            && self.user_agent.as_ref().is_none_or(|agent| agent.chars().all(|c| (' '..='~').contains(&c)))
    }

    fn to_value(&self) -> Value {
        // Plain data without maps of odd keys always serialises.
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl Timeouts {
    pub const fn connect(&self) -> Span {
        Span::seconds(self.connect)
    }

    pub const fn response(&self) -> Span {
        Span::seconds(self.response)
    }

    pub const fn stall(&self) -> Span {
        Span::seconds(self.stall)
    }
}

fn flatten(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(value, &path, found);
            }
        }
        Value::Null => found.push((path.to_owned(), String::new())),
        Value::String(text) => found.push((path.to_owned(), text.clone())),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            found.push((path.to_owned(), value.to_string()));
        }
    }
}
