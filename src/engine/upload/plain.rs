//! An upload in one request: PUT, POST or any other method, the whole body at once.

use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};

use super::Sender;
use super::exchange::Ask;
use crate::engine::worker::Halt;
use crate::model::{Content, Fault, SafeUrl, UploadFault};
use crate::protocol::upload::{Announce, Draft, Reply};
use crate::rules::upload::{EXPECT_FROM, Meaning, Sent, meaning, shown_size, told_size};
use crate::rules::{media, multipart, naming};

/// Folders made above a file; deeper ones are nobody's.
const FOLDERS_MOST: usize = 64;

/// Is the server asked for a place where the upload could go on?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Optimism {
    None,
    Draft,
}

impl Sender {
    pub(super) async fn plain(&mut self, optimism: Optimism) -> Result<(), Halt> {
        let url = self.destination()?;
        if self.upload.make_folders {
            self.make_folders(&url).await?;
        }
        let total = self.whole.length();
        let method = self.facts.job.transfer.source.method.clone();
        let mut ask = Ask::new(url.clone(), method.as_str());
        ask.fixed = self.type_field().into_iter().collect();
        if optimism == Optimism::Draft {
            ask.fixed.extend(Draft::creation(total, true));
            ask.draft = true;
        }
        ask.announce = if total >= EXPECT_FROM { Announce::Ask } else { Announce::No };
        ask.body = Some(self.whole.parcel(0, total));
        if total == 0 {
            self.before_last(&ask).await?;
        }
        let mut reply = self.ask(&ask).await?;
        // A folder that another upload made at the same moment may have been missed.
        if reply.answer.head.status == 409 && self.upload.make_folders {
            self.make_folders(&url).await?;
            reply = self.ask(&ask).await?;
        }
        self.answered(&reply).await?;
        let head = &reply.answer.head;
        let raw = match self.upload.content {
            Content::File(_) | Content::Text(_) => true,
            Content::Parts(_) => false,
        };
        let told = raw.then(|| told_size(head.content_type.as_deref(), &reply.body)).flatten();
        match meaning(&self.nature(&ask), reply.sent, total, (head.status, head.retry_after), told) {
            Meaning::Not(fault) => Err(fault.into()),
            Meaning::Stored if method.as_str() == "PUT" && raw && told.is_none() => {
                self.look_after(url, total).await
            }
            Meaning::Stored => Ok(()),
        }
    }

    /// What stands there now must have the size that was sent. A server that does not say is believed.
    async fn look_after(&mut self, url: SafeUrl, total: u64) -> Result<(), Halt> {
        let Ok(reply) = self.ask(&Ask::new(url, "HEAD")).await else { return Ok(()) };
        let Reply { answer, sent: Sent::All, .. } = &reply else { return Ok(()) };
        let ours = self.content_type();
        let head = &answer.head;
        match shown_size(head.status, head.content_type.as_deref(), Some(&ours), head.content_length) {
            Some(stored) if stored != total => {
                Err(Fault::Upload(UploadFault::OtherSize { sent: total, stored }).into())
            }
            Some(_) | None => Ok(()),
        }
    }

    /// RFC 4918, section 9.3: 201 made, 405 there already, 409 its parent is missing.
    async fn make_folders(&mut self, url: &SafeUrl) -> Result<(), Halt> {
        let mut missing = Vec::new();
        let mut next = naming::folder_above(url);
        while let Some(folder) = next
            && missing.len() < FOLDERS_MOST
        {
            let status = self.make(&folder).await?;
            match status {
                409 => {
                    next = naming::folder_above(&folder);
                    missing.push(folder);
                }
                200..=299 | 301 | 405 => break,
                401 | 403 | 407 | 507 => return Err(Fault::Http { status, retry_after: None }.into()),
                // Nothing of the kind is known there; the upload itself will tell.
                _ => return Ok(()),
            }
        }
        for folder in missing.into_iter().rev() {
            let _ = self.make(&folder).await?;
        }
        Ok(())
    }

    async fn make(&mut self, folder: &SafeUrl) -> Result<u16, Halt> {
        let reply = self.ask(&Ask::new(folder.clone(), "MKCOL")).await?;
        Ok(reply.answer.head.status)
    }

    /// A file that is put into a folder gets its own name there.
    pub(super) fn destination(&self) -> Result<SafeUrl, Halt> {
        let source = &self.facts.job.transfer.source;
        let puts = source.method.as_str() == "PUT" || source.url.is_ftp();
        if !puts || !source.url.request().path().ends_with('/') {
            return Ok(source.url.clone());
        }
        naming::within(&source.url, &self.name()).ok_or_else(|| Fault::BadRedirect.into())
    }

    /// Of the file, for the server.
    pub(super) fn name(&self) -> String {
        match &self.upload.content {
            Content::File(file) if !file.spooled => file.path.name(),
            Content::File(_) | Content::Text(_) | Content::Parts(_) => {
                let name = self.facts.job.transfer.target.name.as_ref();
                name.map_or_else(|| "upload".to_owned(), |name| name.as_str().to_owned())
            }
        }
    }

    pub(super) fn content_type(&self) -> String {
        match &self.upload.content {
            Content::Parts(parts) => multipart::content_type(parts),
            Content::Text(_) => {
                self.facts.header("content-type").unwrap_or("text/plain; charset=utf-8").to_owned()
            }
            Content::File(_) => {
                let given = self.facts.header("content-type").map(str::to_owned);
                given.unwrap_or_else(|| media::of_name(&self.name()).to_owned())
            }
        }
    }

    /// The user's own stands; that of a form is ours, since it holds the boundary.
    pub(super) fn type_field(&self) -> Option<(HeaderName, HeaderValue)> {
        let ours = match &self.upload.content {
            Content::Parts(_) => true,
            Content::File(_) | Content::Text(_) => !self.facts.has_header("content-type"),
        };
        let value = || HeaderValue::try_from(self.content_type()).ok();
        ours.then(value).flatten().map(|value| (CONTENT_TYPE, value))
    }
}
