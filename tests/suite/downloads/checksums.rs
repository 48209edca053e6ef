//! A file that can be checked is checked before it gets its name.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use longshore::api::{Act, Answer, NewTransfer, Row};
use longshore::model::{Check, Checksum, Options, Pieces, Question, Status, Verdict};

use crate::downloads::{SIZE, content};
use crate::support::fault_server::{At, Behaviour, Content, Cut, FaultServer, Resource};
use crate::support::rig::{Rig, address, only};

pub(crate) fn sha256(bytes: &[u8]) -> Checksum {
    Checksum::new(
        longshore::model::Algorithm::Sha256,
        digest::digest(&digest::SHA256, bytes).as_ref().to_vec(),
    )
    .expect("fits")
}

fn base64_of(checksum: &Checksum) -> String {
    STANDARD.encode(checksum.value())
}

fn header(name: &str, value: String) -> Behaviour {
    Behaviour::ExtraHeader { name: name.to_owned(), value }
}

/// One that is checked, with one connection or with many.
pub(crate) fn checked(url: &str, check: Check, connections: u16) -> NewTransfer {
    let options = Options { connections: Some(connections), check, ..Options::default() };
    NewTransfer { options, ..NewTransfer::download(address(url)) }
}

pub(crate) fn pieces(content: &Content, length: u64) -> Pieces {
    let starts = (0..content.size()).step_by(usize::try_from(length).expect("small"));
    let all: Vec<_> =
        starts.map(|at| sha256(&content.slice(at..(at + length).min(content.size())))).collect();
    Pieces::new(length, &all).expect("pieces")
}

fn asks_about_checksum(row: &Row) -> bool {
    matches!(row.status, Status::NeedsUser(Question::ChecksumMismatch(_)))
}

#[test]
fn a_file_that_is_right_says_so() {
    for connections in [1, 4] {
        let server = FaultServer::start();
        let url = server.serve("/right.bin", Resource::bytes(content()));
        let mut rig = Rig::new();
        let bytes = content().to_vec();
        let all = [
            sha256(&bytes),
            Checksum::new(longshore::model::Algorithm::Blake3, blake3::hash(&bytes).as_bytes().to_vec())
                .expect("fits"),
        ];
        for checksum in all {
            let id = rig.add_new(checked(&url, Check::user(checksum.clone()), connections));
            let file = rig.wait_file(id);
            content().verify_file(&file).expect("the right bytes");
            assert_eq!(rig.row(id).checksum, Some(Verdict::Verified));
            assert_eq!(rig.detail(id).expected.map(|said| said.checksum), Some(checksum));
            rig.wait_said(id, "The checksum is right");
        }
        let id = rig.add(&url);
        let _ = rig.wait_file(id);
        assert_eq!(rig.row(id).checksum, None, "nobody said what it must be");
    }
}

#[test]
fn what_the_server_says_is_checked() {
    let bytes = content().to_vec();
    let right = base64_of(&sha256(&bytes));
    let wrong = base64_of(&sha256(b"another file"));
    let cases = [
        ("repr", header("Repr-Digest", format!("sha-256=:{right}:")), Some(Verdict::Verified)),
        ("content", header("Content-Digest", format!("sha-256=:{right}:")), Some(Verdict::Verified)),
        ("digest", header("Digest", format!("SHA-256={right}")), Some(Verdict::Verified)),
        ("other", header("Digest", "unixsum=30637".to_owned()), None),
        ("wrong", header("Repr-Digest", format!("sha-256=:{wrong}:")), Some(Verdict::Mismatch)),
    ];
    let server = FaultServer::start();
    let mut rig = Rig::new();
    for (name, header, verdict) in cases {
        let url = server.serve(&format!("/{name}.bin"), Resource::bytes(content()).with(header));
        let id = rig.add(&url);
        let row = rig.wait(id, |row| matches!(row.status, Status::Completed | Status::NeedsUser(_)));
        assert_eq!(row.checksum, verdict, "{name}");
        assert_eq!(row.status == Status::Completed, verdict != Some(Verdict::Mismatch), "{name}");
    }
}

/// The digest of a body says nothing of a file of which it is a part.
#[test]
fn a_digest_of_a_part_is_not_taken_for_that_of_the_file() {
    let server = FaultServer::start();
    let part = base64_of(&sha256(&content().slice(0..1 << 20)));
    let short = Behaviour::ShorterRange(1 << 20);
    let said = header("Content-Digest", format!("sha-256=:{part}:"));
    let url = server.serve("/part.bin", Resource::bytes(content()).with(short).with(said));
    let mut rig = Rig::new();
    let id = rig.add(&url);
    let _ = rig.wait_file(id);
    assert_eq!(rig.row(id).checksum, None);
}

