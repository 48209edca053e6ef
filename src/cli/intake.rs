//! From what was asked for to the transfers it means: lists, headers and passwords are read here.

use std::io;
use std::path::{Path, PathBuf};

use super::action::{Feed, HeaderSource, Intake, Link, PasswordFrom, When, Where};
use super::inputs::Inputs;
use super::parse;
use crate::api::{Credentials, HeaderInput, NewTransfer, Secret, Start};
use crate::model::{Direction, Expected, Now, Options, Origin};
use crate::rules::calendar::{moment, next_time};
use crate::rules::header;
use crate::rules::metalink::{self, MetalinkError};
use crate::words::Words;

mod put;

/// Of one list. A hundred thousand addresses of ordinary length take eight.
const LIST_BYTES: u64 = 64 << 20;
const HEADER_BYTES: u64 = 256 << 10;
const PASSWORD_BYTES: u64 = 4 << 10;
/// In one request, so that it fits the frame of a socket whatever the addresses look like.
const CHUNK_BYTES: usize = 4 << 20;

/// What is needed to read an intake.
pub(super) struct Reader<'a> {
    pub(super) inputs: &'a mut dyn Inputs,
    pub(super) words: &'a Words,
    pub(super) cwd: &'a Path,
    pub(super) now: Now,
}

/// What becomes of [`Where::Usual`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usual {
    PresentFolder,
    FromSettings,
}

