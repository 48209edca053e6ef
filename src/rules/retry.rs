//! What becomes of a transfer after a fault: again, ask, or give up. Each fault is judged by name, and each number has
//! its reason.

use crate::model::{Change, DiskFault, Failure, Fault, Lie, Question, Span, TlsFault, UploadFault};

/// Circumstances of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// Tries without a new byte, this one included; from 1.
    pub attempt: u32,
    /// Give up after so many; `None`: never by count.
    pub most: Option<u32>,
    /// Since the last new byte, or since it was added.
    pub without_progress: Span,
    /// Bytes of the file are here.
    pub has_bytes: bool,
    /// 0 to 999: where in the jitter this try falls.
    pub dice: u16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    RetryAfter(Span),
    /// Not a fault of the transfer: back into the queue, not counted.
    Requeue,
    Ask(Question),
    Fail(Failure),
}

/// First pause; doubles with each try. BITS waits 600 s and allows 5 s at the least.
pub const FIRST: Span = Span::seconds(5);
/// Longest pause of our own making: BITS's default between tries.
pub const LONGEST: Span = Span::minutes(10);
/// A server may ask for more than that, up to a day; beyond it is a mistake in its clock.
pub const LONGEST_ASKED: Span = Span::days(1);
/// BITS asks after 1,209,600 s without progress.
pub const PATIENCE: Span = Span::days(14);
/// An answer that breaks the rules rarely gets better: five chances, then a person should look.
const LIES_MOST: u32 = 5;
/// A broken worker is our own mistake; three chances in case it was memory or luck.
const PANICS_MOST: u32 = 3;

pub fn fate(fault: Fault, tries: &Tries) -> Fate {
    if fault.is_of_the_network() { of_the_network(fault, tries) } else { of_the_server(fault, tries) }
}

fn of_the_network(fault: Fault, tries: &Tries) -> Fate {
    if fault == Fault::Gated {
        Fate::Requeue
    } else if fault == (Fault::ProxyRefused { status: Some(407) }) {
        Fate::Ask(Question::ProxySignIn)
    } else {
        again(fault, None, tries)
    }
}

fn of_the_server(fault: Fault, tries: &Tries) -> Fate {
    match fault {
        Fault::Tls(TlsFault::Revoked) => fail(fault, tries),
        Fault::Tls(
            tls @ (TlsFault::NameMismatch
            | TlsFault::Expired
            | TlsFault::NotYetValid
            | TlsFault::UnknownIssuer
            | TlsFault::BadCertificate),
        ) => Fate::Ask(Question::Certificate(tls)),
        Fault::InvalidResponse(lie) => after_lie(lie, tries),
        Fault::Http { status, retry_after } => after_status(status, retry_after, tries),
        Fault::Ftp { code } => after_reply(code, tries),
        Fault::TooManyRedirects | Fault::BadRedirect => fail(fault, tries),
        Fault::InsecureRedirect { to } => Fate::Ask(Question::InsecureRedirect { to }),
        Fault::WebPage { title, address } => Fate::Ask(Question::WebPage { title, address }),
        Fault::SourceChanged(change) => Fate::Ask(Question::SourceChanged(change)),
        Fault::ChecksumMismatch(mismatch) => Fate::Ask(Question::ChecksumMismatch(mismatch)),
        Fault::Upload(upload) => after_upload(upload, tries),
        // What is left is sound: the rest is fetched once more.
        Fault::Disk(DiskFault::PartTruncated) => again(fault, None, tries),
        Fault::Disk(disk) => Fate::Ask(Question::Disk(disk)),
        Fault::SecretLost => Fate::Ask(Question::SignIn),
        Fault::HeaderLost => Fate::Ask(Question::HeaderLost),
        Fault::Panicked if tries.attempt >= PANICS_MOST => fail(fault, tries),
        Fault::Panicked => again(fault, None, tries),
        // Judged already, by their common name.
        Fault::NameNotResolved
        | Fault::CannotConnect
        | Fault::Unreachable
        | Fault::ConnectTimeout
        | Fault::ResponseTimeout
        | Fault::Stalled
        | Fault::ConnectionReset
        | Fault::ConnectionAborted
        | Fault::Disconnected
        | Fault::Tls(TlsFault::Handshake)
        | Fault::ProxyRefused { .. }
        | Fault::Gated => of_the_network(fault, tries),
    }
}

