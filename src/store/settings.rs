//! `settings.toml`: for people to read and change. What this version does not know stays in it, and so do comments.

#![expect(clippy::disallowed_methods, reason = "the settings are a file")]

use std::path::Path;

use rustix::io::Errno;
use serde_json::Value as Json;
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value};

use super::{Error, file};
use crate::model::{Budget, KnownNetwork, Settings};

const NAME: &str = "settings.toml";
const HEAD: &str = "# Settings of Longshore. Edit them while it is not running; comments are kept.\n\n";

/// Why the settings are not what the file says.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The file stands as it was.
    #[error(transparent)]
    Unreadable(Error),
    /// The file was no TOML, or some values fit nothing. It stands under `kept` now; of the keys not named here the
    /// values hold.
    #[error("the settings were set aside as {kept}")]
    SetAside { kept: String, keys: Vec<String> },
}

/// Reads the settings; where they cannot be had, the defaults, and why.
pub fn load(folder: &Path) -> (Settings, Option<Trouble>) {
    let text = match read(folder) {
        Ok(None) => return (Settings::default(), None),
        Ok(Some(text)) => text,
        Err(error) => return (Settings::default(), Some(Trouble::Unreadable(error))),
    };
    if let Ok(settings) = toml_edit::de::from_str::<Settings>(&text)
        && settings.is_sound()
    {
        return (settings, None);
    }
    let (settings, keys) = text.parse::<DocumentMut>().map_or_else(
        |_| (Settings::default(), Settings::default().list().into_iter().map(|(key, _)| key).collect()),
        |document| salvage(&document),
    );
    let kept = file::free_name(folder, "settings-broken", ".toml");
    let moved = rustix::fs::rename(folder.join(NAME), folder.join(&kept));
    if let Err(errno) = moved {
        return (settings, Some(Trouble::Unreadable(Error::at("set aside", &folder.join(NAME))(errno))));
    }
    // What could be read must be there at the next start too.
    match save(folder, &settings) {
        Ok(()) => (settings, Some(Trouble::SetAside { kept, keys })),
        Err(error) => (settings, Some(Trouble::Unreadable(error))),
    }
}

/// Writes the settings, whole or not at all.
///
/// # Errors
/// What the system says, or when the file in place cannot be understood: it is not overwritten then.
pub fn save(folder: &Path, settings: &Settings) -> Result<(), Error> {
    let broken = |error: &dyn std::fmt::Display| Error::Settings(error.to_string());
    let (head, text) = read(folder)?.map_or((HEAD, String::new()), |text| ("", text));
    let mut document = text.parse::<DocumentMut>().map_err(|error| broken(&error))?;
    let values = serde_json::to_value(settings).map_err(|error| broken(&error))?;
    if let Json::Object(values) = values {
        // Tables come last in TOML, or the keys behind them would be theirs.
        let (tables, plain): (Vec<_>, Vec<_>) = values.into_iter().partition(|(_, value)| value.is_object());
        forget_networks(&mut document, settings);
        merge(document.as_table_mut(), plain.into_iter().chain(tables));
    }
    file::replace(&folder.join(NAME), format!("{head}{document}").as_bytes())
}

/// Keys that are unknown stay, but these are names of connections, and one that is gone was forgotten on purpose.
fn forget_networks(document: &mut DocumentMut, settings: &Settings) {
    let known = document.get_mut("networks").and_then(|item| item.get_mut("known"));
    if let Some(known) = known.and_then(Item::as_table_like_mut) {
        let gone = |name: &&str| !settings.networks.known.contains_key(*name);
        let gone: Vec<String> = known.iter().map(|(name, _)| name).filter(gone).map(str::to_owned).collect();
        for name in gone {
            let _ = known.remove(&name);
        }
    }
}

