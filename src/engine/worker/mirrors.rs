//! Several places of one file: tried, used side by side, and given up when they fail or lie.

use std::rc::Rc;

use super::drive::Crew;
use super::stream::Stream;
use super::supply::Standing;
use super::swarm::Swarm;
use super::{Halt, Worker};
use crate::coordinator::Report;
use crate::model::{Fault, Method, Validator};
use crate::rules::resume::OVERLAP;
use crate::rules::segments::{Ending, Input, Order};

/// For less the mirrors are not bothered.
const WORTH: u64 = 1 << 20;
/// A connection that brought this much was worth its request.
const GAINED: u64 = 64 << 10;
/// A seat with less than this left to fetch keeps its connection.
const MOVE: u64 = 1 << 20;

impl Worker {
    /// Something says what the bytes must come to: without it nobody could tell who is wrong.
    pub(super) fn can_tell(&self) -> bool {
        self.check.expected.is_some() || self.check.pieces.is_some()
    }

    /// What is known of the version that the leading place serves.
    pub(super) fn known_of_lead(&self) -> Option<Validator> {
        let known = self.validator.clone()?;
        Some(if self.lead == 0 { known } else { Validator { total: known.total, ..Validator::default() } })
    }

    /// The place that leads gave this; another one leads from here on, if there is one.
    pub(super) async fn turn_to_next(&mut self, fault: Fault) -> Result<(), Halt> {
        // Which version is meant, only a checksum can say in the user's place.
        let unsure = is_of_the_file(&fault) && self.lead == 0 && !self.can_tell();
        if unsure || !is_of_the_place(&fault) || self.job.transfer.source.method != Method::default() {
            return Err(fault.into());
        }
        if self.lead == 0 {
            self.own_fault = Some(fault.clone());
        }
        let before = self.lead;
        self.supply.stand(before, Standing::Dropped);
        if !self.lead_on() {
            return Err(self.own_fault.take().unwrap_or(fault).into());
        }
        self.say_dropped(before, fault).await;
        Ok(())
    }

    /// A mirror in the lead that sends another file is none; at the file's own address that is a question.
    pub(super) async fn mirror_may_fail(&mut self, result: Result<(), Halt>) -> Result<(), Halt> {
        match result {
            Err(Halt::Fault(fault)) if self.lead != 0 && is_of_the_file(&fault) => {
                self.turn_to_next(fault).await
            }
            other => other,
        }
    }

    /// Makes the next place that may be asked the leading one. False: there is none.
    pub(super) fn lead_on(&mut self) -> bool {
        let next = self.supply.next().and_then(|number| Some((number, self.supply.get(number)?)));
        let Some((number, supplier)) = next else { return false };
        if number != self.lead {
            self.lead = number;
            self.asker = Rc::clone(&supplier.asker);
            // What it sends is compared with what is here before a byte of it is trusted.
            self.overlap = if self.present.is_empty() { self.overlap } else { OVERLAP };
            self.compared = false;
        }
        true
    }

    async fn say_dropped(&self, number: usize, fault: Fault) {
        if let Some(supplier) = self.supply.get(number) {
            let url = supplier.url.clone();
            self.report(Report::MirrorDropped { url, fault }).await;
        }
    }

    /// With a checksum, ranges and more than one connection, the mirrors take part.
    pub(super) fn test_mirrors(&self, swarm: &Rc<Swarm>, crew: &mut Crew) {
        self.supply.stand(self.lead, Standing::Admitted);
        let several = self.job.connections.fixed != Some(1) && crew.has_ranges();
        let left = self.total.unwrap_or_default().saturating_sub(self.present.bytes());
        if several && self.can_tell() && left >= WORTH && self.job.transfer.source.method == Method::default()
        {
            for number in self.supply.untried() {
                crew.admissions.push(Box::pin(Rc::clone(swarm).admit(number)));
            }
        }
    }

    pub(super) async fn on_admitted(
        &mut self,
        number: usize,
        result: Result<(), Halt>,
        swarm: &Swarm,
        crew: &mut Crew,
    ) -> Result<Vec<Order>, Halt> {
        match result {
            Ok(()) => {
                self.supply.stand(number, Standing::Admitted);
                if let Some(supplier) = self.supply.get(number) {
                    let place = self.lane.shared.hosts.place(supplier.asker.host());
                    let _ = crew.places.insert(number, place);
                }
                self.move_seats(swarm, crew)
            }
            Err(Halt::Fault(fault)) if is_of_the_place(&fault) => {
                self.supply.stand(number, Standing::Dropped);
                self.say_dropped(number, fault).await;
                Ok(Vec::new())
            }
            Err(halt) => Err(halt),
        }
    }

    /// Seats that belong to another place now end where they are and go on there.
    fn move_seats(&mut self, swarm: &Swarm, crew: &mut Crew) -> Result<Vec<Order>, Halt> {
        let moved: Vec<_> = swarm
            .streams
            .borrow()
            .values()
            .filter(|stream| {
                let room = swarm.planner.borrow().room(stream.part).unwrap_or_default();
                let elsewhere = swarm.supply.of_seat(stream.seat.0, swarm.lead) != stream.from_whom;
                elsewhere && room >= MOVE && !stream.written().is_empty()
            })
            .map(|stream| stream.part)
            .collect();
        let mut orders = Vec::new();
        for part in moved {
            crew.abort(part);
            if let Some(stream) = swarm.streams.borrow().get(&part).cloned() {
                swarm.flush(&stream)?;
            }
            let _ = swarm.close(part, &mut self.present);
            orders.extend(swarm.step(Input::Ended { part, ending: Ending::Ended }));
        }
        Ok(orders)
    }

    /// The connection failed, but the file lies elsewhere too: the plan goes on.
    pub(super) async fn others_can(&self, stream: &Stream, fault: &Fault, swarm: &Swarm) -> bool {
        let number = stream.from_whom;
        let alone = swarm.supply.admitted().iter().all(|other| *other == number);
        if !is_of_the_place(fault) || (number == swarm.lead && (alone || is_of_the_file(fault))) {
            return false;
        }
        let gained = stream.written().len() >= GAINED;
        if swarm.supply.failed(number, fault, gained) {
            self.say_dropped(number, fault.clone()).await;
        }
        true
    }
}

/// What a place did, as opposed to our disk, our permission or ourselves.
const fn is_of_the_place(fault: &Fault) -> bool {
    match fault {
        Fault::Disk(_)
        | Fault::SecretLost
        | Fault::HeaderLost
        | Fault::Panicked
        | Fault::Gated
        | Fault::ChecksumMismatch(_)
        | Fault::Upload(_) => false,
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
        | Fault::ProxyRefused { .. } => true,
    }
}

/// The leading place says that the file is another one: the user is asked, whatever the mirrors say.
const fn is_of_the_file(fault: &Fault) -> bool {
    matches!(fault, Fault::SourceChanged(_) | Fault::WebPage { .. })
}
