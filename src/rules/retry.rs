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
    match fault {
        Fault::NameNotResolved
        | Fault::CannotConnect
        | Fault::Unreachable
        | Fault::ConnectTimeout
        | Fault::ResponseTimeout
        | Fault::Stalled
        | Fault::ConnectionReset
        | Fault::ConnectionAborted
        | Fault::Disconnected
        | Fault::Tls(TlsFault::Handshake) => again(fault, None, tries),
        Fault::Tls(TlsFault::Revoked) => fail(fault, tries),
        Fault::Tls(
            tls @ (TlsFault::NameMismatch
            | TlsFault::Expired
            | TlsFault::NotYetValid
            | TlsFault::UnknownIssuer
            | TlsFault::BadCertificate),
        ) => Fate::Ask(Question::Certificate(tls)),
        Fault::InvalidResponse(Lie::RangeIgnored) if tries.has_bytes => Fate::Ask(Question::CannotResume),
        Fault::InvalidResponse(Lie::OverlapDiffers) => Fate::Ask(Question::SourceChanged(Change::Content)),
        Fault::InvalidResponse(_) if tries.attempt >= LIES_MOST && tries.has_bytes => {
            Fate::Ask(Question::CannotResume)
        }
        Fault::InvalidResponse(_) if tries.attempt >= LIES_MOST => fail(fault, tries),
        Fault::InvalidResponse(_) => again(fault, None, tries),
        Fault::Http { status, retry_after } => after_status(status, retry_after, tries),
        Fault::TooManyRedirects | Fault::BadRedirect => fail(fault, tries),
        Fault::InsecureRedirect { to } => Fate::Ask(Question::InsecureRedirect { to }),
        Fault::WebPage { title, address } => Fate::Ask(Question::WebPage { title, address }),
        Fault::SourceChanged(change) => Fate::Ask(Question::SourceChanged(change)),
        Fault::ProxyRefused { status: Some(407) } => Fate::Ask(Question::ProxySignIn),
        Fault::ProxyRefused { .. } => again(fault, None, tries),
        Fault::Upload(UploadFault::Damaged | UploadFault::Busy { .. }) => again(fault, None, tries),
        Fault::Upload(
            ask @ (UploadFault::SourceChanged(_)
            | UploadFault::SourceMissing
            | UploadFault::MaybeReceived
            | UploadFault::SessionGone { .. }
            | UploadFault::OtherSize { .. }),
        ) => Fate::Ask(Question::Upload(ask)),
        Fault::Disk(DiskFault::NameTaken) => Fate::Ask(Question::Disk(DiskFault::NameTaken)),
        Fault::Disk(disk) => Fate::Ask(Question::Disk(disk)),
        Fault::SecretLost => Fate::Ask(Question::SignIn),
        Fault::Panicked if tries.attempt >= PANICS_MOST => fail(fault, tries),
        Fault::Panicked => again(fault, None, tries),
        Fault::Gated => Fate::Requeue,
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
        412 => Fate::Ask(Question::SourceChanged(Change::Precondition)),
        400..500 if tries.has_bytes => Fate::Ask(Question::LinkExpired { status }),
        _ => fail(fault, tries),
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
