//! Is this the answer to what was asked? Bytes are written only after [`judge`] said where they belong.

use crate::model::{Change, ETag, Fault, Lie, Validator};
use crate::rules::resume::{Sameness, compare};
use crate::rules::segments::Ask;

/// What was asked for, and what is known of the file so far.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub ask: Ask,
    /// A `Range` header was sent.
    pub ranged: bool,
    /// Of the version whose bytes are here; `None` before the first answer.
    pub known: Option<&'a Validator>,
    /// Bytes of that version are here.
    pub has_bytes: bool,
    /// The address or a name given by the user says that the file is a web page.
    pub page_expected: bool,
    /// The total that an answer named whose other words contradict it; see [`claim`].
    pub claimed: Option<u64>,
}

/// The head of an answer, reduced to what decides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    pub status: u16,
    pub content_length: Option<u64>,
    pub content_range: Option<ContentRange>,
    pub content_type: Option<String>,
    /// Says `attachment`: meant to be saved, even if it is a page.
    pub attachment: bool,
    /// A `Content-Encoding` other than identity.
    pub encoded: bool,
    pub etag: Option<ETag>,
    pub last_modified: Option<String>,
    pub retry_after: Option<crate::model::Span>,
}

/// `Content-Range: bytes first-last/total` (RFC 9110, section 14.4), as a half-open range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentRange {
    Bytes { start: u64, end: u64, total: Option<u64> },
    Unsatisfied { total: u64 },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The body is the file's bytes from `start` on.
    Take(Take),
    /// Nothing is missing: the file ends where the present bytes end.
    AlreadyComplete {
        total: u64,
    },
    /// The server does not like the question; ask once more without a range.
    AskPlainly,
    Refuse(Fault),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Take {
    pub start: u64,
    /// Exclusive end of this body; `None`: until the server ends it.
    pub end: Option<u64>,
    /// Validators of this answer; its total is that of the whole file.
    pub seen: Validator,
    /// A 206 proved that ranges work.
    pub resumable: bool,
    /// `false`: bytes that are here must be compared before anything is written.
    pub same: bool,
}

pub fn judge(asked: &Asked<'_>, head: &Head) -> Verdict {
    match head.status {
        206 => partial(asked, head),
        200 => whole(asked, head),
        416 => unsatisfied(asked, head),
        412 if asked.has_bytes => Verdict::Refuse(Fault::SourceChanged(Change::Precondition)),
        // Servers that choke on a Range header use any of these for it.
        400 | 405 | 406 | 501 if asked.ranged => Verdict::AskPlainly,
        403 | 412 if asked.ranged && !asked.has_bytes => Verdict::AskPlainly,
        status => Verdict::Refuse(Fault::Http { status, retry_after: head.retry_after }),
    }
}

fn partial(asked: &Asked<'_>, head: &Head) -> Verdict {
    let lie = |lie| {
        if asked.has_bytes || !asked.ranged {
            Verdict::Refuse(Fault::InvalidResponse(lie))
        } else {
            Verdict::AskPlainly
        }
    };
    if is_type(head, "multipart/byteranges") {
        return lie(Lie::Multipart);
    }
    if head.encoded {
        return lie(Lie::Encoded);
    }
    let Some(ContentRange::Bytes { start, end, total }) = head.content_range else {
        return lie(Lie::WrongRange);
    };
    let within = total.is_none_or(|total| end <= total);
    let length_agrees = head.content_length.is_none_or(|length| length == end - start);
    let asked_end = asked.ask.to.unwrap_or(u64::MAX);
    if start != asked.ask.from || end <= start || end > asked_end || !within || !length_agrees {
        return lie(Lie::WrongRange);
    }
    let seen = validator(head, total);
    accept(asked, head, Take { start, end: Some(end), seen, resumable: true, same: true })
}

