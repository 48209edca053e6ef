//! Random sequences of faults, pauses, restarts and lost networks: what comes out at the end is the file, byte for byte.

use std::time::Duration;

use longshore::api::{Act, Answer, NewTransfer};
use longshore::model::{Link, Network, Options, Question, Status, TransferId};

use crate::support::fault_server::{
    At, Behaviour, Content, Cut, ETag, FaultServer, LastModified, Length, Resource,
};
use crate::support::home::number;
use crate::support::rig::{Rig, address, home, only};

const SIZE: u64 = 700_001;
/// Sequences that one engine goes through.
const EACH: u64 = 25;
/// More turns than this, and it would never end.
const TURNS_MOST: u32 = 400;

/// `LONGSHORE_SEQUENCES=1000` is the full count, `LONGSHORE_SEED` begins elsewhere.
#[test]
fn whatever_goes_wrong_the_file_is_right_in_the_end() {
    let (count, first) = (number("LONGSHORE_SEQUENCES", 25), number("LONGSHORE_SEED", 1));
    let seeds: Vec<u64> = (first..first + count).collect();
    for seeds in seeds.chunks(usize::try_from(EACH).expect("small")) {
        let server = FaultServer::start();
        let mut rig = Rig::many();
        rig.configure(|settings| {
            settings.timeouts.connect = 1;
            settings.timeouts.response = 1;
            settings.timeouts.stall = 1;
        });
        for seed in seeds {
            rig = sequence(*seed, &server, rig);
        }
    }
}

struct Dice(u64);

impl Dice {
    /// Below `most`.
    fn below(&mut self, most: u64) -> u64 {
        // A multiplicative generator with its output mixed: all that is asked of it is variety.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 17) % most
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).expect("small")].clone()
    }

    fn shift(&mut self) -> i64 {
        let way = i64::try_from(self.below(5000) + 1).expect("small");
        if self.chance(50) { way } else { -way }
    }
}

/// One that a client can see or live with: no server is believed that tells one consistent lie.
fn fault(dice: &mut Dice) -> Behaviour {
    let ends = [Cut::Reset, Cut::CleanClose, Cut::Truncate, Cut::HalfClose];
    let place = dice.below(SIZE);
    let at = if dice.chance(50) { At::Body(place) } else { At::File(place) };
    match dice.below(32) {
        0..=6 => Behaviour::CutAt { at, how: dice.of(&ends) },
        7 => Behaviour::Stall { at },
        8 => Behaviour::PauseAt { at, duration: Duration::from_millis(dice.below(300)) },
        9 => Behaviour::SlowFirstByte(Duration::from_millis(dice.below(300))),
        10 => Behaviour::Hang,
        11 => Behaviour::DropBeforeAnswer(dice.of(&ends)),
        12 => Behaviour::GarbageAnswer,
        13 => Behaviour::HugeHeader(1 << 20),
        14 | 15 => {
            let code = dice.of(&[408, 429, 500, 502, 503, 504]);
            let retry_after = dice.chance(30).then(|| "0".to_owned());
            Behaviour::Status { code, retry_after, body: "not now".to_owned() }
        }
        16 => Behaviour::WrongContentRangeStart(dice.shift()),
        17 => Behaviour::WrongContentRangeTotal(dice.shift()),
        18 => Behaviour::NoContentRange,
        19 => Behaviour::GarbageContentRange,
        20 => Behaviour::ShorterRange(1 + dice.below(SIZE)),
        21 => Behaviour::ServesOtherRange(dice.shift()),
        22 => Behaviour::WrongStatusForRange,
        23 => Behaviour::MultipartRanges,
        24 => Behaviour::Length(dice.of(&[
            Length::Plus(1000),
            Length::Garbage,
            Length::Duplicate(7),
            Length::Negative,
            Length::Huge,
        ])),
        25 => dice.of(&[
            Behaviour::ChunkedNoEnd,
            Behaviour::BadChunk,
            Behaviour::Chunked,
            Behaviour::ChunkedWithLength(77),
        ]),
        26 => dice.of(&[
            Behaviour::HttpOneZero,
            Behaviour::ConnectionClose,
            Behaviour::EarlyHints,
            Behaviour::ManyHeaders(50),
        ]),
        27 => Behaviour::HtmlInstead { title: "Sign in".to_owned(), status: 200 },
        28 => Behaviour::RedirectChain(1 + u32::try_from(dice.below(5)).expect("small")),
        29 => dice.of(&[Behaviour::IgnoresRange, Behaviour::SilentRanges, Behaviour::RefusesRange(400)]),
        30 => dice.of(&[
            Behaviour::ETag(ETag::PerRequest),
            Behaviour::ETag(ETag::None),
            Behaviour::LastModified(LastModified::PerRequest),
        ]),
        _ => Behaviour::EncodingLie("gzip".to_owned()),
    }
}

