//! Time in steps of a few milliseconds, requests and their bytes, and the promises of the planner checked after each step.

use std::collections::BTreeMap;

use longshore::model::{Boot, ByteRange, RangeSet, Span};
use longshore::rules::segments::{
    CONNECTIONS_MOST, Choice, Copy, Ending, Input, Order, PartId, Plan, Planner, Ranges, Seat,
};

use super::host::{Host, Tells};

/// Milliseconds from step to step, and between two writes of the host.
const STEP: u64 = 4;
const WRITE: u64 = 20;
/// Nothing takes longer.
const END: u64 = 600_000;

#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub millis: u64,
    pub size: u64,
    /// Bytes the host sent.
    pub sent: u64,
    pub requests: u64,
    /// Connections at once.
    pub most: usize,
    pub remembered: Option<u16>,
    pub gave_up: bool,
}

struct Request {
    seat: Seat,
    /// Number of the connection; `None`: it was refused.
    number: Option<usize>,
    ready: u64,
    /// Next byte and end of the answer.
    at: u64,
    end: u64,
    brought: u64,
    /// Thousandths of a byte that are due.
    due: u64,
    told: bool,
}

struct World {
    host: Host,
    planner: Planner,
    now: u64,
    requests: BTreeMap<PartId, Request>,
    /// Connections whose answer was read to its end, by seat.
    kept: BTreeMap<Seat, usize>,
    /// Closed by us, not yet noticed by the host.
    closing: Vec<u64>,
    next_number: usize,
    written: RangeSet,
    outcome: Outcome,
}

pub(super) fn fetch(host: Host, choice: Choice) -> Outcome {
    let plan = Plan {
        total: None,
        ranges: Ranges::Unknown,
        present: RangeSet::new(),
        choice,
        budget: 16,
        remembered: None,
        patience: Span::seconds(20),
    };
    let outcome = Outcome { size: host.size, ..Outcome::default() };
    let mut world = World {
        planner: Planner::new(plan, Boot(0)),
        host,
        now: 0,
        requests: BTreeMap::new(),
        kept: BTreeMap::new(),
        closing: Vec::new(),
        next_number: 0,
        written: RangeSet::new(),
        outcome,
    };
    world.step(Input::Tick);
    while !world.planner.is_complete() && !world.outcome.gave_up {
        world.now += STEP;
        assert!(world.now < END, "it never ends");
        world.live();
    }
    world.outcome.millis = world.now;
    if !world.outcome.gave_up {
        assert!(world.written.covers(world.host.size), "holes");
    }
    world.outcome
}

impl World {
    fn live(&mut self) {
        let now = self.now;
        self.closing.retain(|noticed| *noticed > now);
        let flowing = self.requests.values().filter(|request| request.ready <= now).count();
        let share = self.host.share(flowing);
        let parts: Vec<PartId> = self.requests.keys().copied().collect();
        for part in parts {
            self.serve(part, share);
        }
        if self.planner.due().is_some_and(|due| due.0 <= now) {
            self.step(Input::Tick);
        }
        assert!(
            !self.requests.is_empty()
                || self.planner.is_complete()
                || self.planner.due().is_some()
                || self.outcome.gave_up,
            "nothing to wait for"
        );
    }

    fn serve(&mut self, part: PartId, share: u64) {
        let now = self.now;
        let Some(request) = self.requests.get_mut(&part).filter(|request| request.ready <= now) else {
            return;
        };
        if self.host.dies.is_some_and(|at| at <= now) {
            return self.end(part, Ending::Broke);
        }
        let Some(number) = request.number else {
            return self.end(part, Ending::Refused { after: Some(Span::seconds(1)) });
        };
        if !request.told {
            request.told = true;
            let size = self.host.size;
            let input = match self.host.tells {
                Tells::Ranges => Input::Learned { total: Some(size), ranges: Ranges::Proven },
                Tells::NoRanges => Input::Learned { total: Some(size), ranges: Ranges::Refused },
                Tells::Nothing => Input::Learned { total: None, ranges: Ranges::Refused },
            };
            self.step(input);
        }
        let Some(request) = self.requests.get_mut(&part) else { return };
        request.due += self.host.pace(number, now).min(share) * STEP;
        if self.host.stall.is_some_and(|(stalled, after)| stalled == number && request.brought >= after) {
            return;
        }
        // The host writes every so often; on a fast line that is every step.
        if (now - request.ready) % WRITE >= STEP && self.host.line.is_none() {
            return;
        }
        let sent = (request.due / 1000).min(request.end - request.at);
        request.due -= sent * 1000;
        self.outcome.sent += sent;
        request.brought += sent;
        self.take(part, sent);
    }

