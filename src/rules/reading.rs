//! What somebody gets who reads a file while it still comes (RFC 9110, section 14).

use crate::model::ByteRange;

/// Where in the file a reader may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Anywhere: what is missing there is fetched next.
    Anywhere,
    /// The server sends one stream: up to this byte, which is the next one that comes.
    BehindWriter(u64),
}

/// The bytes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// All of the file, under status 200.
    Whole,
    /// These, under status 206.
    Stretch(ByteRange),
    /// Status 416: there are no such bytes, or they cannot be had out of their turn.
    NotThere,
}

/// `range` is the value of the header. One that is malformed, of another unit or of several ranges is ignored, as the RFC
/// allows. `total`: length of the file in bytes, if anybody knows it.
pub fn wanted(range: Option<&str>, total: Option<u64>, reach: Reach) -> Wanted {
    let Some(asked) = range.and_then(parse) else { return Wanted::Whole };
    let (start, end) = match (asked, total) {
        (Asked::From { .. } | Asked::Last(_), Some(0)) | (Asked::Last(_), None) => return Wanted::NotThere,
        (Asked::From { start, end }, Some(total)) => (start, end.map_or(total, |end| end.min(total))),
        // Where it ends nobody knows: from the first byte on it is the whole.
        (Asked::From { start: 0, end: None }, None) => return Wanted::Whole,
        (Asked::From { end: None, .. }, None) => return Wanted::NotThere,
        (Asked::From { start, end: Some(end) }, None) => (start, end),
        (Asked::Last(count), Some(total)) => (total.saturating_sub(count), total),
    };
    let there = start < end
        && match (reach, total) {
            (Reach::Anywhere, _) => true,
            (Reach::BehindWriter(next), Some(_)) => start <= next,
            // An answer has to say where it ends: what is not here yet may never be.
            (Reach::BehindWriter(next), None) => end <= next,
        };
    if there { Wanted::Stretch(ByteRange::new(start, end)) } else { Wanted::NotThere }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// `end` is exclusive.
    From {
        start: u64,
        end: Option<u64>,
    },
    Last(u64),
}

fn parse(range: &str) -> Option<Asked> {
    let (unit, ranges) = range.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = ranges.trim().split_once('-')?;
    let (first, last) = (first.trim(), last.trim());
    if first.is_empty() {
        return number(last).map(Asked::Last);
    }
    let start = number(first)?;
    if last.is_empty() {
        return Some(Asked::From { start, end: None });
    }
    let last = number(last)?;
    (start <= last).then_some(Asked::From { start, end: Some(last.saturating_add(1)) })
}

/// Digits and nothing else; one that is too large is as good as the largest.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &str) -> Wanted {
        wanted(Some(range), Some(100), Reach::Anywhere)
    }

    const fn stretch(start: u64, end: u64) -> Wanted {
        Wanted::Stretch(ByteRange::new(start, end))
    }

    #[test]
    fn one_range_of_a_file_of_known_length() {
        for (range, expected) in [
            ("bytes=0-", stretch(0, 100)),
            ("bytes=0-0", stretch(0, 1)),
            ("bytes=10-19", stretch(10, 20)),
            ("Bytes = 10 - 19", stretch(10, 20)),
            ("bytes=90-1000", stretch(90, 100)),
            ("bytes=90-99999999999999999999999", stretch(90, 100)),
            ("bytes=-10", stretch(90, 100)),
            ("bytes=-1000", stretch(0, 100)),
            ("bytes=99-", stretch(99, 100)),
            ("bytes=100-", Wanted::NotThere),
            ("bytes=99999999999999999999999-", Wanted::NotThere),
            ("bytes=-0", Wanted::NotThere),
        ] {
            assert_eq!(of(range), expected, "{range}");
        }
        assert_eq!(wanted(None, Some(100), Reach::Anywhere), Wanted::Whole);
        assert_eq!(wanted(Some("bytes=0-"), Some(0), Reach::Anywhere), Wanted::NotThere);
    }

    #[test]
    fn what_is_no_range_or_several_is_ignored() {
        for range in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=9-3",
            "bytes=0-1,5-9",
            "lines=0-1",
            "bytes=+1-2",
        ] {
            assert_eq!(of(range), Wanted::Whole, "{range}");
        }
    }

    #[test]
    fn one_stream_is_read_behind_its_writer_only() {
        let behind = |range| wanted(Some(range), Some(100), Reach::BehindWriter(40));
        assert_eq!(behind("bytes=0-"), stretch(0, 100));
        assert_eq!(behind("bytes=40-"), stretch(40, 100));
        assert_eq!(behind("bytes=41-"), Wanted::NotThere);
        assert_eq!(behind("bytes=-10"), Wanted::NotThere);
    }

    #[test]
    fn without_a_length_only_what_is_here_has_an_end() {
        let open = |range| wanted(Some(range), None, Reach::BehindWriter(40));
        assert_eq!(open("bytes=0-"), Wanted::Whole);
        assert_eq!(open("bytes=1-"), Wanted::NotThere);
        assert_eq!(open("bytes=-1"), Wanted::NotThere);
        assert_eq!(open("bytes=5-39"), stretch(5, 40));
        assert_eq!(open("bytes=5-40"), Wanted::NotThere);
    }
}
