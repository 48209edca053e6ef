//! What the server answered, kept for the user.

use super::Sender;
use crate::coordinator::{Report, UploadReport};
use crate::disk;
use crate::engine::worker::{Halt, on_disk};
use crate::model::{Doubt, LocalPath, Reply as Kept};
use crate::protocol::upload::Reply;

/// Below the data folder.
pub(in crate::engine) const REPLIES: &str = "replies";

impl Sender {
    /// A definite answer: whatever it says, nobody needs to wonder any more.
    pub(super) async fn answered(&mut self, reply: &Reply) -> Result<(), Halt> {
        let response = reply.answer.response(self.facts.lane.shared.clock.now().wall);
        let kept = if reply.body.is_empty() { None } else { Some(self.keep(reply).await) };
        self.upload.doubt = Doubt::None;
        self.upload.reply.clone_from(&kept);
        let report = UploadReport::Answered { response: Box::new(response), reply: kept };
        self.voice.say(Report::Upload(report)).await;
        Ok(())
    }

    async fn keep(&self, reply: &Reply) -> Kept {
        let folder = self.facts.lane.shared.folder.join(REPLIES);
        let name = self.facts.job.transfer.id.to_string();
        let (bytes, path) = (reply.body.clone(), folder.join(&name));
        // A reply that cannot be kept is no reason to send the file again.
        let file = match on_disk(move || disk::keep(&folder, &name, &bytes)).await {
            Ok(()) => Some(LocalPath(path)),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "reply");
                None
            }
        };
        Kept { head: head_of(&reply.body), bytes: reply.body.len() as u64, cut: reply.cut, file }
    }
}

/// As text; what is no text is shown as such.
fn head_of(body: &[u8]) -> String {
    let cut = &body[..body.len().min(Kept::HEAD)];
    let text = String::from_utf8_lossy(cut);
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}
