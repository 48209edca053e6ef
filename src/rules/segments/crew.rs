//! How many connections one file gets.

use super::pace::{millis, scale};
use crate::model::{Boot, Span};

/// What the user said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// Found out by measuring, up to [`AUTOMATIC_MOST`].
    #[default]
    Automatic,
    /// So many as soon as the server has proven ranges; 1 to [`CONNECTIONS_MOST`].
    Fixed(u16),
}

/// More rarely help anyone (measured: 8 are 20 times as fast as one on a lossy path, 16 are 25 times).
pub const AUTOMATIC_MOST: u16 = 8;
pub const CONNECTIONS_MOST: u16 = 32;
/// Connections to one host over all transfers.
pub const HOST_MOST: u16 = 16;

/// A shorter look says nothing about a connection that has just begun.
const LOOK: u64 = 120;
/// After so long without a rise there is none.
const PATIENCE: u64 = 600;
/// Per cent of the rate before: worth doubling again; at least worth keeping; a loss that need not be watched for long.
const RISES: u64 = 115;
const HELPS: u64 = 105;
const FALLS: u64 = 90;
/// More connections are not worth asking for when the rest comes in less.
const WORTH: u64 = 1_000;
/// Rest between two attempts to grow: doubles from the first to the second.
const PAUSES: (u64, u64) = (1_000, 30_000);
/// How long a refusal holds before one more connection is tried; doubles up to the second with each new refusal.
const REFUSAL_HOLDS: (u64, u64) = (30_000, 480_000);

/// What the crew is judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub now: Boot,
    /// Bytes a second of all connections together, since [`Clock::Restart`] was last said.
    pub rate: u64,
    /// Connections whose bytes flow, and those that are asked for or at work.
    pub flowing: u16,
    pub working: u16,
    /// Milliseconds to a first byte.
    pub lead: u64,
    /// Bytes nobody has yet.
    pub left: u64,
}

/// Whether the rate is to be measured afresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    Runs,
    Restart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// As many as there are, nothing measured; the clock runs since then.
    Unmeasured(Option<Boot>),
    /// Went from `from` to the present number at `since`; the clock runs once all of them flow.
    Growing { from: u16, base: u64, since: Boot, clock: Option<Boot> },
    /// Stays as it is until then; what is measured meanwhile is what the next attempt is compared with.
    Steady { until: Boot },
}

#[derive(Debug, Clone, Copy)]
struct Ceiling {
    most: u16,
    until: Boot,
    held: u64,
    /// The last refusal.
    since: Boot,
}

#[derive(Debug, Clone)]
pub(super) struct Crew {
    choice: Choice,
    budget: u16,
    ceiling: Option<Ceiling>,
    number: u16,
    phase: Phase,
    pause: u64,
}

impl Crew {
    /// `remembered`: the host refused more than so many within the last day.
    pub(super) fn new(choice: Choice, budget: u16, remembered: Option<u16>, now: Boot) -> Self {
        let held = REFUSAL_HOLDS.1;
        let ceiling =
            remembered.map(|most| Ceiling { most: most.max(1), until: now + Span(held), held, since: now });
        Self { choice, budget, ceiling, number: 1, phase: Phase::Unmeasured(None), pause: PAUSES.0 }
    }

    pub(super) fn choose(&mut self, choice: Choice) {
        self.choice = choice;
        self.again();
    }

    pub(super) fn set_budget(&mut self, budget: u16) {
        self.budget = budget;
    }

    /// A new network or a new server: what was learnt about speed does not hold. The number in use is kept.
    pub(super) fn again(&mut self) {
        self.phase = Phase::Unmeasured(None);
        self.pause = PAUSES.0;
    }

    /// Connections that may be open now.
    pub(super) fn number(&self) -> u16 {
        match self.choice {
            Choice::Automatic => self.number.min(self.most()),
            Choice::Fixed(_) => self.most(),
        }
    }

    pub(super) fn ceiling(&self) -> Option<u16> {
        self.ceiling.map(|ceiling| ceiling.most)
    }

    fn most(&self) -> u16 {
        let wanted = match self.choice {
            Choice::Automatic => AUTOMATIC_MOST,
            Choice::Fixed(number) => number.min(CONNECTIONS_MOST),
        };
        wanted.min(self.budget).min(self.ceiling().unwrap_or(u16::MAX)).max(1)
    }

