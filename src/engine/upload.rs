//! One run of one upload, from the first look at its files to the reply or the first fault. It asks the rules what each
//! answer is worth and reports; it decides nothing about the transfer.

mod abandon;
mod body;
mod exchange;
mod ftp;
mod plain;
mod receipt;
mod session;
mod voice;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::Reports;
use super::lane::LaneState;
use super::meter::RunMeter;
use super::worker::{Assignment, Halt};
use crate::coordinator::{End, Job, Report};
use crate::model::{ByteRange, Content, Doubt, Fault, RangeSet, Resuming, SecretRef, Upload, UploadFault};
use crate::protocol::Gate;
use crate::protocol::upload::Courier;
use crate::rules::upload::Nature;

pub(super) use abandon::{Parting, abandon};
use body::Whole;
pub(super) use receipt::REPLIES;
use voice::Voice;

/// What stays the same during a run.
pub(super) struct Facts {
    pub lane: Rc<LaneState>,
    pub job: Job,
    pub gate: Gate,
    pub meter: Arc<RunMeter>,
    pub credentials: Option<(Zeroizing<String>, Zeroizing<String>)>,
    pub headers: Vec<(String, Zeroizing<String>)>,
    pub texts: BTreeMap<SecretRef, Zeroizing<String>>,
}

struct Sender {
    facts: Rc<Facts>,
    voice: Voice,
    upload: Upload,
    whole: Whole,
    /// `None`: what was under way was cut.
    courier: Option<Courier>,
    /// Bytes that the server is known to have.
    acknowledged: u64,
    /// Of them, those it had before this run.
    before: u64,
}

pub(super) async fn run(lane: Rc<LaneState>, assignment: Assignment, reports: Reports) {
    let Assignment { job, gate, meter, wishes, credentials, headers, texts } = assignment;
    let (id, run) = (job.transfer.id, job.run);
    let voice = Voice::new(reports.clone(), (id, run), wishes);
    let Some(upload) = job.transfer.upload.clone() else {
        let end = End::default();
        return reports.send(id, run, Report::Broke { fault: Fault::Panicked, end }).await;
    };
    let facts = Rc::new(Facts { lane, job, gate, meter, credentials, headers, texts });
    let mut sender = Sender {
        facts,
        voice,
        upload: *upload,
        whole: Whole::default(),
        courier: None,
        acknowledged: 0,
        before: 0,
    };
    let report = match sender.send().await {
        Ok(total) => Report::Finished { total },
        Err(halt) => sender.wind_up(halt),
    };
    // Every connection is gone before anybody may start the next run.
    drop(sender);
    reports.send(id, run, report).await;
}

impl Sender {
    async fn send(&mut self) -> Result<u64, Halt> {
        if self.upload.doubt == Doubt::MaybeReceived {
            return Err(Fault::Upload(UploadFault::MaybeReceived).into());
        }
        let source = &self.facts.job.transfer.source;
        if self.facts.headers.len() < source.headers.len() {
            return Err(Fault::HeaderLost.into());
        }
        if source.credentials.is_some() && self.facts.credentials.is_none() {
            return Err(Fault::SecretLost.into());
        }
        self.open().await?;
        if self.facts.job.transfer.source.url.is_ftp() {
            self.by_ftp().await?;
            return Ok(self.whole.length());
        }
        match self.upload.session.clone() {
            Some(session) => self.go_on(&session).await?,
            None => self.begin().await?,
        }
        Ok(self.whole.length())
    }

    async fn begin(&mut self) -> Result<(), Halt> {
        let raw = match self.upload.content {
            Content::File(_) | Content::Text(_) => true,
            Content::Parts(_) => false,
        };
        match (self.upload.resuming, raw) {
            (Resuming::None, _) | (Resuming::Auto | Resuming::Tus | Resuming::Ietf, false) => {
                self.plain(plain::Optimism::None).await
            }
            (Resuming::Ietf, true) => self.create_by_draft().await,
            (Resuming::Tus, true) => {
                let offers = self.offers().await?;
                self.create_by_tus(offers.tus.unwrap_or_default()).await
            }
            (Resuming::Auto, true) => {
                let offers = self.offers().await?;
                match (offers.tus, offers.draft) {
                    (Some(tus), _) => self.create_by_tus(tus).await,
                    (None, true) => self.create_by_draft().await,
                    // Asked of a server that does not know it, the request is an ordinary one.
                    (None, false) => self.plain(plain::Optimism::Draft).await,
                }
            }
        }
    }

    /// The server has the first bytes up to here.
    async fn acknowledge(&mut self, to: u64) {
        self.acknowledged = to;
        self.facts.meter.restart(self.synced());
        self.voice.say(Report::Synced { synced: self.synced() }).await;
    }

    fn synced(&self) -> RangeSet {
        RangeSet::of(ByteRange::new(0, self.acknowledged))
    }

    /// Only what the server keeps is progress.
    fn wind_up(&mut self, halt: Halt) -> Report {
        self.courier = None;
        self.facts.meter.set_connections(0);
        let kept = if self.upload.session.is_some() { self.synced() } else { RangeSet::new() };
        let received =
            if self.upload.session.is_some() { self.acknowledged.saturating_sub(self.before) } else { 0 };
        let end = End { synced: Some(kept), received, total: None };
        match halt {
            // Only a download is ever led to a document.
            Halt::Stopped | Halt::Metalink(_) => Report::Stopped { end },
            Halt::Fault(fault) => Report::Broke { fault, end },
        }
    }

    fn nature<'a>(&self, ask: &'a exchange::Ask) -> Nature<'a> {
        let keyed = self.facts.has_header("idempotency-key") || self.upload.session.is_some();
        Nature { method: &ask.method, keyed: keyed || ask.harmless }
    }
}

impl Facts {
    pub(super) fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}