#[test]
fn another_file_is_never_called_complete() {
    for connections in [1, 4] {
        let server = FaultServer::start();
        let url = server.serve("/wrong.bin", Resource::bytes(content()));
        let mut rig = Rig::new();
        let expected = sha256(&content().next_version().to_vec());
        let id = rig.add_new(checked(&url, Check::user(expected.clone()), connections));
        let row = rig.wait_status(id, "needs-user");
        let Status::NeedsUser(Question::ChecksumMismatch(mismatch)) = &row.status else { panic!("{row:#?}") };
        assert_eq!(mismatch.expected.as_ref(), Some(&expected));
        assert_eq!(mismatch.found, Some(sha256(&content().to_vec())));
        assert_eq!((row.checksum, rig.files()), (Some(Verdict::Mismatch), vec!["wrong.bin.part".to_owned()]));
        // What is kept is kept whole, over a restart of the program too.
        let mut rig = rig.restart();
        assert!(asks_about_checksum(&rig.row(id)));
        let _ = rig.act(Act::Answer { id, answer: Answer::KeepWhatIsHere });
        let file = rig.wait_file(id);
        content().verify_file(&file).expect("what came");
        assert_eq!(
            (rig.row(id).checksum, rig.files()),
            (Some(Verdict::Mismatch), vec!["wrong.bin".to_owned()])
        );
    }
}

#[test]
fn it_is_fetched_again_when_the_user_says_so() {
    let server = FaultServer::start();
    let corrupt = Behaviour::CorruptByte { offset: SIZE / 2 };
    let url = server.serve("/again.bin", Resource::bytes(content()).with(corrupt));
    let mut rig = Rig::new();
    let id = rig.add_new(checked(&url, Check::user(sha256(&content().to_vec())), 1));
    let _ = rig.wait(id, asks_about_checksum);
    server.replace("/again.bin", Resource::bytes(content()));
    let _ = rig.act(Act::Answer { id, answer: Answer::Restart });
    let file = rig.wait_file(id);
    content().verify_file(&file).expect("the right bytes");
    assert_eq!(rig.row(id).checksum, Some(Verdict::Verified));
    assert_eq!(rig.files(), ["again.bin", "again.bin.old"]);
}

#[test]
fn only_the_bad_piece_is_fetched_again() {
    const PIECE: u64 = 128 << 10;
    for (connections, whole) in [(1, true), (4, true), (1, false), (4, false)] {
        let server = FaultServer::start();
        let offset = 5 * PIECE + 7;
        // Wrong each time it is asked for before, right when only this piece is.
        let corrupt = Behaviour::CorruptByte { offset };
        let url = server.serve("/piece.bin", Resource::bytes(content()).with(corrupt));
        let mut rig = Rig::new();
        let check = Check {
            pieces: Some(pieces(&content(), PIECE)),
            ..if whole { Check::user(sha256(&content().to_vec())) } else { Check::default() }
        };
        let id = rig.add_new(checked(&url, check, connections));
        let row = rig.wait_status(id, "needs-user");
        let Status::NeedsUser(Question::ChecksumMismatch(mismatch)) = &row.status else { panic!("{row:#?}") };
        let piece = mismatch.piece.expect("a piece");
        assert_eq!((piece.index, piece.count), (5, SIZE.div_ceil(PIECE)));
        rig.wait_said(id, "One piece is wrong and is fetched again");
        if connections == 1 {
            let coverage = server.coverage("/piece.bin");
            assert!(coverage.refetched <= 2 * PIECE, "{coverage:?}");
        }
        let before = server.exchanges("/piece.bin").len();
        server.replace("/piece.bin", Resource::bytes(content()));
        rig.retry(id);
        let file = rig.wait_file(id);
        content().verify_file(&file).expect("the right bytes");
        assert_eq!(rig.row(id).checksum, Some(Verdict::Verified));
        let asked: Vec<_> = server.exchanges("/piece.bin").split_off(before);
        assert_eq!(asked.len(), 1, "one request for one piece");
        let range = format!("bytes={}-{}", 5 * PIECE, 6 * PIECE - 1);
        assert_eq!(asked[0].headers.get("range"), Some(range.as_str()));
    }
}

#[test]
fn a_check_goes_over_a_cut_and_a_restart() {
    let server = FaultServer::options().small_buffers().start();
    let half = Behaviour::CutAt { at: At::Body(SIZE / 3), how: Cut::Reset };
    let slow = Behaviour::Pace { bytes_per_second: 4 << 20 };
    let url = server.serve("/on.bin", Resource::bytes(content()).with(half.times(1)).with(slow));
    let mut rig = Rig::new();
    let id = rig.add_new(checked(&url, Check::user(sha256(&content().to_vec())), 1));
    let _ = rig.wait(id, |row| row.progress.done > SIZE / 2);
    let _ = rig.act(Act::Pause(only(id)));
    let _ = rig.wait_status(id, "paused-by-user");
    let mut rig = rig.restart();
    let _ = rig.act(Act::Resume(only(id)));
    let file = rig.wait_file(id);
    content().verify_file(&file).expect("the right bytes");
    assert_eq!(rig.row(id).checksum, Some(Verdict::Verified));
}

