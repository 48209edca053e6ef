//! Metalink: a document in place of the file names the files, and the links of an answer say where else the file lies.

use super::beside::small;
use super::{Halt, Worker};
use crate::coordinator::Report;
use crate::model::{Change, Expected, Fault, Method, Origin, SafeUrl};
use crate::protocol::{Answer, Body};
use crate::rules::answer::Take;
use crate::rules::metalink::{self, File};
use crate::rules::naming;

impl Worker {
    /// Only the first answer of a transfer of which nothing is here yet can be one, and only a small whole.
    pub(super) fn may_be_document(&self, take: &Take, answer: &Answer) -> bool {
        let target = &self.job.transfer.target;
        let fresh = self.validator.is_none() && self.present.is_empty() && !self.no_document;
        let small = take.end.is_none_or(|end| end <= metalink::DOCUMENT_MOST as u64);
        if !(fresh && small && take.start == 0 && self.record().is_none()) {
            return false;
        }
        let named = naming::from_answer(
            answer.disposition.as_deref(),
            answer.head.content_type.as_deref(),
            &answer.url,
            &self.job.transfer.source.url,
        );
        // Whoever gives it the name of a document wants the document.
        let kept = target.named_by_user
            && target.name.as_ref().is_some_and(|name| metalink::is_metalink(None, name.as_str()));
        !kept && metalink::is_metalink(answer.head.content_type.as_deref(), named.as_str())
    }

    /// Ends the run when it is one. Otherwise it is asked for once more, as the file that it is.
    pub(super) async fn document(&mut self, take: &Take, body: Body) -> Result<(), Halt> {
        let gate = self.asker.gate.clone();
        let read = async move { Ok(body.head_of(metalink::DOCUMENT_MOST + 1, &gate).await) };
        let text = self.unless_stopped(read).await?;
        self.asker.gate.check()?;
        if take.end.is_some_and(|end| end != text.len() as u64) {
            return Err(Fault::Disconnected.into());
        }
        match metalink::parse(&String::from_utf8_lossy(&text)) {
            Ok(files) => Err(Halt::Metalink(files)),
            Err(error) => {
                tracing::debug!(%error, "no document");
                Ok(())
            }
        }
    }

    /// A document said how long the file is.
    pub(super) fn check_size(&self, take: &Take) -> Result<(), Fault> {
        match (self.check.size, take.seen.total) {
            (Some(was), Some(is)) if was != is => {
                Err(Fault::SourceChanged(Change::Size { was, is: Some(is) }))
            }
            _ => Ok(()),
        }
    }

    /// RFC 6249: other places of the file, and a document about it.
    pub(super) async fn read_links(&mut self, answer: &Answer) -> Result<(), Halt> {
        if self.job.transfer.source.method != Method::default() {
            return Ok(());
        }
        let links = answer.links();
        let described = self.describe(links.described_by).await;
        self.learn_mirrors(&links.duplicates).await;
        described
    }

    async fn describe(&mut self, document: Option<SafeUrl>) -> Result<(), Halt> {
        let Some(url) = document.filter(|_| self.check.pieces.is_none()) else { return Ok(()) };
        if self.described.as_ref() == Some(&url) {
            return Ok(());
        }
        self.described = Some(url.clone());
        let asker = std::rc::Rc::clone(&self.asker);
        let asked = async move { small(&asker, &url, metalink::DOCUMENT_MOST).await };
        let Some(text) = self.unless_stopped(asked).await? else { return Ok(()) };
        let files = metalink::parse(&String::from_utf8_lossy(&text)).unwrap_or_default();
        if let Some(file) = self.ours_of(files) {
            self.learn_file(file).await;
        }
        Ok(())
    }

    /// The file of a document that is this one: the only one, or the one of this name.
    fn ours_of(&self, files: Vec<File>) -> Option<File> {
        let alone = files.len() == 1;
        let name = self.job.transfer.target.name.clone();
        let fits = |file: &File| file.size.is_none() || self.total.is_none() || file.size == self.total;
        files.into_iter().find(|file| fits(file) && (alone || Some(&file.name) == name.as_ref()))
    }

    async fn learn_file(&mut self, file: File) {
        if let Some(checksum) = file.checksum {
            let expected = Expected { checksum, origin: Origin::Metalink };
            if self.check.learn(&expected) {
                self.report(Report::Expects(expected)).await;
            }
        }
        self.check.pieces = file.pieces;
        self.learn_mirrors(&file.urls).await;
    }

    /// Without a checksum nobody could tell whether a mirror sends the same (RFC 6249, section 6).
    async fn learn_mirrors(&mut self, urls: &[SafeUrl]) {
        if !self.can_tell() {
            return;
        }
        self.supply.add(urls);
        if self.job.transfer.source.learn_mirrors(urls) {
            self.report(Report::Mirrors(urls.to_vec())).await;
        }
    }
}
