//! The places of one file: its own address and its mirrors. Which of them may be asked, and who brought what.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::asker::Asker;
use crate::model::{ByteRange, Fault, RangeSet, SafeUrl, Validator};

/// Mirrors of one file that are asked at once; a file needs no more.
pub(super) const MIRRORS_MOST: usize = 8;
/// Endings in a row that brought nothing before a place is given up.
const FAILURES_MOST: u32 = 2;

/// The number of a place; the file's own address is 0.
pub(super) type Number = usize;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody has compared what it sends with what is here.
    Untried,
    Admitted,
    /// Not asked any more in this run.
    Dropped,
}

pub(super) struct Supplier {
    pub url: SafeUrl,
    pub asker: Rc<Asker>,
    /// What it said of its version of the file.
    pub known: RefCell<Validator>,
    standing: Cell<Standing>,
    failures: Cell<u32>,
}

pub(super) struct Supply {
    all: RefCell<Vec<Rc<Supplier>>>,
    /// A repair that must show who is wrong asks nobody else.
    only: Cell<Option<Number>>,
    brought: RefCell<BTreeMap<Number, RangeSet>>,
    /// Pieces that were wrong, and those who brought them together.
    suspects: RefCell<BTreeMap<usize, BTreeSet<Number>>>,
}

/// What is known after a look at wrong pieces.
pub(super) enum Blame {
    /// These are wrong; somebody else is left to ask.
    Liars(Vec<Number>),
    /// Several brought each of them: one of them alone is asked next.
    Unclear,
    /// Nobody else is left.
    Nobody,
}

impl Supply {
    pub(super) fn new(asker: &Rc<Asker>, url: SafeUrl) -> Self {
        let own = Supplier {
            url,
            asker: Rc::clone(asker),
            known: RefCell::default(),
            standing: Cell::new(Standing::Admitted),
            failures: Cell::new(0),
        };
        Self {
            all: RefCell::new(vec![Rc::new(own)]),
            only: Cell::new(None),
            brought: RefCell::default(),
            suspects: RefCell::default(),
        }
    }

    pub(super) fn add(&self, urls: &[SafeUrl]) {
        let mut all = self.all.borrow_mut();
        for url in urls {
            if all.len() > MIRRORS_MOST || all.iter().any(|known| known.url == *url) {
                continue;
            }
            let Some(asker) = all.first().map(|own| own.asker.at_mirror(url)) else { continue };
            all.push(Rc::new(Supplier {
                url: url.clone(),
                asker: Rc::new(asker),
                known: RefCell::default(),
                standing: Cell::new(Standing::Untried),
                failures: Cell::new(0),
            }));
        }
    }

    pub(super) fn get(&self, number: Number) -> Option<Rc<Supplier>> {
        self.all.borrow().get(number).cloned()
    }

    fn with(&self, standing: Standing) -> Vec<Number> {
        let all = self.all.borrow();
        all.iter().enumerate().filter(|(_, one)| one.standing.get() == standing).map(|(at, _)| at).collect()
    }

    pub(super) fn untried(&self) -> Vec<Number> {
        self.with(Standing::Untried)
    }

    pub(super) fn admitted(&self) -> Vec<Number> {
        match self.only.get() {
            Some(only) => vec![only],
            None => self.with(Standing::Admitted),
        }
    }

    pub(super) fn stand(&self, number: Number, standing: Standing) {
        if let Some(one) = self.get(number) {
            one.standing.set(standing);
        }
        if standing == Standing::Dropped && self.only.get() == Some(number) {
            self.only.set(None);
        }
    }

    pub(super) fn is_dropped(&self, number: Number) -> bool {
        self.get(number).is_none_or(|one| one.standing.get() == Standing::Dropped)
    }

    /// Who is asked first, or instead of one that was given up.
    pub(super) fn next(&self) -> Option<Number> {
        self.admitted().into_iter().chain(self.untried()).find(|number| !self.is_dropped(*number))
    }

    /// Seats take turns among those that are admitted.
    pub(super) fn of_seat(&self, seat: u16, lead: Number) -> Number {
        let admitted = self.admitted();
        match admitted.len() {
            0 => lead,
            many => admitted.get(usize::from(seat) % many).copied().unwrap_or(lead),
        }
    }

    /// A connection to it ended badly. True when it is given up for that.
    pub(super) fn failed(&self, number: Number, fault: &Fault, gained: bool) -> bool {
        let Some(one) = self.get(number) else { return false };
        let failures = if gained { 1 } else { one.failures.get() + 1 };
        one.failures.set(failures);
        let passes = fault.is_of_the_network() || matches!(fault, Fault::Http { status: 429 | 500.., .. });
        if passes && failures < FAILURES_MOST {
            return false;
        }
        self.stand(number, Standing::Dropped);
        true
    }

    pub(super) fn brought(&self, number: Number, range: ByteRange) {
        // What does not fit is nobody's: it is fetched again without blame.
        let _ = self.brought.borrow_mut().entry(number).or_default().insert(range);
    }

    /// Everything that came from mirrors.
    pub(super) fn of_mirrors(&self) -> Vec<ByteRange> {
        let brought = self.brought.borrow();
        brought.iter().filter(|(number, _)| **number > 0).flat_map(|(_, ranges)| ranges.iter()).collect()
    }

    pub(super) fn forget(&self, bad: &[ByteRange]) {
        for ranges in self.brought.borrow_mut().values_mut() {
            bad.iter().for_each(|range| ranges.remove(*range));
        }
    }

    fn who_brought(&self, range: ByteRange) -> BTreeSet<Number> {
        let brought = self.brought.borrow();
        let overlaps = |ranges: &RangeSet| {
            ranges.iter().any(|one| one.start() < range.end() && range.start() < one.end())
        };
        brought.iter().filter(|(_, ranges)| overlaps(ranges)).map(|(number, _)| *number).collect()
    }

    /// Looks at which pieces are wrong now. A piece that one place alone brought names it; one that several brought is
    /// brought again by one of them, which names it or the others.
    pub(super) fn blame(&self, bad: &[(usize, ByteRange)]) -> Blame {
        let mut liars = self.cleared_suspects(bad);
        let mut suspects = self.suspects.borrow_mut();
        let mut trusted = None;
        for (index, range) in bad {
            let who = self.who_brought(*range);
            match who.len() {
                0 => {}
                1 => liars.extend(who),
                _ => {
                    trusted = trusted.or(who.first().copied());
                    let _ = suspects.insert(*index, who);
                }
            }
        }
        drop(suspects);
        for liar in &liars {
            self.stand(*liar, Standing::Dropped);
        }
        if self.next().is_none() {
            return Blame::Nobody;
        }
        match (liars.is_empty(), trusted) {
            (true, None) => Blame::Nobody,
            (true, Some(only)) => {
                self.only.set(Some(only));
                Blame::Unclear
            }
            (false, _) => {
                self.only.set(None);
                Blame::Liars(liars.into_iter().collect())
            }
        }
    }

    /// A piece that one of several brought right the second time: the others were wrong.
    pub(super) fn cleared_suspects(&self, bad: &[(usize, ByteRange)]) -> BTreeSet<Number> {
        let only = self.only.get();
        let suspects = std::mem::take(&mut *self.suspects.borrow_mut());
        let is_bad = |index: usize| bad.iter().any(|(other, _)| *other == index);
        let right = suspects.into_iter().filter(|(index, _)| !is_bad(*index)).map(|(_, who)| who);
        right.flatten().filter(|number| only.is_some() && Some(*number) != only).collect()
    }
}
