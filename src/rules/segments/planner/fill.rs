//! Work for those who have none: gaps first, then a share of whoever would be last.

use super::{Chair, Planner, RATE, Ranges};
use crate::model::{Boot, ByteRange, RangeSet};
use crate::rules::segments::CONNECTIONS_MOST;
use crate::rules::segments::pace::scale;
use crate::rules::segments::part::{Copy, Part, PartId, Seat};
use crate::rules::segments::share::{Divisible, Helper, PIECE, Stretch};

/// Only the very last pieces are fetched by two.
const RACE_MOST: u64 = 512 << 10;
/// Of the file's bytes, in thousandths: what may be fetched twice on purpose.
const RACE_SHARE: u64 = 7;
/// Places kept free in the set of present ranges, so that no part ever finds it full.
const SPARE: usize = 2 * CONNECTIONS_MOST as usize;
/// Who would keep less than this is replaced altogether.
const KEEP: u64 = PIECE / 4;

/// A stretch, who works on it, and who comes to help.
struct Site {
    part: Option<PartId>,
    rest: ByteRange,
    stretch: Stretch,
    helpers: Vec<Seat>,
    race: Race,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Race {
    /// Its worker has not shown how fast it is, or somebody races it already.
    No,
    May,
    /// The helper fetches the same bytes.
    Run,
    /// The helper takes all of it over.
    Replace,
}

impl Planner {
    pub(super) fn fill(&mut self, now: Boot) {
        let seats = self.free_seats(now);
        let Some(first) = seats.first() else { return };
        if self.ranges != Ranges::Proven {
            if let (true, Some(gap)) = (self.parts.is_empty(), self.gaps().first()) {
                let _ = self.assign(*first, *gap, Copy::Only, now);
            }
            return;
        }
        let mean = self.mean_rate(now);
        self.mean = Some(mean);
        let mut sites = self.sites(mean, now);
        let mut raced = self.twice;
        for seat in seats {
            let rate = self.chair(seat).and_then(|chair| chair.rate).unwrap_or(mean);
            let helper = Helper { rate: rate.max(1), lead: self.lead_or_guess() };
            self.send(seat, helper, &mut sites, &mut raced);
        }
        for site in sites {
            self.divide(&site, now);
        }
    }

    /// Seats that may ask now, new ones included up to the number that is allowed. While ranges are unproven there is
    /// only one.
    pub(super) fn free_seats(&mut self, now: Boot) -> Vec<Seat> {
        let number = if self.can_seek() { self.crew.number() } else { 1 };
        while self.chairs.len() < usize::from(number) {
            let taken = |seat: &Seat| self.chairs.iter().any(|chair| chair.seat == *seat);
            let Some(seat) = (0..u16::MAX).map(Seat).find(|seat| !taken(seat)) else { break };
            self.chairs.push(Chair { seat, strikes: 0, rest: now, rate: None, last: None });
        }
        self.idle().filter(|chair| chair.rest <= now).map(|chair| chair.seat).collect()
    }

    /// What a connection brings on average, those that are between two parts included; the last known value while none
    /// is measured.
    pub(super) fn mean_rate(&self, now: Boot) -> u64 {
        let lead = self.lead_or_guess();
        let working = self.parts.iter().filter_map(|part| part.pace.now(part.silent(lead, now)));
        let between = self.idle().filter_map(|chair| chair.last);
        let (sum, number) = working
            .chain(between)
            .fold((0u64, 0u64), |(sum, number), rate| (sum.saturating_add(rate), number + 1));
        sum.checked_div(number).filter(|mean| *mean > 0).or(self.mean).unwrap_or(RATE)
    }

    pub(super) fn near_full(&self) -> bool {
        self.present.iter().len() + self.parts.len() + SPARE >= RangeSet::MAX
    }

