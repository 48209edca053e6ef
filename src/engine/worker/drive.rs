//! The plan carried out: streams begin and end as it says, and the pump's wishes are heard meanwhile.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::{AbortHandle, Abortable, Aborted, abortable};
use futures::stream::FuturesUnordered;

use super::stream::Stream;
use super::supply::Number;
use super::swarm::{From, Swarm};
use super::{Halt, Worker, on_disk};
use crate::coordinator::Report;
use crate::disk;
use crate::engine::hosts::Place;
use crate::model::{DiskFault, Fault, Lie, RangeSet, Span};
use crate::protocol::{Answer, Body};
use crate::rules::answer::Take;
use crate::rules::segments::{Choice, Ending, Input, Order, PartId, Plan, Planner, Ranges};

type Task = Abortable<Pin<Box<dyn Future<Output = (PartId, Result<(), Halt>)>>>>;
/// The bytes that were to be made safe, whether they are, and whether the file still has its name.
type Synced = (RangeSet, Result<Result<(), disk::Error>, disk::Error>);
type Admission = Pin<Box<dyn Future<Output = (Number, Result<(), Halt>)>>>;
type Following = Pin<Box<dyn Future<Output = ()>>>;
type Syncing = Pin<Box<dyn Future<Output = Synced>>>;

/// What is under way in one run.
pub(super) struct Crew {
    first: Option<Box<(Take, Body)>>,
    tasks: FuturesUnordered<Task>,
    aborts: BTreeMap<PartId, AbortHandle>,
    syncing: Option<Syncing>,
    following: Option<Following>,
    /// Connections held, by the place of the file.
    pub places: BTreeMap<Number, Place>,
    pub admissions: FuturesUnordered<Admission>,
    budget: u16,
    proof: Proof,
    /// Where the first answer ends, if it says so.
    answer_end: Option<u64>,
    last_fault: Option<Fault>,
}

/// May the plan ask for a second part?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    Ranges,
    /// One answer is all there is: when it ends early, the run does.
    OneAnswer,
}

/// What follows the end of a connection.
enum Next {
    Plan(Vec<Order>),
    /// The one answer is over and the file is not: the next question is asked from scratch.
    Question,
}

enum Event {
    Wish(bool),
    Over(Result<(PartId, Result<(), Halt>), Aborted>),
    Synced(Synced),
    Followed,
    Admitted(Number, Result<(), Halt>),
    Time,
    /// The time to flush is to be set.
    Gathering,
    /// Somebody reads the file elsewhere now.
    Reader,
}

fn steps(swarm: &Swarm, inputs: Vec<Input>) -> Vec<Order> {
    inputs.into_iter().flat_map(|input| swarm.step(input)).collect()
}

impl Crew {
    pub(super) fn has_ranges(&self) -> bool {
        self.proof == Proof::Ranges
    }

    pub(super) fn abort(&mut self, part: PartId) {
        if let Some(abort) = self.aborts.remove(&part) {
            abort.abort();
        }
    }
}

impl Worker {
    /// Takes the first answer over and fetches until nothing is missing or nothing can be done any more. What came is
    /// kept in either case.
    pub(super) async fn drive(&mut self, take: Take, answer: &Answer, body: Body) -> Result<(), Halt> {
        let (swarm, mut crew) = self.gather_crew(take, body)?;
        self.asker.learn(answer);
        self.test_mirrors(&swarm, &mut crew);
        let driven = self.carry_on(&swarm, &mut crew).await;
        // Connections close now, not when a slow disk is done.
        crew.tasks.clear();
        if let (Ok(()), Some(follower), Some(following)) = (&driven, &self.follower, crew.following.take()) {
            follower.end();
            following.await;
        }
        let synced = match crew.syncing.take() {
            Some(syncing) => {
                let done = syncing.await;
                self.on_synced(done).await
            }
            None => Ok(()),
        };
        drop(crew);
        let flushed = self.end_streams(&swarm);
        self.meter.set_connections(0);
        self.overlap = swarm.overlap.get();
        driven.and(synced).and(flushed)
    }

