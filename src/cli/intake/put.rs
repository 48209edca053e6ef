//! What is sent: files named, streams saved.

use super::Reader;
use crate::api::{HeaderInput, NewContent, NewPart, NewParts, NewUpload, NewValue, Secret};
use crate::cli::action::{Feed, Field, FieldFrom, Sending, What};
use crate::cli::inputs::Below;
use crate::model::{LocalFile, LocalPath, Method, SafeUrl};
use crate::rules::{header, naming};

/// One upload, and what its place below the destination is called where it comes from a folder.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) upload: NewUpload,
    within: Vec<String>,
}

impl Sent {
    pub(super) fn address(&self, url: &SafeUrl) -> SafeUrl {
        let names = self.within.iter();
        names.clone().try_fold(url.clone(), |at, name| naming::within(&at, name)).unwrap_or(url.clone())
    }
}

/// Several uploads of one command are a group, called after the folder they come from or the server they go to.
pub(super) fn group(sent: &[Sent], url: &SafeUrl) -> Option<String> {
    let common = sent.first()?.within.first();
    let same = sent.iter().all(|one| one.within.first() == common);
    let name = common.filter(|_| same).cloned().unwrap_or_else(|| url.host().to_owned());
    (sent.len() > 1).then_some(name)
}

impl Reader<'_> {
    /// The method, and one upload for each file.
    pub(super) fn sent(&mut self, sending: Sending) -> Result<(Method, Vec<Sent>), String> {
        let Sending { what, method, resuming, make_folders } = sending;
        let upload = |content| NewUpload { content, resuming, make_folders };
        let alone = |content| Sent { upload: upload(content), within: Vec::new() };
        let usual = match what {
            What::Files(_) => Method::put(),
            What::Text(_) | What::Form(_) => Method::post(),
        };
        let uploads = match what {
            What::Files(files) => {
                let mut all = Vec::new();
                for feed in files {
                    match self.folder(&feed)? {
                        // Its folders are not there yet.
                        Some(files) => all.extend(files.into_iter().map(|(path, within)| {
                            let file = LocalFile { path: LocalPath(path), spooled: false };
                            let upload = NewUpload { make_folders: true, ..upload(NewContent::File(file)) };
                            Sent { upload, within }
                        })),
                        None => all.push(alone(NewContent::File(self.file(feed)?))),
                    }
                }
                all
            }
            What::Text(text) => vec![alone(NewContent::Text(HeaderInput::Plain(text)))],
            What::Form(fields) => {
                let list = fields.into_iter().map(|field| self.part(field)).collect();
                let parts = NewParts { subtype: "form-data".to_owned(), boundary: None, list };
                vec![alone(NewContent::Parts(parts))]
            }
        };
        Ok((method.unwrap_or(usual), uploads))
    }

    fn folder(&mut self, feed: &Feed) -> Result<Option<Below>, String> {
        let Feed::File(path) = feed else { return Ok(None) };
        let path = self.cwd.join(path);
        let named = path.display().to_string();
        self.inputs.below(&path).map_err(|error| self.unreadable(&named, &error))
    }

    fn file(&mut self, feed: Feed) -> Result<LocalFile, String> {
        match feed {
            Feed::File(path) => Ok(LocalFile { path: LocalPath(self.cwd.join(path)), spooled: false }),
            Feed::Stdin => {
                let path = self.inputs.spool().map_err(|error| self.unreadable("-", &error))?;
                Ok(LocalFile { path: LocalPath(path), spooled: true })
            }
        }
    }

    fn part(&self, field: Field) -> NewPart {
        let Field { name, from, content_type, file_name } = field;
        let value = match from {
            FieldFrom::File(path) => {
                NewValue::File(LocalFile { path: LocalPath(self.cwd.join(path)), spooled: false })
            }
            FieldFrom::Text(text) if header::is_secret(&name) => {
                NewValue::Text(HeaderInput::Secret(Secret::new(text)))
            }
            FieldFrom::Text(text) => NewValue::Text(HeaderInput::Plain(text)),
        };
        NewPart { name: Some(name), file_name, content_type, headers: Vec::new(), value }
    }
}
