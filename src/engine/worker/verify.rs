//! Is it the file that was meant? The checksum is computed behind the transfer, from the cache of the kernel, and to the
//! end when every byte is here. Pieces tell which bytes are to be fetched again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::supply::{Blame, Number, Standing};
use super::{Halt, Worker};
use crate::coordinator::Report;
use crate::disk::{self, Digester, Part};
use crate::engine::lane::LaneState;
use crate::engine::meter::RunMeter;
use crate::model::{
    Algorithm, BadPiece, ByteRange, Checksum, DiskFault, Fault, Mismatch, Pieces, Search, Verdict,
};

/// Bytes hashed in one go: some milliseconds, so that transfers take turns and a stop is heard.
const SLICE: u64 = 4 << 20;
/// The follower is content to be this far behind.
const BEHIND: u64 = 1 << 20;
/// A piece that is wrong is fetched so many times where several places have it.
const TRIES_MOST: u32 = 4;
const LOOK: Duration = Duration::from_millis(200);
/// More than this is not in the cache any more when a run begins: to read it would slow down the writers.
const FOLLOW_FROM: u64 = 256 << 20;

/// What a check says of a file of which every byte is here.
pub(super) enum Checked {
    Sound,
    /// Some of it is to be fetched again.
    Again,
}

/// Hashes what lies before the first gap, while the rest still comes.
pub(super) struct Follower {
    lane: Rc<LaneState>,
    part: Part,
    meter: Arc<RunMeter>,
    algorithm: Algorithm,
    /// Away while it is being fed.
    digester: RefCell<Option<Digester>>,
    /// Bytes before this one are taken, or being taken.
    reached: Cell<u64>,
    /// Somebody wrote where it had been: what it knows is worth nothing.
    spoiled: Cell<bool>,
    over: Cell<bool>,
    nudge: Notify,
}

impl Follower {
    fn new(worker: &Worker, part: &Part, algorithm: Algorithm) -> Self {
        Self {
            lane: Rc::clone(&worker.lane),
            part: part.clone(),
            meter: Arc::clone(&worker.meter),
            algorithm,
            digester: RefCell::new(Some(Digester::new(algorithm))),
            reached: Cell::new(0),
            spoiled: Cell::new(false),
            over: Cell::new(false),
            nudge: Notify::new(),
        }
    }

    /// Until it is told that the run is over, or cannot read what is there.
    pub(super) async fn follow(self: Rc<Self>) {
        while !self.over.get() && !self.spoiled.get() {
            let (reached, end) = (self.reached.get(), self.meter.prefix());
            if end < reached + BEHIND {
                tokio::select! {
                    () = tokio::time::sleep(LOOK) => {}
                    () = self.nudge.notified() => {}
                }
                continue;
            }
            let Some(digester) = self.digester.take() else { return };
            let end = end.min(reached + SLICE);
            self.reached.set(end);
            // Whoever reads the whole of it later says what is wrong with the disk.
            let Ok(digester) = feed(&self.lane, digester, &self.part, end).await else { return };
            let _ = self.digester.replace(Some(digester));
        }
    }

    pub(super) fn end(&self) {
        self.over.set(true);
        self.nudge.notify_one();
    }

    /// Bytes are about to be written here.
    pub(super) fn overtaken_at(&self, at: u64) {
        if at < self.reached.get() {
            self.spoiled.set(true);
        }
    }

    fn take(&self, algorithm: Algorithm) -> Option<Digester> {
        let digester = self.digester.take();
        digester.filter(|_| self.algorithm == algorithm && !self.spoiled.get())
    }
}