#[test]
fn a_list_beside_the_file_is_found_when_it_is_asked_for() {
    let right = sha256(&content().to_vec()).to_string().replace("sha256:", "");
    let wrong = sha256(b"another file").to_string().replace("sha256:", "");
    let cases = [
        ("own", "a.bin.sha256", format!("{right}\n"), Some(Verdict::Verified)),
        ("folder", "SHA256SUMS", format!("{wrong}  b.bin\n{right} *a.bin\n"), Some(Verdict::Verified)),
        ("wrong", "SHA256SUMS", format!("{wrong}  a.bin\n"), Some(Verdict::Mismatch)),
        ("silent", "SHA256SUMS", format!("{wrong}  b.bin\n"), None),
        ("none", "README", "nothing".to_owned(), None),
    ];
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let search = || Check { search: longshore::model::Search::Beside, ..Check::default() };
    for (name, list, text, verdict) in cases {
        let url = server.serve(&format!("/{name}/a.bin"), Resource::bytes(content()));
        let _ = server.serve(&format!("/{name}/{list}"), Resource::literal(text));
        let id = rig.add_new(checked(&url, search(), 1));
        let row = rig.wait(id, |row| matches!(row.status, Status::Completed | Status::NeedsUser(_)));
        assert_eq!(row.checksum, verdict, "{name}");
        if verdict.is_none() {
            rig.wait_said(id, "No list of checksums lies beside the file");
        }
    }
    let url = server.serve("/unasked/a.bin", Resource::bytes(content()));
    let id = rig.add(&url);
    let _ = rig.wait_file(id);
    let asked = server.all_exchanges();
    let asked = asked.iter().filter(|exchange| exchange.path().starts_with("/unasked/"));
    assert_eq!(asked.count(), 1, "nobody looks around unasked");
}

/// With automatic connections, each way of saying it.
#[test]
fn every_algorithm_is_known() {
    use longshore::model::Algorithm;
    let server = FaultServer::start();
    let bytes = content().to_vec();
    let by = |algorithm| digest::digest(algorithm, &bytes).as_ref().to_vec();
    let all = [
        (Algorithm::Md5, md5(&bytes)),
        (Algorithm::Sha1, by(&digest::SHA1_FOR_LEGACY_USE_ONLY)),
        (Algorithm::Sha256, by(&digest::SHA256)),
        (Algorithm::Sha384, by(&digest::SHA384)),
        (Algorithm::Sha512, by(&digest::SHA512)),
        (Algorithm::Blake3, blake3::hash(&bytes).as_bytes().to_vec()),
    ];
    let mut rig = Rig::many();
    for (algorithm, value) in all {
        for right in [true, false] {
            let mut value = value.clone();
            value[3] ^= u8::from(!right);
            let url = server.serve(&format!("/{algorithm:?}-{right}.bin"), Resource::bytes(content()));
            let check = Check::user(Checksum::new(algorithm, value).expect("fits"));
            let id = rig.add_new(NewTransfer {
                options: Options { check, ..Options::default() },
                ..NewTransfer::download(address(&url))
            });
            let row = rig.wait(id, |row| matches!(row.status, Status::Completed | Status::NeedsUser(_)));
            let expected = if right { Verdict::Verified } else { Verdict::Mismatch };
            assert_eq!((row.checksum, asks_about_checksum(&row)), (Some(expected), !right), "{algorithm:?}");
        }
    }
}

fn md5(bytes: &[u8]) -> Vec<u8> {
    use md5::Digest as _;
    md5::Md5::digest(bytes).to_vec()
}

/// What the file comes to is computed behind writers that come in any order.
#[test]
fn what_the_server_says_is_checked_with_many_connections() {
    let right = base64_of(&sha256(&content().to_vec()));
    let wrong = base64_of(&sha256(b"another file"));
    for (value, verdict) in [(right, Verdict::Verified), (wrong, Verdict::Mismatch)] {
        let server = FaultServer::options().small_buffers().start();
        let said = header("Repr-Digest", format!("sha-256=:{value}:"));
        let slow = Behaviour::Pace { bytes_per_second: 2 << 20 };
        let url = server.serve("/said.bin", Resource::bytes(content()).with(said).with(slow));
        let mut rig = Rig::new();
        let id = rig.add_new(checked(&url, Check::default(), 6));
        let row = rig.wait(id, |row| matches!(row.status, Status::Completed | Status::NeedsUser(_)));
        assert_eq!(row.checksum, Some(verdict));
        assert!(server.exchanges("/said.bin").len() > 1, "several connections");
    }
}
