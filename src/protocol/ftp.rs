//! FTP and FTPS by suppaftp: binary, passive, one data connection for each control connection. A transfer that was cut
//! off takes its control connection with it; `ABOR` is never sent, since servers answer it in ways that nobody can tell
//! from the answers to what follows.

mod body;
mod fault;
mod name;
mod remote;
mod session;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::SystemTime;

pub use body::Body;
pub use name::Name;
pub use remote::{Outlet, Remote, Renamed};
pub use session::Visit;

use session::{Opened, Proof, Session};

use super::http::Question;
use super::{Answer, Error, Gate};
use crate::model::SafeUrl;
use crate::rules::answer::{ContentRange, Head};
use crate::rules::segments::Ask;

/// Control connections that wait for more to do, at most.
const IDLE_MOST: usize = 4;

/// The connections of one lane. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Client {
    idle: Pool,
    /// Servers, by host and port, and whether they send from where `REST` said.
    honest: Rc<RefCell<BTreeMap<(String, u16), bool>>>,
}

/// Control connections that nobody uses now.
type Pool = Rc<RefCell<Vec<(Key, Session)>>>;

/// Whose connection it is: only the same user of the same server gets it again.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    scheme: String,
    host: String,
    port: u16,
    user: Option<zeroize::Zeroizing<String>>,
    password: Option<zeroize::Zeroizing<String>>,
    encryption: crate::model::Encryption,
}

/// What a server says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Facts {
    size: Option<u64>,
    modified: Option<SystemTime>,
    /// `REST` is understood.
    rest: bool,
}

impl Client {
    /// Asks for a file, or the rest of it. The answer is told in the words of HTTP.
    ///
    /// # Errors
    /// When there is no answer, or the server says no.
    pub async fn ask(&self, question: &Question, gate: &Gate) -> Result<(Answer, Body), Error> {
        let name = Name::of(&question.url)?;
        let credentials = question.credentials.as_ref();
        let visit = Visit {
            url: &question.url,
            credentials: credentials.map(|(user, password)| (user.as_str(), password.as_str())),
            encryption: question.encryption,
            timeouts: question.timeouts,
        };
        let key = Key::of(&visit);
        let (session, facts) = self.look(&visit, &key, &name, gate).await?;
        let (mut session, facts) = self.prove((session, facts), &visit, &name, gate).await?;
        let ask = question.ask.unwrap_or(Ask { from: 0, to: None });
        let stall = question.timeouts.stall().into();
        let head = head_of(&facts, ask);
        let opened = match head.status {
            // Nothing is to be fetched, or what would come could not be used.
            416 => Opened::Nothing,
            200 if ask.from > 0 && facts.size.is_some() => Opened::Nothing,
            _ => session.retrieve(&name, ask.from, gate).await?,
        };
        let (head, stream) = match opened {
            // How long the rest is nobody knows; but the file is there, or this would have been refused.
            Opened::Stream(_) if ask.from > 0 && facts.size.is_none() => (head, None),
            Opened::Stream(stream) => (head, Some(stream)),
            // It said that it could.
            Opened::NoRest => (head_of(&Facts { rest: false, ..facts }, ask), None),
            Opened::Nothing => (head, None),
        };
        let answer = answer_of(head, &question.url, &session, &facts);
        let whole = facts.size.filter(|_| ask.to.is_none());
        let body = Body::new(stream, session, (ask.from, ask.to, whole), stall);
        Ok((answer, body.into_pool(Rc::clone(&self.idle), key)))
    }

    /// A connection that waited may be dead by now; then another one is made.
    async fn look(
        &self,
        visit: &Visit<'_>,
        key: &Key,
        name: &Name,
        gate: &Gate,
    ) -> Result<(Session, Facts), Error> {
        while let Some(mut session) = self.take(key) {
            match session.facts(name, gate).await {
                Ok(facts) => return Ok((session, facts)),
                Err(Error::Gated) => return Err(Error::Gated),
                Err(error) => tracing::debug!(error = &error as &dyn std::error::Error, "waited too long"),
            }
        }
        let mut session = Session::open(visit, gate).await?;
        let facts = session.facts(name, gate).await?;
        Ok((session, facts))
    }

