//! An upload to an FTP server: into `NAME.part`, which gets its name when all of it is there. What the server has of it
//! is its size.

use std::rc::Rc;
use std::time::{Duration, SystemTime};

use super::Sender;
use crate::coordinator::{Report, UploadReport};
use crate::engine::brakes::Grant;
use crate::engine::worker::Halt;
use crate::model::{Content, Fault, Lie, Response, SafeUrl, Session, SessionKind, UploadFault};
use crate::protocol::ftp::{Client, Name, Outlet, Remote, Renamed, Visit};
use crate::protocol::{Error, Gate};
use crate::rules::naming;

/// Read and sent at once.
const BLOCK: usize = 256 << 10;

/// Where the bytes go, and where they belong.
struct Goal {
    target: Name,
    place: Place,
}

struct Place {
    url: SafeUrl,
    name: Name,
}

impl Place {
    fn new(url: SafeUrl) -> Result<Self, Error> {
        Name::of(&url).map(|name| Self { url, name })
    }
}

impl Sender {
    pub(super) async fn by_ftp(&mut self) -> Result<(), Halt> {
        let target = self.destination()?;
        let mut remote = self.visit().await?;
        let place = match &self.upload.session {
            Some(session) => session.url.clone(),
            None => naming::part_of(&target).ok_or(Error::BadName)?,
        };
        let mut goal = Goal { target: Name::of(&target)?, place: Place::new(place)? };
        let total = self.whole.length();
        let Some(at) = self.standing_there(&mut remote, &goal).await? else {
            return self.told(&remote).await;
        };
        self.before = at;
        self.acknowledge(at).await;
        if at < total || at == 0 {
            self.store(&mut remote, &mut goal, &target, at).await?;
        }
        self.check_files().await?;
        if goal.place.name != goal.target && !self.give_name(&mut remote, &goal).await? {
            // No file gets another name here: it is sent again to where it belongs.
            let gate = self.facts.gate.clone();
            let _ = self.unless_stopped(remote.delete(&goal.place.name, &gate)).await;
            goal.place = Place::new(target.clone())?;
            self.acknowledge(0).await;
            self.store(&mut remote, &mut goal, &target, 0).await?;
        }
        self.stamp(&mut remote, &goal.target).await?;
        self.told(&remote).await
    }

    async fn visit(&mut self) -> Result<Remote, Halt> {
        let facts = Rc::clone(&self.facts);
        let source = &facts.job.transfer.source;
        let credentials = facts.credentials.as_ref();
        let visit = Visit {
            url: &source.url,
            credentials: credentials.map(|(user, password)| (user.as_str(), password.as_str())),
            encryption: facts.job.encryption,
            timeouts: facts.job.timeouts,
        };
        self.unless_stopped(Client::visit(&visit, &facts.gate)).await
    }

    /// How much the server has. `None`: all of it, under its own name.
    async fn standing_there(&mut self, remote: &mut Remote, goal: &Goal) -> Result<Option<u64>, Halt> {
        if self.upload.session.is_none() {
            return Ok(Some(0));
        }
        let (facts, total) = (Rc::clone(&self.facts), self.whole.length());
        let acknowledged = facts.job.transfer.synced.first_missing();
        let there = self.unless_stopped(remote.size(&goal.place.name, &facts.gate)).await?;
        match there {
            Some(at) if at <= total => Ok(Some(at)),
            Some(_) => Err(Fault::InvalidResponse(Lie::WrongOffset).into()),
            None if acknowledged == 0 => Ok(Some(0)),
            // The last that was heard is that all is there; then only the name was missing.
            None if acknowledged == total
                && self.unless_stopped(remote.size(&goal.target, &facts.gate)).await? == Some(total) =>
            {
                Ok(None)
            }
            None => Err(Fault::Upload(UploadFault::SessionGone { status: 550 }).into()),
        }
    }

    /// Sends everything from `at` on, and looks whether it came.
    async fn store(
        &mut self,
        remote: &mut Remote,
        goal: &mut Goal,
        target: &SafeUrl,
        at: u64,
    ) -> Result<(), Halt> {
        let (facts, total) = (Rc::clone(&self.facts), self.whole.length());
        if at == 0 && self.upload.make_folders {
            self.unless_stopped(remote.make_folders(&goal.target, &facts.gate)).await?;
        }
        self.placed_at(goal).await?;
        let mut opened = self.unless_stopped(remote.store(&goal.place.name, at, &facts.gate)).await;
        // Some servers allow only names of their choice; then it goes where it belongs at once.
        if let Err(Halt::Fault(Fault::Ftp { code: 550 | 553 })) = opened
            && at == 0
            && goal.place.name != goal.target
        {
            goal.place = Place::new(target.clone())?;
            self.placed_at(goal).await?;
            opened = self.unless_stopped(remote.store(&goal.place.name, at, &facts.gate)).await;
        }
        let Some(outlet) = opened? else { return Err(Fault::InvalidResponse(Lie::RangeIgnored).into()) };
        self.pour(outlet, at).await?;
        match self.unless_stopped(remote.size(&goal.place.name, &facts.gate)).await? {
            Some(stored) if stored != total => {
                return Err(Fault::Upload(UploadFault::OtherSize { sent: total, stored }).into());
            }
            Some(_) | None => {}
        }
        self.acknowledge(total).await;
        Ok(())
    }

