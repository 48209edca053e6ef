//! What all requests of one run have in common.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use zeroize::Zeroizing;

use super::Halt;
use crate::coordinator::Job;
use crate::engine::lane::LaneState;
use crate::model::{Encryption, Fault, FileName, Method, Permission, SafeUrl, Source, Timeouts, Validator};
use crate::protocol::http::{Insecure, Question, Versions};
use crate::protocol::{Answer, Body, Gate};
use crate::rules::answer::{self, Asked, Verdict};
use crate::rules::naming;
use crate::rules::segments::Ask;

/// Asks for parts of one source, under the permit of one transfer.
pub(super) struct Asker {
    lane: Rc<LaneState>,
    pub gate: Gate,
    source: Source,
    permission: Permission,
    timeouts: Timeouts,
    user_agent: Option<String>,
    encryption: Encryption,
    credentials: Option<(Zeroizing<String>, Zeroizing<String>)>,
    headers: Vec<(String, Zeroizing<String>)>,
    /// Where redirects led the first time: further connections save the way.
    direct: RefCell<Option<SafeUrl>>,
    versions: Cell<Versions>,
}

/// What an answer is held against.
pub(super) struct Known<'a> {
    pub validator: Option<&'a Validator>,
    pub has_bytes: bool,
    pub name: Option<&'a FileName>,
    /// The length an earlier answer spoke of.
    pub claimed: Option<u64>,
}

/// With a `Range` header, or without: some servers choke on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    Ranged,
    Plain,
}

impl Asker {
    pub(super) fn new(
        lane: &Rc<LaneState>,
        job: &Job,
        gate: Gate,
        credentials: Option<(Zeroizing<String>, Zeroizing<String>)>,
        headers: Vec<(String, Zeroizing<String>)>,
    ) -> Self {
        Self {
            lane: Rc::clone(lane),
            gate,
            source: job.transfer.source.clone(),
            permission: job.transfer.permission.clone(),
            timeouts: job.timeouts,
            user_agent: job.user_agent.clone(),
            encryption: job.encryption,
            credentials,
            headers,
            direct: RefCell::new(None),
            versions: Cell::new(Versions::Any),
        }
    }

    /// Asks for the same file elsewhere. What is private goes along only if that is the same origin.
    pub(super) fn at_mirror(&self, url: &SafeUrl) -> Self {
        let ours = url.origin() == self.source.url.origin();
        let mut source = Source { url: url.clone(), ..self.source.clone() };
        if !ours {
            source.headers = Vec::new();
            source.credentials = None;
        }
        Self {
            lane: Rc::clone(&self.lane),
            gate: self.gate.clone(),
            source,
            permission: self.permission.clone(),
            timeouts: self.timeouts,
            user_agent: self.user_agent.clone(),
            encryption: self.encryption,
            credentials: self.credentials.clone().filter(|_| ours),
            headers: if ours { self.headers.clone() } else { Vec::new() },
            direct: RefCell::new(None),
            versions: Cell::new(Versions::Any),
        }
    }

    pub(super) fn host(&self) -> &str {
        self.source.url.host()
    }

    pub(super) async fn ask(&self, ask: Ask, manner: Manner) -> Result<(Answer, Body), Halt> {
        loop {
            let question = self.question(ask, manner)?;
            let agent = self.user_agent.as_deref();
            let answered = self.lane.ask(&question, agent, self.versions.get(), &self.gate).await;
            let stale = match &answered {
                // An address with a signature in it ends sooner than the one that led to it.
                Ok((answer, _)) => matches!(answer.head.status, 401 | 403 | 404 | 410),
                Err(error) => !matches!(error, crate::protocol::Error::Gated),
            };
            if stale && self.direct.borrow_mut().take().is_some() {
                continue;
            }
            if let Ok((answer, _)) = &answered {
                tracing::debug!(status = answer.head.status, url = ?answer.url, ?ask, "answer");
            }
            return answered.map_err(Halt::from);
        }
    }

    /// The whole of something else, such as a list that lies beside the file. What is private goes along only to where it
    /// is for.
    pub(super) async fn ask_at(&self, url: &SafeUrl) -> Result<(Answer, Body), Halt> {
        let ours = url.origin() == self.source.url.origin();
        let whole = Ask { from: 0, to: None };
        let question = Question {
            url: url.clone(),
            direct: None,
            method: Method::default(),
            ..self.question(whole, Manner::Plain)?
        };
        let question =
            if ours { question } else { Question { headers: Vec::new(), credentials: None, ..question } };
        let agent = self.user_agent.as_deref();
        self.lane.ask(&question, agent, Versions::Any, &self.gate).await.map_err(Halt::from)
    }

    /// Further connections go straight to where the first one ended, each on a connection of its own: streams of one
    /// HTTP/2 connection share its losses.
    pub(super) fn learn(&self, first: &Answer) {
        let elsewhere = first.url != self.source.url;
        *self.direct.borrow_mut() = elsewhere.then(|| first.url.clone());
        self.versions.set(if first.multiplexed { Versions::One } else { Versions::Any });
    }

    fn question(&self, ask: Ask, manner: Manner) -> Result<Question, Halt> {
        let source = &self.source;
        // Without what it was given the server would send something else, and that would become the file.
        if self.headers.len() < source.headers.len() {
            return Err(Fault::HeaderLost.into());
        }
        if source.credentials.is_some() && self.credentials.is_none() {
            return Err(Fault::SecretLost.into());
        }
        let credentials = self.credentials.as_ref();
        Ok(Question {
            url: source.url.clone(),
            direct: self.direct.borrow().clone(),
            method: source.method.clone(),
            headers: self.headers.iter().map(|(name, value)| (name.clone(), value.to_string())).collect(),
            credentials: credentials.map(|(user, password)| (user.to_string(), password.to_string())),
            ask: (manner == Manner::Ranged).then_some(ask),
            insecure_redirects: if self.permission.insecure { Insecure::Accept } else { Insecure::Refuse },
            encryption: self.encryption,
            timeouts: self.timeouts,
            now: self.lane.shared.clock.now().wall,
        })
    }

    /// The address, for tests that break a worker.
    #[cfg(debug_assertions)]
    pub(super) fn path(&self) -> &str {
        self.source.url.request().path()
    }

    pub(super) fn judge(&self, ask: Ask, manner: Manner, known: &Known<'_>, answer: &Answer) -> Verdict {
        let asked = Asked {
            ask,
            ranged: manner == Manner::Ranged,
            claimed: known.claimed,
            known: known.validator,
            has_bytes: known.has_bytes,
            page_expected: self.permission.web_page || naming::may_be_page(&self.source.url, known.name),
        };
        answer::judge(&asked, &answer.head)
    }
}
