//! One file, one connection or many: the planner says who fetches what, and here it is done.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;

use super::asker::{Known, Manner};
use super::slots::Slots;
use super::stream::{PAGE, Stream, WRITE_AT_ONCE};
use super::supply::{Number, Supplier, Supply};
use super::verify::Follower;
use super::{Halt, Worker, on_disk};
use crate::disk::Part;
use crate::engine::brakes::Grant;
use crate::engine::meter::RunMeter;
use crate::model::{Boot, ByteRange, Change, Fault, FileName, Lie, RangeSet, Validator};
use crate::platform::Clock;
use crate::protocol::{Answer, Body, Gate};
use crate::rules::answer::{Take, Verdict};
use crate::rules::resume::OVERLAP;
use crate::rules::segments::{Ask, Input, Order, PartId, Planner};

/// Handed to the disk in the background each time this much was written, so that the last sync finds little to do.
/// Measured on 512 MiB to ext4, made durable: 64 MiB takes 0.62 of wget2's time and 16 MiB costs 5 % more CPU; without it
/// 0.92.
const WRITE_BACK: u64 = 64 << 20;
/// A mirror waits for bytes to be compared with.
const LOOK: Duration = Duration::from_millis(50);

/// What all answers of one run share. It lives on one thread.
pub(super) struct Swarm {
    pub planner: RefCell<Planner>,
    pub streams: RefCell<BTreeMap<PartId, Rc<Stream>>>,
    pub part: Part,
    pub meter: Arc<RunMeter>,
    pub slots: Rc<Slots>,
    pub clock: Clock,
    /// The lane's leave to move bytes, the same for all places.
    pub gate: Gate,
    pub supply: Rc<Supply>,
    /// Who answered first.
    pub lead: Number,
    pub known: Validator,
    pub name: Option<FileName>,
    /// Bytes before each gap that are fetched again and compared, because validators cannot tell versions apart.
    pub overlap: Cell<u64>,
    pub unwritten_back: Cell<u64>,
    /// Reads behind the writers.
    pub follower: Option<Rc<Follower>>,
    /// A stream began to gather, and nobody will look in time.
    pub gathering: Notify,
    /// Somebody looks at what was gathered, at the latest then.
    pub looks_at: Cell<Option<Boot>>,
}

/// Where the bytes of a part come from.
pub(super) enum From {
    /// An answer that is here already.
    Given(Box<(Take, Body)>),
    Asked(Ask),
}

impl Swarm {
    pub(super) fn new(worker: &Worker, part: Part, planner: Planner) -> Self {
        Self {
            planner: RefCell::new(planner),
            streams: RefCell::default(),
            part,
            meter: Arc::clone(&worker.meter),
            slots: Rc::clone(&worker.slots),
            clock: worker.lane.shared.clock.clone(),
            gate: worker.asker.gate.clone(),
            supply: Rc::clone(&worker.supply),
            lead: worker.lead,
            known: worker.known_of_lead().unwrap_or_default(),
            name: worker.job.transfer.target.name.clone(),
            overlap: Cell::new(worker.overlap),
            unwritten_back: Cell::new(0),
            follower: worker.follower.clone(),
            gathering: Notify::new(),
            looks_at: Cell::new(None),
        }
    }

    /// When there is something to do that nobody reports. The caller looks then.
    pub(super) fn due(&self) -> Option<Boot> {
        let flush = self.streams.borrow().values().filter_map(|stream| stream.flush_by()).min();
        self.looks_at.set(flush);
        self.planner.borrow().due().into_iter().chain(flush).min()
    }

    pub(super) fn now(&self) -> Boot {
        self.clock.boot()
    }

    pub(super) fn step(&self, input: Input) -> Vec<Order> {
        self.planner.borrow_mut().step(input, self.now())
    }

    /// One answer from the question to its end. The stream is told apart from others by its part.
    pub(super) async fn run(self: Rc<Self>, stream: Rc<Stream>, from: From) -> (PartId, Result<(), Halt>) {
        let result = async {
            let (mut take, mut body) = match from {
                From::Given(given) => *given,
                From::Asked(ask) => self.ask(stream.from_whom, ask).await?,
            };
            loop {
                self.pour(&stream, &take, body).await?;
                // Where the server sends little at a time, all of it may have been only compared.
                let room = self.room(&stream).unwrap_or_default();
                if room == 0 || !stream.written().is_empty() || self.overlap.get() == 0 {
                    return Ok(());
                }
                self.compare_less(&stream)?;
                let end = stream.from.saturating_add(room);
                let to = (self.known.total != Some(end)).then_some(end);
                (take, body) = self.ask(stream.from_whom, Ask { from: stream.from, to }).await?;
            }
        };
        (stream.part, result.await)
    }

