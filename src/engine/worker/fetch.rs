//! Asking, judging the answer, and writing what is taken.

use std::rc::Rc;
use std::time::Duration;

use super::asker::{Known, Manner};
use super::swarm::{is_held, with_overlap};
use super::{Halt, Worker, on_disk};
use crate::coordinator::Begun;
use crate::disk::Part;
use crate::engine::serve::Order;
use crate::model::{Change, DiskFault, Expected, Fault, Lie, Origin, Validator};
use crate::protocol::{Answer, Body};
use crate::rules::answer::{self, Take, Verdict};
use crate::rules::digest::Extent;
use crate::rules::naming;
use crate::rules::resume::OVERLAP;
use crate::rules::segments::{self, Ask};

/// A web page's title stands near its top.
const PAGE_HEAD: usize = 16 << 10;
/// Nobody waits longer than this for it.
const PAGE_SOON: Duration = Duration::from_secs(2);

impl Worker {
    /// Fetches until nothing is missing.
    pub(super) async fn fetch(&mut self) -> Result<(), Halt> {
        let mut manner = Manner::Ranged;
        let mut claimed = None;
        while !self.complete
            && let Some(ask) = segments::next(self.total, &self.present)
        {
            let held_before = is_held(ask, &self.present);
            let ask = with_overlap(ask, &self.present, self.overlap);
            let (answer, body) = match self.first_or_next(ask, manner).await {
                Err(Halt::Fault(fault)) => {
                    self.turn_to_next(fault).await?;
                    (manner, claimed) = (Manner::Ranged, None);
                    continue;
                }
                answered => answered?,
            };
            match self.judge(ask, manner, claimed, &answer) {
                Verdict::Take(take) if !take.same && self.overlap == 0 => self.overlap = OVERLAP,
                Verdict::Take(take) if self.may_be_document(&take, &answer) => {
                    self.document(&take, body).await?;
                    self.no_document = true;
                }
                Verdict::Take(take) if self.check_size(&take).is_err() => {
                    let wrong = self.check_size(&take).err().unwrap_or(Fault::Disconnected);
                    self.turn_to_next(wrong).await?;
                }
                // Nothing lies right before this gap, so that what lies elsewhere is compared first.
                Verdict::Take(take) if !take.same && !held_before && !self.compared => {
                    drop(body);
                    self.compared = true;
                    let compared = self.compare_held(&take).await;
                    self.mirror_may_fail(compared).await?;
                }
                Verdict::Take(take) => {
                    self.begin(&take, &answer).await?;
                    self.read_links(&answer).await?;
                    let driven = self.drive(take, &answer, body).await;
                    self.mirror_may_fail(driven).await?;
                    manner = Manner::Ranged;
                }
                Verdict::AlreadyComplete { total } => {
                    let take = Take { start: 0, end: Some(total), ..self.empty_take(total) };
                    self.begin(&take, &answer).await?;
                    self.complete = true;
                }
                Verdict::AskPlainly => {
                    manner = Manner::Plain;
                    claimed = answer::claim(&answer.head);
                }
                Verdict::Refuse(Fault::InvalidResponse(Lie::NotTheFile)) => {
                    let page = self.web_page(&answer, body).await;
                    self.turn_to_next(page).await?;
                    (manner, claimed) = (Manner::Ranged, None);
                }
                Verdict::Refuse(fault) => {
                    self.turn_to_next(fault).await?;
                    (manner, claimed) = (Manner::Ranged, None);
                }
            }
        }
        Ok(())
    }

    fn judge(&self, ask: Ask, manner: Manner, claimed: Option<u64>, answer: &Answer) -> Verdict {
        let validator = self.known_of_lead();
        let known = Known {
            validator: validator.as_ref(),
            has_bytes: !self.present.is_empty(),
            name: self.job.transfer.target.name.as_ref(),
            claimed,
        };
        self.asker.judge(ask, manner, &known, answer)
    }

