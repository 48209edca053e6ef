use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::rules::segments::heads::AHEAD;

#[derive(Debug, Clone)]
enum Happening {
    Time(u64),
    /// That of the parts brings so many bytes.
    Bytes(usize, u64),
    End(usize, u8),
    Read(u64, u64),
    Unread(u64),
    Bad(u64, u64),
    Number(Option<u16>),
    Budget(u16),
    Renew,
    Restart,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        4 => (1..400u64).prop_map(Happening::Time),
        1 => (400..40_000u64).prop_map(Happening::Time),
        12 => (0..32usize, 1..600_000u64).prop_map(|(part, bytes)| Happening::Bytes(part, bytes)),
        3 => (0..32usize, 0..4u8).prop_map(|(part, how)| Happening::End(part, how)),
        1 => (0..6u64, 0..SIZE_MOST).prop_map(|(head, at)| Happening::Read(head, at)),
        1 => (0..6u64).prop_map(Happening::Unread),
        1 => (0..SIZE_MOST, 1..300_000u64).prop_map(|(at, length)| Happening::Bad(at, length)),
        1 => prop::option::of(0..40u16).prop_map(Happening::Number),
        1 => (0..20u16).prop_map(Happening::Budget),
        1 => Just(Happening::Renew),
        1 => Just(Happening::Restart),
    ]
}

const SIZE_MOST: u64 = 24 << 20;

/// What an engine would know, kept apart from the planner.
struct Engine {
    planner: Planner,
    now: u64,
    size: u64,
    /// Where each request stands.
    open: BTreeMap<PartId, u64>,
    here: RangeSet,
    known: bool,
    given_up: bool,
}

impl Engine {
    fn new(size: u64, known: bool, present: &[(u64, u64)]) -> Self {
        let mut here = RangeSet::new();
        for (start, length) in present {
            here.insert(ByteRange::new((*start).min(size), (start + length).min(size))).expect("few");
        }
        let plan = Plan {
            total: known.then_some(size),
            ranges: Ranges::Unknown,
            present: here.clone(),
            choice: Choice::Fixed(8),
            budget: 16,
            remembered: None,
            patience: Span::seconds(20),
        };
        let planner = Planner::new(plan, Boot(0));
        Self { planner, now: 0, size, open: BTreeMap::new(), here, known, given_up: false }
    }

    fn step(&mut self, input: Input) {
        let before: BTreeMap<PartId, u64> = self.open.clone();
        for order in self.planner.step(input, Boot(self.now)) {
            match order {
                Order::Fetch { part, ask, copy, .. } => {
                    let end = ask.to.unwrap_or(self.size);
                    assert!(
                        ask.from < end || (ask.from == 0 && self.size == 0) || !self.known,
                        "{ask:?} is empty"
                    );
                    let range = ByteRange::new(ask.from, end);
                    let here = self.here.iter().any(|held| held.intersection(range).is_some());
                    assert!(!here || copy != Copy::Only || !self.known, "{ask:?} is here already");
                    assert!(self.open.insert(part, ask.from).is_none(), "{part:?} twice");
                }
                Order::Shorten { part, end } => assert!(before[&part] <= end, "{part:?} is beyond {end}"),
                Order::Drop { part } => assert!(self.open.remove(&part).is_some(), "{part:?} is not open"),
                Order::Remember { connections } => assert!(connections >= 1),
                Order::GiveUp => self.given_up = true,
            }
        }
        self.check();
    }

