//! Why a wish was not granted, and why an address, name or setting is not one.

use super::Words;
use crate::model::{ChecksumError, NameError, Refusal, SettingsError, StoreTrouble, UrlError};

impl Words {
    pub fn refusal(&self, refusal: &Refusal) -> String {
        match refusal {
            Refusal::NoSuchTransfer(id) => {
                self.format("refused-no-such-transfer", &[("id", id.to_string().into())])
            }
            Refusal::NotNow { id, status } => self.format(
                "refused-not-now",
                &[("id", id.to_string().into()), ("status", status.clone().into())],
            ),
            Refusal::NoSuchChoice => self.text("refused-no-such-choice"),
            Refusal::OtherFile => self.text("refused-other-file"),
            Refusal::TooMany { most } => self.format("refused-too-many", &[("most", (*most).into())]),
            Refusal::Settings(error) => self.settings_error(error),
            Refusal::Store(trouble) => self.store_trouble(trouble),
            Refusal::NoSuchNetwork => self.text("refused-no-such-network"),
            Refusal::CannotPlay(id) => self.format("refused-cannot-play", &[("id", id.to_string().into())]),
            Refusal::NothingToUndo => self.text("refused-nothing-to-undo"),
            Refusal::ShuttingDown => self.text("refused-shutting-down"),
            Refusal::BadRequest => self.text("refused-bad-request"),
        }
    }

    pub fn settings_error(&self, error: &SettingsError) -> String {
        match error {
            SettingsError::NoSuchKey(key) => {
                self.format("settings-no-such-key", &[("key", key.clone().into())])
            }
            SettingsError::BadValue { key, value } => self.format(
                "settings-bad-value",
                &[("key", key.clone().into()), ("value", value.clone().into())],
            ),
        }
    }

    pub fn store_trouble(&self, trouble: &StoreTrouble) -> String {
        self.text(match trouble {
            StoreTrouble::DiskFull => "store-disk-full",
            StoreTrouble::ReadOnly => "store-read-only",
            StoreTrouble::Locked => "store-locked",
            StoreTrouble::Corrupt => "store-corrupt",
            StoreTrouble::Io => "store-io",
        })
    }

    /// The database was damaged or gone. `kept`: where it lies now, empty when nothing was left of it; `restored`: the
    /// date of the backup that took its place.
    pub fn store_set_aside(&self, kept: &str, restored: Option<&str>) -> String {
        let name = ("kept", kept.to_owned().into());
        match (kept, restored) {
            ("", None) => self.text("notice-store-missing"),
            ("", Some(date)) => {
                self.format("notice-store-missing-restored", &[("date", date.to_owned().into())])
            }
            (_, None) => self.format("notice-store-set-aside", &[name]),
            (_, Some(date)) => {
                self.format("notice-store-restored", &[name, ("date", date.to_owned().into())])
            }
        }
    }

    pub fn url_error(&self, error: &UrlError) -> String {
        match error {
            UrlError::Empty => self.text("url-empty"),
            UrlError::Malformed => self.text("url-malformed"),
            UrlError::Scheme(scheme) => self.format("url-scheme", &[("scheme", scheme.clone().into())]),
            UrlError::NoHost => self.text("url-no-host"),
            UrlError::TooLong => self.text("url-too-long"),
        }
    }

    pub fn checksum_error(&self, error: ChecksumError) -> String {
        self.text(match error {
            ChecksumError::UnknownAlgorithm => "checksum-unknown",
            ChecksumError::WrongLength => "checksum-wrong-length",
            ChecksumError::NotDigits => "checksum-not-digits",
        })
    }

    pub fn name_error(&self, error: NameError) -> String {
        self.text(match error {
            NameError::Empty => "name-empty",
            NameError::Separator => "name-separator",
            NameError::Folder => "name-folder",
            NameError::TooLong => "name-too-long",
        })
    }
}