    /// Bytes of an answer arrive.
    fn take(&mut self, part: PartId, sent: u64) {
        let Some(request) = self.requests.get_mut(&part) else { return };
        let Some(room) = self.planner.room(part) else { panic!("{part:?} was dropped without a word") };
        let taken = sent.min(room);
        self.written.insert(ByteRange::new(request.at, request.at + taken)).unwrap();
        request.at += taken;
        self.planner.progress(part, request.at, Boot(self.now));
        let cut = self.host.cut.is_some_and(|cut| request.brought >= cut);
        if room == taken || request.at == request.end || cut {
            if request.at == request.end
                && !cut
                && let Some(number) = request.number
            {
                let _ = self.kept.insert(request.seat, number);
                let _ = self.requests.remove(&part);
                return self.step(Input::Ended { part, ending: Ending::Ended });
            }
            self.end(part, Ending::Ended);
        }
    }

    /// The connection is closed by one side or the other.
    fn end(&mut self, part: PartId, ending: Ending) {
        self.close(part);
        self.step(Input::Ended { part, ending });
    }

    fn close(&mut self, part: PartId) {
        let Some(request) = self.requests.remove(&part) else { return };
        if let Some(number) = request.number {
            // Until it notices, the host goes on sending.
            if self.host.cut.is_none_or(|cut| request.brought < cut) && request.brought > 0 {
                let lost = self.host.pace(number, self.now) * WRITE / 1000;
                self.outcome.sent += lost.min(request.end - request.at);
            }
            self.closing.push(self.now + WRITE);
        }
    }

    fn step(&mut self, input: Input) {
        let orders = self.planner.step(input, Boot(self.now));
        for order in orders {
            match order {
                Order::Fetch { part, seat, ask, .. } => self.ask(part, seat, ask.from, ask.to),
                Order::Shorten { part, end } => {
                    let request = &self.requests[&part];
                    assert!(request.at <= end, "{part:?} is past its new end");
                }
                Order::Drop { part } => self.close(part),
                Order::Remember { connections } => self.outcome.remembered = Some(connections),
                Order::GiveUp => self.outcome.gave_up = true,
            }
        }
        self.check();
    }

    fn ask(&mut self, part: PartId, seat: Seat, from: u64, to: Option<u64>) {
        self.outcome.requests += 1;
        let open = self.requests.len() + self.closing.len() + self.kept.len();
        let number = match self.kept.remove(&seat) {
            Some(number) => Some(number),
            None if self.host.most.is_some_and(|most| open >= most) => None,
            None => {
                self.next_number += 1;
                Some(self.next_number - 1)
            }
        };
        let end = to.unwrap_or(self.host.size).min(self.host.size);
        let ready = self.now + self.host.first;
        let request = Request { seat, number, ready, at: from, end, brought: 0, due: 0, told: false };
        let _ = self.requests.insert(part, request);
        let open = self.requests.values().filter(|request| request.number.is_some()).count();
        self.outcome.most = self.outcome.most.max(open);
    }

    /// Present bytes and parts are apart from each other unless a copy is declared, and every request has its part.
    fn check(&self) {
        let parts: Vec<_> = self.planner.parts(Boot(self.now)).collect();
        assert!(parts.len() <= usize::from(CONNECTIONS_MOST));
        for (index, part) in parts.iter().enumerate() {
            assert!(part.start <= part.at && part.at <= part.end, "{part:?}");
            let request = self.requests.get(&part.id).expect("a part that was never asked for");
            assert_eq!(request.at, part.at);
            assert!(part.end <= request.end.max(part.at) || self.planner.total().is_none(), "{part:?}");
            for other in &parts[index + 1..] {
                let declared = other.copy == Copy::Of(part.id) || part.copy == Copy::Of(other.id);
                let apart = part.end <= other.start || other.end <= part.start;
                assert!(apart || declared, "{part:?} and {other:?}");
            }
        }
        assert_eq!(parts.len(), self.requests.len(), "requests nobody planned");
    }
}
