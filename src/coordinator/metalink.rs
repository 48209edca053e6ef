//! A document becomes the files that it names, and a file learns where else it lies.

use super::book::Entry;
use super::{Coordinator, End, Scope};
use crate::model::{
    Check, EntryKind, Expected, Origin, RangeSet, SafeUrl, Source, Stage, Transfer, TransferId,
};
use crate::rules::lifecycle::Trigger;
use crate::rules::metalink::File;

impl Coordinator {
    /// The first file takes the place of the document, so that whoever waits for it gets it; the others stand beside it.
    pub(super) fn on_metalink(&mut self, id: TransferId, files: Vec<File>, end: End) {
        self.take_end(id, end);
        self.log(id, EntryKind::Metalink { files: u64::try_from(files.len()).unwrap_or(u64::MAX) });
        let mut files = files.into_iter();
        let (Some(first), Some(before)) =
            (files.next(), self.book.get(id).map(|entry| entry.transfer.clone()))
        else {
            return;
        };
        let others: Vec<_> = files.collect();
        let alone = others.is_empty();
        for file in others {
            self.add_file(&before, file);
        }
        let _ = self.book.change(id, |entry| become_file(&mut entry.transfer, first, alone));
        let said = self.book.get(id).and_then(|entry| entry.transfer.options.check.expected.clone());
        if let Some(said) = said.filter(|said| said.origin == Origin::Metalink) {
            self.log(id, EntryKind::Expects(said));
        }
        let _ = self.transit(id, Trigger::Yield);
        self.put(id);
    }

    fn add_file(&mut self, document: &Transfer, file: File) {
        let Some(id) = self.new_id() else { return };
        let mut transfer = document.clone();
        transfer.id = id;
        transfer.options.brought_by = Some(document.id);
        transfer.options.check = Check::default();
        transfer.stage = Stage::Queued;
        transfer.rank = self.rank_at_end(document.priority);
        transfer.target.named_by_user = false;
        become_file(&mut transfer, file, false);
        if let Scope::Only { ids, .. } = &mut self.scope
            && ids.contains(&document.id)
        {
            let _ = ids.insert(id);
        }
        let in_scope = self.book.get(document.id).is_some_and(|entry| entry.in_scope);
        let mut entry = Entry::new(transfer);
        entry.in_scope = in_scope;
        self.enter_book(entry);
        self.save(crate::model::Edit::NextId(self.next_id));
        self.put(id);
        self.log(id, EntryKind::Added);
    }

    pub(super) fn on_mirrors(&mut self, id: TransferId, urls: &[SafeUrl]) {
        let learnt = self.book.change(id, |entry| {
            let source = &mut entry.transfer.source;
            source.learn_mirrors(urls).then_some(source.mirrors.len())
        });
        if let Some(Some(count)) = learnt {
            self.log(id, EntryKind::Mirrors { count: u64::try_from(count).unwrap_or(u64::MAX) });
            self.put(id);
        }
    }

    pub(super) fn on_mirror_lied(&mut self, id: TransferId, url: SafeUrl) {
        let _ = self.book.change(id, |entry| entry.transfer.source.mirrors.retain(|mirror| *mirror != url));
        self.log(id, EntryKind::MirrorLied { url });
        self.put(id);
    }
}

/// What the document says takes the place of what was known of the document. What is private was for its server only,
/// and a checksum or name from the user is that of the file if there is one file.
fn become_file(transfer: &mut Transfer, file: File, alone: bool) {
    let mut urls = file.urls.into_iter();
    let Some(url) = urls.next() else { return };
    let old = &transfer.source;
    let private = url.origin() == old.url.origin();
    let mut source = Source::new(url);
    if private {
        source.headers.clone_from(&old.headers);
        source.credentials = old.credentials;
        source.user_tag = old.user_tag;
    }
    let _ = source.learn_mirrors(&urls.collect::<Vec<_>>());
    transfer.source = source;
    if !(transfer.target.named_by_user && alone) {
        transfer.target.name = Some(file.name);
    }
    let check = &mut transfer.options.check;
    if !alone {
        *check = Check::default();
    }
    if let Some(checksum) = file.checksum {
        let _ = check.learn(&Expected { checksum, origin: Origin::Metalink });
    }
    (check.size, check.pieces) = (file.size, file.pieces);
    (transfer.validator, transfer.response, transfer.resumable) = (None, None, None);
    (transfer.synced, transfer.mark) = (RangeSet::new(), None);
}