    /// Parts, present bytes and gaps tile the file.
    fn check(&self) {
        let planner = &self.planner;
        let parts: Vec<_> = planner.parts(Boot(self.now)).collect();
        assert!(parts.len() <= usize::from(crate::rules::segments::CONNECTIONS_MOST));
        let open: Vec<_> = parts.iter().map(|part| part.id).collect();
        assert!(self.open.keys().all(|id| open.contains(id)) && open.len() == self.open.len());
        let mut tiles: Vec<ByteRange> = planner.present().iter().chain(planner.gaps()).collect();
        for (index, part) in parts.iter().enumerate() {
            assert_eq!(self.open[&part.id], part.at);
            assert!(part.start <= part.at && part.at <= part.end);
            for other in &parts[..index] {
                let declared = other.copy == Copy::Of(part.id) || part.copy == Copy::Of(other.id);
                assert!(declared || part.end <= other.start || other.end <= part.start, "{part:?} {other:?}");
            }
            let unplanned = |held: ByteRange| held.intersection(ByteRange::new(part.at, part.end)).is_none();
            assert!(part.copy != Copy::Only || planner.present().iter().all(unplanned), "{part:?} is here");
            tiles.push(ByteRange::new(part.start, part.end));
        }
        tiles.sort_unstable();
        let reach = tiles.iter().fold(0, |reach, tile| {
            assert!(tile.start() <= reach, "a hole before {tile:?}");
            reach.max(tile.end())
        });
        assert!(reach >= planner.total().unwrap_or(0));
        // What the planner believes to be here is here.
        assert!(planner.present().iter().all(|held| self.here.contains(held)));
    }

    fn nth(&self, part: usize) -> Option<PartId> {
        self.open.keys().nth(part % self.open.len().max(1)).copied()
    }

    fn learn(&mut self) {
        self.known = true;
        self.step(Input::Learned { total: Some(self.size), ranges: Ranges::Proven });
    }

    fn bring(&mut self, part: PartId, bytes: u64) {
        if !self.planner.can_seek() || !self.known {
            self.learn();
        }
        let Some(room) = self.planner.room(part) else { return };
        let at = self.open[&part];
        let to = at + bytes.min(room);
        self.here.insert(ByteRange::new(at, to)).expect("few");
        let _ = self.open.insert(part, to);
        self.planner.progress(part, to, Boot(self.now));
        if bytes >= room {
            self.end(part, Ending::Ended);
        }
    }

    fn end(&mut self, part: PartId, ending: Ending) {
        let _ = self.open.remove(&part);
        self.step(Input::Ended { part, ending });
    }

    fn live(&mut self, happening: &Happening) {
        match *happening {
            Happening::Time(span) => {
                self.now += span;
                self.step(Input::Tick);
            }
            Happening::Bytes(part, bytes) => {
                if let Some(part) = self.nth(part) {
                    self.bring(part, bytes);
                }
            }
            Happening::End(part, how) => {
                if let Some(part) = self.nth(part) {
                    let refused = |after| Ending::Refused { after };
                    let endings = [Ending::Broke, refused(None), refused(Some(Span::seconds(1)))];
                    // A clean end tells the length where nothing else does: not here.
                    let ending = endings.get(usize::from(how)).copied().unwrap_or(Ending::Ended);
                    self.end(part, if self.known { ending } else { Ending::Broke });
                }
            }
            Happening::Read(head, at) => self.step(Input::Read { head: HeadId(head), at }),
            Happening::Unread(head) => self.step(Input::ReadClosed(HeadId(head))),
            Happening::Bad(at, length) => {
                let range = ByteRange::new(at, at + length);
                self.here.remove(range);
                self.given_up = false;
                self.step(Input::Bad(range));
            }
            Happening::Number(number) => {
                self.step(Input::Connections(number.map_or(Choice::Automatic, Choice::Fixed)));
            }
            Happening::Budget(budget) => self.step(Input::Budget(budget)),
            Happening::Renew => self.renew(),
            Happening::Restart => {
                self.given_up = false;
                self.here = RangeSet::new();
                self.step(Input::Restart { total: Some(self.size), present: RangeSet::new() });
                self.known = true;
            }
        }
    }

    fn renew(&mut self) {
        self.given_up = false;
        self.step(Input::Renew(Ranges::Unknown));
    }

