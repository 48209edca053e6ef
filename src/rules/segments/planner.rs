//! The plan of one file: what is here, who fetches what, and what happens next.

mod endings;
mod fill;
mod reading;
mod watch;

use super::crew::{Choice, Clock, Crew, Look};
use super::heads::{HeadId, Heads};
use super::part::{Copy, Issue, Part, PartId, PartView, Seat};
use super::{Ask, OPEN, gaps};
use crate::model::{Boot, ByteRange, RangeSet, Span};

/// What is known before the first request.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Length of the file in bytes.
    pub total: Option<u64>,
    pub ranges: Ranges,
    /// Bytes that need not be fetched: those that are here, and those nobody wants.
    pub present: RangeSet,
    pub choice: Choice,
    /// Connections this transfer may hold now, given what others hold to the same host; at least 1 is used.
    pub budget: u16,
    /// A limit of the host learnt within the last day.
    pub remembered: Option<u16>,
    /// How long all connections may be silent together before they are given up.
    pub patience: Span,
}

/// Can the server send parts of the file?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ranges {
    /// Nobody has seen a 206 yet: one connection.
    Unknown,
    /// An answer to a ranged request was a 206 with the right range.
    Proven,
    /// It answers with the whole file: one connection for good.
    Refused,
}

/// What happened. Bytes are reported by [`Planner::progress`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Nothing but time; wanted at [`Planner::due`].
    Tick,
    /// An answer was accepted; sent before its first bytes.
    Learned {
        total: Option<u64>,
        ranges: Ranges,
    },
    /// Reports of parts that are dropped or over are ignored.
    Ended {
        part: PartId,
        ending: Ending,
    },
    /// Somebody reads the file here.
    Read {
        head: HeadId,
        at: u64,
    },
    ReadClosed(HeadId),
    /// Bytes that are here turned out wrong and are to be fetched again.
    Bad(ByteRange),
    Connections(Choice),
    Budget(u16),
    /// Another network, or another link to the same file: every connection is dropped, every byte kept.
    Renew(Ranges),
    /// Another file: every connection is dropped, and this is what is here of it.
    Restart {
        total: Option<u64>,
        present: RangeSet,
    },
}

/// How an answer ended. What ends the whole run (a changed file, a full disk) is not asked of the planner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The part's end was reached, or the body ended cleanly: before the part's end that is a cut.
    Ended,
    /// The connection broke or never came about.
    Broke,
    /// The host wants fewer connections (429, 503, refused), and how long it asked to be left alone.
    Refused { after: Option<Span> },
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Fetch {
        part: PartId,
        seat: Seat,
        ask: Ask,
        copy: Copy,
    },
    /// The part ends here now, never before what [`Planner::progress`] reported. Whoever asks [`Planner::room`] before
    /// each write knows already.
    Shorten {
        part: PartId,
        end: u64,
    },
    /// Abort the request. What was reported as progress must still be written.
    Drop {
        part: PartId,
    },
    /// The host allows so many connections: worth knowing for a day.
    Remember {
        connections: u16,
    },
    /// Nothing moves and nothing can be tried any more: the run ends with the last fault, and the transfer's own pause
    /// between tries begins.
    GiveUp,
}

#[derive(Debug, Clone, Copy)]
struct Chair {
    seat: Seat,
    /// Endings in a row that brought nothing.
    strikes: u32,
    /// Does not ask before.
    rest: Boot,
    /// Bytes a second of its connection, if that can be used again.
    rate: Option<u64>,
    /// Bytes a second of its last connection that was measured.
    last: Option<u64>,
}

/// State and decisions of one run of one download. Pure: time is an argument.
#[derive(Debug, Clone)]
pub struct Planner {
    total: Option<u64>,
    ranges: Ranges,
    present: RangeSet,
    /// At most one per seat, hence at most `CONNECTIONS_MOST`.
    parts: Vec<Part>,
    chairs: Vec<Chair>,
    crew: Crew,
    heads: Heads,
    patience: Span,
    lead: Option<u64>,
    mean: Option<u64>,
    next_part: u64,
    received: u64,
    twice: u64,
    strikes: u32,
    replaced: Option<Boot>,
    given_up: bool,
    stepped: Boot,
    orders: Vec<Order>,
}

/// First guess of the time to a first byte, in milliseconds.
const LEAD: u64 = 50;
/// First guess of a rate, in bytes a second.
const RATE: u64 = 1 << 20;