fn whole(asked: &Asked<'_>, head: &Head) -> Verdict {
    let total = if head.encoded { None } else { head.content_length };
    let seen = validator(head, total);
    if asked.has_bytes {
        // The file is looked at before the range is complained of: a changed file is the better reason.
        if let Some(page) = unexpected_page(asked, head) {
            return Verdict::Refuse(page);
        }
        return Verdict::Refuse(match asked.known.map(|known| compare(known, &seen)) {
            Some(Sameness::Changed(change)) => Fault::SourceChanged(change),
            Some(Sameness::Same | Sameness::CannotTell(_)) | None => {
                Fault::InvalidResponse(Lie::RangeIgnored)
            }
        });
    }
    if head.encoded {
        return Verdict::Refuse(Fault::InvalidResponse(Lie::Encoded));
    }
    // A status of 200 says that this is all of it, and the range that it is not: the latter is in the way of a whole file.
    if let Some(ContentRange::Bytes { start, end, total }) = head.content_range
        && (start > 0 || total.is_some_and(|total| total != end))
    {
        let wrong = Verdict::Refuse(Fault::InvalidResponse(Lie::WrongRange));
        return if asked.ranged { Verdict::AskPlainly } else { wrong };
    }
    if let (Some(claimed), Some(total)) = (asked.claimed, total)
        && claimed != total
    {
        return Verdict::Refuse(Fault::InvalidResponse(Lie::LengthDisagrees));
    }
    accept(asked, head, Take { start: 0, end: total, seen, resumable: false, same: true })
}

fn accept(asked: &Asked<'_>, head: &Head, mut take: Take) -> Verdict {
    if let Some(page) = unexpected_page(asked, head) {
        return Verdict::Refuse(page);
    }
    take.same = match asked.known.filter(|_| asked.has_bytes).map(|known| compare(known, &take.seen)) {
        Some(Sameness::Changed(change)) => return Verdict::Refuse(Fault::SourceChanged(change)),
        Some(Sameness::CannotTell(_)) => false,
        Some(Sameness::Same) | None => true,
    };
    Verdict::Take(take)
}

fn unsatisfied(asked: &Asked<'_>, head: &Head) -> Verdict {
    if let (Some(known), Some(_)) = (asked.known.filter(|_| asked.has_bytes), &head.etag)
        && compare(known, &Validator { total: None, ..validator(head, None) })
            == Sameness::Changed(Change::ETag)
    {
        return Verdict::Refuse(Fault::SourceChanged(Change::ETag));
    }
    let total = match head.content_range {
        Some(ContentRange::Unsatisfied { total }) => Some(total),
        Some(ContentRange::Bytes { .. }) | None => None,
    };
    let known_total = asked.known.and_then(|known| known.total);
    match (total, known_total) {
        (Some(0), _) if !asked.has_bytes => Verdict::AlreadyComplete { total: 0 },
        (Some(is), Some(was)) if is != was => {
            Verdict::Refuse(Fault::SourceChanged(Change::Size { was, is: Some(is) }))
        }
        // The length was unknown, and what is here is all there is.
        (Some(is), None) if asked.has_bytes && is == asked.ask.from => Verdict::AlreadyComplete { total: is },
        (Some(is), None) if asked.has_bytes && is < asked.ask.from => {
            Verdict::Refuse(Fault::SourceChanged(Change::Size { was: asked.ask.from, is: Some(is) }))
        }
        _ if !asked.has_bytes && asked.ranged => Verdict::AskPlainly,
        // Nothing was asked that could not be satisfied.
        _ if !asked.has_bytes => Verdict::Refuse(Fault::Http { status: 416, retry_after: None }),
        // The file is as long as it was, so that what is missing could be had: the server only knows no ranges.
        (Some(is), Some(was)) if is == was => Verdict::Refuse(Fault::InvalidResponse(Lie::RangeIgnored)),
        _ => Verdict::Refuse(Fault::SourceChanged(Change::Size {
            was: known_total.unwrap_or(asked.ask.from),
            is: total,
        })),
    }
}

/// The total that a refused 206 named, if its `Content-Range` is sound and only its `Content-Length` denies it. One of the
/// two is wrong; a plain answer that agrees with the wrong one would be a file cut short, so it must agree with this one.
pub fn claim(head: &Head) -> Option<u64> {
    match (head.status, head.content_range?) {
        (206, ContentRange::Bytes { start, end, total: Some(total) }) if end <= total => {
            head.content_length.filter(|length| *length != end - start).map(|_| total)
        }
        (_, ContentRange::Bytes { .. } | ContentRange::Unsatisfied { .. }) => None,
    }
}

fn unexpected_page(asked: &Asked<'_>, head: &Head) -> Option<Fault> {
    let page = is_type(head, "text/html") || is_type(head, "application/xhtml+xml");
    // The address is filled in by the caller, who knows it.
    (page && !head.attachment && !asked.page_expected).then_some(Fault::InvalidResponse(Lie::NotTheFile))
}

fn is_type(head: &Head, wanted: &str) -> bool {
    head.content_type
        .as_deref()
        .and_then(|text| text.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted))
}

