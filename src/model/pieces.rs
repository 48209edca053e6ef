//! Checksums of the pieces of a file: they tell which part of it is wrong.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::{Algorithm, ByteRange, Checksum};

/// Every piece but the last is equally long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Pieces {
    algorithm: Algorithm,
    length: u64,
    /// One value after the other.
    values: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these are no checksums of pieces")]
pub struct NoPieces;

impl Pieces {
    /// Pieces of a file at most; more would be a mistake, or an attack on the memory.
    pub const MOST: usize = 1 << 16;

    /// # Errors
    /// When the length is zero, there are none or more than [`Pieces::MOST`], or one is of another kind.
    pub fn new(length: u64, all: &[Checksum]) -> Result<Self, NoPieces> {
        let algorithm = all.first().ok_or(NoPieces)?.algorithm();
        let same = all.iter().all(|checksum| checksum.algorithm() == algorithm);
        if length == 0 || !same || all.len() > Self::MOST {
            return Err(NoPieces);
        }
        let values = all.iter().flat_map(Checksum::value).copied().collect();
        Ok(Self { algorithm, length, values })
    }

    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub fn count(&self) -> usize {
        self.values.len() / self.algorithm.length()
    }

    /// Do they describe a file of `total` bytes?
    pub fn fit(&self, total: u64) -> bool {
        usize::try_from(total.div_ceil(self.length)) == Ok(self.count())
    }

    /// The bytes of piece `index` of a file of `total` bytes.
    pub fn range(&self, index: usize, total: u64) -> ByteRange {
        let start = (index as u64).saturating_mul(self.length).min(total);
        ByteRange::new(start, start.saturating_add(self.length).min(total))
    }

    /// The piece that byte `at` lies in.
    pub fn index_of(&self, at: u64) -> usize {
        usize::try_from(at / self.length).unwrap_or(usize::MAX)
    }

    pub fn matches(&self, index: usize, value: &[u8]) -> bool {
        self.values.chunks_exact(self.algorithm.length()).nth(index) == Some(value)
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    algorithm: String,
    length: u64,
    values: String,
}

impl TryFrom<Stored> for Pieces {
    type Error = NoPieces;

    fn try_from(stored: Stored) -> Result<Self, NoPieces> {
        let algorithm = Algorithm::named(&stored.algorithm).ok_or(NoPieces)?;
        let values = STANDARD.decode(&stored.values).map_err(|_| NoPieces)?;
        let whole = values.len().is_multiple_of(algorithm.length());
        if stored.length == 0 || values.is_empty() || !whole {
            return Err(NoPieces);
        }
        Ok(Self { algorithm, length: stored.length, values })
    }
}

impl From<Pieces> for Stored {
    fn from(pieces: Pieces) -> Self {
        Self {
            algorithm: pieces.algorithm.name().to_owned(),
            length: pieces.length,
            values: STANDARD.encode(&pieces.values),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pieces_tile_the_file_and_survive_storage(total in 1..5000u64, length in 1..900u64) {
            let count = usize::try_from(total.div_ceil(length)).expect("few");
            let all: Vec<_> = (0..count)
                .map(|index| {
                    let byte = u8::try_from(index % 251).expect("small");
                    Checksum::new(Algorithm::Sha1, vec![byte; 20]).expect("fits")
                })
                .collect();
            let pieces = Pieces::new(length, &all).expect("pieces");
            prop_assert!(pieces.fit(total) && !pieces.fit(total + length));
            let mut at = 0;
            for (index, one) in all.iter().enumerate() {
                let range = pieces.range(index, total);
                prop_assert_eq!(range.start(), at);
                prop_assert_eq!(pieces.index_of(at), index);
                prop_assert!(pieces.matches(index, one.value()));
                at = range.end();
            }
            prop_assert_eq!(at, total);
            prop_assert!(!pieces.matches(count, all[0].value()));
            let text = serde_json::to_string(&pieces).expect("text");
            prop_assert_eq!(serde_json::from_str::<Pieces>(&text).expect("read"), pieces);
        }

        #[test]
        fn no_stored_text_makes_it_stumble(algorithm in "(md5|sha1|x)", length in 0..3u64, values in "[A-Za-z+/=]{0,60}") {
            let stored = serde_json::json!({ "algorithm": algorithm, "length": length, "values": values });
            if let Ok(pieces) = serde_json::from_value::<Pieces>(stored) {
                prop_assert!(pieces.count() > 0);
                let _ = (pieces.range(usize::MAX, u64::MAX), pieces.matches(0, b"x"));
            }
        }
    }
}