    /// A server that says yes to `REST` and sends from the first byte on would spoil the file: the last byte alone is asked
    /// for, once for each server. What comes also tells whether `SIZE` is right.
    async fn prove(
        &self,
        (mut session, facts): (Session, Facts),
        visit: &Visit<'_>,
        name: &Name,
        gate: &Gate,
    ) -> Result<(Session, Facts), Error> {
        let Some(size) = facts.size.filter(|size| facts.rest && *size > 0) else {
            return Ok((session, facts));
        };
        let place = (visit.url.host().to_owned(), visit.url.port());
        let known = self.honest.borrow().get(&place).copied();
        if let Some(rest) = known {
            return Ok((session, Facts { rest, ..facts }));
        }
        let proof = session.last_byte(name, size, gate).await?;
        let unsure = Facts { rest: false, ..facts };
        let facts = match proof {
            Proof::Honest => facts,
            Proof::Ignored | Proof::Refused => unsure,
            Proof::OtherSize => Facts { size: None, ..unsure },
        };
        match proof {
            Proof::Honest | Proof::Ignored => {
                let _ = self.honest.borrow_mut().insert(place, proof == Proof::Honest);
            }
            Proof::Refused | Proof::OtherSize => {}
        }
        if !session.is_sound() {
            session = Session::open(visit, gate).await?;
        }
        Ok((session, facts))
    }

    fn take(&self, key: &Key) -> Option<Session> {
        let mut idle = self.idle.borrow_mut();
        let at = idle.iter().position(|(own, _)| own == key)?;
        Some(idle.swap_remove(at).1)
    }

    /// A server to put files on.
    ///
    /// # Errors
    /// When nobody answers, or the sign-in is refused.
    pub async fn visit(visit: &Visit<'_>, gate: &Gate) -> Result<Remote, Error> {
        Ok(Remote::new(Session::open(visit, gate).await?, visit.timeouts))
    }
}

impl Key {
    fn of(visit: &Visit<'_>) -> Self {
        let (scheme, host, port) = visit.url.origin();
        let secret = |text: &str| zeroize::Zeroizing::new(text.to_owned());
        Self {
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            port,
            user: visit.credentials.map(|(user, _)| secret(user)),
            password: visit.credentials.map(|(_, password)| secret(password)),
            encryption: visit.encryption,
        }
    }
}

/// What HTTP would say of it.
fn head_of(facts: &Facts, ask: Ask) -> Head {
    let modified = facts.modified.map(httpdate::fmt_http_date);
    let plain = Head { last_modified: modified, ..Head::default() };
    match facts.size {
        Some(0) if ask.from == 0 => {
            Head { status: 416, content_range: Some(ContentRange::Unsatisfied { total: 0 }), ..plain }
        }
        Some(total) if ask.from >= total => {
            Head { status: 416, content_range: Some(ContentRange::Unsatisfied { total }), ..plain }
        }
        Some(total) if facts.rest => {
            let end = ask.to.unwrap_or(total).min(total);
            let range = ContentRange::Bytes { start: ask.from, end, total: Some(total) };
            Head { status: 206, content_range: Some(range), ..plain }
        }
        Some(_) | None => Head { status: 200, content_length: facts.size, ..plain },
    }
}

/// 150 is what a server says when the data are on their way; the lines below it are shown in the details.
fn answer_of(head: Head, url: &SafeUrl, session: &Session, facts: &Facts) -> Answer {
    let mut headers = session.lines();
    if let Some(size) = facts.size {
        headers.push(("SIZE".to_owned(), size.to_string()));
    }
    if let Some(modified) = facts.modified {
        headers.push(("MDTM".to_owned(), httpdate::fmt_http_date(modified)));
    }
    Answer { head, url: url.clone(), disposition: None, multiplexed: false, said: 150, headers }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_put_into_the_words_of_http() {
        let facts = |size, rest| Facts { size, modified: Some(SystemTime::UNIX_EPOCH), rest };
        let ask = |from, to| Ask { from, to };
        let bytes = |start, end| Some(ContentRange::Bytes { start, end, total: Some(10) });
        let none = |total| Some(ContentRange::Unsatisfied { total });
        let cases = [
            (facts(Some(10), true), ask(0, None), (206, bytes(0, 10), None)),
            (facts(Some(10), true), ask(4, Some(7)), (206, bytes(4, 7), None)),
            (facts(Some(10), true), ask(4, Some(70)), (206, bytes(4, 10), None)),
            (facts(Some(10), false), ask(4, None), (200, None, Some(10))),
            (facts(Some(10), true), ask(10, None), (416, none(10), None)),
            (facts(Some(0), true), ask(0, None), (416, none(0), None)),
            (facts(None, true), ask(0, None), (200, None, None)),
        ];
        for (facts, ask, (status, range, length)) in cases {
            let head = head_of(&facts, ask);
            assert_eq!((head.status, head.content_range, head.content_length), (status, range, length));
            assert_eq!(head.last_modified.as_deref(), Some("Thu, 01 Jan 1970 00:00:00 GMT"));
        }
    }
}