    async fn placed_at(&mut self, goal: &Goal) -> Result<(), Halt> {
        self.placed(SessionKind::Ftp, goal.place.url.clone(), None).await
    }

    async fn pour(&mut self, mut outlet: Outlet, from: u64) -> Result<(), Halt> {
        let (facts, total) = (Rc::clone(&self.facts), self.whole.length());
        let flow = facts.lane.shared.upload_brakes.flow(facts.job.transfer.id);
        facts.meter.set_connections(1);
        let part = facts.meter.begin(from);
        let mut at = from;
        while at < total {
            let most = usize::try_from(total - at).unwrap_or(BLOCK).min(BLOCK);
            let granted = self.unless_stopped(async { Ok::<_, Error>(flow.ask(most).await) }).await?;
            let Grant::Take(granted) = granted else {
                facts.gate.check()?;
                continue;
            };
            let block = self.whole.block(at, granted.min(most))?;
            if let Err(halt) = self.unless_stopped(outlet.send(&block, &facts.gate)).await {
                return Err(self.why(outlet, halt).await);
            }
            at += block.len() as u64;
            part.advance(at);
            facts.meter.add_received(block.len() as u64);
        }
        self.unless_stopped(outlet.finish(&facts.gate)).await
    }

    /// What the server says of it is the better reason, unless it was we who stopped.
    async fn why(&mut self, outlet: Outlet, halt: Halt) -> Halt {
        match halt {
            Halt::Fault(Fault::Stalled | Fault::Gated) | Halt::Stopped | Halt::Metalink(_) => halt,
            Halt::Fault(fault) => {
                let gate = self.facts.gate.clone();
                let said = self.unless_stopped(async { Ok::<_, Error>(outlet.why(&gate).await) }).await;
                match said {
                    Ok(Some(code)) => Fault::Ftp { code }.into(),
                    Ok(None) => Halt::Fault(fault),
                    Err(halt) => halt,
                }
            }
        }
    }

    /// Servers disagree on what happens to a file that has the name already; an upload takes its place. `false`: the server
    /// does not know how to rename.
    async fn give_name(&mut self, remote: &mut Remote, goal: &Goal) -> Result<bool, Halt> {
        let gate = self.facts.gate.clone();
        let (from, to) = (&goal.place.name, &goal.target);
        let mut renamed = self.unless_stopped(remote.rename(from, to, &gate)).await?;
        if let Renamed::NotTo(500..) = renamed
            && self.is_there(remote, to, &gate).await?
        {
            self.unless_stopped(remote.delete(to, &gate)).await?;
            renamed = self.unless_stopped(remote.rename(from, to, &gate)).await?;
        }
        match renamed {
            Renamed::Done => Ok(true),
            Renamed::NotFrom(500 | 502 | 504) => Ok(false),
            Renamed::NotFrom(code) | Renamed::NotTo(code) => Err(Fault::Ftp { code }.into()),
        }
    }

    async fn is_there(&mut self, remote: &mut Remote, name: &Name, gate: &Gate) -> Result<bool, Halt> {
        Ok(self.unless_stopped(remote.size(name, gate)).await?.is_some())
    }

    async fn stamp(&mut self, remote: &mut Remote, name: &Name) -> Result<(), Halt> {
        let modified = match (&self.upload.content, self.upload.watched.first()) {
            (Content::File(file), Some(watched)) if !file.spooled => u64::try_from(watched.modified).ok(),
            (Content::File(_) | Content::Text(_) | Content::Parts(_), _) => None,
        };
        let Some(modified) = modified else { return Ok(()) };
        let at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_nanos(modified));
        let gate = self.facts.gate.clone();
        match at {
            Some(at) => self.unless_stopped(remote.stamp(name, at, &gate)).await,
            None => Ok(()),
        }
    }

    /// 226 is what servers say of a file that came.
    async fn told(&mut self, remote: &Remote) -> Result<(), Halt> {
        let response = Response {
            at: self.facts.lane.shared.clock.now().wall,
            status: 226,
            url: self.destination()?,
            content_type: None,
            headers: remote.lines(),
        };
        let report = UploadReport::Answered { response: Box::new(response), reply: None };
        self.voice.say(Report::Upload(report)).await;
        Ok(())
    }

    /// Lets go of a wait for the network the moment it must stop.
    async fn unless_stopped<T, E: Into<Halt>>(
        &mut self,
        wait: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Halt> {
        tokio::select! {
            biased;
            () = self.voice.stopped() => Err(Halt::Stopped),
            result = wait => result.map_err(Into::into),
        }
    }
}

/// What an upload that nobody goes on with has left behind.
pub(super) async fn forget(session: &Session, visit: &Visit<'_>, gate: &Gate) -> Result<u16, Error> {
    let mut remote = Client::visit(visit, gate).await?;
    remote.delete(&Name::of(&session.url)?, gate).await.map(|()| 250)
}