    fn gather_crew(&mut self, take: Take, body: Body) -> Result<(Rc<Swarm>, Crew), Halt> {
        let Some(part) = self.part.clone() else { return Err(Fault::Disk(DiskFault::PartMissing).into()) };
        self.follow(&part);
        let proof = if take.resumable && self.total.is_some() { Proof::Ranges } else { Proof::OneAnswer };
        let answer_end = take.end;
        let shared = &self.lane.shared;
        let place = shared.hosts.place(self.asker.host());
        let budget = place.budget(self.job.connections.per_host);
        let plan = Plan {
            total: self.total,
            ranges: match proof {
                Proof::Ranges => Ranges::Proven,
                Proof::OneAnswer => Ranges::Refused,
            },
            present: self.present.clone(),
            choice: self.job.connections.fixed.map_or(Choice::Automatic, Choice::Fixed),
            budget,
            remembered: self.job.connections.remembered,
            patience: self.job.timeouts.stall(),
        };
        let swarm = Swarm::new(self, part, Planner::new(plan, shared.clock.boot()));
        let crew = Crew {
            first: Some(Box::new((take, body))),
            tasks: FuturesUnordered::new(),
            aborts: BTreeMap::new(),
            syncing: None,
            following: self.follower.clone().map(|follower| -> Following { Box::pin(follower.follow()) }),
            places: BTreeMap::from([(self.lead, place)]),
            admissions: FuturesUnordered::new(),
            budget,
            proof,
            answer_end,
            last_fault: None,
        };
        Ok((Rc::new(swarm), crew))
    }

    async fn carry_on(&mut self, swarm: &Rc<Swarm>, crew: &mut Crew) -> Result<(), Halt> {
        self.heed(swarm, crew).await?;
        let mut orders = swarm.step(Input::Tick);
        orders.extend(steps(swarm, self.meter.readers.all()));
        let mut timer = Box::pin(tokio::time::sleep(Duration::ZERO));
        let mut timer_at = None;
        loop {
            for order in orders {
                self.carry_out(order, swarm, crew).await?;
            }
            if swarm.planner.borrow().is_complete() {
                return Ok(());
            }
            let due = swarm.due();
            if due != timer_at {
                let wait = due.map_or(Span::seconds(3600), |at| at - swarm.now());
                timer.set(tokio::time::sleep(wait.into()));
                timer_at = due;
            }
            let event = tokio::select! {
                biased;
                changed = self.wishes.changed() => Event::Wish(changed.is_ok()),
                Some(over) = crew.tasks.next() => Event::Over(over),
                Some(done) = synced(&mut crew.syncing) => Event::Synced(done),
                Some((whom, result)) = crew.admissions.next() => Event::Admitted(whom, result),
                Some(()) = followed(&mut crew.following) => Event::Followed,
                () = self.meter.readers.moved() => Event::Reader,
                () = &mut timer => Event::Time,
                () = swarm.gathering.notified() => Event::Gathering,
            };
            orders = match event {
                Event::Wish(true) => {
                    self.heed(swarm, crew).await?;
                    Vec::new()
                }
                Event::Gathering => Vec::new(),
                Event::Wish(false) => return Err(Halt::Stopped),
                Event::Over(Err(Aborted)) => Vec::new(),
                Event::Over(Ok((part, result))) => match self.on_over(part, result, swarm, crew).await? {
                    Next::Plan(orders) => orders,
                    Next::Question => return Ok(()),
                },
                Event::Synced(done) => {
                    crew.syncing = None;
                    self.on_synced(done).await?;
                    Vec::new()
                }
                Event::Admitted(whom, result) => self.on_admitted(whom, result, swarm, crew).await?,
                Event::Followed => {
                    crew.following = None;
                    Vec::new()
                }
                Event::Reader => steps(swarm, self.meter.readers.news()),
                Event::Time => {
                    timer_at = None;
                    swarm.flush_old()?;
                    swarm.step(Input::Tick)
                }
            };
            orders.extend(self.share_host(swarm, crew));
        }
    }

    /// Others fetch from the same host, too.
    fn share_host(&self, swarm: &Swarm, crew: &mut Crew) -> Vec<Order> {
        self.meter.set_connections(swarm.planner.borrow().connections());
        let mut budget = 0_u16;
        for (whom, place) in &crew.places {
            let held = swarm.streams.borrow().values().filter(|stream| stream.from_whom == *whom).count();
            place.hold(u16::try_from(held).unwrap_or(u16::MAX));
            if !swarm.supply.is_dropped(*whom) {
                budget = budget.saturating_add(place.budget(self.job.connections.per_host));
            }
        }
        let budget = budget.max(1);
        if budget == crew.budget {
            return Vec::new();
        }
        crew.budget = budget;
        swarm.step(Input::Budget(budget))
    }

