//! File contents of any size whose every byte follows from its offset, so nothing is stored.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::room::fit;
use super::verify;

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
const MIX_A: u64 = 0xBF58_476D_1CE4_E5B9;
const MIX_B: u64 = 0x94D0_49BB_1331_11EB;

/// What a resource holds. A generated content is the splitmix64 sequence of its seed: no two of
/// its words are equal, and the position of a word follows from its value, which is how a
/// displaced block is recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    source: Source,
    size: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Seed(u64),
    Literal(Arc<[u8]>),
}

impl Content {
    pub fn new(seed: u64, size: u64) -> Self {
        Self { source: Source::Seed(seed), size }
    }

    pub fn literal(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self { size: bytes.len() as u64, source: Source::Literal(bytes.into()) }
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// The same file after it changed: seed + 1, or the complement of every literal byte.
    pub fn next_version(&self) -> Self {
        self.version(1)
    }

    /// Fills `buf` from `offset` and returns how many bytes there were, like a file would.
    pub fn read_at(&self, offset: u64, buf: &mut [u8]) -> usize {
        let left = self.size.saturating_sub(offset);
        let len = fit(left, buf.len());
        self.fill(offset, &mut buf[..len]);
        len
    }

    /// The bytes of `span`, cut off at the end of the content.
    pub fn slice(&self, span: Range<u64>) -> Vec<u8> {
        let len = span.end.min(self.size).saturating_sub(span.start);
        let mut bytes = vec![0; usize::try_from(len).expect("a slice fits in memory")];
        self.fill(span.start, &mut bytes);
        bytes
    }

    pub fn to_vec(&self) -> Vec<u8> {
        self.slice(0..self.size)
    }

    /// Writes the whole content to a file, for tests which start from an existing one.
    pub fn write_file(&self, path: &Path) -> io::Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        let mut buffer = vec![0; 64 * 1024];
        let mut at = 0;
        while at < self.size {
            let len = self.read_at(at, &mut buffer);
            file.write_all(&buffer[..len])?;
            at += len as u64;
        }
        file.flush()
    }

    /// Whether the file is exactly this content; the error tells where and how it first differs.
    pub fn verify_file(&self, path: &Path) -> Result<(), String> {
        verify::file(self, path, 0..self.size).and_then(|()| verify::length(self, path))
    }

    /// Like [`Self::verify_file`] for a part of the file; what is around it does not matter.
    pub fn verify_file_span(&self, path: &Path, span: Range<u64>) -> Result<(), String> {
        verify::file(self, path, span.start..span.end.min(self.size))
    }

    /// Whether `bytes` are what stands at `offset` of this content.
    pub fn verify_bytes(&self, offset: u64, bytes: &[u8]) -> Result<(), String> {
        let end = offset + bytes.len() as u64;
        if end > self.size {
            return Err(format!("too long: bytes up to {end} of a content of {}", self.size));
        }
        verify::reader(self, bytes, offset..end)
    }

    /// Tells contents apart; the server makes its validators of it.
    pub(super) fn fingerprint(&self) -> u64 {
        match &self.source {
            Source::Seed(seed) => *seed,
            Source::Literal(bytes) => bytes.iter().fold(GOLDEN, |hash, byte| mix(hash ^ u64::from(*byte))),
        }
    }

    /// Like [`Self::read_at`], but goes on beyond the end for as long as anyone reads.
    pub(super) fn fill(&self, offset: u64, buf: &mut [u8]) {
        match &self.source {
            Source::Seed(seed) => fill_words(start_of(*seed), offset, buf),
            Source::Literal(bytes) if bytes.is_empty() => buf.fill(0),
            Source::Literal(bytes) => {
                let skip = fit(offset % bytes.len() as u64, bytes.len());
                for (to, from) in buf.iter_mut().zip(bytes.iter().cycle().skip(skip)) {
                    *to = *from;
                }
            }
        }
    }

    pub(super) fn version(&self, delta: i64) -> Self {
        let source = match &self.source {
            Source::Seed(seed) => Source::Seed(seed.wrapping_add_signed(delta)),
            Source::Literal(bytes) if delta % 2 != 0 => {
                Source::Literal(bytes.iter().map(|byte| !byte).collect())
            }
            Source::Literal(bytes) => Source::Literal(Arc::clone(bytes)),
        };
        Self { source, size: self.size }
    }

    /// The offset of this content at which all of `bytes` stand, if it can be told.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<u64> {
        let Source::Seed(seed) = self.source else {
            return None;
        };
        (0..8).find_map(|skew| {
            let word = bytes.get(skew..skew + 8)?.try_into().ok()?;
            let index = unmix(u64::from_le_bytes(word)).wrapping_sub(start_of(seed));
            let index = index.wrapping_mul(const { inverse(GOLDEN) });
            let offset = index.checked_mul(8)?.checked_sub(skew as u64)?;
            let mut expected = vec![0; bytes.len()];
            let found = offset < self.size && {
                self.fill(offset, &mut expected);
                expected == bytes
            };
            found.then_some(offset)
        })
    }
}

/// Neighbouring seeds must not start at neighbouring places of the one splitmix64 sequence.
fn start_of(seed: u64) -> u64 {
    mix(seed.wrapping_add(GOLDEN))
}

fn fill_words(start: u64, offset: u64, buf: &mut [u8]) {
    let word = |index: u64| mix(start.wrapping_add(index.wrapping_mul(GOLDEN))).to_le_bytes();
    let skew = (offset % 8) as usize;
    let head = if skew == 0 { 0 } else { (8 - skew).min(buf.len()) };
    let (first, rest) = buf.split_at_mut(head);
    first.copy_from_slice(&word(offset / 8)[skew % 8..][..head]);

    let mut index = offset.div_ceil(8);
    let mut chunks = rest.chunks_exact_mut(8);
    for chunk in &mut chunks {
        chunk.copy_from_slice(&word(index));
        index += 1;
    }
    let tail = chunks.into_remainder();
    let len = tail.len();
    tail.copy_from_slice(&word(index)[..len]);
}

/// The output function of splitmix64, a bijection.
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(MIX_A);
    z = (z ^ (z >> 27)).wrapping_mul(MIX_B);
    z ^ (z >> 31)
}

const fn unmix(mut z: u64) -> u64 {
    z = (z ^ (z >> 31) ^ (z >> 62)).wrapping_mul(const { inverse(MIX_B) });
    z = (z ^ (z >> 27) ^ (z >> 54)).wrapping_mul(const { inverse(MIX_A) });
    z ^ (z >> 30) ^ (z >> 60)
}

/// The inverse of an odd number modulo 2^64, by Newton's iteration.
const fn inverse(odd: u64) -> u64 {
    let mut guess = odd;
    let mut round = 0;
    while round < 5 {
        guess = guess.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(guess)));
        round += 1;
    }
    guess
}