impl Reader<'_> {
    /// # Errors
    /// A sentence that says which input is wrong.
    pub(super) fn transfers(&mut self, intake: Intake, usual: Usual) -> Result<Vec<NewTransfer>, String> {
        let mut links = intake.links;
        if let Some(feed) = &intake.list {
            links.extend(self.list(feed)?);
        }
        let mut files = Vec::new();
        for path in &intake.documents {
            files.extend(self.document(path)?);
        }
        let shared = match &intake.user {
            Some((name, from)) => Some(self.credentials(name, *from)?),
            None => None,
        };
        let mut headers = Vec::new();
        for source in &intake.headers {
            headers.extend(self.headers(source)?);
        }
        let (folder, name) = match intake.target {
            Where::File { folder, name } => (Some(self.cwd.join(folder)), Some(name)),
            Where::Folder(folder) => (Some(self.cwd.join(folder)), None),
            Where::Usual => (self.usual(usual), None),
        };
        let start = start(intake.start, self.now);
        let sent = match intake.upload {
            Some(sending) => Some(self.sent(sending)?),
            None => None,
        };
        let one = |link: Link| NewTransfer {
            credentials: link.credentials.or_else(|| shared.clone()),
            headers: headers.clone(),
            folder: folder.clone(),
            name: name.clone(),
            clash: intake.clash,
            policy: intake.policy,
            priority: intake.priority,
            start,
            attempts_most: intake.retries.map(|retries| retries.saturating_add(1)),
            options: intake.options.clone(),
            given: intake.given.clone(),
            ..NewTransfer::download(link.url)
        };
        // What is private is for the addresses that the user typed.
        let named = |file: metalink::File| -> Option<NewTransfer> {
            let mut urls = file.urls.into_iter();
            let mut check = intake.options.check.clone();
            let said = file.checksum.map(|checksum| Expected { checksum, origin: Origin::Metalink });
            let _ = said.is_some_and(|said| check.learn(&said));
            (check.size, check.pieces) = (file.size, file.pieces);
            let link = Link { url: urls.next()?, credentials: None };
            Some(NewTransfer {
                credentials: None,
                headers: Vec::new(),
                name: name.clone().or(Some(file.name)),
                options: Options { check, ..intake.options.clone() },
                mirrors: urls.collect(),
                ..one(link)
            })
        };
        let named: Vec<_> = files.into_iter().filter_map(named).collect();
        let new = links.into_iter().map(one).chain(named);
        let Some((method, uploads)) = sent else { return Ok(new.collect()) };
        // Each file goes to the one address.
        let to_each = |new: NewTransfer| {
            let group = put::group(&uploads, &new.url);
            let upload = |sent: put::Sent| NewTransfer {
                direction: Direction::Upload,
                url: sent.address(&new.url),
                method: method.clone(),
                group: group.clone(),
                upload: Some(Box::new(sent.upload)),
                ..new.clone()
            };
            uploads.iter().cloned().map(upload).collect::<Vec<_>>()
        };
        Ok(new.flat_map(to_each).collect())
    }

    fn document(&mut self, path: &Path) -> Result<Vec<metalink::File>, String> {
        let name = path.display().to_string();
        let text = self.inputs.file(&self.cwd.join(path), metalink::DOCUMENT_MOST as u64);
        let text = text.map_err(|error| self.unreadable(&name, &error))?;
        metalink::parse(&text).map_err(|error| {
            let key = match error {
                MetalinkError::NotMetalink => "cli-wrong-metalink",
                MetalinkError::NoFiles => "cli-wrong-metalink-empty",
            };
            self.words.format(key, &[("file", name.into())])
        })
    }

    pub(super) fn credentials(&mut self, user: &str, from: PasswordFrom) -> Result<Credentials, String> {
        let password = match from {
            PasswordFrom::Stdin => {
                let text = self.inputs.stdin(PASSWORD_BYTES).map_err(|error| self.unreadable("-", &error))?;
                Secret::new(text.lines().next().unwrap_or_default())
            }
            PasswordFrom::Person => {
                let prompt = self.words.format("cli-password", &[("user", user.to_owned().into())]);
                self.inputs.password(&prompt).map_err(|_| self.words.text("cli-wrong-no-person"))?
            }
        };
        Ok(Credentials { user: Secret::new(user), password })
    }

    fn usual(&self, usual: Usual) -> Option<PathBuf> {
        match usual {
            Usual::PresentFolder => Some(self.cwd.to_owned()),
            Usual::FromSettings => None,
        }
    }

    /// One address a line; blank lines and those that begin with `#` are passed over.
    fn list(&mut self, feed: &Feed) -> Result<Vec<Link>, String> {
        let (name, text) = match feed {
            Feed::Stdin => ("-".to_owned(), self.inputs.stdin(LIST_BYTES)),
            Feed::File(path) => {
                (path.display().to_string(), self.inputs.file(&self.cwd.join(path), LIST_BYTES))
            }
        };
        let text = text.map_err(|error| self.unreadable(&name, &error))?;
        let wanted = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        let mut links = Vec::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| wanted(line)) {
            links.push(parse::link(line, self.words).map_err(|complaint| {
                let line = (number + 1).to_string();
                self.words.format("cli-wrong-line", &[("line", line.into()), ("complaint", complaint.into())])
            })?);
        }
        if links.is_empty() {
            return Err(self.words.format("cli-wrong-empty-list", &[("file", name.into())]));
        }
        Ok(links)
    }

    fn headers(&mut self, source: &HeaderSource) -> Result<Vec<(String, HeaderInput)>, String> {
        let text = match source {
            HeaderSource::Line(line) => return self.header(line).map(|header| vec![header]),
            HeaderSource::File(path) => self
                .inputs
                .file(&self.cwd.join(path), HEADER_BYTES)
                .map_err(|error| self.unreadable(&path.display().to_string(), &error))?,
        };
        text.lines().filter(|line| !line.trim().is_empty()).map(|line| self.header(line)).collect()
    }

    fn header(&self, line: &str) -> Result<(String, HeaderInput), String> {
        let (name, value) = header::split(line).ok_or_else(|| self.words.text("cli-wrong-header"))?;
        let value = if header::is_secret(name) {
            HeaderInput::Secret(Secret::new(value))
        } else {
            HeaderInput::Plain(value.to_owned())
        };
        Ok((name.to_owned(), value))
    }

    fn unreadable(&self, file: &str, error: &io::Error) -> String {
        unreadable(self.words, file, error)
    }
}