fn sequence(seed: u64, server: &FaultServer, mut rig: Rig) -> Rig {
    let mut dice = Dice(seed);
    let content = Content::new(seed, SIZE);
    let path = format!("/{seed}.bin");
    let faults: Vec<_> =
        (0..1 + dice.below(7)).map(|_| (fault(&mut dice), dice.below(6), 1 + dice.below(2))).collect();
    let resource = faults.iter().fold(Resource::bytes(content.clone()), |resource, (fault, skip, times)| {
        resource.with(fault.clone().skip(*skip).times(*times))
    });
    let url = server.serve(&path, resource);
    let connections = dice.of(&[None, Some(1), Some(3), Some(8)]);
    let options = Options { connections, ..Options::default() };
    let id = rig.add_new(NewTransfer { options, ..NewTransfer::download(address(&url)) });
    let story = || format!("LONGSHORE_SEED={seed} LONGSHORE_SEQUENCES=1, {connections:?}, {faults:#?}");
    for _ in 0..TURNS_MOST {
        rig = meddle(&mut dice, id, server, rig);
        let row =
            rig.wait(id, |row| !matches!(row.status, Status::Queued(_) | Status::Running) || dice.chance(10));
        match row.status {
            Status::Completed => {
                let file = row.file.expect("a file");
                content.verify_file(&file).unwrap_or_else(|wrong| panic!("{wrong}: {}", story()));
                return rig;
            }
            Status::NeedsUser(question) => answer(&rig, id, &question),
            Status::WaitingToRetry(_) | Status::Failed(_) => drop(rig.act(Act::Retry(only(id)))),
            Status::PausedByUser => drop(rig.act(Act::Resume(only(id)))),
            Status::Queued(_)
            | Status::Running
            | Status::PausedCostedNetwork(_)
            | Status::PausedNoNetwork(_)
            | Status::PausedSystemPolicy(_) => {}
            Status::Canceled => panic!("nobody canceled it: {}", story()),
        }
    }
    panic!("it does not end: {}\n{:#?}", story(), rig.detail(id).log);
}

/// What a person would choose who wants the file.
fn answer(rig: &Rig, id: TransferId, question: &Question) {
    let answer = match question {
        Question::SourceChanged(_) | Question::CannotResume => Answer::Restart,
        _ => Answer::TryAgain,
    };
    let _ = rig.act(Act::Answer { id, answer });
}

/// Now and then something happens on this side, too.
fn meddle(dice: &mut Dice, id: TransferId, server: &FaultServer, mut rig: Rig) -> Rig {
    match dice.below(40) {
        0 => {
            let _ = rig.act(Act::Pause(only(id)));
        }
        1 => rig = rig.restart(),
        2 => {
            rig.set_network(Network { link: Link::Down, ..home() });
            rig.set_network(home());
        }
        3 => rig.set_network(Network { connection: Some("elsewhere".into()), ..home() }),
        4 => server.kill_connections(),
        _ => {}
    }
    rig
}
