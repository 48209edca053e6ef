//! Is it the file that was meant? What it must come to, who says so, and what was found.

use serde::{Deserialize, Serialize};

use super::{ByteRange, Checksum, Pieces};

/// Everything about the checking of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Check {
    pub expected: Option<Expected>,
    /// Checksums of its pieces: they tell which part of it is wrong.
    pub pieces: Option<Pieces>,
    /// Length in bytes that the file must have.
    pub size: Option<u64>,
    pub search: Search,
    pub verdict: Option<Verdict>,
}

/// What the whole file must come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    pub checksum: Checksum,
    pub origin: Origin,
}

/// Who says what a file must come to. Ordered by whom to believe when they disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The answer that brought the bytes.
    Server,
    /// A list that lies beside the file.
    List,
    Metalink,
    User,
}

/// Is a list of checksums to be looked for beside the file?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Search {
    #[default]
    No,
    Beside,
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Verified,
    /// It is another file, and the user keeps it as it is.
    Mismatch,
}

/// How a file is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mismatch {
    pub origin: Origin,
    pub expected: Option<Checksum>,
    pub found: Option<Checksum>,
    /// The piece that stayed wrong, where there are checksums of pieces.
    pub piece: Option<BadPiece>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadPiece {
    /// From 0.
    pub index: u64,
    pub count: u64,
    pub range: ByteRange,
}

impl Check {
    /// The word for a search, where a checksum could stand.
    pub const SEARCH: &str = "auto";

    pub const fn user(checksum: Checksum) -> Self {
        Self {
            expected: Some(Expected { checksum, origin: Origin::User }),
            pieces: None,
            size: None,
            search: Search::No,
            verdict: None,
        }
    }

    /// Takes in what somebody says of the file. True when it changes what is expected: a higher word counts, and of one
    /// server the last one.
    pub fn learn(&mut self, said: &Expected) -> bool {
        let counts = match &self.expected {
            None => true,
            Some(known) => said.origin > known.origin || (said.origin == known.origin && said != known),
        };
        if counts {
            self.expected = Some(said.clone());
            self.verdict = None;
        }
        counts
    }

    /// The file is fetched anew: what was said of the old version, and found, is void.
    pub fn begin_anew(&mut self) {
        self.verdict = None;
        if self.expected.as_ref().is_some_and(|expected| expected.origin == Origin::Server) {
            self.expected = None;
        }
    }

    /// Who is to be named when the file turns out wrong.
    pub fn origin(&self) -> Origin {
        self.expected.as_ref().map_or(Origin::Metalink, |expected| expected.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, origin: Origin) -> Expected {
        Expected { checksum: text.parse().expect("a checksum"), origin }
    }

    const ONE: &str = "md5:900150983cd24fb0d6963f7d28e17f72";
    const OTHER: &str = "md5:d41d8cd98f00b204e9800998ecf8427e";

    #[test]
    fn the_higher_word_counts() {
        let mut check = Check::default();
        assert!(check.learn(&said(ONE, Origin::Server)));
        assert!(check.learn(&said(OTHER, Origin::Server)), "the last word of a server");
        assert!(!check.learn(&said(OTHER, Origin::Server)));
        assert!(check.learn(&said(ONE, Origin::User)));
        check.verdict = Some(Verdict::Verified);
        for origin in [Origin::Server, Origin::List, Origin::Metalink] {
            assert!(!check.learn(&said(OTHER, origin)), "{origin:?}");
        }
        assert_eq!((check.origin(), check.verdict), (Origin::User, Some(Verdict::Verified)));
    }

    #[test]
    fn a_new_version_has_its_own_digest() {
        let mut check = Check::user(ONE.parse().expect("a checksum"));
        check.verdict = Some(Verdict::Mismatch);
        check.begin_anew();
        assert_eq!((check.expected.is_some(), check.verdict), (true, None));
        let mut check = Check::default();
        let _ = check.learn(&said(ONE, Origin::Server));
        check.begin_anew();
        assert_eq!(check, Check::default());
    }

    #[test]
    fn what_older_programs_stored_is_read() {
        assert_eq!(serde_json::from_str::<Check>("{}").expect("read"), Check::default());
    }
}