fn read(folder: &Path) -> Result<Option<String>, Error> {
    let path = folder.join(NAME);
    match std::fs::read(&path) {
        // A file in some old encoding is as broken as any other.
        Ok(bytes) => Ok(Some(String::from_utf8(bytes).unwrap_or_else(|_| "=".to_owned()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::at("read", &path)(Errno::from_io_error(&error).unwrap_or(Errno::IO))),
    }
}

/// Every value that fits its key, and the keys of those that do not.
fn salvage(document: &DocumentMut) -> (Settings, Vec<String>) {
    let mut settings = Settings::default();
    let mut bad = Vec::new();
    for (key, _) in Settings::default().list() {
        let found = key.split('.').try_fold(document.as_item(), |item, name| item.get(name));
        let Some(item) = found else { continue };
        match text_of(item).and_then(|text| settings.with(&key, &text).ok()) {
            Some(changed) => settings = changed,
            None => bad.push(key),
        }
    }
    salvage_networks(document, &mut settings, &mut bad);
    (settings, bad)
}

/// Those connections of which every word is understood.
fn salvage_networks(document: &DocumentMut, settings: &mut Settings, bad: &mut Vec<String>) {
    let known = document.get("networks").and_then(|item| item.get("known")).and_then(Item::as_table_like);
    for (uuid, item) in known.into_iter().flat_map(TableLike::iter) {
        let text = |name| item.get(name).and_then(text_of).map(Json::String);
        let fields = ["name", "treat", "choice"].map(|name| (name.to_owned(), text(name)));
        let budget = item.get("budget").and_then(Item::as_table_like).map(budget);
        let fields = fields.into_iter().chain([("budget".to_owned(), budget)]);
        let fields = fields.filter_map(|(name, value)| Some((name, value?))).collect();
        let read = serde_json::from_value::<KnownNetwork>(Json::Object(fields));
        let sound = |network: &KnownNetwork| network.budget.as_ref().is_none_or(Budget::is_sound);
        if !read.is_ok_and(|network| sound(&network) && settings.networks.set(uuid, network)) {
            bad.push(format!("networks.known.{uuid}"));
        }
    }
}

fn budget(table: &dyn TableLike) -> Json {
    let fields = table.iter().filter_map(|(name, item)| {
        let value = match item.as_value()? {
            Value::String(text) => Json::from(text.value().clone()),
            Value::Integer(number) => Json::from(*number.value()),
            Value::Boolean(_)
            | Value::Float(_)
            | Value::Datetime(_)
            | Value::Array(_)
            | Value::InlineTable(_) => return None,
        };
        Some((name.to_owned(), value))
    });
    Json::Object(fields.collect())
}

fn text_of(item: &Item) -> Option<String> {
    match item.as_value()? {
        Value::String(text) => Some(text.value().clone()),
        Value::Integer(number) => Some(number.value().to_string()),
        Value::Boolean(truth) => Some(truth.value().to_string()),
        Value::Float(_) | Value::Datetime(_) | Value::Array(_) | Value::InlineTable(_) => None,
    }
}

fn merge(table: &mut dyn TableLike, values: impl Iterator<Item = (String, Json)>) {
    for (key, value) in values {
        match value {
            Json::Null => drop(table.remove(&key)),
            Json::Object(fields) => {
                let place = table.entry(&key).or_insert_with(|| Item::Table(Table::new()));
                if !place.is_table_like() {
                    *place = Item::Table(Table::new());
                }
                if let Some(inner) = place.as_table_like_mut() {
                    merge(inner, fields.into_iter());
                }
            }
            Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
                put(table, &key, plain(&value));
            }
        }
    }
}

/// In the place of the old value, with the comments around it.
fn put(table: &mut dyn TableLike, key: &str, mut value: Value) {
    let Some(place) = table.get_mut(key) else {
        let _ = table.insert(key, Item::Value(value));
        return;
    };
    if let Some(old) = place.as_value() {
        *value.decor_mut() = old.decor().clone();
    }
    *place = Item::Value(value);
}

fn plain(value: &Json) -> Value {
    match value {
        Json::Bool(truth) => Value::from(*truth),
        Json::Number(number) => {
            number.as_i64().map_or_else(|| Value::from(number.as_f64().unwrap_or_default()), Value::from)
        }
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(values) => Value::Array(values.iter().map(plain).collect::<Array>()),
        Json::Null | Json::Object(_) => Value::from(""),
    }
}

#[cfg(test)]
mod tests;