    fn sites(&self, mean: u64, now: Boot) -> Vec<Site> {
        let lead = self.lead_or_guess();
        let divisible = if self.near_full() { Divisible::No } else { Divisible::Yes };
        let mut gaps = self.gaps();
        let windows = self.heads.windows(self.total.unwrap_or(u64::MAX));
        let wanted = |gap: &ByteRange| windows.iter().any(|window| window.intersection(*gap).is_some());
        gaps.sort_by_key(|gap| !wanted(gap));
        let site = |part, rest: ByteRange, race, rate, lead, divisible| {
            let (from, left) = (rest.start(), rest.len());
            let stretch = Stretch { from, left, rate, lead, helpers: Vec::new(), divisible };
            Site { part, rest, stretch, helpers: Vec::new(), race }
        };
        let at_work = |part: &Part| {
            let (raced, silent) = (self.is_raced(part), part.silent(lead, now));
            let known = part.pace.now(silent).is_some() || (silent.0 > 0 && part.first_byte.is_none());
            let race = if raced || part.is_fresh() || !known { Race::No } else { Race::May };
            let divisible = if raced { Divisible::No } else { divisible };
            let rate = part.rate_or(mean, lead, now);
            site(Some(part.id), part.rest(), race, rate, part.lead(lead, now), divisible)
        };
        let free = gaps.into_iter().map(|gap| site(None, gap, Race::No, 0, 0, divisible));
        free.chain(self.parts.iter().map(at_work)).collect()
    }

    fn send(&self, seat: Seat, helper: Helper, sites: &mut [Site], raced: &mut u64) {
        let latest = |fits: &dyn Fn(&Site) -> bool| {
            let fitting = (0..sites.len()).filter(|index| fits(&sites[*index]));
            fitting.max_by_key(|index| sites[*index].stretch.ends_in(None))
        };
        let helped = |site: &Site| matches!(site.race, Race::No | Race::May) && site.stretch.gains_by(helper);
        let lagging = |site: &Site| {
            site.race == Race::May && site.helpers.is_empty() && site.stretch.lags_behind(helper)
        };
        let free = sites.iter().position(|site| site.part.is_none() && site.helpers.is_empty());
        let shared = free.or_else(|| latest(&helped));
        let Some(index) = shared.or_else(|| latest(&lagging)) else { return };
        let site = &mut sites[index];
        site.helpers.push(seat);
        site.stretch.helpers.push(helper);
        let lags = site.race == Race::May && site.helpers.len() == 1;
        if lags && (shared.is_none() || site.stretch.keeps() < KEEP) {
            let twice = raced.saturating_add(site.rest.len());
            let allowed = scale(self.total.unwrap_or(0), RACE_SHARE, 1000);
            if site.rest.len() <= RACE_MOST && twice <= allowed {
                *raced = twice;
                site.race = Race::Run;
            } else if shared.is_none() {
                site.race = Race::Replace;
            }
        }
    }

    fn divide(&mut self, site: &Site, now: Boot) {
        let Some(first) = site.helpers.first() else { return };
        if let (Race::Run, Some(original)) = (site.race, site.part) {
            let _ = self.assign(*first, site.rest, Copy::Of(original), now);
            return;
        }
        let mut cuts = site.stretch.cuts();
        let index = site.part.and_then(|id| self.parts.iter().position(|part| part.id == id));
        let keeps_little = site.race == Race::May && cuts[0] - site.rest.start() < KEEP;
        match index {
            Some(index) if site.race != Race::Replace && !keeps_little => self.parts[index].end = cuts[0],
            Some(index) => {
                cuts[0] = site.rest.start();
                self.retire(index, now);
            }
            None => cuts[0] = site.rest.start(),
        }
        let ends = cuts.iter().skip(1).copied().chain([site.rest.end()]);
        for ((seat, start), end) in site.helpers.iter().zip(&cuts).zip(ends) {
            if *start < end {
                let _ = self.assign(*seat, ByteRange::new(*start, end), Copy::Only, now);
            }
        }
    }
}
