use std::path::PathBuf;
use std::{env, fs, process};

use super::super::room::fit;
use super::super::{Content, http_date};
use super::{SIZE, content};

/// A file which goes away with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = env::temp_dir().join(format!("fault-server-{}-{name}", process::id()));
        fs::write(&path, bytes).expect("a writable temporary folder");
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[track_caller]
fn complaint(name: &str, bytes: &[u8]) -> String {
    let file = Scratch::new(name, bytes);
    content().verify_file(&file.0).expect_err("the file is wrong")
}

#[test]
fn any_part_is_the_part_of_the_whole() {
    let whole = content().to_vec();
    for (start, end) in [(0, 1), (1, 7), (3, 3), (5, 29), (8, 16), (4095, 4097), (99_991, SIZE)] {
        let part = content().slice(start..end);
        let (first, after) = (fit(start, whole.len()), fit(end, whole.len()));
        assert_eq!(part, whole[first..after], "{start}..{end}");
    }
    let mut tail = [0; 64];
    assert_eq!(content().read_at(SIZE - 10, &mut tail), 10);
    assert_eq!(tail[..10], whole[whole.len() - 10..]);
    assert_eq!(content().read_at(SIZE + 1, &mut tail), 0);
}

#[test]
fn a_right_file_is_accepted() {
    let file = Scratch::new("right", b"");
    content().write_file(&file.0).unwrap();
    assert_eq!(content().verify_file(&file.0), Ok(()));
    assert_eq!(content().verify_file_span(&file.0, 4096..5000), Ok(()));
    assert_eq!(content().verify_bytes(10, &content().slice(10..99)), Ok(()));
}

#[test]
fn a_hole_is_called_a_hole() {
    let mut bytes = content().to_vec();
    bytes[20_480..32_768].fill(0);
    let text = complaint("hole", &bytes);
    assert!(text.ends_with("wrong from offset 20480: a hole of 12288 zeros up to 32768"), "{text}");
}

#[test]
fn another_version_is_recognised() {
    let mut bytes = content().to_vec();
    bytes[50_001..].copy_from_slice(&content().next_version().to_vec()[50_001..]);
    let text = complaint("version", &bytes);
    assert!(text.contains("another version of the file (seed +1)"), "{text}");
}

#[test]
fn a_displaced_block_is_recognised() {
    let mut bytes = content().to_vec();
    bytes.copy_within(12_289..16_385, 40_960);
    let text = complaint("displaced", &bytes);
    assert!(text.contains("40960: a displaced block, these are the bytes of offset 12289"), "{text}");
}

#[test]
fn one_wrong_byte_and_wrong_lengths_are_told() {
    let mut bytes = content().to_vec();
    bytes[777] ^= 0x10;
    let text = complaint("byte", &bytes);
    assert!(text.contains("offset 777: the one byte"), "{text}");

    let text = complaint("short", &content().slice(0..SIZE - 3));
    assert!(text.contains("too short by 3: ends at 99997"), "{text}");

    let mut bytes = content().to_vec();
    bytes.extend(b"more");
    let text = complaint("long", &bytes);
    assert!(text.contains("too long by 4"), "{text}");
}

#[test]
fn huge_contents_cost_nothing() {
    let huge = Content::new(3, u64::MAX);
    let mut a = [0; 100];
    let mut b = [0; 50];
    assert_eq!(huge.read_at(u64::MAX - 100, &mut a), 100);
    assert_eq!(huge.read_at(u64::MAX - 50, &mut b), 50);
    assert_eq!(a[50..], b);
}

#[test]
fn dates_are_those_of_the_calendar() {
    let at = |seconds| http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds));
    assert_eq!(at(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(at(951_782_400), "Tue, 29 Feb 2000 00:00:00 GMT");
    assert_eq!(at(1_735_689_599), "Tue, 31 Dec 2024 23:59:59 GMT");
}
