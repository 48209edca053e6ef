//! Is this still the file that was begun? Bytes of two versions must never meet in one file.

use crate::model::{Change, ETag, Validator};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sameness {
    /// A firm validator agrees.
    Same,
    /// Nothing firm speaks for or against it: bytes that are already here are fetched again and compared. What looked
    /// different, if anything, is named.
    CannotTell(Option<Change>),
    Changed(Change),
}

/// Bytes fetched again and compared when validators cannot tell.
pub const OVERLAP: u64 = 64 << 10;

/// Compares what was known of a file with what an answer says of it (RFC 9110, section 8.8).
///
/// A different length or strong ETag is a change. A weak ETag or a date that differs proves nothing: servers of one
/// name disagree on both, so the bytes decide.
pub fn compare(known: &Validator, seen: &Validator) -> Sameness {
    if let (Some(was), Some(is)) = (known.total, seen.total)
        && was != is
    {
        return Sameness::Changed(Change::Size { was, is: Some(is) });
    }
    match (&known.etag, &seen.etag) {
        (Some(known_tag), Some(seen_tag)) => compare_tags(known_tag, seen_tag, known, seen),
        (Some(_), None) | (None, Some(_) | None) => compare_dates(known, seen),
    }
}

fn compare_tags(known_tag: &ETag, seen_tag: &ETag, known: &Validator, seen: &Validator) -> Sameness {
    let equal = known_tag.value == seen_tag.value;
    let strong = !known_tag.weak && !seen_tag.weak;
    match (equal, strong) {
        (true, true) => Sameness::Same,
        (false, true) => Sameness::Changed(Change::ETag),
        (false, false) => Sameness::CannotTell(Some(Change::ETag)),
        // A weak ETag promises the same meaning, not the same bytes: the date must agree too.
        (true, false) => compare_dates(known, seen),
    }
}

fn compare_dates(known: &Validator, seen: &Validator) -> Sameness {
    match (&known.last_modified, &seen.last_modified) {
        (Some(was), Some(is)) if was == is && known.total.is_some() && known.total == seen.total => {
            Sameness::Same
        }
        (Some(was), Some(is)) if was != is => Sameness::CannotTell(Some(Change::LastModified)),
        _ => Sameness::CannotTell(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn validator(etag: &str, date: &str, total: u64) -> Validator {
        Validator {
            etag: ETag::parse(etag),
            last_modified: (!date.is_empty()).then(|| date.to_owned()),
            total: (total > 0).then_some(total),
        }
    }

    #[test]
    fn every_case() {
        use Sameness::{CannotTell, Changed, Same};
        let size = |was, is| Changed(Change::Size { was, is: Some(is) });
        let cases = [
            // known                         seen                           verdict
            (("\"a\"", "mon", 9), ("\"a\"", "mon", 9), Same),
            (("\"a\"", "mon", 9), ("\"a\"", "tue", 9), Same),
            (("\"a\"", "mon", 9), ("\"a\"", "mon", 0), Same),
            (("\"a\"", "mon", 9), ("\"b\"", "mon", 9), Changed(Change::ETag)),
            (("\"a\"", "mon", 9), ("\"a\"", "mon", 8), size(9, 8)),
            (("W/\"a\"", "mon", 9), ("W/\"a\"", "mon", 9), Same),
            (("W/\"a\"", "", 9), ("W/\"a\"", "", 9), CannotTell(None)),
            (("W/\"a\"", "mon", 9), ("W/\"b\"", "mon", 9), CannotTell(Some(Change::ETag))),
            (("\"a\"", "mon", 9), ("W/\"a\"", "mon", 9), Same),
            (("\"a\"", "mon", 9), ("W/\"b\"", "mon", 9), CannotTell(Some(Change::ETag))),
            (("\"a\"", "mon", 9), ("", "mon", 9), Same),
            (("\"a\"", "mon", 9), ("", "tue", 9), CannotTell(Some(Change::LastModified))),
            (("\"a\"", "", 9), ("", "", 9), CannotTell(None)),
            (("", "mon", 9), ("", "mon", 9), Same),
            (("", "mon", 9), ("", "tue", 9), CannotTell(Some(Change::LastModified))),
            (("", "mon", 0), ("", "mon", 9), CannotTell(None)),
            (("", "", 9), ("", "", 9), CannotTell(None)),
            (("", "", 9), ("", "", 8), size(9, 8)),
            (("", "", 0), ("", "", 0), CannotTell(None)),
        ];
        for ((etag, date, total), (seen_etag, seen_date, seen_total), verdict) in cases {
            let known = validator(etag, date, total);
            let seen = validator(seen_etag, seen_date, seen_total);
            assert_eq!(compare(&known, &seen), verdict, "{known:?} against {seen:?}");
        }
    }
}
