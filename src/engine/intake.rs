//! Where secrets leave a command: they go to the vault, and only a key goes on.

use std::path::Path;

use crate::api::{Command, Credentials, HeaderInput, NewContent, NewPart, NewTransfer, NewUpload, NewValue};
use crate::coordinator::{Draft, Order};
use crate::model::{
    Content, Header, HeaderValue, Part, PartValue, Parts, SecretRef, Settings, Source, Upload,
};
use crate::platform::Vault;
use crate::rules::header::is_secret;

/// A user name and a password are one secret.
const BETWEEN: char = '\0';

pub(super) fn order(command: Command, vault: &Vault, settings: &Settings, downloads: &Path) -> Order {
    match command {
        Command::Add(wishes) => {
            let folder = settings.download_folder.as_deref().unwrap_or(downloads);
            Order::Add(wishes.into_iter().map(|wish| draft(wish, vault, folder)).collect())
        }
        Command::SignIn { id, credentials } => {
            let (credentials, user_tag) = keep(&credentials, vault);
            Order::SignIn { id, credentials, user_tag }
        }
        Command::ReplaceLink { id, url, credentials } => {
            Order::ReplaceLink { id, url, credentials: credentials.map(|given| keep(&given, vault)) }
        }
        Command::Act(act) => Order::Act(act),
    }
}

/// User and password, as they were given; `None` when they were only in memory and are lost.
pub(super) fn reveal(
    key: SecretRef,
    vault: &Vault,
) -> Option<(zeroize::Zeroizing<String>, zeroize::Zeroizing<String>)> {
    let kept = vault.get(key)?;
    let (user, password) = kept.split_once(BETWEEN)?;
    Some((zeroize::Zeroizing::new(user.to_owned()), zeroize::Zeroizing::new(password.to_owned())))
}

fn draft(mut wish: NewTransfer, vault: &Vault, downloads: &Path) -> Draft {
    let credentials = wish.credentials.take().map(|given| keep(&given, vault));
    let headers =
        std::mem::take(&mut wish.headers).into_iter().map(|(name, value)| header(name, value, vault));
    let source = Source {
        url: wish.url.clone(),
        method: wish.method.clone(),
        headers: headers.collect(),
        credentials: credentials.map(|(key, _)| key),
        user_tag: credentials.map(|(_, tag)| tag),
        mirrors: std::mem::take(&mut wish.mirrors),
    };
    let upload = wish.upload.take().map(|upload| Box::new(uploaded(*upload, vault)));
    let folder = wish.folder.take().unwrap_or_else(|| downloads.to_owned());
    Draft { source, upload, folder, wish }
}

fn uploaded(new: NewUpload, vault: &Vault) -> Upload {
    let content = match new.content {
        NewContent::File(file) => Content::File(file),
        NewContent::Text(text) => Content::Text(hidden(text, vault)),
        NewContent::Parts(parts) => Content::Parts(Parts {
            subtype: parts.subtype,
            boundary: parts.boundary.unwrap_or_else(boundary),
            list: parts.list.into_iter().map(|part| one_part(part, vault)).collect(),
        }),
    };
    Upload { resuming: new.resuming, make_folders: new.make_folders, ..Upload::new(content) }
}

fn one_part(part: NewPart, vault: &Vault) -> Part {
    let value = match part.value {
        NewValue::Text(text) => PartValue::Text(hidden(text, vault)),
        NewValue::File(file) => PartValue::File(file),
    };
    Part {
        name: part.name,
        file_name: part.file_name,
        content_type: part.content_type,
        headers: part.headers,
        value,
    }
}

fn hidden(text: HeaderInput, vault: &Vault) -> HeaderValue {
    match text {
        HeaderInput::Plain(text) => HeaderValue::Plain(text),
        HeaderInput::Secret(secret) => HeaderValue::Secret(vault.put(secret.reveal())),
    }
}

/// 128 random bits: they stand in no file.
fn boundary() -> String {
    let (a, b) = (crate::platform::secrets::random(), crate::platform::secrets::random());
    format!("longshore-{a:016x}{b:016x}")
}

fn header(name: String, value: HeaderInput, vault: &Vault) -> Header {
    let value = match value {
        HeaderInput::Plain(text) if !is_secret(&name) => HeaderValue::Plain(text),
        HeaderInput::Plain(text) => HeaderValue::Secret(vault.put(&text)),
        HeaderInput::Secret(secret) => HeaderValue::Secret(vault.put(secret.reveal())),
    };
    Header { name, value }
}

fn keep(credentials: &Credentials, vault: &Vault) -> (SecretRef, u64) {
    let (user, password) = (credentials.user.reveal(), credentials.password.reveal());
    let both = zeroize::Zeroizing::new(format!("{user}{BETWEEN}{password}"));
    (vault.put(&both), tag(user))
}

/// Tells users apart without naming them.
fn tag(user: &str) -> u64 {
    let hash = blake3::derive_key("longshore 2026-11-20 user of an address", user.as_bytes());
    let [a, b, c, d, e, f, g, h, ..] = hash;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}