    async fn ask(&self, whom: Number, ask: Ask) -> Result<(Take, Body), Halt> {
        let gone = Fault::CannotConnect;
        let supplier = self.supply.get(whom).ok_or(gone)?;
        loop {
            let overlap = self.overlap.get();
            let here = self.meter.here();
            let asked = with_overlap(ask, &here, overlap);
            let (answer, body) = supplier.asker.ask(asked, Manner::Ranged).await?;
            match self.judge(whom, &supplier, asked, &answer) {
                Verdict::Take(take) if !take.same && overlap == 0 && is_held(ask, &here) => {
                    self.overlap.set(OVERLAP);
                }
                Verdict::Take(take) if take.resumable => {
                    if !take.same && !is_held(ask, &here) {
                        self.vouch(whom, &supplier, &take).await?;
                    }
                    return Ok((take, body));
                }
                Verdict::Take(_) | Verdict::AskPlainly => {
                    return Err(Fault::InvalidResponse(Lie::RangeIgnored).into());
                }
                Verdict::AlreadyComplete { .. } => return Err(Fault::InvalidResponse(Lie::WrongRange).into()),
                Verdict::Refuse(fault) => return Err(fault.into()),
            }
        }
    }

    /// Nothing lies right before these bytes, and no validator tells versions apart: the server must still send what is
    /// here elsewhere. It is asked after the answer that it vouches for, so that a change in between is seen.
    async fn vouch(&self, whom: Number, supplier: &Supplier, take: &Take) -> Result<(), Halt> {
        let sample = loop {
            let here = self.meter.here();
            let sample = here.iter().rfind(|range| range.end() <= take.start).or_else(|| here.iter().next());
            match sample {
                Some(run) => break run,
                // The first bytes of anybody are still to come; alone, there is nothing to be mixed with.
                None if self.streams.borrow().len() > 1 => tokio::time::sleep(LOOK).await,
                None => return Ok(()),
            }
        };
        let ask = Ask { from: sample.end() - sample.len().min(OVERLAP), to: Some(sample.end()) };
        let (answer, body) = supplier.asker.ask(ask, Manner::Ranged).await?;
        match self.judge(whom, supplier, ask, &answer) {
            Verdict::Take(again) if again.resumable && again.seen == take.seen => {}
            Verdict::Refuse(fault) => return Err(fault.into()),
            Verdict::Take(_) | Verdict::AskPlainly | Verdict::AlreadyComplete { .. } => {
                return Err(Fault::InvalidResponse(Lie::WrongRange).into());
            }
        }
        self.compare_all(ask.from, sample.end(), body).await
    }

    /// The body from `at` to `end` must be what is here.
    async fn compare_all(&self, mut at: u64, end: u64, mut body: Body) -> Result<(), Halt> {
        while at < end {
            let Some(mut bytes) = body.chunk(&self.gate).await? else {
                return Err(Fault::Disconnected.into());
            };
            bytes.truncate(usize::try_from(end - at).unwrap_or(usize::MAX));
            at += bytes.len() as u64;
            self.compare(at - bytes.len() as u64, bytes).await?;
        }
        Ok(())
    }

    /// Each place is held against what it said itself: validators of one mean nothing at another.
    fn judge(&self, whom: Number, supplier: &Supplier, ask: Ask, answer: &Answer) -> Verdict {
        let own = supplier.known.borrow();
        let validator = Some(if whom == self.lead { &self.known } else { &*own });
        let known = Known { validator, has_bytes: true, name: self.name.as_ref(), claimed: None };
        supplier.asker.judge(ask, Manner::Ranged, &known, answer)
    }