    /// Asks for the last bytes that are here and compares them.
    async fn compare_held(&mut self, take: &Take) -> Result<(), Halt> {
        let (Some(held), Some(part)) = (self.present.iter().next_back(), self.part.clone()) else {
            return Ok(());
        };
        let ask = Ask { from: held.end() - held.len().min(OVERLAP), to: Some(held.end()) };
        let (answer, body) = self.first_or_next(ask, Manner::Ranged).await?;
        match self.judge(ask, Manner::Ranged, take.seen.total, &answer) {
            Verdict::Take(take) if take.resumable => {}
            Verdict::Take(_) | Verdict::AlreadyComplete { .. } | Verdict::AskPlainly => {
                return Err(Fault::InvalidResponse(Lie::WrongRange).into());
            }
            Verdict::Refuse(fault) => return Err(fault.into()),
        }
        let gate = self.asker.gate.clone();
        let length = usize::try_from(held.end() - ask.from).unwrap_or_default();
        let again = self.unless_stopped(async move { Ok(body.head_of(length, &gate).await) }).await?;
        if again.is_empty() {
            return Err(Fault::Disconnected.into());
        }
        let same = on_disk(move || {
            let mut here = vec![0; again.len()];
            part.read_exact_at(&mut here, ask.from)?;
            Ok(here == again)
        });
        if same.await? { Ok(()) } else { Err(Fault::SourceChanged(Change::Content).into()) }
    }

    /// The answer that a dialog holds open is the first one, if it still fits.
    async fn first_or_next(&mut self, ask: Ask, manner: Manner) -> Result<(Answer, Body), Halt> {
        let held = self.job.probe.take().and_then(|probe| self.lane.take_probe(probe));
        if let Some(held) = held.filter(|held| ask.from == 0 && ask.to.is_none() && held.gate.check().is_ok())
        {
            return Ok((held.answer, held.body));
        }
        let asker = Rc::clone(&self.asker);
        self.unless_stopped(async move { asker.ask(ask, manner).await }).await
    }

    /// What is known now of the file; told once for each answer that is taken.
    async fn begin(&mut self, take: &Take, answer: &Answer) -> Result<(), Halt> {
        let first = self.validator.is_none();
        if first {
            // What a mirror says of its version means nothing at the file's own address.
            let total = take.seen.total;
            self.validator = Some(if self.lead == 0 {
                take.seen.clone()
            } else {
                Validator { total, ..Validator::default() }
            });
            self.total = take.seen.total;
        } else if self.total.is_none() {
            self.total = take.seen.total;
            if let Some(known) = &mut self.validator {
                known.total = take.seen.total;
            }
        }
        let expected = said_by(take, answer);
        if let Some(said) = &expected {
            let _ = self.check.learn(said);
        }
        let name = self.create_part(answer).await?;
        let Some(part) = self.record() else { return Err(Fault::Disk(DiskFault::PartMissing).into()) };
        let begun = Begun {
            name,
            part,
            boot: self.lane.shared.seal.boot,
            mount: self.part.as_ref().and_then(Part::mount),
            validator: self.validator.clone().unwrap_or_default(),
            resumable: take.resumable,
            response: answer.response(self.lane.shared.clock.now().wall),
            expected,
            from: take.start,
        };
        self.tell_begun(begun).await?;
        self.show(if take.resumable { Order::Any } else { Order::Stream });
        Ok(())
    }

    fn empty_take(&self, total: u64) -> Take {
        let seen = Validator { total: Some(total), ..self.validator.clone().unwrap_or_default() };
        Take { start: 0, end: None, seen, resumable: true, same: true }
    }

    /// The title is a kindness: a page that does not come soon is told of without it.
    async fn web_page(&mut self, answer: &Answer, body: Body) -> Fault {
        let gate = self.asker.gate.clone();
        let head = async move { Ok(tokio::time::timeout(PAGE_SOON, body.head_of(PAGE_HEAD, &gate)).await) };
        let title = match self.unless_stopped(head).await {
            Ok(Ok(text)) => naming::title_of(&text),
            Ok(Err(_)) | Err(_) => None,
        };
        Fault::WebPage { title, address: answer.url.clone() }
    }
}

/// The checksum of the whole file in the head of an answer.
fn said_by(take: &Take, answer: &Answer) -> Option<Expected> {
    let whole = take.start == 0 && take.end == take.seen.total;
    let extent = if whole { Extent::Whole } else { Extent::Stretch };
    answer.checksum(extent).map(|checksum| Expected { checksum, origin: Origin::Server })
}