impl Worker {
    /// From here on the checksum is computed behind the writers, if one is known.
    pub(super) fn follow(&mut self, part: &Part) {
        let algorithm = match (&self.check.expected, self.check.search) {
            (Some(expected), _) => Some(expected.checksum.algorithm()),
            // What most lists hold.
            (None, Search::Beside) => Some(Algorithm::Sha256),
            (None, Search::No) => None,
        };
        let wanted =
            algorithm.filter(|_| self.check.verdict.is_none() && self.present.bytes() <= FOLLOW_FROM);
        if let Some(follower) = &self.follower {
            follower.over.set(false);
        } else if let Some(algorithm) = wanted {
            self.follower = Some(Rc::new(Follower::new(self, part, algorithm)));
        }
    }

    /// Every byte is here: are they the right ones?
    pub(super) async fn verify(&mut self) -> Result<Checked, Halt> {
        let total = self.total.unwrap_or_default();
        let known = match self.check.verdict {
            Some(Verdict::Verified) => self.meter.received() == 0,
            Some(Verdict::Mismatch) => true,
            None => self.check.expected.is_none() && self.check.pieces.is_none(),
        };
        if known || !self.present.covers(total) {
            return Ok(Checked::Sound);
        }
        self.meter.set_connections(0);
        self.report(Report::Checking).await;
        let found = match self.check.expected.clone() {
            Some(expected) => {
                let found = self.digest(expected.checksum.algorithm(), total).await?;
                if found == expected.checksum {
                    return self.verified().await;
                }
                Some(found)
            }
            None => None,
        };
        let mismatch = |expected: Option<Checksum>, origin| Mismatch { origin, expected, found, piece: None };
        let wrong = mismatch(
            self.check.expected.as_ref().map(|expected| expected.checksum.clone()),
            self.check.origin(),
        );
        let Some(pieces) = self.check.pieces.clone().filter(|pieces| pieces.fit(total)) else {
            return match wrong.expected {
                Some(_) => self.without_mirrors(wrong).await,
                // They are of another file: nothing can be said of this one.
                None => Ok(Checked::Sound),
            };
        };
        let bad = self.bad_pieces(&pieces, total).await?;
        match (bad.is_empty(), &wrong.expected) {
            (true, None) => self.verified().await,
            (true, Some(_)) => Err(Fault::ChecksumMismatch(Box::new(wrong)).into()),
            (false, _) => self.fetch_again(&pieces, &bad, wrong).await,
        }
    }

    /// The name is given when a commit knows it.
    async fn verified(&mut self) -> Result<Checked, Halt> {
        let liars: Vec<_> = self.supply.cleared_suspects(&[]).into_iter().collect();
        self.say_lied(&liars).await;
        self.check.verdict = Some(Verdict::Verified);
        self.reported += 1;
        self.report(Report::Verified).await;
        Ok(Checked::Sound)
    }

    async fn digest(&mut self, algorithm: Algorithm, total: u64) -> Result<Checksum, Halt> {
        let begun = self.follower.take().and_then(|follower| follower.take(algorithm));
        let mut digester = begun.unwrap_or_else(|| Digester::new(algorithm));
        loop {
            let end = total.min(digester.at() + SLICE);
            digester = self.feed(digester, end).await?;
            if digester.at() >= total {
                break;
            }
        }
        let broken = Fault::Disk(DiskFault::PartTruncated);
        Checksum::new(algorithm, digester.value()).map_err(|_| broken.into())
    }

    async fn bad_pieces(&mut self, pieces: &Pieces, total: u64) -> Result<Vec<usize>, Halt> {
        let mut bad = Vec::new();
        for index in 0..pieces.count() {
            let range = pieces.range(index, total);
            let mut digester = Digester::from(pieces.algorithm(), range.start());
            while digester.at() < range.end() {
                let end = range.end().min(digester.at() + SLICE);
                digester = self.feed(digester, end).await?;
            }
            if !pieces.matches(index, &digester.value()) {
                bad.push(index);
            }
        }
        Ok(bad)
    }

    async fn feed(&mut self, digester: Digester, end: u64) -> Result<Digester, Halt> {
        let part = self.part.clone().ok_or(Fault::Disk(DiskFault::PartMissing))?;
        let lane = Rc::clone(&self.lane);
        let fed = async move { feed(&lane, digester, &part, end).await.map_err(Halt::from) };
        self.unless_stopped(fed).await
    }

