//! What is sent: files named, streams saved.

use super::Reader;
use crate::api::{HeaderInput, NewContent, NewPart, NewParts, NewUpload, NewValue, Secret};
use crate::cli::action::{Feed, Field, FieldFrom, Sending, What};
use crate::model::{LocalFile, LocalPath, Method};
use crate::rules::header;

impl Reader<'_> {
    /// The method, and one upload for each file.
    pub(super) fn sent(&mut self, sending: Sending) -> Result<(Method, Vec<NewUpload>), String> {
        let Sending { what, method, resuming, make_folders } = sending;
        let upload = |content| NewUpload { content, resuming, make_folders };
        let usual = match what {
            What::Files(_) => Method::put(),
            What::Text(_) | What::Form(_) => Method::post(),
        };
        let uploads = match what {
            What::Files(files) => {
                let files = files.into_iter().map(|file| self.file(file));
                files.map(|file| Ok(upload(NewContent::File(file?)))).collect::<Result<_, String>>()?
            }
            What::Text(text) => vec![upload(NewContent::Text(HeaderInput::Plain(text)))],
            What::Form(fields) => {
                let list = fields.into_iter().map(|field| self.part(field)).collect();
                let parts = NewParts { subtype: "form-data".to_owned(), boundary: None, list };
                vec![upload(NewContent::Parts(parts))]
            }
        };
        Ok((method.unwrap_or(usual), uploads))
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
