//! What is particular to uploads.

use std::path::PathBuf;

use super::{Abandoned, Coordinator, Draft, Effect, UploadReport};
use crate::model::{
    Content, Direction, Doubt, EntryKind, FileName, Run, SafeUrl, Stage, Transfer, TransferId, Upload,
    Validator,
};
use crate::rules::cost::Class;
use crate::rules::lifecycle::Trigger;
use crate::rules::upload;

impl Coordinator {
    pub(super) fn on_upload(&mut self, id: TransferId, run: Run, report: UploadReport) {
        match report {
            UploadReport::Opened { total, watched } => {
                self.change_upload(id, |transfer, upload| {
                    upload.watched = watched;
                    transfer.validator = Some(Validator { total: Some(total), ..Validator::default() });
                    transfer.resumable = Some(upload.session.is_some());
                });
                self.then(Effect::Acknowledge { id, run });
            }
            UploadReport::Placed(session) => {
                self.change_upload(id, |transfer, upload| {
                    upload.session = Some(session);
                    transfer.resumable = Some(true);
                });
                self.then(Effect::Acknowledge { id, run });
            }
            UploadReport::Doubted => {
                self.change_upload(id, |_, upload| upload.doubt = Doubt::MaybeReceived);
                self.then(Effect::Acknowledge { id, run });
            }
            UploadReport::Answered { response, reply } => {
                let status = response.status;
                self.change_upload(id, |transfer, upload| {
                    upload.reply = reply;
                    upload.doubt = Doubt::None;
                    transfer.response = Some(*response);
                });
                let Some(entry) = self.book.get(id) else { return };
                let (total, resumable) = (entry.transfer.total(), entry.transfer.resumable == Some(true));
                self.log(id, EntryKind::Answered { status, from: 0, total, resumable });
            }
        }
    }

    /// Every change is stored whole with the step.
    fn change_upload(&mut self, id: TransferId, change: impl FnOnce(&mut Transfer, &mut Upload)) {
        let _ = self.book.change(id, |entry| {
            let transfer = &mut entry.transfer;
            if let Some(mut upload) = transfer.upload.take() {
                change(transfer, &mut upload);
                transfer.upload = Some(upload);
            }
        });
        self.put(id);
    }

    /// The user looked: the server has it.
    pub(super) fn it_is_done(&mut self, id: TransferId) {
        let total = self.book.get(id).and_then(|entry| entry.transfer.total()).unwrap_or_default();
        let asking = self.book.get(id).is_some_and(|entry| matches!(entry.transfer.stage, Stage::Asking(_)));
        if asking && self.transit(id, Trigger::Release).is_ok() {
            self.complete(id, total);
        }
    }

    /// The server need not keep what it has of a canceled upload. Where the network is not for this transfer it is not
    /// told, and lets go of it in its own time.
    pub(super) fn abandon(&mut self, transfer: &Transfer) {
        let Some(session) = transfer.upload.as_ref().and_then(|upload| upload.session.clone()) else {
            return;
        };
        let Ok(pass) = self.verdict(&Class::of(transfer, self.settings.networks.hold_over)) else { return };
        let abandoned = Abandoned {
            transfer: transfer.id,
            source: transfer.source.clone(),
            session,
            permit: pass.permit(transfer.id, self.epoch),
            timeouts: self.settings.timeouts,
            user_agent: self.settings.user_agent.clone(),
            encryption: self.settings.ftp.encryption,
        };
        self.then(Effect::Abandon(Box::new(abandoned)));
    }

    /// What was put into the data folder to be sent is not needed any more.
    pub(super) fn unspool(&mut self, transfer: &Transfer) {
        let spooled = spooled(transfer);
        if !spooled.is_empty() {
            self.then(Effect::Unkeep { id: transfer.id, files: spooled });
        }
    }

    /// The same, and the reply.
    pub(super) fn unkeep(&mut self, transfer: &Transfer) {
        let mut files = spooled(transfer);
        let reply = transfer.upload.as_ref().and_then(|upload| upload.reply.as_ref());
        files.extend(reply.and_then(|reply| reply.file.as_ref()).map(|file| file.0.clone()));
        if !files.is_empty() {
            self.then(Effect::Unkeep { id: transfer.id, files });
        }
    }
}

/// Where it is shown to come from: its first file.
pub(super) fn place(upload: &Upload, folder: PathBuf, name: Option<FileName>) -> (PathBuf, Option<FileName>) {
    let first = upload.files().first().map(|file| (file.path.clone(), file.spooled));
    let Some((path, false)) = first else { return (folder, name) };
    let own = FileName::new(path.name()).ok();
    (path.0.parent().map_or(folder, PathBuf::from), name.or(own))
}

/// Every file it sends.
pub(super) fn files(transfer: &Transfer) -> Vec<PathBuf> {
    let files = transfer.upload.iter().flat_map(|upload| upload.files());
    files.map(|file| file.path.0.clone()).collect()
}

fn spooled(transfer: &Transfer) -> Vec<PathBuf> {
    let files = transfer.upload.iter().flat_map(|upload| upload.files());
    files.filter(|file| file.spooled).map(|file| file.path.0.clone()).collect()
}

/// FTP takes files; forms are of the web.
fn fits(upload: &Upload, url: &SafeUrl) -> bool {
    match upload.content {
        Content::File(_) | Content::Text(_) => true,
        Content::Parts(_) => !url.is_ftp(),
    }
}

/// An upload says what it sends, and nothing else does.
pub(super) fn is_sound(draft: &Draft) -> bool {
    match (draft.wish.direction, &draft.upload) {
        (Direction::Upload, Some(upload)) => upload::is_sound(upload) && fits(upload, &draft.source.url),
        (Direction::Download, None) => true,
        (Direction::Upload, None) | (Direction::Download, Some(_)) => false,
    }
}