impl Planner {
    /// Asks for nothing yet: the first [`Planner::step`] does.
    pub fn new(plan: Plan, now: Boot) -> Self {
        Self {
            total: plan.total,
            ranges: plan.ranges,
            present: plan.present,
            parts: Vec::new(),
            chairs: Vec::new(),
            crew: Crew::new(plan.choice, plan.budget, plan.remembered, now),
            heads: Heads::default(),
            patience: plan.patience,
            lead: None,
            mean: None,
            next_part: 0,
            received: 0,
            twice: 0,
            strikes: 0,
            replaced: None,
            given_up: false,
            stepped: now,
            orders: Vec::new(),
        }
    }

    /// Takes in what happened and says what is to be done, in this order.
    pub fn step(&mut self, input: Input, now: Boot) -> Vec<Order> {
        self.stepped = now;
        match input {
            Input::Tick => {}
            Input::Learned { total, ranges } => self.learned(total, ranges),
            Input::Ended { part, ending } => self.ended(part, ending, now),
            Input::Read { head, at } => self.heads.read(head, at, now),
            Input::ReadClosed(head) => self.heads.close(head),
            Input::Bad(range) => self.bad(range),
            Input::Connections(choice) => self.crew.choose(choice),
            Input::Budget(budget) => self.crew.set_budget(budget),
            Input::Renew(ranges) => {
                self.ranges = ranges;
                self.start_over(now);
            }
            Input::Restart { total, present } => {
                self.start_over(now);
                (self.total, self.present, self.ranges) = (total, present, Ranges::Unknown);
            }
        }
        self.plan(now);
        std::mem::take(&mut self.orders)
    }

    /// Every byte of `part` before `to` is taken: written, or kept and written before anything else happens to the
    /// part. The same `to` again says that the connection lives but may not go on (a rate limit). O(parts).
    pub fn progress(&mut self, part: PartId, to: u64, now: Boot) {
        let Some(part) = self.parts.iter_mut().find(|other| other.id == part) else { return };
        let new = to.min(part.end).saturating_sub(part.at);
        if new > 0 && part.first_byte.is_none() {
            part.first_byte = Some(now);
            part.mark = (part.at + new, now);
            let lead = (now - part.asked_at).0;
            self.lead = Some(self.lead.map_or(lead, |old| (3 * old + lead) / 4));
        }
        part.alive = now;
        part.pace.add(new, now);
        part.at += new;
        self.received += new;
        if part.taken().len() >= endings::GAINED {
            self.strikes = 0;
        }
    }

    /// Bytes `part` may still take; `None` when it is dropped or over. While the length is unknown there is no bound
    /// but [`OPEN`].
    pub fn room(&self, part: PartId) -> Option<u64> {
        self.parts.iter().find(|other| other.id == part).map(Part::left)
    }

    /// When it wants an [`Input::Tick`]; changes with each step only.
    pub fn due(&self) -> Option<Boot> {
        let now = self.stepped;
        if self.given_up || self.is_complete() {
            return None;
        }
        let resting = self.idle().map(|chair| chair.rest).filter(|rest| *rest > now);
        let looking = (!self.parts.is_empty()).then(|| self.crew.due(now)).flatten();
        let helping = self.can_help(now).then_some(now + watch::LOOK);
        let silent = self.parts.iter().map(|part| part.alive + watch::STALL);
        let late = |at: Boot| if at > now { at } else { now + watch::LOOK };
        resting.chain(looking).chain(helping).chain(silent).chain(self.heads.due()).map(late).min()
    }

    /// All there is to fetch is here.
    pub fn is_complete(&self) -> bool {
        self.total.is_some_and(|total| self.present.covers(total))
    }

    /// What is here, as far as parts that are over go; bytes that were not wanted count as here.
    pub const fn present(&self) -> &RangeSet {
        &self.present
    }

    pub const fn total(&self) -> Option<u64> {
        self.total
    }

    /// Reading elsewhere than behind the writer can be served.
    pub fn can_seek(&self) -> bool {
        self.ranges == Ranges::Proven
    }

