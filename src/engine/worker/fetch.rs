//! Asking, judging the answer, and writing what is taken.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Sleep;

use super::{Halt, Worker, on_disk};
use crate::coordinator::{Begun, Report};
use crate::engine::meter::PartMeter;
use crate::model::{ByteRange, Change, DiskFault, Fault, Lie};
use crate::protocol::http::{Answer, Body, Insecure, Question};
use crate::rules::answer::{self, Asked, Take, Verdict, judge};
use crate::rules::naming;
use crate::rules::resume::OVERLAP;
use crate::rules::segments::{self, Ask};

/// Smaller chunks are gathered: ext4 rewards writes of 128 KiB with half the CPU.
const WRITE_AT_ONCE: usize = 64 << 10;
const GATHER: usize = 128 << 10;
/// Gathered bytes are written at the latest after this long, so that a kill costs little.
const GATHER_FOR: Duration = Duration::from_millis(200);
/// Handed to the disk in the background each time this much was written, so that the last sync finds little to do.
/// Measured on 512 MiB to ext4, made durable: 64 MiB takes 0.62 of wget2's time and 16 MiB costs 5 % more CPU; without it
/// 0.92.
const WRITE_BACK: u64 = 64 << 20;
/// A web page's title stands near its top.
const PAGE_HEAD: usize = 16 << 10;
/// Nobody waits longer than this for it.
const PAGE_SOON: Duration = Duration::from_secs(2);

impl Worker {
    /// Fetches until nothing is missing.
    pub(super) async fn fetch(&mut self) -> Result<(), Halt> {
        let mut plainly = false;
        let mut claimed = None;
        while !self.complete
            && let Some(ask) = segments::next(self.total, &self.present)
        {
            let ask = self.with_overlap(ask);
            let (answer, body) = self.first_or_next(ask, plainly).await?;
            match self.judge(ask, plainly, claimed, &answer) {
                Verdict::Take(take) if !take.same && self.overlap == 0 => self.overlap = OVERLAP,
                Verdict::Take(take) => {
                    self.begin(&take, &answer).await?;
                    self.take_over(take, body).await?;
                    plainly = false;
                }
                Verdict::AlreadyComplete { total } => {
                    let take = Take { start: 0, end: Some(total), ..self.empty_take(total) };
                    self.begin(&take, &answer).await?;
                    self.complete = true;
                }
                Verdict::AskPlainly => {
                    plainly = true;
                    claimed = answer::claim(&answer.head);
                }
                Verdict::Refuse(Fault::InvalidResponse(Lie::NotTheFile)) => {
                    return Err(self.web_page(&answer, body).await.into());
                }
                Verdict::Refuse(fault) => return Err(fault.into()),
            }
        }
        Ok(())
    }

    /// Where validators cannot tell versions apart, the last bytes that are here are asked for again.
    fn with_overlap(&self, ask: Ask) -> Ask {
        let held = self.present.iter().find(|range| range.end() == ask.from);
        let back = held.map_or(0, |range| range.len().min(self.overlap));
        Ask { from: ask.from - back, ..ask }
    }

    /// A server that sends little at a time may send nothing but what is compared: then less is compared, so that each
    /// second question or so brings new bytes.
    async fn take_over(&mut self, take: Take, body: Body) -> Result<(), Halt> {
        let before = self.present.bytes();
        let length = take.end.map_or(0, |end| end - take.start);
        self.receive(take, body).await?;
        if self.overlap > 0 && self.present.bytes() == before && !self.complete {
            self.overlap = self.overlap.min(length) / 2;
            if self.overlap == 0 {
                return Err(Fault::InvalidResponse(Lie::WrongRange).into());
            }
        }
        Ok(())
    }

    /// The answer that a dialog holds open is the first one, if it still fits.
    async fn first_or_next(&mut self, ask: Ask, plainly: bool) -> Result<(Answer, Body), Halt> {
        let held = self.job.probe.take().and_then(|probe| self.lane.take_probe(probe));
        if let Some(held) = held.filter(|held| ask.from == 0 && ask.to.is_none() && held.gate.check().is_ok())
        {
            return Ok((held.answer, held.body));
        }
        let question = self.question(ask, plainly)?;
        let connect = Duration::from(self.job.timeouts.connect());
        let client = self.lane.client(self.job.user_agent.as_deref(), connect)?;
        let gate = self.gate.clone();
        self.unless_stopped(client.ask(&question, &gate)).await
    }