    async fn carry_out(&mut self, order: Order, swarm: &Rc<Swarm>, crew: &mut Crew) -> Result<(), Halt> {
        match order {
            Order::Fetch { part, ask, seat, .. } => {
                let first = crew.first.take();
                if first.is_none() && crew.proof == Proof::OneAnswer {
                    return Err(crew.last_fault.take().unwrap_or(Fault::Stalled).into());
                }
                let fits = |given: &(Take, Body)| {
                    given.0.start <= ask.from && self.present.run_end(given.0.start) >= ask.from
                };
                let from = first.filter(|given| fits(given)).map_or(From::Asked(ask), From::Given);
                let whom = match &from {
                    From::Given(_) => swarm.lead,
                    From::Asked(_) => swarm.supply.of_seat(seat.0, swarm.lead),
                };
                let flow = self.lane.shared.brakes.flow(self.job.transfer.id);
                let meter = self.meter.begin(ask.from);
                let stream = Rc::new(Stream::new((part, seat), whom, ask.from, meter, flow));
                let _ = swarm.streams.borrow_mut().insert(part, Rc::clone(&stream));
                let run: Pin<Box<dyn Future<Output = _>>> = Box::pin(Rc::clone(swarm).run(stream, from));
                let (task, abort) = abortable(run);
                let _ = crew.aborts.insert(part, abort);
                crew.tasks.push(task);
            }
            Order::Shorten { part, .. } => {
                if let Some(stream) = swarm.streams.borrow().get(&part) {
                    stream.nudge.notify_one();
                }
            }
            Order::Drop { part } => {
                crew.abort(part);
                // Dropped for its silence, unless another one says otherwise.
                let _ = crew.last_fault.get_or_insert(Fault::Stalled);
                let stream = swarm.streams.borrow().get(&part).cloned();
                if let Some(stream) = stream {
                    swarm.flush(&stream)?;
                }
                let _ = swarm.close(part, &mut self.present);
            }
            Order::Remember { connections } => {
                self.report(Report::HostAllows { connections }).await;
            }
            Order::GiveUp => return Err(crew.last_fault.take().unwrap_or(Fault::Disconnected).into()),
        }
        Ok(())
    }

    async fn on_over(
        &mut self,
        part: PartId,
        result: Result<(), Halt>,
        swarm: &Swarm,
        crew: &mut Crew,
    ) -> Result<Next, Halt> {
        let _ = crew.aborts.remove(&part);
        let stream = swarm.streams.borrow().get(&part).cloned();
        let flushed = stream.as_ref().map_or(Ok(()), |stream| swarm.flush(stream));
        let Some(stream) = swarm.close(part, &mut self.present) else { return Ok(Next::Plan(Vec::new())) };
        flushed?;
        let others = !swarm.streams.borrow().is_empty();
        let ending = match result {
            Ok(()) => Ending::Ended,
            Err(halt @ (Halt::Stopped | Halt::Metalink(_))) => return Err(halt),
            // Every byte is here: how the connection ended after it is of no interest.
            Err(Halt::Fault(fault))
                if fault.is_of_the_network() && crew.answer_end.or(self.total) == Some(stream.at.get()) =>
            {
                Ending::Ended
            }
            Err(Halt::Fault(fault)) if self.others_can(&stream, &fault, swarm).await => {
                crew.last_fault = Some(fault);
                Ending::Broke
            }
            Err(Halt::Fault(fault)) => {
                let Some(ending) = ending_of(&fault, others) else { return Err(fault.into()) };
                tracing::debug!(?fault, ?part, "a connection ended");
                crew.last_fault = Some(fault);
                ending
            }
        };
        if crew.proof == Proof::OneAnswer {
            self.one_answer_over(&stream, ending, crew)?;
            if !self.complete && self.total != Some(stream.at.get()) {
                return Ok(Next::Question);
            }
        }
        Ok(Next::Plan(swarm.step(Input::Ended { part, ending })))
    }

    /// Without ranges there is nothing to go on with, and without a length a proper end is the only sign of completeness.
    fn one_answer_over(&mut self, stream: &Stream, ending: Ending, crew: &mut Crew) -> Result<(), Halt> {
        let at = stream.at.get();
        match (ending, crew.answer_end.or(self.total)) {
            (Ending::Ended, None) => {
                self.total = Some(at);
                if let Some(known) = &mut self.validator {
                    known.total = self.total;
                }
                self.complete = true;
                Ok(())
            }
            (Ending::Ended, Some(end)) if end == at => Ok(()),
            (Ending::Ended | Ending::Broke | Ending::Refused { .. }, _) => {
                Err(crew.last_fault.take().unwrap_or(Fault::Disconnected).into())
            }
        }
    }

