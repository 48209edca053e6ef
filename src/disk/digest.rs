//! Digests of files: fed in order, in blocks, by a thread that may block.

use aws_lc_rs::digest::{self, Context};
use md5::Digest as _;

use super::{Error, Part};
use crate::model::{Algorithm, ByteRange};

/// Bytes read at once: large enough that asking costs nothing, small enough to stay in the cache.
const BLOCK: usize = 256 << 10;

/// A digest on its way through a file.
pub struct Digester {
    kind: Kind,
    /// Bytes taken so far.
    at: u64,
    buffer: Vec<u8>,
}

enum Kind {
    Md5(md5::Md5),
    Sha(Context),
    Blake3(Box<blake3::Hasher>),
}

impl std::fmt::Debug for Digester {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Digester").field("at", &self.at).finish_non_exhaustive()
    }
}

impl Digester {
    pub fn new(algorithm: Algorithm) -> Self {
        let kind = match algorithm {
            Algorithm::Md5 => Kind::Md5(md5::Md5::new()),
            Algorithm::Sha1 => Kind::Sha(Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY)),
            Algorithm::Sha224 => Kind::Sha(Context::new(&digest::SHA224)),
            Algorithm::Sha256 => Kind::Sha(Context::new(&digest::SHA256)),
            Algorithm::Sha384 => Kind::Sha(Context::new(&digest::SHA384)),
            Algorithm::Sha512 => Kind::Sha(Context::new(&digest::SHA512)),
            Algorithm::Blake3 => Kind::Blake3(Box::new(blake3::Hasher::new())),
        };
        Self { kind, at: 0, buffer: Vec::new() }
    }

    /// A digest of a stretch alone, from its first byte.
    pub fn from(algorithm: Algorithm, start: u64) -> Self {
        Self { at: start, ..Self::new(algorithm) }
    }

    /// Where the next byte is taken from.
    pub const fn at(&self) -> u64 {
        self.at
    }

    /// Takes what lies between here and `end`, at most one block. True when `end` is reached.
    ///
    /// # Errors
    /// When the file cannot be read; nothing was taken then.
    pub fn step(&mut self, part: &Part, end: u64) -> Result<bool, Error> {
        let left = ByteRange::new(self.at, end.max(self.at)).len();
        let length = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
        if length > 0 {
            self.buffer.resize(length, 0);
            part.read_exact_at(&mut self.buffer, self.at)?;
            match &mut self.kind {
                Kind::Md5(md5) => md5.update(&self.buffer),
                Kind::Sha(context) => context.update(&self.buffer),
                Kind::Blake3(hasher) => drop(hasher.update(&self.buffer)),
            }
            self.at += length as u64;
        }
        Ok(self.at >= end)
    }

    pub fn value(self) -> Vec<u8> {
        match self.kind {
            Kind::Md5(md5) => md5.finalize().to_vec(),
            Kind::Sha(context) => context.finish().as_ref().to_vec(),
            Kind::Blake3(hasher) => hasher.finalize().as_bytes().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::CreateFolder;
    use crate::model::{Checksum, FileName};

    /// Values of "abc" from the standards: RFC 1321, FIPS 180-2; that of BLAKE3 from its reference implementation.
    const ABC: [&str; 7] = [
        "md5:900150983cd24fb0d6963f7d28e17f72",
        "sha1:a9993e364706816aba3e25717850c26c9cd0d89d",
        "sha224:23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "blake3:6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85",
        "sha384:cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ];

    fn part(bytes: &[u8]) -> (tempfile::TempDir, Part) {
        let folder = tempfile::tempdir().expect("a folder");
        let name = FileName::new("a.bin").expect("a name");
        let part = Part::create(folder.path(), &name, CreateFolder::No).expect("a part");
        part.write_all_at(bytes, 0).expect("written");
        (folder, part)
    }

    #[test]
    fn every_kind_comes_to_the_value_of_its_standard() {
        let (_folder, part) = part(b"abc");
        for text in ABC {
            let checksum: Checksum = text.parse().expect("a checksum");
            let mut digester = Digester::new(checksum.algorithm());
            assert!(digester.step(&part, 3).expect("read"));
            assert!(checksum.matches(&digester.value()), "{text}");
        }
    }

    #[test]
    fn a_digest_goes_on_where_it_stopped() {
        let bytes: Vec<u8> = (0..3 * BLOCK + 5).map(|at| (at % 251).to_le_bytes()[0]).collect();
        let (_folder, part) = part(&bytes);
        let end = bytes.len() as u64;
        let mut slow = Digester::new(Algorithm::Blake3);
        for stop in [1, 7, BLOCK as u64, end] {
            while !slow.step(&part, stop).expect("read") {}
            assert_eq!(slow.at(), stop);
        }
        assert_eq!(slow.value(), blake3::hash(&bytes).as_bytes());
        let mut piece = Digester::from(Algorithm::Blake3, 100);
        assert!(piece.step(&part, 200).expect("read"));
        assert_eq!(piece.value(), blake3::hash(&bytes[100..200]).as_bytes());
        assert!(Digester::new(Algorithm::Md5).step(&part, end + 1).is_ok());
    }

    #[test]
    fn a_file_that_is_too_short_is_an_error() {
        let (_folder, part) = part(b"abc");
        let mut digester = Digester::new(Algorithm::Sha256);
        assert!(digester.step(&part, 10).is_err());
        assert_eq!(digester.at(), 0);
    }
}