    fn question(&self, ask: Ask, plainly: bool) -> Result<Question, Halt> {
        let source = &self.job.transfer.source;
        if source.credentials.is_some() && self.credentials.is_none() {
            return Err(Fault::SecretLost.into());
        }
        let credentials = self.credentials.as_ref();
        Ok(Question {
            url: source.url.clone(),
            method: source.method.clone(),
            headers: self.headers.iter().map(|(name, value)| (name.clone(), value.to_string())).collect(),
            credentials: credentials.map(|(user, password)| (user.to_string(), password.to_string())),
            ask: (!plainly).then_some(ask),
            insecure_redirects: if self.job.transfer.permission.insecure {
                Insecure::Accept
            } else {
                Insecure::Refuse
            },
            timeouts: self.job.timeouts,
            now: self.lane.shared.clock.now().wall,
        })
    }

    fn judge(&self, ask: Ask, plainly: bool, claimed: Option<u64>, answer: &Answer) -> Verdict {
        let transfer = &self.job.transfer;
        let asked = Asked {
            ask,
            ranged: !plainly,
            claimed,
            known: self.validator.as_ref(),
            has_bytes: !self.present.is_empty(),
            page_expected: transfer.permission.web_page
                || naming::may_be_page(&transfer.source.url, transfer.target.name.as_ref()),
        };
        judge(&asked, &answer.head)
    }

    /// What is known now of the file; told once for each answer that is taken.
    async fn begin(&mut self, take: &Take, answer: &Answer) -> Result<(), Halt> {
        let first = self.validator.is_none();
        if first {
            self.validator = Some(take.seen.clone());
            self.total = take.seen.total;
        } else if self.total.is_none() {
            self.total = take.seen.total;
            if let Some(known) = &mut self.validator {
                known.total = take.seen.total;
            }
        }
        let name = self.create_part(answer).await?;
        let Some(part) = &self.part else { return Err(Fault::Disk(DiskFault::PartMissing).into()) };
        let begun = Begun {
            name,
            part: part.record().clone(),
            boot: self.lane.shared.seal.boot,
            mount: part.mount(),
            validator: self.validator.clone().unwrap_or_default(),
            resumable: take.resumable,
            response: answer.response(self.lane.shared.clock.now().wall),
            from: take.start,
        };
        self.reported += 1;
        self.report(Report::Begun(Box::new(begun))).await;
        Ok(())
    }

    fn empty_take(&self, total: u64) -> Take {
        let seen =
            crate::model::Validator { total: Some(total), ..self.validator.clone().unwrap_or_default() };
        Take { start: 0, end: None, seen, resumable: true, same: true }
    }

    /// Reads one body into the file, up to its end or the first trouble. What came is kept in either case.
    async fn receive(&mut self, take: Take, mut body: Body) -> Result<(), Halt> {
        let limit = take.end.or(self.total);
        let resume_at = self.present.run_end(take.start);
        let mut stretch = Stretch::new(take.start, resume_at, limit, self.meter.begin(resume_at));
        self.meter.set_connections(1);
        let poured = self.pour(&mut body, &mut stretch).await;
        self.meter.set_connections(0);
        drop(body);
        let flushed = self.flush(&mut stretch);
        let _ = self.meter.end(&stretch.meter);
        let _ = self.present.insert(ByteRange::new(stretch.from, stretch.at));
        flushed?;
        match poured {
            // Every byte is here: how the connection ended after it is of no interest.
            Err(Halt::Fault(fault)) if fault.is_of_the_network() && limit == Some(stretch.at) => {}
            other => other?,
        }
        match limit {
            Some(end) if stretch.at < end => Err(Fault::Disconnected.into()),
            Some(_) => Ok(()),
            // Nobody knew the length: a proper end is the only sign of it.
            None => {
                self.total = Some(stretch.at);
                if let Some(known) = &mut self.validator {
                    known.total = self.total;
                }
                self.complete = true;
                Ok(())
            }
        }
    }

    async fn pour(&mut self, body: &mut Body, stretch: &mut Stretch) -> Result<(), Halt> {
        let gate = self.gate.clone();
        self.heed(stretch).await?;
        loop {
            let event = tokio::select! {
                biased;
                changed = self.wishes.changed() => Event::Wish(changed.is_ok()),
                chunk = body.chunk(&gate) => Event::Chunk(chunk?),
                () = stretch.gathered_long_enough() => Event::Flush,
            };
            match event {
                Event::Wish(true) => self.heed(stretch).await?,
                Event::Wish(false) => return Err(Halt::Stopped),
                Event::Chunk(Some(bytes)) => self.take(stretch, bytes).await?,
                Event::Chunk(None) => return Ok(()),
                Event::Flush => self.flush(stretch)?,
            }
        }
    }

    /// Stop, sync, and leave to claim: whatever the pump wants now.
    async fn heed(&mut self, stretch: &mut Stretch) -> Result<(), Halt> {
        let wishes = *self.wishes.borrow_and_update();
        if wishes.stop {
            return Err(Halt::Stopped);
        }
        if wishes.acknowledged >= self.reported {
            self.unknown_file = false;
            self.claim_slot();
        }
        if wishes.syncs > self.synced_for {
            self.synced_for = wishes.syncs;
            self.flush(stretch)?;
            let _ = self.present.insert(ByteRange::new(stretch.from, stretch.at));
            self.sync_present().await.map_err(Fault::Disk)?;
            self.report(Report::Synced { synced: self.synced.clone() }).await;
        }
        Ok(())
    }