    pub fn parts(&self, now: Boot) -> impl Iterator<Item = PartView> + '_ {
        self.parts.iter().map(move |part| part.view(now))
    }

    /// Connections at work.
    pub fn connections(&self) -> u16 {
        count(self.parts.len())
    }

    /// Bytes that came although they were here already, as far as parts that are over go.
    pub const fn twice(&self) -> u64 {
        self.twice
    }

    /// Bytes taken in all.
    pub const fn received(&self) -> u64 {
        self.received
    }

    fn plan(&mut self, now: Boot) {
        if self.is_complete() {
            self.drop_all(now);
        } else if !self.given_up {
            self.heads.expire(now);
            self.replace_silent(now);
            self.replace_slow(now);
            if !self.given_up {
                if self.crew.look(&self.look(now)) == Clock::Restart {
                    for part in self.parts.iter_mut().filter(|part| part.first_byte.is_some()) {
                        part.mark = (part.at, part.alive);
                    }
                }
                self.trim(now);
                self.serve_heads(now);
                self.fill(now);
            }
        }
        self.tell();
    }

    fn look(&self, now: Boot) -> Look {
        let taken: u64 = self.parts.iter().map(|part| part.taken().len()).sum();
        let left = self.total.unwrap_or(OPEN).saturating_sub(self.present.bytes().saturating_add(taken));
        Look {
            now,
            rate: self.parts.iter().map(|part| part.since_mark(now)).fold(0, u64::saturating_add),
            flowing: count(self.parts.iter().filter(|part| part.first_byte.is_some()).count()),
            working: count(self.parts.len()),
            lead: self.lead_or_guess(),
            left,
        }
    }

    /// Orders for what the step left of its plans.
    fn tell(&mut self) {
        let total = self.total;
        for part in &mut self.parts {
            match part.issue {
                Issue::Fresh => {
                    let ask = part.ask(total);
                    self.orders.push(Order::Fetch { part: part.id, seat: part.seat, ask, copy: part.copy });
                    part.issue = Issue::Sent { asked: part.end, told: part.end };
                }
                Issue::Sent { asked, told } if told != part.end => {
                    self.orders.push(Order::Shorten { part: part.id, end: part.end });
                    part.issue = Issue::Sent { asked, told: part.end };
                }
                Issue::Sent { .. } => {}
            }
        }
    }

    fn learned(&mut self, total: Option<u64>, ranges: Ranges) {
        if self.ranges != Ranges::Refused && ranges != Ranges::Unknown {
            self.ranges = ranges;
        }
        if self.total.is_none() {
            self.total = total;
        }
        if let Some(total) = self.total {
            for part in &mut self.parts {
                part.end = part.end.min(total.max(part.at));
                if let Issue::Sent { asked, told } = part.issue
                    && asked == OPEN
                {
                    part.issue = Issue::Sent { asked: total, told };
                }
            }
        }
    }

    fn bad(&mut self, range: ByteRange) {
        for index in 0..self.parts.len() {
            let taken = self.parts[index].taken();
            self.settle(taken);
            self.parts[index].start = self.parts[index].at;
        }
        self.present.remove(range);
        self.given_up = false;
    }

    fn start_over(&mut self, now: Boot) {
        self.drop_all(now);
        self.chairs.clear();
        self.crew.again();
        (self.lead, self.mean, self.replaced) = (None, None, None);
        (self.strikes, self.given_up) = (0, false);
    }

    fn drop_all(&mut self, now: Boot) {
        while let Some(last) = self.parts.len().checked_sub(1) {
            self.retire(last, now);
        }
    }

    /// What nobody has and nobody fetches, in file order; without a known length the one open end.
    fn gaps(&self) -> Vec<ByteRange> {
        let working: Vec<_> = self.parts.iter().map(|part| ByteRange::new(part.start, part.end)).collect();
        gaps(self.total.unwrap_or(OPEN), &self.present, &working)
    }

    fn lead_or_guess(&self) -> u64 {
        self.lead.unwrap_or(LEAD)
    }

    fn chair(&mut self, seat: Seat) -> Option<&mut Chair> {
        self.chairs.iter_mut().find(|chair| chair.seat == seat)
    }

    /// Chairs without a part.
    fn idle(&self) -> impl Iterator<Item = &Chair> {
        self.chairs.iter().filter(|chair| self.parts.iter().all(|part| part.seat != chair.seat))
    }

    fn assign(&mut self, seat: Seat, range: ByteRange, copy: Copy, now: Boot) -> PartId {
        let id = PartId(self.next_part);
        self.next_part += 1;
        self.parts.push(Part::new(id, seat, range, copy, now));
        id
    }
}

fn count(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests;
