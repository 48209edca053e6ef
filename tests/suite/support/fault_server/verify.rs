//! Compares bytes with the content they should be and says what is wrong in words.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use super::content::Content;

const BUFFER: usize = 64 * 1024;
/// How many bytes of the wrong place decide what it is called.
const WINDOW: usize = 64;
/// Versions older and newer than the expected one which are recognised.
const VERSIONS: [i64; 8] = [1, -1, 2, -2, 3, -3, 4, -4];

pub(super) fn file(content: &Content, path: &Path, span: Range<u64>) -> Result<(), String> {
    let opened = File::open(path).and_then(|mut file| {
        let _ = file.seek(SeekFrom::Start(span.start))?;
        Ok(file)
    });
    match opened {
        Ok(file) => reader(content, file, span).map_err(|problem| format!("{}: {problem}", path.display())),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

pub(super) fn length(content: &Content, path: &Path) -> Result<(), String> {
    let len = path.metadata().map_err(|error| format!("{}: {error}", path.display()))?.len();
    let size = content.size();
    if len > size {
        let path = path.display();
        return Err(format!("{path}: too long by {}: {len} bytes instead of {size}", len - size));
    }
    Ok(())
}

/// Reads `span.end - span.start` bytes and compares them with that span of the content.
pub(super) fn reader(content: &Content, mut source: impl Read, span: Range<u64>) -> Result<(), String> {
    let mut actual = vec![0; BUFFER];
    let mut expected = vec![0; BUFFER];
    let mut at = span.start;
    while at < span.end {
        let want = usize::try_from(span.end - at).unwrap_or(BUFFER).min(BUFFER);
        let got = read_full(&mut source, &mut actual[..want])
            .map_err(|error| format!("unreadable at {at}: {error}"))?;
        content.fill(at, &mut expected[..got]);
        let wrong = actual[..got].iter().zip(&expected).position(|(left, right)| left != right);
        if let Some(index) = wrong {
            let offset = at + index as u64;
            let mut window = actual[index..got].to_vec();
            let rest = span.end - offset;
            return Err(format!(
                "wrong from offset {offset}: {}",
                describe(content, offset, &mut window, rest, &mut source)
            ));
        }
        at += got as u64;
        if got < want {
            let short = span.end - at;
            return Err(format!("too short by {short}: ends at {at} instead of {}", span.end));
        }
    }
    Ok(())
}

fn read_full(source: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buf.len() {
        match source.read(&mut buf[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Names what stands at the wrong `offset`; `tail` holds what was read from there on.
fn describe(content: &Content, offset: u64, tail: &mut Vec<u8>, rest: u64, source: &mut impl Read) -> String {
    if tail.len() < WINDOW {
        let missing = (WINDOW - tail.len()) as u64;
        // A failed read only makes the description poorer.
        let _ = source.take(missing.min(rest - tail.len() as u64)).read_to_end(tail);
    }
    let window = &tail[..tail.len().min(WINDOW)];
    let short = window.len().min(8);
    if window[..short].iter().all(|byte| *byte == 0) {
        let len = zero_run(tail, rest, source);
        return format!("a hole of {len} zeros up to {}", offset + len);
    }
    // What stands here may end within the window; a part of it tells as much.
    for window in [window, &window[..window.len().min(24)]] {
        if let Some(found) = origin(content, offset, window) {
            return found;
        }
    }
    let expected = content.slice(offset..offset + window.len() as u64);
    if window.len() > 1 && window[1..] == expected[1..] {
        return format!("the one byte {:#04x} instead of {:#04x}", window[0], expected[0]);
    }
    format!("{:02x?} instead of {:02x?}", &window[..short], &expected[..short])
}

fn origin(content: &Content, offset: u64, window: &[u8]) -> Option<String> {
    if let Some(from) = content.find(window) {
        return Some(format!("a displaced block, these are the bytes of offset {from}"));
    }
    VERSIONS.iter().find_map(|delta| {
        let from = content.version(*delta).find(window)?;
        Some(if from == offset {
            format!("another version of the file (seed {delta:+})")
        } else {
            format!("another version of the file (seed {delta:+}) and displaced from {from}")
        })
    })
}

/// The length of the run of zeros which starts with `tail` and goes on in `source`.
fn zero_run(tail: &[u8], rest: u64, source: &mut impl Read) -> u64 {
    if let Some(end) = tail.iter().position(|byte| *byte != 0) {
        return end as u64;
    }
    let mut len = tail.len() as u64;
    let mut buffer = vec![0; BUFFER];
    while len < rest {
        let got = match read_full(source, &mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(got) => got,
        };
        match buffer[..got].iter().position(|byte| *byte != 0) {
            Some(end) => return (len + end as u64).min(rest),
            None => len += got as u64,
        }
    }
    len.min(rest)
}
