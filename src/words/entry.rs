//! Lines of a transfer's log.

use super::Words;
use crate::model::{EntryKind, Now};

impl Words {
    /// What happened, as one sentence.
    pub fn entry(&self, kind: &EntryKind, now: Now) -> String {
        match kind {
            EntryKind::Added => self.text("cli-log-added"),
            EntryKind::Started => self.text("cli-log-started"),
            EntryKind::Answered { status, from, total, resumable } => {
                let size = total.map_or_else(|| self.text("cli-log-unknown-size"), |total| self.size(total));
                let key = if *resumable { "cli-log-answered" } else { "cli-log-answered-no-ranges" };
                self.format(
                    key,
                    &[
                        ("status", status.to_string().into()),
                        ("from", self.size(*from).into()),
                        ("size", size.into()),
                    ],
                )
            }
            EntryKind::Redirected { to } => {
                self.format("cli-log-redirected", &[("to", to.to_string().into())])
            }
            EntryKind::Named { name } => self.format("cli-log-named", &[("name", name.clone().into())]),
            EntryKind::Held(hold) => self.hold(hold, None, now).text,
            EntryKind::Released => self.text("cli-log-released"),
            EntryKind::PausedByUser => self.text("cli-log-paused"),
            EntryKind::ResumedByUser => self.text("cli-log-resumed"),
            EntryKind::NetworkChanged => self.text("cli-log-network-changed"),
            EntryKind::Broke(fault) => self.fault(fault),
            EntryKind::TryingAgainIn(span) => {
                self.format("cli-log-trying-again", &[("time", self.duration(span.as_seconds()).into())])
            }
            EntryKind::Asked(question) => self.question(question).text,
            EntryKind::Chose { choice } => self.format("cli-log-chose", &[("choice", choice.clone().into())]),
            EntryKind::Restarted { kept: Some(kept) } => {
                self.format("cli-log-restarted-kept", &[("kept", kept.clone().into())])
            }
            EntryKind::Restarted { kept: None } => self.text("cli-log-restarted"),
            EntryKind::Recovered { trusted, claimed } => self.format(
                "cli-log-recovered",
                &[("trusted", self.size(*trusted).into()), ("claimed", self.size(*claimed).into())],
            ),
            EntryKind::LinkReplaced { url } => {
                self.format("cli-log-link-replaced", &[("url", url.to_string().into())])
            }
            EntryKind::Finished => self.text("cli-log-finished"),
            EntryKind::Canceled => self.text("cli-log-canceled"),
        }
    }
}