    /// Stop, sync, and leave to claim: whatever the pump wants now.
    async fn heed(&mut self, swarm: &Swarm, crew: &mut Crew) -> Result<(), Halt> {
        let wishes = *self.wishes.borrow_and_update();
        if wishes.stop {
            return Err(Halt::Stopped);
        }
        if wishes.acknowledged >= self.reported {
            self.settle_file().await?;
        }
        self.slots.marked(wishes.marked);
        // A file without a name is not worth a sync; the wish is heard again when it has one.
        if let (true, false, None, Some(part)) =
            (wishes.syncs > self.synced_for, self.unknown_file, &crew.syncing, self.part.clone())
        {
            self.synced_for = wishes.syncs;
            swarm.flush_all()?;
            swarm.present_now(&mut self.present);
            let written = self.present.clone();
            let work = move || part.sync().map(|()| part.check_name());
            // Beside the streams: a slow disk must not look like a silent client.
            crew.syncing = Some(Box::pin(async move { (written, on_disk(work).await) }));
        }
        Ok(())
    }

    async fn on_synced(&mut self, (written, result): Synced) -> Result<(), Halt> {
        match result {
            Ok(named) => {
                self.synced = written;
                self.report(Report::Synced { synced: self.synced.clone() }).await;
                // Safe, but perhaps out of reach: renamed, or on a disk that was unmounted under our hands.
                Ok(named?)
            }
            Err(error) => {
                self.sync_failed = Some(error.fault());
                Err(error.into())
            }
        }
    }

    fn end_streams(&mut self, swarm: &Swarm) -> Result<(), Halt> {
        let flushed = swarm.flush_all();
        let left: Vec<PartId> = swarm.streams.borrow().keys().copied().collect();
        for part in left {
            let _ = swarm.close(part, &mut self.present);
        }
        flushed
    }
}

async fn synced(syncing: &mut Option<Syncing>) -> Option<Synced> {
    match syncing {
        Some(syncing) => Some(syncing.await),
        None => std::future::pending().await,
    }
}

async fn followed(following: &mut Option<Following>) -> Option<()> {
    match following {
        Some(following) => {
            following.await;
            Some(())
        }
        None => std::future::pending().await,
    }
}

/// What the end of one connection says to the plan; `None`: the run ends. With `others` at work a strange answer says no
/// more than that one connection less is wanted.
fn ending_of(fault: &Fault, others: bool) -> Option<Ending> {
    let refused = Ending::Refused { after: None };
    match fault {
        Fault::Http { status: 429 | 503 | 509, retry_after } => Some(Ending::Refused { after: *retry_after }),
        Fault::Http { status: 500.., .. } => Some(Ending::Broke),
        // Too many connections, or too many of one user.
        Fault::Ftp { code: 421 | 425 | 450 | 530 } if others => Some(refused),
        Fault::Ftp { code: 400..500 } => Some(Ending::Broke),
        Fault::Http { .. } | Fault::CannotConnect | Fault::WebPage { .. } if others => Some(refused),
        Fault::InvalidResponse(Lie::TooLong) => None,
        Fault::InvalidResponse(_) if others => Some(refused),
        Fault::Tls(_) if others => Some(Ending::Broke),
        _ if fault.is_of_the_network() => Some(Ending::Broke),
        Fault::NameNotResolved
        | Fault::CannotConnect
        | Fault::Unreachable
        | Fault::ConnectTimeout
        | Fault::ResponseTimeout
        | Fault::Stalled
        | Fault::ConnectionReset
        | Fault::ConnectionAborted
        | Fault::Disconnected
        | Fault::Tls(_)
        | Fault::InvalidResponse(_)
        | Fault::Http { .. }
        | Fault::Ftp { .. }
        | Fault::TooManyRedirects
        | Fault::BadRedirect
        | Fault::InsecureRedirect { .. }
        | Fault::WebPage { .. }
        | Fault::SourceChanged(_)
        | Fault::ChecksumMismatch(_)
        | Fault::Upload(_)
        | Fault::ProxyRefused { .. }
        | Fault::Disk(_)
        | Fault::SecretLost
        | Fault::HeaderLost
        | Fault::Panicked
        | Fault::Gated => None,
    }
}
