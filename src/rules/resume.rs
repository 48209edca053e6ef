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
    use proptest::prelude::*;

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

    #[test]
    fn tags_are_read_as_servers_write_them() {
        let cases = [
            ("\"a\"", Some((false, "\"a\""))),
            (" W/\"a\" ", Some((true, "\"a\""))),
            ("w/\"a\"", Some((true, "\"a\""))),
            ("unquoted", Some((false, "unquoted"))),
            ("W/unquoted", Some((true, "unquoted"))),
            ("\"\"", None),
            ("W/\"\"", None),
            ("", None),
            ("W/", None),
        ];
        for (text, tag) in cases {
            assert_eq!(
                ETag::parse(text),
                tag.map(|(weak, value)| ETag { weak, value: value.to_owned() }),
                "{text}"
            );
        }
    }

    fn any_validator() -> impl Strategy<Value = Validator> {
        let tag = prop::option::of((any::<bool>(), "[ab]"));
        let date = prop::option::of("[xy]");
        (tag, date, prop::option::of(1..3u64)).prop_map(|(tag, last_modified, total)| Validator {
            etag: tag.map(|(weak, value)| ETag { weak, value }),
            last_modified,
            total,
        })
    }

    proptest! {
        #[test]
        fn no_verdict_without_a_firm_reason(known in any_validator(), seen in any_validator()) {
            let sizes_differ = matches!((known.total, seen.total), (Some(was), Some(is)) if was != is);
            let strong = |validator: &Validator| validator.etag.clone().filter(|tag| !tag.weak);
            let tags = strong(&known).zip(strong(&seen)).map(|(was, is)| was == is);
            match compare(&known, &seen) {
                Sameness::Changed(_) => prop_assert!(sizes_differ || tags == Some(false)),
                Sameness::Same => {
                    let dated = known.last_modified.is_some() && known.last_modified == seen.last_modified;
                    prop_assert!(!sizes_differ && tags != Some(false));
                    prop_assert!(tags == Some(true) || (dated && known.total.is_some()));
                }
                Sameness::CannotTell(_) => prop_assert!(!sizes_differ && tags.is_none()),
            }
        }

        #[test]
        fn it_does_not_matter_which_came_first(known in any_validator(), seen in any_validator()) {
            let kind = |sameness| match sameness {
                Sameness::Same => 0,
                Sameness::CannotTell(_) => 1,
                Sameness::Changed(_) => 2,
            };
            prop_assert_eq!(kind(compare(&known, &seen)), kind(compare(&seen, &known)));
        }
    }
}