fn after_upload(fault: UploadFault, tries: &Tries) -> Fate {
    match fault {
        UploadFault::Damaged | UploadFault::Busy { .. } => again(Fault::Upload(fault), None, tries),
        UploadFault::SourceChanged(_)
        | UploadFault::SourceMissing
        | UploadFault::MaybeReceived
        | UploadFault::SessionGone { .. }
        | UploadFault::OtherSize { .. } => Fate::Ask(Question::Upload(fault)),
    }
}

fn after_lie(lie: Lie, tries: &Tries) -> Fate {
    let fault = Fault::InvalidResponse(lie);
    match lie {
        Lie::RangeIgnored if tries.has_bytes => Fate::Ask(Question::CannotResume),
        Lie::OverlapDiffers => Fate::Ask(Question::SourceChanged(Change::Content)),
        Lie::NotHttp
        | Lie::NotFtp
        | Lie::WrongRange
        | Lie::Encoded
        | Lie::TooLong
        | Lie::RangeIgnored
        | Lie::LengthDisagrees
        | Lie::Multipart
        | Lie::TooSoon
        | Lie::WrongOffset
        | Lie::NotTheFile => match (tries.attempt >= LIES_MOST, tries.has_bytes) {
            (false, _) => again(fault, None, tries),
            (true, true) => Fate::Ask(Question::CannotResume),
            (true, false) => fail(fault, tries),
        },
    }
}

fn after_status(status: u16, retry_after: Option<Span>, tries: &Tries) -> Fate {
    let fault = Fault::Http { status, retry_after };
    match status {
        // 425 Too Early (RFC 8470); 499 and 520-530 are what big proxies say of a server that did not answer in time.
        408 | 425 | 429 | 499 | 500 | 502 | 503 | 504 | 506..600 => again(fault, retry_after, tries),
        401 => Fate::Ask(Question::SignIn),
        407 => Fate::Ask(Question::ProxySignIn),
        // The server knows the link and refuses it: a fresh one, or a sign-in, helps.
        403 => Fate::Ask(Question::LinkExpired { status }),
        412 if tries.has_bytes => Fate::Ask(Question::SourceChanged(Change::Precondition)),
        // Whatever it is, it is not the rest of the file, and what is here is not to be given up.
        _ if tries.has_bytes => Fate::Ask(Question::LinkExpired { status }),
        _ => fail(fault, tries),
    }
}

/// RFC 959, section 4.2: replies of 400 to 499 pass, those from 500 on do not. 430 is what newer servers say of a wrong
/// password; the RFC has 530 for it.
fn after_reply(code: u16, tries: &Tries) -> Fate {
    let fault = Fault::Ftp { code };
    match code {
        430 | 530 | 532 => Fate::Ask(Question::SignIn),
        400..500 => again(fault, None, tries),
        // Whatever became of the file, what is here is not to be given up.
        550 if tries.has_bytes => Fate::Ask(Question::LinkExpired { status: code }),
        500..600 => fail(fault, tries),
        _ => after_lie(Lie::NotFtp, tries),
    }
}

fn again(fault: Fault, asked: Option<Span>, tries: &Tries) -> Fate {
    if tries.most.is_some_and(|most| tries.attempt >= most) {
        return fail(fault, tries);
    }
    if tries.without_progress >= PATIENCE {
        return Fate::Ask(Question::NoProgress(Box::new(fault)));
    }
    Fate::RetryAfter(pause(tries.attempt, asked, tries.dice))
}

