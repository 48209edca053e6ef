//! What can go wrong with an upload alone.

use super::{Remedy, Words};
use crate::model::{Change, UploadFault};

impl Words {
    pub(super) fn upload(&self, fault: &UploadFault) -> String {
        match fault {
            UploadFault::SourceChanged(Change::Size { was, is: Some(is) }) => self.format(
                "upload-source-resized",
                &[("was", self.size(*was).into()), ("is", self.size(*is).into())],
            ),
            UploadFault::SourceChanged(_) => self.text("upload-source-changed"),
            UploadFault::SourceMissing => self.text("upload-source-missing"),
            UploadFault::MaybeReceived => self.text("upload-maybe-received"),
            UploadFault::SessionGone { status } => {
                self.format("upload-gone", &[("status", status.to_string().into())])
            }
            UploadFault::OtherSize { sent, stored } => self.format(
                "upload-other-size",
                &[("sent", self.size(*sent).into()), ("stored", self.size(*stored).into())],
            ),
            UploadFault::Damaged => self.text("upload-damaged"),
            UploadFault::Busy { status } => {
                self.format("upload-busy", &[("status", status.to_string().into())])
            }
        }
    }
}

pub(super) fn remedies(fault: &UploadFault) -> Vec<Remedy> {
    match fault {
        UploadFault::SourceChanged(_) => vec![Remedy::SendNewVersion, Remedy::Stop],
        UploadFault::SourceMissing => vec![Remedy::TryNow, Remedy::Stop],
        UploadFault::MaybeReceived | UploadFault::OtherSize { .. } => {
            vec![Remedy::SendAgain, Remedy::ItIsDone]
        }
        UploadFault::SessionGone { .. } => vec![Remedy::Restart, Remedy::Stop],
        UploadFault::Damaged | UploadFault::Busy { .. } => vec![Remedy::TryNow, Remedy::Stop],
    }
}