    /// The host refused one more than `working`. Never sooner than it asked is it tried again.
    pub(super) fn refused(&mut self, working: u16, asked: Option<Span>, now: Boot) {
        let (first, longest) = REFUSAL_HOLDS;
        let held = match self.ceiling {
            None => first,
            // Several refusals of one burst are one refusal.
            Some(ceiling) if now - ceiling.since < Span(first / 2) => ceiling.held,
            Some(ceiling) => (ceiling.held * 2).min(longest),
        };
        let until = now + Span(held.max(asked.map_or(0, |span| span.0)));
        self.ceiling = Some(Ceiling { most: working.max(1), until, held, since: now });
        self.number = self.number.min(working.max(1));
        let _ = self.steady(now);
    }

    /// When it wants to look again.
    pub(super) fn due(&self, now: Boot) -> Option<Boot> {
        let refusal = self.ceiling.map(|ceiling| ceiling.until);
        let look = match (self.choice, self.phase) {
            (Choice::Fixed(_), _) => None,
            (Choice::Automatic, Phase::Steady { until, .. }) => (self.number < self.most()).then_some(until),
            (Choice::Automatic, Phase::Unmeasured(_) | Phase::Growing { .. }) => Some(now + Span(LOOK / 4)),
        };
        refusal.into_iter().chain(look).min()
    }

    pub(super) fn look(&mut self, look: &Look) -> Clock {
        if let Some(ceiling) = &mut self.ceiling
            && look.now >= ceiling.until
        {
            ceiling.most = ceiling.most.saturating_add(1);
            ceiling.until = look.now + Span(ceiling.held);
        }
        match (self.choice, self.phase) {
            (Choice::Fixed(_), _) => Clock::Runs,
            (Choice::Automatic, Phase::Unmeasured(clock)) => self.look_first(look, clock),
            (Choice::Automatic, Phase::Growing { from, base, since, clock }) => match clock {
                Some(clock) => self.look_grown(look, (from, base), clock),
                None => self.look_growing(look, (from, base), since),
            },
            (Choice::Automatic, Phase::Steady { until }) => {
                if look.now >= until && self.number < self.most() { self.grow(look) } else { Clock::Runs }
            }
        }
    }

    fn look_first(&mut self, look: &Look, clock: Option<Boot>) -> Clock {
        match clock {
            None if look.flowing == 0 => Clock::Runs,
            None => {
                self.phase = Phase::Unmeasured(Some(look.now));
                Clock::Restart
            }
            Some(since) if (look.now - since).0 < LOOK.max(look.lead) => Clock::Runs,
            Some(_) => self.grow(look),
        }
    }

    /// Waits until all who were sent for are there.
    fn look_growing(&mut self, look: &Look, (from, base): (u16, u64), since: Boot) -> Clock {
        let waited = (look.now - since).0;
        if look.flowing < self.number().min(look.working) && waited <= PATIENCE.max(4 * look.lead) {
            return Clock::Runs;
        }
        self.phase = Phase::Growing { from, base, since, clock: Some(look.now) };
        Clock::Restart
    }

    fn look_grown(&mut self, look: &Look, (from, base): (u16, u64), clock: Boot) -> Clock {
        let span = (look.now - clock).0;
        let window = LOOK.max(look.lead);
        let times = |percent: u64| scale(base, percent, 100);
        if span < window {
            Clock::Runs
        } else if look.rate >= times(RISES) {
            self.pause = PAUSES.0;
            self.grow(look)
        } else if span >= 2 * window && look.rate < times(FALLS) {
            self.number = from;
            self.steady(look.now)
        } else if span >= PATIENCE.max(3 * window) {
            if look.rate < times(HELPS) {
                self.number = from;
            }
            self.steady(look.now)
        } else {
            Clock::Runs
        }
    }

    fn grow(&mut self, look: &Look) -> Clock {
        if self.number >= self.most() || millis(look.left, look.rate) < WORTH + 4 * look.lead {
            return self.steady(look.now);
        }
        let from = self.number;
        self.number = from.saturating_mul(2).min(self.most());
        self.phase = Phase::Growing { from, base: look.rate, since: look.now, clock: None };
        Clock::Runs
    }

    fn steady(&mut self, now: Boot) -> Clock {
        self.phase = Phase::Steady { until: now + Span(self.pause) };
        self.pause = (self.pause * 2).min(PAUSES.1);
        Clock::Restart
    }
}