fn fail(fault: Fault, tries: &Tries) -> Fate {
    Fate::Fail(Failure { fault, attempts: tries.attempt })
}

/// 5 s, 10 s, 20 s ... 10 min, each 20 % more or less, so that transfers that broke together do not come back together.
/// Never sooner than the server asked.
fn pause(attempt: u32, asked: Option<Span>, dice: u16) -> Span {
    let doubled = FIRST.0.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(LONGEST.0);
    let jittered = doubled * (800 + u64::from(dice.min(999)) * 400 / 1000) / 1000;
    Span(jittered.max(asked.map_or(0, |span| span.0.min(LONGEST_ASKED.0))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tries(attempt: u32) -> Tries {
        Tries { attempt, most: None, without_progress: Span::ZERO, has_bytes: true, dice: 500 }
    }

    #[test]
    fn pauses_double_up_to_ten_minutes() {
        let pauses: Vec<u64> = (1..=9).map(|attempt| pause(attempt, None, 500).as_seconds()).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 600, 600]);
    }

    #[test]
    fn a_missing_file_fails_before_the_first_byte_and_asks_after_it() {
        for status in [404, 410] {
            let fault = Fault::Http { status, retry_after: None };
            let fresh = Tries { has_bytes: false, ..tries(1) };
            assert!(matches!(fate(fault.clone(), &fresh), Fate::Fail(_)));
            assert_eq!(fate(fault, &tries(1)), Fate::Ask(Question::LinkExpired { status }));
        }
    }

    #[test]
    fn what_the_network_did_passes_and_is_never_the_end() {
        let faults = [
            Fault::NameNotResolved,
            Fault::CannotConnect,
            Fault::Unreachable,
            Fault::ConnectTimeout,
            Fault::ResponseTimeout,
            Fault::Stalled,
            Fault::ConnectionReset,
            Fault::ConnectionAborted,
            Fault::Disconnected,
            Fault::Tls(TlsFault::Handshake),
            Fault::ProxyRefused { status: None },
        ];
        for fault in faults {
            assert!(fault.is_of_the_network());
            assert!(matches!(fate(fault.clone(), &tries(1000)), Fate::RetryAfter(_)), "{fault:?}");
        }
        assert_eq!(fate(Fault::Gated, &tries(1)), Fate::Requeue);
        let sign_in = Fault::ProxyRefused { status: Some(407) };
        assert_eq!(fate(sign_in, &tries(1)), Fate::Ask(Question::ProxySignIn));
    }

    #[test]
    fn every_status_by_name() {
        let fresh = Tries { has_bytes: false, ..tries(1) };
        let of = |status, tries: &Tries| fate(Fault::Http { status, retry_after: None }, tries);
        for status in [408, 425, 429, 499, 500, 502, 503, 504, 520, 530, 599] {
            assert!(matches!(of(status, &fresh), Fate::RetryAfter(_)), "{status}");
            assert!(matches!(of(status, &tries(1)), Fate::RetryAfter(_)), "{status}");
        }
        for status in [204, 206, 300, 304, 305, 400, 404, 405, 406, 410, 412, 416, 451, 501, 505] {
            assert!(matches!(of(status, &fresh), Fate::Fail(_)), "{status}");
        }
        for status in [204, 304, 400, 404, 405, 410, 416, 451, 501, 505] {
            assert_eq!(of(status, &tries(1)), Fate::Ask(Question::LinkExpired { status }));
        }
        for tries in [&fresh, &tries(1)] {
            assert_eq!(of(401, tries), Fate::Ask(Question::SignIn));
            assert_eq!(of(403, tries), Fate::Ask(Question::LinkExpired { status: 403 }));
            assert_eq!(of(407, tries), Fate::Ask(Question::ProxySignIn));
        }
        let changed = Question::SourceChanged(Change::Precondition);
        assert_eq!(of(412, &tries(1)), Fate::Ask(changed));
    }

    #[test]
    fn replies_of_ftp_servers_by_name() {
        let fresh = Tries { has_bytes: false, ..tries(1) };
        let of = |code, tries: &Tries| fate(Fault::Ftp { code }, tries);
        for code in [421, 425, 426, 434, 450, 451, 452] {
            assert!(matches!(of(code, &fresh), Fate::RetryAfter(_)), "{code}");
            assert!(matches!(of(code, &tries(1)), Fate::RetryAfter(_)), "{code}");
        }
        for code in [430, 530, 532] {
            assert_eq!(of(code, &fresh), Fate::Ask(Question::SignIn));
        }
        for code in [500, 501, 502, 504, 521, 522, 550, 551, 552, 553] {
            assert!(matches!(of(code, &fresh), Fate::Fail(_)), "{code}");
        }
        assert_eq!(of(550, &tries(1)), Fate::Ask(Question::LinkExpired { status: 550 }));
        assert!(matches!(of(200, &fresh), Fate::RetryAfter(_)), "a reply to another question");
    }

    #[test]
    fn a_lie_gets_five_chances_and_never_costs_the_data() {
        let lie = Fault::InvalidResponse(Lie::WrongRange);
        assert!(matches!(fate(lie.clone(), &tries(4)), Fate::RetryAfter(_)));
        assert_eq!(fate(lie.clone(), &tries(5)), Fate::Ask(Question::CannotResume));
        let fresh = Tries { has_bytes: false, ..tries(5) };
        assert!(matches!(fate(lie, &fresh), Fate::Fail(Failure { attempts: 5, .. })));
        let ignored = Fault::InvalidResponse(Lie::RangeIgnored);
        assert_eq!(fate(ignored, &tries(1)), Fate::Ask(Question::CannotResume));
    }

    #[test]
    fn a_server_is_left_alone_for_as_long_as_it_asks_within_a_day() {
        let busy = |seconds| {
            let retry_after = Some(Span::seconds(seconds));
            fate(Fault::Http { status: 503, retry_after }, &Tries { dice: 500, ..tries(1) })
        };
        assert_eq!(busy(0), Fate::RetryAfter(FIRST));
        assert_eq!(busy(90), Fate::RetryAfter(Span::seconds(90)));
        assert_eq!(busy(u64::MAX), Fate::RetryAfter(LONGEST_ASKED));
    }

    #[test]
    fn two_weeks_without_a_byte_ask() {
        let patient = Tries { without_progress: PATIENCE, ..tries(900) };
        assert!(matches!(fate(Fault::Stalled, &patient), Fate::Ask(Question::NoProgress(_))));
    }

    #[test]
    fn a_count_gives_up_and_keeps_the_data() {
        let counted = Tries { most: Some(3), ..tries(3) };
        assert!(matches!(fate(Fault::Stalled, &counted), Fate::Fail(_)));
        let earlier = Tries { most: Some(3), ..tries(2) };
        assert!(matches!(fate(Fault::Stalled, &earlier), Fate::RetryAfter(_)));
    }

    proptest! {
        #[test]
        fn never_sooner_than_asked_and_never_out_of_bounds(attempt in 1..u32::MAX, asked in 0..200_000_000u64, dice in 0..1000u16) {
            let span = pause(attempt, Some(Span(asked)), dice);
            prop_assert!(span.0 >= asked.min(LONGEST_ASKED.0));
            prop_assert!(span.0 >= FIRST.0 * 8 / 10);
            prop_assert!(span.0 <= (LONGEST.0 * 12 / 10).max(asked));
        }

        #[test]
        fn every_status_has_a_fate(status in 100..1000u16, attempt in 1..100u32, has_bytes: bool) {
            let _ = fate(Fault::Http { status, retry_after: None }, &Tries { has_bytes, ..tries(attempt) });
        }
    }
}