fn validator(head: &Head, total: Option<u64>) -> Validator {
    Validator { etag: head.etag.clone(), last_modified: head.last_modified.clone(), total }
}

impl ContentRange {
    /// `None` when the text is not a range of bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.trim();
        let (unit, rest) = rest.split_at_checked(5)?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return None;
        }
        let (range, total) = rest.trim_start_matches([' ', '=', ':']).split_once('/')?;
        let total = match total.trim() {
            "*" => None,
            digits => Some(number(digits)?),
        };
        if range.trim() == "*" {
            return total.map(|total| Self::Unsatisfied { total });
        }
        let (first, last) = range.split_once('-')?;
        let (start, last) = (number(first.trim())?, number(last.trim())?);
        let end = last.checked_add(1)?;
        (start < end).then_some(Self::Bytes { start, end, total })
    }
}

/// Digits only: `u64::from_str` would accept a sign.
pub fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOTAL: u64 = 1000;

    fn known() -> Validator {
        Validator { etag: ETag::parse("\"a\""), last_modified: None, total: Some(TOTAL) }
    }

    fn first() -> Asked<'static> {
        Asked {
            ask: Ask { from: 0, to: None },
            ranged: true,
            known: None,
            has_bytes: false,
            page_expected: false,
            claimed: None,
        }
    }

    fn resumed(known: &Validator) -> Asked<'_> {
        Asked { ask: Ask { from: 400, to: None }, known: Some(known), has_bytes: true, ..first() }
    }

    fn ranged(range: &str) -> Head {
        Head {
            status: 206,
            content_range: ContentRange::parse(range),
            etag: ETag::parse("\"a\""),
            ..Head::default()
        }
    }

    fn refused(verdict: &Verdict) -> Option<&Fault> {
        match verdict {
            Verdict::Refuse(fault) => Some(fault),
            Verdict::Take(_) | Verdict::AlreadyComplete { .. } | Verdict::AskPlainly => None,
        }
    }

    #[test]
    fn a_proper_range_is_taken_where_it_belongs() {
        let known = known();
        let Verdict::Take(take) = judge(&resumed(&known), &ranged("bytes 400-999/1000")) else { panic!() };
        assert_eq!((take.start, take.end, take.resumable, take.same), (400, Some(1000), true, true));
    }

    #[test]
    fn lies_about_the_range_never_reach_the_file() {
        let known = known();
        let lies = [
            "bytes 0-599/1000",
            "bytes 401-999/1000",
            "bytes 400-1000/1000",
            "bytes 400-399/1000",
            "bytes */1000",
            "items 400-999/1000",
            "bytes 400-999",
            "garbage",
            "bytes 400-18446744073709551615/*",
        ];
        for lie in lies {
            let verdict = judge(&resumed(&known), &ranged(lie));
            assert_eq!(refused(&verdict), Some(&Fault::InvalidResponse(Lie::WrongRange)), "{lie}");
        }
        let short = Head { content_length: Some(599), ..ranged("bytes 400-999/1000") };
        assert_eq!(refused(&judge(&resumed(&known), &short)), Some(&Fault::InvalidResponse(Lie::WrongRange)));
    }

    #[test]
    fn another_total_or_strong_etag_is_another_file() {
        let known = known();
        let bigger = judge(&resumed(&known), &ranged("bytes 400-1999/2000"));
        let size = Change::Size { was: TOTAL, is: Some(2000) };
        assert_eq!(refused(&bigger), Some(&Fault::SourceChanged(size)));
        let other = Head { etag: ETag::parse("\"b\""), ..ranged("bytes 400-999/1000") };
        assert_eq!(refused(&judge(&resumed(&known), &other)), Some(&Fault::SourceChanged(Change::ETag)));
    }

    #[test]
    fn without_a_firm_validator_bytes_are_compared_first() {
        let known = Validator { etag: None, ..known() };
        let head = Head { etag: None, ..ranged("bytes 400-999/1000") };
        let Verdict::Take(take) = judge(&resumed(&known), &head) else { panic!() };
        assert!(!take.same);
    }

    #[test]
    fn a_whole_file_in_answer_to_a_range_is_not_glued_on() {
        let known = known();
        let head =
            Head { status: 200, content_length: Some(TOTAL), etag: ETag::parse("\"a\""), ..Head::default() };
        assert_eq!(
            refused(&judge(&resumed(&known), &head)),
            Some(&Fault::InvalidResponse(Lie::RangeIgnored))
        );
        let other = Head { etag: ETag::parse("\"b\""), ..head };
        assert_eq!(refused(&judge(&resumed(&known), &other)), Some(&Fault::SourceChanged(Change::ETag)));
    }

    #[test]
    fn a_part_under_the_status_of_the_whole_is_not_taken_for_the_file() {
        for range in ["bytes 5-999/1000", "bytes 0-899/1000"] {
            let head = Head { status: 200, ..ranged(range) };
            assert_eq!(judge(&first(), &head), Verdict::AskPlainly, "{range}");
            let plain = Asked { ranged: false, ..first() };
            let wrong = Fault::InvalidResponse(Lie::WrongRange);
            assert_eq!(refused(&judge(&plain, &head)), Some(&wrong), "{range}");
        }
        let whole = Head { status: 200, ..ranged("bytes 0-999/1000") };
        assert!(matches!(judge(&first(), &whole), Verdict::Take(_)));
    }

    #[test]
    fn the_first_answer_may_be_whole_and_then_cannot_resume() {
        let head = Head { status: 200, content_length: Some(TOTAL), ..Head::default() };
        let Verdict::Take(take) = judge(&first(), &head) else { panic!() };
        assert_eq!(
            (take.start, take.end, take.seen.total, take.resumable),
            (0, Some(TOTAL), Some(TOTAL), false)
        );
    }

    #[test]
    fn a_server_that_chokes_on_ranges_is_asked_once_more() {
        for status in [400, 403, 405, 406, 412, 416, 501] {
            let head = Head { status, ..Head::default() };
            assert_eq!(judge(&first(), &head), Verdict::AskPlainly, "{status}");
            let plain = Asked { ranged: false, ..first() };
            assert!(refused(&judge(&plain, &head)).is_some(), "{status}");
        }
        assert_eq!(judge(&first(), &ranged("garbage")), Verdict::AskPlainly);
    }

    #[test]
    fn an_unsatisfied_range_is_the_end_or_a_change_but_never_a_silent_restart() {
        let known = known();
        let head = |range| Head { status: 416, ..ranged(range) };
        let size = |is| Fault::SourceChanged(Change::Size { was: TOTAL, is });
        assert_eq!(refused(&judge(&resumed(&known), &head("bytes */500"))), Some(&size(Some(500))));
        assert_eq!(refused(&judge(&resumed(&known), &head("none"))), Some(&size(None)));
        assert_eq!(judge(&first(), &head("bytes */0")), Verdict::AlreadyComplete { total: 0 });
        let unknown = Validator { total: None, ..known };
        assert_eq!(judge(&resumed(&unknown), &head("bytes */400")), Verdict::AlreadyComplete { total: 400 });
    }

    #[test]
    fn a_server_that_begins_to_choke_on_ranges_shows_whether_the_file_is_still_there() {
        let known = known();
        for status in [400, 405, 406, 501] {
            let head = Head { status, ..Head::default() };
            assert_eq!(judge(&resumed(&known), &head), Verdict::AskPlainly, "{status}");
        }
        let refused_link = judge(&resumed(&known), &Head { status: 403, ..Head::default() });
        assert_eq!(refused(&refused_link), Some(&Fault::Http { status: 403, retry_after: None }));
        let changed = judge(&resumed(&known), &Head { status: 412, ..Head::default() });
        assert_eq!(refused(&changed), Some(&Fault::SourceChanged(Change::Precondition)));
    }

    #[test]
    fn an_unsatisfied_range_of_a_file_that_is_as_it_was_only_means_that_ranges_do_not_work() {
        let known = known();
        let head = Head { status: 416, ..ranged("bytes */1000") };
        let ignored = Fault::InvalidResponse(Lie::RangeIgnored);
        assert_eq!(refused(&judge(&resumed(&known), &head)), Some(&ignored));
        let other = Head { etag: ETag::parse("\"b\""), ..head };
        let changed = Fault::SourceChanged(Change::ETag);
        assert_eq!(refused(&judge(&resumed(&known), &other)), Some(&changed));
    }

    #[test]
    fn a_plain_answer_must_agree_with_the_total_that_was_named_before() {
        let short = Head { content_length: Some(900), ..ranged("bytes 0-999/1000") };
        assert_eq!(judge(&first(), &short), Verdict::AskPlainly);
        assert_eq!(claim(&short), Some(TOTAL));
        for sound in ["bytes 0-999/1000", "bytes 0-999/*", "bytes 5-1004/1000", "bytes */1000", "none"] {
            let length = (sound == "bytes 0-999/1000").then_some(1000).or(Some(7));
            let head = Head { content_length: length, ..ranged(sound) };
            assert_eq!(claim(&head), None, "{sound}");
        }
        let plain = |length| Head { status: 200, content_length: length, ..Head::default() };
        let asked = Asked { ranged: false, claimed: claim(&short), ..first() };
        let disagrees = Fault::InvalidResponse(Lie::LengthDisagrees);
        assert_eq!(refused(&judge(&asked, &plain(Some(900)))), Some(&disagrees));
        assert!(matches!(judge(&asked, &plain(Some(1000))), Verdict::Take(_)));
        assert!(matches!(judge(&asked, &plain(None)), Verdict::Take(_)));
    }

    #[test]
    fn ranges_are_read_as_they_are_written() {
        let bytes = |start, end, total| Some(ContentRange::Bytes { start, end, total });
        let cases = [
            ("bytes 0-0/1", bytes(0, 1, Some(1))),
            ("bytes 0-499/1234", bytes(0, 500, Some(1234))),
            ("Bytes 5-9/*", bytes(5, 10, None)),
            ("bytes=5-9/10", bytes(5, 10, Some(10))),
            ("bytes: 5 - 9 / 10", bytes(5, 10, Some(10))),
            ("bytes 4294967296-5368709119/5368709120", bytes(1 << 32, 5 << 30, Some(5 << 30))),
            ("bytes */0", Some(ContentRange::Unsatisfied { total: 0 })),
            ("bytes */*", None),
            ("bytes 5-4/10", None),
            ("bytes -5/10", None),
            ("bytes 5-/10", None),
            ("bytes +5-9/10", None),
            ("bytes 5-9/-10", None),
            ("bytes 5-9/10/11", None),
            ("bytes 0-18446744073709551615/*", None),
            ("bytes 0-18446744073709551616/*", None),
            ("seconds 5-9/10", None),
            ("", None),
            ("é 5-9/10", None),
        ];
        for (text, range) in cases {
            assert_eq!(ContentRange::parse(text), range, "{text}");
        }
    }

    #[test]
    fn a_page_is_not_the_file_unless_it_is_meant_to_be() {
        let head =
            Head { status: 200, content_type: Some("Text/HTML; charset=utf-8".into()), ..Head::default() };
        assert_eq!(refused(&judge(&first(), &head)), Some(&Fault::InvalidResponse(Lie::NotTheFile)));
        let wanted = Asked { page_expected: true, ..first() };
        assert!(matches!(judge(&wanted, &head), Verdict::Take(_)));
        let attached = Head { attachment: true, ..head };
        assert!(matches!(judge(&first(), &attached), Verdict::Take(_)));
    }

    proptest! {
        #[test]
        fn content_range_never_panics_and_is_never_empty(text in "\\PC{0,60}") {
            if let Some(ContentRange::Bytes { start, end, .. }) = ContentRange::parse(&text) {
                prop_assert!(start < end);
            }
        }

        #[test]
        fn a_range_survives_being_written_and_read(start: u64, len in 1..u64::MAX, total: Option<u64>) {
            if let Some(end) = start.checked_add(len) {
                let written = total.map_or("*".to_owned(), |total| total.to_string());
                let text = format!("bytes {start}-{}/{written}", end - 1);
                prop_assert_eq!(ContentRange::parse(&text), Some(ContentRange::Bytes { start, end, total }));
            }
        }

        #[test]
        fn whatever_is_taken_lies_where_it_was_asked(
            from in 0..2000u64, to in prop::option::of(0..3000u64), start in 0..2000u64, len in 0..3000u64,
            total in prop::option::of(0..4000u64), length in prop::option::of(0..3000u64), status in prop::sample::select(vec![200u16, 206, 416]),
        ) {
            let known = known();
            let asked = Asked { ask: Ask { from, to }, ..resumed(&known) };
            let head = Head { status, content_length: length,
                content_range: Some(ContentRange::Bytes { start, end: start + len, total }), etag: ETag::parse("\"a\""), ..Head::default() };
            if let Verdict::Take(take) = judge(&asked, &head) {
                prop_assert_eq!(take.start, from);
                let end = take.end.expect("a range has an end");
                prop_assert!(end > from && to.is_none_or(|to| end <= to));
                prop_assert!(total.is_none_or(|total| total == TOTAL && end <= TOTAL));
            }
        }
    }
}