    /// From here on the host is kind: everything comes to an end.
    fn finish(&mut self) {
        let mut rounds = 0;
        while !self.planner.is_complete() {
            rounds += 1;
            assert!(rounds < 3000, "it never ends: {:?}", self.planner);
            self.now += 50;
            if self.given_up {
                self.renew();
            }
            self.step(Input::Tick);
            for part in self.open.keys().copied().collect::<Vec<_>>() {
                if self.open.contains_key(&part) {
                    self.bring(part, 100_000);
                }
            }
        }
        assert!(self.here.covers(self.size));
        assert!(self.open.is_empty() && self.planner.due().is_none());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_parts_tile_the_file_and_it_ends(
        size in prop_oneof![Just(0), 1..200_000u64, 1..SIZE_MOST],
        known: bool,
        present in prop::collection::vec((0..SIZE_MOST, 1..2_000_000u64), 0..6),
        happenings in prop::collection::vec(happening(), 0..150),
    ) {
        let mut engine = Engine::new(size, known, &present);
        engine.step(Input::Tick);
        for happening in &happenings {
            engine.live(happening);
        }
        engine.finish();
    }

    #[test]
    fn a_kind_host_sends_every_byte_once(size in 1..SIZE_MOST, number in 1..33u16, chunk in 1_000..300_000u64) {
        let mut engine = Engine::new(size, false, &[]);
        engine.step(Input::Connections(Choice::Fixed(number)));
        while !engine.planner.is_complete() {
            engine.now += 20;
            for part in engine.open.keys().copied().collect::<Vec<_>>() {
                if engine.open.contains_key(&part) {
                    engine.bring(part, chunk);
                }
            }
            engine.step(Input::Tick);
        }
        prop_assert!(engine.planner.twice() * 100 <= size, "{} of {}", engine.planner.twice(), size);
        prop_assert_eq!(engine.planner.received(), size + engine.planner.twice());
    }
}

/// Two connections a hundred MiB apart; somebody reads between them.
#[test]
fn a_read_head_gets_a_connection_at_once_and_keeps_it_until_it_expires() {
    let mut engine = Engine::new(SIZE_MOST, true, &[]);
    engine.step(Input::Connections(Choice::Fixed(2)));
    engine.learn();
    assert_eq!(engine.open.len(), 2);
    engine.step(Input::Read { head: HeadId(1), at: 7_000_000 });
    let serves = |engine: &Engine, at: u64| engine.open.values().any(|position| *position == at);
    assert!(serves(&engine, 7_000_000), "{:?}", engine.open);
    engine.step(Input::Read { head: HeadId(1), at: 20_000_000 });
    assert!(serves(&engine, 20_000_000), "{:?}", engine.open);
    assert_eq!(engine.open.len(), 2);
    // Only what is ahead of a reader outranks the rest.
    engine.step(Input::Read { head: HeadId(1), at: SIZE_MOST - 1 });
    assert!(serves(&engine, SIZE_MOST - 1));
    assert!(engine.planner.heads.windows(SIZE_MOST).iter().all(|window| window.len() <= AHEAD));
    engine.now += 30_000;
    engine.step(Input::Tick);
    assert!(engine.planner.heads.windows(SIZE_MOST).is_empty());
}

#[test]
fn with_one_connection_a_reader_comes_first_and_the_rest_later() {
    let mut engine = Engine::new(SIZE_MOST, true, &[]);
    engine.step(Input::Connections(Choice::Fixed(1)));
    engine.learn();
    engine.step(Input::Read { head: HeadId(1), at: 16 << 20 });
    assert_eq!(engine.open.values().collect::<Vec<_>>(), [&(16 << 20)]);
    engine.finish();
}

#[test]
fn without_ranges_nothing_is_split_and_no_reader_is_served_elsewhere() {
    let mut engine = Engine::new(SIZE_MOST, true, &[]);
    engine.step(Input::Tick);
    engine.step(Input::Learned { total: Some(SIZE_MOST), ranges: Ranges::Refused });
    engine.step(Input::Read { head: HeadId(1), at: 16 << 20 });
    assert!(!engine.planner.can_seek());
    assert_eq!(engine.open.values().collect::<Vec<_>>(), [&0]);
}

#[test]
fn a_clean_end_tells_an_unknown_length() {
    let mut engine = Engine::new(500_000, false, &[]);
    engine.step(Input::Tick);
    engine.step(Input::Learned { total: None, ranges: Ranges::Refused });
    let part = engine.nth(0).expect("one request");
    engine.here = RangeSet::of(ByteRange::new(0, 500_000));
    let _ = engine.open.insert(part, 500_000);
    engine.planner.progress(part, 500_000, Boot(10));
    engine.end(part, Ending::Ended);
    assert_eq!((engine.planner.total(), engine.planner.is_complete()), (Some(500_000), true));
}

#[test]
fn a_bad_piece_is_fetched_again_and_nothing_else() {
    let mut engine = Engine::new(4 << 20, true, &[]);
    engine.step(Input::Tick);
    engine.finish();
    let received = engine.planner.received();
    engine.live(&Happening::Bad(1 << 20, 4096));
    assert_eq!(engine.open.values().collect::<Vec<_>>(), [&(1 << 20)]);
    engine.finish();
    assert_eq!(engine.planner.received() - received, 4096);
}

/// All is here but the end of the second part, whose connection crawls: the other one fetches it too.
fn a_race() -> (Engine, PartId, PartId) {
    let mut engine = Engine::new(SIZE_MOST, true, &[]);
    engine.step(Input::Connections(Choice::Fixed(2)));
    engine.learn();
    let (quick, slow) = (engine.nth(0).expect("two"), engine.nth(1).expect("two"));
    let left = engine.planner.room(slow).expect("it is open");
    engine.bring(slow, left - 100_000);
    while engine.open.contains_key(&quick) {
        engine.now += 100;
        engine.bring(slow, 200);
        engine.bring(quick, 1_000_000);
    }
    let copy = engine.planner.parts.iter().find(|part| part.copy == Copy::Of(slow)).map(|part| part.id);
    (engine, slow, copy.expect("a race"))
}

#[test]
fn the_first_copy_of_a_last_piece_wins() {
    let (mut engine, slow, copy) = a_race();
    engine.bring(slow, 1_000);
    engine.bring(copy, 200_000);
    assert!(engine.planner.is_complete() && engine.open.is_empty());
    assert_eq!(engine.planner.twice(), 1_000);
    let (mut engine, slow, copy) = a_race();
    engine.bring(copy, 1_000);
    engine.bring(slow, 200_000);
    assert!(engine.planner.is_complete() && engine.open.is_empty());
    assert_eq!(engine.planner.twice(), 1_000);
}

#[test]
fn a_race_survives_either_of_its_connections() {
    let (mut engine, slow, copy) = a_race();
    engine.end(slow, Ending::Broke);
    let left: Vec<_> = engine.planner.parts.iter().map(|part| (part.id, part.copy)).collect();
    assert_eq!(left, [(copy, Copy::Only)]);
    engine.finish();
    let (mut engine, slow, copy) = a_race();
    engine.end(copy, Ending::Broke);
    assert_eq!(engine.planner.parts.iter().filter(|part| part.copy == Copy::Only).count(), 1);
    assert!(engine.open.contains_key(&slow));
    engine.finish();
    // The slow one dies for good while the other moves.
    let (mut engine, slow, copy) = a_race();
    for _ in 0..31 {
        engine.now += 100;
        engine.bring(copy, 10);
    }
    engine.step(Input::Tick);
    assert!(!engine.open.contains_key(&slow));
    assert!(engine.planner.parts.iter().all(|part| part.copy != Copy::Of(slow)));
    engine.finish();
}

/// A file with nearly as many holes as can be remembered is filled without a further split, so that none is forgotten.
#[test]
fn a_file_full_of_holes_is_filled() {
    let mut present = RangeSet::new();
    for hole in 0..RangeSet::MAX as u64 {
        present.insert(ByteRange::new(hole * 20_000, hole * 20_000 + 10_000)).expect("just so many");
    }
    let mut engine = Engine::new(SIZE_MOST, true, &[]);
    let bytes = present.bytes();
    engine.here = present.clone();
    engine.step(Input::Restart { total: Some(SIZE_MOST), present });
    engine.step(Input::Connections(Choice::Fixed(32)));
    engine.learn();
    let holes = engine.planner.present().iter().len();
    assert_eq!(holes, RangeSet::MAX);
    engine.finish();
    assert_eq!(engine.planner.received(), SIZE_MOST - bytes);
}