    async fn take(&mut self, stretch: &mut Stretch, mut bytes: Bytes) -> Result<(), Halt> {
        let length = bytes.len() as u64;
        if stretch.limit.is_some_and(|limit| stretch.incoming.saturating_add(length) > limit) {
            return Err(Fault::InvalidResponse(Lie::TooLong).into());
        }
        let known = stretch.from.saturating_sub(stretch.incoming).min(length);
        if known > 0 {
            let again = bytes.split_to(usize::try_from(known).unwrap_or(bytes.len()));
            self.compare(stretch.incoming, again).await?;
        }
        stretch.incoming += length;
        if bytes.is_empty() {
            return Ok(());
        }
        if bytes.len() >= WRITE_AT_ONCE {
            // What was gathered goes first, and the large chunk is written where it lies instead of being copied.
            self.flush(stretch)?;
            return self.write(stretch, &bytes);
        }
        while !bytes.is_empty() {
            let room = GATHER - stretch.buffer.len();
            stretch.gather(&bytes.split_to(room.min(bytes.len())));
            if stretch.buffer.len() >= GATHER {
                self.flush(stretch)?;
            }
        }
        Ok(())
    }

    /// Bytes that are here came again: they must be the same, or this is another file.
    async fn compare(&self, at: u64, again: Bytes) -> Result<(), Halt> {
        let Some(part) = self.part.clone() else { return Err(Fault::Disk(DiskFault::PartMissing).into()) };
        let same = on_disk(move || {
            let mut here = vec![0; again.len()];
            part.read_exact_at(&mut here, at)?;
            Ok(here == again)
        });
        if same.await? { Ok(()) } else { Err(Fault::SourceChanged(Change::Content).into()) }
    }

    fn flush(&self, stretch: &mut Stretch) -> Result<(), Halt> {
        let buffer = std::mem::take(&mut stretch.buffer);
        stretch.patience = None;
        if buffer.is_empty() {
            return Ok(());
        }
        let written = self.write(stretch, &buffer);
        stretch.buffer = buffer;
        stretch.buffer.clear();
        written
    }

    fn write(&self, stretch: &mut Stretch, bytes: &[u8]) -> Result<(), Halt> {
        let Some(part) = &self.part else { return Err(Fault::Disk(DiskFault::PartMissing).into()) };
        part.write_all_at(bytes, stretch.at)?;
        stretch.at += bytes.len() as u64;
        stretch.meter.advance(stretch.at);
        self.meter.add_received(bytes.len() as u64);
        if let Some(slot) = &self.slot {
            // A claim that cannot be noted is made by the next mark.
            let _ = slot.note(ByteRange::new(stretch.from, stretch.at));
        }
        if stretch.at - stretch.written_back >= WRITE_BACK {
            part.start_writeback(ByteRange::new(stretch.written_back, stretch.at));
            stretch.written_back = stretch.at;
        }
        Ok(())
    }

    /// The title is a kindness: a page that does not come soon is told of without it.
    async fn web_page(&mut self, answer: &Answer, body: Body) -> Fault {
        let gate = self.gate.clone();
        let head = async { Ok(tokio::time::timeout(PAGE_SOON, body.head_of(PAGE_HEAD, &gate)).await) };
        let title = match self.unless_stopped(head).await {
            Ok(Ok(text)) => naming::title_of(&text),
            Ok(Err(_)) | Err(_) => None,
        };
        Fault::WebPage { title, address: answer.url.clone() }
    }
}

/// One body on its way into the file.
struct Stretch {
    /// First byte that this body adds.
    from: u64,
    /// Written up to here.
    at: u64,
    /// Place in the file of the next byte of the body; before `from` while known bytes come again.
    incoming: u64,
    limit: Option<u64>,
    buffer: Vec<u8>,
    patience: Option<Pin<Box<Sleep>>>,
    meter: Arc<PartMeter>,
    written_back: u64,
}

enum Event {
    Wish(bool),
    Chunk(Option<Bytes>),
    Flush,
}

impl Stretch {
    const fn new(incoming: u64, from: u64, limit: Option<u64>, meter: Arc<PartMeter>) -> Self {
        Self {
            from,
            at: from,
            incoming,
            limit,
            buffer: Vec::new(),
            patience: None,
            meter,
            written_back: from,
        }
    }

    fn gather(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
        if self.patience.is_none() {
            self.patience = Some(Box::pin(tokio::time::sleep(GATHER_FOR)));
        }
    }

    async fn gathered_long_enough(&mut self) {
        match &mut self.patience {
            Some(patience) => patience.await,
            None => std::future::pending().await,
        }
    }
}