/// Why a file that was named gives nothing.
pub(super) fn unreadable(words: &Words, file: &str, error: &io::Error) -> String {
    let kind = error.kind();
    let cause = if kind == io::ErrorKind::FileTooLarge {
        words.text("cli-too-long")
    } else if kind == io::ErrorKind::InvalidData {
        words.text("cli-no-text")
    } else {
        error.to_string()
    };
    words.format("cli-wrong-input", &[("file", file.to_owned().into()), ("cause", cause.into())])
}

/// Requests of a size that every socket takes, in order.
pub(super) fn chunks(transfers: Vec<NewTransfer>) -> Vec<Vec<NewTransfer>> {
    let mut chunks = vec![Vec::new()];
    let mut bytes = 0;
    for transfer in transfers {
        let headers = transfer.headers.iter().map(|(name, value)| {
            name.len()
                + match value {
                    HeaderInput::Plain(text) => text.len(),
                    HeaderInput::Secret(secret) => secret.reveal().len(),
                }
        });
        let size = 512 + transfer.url.request().as_str().len() + headers.sum::<usize>() + extras(&transfer);
        let full = |chunk: &Vec<NewTransfer>| {
            chunk.len() >= crate::api::Command::MOST || (bytes + size > CHUNK_BYTES && !chunk.is_empty())
        };
        if chunks.last().is_none_or(full) {
            chunks.push(Vec::new());
            bytes = 0;
        }
        bytes += size;
        if let Some(chunk) = chunks.last_mut() {
            chunk.push(transfer);
        }
    }
    chunks
}

/// What a document said of it: its other addresses and the checksums of its pieces, as they travel.
fn extras(transfer: &NewTransfer) -> usize {
    let mirrors: usize = transfer.mirrors.iter().map(|url| url.request().as_str().len() + 8).sum();
    let pieces = transfer.options.check.pieces.as_ref();
    mirrors + pieces.map_or(0, |pieces| pieces.count() * pieces.algorithm().length() * 2)
}

pub(super) fn start(when: When, now: Now) -> Start {
    let zone = jiff::tz::TimeZone::system();
    match when {
        When::Now => Start::Now,
        When::Paused => Start::Paused,
        When::At(at) => Start::At(at),
        When::Local(local) => Start::At(moment(local, &zone, now).unwrap_or(now.wall)),
        When::Clock(time) => Start::At(next_time(time, &zone, now).unwrap_or(now.wall)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{SafeUrl, Wall};

    #[test]
    fn a_clock_time_is_the_next_one() {
        // 2026-11-20T10:00:00Z, one hour east.
        let now = Now { wall: Wall(1_795_168_800_000), zone: 3600, ..Now::default() };
        let at = |text: &str| start(When::Clock(text.parse().unwrap()), now);
        assert_eq!(at("11:30"), Start::At(Wall(now.wall.0 + 30 * 60_000)));
        assert_eq!(at("10:30"), Start::At(Wall(now.wall.0 + 23 * 3_600_000 + 30 * 60_000)));
        let local = start(When::Local("2026-11-20T12:00".parse().unwrap()), now);
        assert_eq!(local, Start::At(Wall(now.wall.0 + 3_600_000)));
    }

    #[test]
    fn requests_are_cut_by_number_and_by_size() {
        let link = |text: &str| NewTransfer::download(SafeUrl::parse(text).unwrap().0);
        let many: Vec<_> = (0..2500).map(|n| link(&format!("http://a/{n}"))).collect();
        assert_eq!(chunks(many).iter().map(Vec::len).collect::<Vec<_>>(), [1000, 1000, 500]);
        let long = format!("http://a/{}", "x".repeat(60_000));
        let chunks = chunks((0..200).map(|_| link(&long)).collect());
        assert!(chunks.len() > 2 && chunks.iter().all(|chunk| chunk.len() < 80));
    }
}