    /// Compares what a mirror sends with bytes that are here: the last of those before the first gap.
    pub(super) async fn admit(self: Rc<Self>, whom: Number) -> (Number, Result<(), Halt>) {
        let admitted = async {
            let Some(supplier) = self.supply.get(whom) else { return Err(Fault::CannotConnect.into()) };
            let end = loop {
                let prefix = self.meter.prefix();
                if prefix >= OVERLAP {
                    break prefix;
                }
                tokio::time::sleep(LOOK).await;
            };
            let ask = Ask { from: end - OVERLAP, to: Some(end) };
            *supplier.known.borrow_mut() = Validator { total: self.known.total, ..Validator::default() };
            let (answer, body) = supplier.asker.ask(ask, Manner::Ranged).await?;
            let take = match self.judge(whom, &supplier, ask, &answer) {
                Verdict::Take(take) if take.resumable => take,
                Verdict::Refuse(fault) => return Err(fault.into()),
                Verdict::Take(_) | Verdict::AskPlainly | Verdict::AlreadyComplete { .. } => {
                    return Err(Fault::InvalidResponse(Lie::RangeIgnored).into());
                }
            };
            if take.seen.total != self.known.total {
                return Err(Fault::InvalidResponse(Lie::LengthDisagrees).into());
            }
            self.compare_all(ask.from, end, body).await?;
            supplier.asker.learn(&answer);
            *supplier.known.borrow_mut() = take.seen;
            Ok(())
        };
        (whom, admitted.await)
    }

    async fn pour(&self, stream: &Stream, take: &Take, mut body: Body) -> Result<(), Halt> {
        stream.incoming.set(take.start);
        let mut room = self.room(stream);
        while let Some(1..) = room {
            let chunk = tokio::select! {
                biased;
                () = stream.nudge.notified() => None,
                chunk = body.chunk(&self.gate) => Some(chunk?),
            };
            match chunk {
                Some(Some(bytes)) => self.take(stream, take, bytes).await?,
                Some(None) => break,
                None => {}
            }
            room = self.room(stream);
        }
        self.flush(stream)
    }

    /// `None`: the plan does without this part.
    fn room(&self, stream: &Stream) -> Option<u64> {
        self.planner.borrow().room(stream.part)
    }

    async fn take(&self, stream: &Stream, take: &Take, mut bytes: Bytes) -> Result<(), Halt> {
        #[cfg(debug_assertions)]
        if let Some(supplier) = self.supply.get(stream.from_whom) {
            crate::engine::sabotage::strike(supplier.asker.path());
        }
        let length = bytes.len() as u64;
        let incoming = stream.incoming.get();
        if take.end.is_some_and(|end| incoming.saturating_add(length) > end) {
            return Err(Fault::InvalidResponse(Lie::TooLong).into());
        }
        let again = stream.from.saturating_sub(incoming).min(length);
        if again > 0 {
            let again = bytes.split_to(usize::try_from(again).unwrap_or(bytes.len()));
            self.compare(incoming, again).await?;
        }
        stream.incoming.set(incoming + length);
        loop {
            // What lies beyond the end of the part is somebody else's by now.
            let room = self.room(stream).unwrap_or_default();
            bytes.truncate(usize::try_from(room).unwrap_or(usize::MAX));
            if bytes.is_empty() {
                return Ok(());
            }
            match stream.flow.ask(bytes.len()).await {
                Grant::Take(granted) => self.put(stream, bytes.split_to(granted.min(bytes.len())))?,
                // Nothing further is read, so that the server is slowed down; that is no stall.
                Grant::Later => {
                    self.planner.borrow_mut().progress(stream.part, stream.taken.get(), self.now());
                }
            }
        }
    }

    fn put(&self, stream: &Stream, mut bytes: Bytes) -> Result<(), Halt> {
        let now = self.now();
        let to = stream.taken.get() + bytes.len() as u64;
        if bytes.len() >= WRITE_AT_ONCE {
            // Written where it lies instead of being copied, and only whole pages: what is left of the last one goes with
            // the chunk that completes it.
            let tail = usize::try_from(to % PAGE).unwrap_or_default();
            let whole = bytes.split_to(bytes.len() - tail);
            stream.taken.set(to - tail as u64);
            let gathered = stream.gathered();
            let written = self.write(stream, &gathered, &whole);
            stream.keep(gathered);
            written?;
        }
        while !bytes.is_empty() {
            if stream.gather(&mut bytes, now) {
                self.flush(stream)?;
            } else if self.looks_at.get().is_none() {
                self.gathering.notify_one();
            }
        }
        self.planner.borrow_mut().progress(stream.part, to, now);
        Ok(())
    }

