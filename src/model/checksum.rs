//! Checksums: what the bytes of a file must come to.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use serde::{Deserialize, Serialize};

/// Ordered by how much a match is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Blake3,
    Sha384,
    Sha512,
}

/// The value a file must come to. Shown and stored as `sha256:` and hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Checksum {
    algorithm: Algorithm,
    /// Exactly [`Algorithm::length`] bytes.
    value: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChecksumError {
    #[error("an unknown kind of checksum")]
    UnknownAlgorithm,
    #[error("a checksum of this kind has another length")]
    WrongLength,
    #[error("neither hexadecimal digits nor Base64")]
    NotDigits,
}

impl Algorithm {
    pub const ALL: [Self; 7] =
        [Self::Md5, Self::Sha1, Self::Sha224, Self::Sha256, Self::Blake3, Self::Sha384, Self::Sha512];

    /// Bytes of a value.
    pub const fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 | Self::Blake3 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Blake3 => "blake3",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// `sha256`, `SHA-256`, `sha_256`: as headers, lists and people write them. RFC 3230 says `sha` for SHA-1.
    pub fn named(text: &str) -> Option<Self> {
        let plain: String =
            text.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect();
        match plain.as_str() {
            "sha" => Some(Self::Sha1),
            "b3" => Some(Self::Blake3),
            name => Self::ALL.into_iter().find(|algorithm| algorithm.name() == name),
        }
    }
}

impl Checksum {
    /// # Errors
    /// [`ChecksumError::WrongLength`].
    pub fn new(algorithm: Algorithm, value: Vec<u8>) -> Result<Self, ChecksumError> {
        if value.len() == algorithm.length() {
            Ok(Self { algorithm, value })
        } else {
            Err(ChecksumError::WrongLength)
        }
    }

    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub fn value(&self) -> &[u8] {
        &self.value
    }

    pub fn matches(&self, value: &[u8]) -> bool {
        self.value == value
    }

    /// # Errors
    /// When it is no hexadecimal number of the right length.
    pub fn from_hex(algorithm: Algorithm, digits: &str) -> Result<Self, ChecksumError> {
        Self::new(algorithm, hex(digits)?)
    }

    /// # Errors
    /// When it is not Base64 of the right length. Padding may be missing.
    pub fn from_base64(algorithm: Algorithm, text: &str) -> Result<Self, ChecksumError> {
        let value = STANDARD.decode(text).or_else(|_| STANDARD_NO_PAD.decode(text));
        Self::new(algorithm, value.map_err(|_| ChecksumError::NotDigits)?)
    }

    /// Bare digits tell their kind by their number; 64 are SHA-256, which is published a thousand times as often as
    /// BLAKE3.
    ///
    /// # Errors
    /// When no kind has that many, or they are no digits.
    pub fn from_bare_hex(digits: &str) -> Result<Self, ChecksumError> {
        let value = hex(digits)?;
        let fits =
            |algorithm: &Algorithm| *algorithm != Algorithm::Blake3 && algorithm.length() == value.len();
        let algorithm = Algorithm::ALL.into_iter().find(fits).ok_or(ChecksumError::WrongLength)?;
        Self::new(algorithm, value)
    }
}

/// `sha256:HEX`, `sha-256=HEX`, `sha256-BASE64` (as browsers write it), or bare digits.
impl FromStr for Checksum {
    type Err = ChecksumError;

    fn from_str(text: &str) -> Result<Self, ChecksumError> {
        let text = text.trim();
        let named = |(name, value): (&str, &str)| {
            let algorithm = Algorithm::named(name.trim()).ok_or(ChecksumError::UnknownAlgorithm)?;
            let value = value.trim();
            match Self::from_hex(algorithm, value) {
                Err(ChecksumError::NotDigits) => Self::from_base64(algorithm, value),
                other => other,
            }
        };
        if let Some(parts) = text.split_once(':') {
            return named(parts);
        }
        if let Ok(bare) = Self::from_bare_hex(text) {
            return Ok(bare);
        }
        // Base64 may end in the very sign that separates a name.
        let separator = text.find(['=', '-']).filter(|at| Algorithm::named(&text[..*at]).is_some());
        // `sha-256=...`: the first hyphen belongs to the name.
        let separator = text.find('=').filter(|at| Algorithm::named(&text[..*at]).is_some()).or(separator);
        match separator.and_then(|at| text.split_at_checked(at)) {
            Some((name, value)) => named((name, value.get(1..).unwrap_or_default())),
            None => Self::from_bare_hex(text),
        }
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.algorithm.name())?;
        self.value.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl TryFrom<String> for Checksum {
    type Error = ChecksumError;

    fn try_from(text: String) -> Result<Self, ChecksumError> {
        text.parse()
    }
}

impl From<Checksum> for String {
    fn from(checksum: Checksum) -> Self {
        checksum.to_string()
    }
}

fn hex(digits: &str) -> Result<Vec<u8>, ChecksumError> {
    let digit = |byte: u8| char::from(byte).to_digit(16).ok_or(ChecksumError::NotDigits);
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if pairs.is_empty() || !rest.is_empty() {
        return Err(if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            ChecksumError::WrongLength
        } else {
            ChecksumError::NotDigits
        });
    }
    pairs
        .iter()
        .map(|[high, low]| {
            let byte = digit(*high)? << 4 | digit(*low)?;
            u8::try_from(byte).map_err(|_| ChecksumError::NotDigits)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn checksums_are_read_as_people_and_servers_write_them() {
        let same = [
            format!("sha256:{EMPTY}"),
            format!("SHA-256={}", EMPTY.to_uppercase()),
            format!("sha-256 : {EMPTY} "),
            EMPTY.to_owned(),
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".to_owned(),
            "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU".to_owned(),
        ];
        for text in same {
            let checksum: Checksum = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(checksum.to_string(), format!("sha256:{EMPTY}"));
        }
        let md5: Checksum = "d41d8cd98f00b204e9800998ecf8427e".parse().expect("md5");
        assert_eq!(md5.algorithm(), Algorithm::Md5);
        assert_eq!(
            format!("blake3:{EMPTY}").parse::<Checksum>().expect("blake3").algorithm(),
            Algorithm::Blake3
        );
    }

    #[test]
    fn what_is_none_says_what_is_wrong() {
        for (text, error) in [
            ("", ChecksumError::WrongLength),
            ("crc32:00000000", ChecksumError::UnknownAlgorithm),
            ("sha256:00", ChecksumError::WrongLength),
            ("sha256:zz", ChecksumError::NotDigits),
            ("sha256:!!", ChecksumError::NotDigits),
            ("abc", ChecksumError::WrongLength),
            ("hello there", ChecksumError::NotDigits),
        ] {
            assert_eq!(text.parse::<Checksum>(), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_stumble(text in ".{0,80}") {
            let _ = text.parse::<Checksum>();
        }

        #[test]
        fn what_is_shown_is_read_back(kind in 0..7_usize, seed in any::<[u8; 64]>()) {
            let algorithm = Algorithm::ALL[kind];
            let checksum = Checksum::new(algorithm, seed[..algorithm.length()].to_vec()).expect("fits");
            prop_assert_eq!(checksum.to_string().parse(), Ok(checksum));
        }
    }
}