    /// What is right is made to last and what is wrong is given up, in this order and both committed, before a byte of it
    /// is written again. A piece that is wrong twice is a question.
    async fn fetch_again(
        &mut self,
        pieces: &Pieces,
        bad: &[usize],
        wrong: Mismatch,
    ) -> Result<Checked, Halt> {
        let total = self.total.unwrap_or_default();
        let ranges: Vec<_> = bad.iter().map(|index| (*index, pieces.range(*index, total))).collect();
        let blame = self.supply.blame(&ranges);
        let others = match &blame {
            Blame::Liars(liars) => {
                self.say_lied(liars).await;
                self.lead_on()
            }
            Blame::Unclear => self.lead_on(),
            Blame::Nobody => false,
        };
        let most = if others { TRIES_MOST } else { 1 };
        let ranged = self.begun.as_ref().map_or(self.job.transfer.resumable, |begun| Some(begun.resumable));
        let hopeless =
            bad.iter().find(|index| self.wrong_before.get(*index).is_some_and(|tries| *tries >= most));
        let hopeless = if ranged == Some(true) { hopeless } else { bad.first() };
        if let Some(index) = hopeless {
            let (index, count) = (*index as u64, pieces.count() as u64);
            let piece = BadPiece { index, count, range: pieces.range(bad_index(index), total) };
            return Err(Fault::ChecksumMismatch(Box::new(Mismatch { piece: Some(piece), ..wrong })).into());
        }
        for index in bad {
            *self.wrong_before.entry(*index).or_default() += 1;
        }
        self.give_up_bytes(ranges.into_iter().map(|(_, range)| range).collect()).await?;
        Ok(Checked::Again)
    }

    /// Nobody knows which bytes are wrong. Those that mirrors brought are fetched once more from the file's own address.
    async fn without_mirrors(&mut self, wrong: Mismatch) -> Result<Checked, Halt> {
        let theirs = self.supply.of_mirrors();
        if theirs.is_empty() || self.supply.is_dropped(0) || self.lead != 0 {
            return Err(Fault::ChecksumMismatch(Box::new(wrong)).into());
        }
        let mirrors: Vec<_> = self.supply.admitted().into_iter().filter(|number| *number != 0).collect();
        for number in &mirrors {
            self.supply.stand(*number, Standing::Dropped);
        }
        self.say_lied(&mirrors).await;
        self.give_up_bytes(theirs).await?;
        Ok(Checked::Again)
    }

    async fn say_lied(&self, liars: &[Number]) {
        for liar in liars.iter().filter_map(|number| self.supply.get(*number)) {
            self.report(Report::MirrorLied { url: liar.url.clone() }).await;
        }
    }

    async fn give_up_bytes(&mut self, bad: Vec<ByteRange>) -> Result<(), Halt> {
        self.sync_present().await.map_err(Fault::Disk)?;
        self.slots.clear();
        for range in &bad {
            self.present.remove(*range);
            self.synced.remove(*range);
            self.meter.lower(*range);
        }
        self.supply.forget(&bad);
        self.follower = None;
        self.complete = false;
        self.reported += 1;
        self.report(Report::Bad { bad, synced: self.synced.clone() }).await;
        self.known().await
    }
}

/// At most so many pieces as fit the memory.
fn bad_index(index: u64) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

/// On the thread for it, up to `end`.
async fn feed(
    lane: &LaneState,
    mut digester: Digester,
    part: &Part,
    end: u64,
) -> Result<Digester, disk::Error> {
    let broken = || disk::Error::Short { doing: "read", path: part.path().to_owned() };
    let hashing = lane.hashing().map_err(|_| broken())?;
    let read = part.clone();
    let fed = hashing.run(move || {
        while !digester.step(&read, end)? {}
        Ok(digester)
    });
    fed.await.unwrap_or_else(|| Err(broken()))
}