    /// Bytes that are here came again: they must be the same, or this is another file.
    async fn compare(&self, at: u64, again: Bytes) -> Result<(), Halt> {
        let part = self.part.clone();
        let same = on_disk(move || {
            let mut here = vec![0; again.len()];
            part.read_exact_at(&mut here, at)?;
            Ok(here == again)
        });
        if same.await? { Ok(()) } else { Err(Fault::SourceChanged(Change::Content).into()) }
    }

    pub(super) fn flush(&self, stream: &Stream) -> Result<(), Halt> {
        if !stream.has_gathered() {
            return Ok(());
        }
        let buffer = stream.gathered();
        let written = self.write(stream, &buffer, &[]);
        stream.keep(buffer);
        written
    }

    fn write(&self, stream: &Stream, gathered: &[u8], bytes: &[u8]) -> Result<(), Halt> {
        let at = stream.at.get();
        if let Some(follower) = &self.follower {
            follower.overtaken_at(at);
        }
        let length = (gathered.len() + bytes.len()) as u64;
        self.part.write_joined_at(gathered, bytes, at)?;
        stream.at.set(at + length);
        stream.meter.advance(stream.at.get());
        self.meter.add_received(length);
        self.meter.readers.wrote();
        let mut claimed = stream.claimed.borrow_mut();
        if claimed.is_none() {
            *claimed = self.slots.claim(&self.part);
        }
        if let Some(claimed) = &*claimed {
            // A claim that cannot be noted is made by the next mark.
            let _ = claimed.writer.note(stream.written());
        }
        self.unwritten_back.set(self.unwritten_back.get() + length);
        if self.unwritten_back.get() >= WRITE_BACK {
            self.write_back();
        }
        Ok(())
    }

    fn write_back(&self) {
        self.unwritten_back.set(0);
        for stream in self.streams.borrow().values() {
            let at = stream.at.get();
            self.part.start_writeback(ByteRange::new(stream.written_back.replace(at), at));
        }
    }

    pub(super) fn flush_all(&self) -> Result<(), Halt> {
        self.streams.borrow().values().map(|stream| self.flush(stream)).fold(Ok(()), Result::and)
    }

    /// What was gathered long enough.
    pub(super) fn flush_old(&self) -> Result<(), Halt> {
        let now = self.now();
        let old = |stream: &&Rc<Stream>| stream.flush_by().is_some_and(|by| by <= now);
        self.streams.borrow().values().filter(old).try_for_each(|stream| self.flush(stream))
    }

    /// A server that sends little at a time may send nothing but what is compared: then less is compared, so that each
    /// second question or so brings new bytes.
    fn compare_less(&self, stream: &Stream) -> Result<(), Halt> {
        let compared = self.overlap.get();
        let came = stream.incoming.get().saturating_sub(stream.from.saturating_sub(compared));
        self.overlap.set(compared.min(came) / 2);
        if self.overlap.get() == 0 {
            return Err(Fault::InvalidResponse(Lie::WrongRange).into());
        }
        Ok(())
    }

    /// A part is over: what it wrote is present, and its slot is free when a mark holds that.
    pub(super) fn close(&self, part: PartId, present: &mut RangeSet) -> Option<Rc<Stream>> {
        let stream = self.streams.borrow_mut().remove(&part)?;
        let mark = self.meter.end(&stream.meter);
        if let Some(claimed) = stream.claimed.borrow_mut().take() {
            self.slots.retire(&claimed, mark);
        }
        let _ = present.insert(stream.written());
        self.supply.brought(stream.from_whom, stream.written());
        Some(stream)
    }

    /// What the file holds now.
    pub(super) fn present_now(&self, present: &mut RangeSet) {
        for stream in self.streams.borrow().values() {
            let _ = present.insert(stream.written());
        }
    }
}

/// Where validators cannot tell versions apart, the last bytes that are here are asked for again.
pub(super) fn with_overlap(ask: Ask, held: &RangeSet, overlap: u64) -> Ask {
    let before = held.iter().find(|range| range.end() == ask.from);
    let back = before.map_or(0, |range| range.len().min(overlap));
    Ask { from: ask.from - back, ..ask }
}

pub(super) fn is_held(ask: Ask, held: &RangeSet) -> bool {
    held.iter().any(|range| range.end() == ask.from)
}
