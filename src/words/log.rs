//! The lines of a transfer's log.

use super::{Sentence, Tone, Words};
use crate::model::{EntryKind, Now};

impl Words {
    /// What happened, and why.
    pub fn entry(&self, kind: &EntryKind, now: Now) -> Sentence {
        let (text, tone) = match kind {
            EntryKind::Added => (self.text("log-added"), Tone::Plain),
            EntryKind::Started => (self.text("log-started"), Tone::Plain),
            EntryKind::Answered { status, from, total, resumable } => {
                (self.answered(*status, *from, *total, *resumable), Tone::Plain)
            }
            EntryKind::Redirected { to } => {
                (self.format("log-redirected", &[("url", to.to_string().into())]), Tone::Plain)
            }
            EntryKind::Named { name } => {
                (self.format("log-named", &[("name", name.clone().into())]), Tone::Plain)
            }
            EntryKind::Held(hold) => (self.hold(hold, None, now).text, Tone::Warn),
            EntryKind::HeldOn { hold, network } => {
                (self.hold(hold, network.as_deref(), now).text, Tone::Warn)
            }
            EntryKind::Allowed { network, why } => {
                let network = network.clone().unwrap_or_else(|| self.text("this-network"));
                let values = [("grounds", self.grounds(*why).text.into()), ("network", network.into())];
                (self.format("log-allowed", &values), Tone::Good)
            }
            EntryKind::Released => (self.text("log-released"), Tone::Plain),
            EntryKind::PausedByUser => (self.text("log-paused"), Tone::Plain),
            EntryKind::ResumedByUser => (self.text("log-resumed"), Tone::Plain),
            EntryKind::NetworkChanged => (self.text("log-network-changed"), Tone::Warn),
            EntryKind::MachineSleeps => (self.text("log-machine-sleeps"), Tone::Plain),
            EntryKind::RunsAnyway => (self.text("log-runs-anyway"), Tone::Plain),
            EntryKind::Broke(fault) => (self.fault(fault), Tone::Bad),
            EntryKind::TryingAgainIn(span) => {
                let time = self.duration(span.as_seconds());
                (self.format("log-trying-again", &[("time", time.into())]), Tone::Plain)
            }
            EntryKind::Asked(question) => (self.question(question).text, Tone::Warn),
            EntryKind::Chose { choice } => {
                (self.format("log-chose", &[("choice", choice.clone().into())]), Tone::Plain)
            }
            EntryKind::Restarted { kept: Some(kept) } => {
                (self.format("log-restarted-kept", &[("name", kept.clone().into())]), Tone::Warn)
            }
            EntryKind::Restarted { kept: None } => (self.text("log-restarted"), Tone::Warn),
            EntryKind::Recovered { trusted, claimed } => {
                let values =
                    [("trusted", self.size(*trusted).into()), ("claimed", self.size(*claimed).into())];
                (self.format("log-recovered", &values), Tone::Plain)
            }
            EntryKind::LinkReplaced { url } => {
                (self.format("log-link-replaced", &[("url", url.to_string().into())]), Tone::Plain)
            }
            EntryKind::Expects(expected) => {
                let values = [
                    ("checksum", expected.checksum.to_string().into()),
                    ("origin", self.origin(expected.origin).into()),
                ];
                (self.format("log-expects", &values), Tone::Plain)
            }
            EntryKind::Metalink { files } => {
                (self.format("log-metalink", &[("count", (*files).into())]), Tone::Plain)
            }
            EntryKind::Mirrors { count } => {
                (self.format("log-mirrors", &[("count", (*count).into())]), Tone::Plain)
            }
            EntryKind::MirrorDropped { url, fault } => {
                let values = [("url", url.to_string().into()), ("cause", self.fault(fault).into())];
                (self.format("log-mirror-dropped", &values), Tone::Warn)
            }
            EntryKind::MirrorLied { url } => {
                (self.format("log-mirror-lied", &[("url", url.to_string().into())]), Tone::Warn)
            }
            EntryKind::NothingBeside => (self.text("log-nothing-beside"), Tone::Warn),
            EntryKind::Verified => (self.text("log-verified"), Tone::Good),
            EntryKind::BadPieces { count, bytes } => {
                let values = [("count", (*count).into()), ("size", self.size(*bytes).into())];
                (self.format("log-bad-pieces", &values), Tone::Warn)
            }
            EntryKind::Finished => (self.text("log-finished"), Tone::Good),
            EntryKind::Canceled => (self.text("log-canceled"), Tone::Plain),
        };
        Sentence { text, tone, remedies: Vec::new() }
    }

    fn answered(&self, status: u16, from: u64, total: Option<u64>, resumable: bool) -> String {
        let resumes = self.text(if resumable { "can-resume" } else { "cannot-resume" });
        let size = total.map_or_else(|| self.text("size-unknown"), |total| self.size(total));
        let values = [
            ("status", status.to_string().into()),
            ("size", size.into()),
            ("from", self.size(from).into()),
            ("resumes", resumes.into()),
        ];
        self.format(if from == 0 { "log-answered" } else { "log-answered-from" }, &values)
    }
}
