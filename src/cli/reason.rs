//! The stable `reason` of a wait or failure: one total function, and the list of all it can say for the man page.

use std::fmt;

use crate::model::{DiskFault, Failure, Fault, Hold, Lie, Question, Status, TlsFault, UploadFault, WebError};

/// Why a transfer does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Code(Code),
    /// `http-404` and so on.
    Http(u16),
    /// `ftp-550` and so on.
    Ftp(u16),
}

/// A code with its stable name and the message that explains it.
macro_rules! codes {
    ($($code:ident $name:literal $key:literal,)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $($code,)* }

        impl Code {
            pub const ALL: &[Self] = &[$(Self::$code,)*];

            pub const fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)* }
            }

            /// Of the sentence that says what it means.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$code => $key,)* }
            }
        }
    };
}

codes! {
    Metered "metered" "hold-metered",
    Roaming "roaming" "hold-roaming",
    OverBudget "over-budget" "hold-over-budget",
    NetworkChanging "network-changing" "hold-network-changing",
    NoNetwork "no-network" "hold-no-network",
    CaptivePortal "captive-portal" "hold-captive-portal",
    NetworkNotAllowed "network-not-allowed" "hold-network-not-allowed",
    VpnUp "vpn-up" "hold-vpn-up",
    OverSize "over-size" "hold-over-size",
    PowerSaver "power-saver" "hold-power-saver",
    OnBattery "on-battery" "hold-on-battery",
    OutsideHours "outside-hours" "hold-outside-hours",
    Scheduled "scheduled" "hold-scheduled",
    SameAddress "same-address" "hold-same-address",
    GroupPaused "group-paused" "hold-group-paused",
    NoProgress "no-progress" "ask-no-progress",
    SignIn "sign-in" "ask-sign-in",
    ProxySignIn "proxy-sign-in" "ask-proxy-sign-in",
    Certificate "certificate" "tls-unknown-issuer",
    TlsHandshake "tls-handshake" "tls-handshake",
    InsecureRedirect "insecure-redirect" "fault-insecure-redirect",
    LinkExpired "link-expired" "ask-link-expired",
    WebPage "web-page" "fault-web-page",
    SourceChanged "source-changed" "change-version",
    ChecksumMismatch "checksum-mismatch" "mismatch-any",
    CannotResume "cannot-resume" "ask-cannot-resume",
    AskedToWait "asked-to-wait" "ask-asked-to-wait",
    UploadSourceChanged "upload-source-changed" "upload-source-changed",
    UploadSourceMissing "upload-source-missing" "upload-source-missing",
    MaybeReceived "maybe-received" "upload-maybe-received",
    UploadGone "upload-gone" "upload-gone",
    OtherSize "other-size" "upload-other-size",
    UploadDamaged "upload-damaged" "upload-damaged",
    UploadBusy "upload-busy" "upload-busy",
    NameTaken "name-taken" "disk-name-taken",
    NameTooLong "name-too-long" "disk-name-too-long",
    DiskFull "disk-full" "disk-full",
    QuotaExceeded "quota-exceeded" "disk-quota",
    ReadOnly "read-only" "disk-read-only",
    PermissionDenied "permission-denied" "disk-permission",
    FolderMissing "folder-missing" "disk-folder-missing",
    NotMounted "not-mounted" "disk-not-mounted",
    NotAFolder "not-a-folder" "disk-not-a-folder",
    TooLargeForDisk "too-large-for-disk" "disk-too-large",
    PartMissing "part-missing" "disk-part-missing",
    PartTruncated "part-truncated" "disk-part-truncated",
    PartLocked "part-locked" "disk-part-locked",
    DiskError "disk-error" "disk-io",
    NameNotResolved "name-not-resolved" "fault-name-not-resolved",
    CannotConnect "cannot-connect" "fault-cannot-connect",
    Unreachable "unreachable" "fault-unreachable",
    Timeout "timeout" "fault-response-timeout",
    ConnectionReset "connection-reset" "fault-connection-reset",
    ConnectionAborted "connection-aborted" "fault-connection-aborted",
    Disconnected "disconnected" "fault-disconnected",
    InvalidResponse "invalid-response" "lie-not-http",
    WrongRange "wrong-range" "lie-wrong-range",
    LengthDisagrees "length-disagrees" "lie-length-disagrees",
    RangeIgnored "range-ignored" "lie-range-ignored",
    Encoded "encoded" "lie-encoded",
    TooLong "too-long" "lie-too-long",
    TooSoon "too-soon" "lie-too-soon",
    WrongOffset "wrong-offset" "lie-wrong-offset",
    TooManyRedirects "too-many-redirects" "fault-too-many-redirects",
    BadRedirect "bad-redirect" "fault-bad-redirect",
    ProxyRefused "proxy-refused" "fault-proxy",
    SecretLost "secret-lost" "fault-secret-lost",
    HeaderLost "header-lost" "fault-header-lost",
    InternalError "internal-error" "fault-panicked",
}

impl Reason {
    /// `None` where nothing is in the way.
    pub const fn of(status: &Status) -> Option<Self> {
        match status {
            Status::Queued(None)
            | Status::Running
            | Status::PausedByUser
            | Status::Completed
            | Status::Canceled => None,
            Status::Queued(Some(hold))
            | Status::PausedCostedNetwork(hold)
            | Status::PausedNoNetwork(hold)
            | Status::PausedSystemPolicy(hold) => Some(Self::of_hold(hold)),
            Status::WaitingToRetry(retry) => Some(Self::of_fault(&retry.fault)),
            Status::NeedsUser(question) => Some(Self::of_question(question)),
            Status::Failed(Failure { fault, .. }) => Some(Self::of_fault(fault)),
        }
    }

    pub const fn of_hold(hold: &Hold) -> Self {
        Self::Code(match hold {
            Hold::Metered => Code::Metered,
            Hold::Roaming => Code::Roaming,
            Hold::OverBudget => Code::OverBudget,
            Hold::NetworkChanging => Code::NetworkChanging,
            Hold::NoNetwork => Code::NoNetwork,
            Hold::CaptivePortal => Code::CaptivePortal,
            Hold::NetworkNotAllowed => Code::NetworkNotAllowed,
            Hold::VpnUp => Code::VpnUp,
            Hold::OverSize => Code::OverSize,
            Hold::PowerSaver => Code::PowerSaver,
            Hold::OnBattery => Code::OnBattery,
            Hold::OutsideHours => Code::OutsideHours,
            Hold::Scheduled(_) => Code::Scheduled,
            Hold::SameAddress(_) => Code::SameAddress,
            Hold::GroupPaused => Code::GroupPaused,
        })
    }

    pub const fn of_question(question: &Question) -> Self {
        Self::Code(match question {
            Question::SignIn => Code::SignIn,
            Question::ProxySignIn => Code::ProxySignIn,
            Question::Certificate(tls) => of_tls(tls),
            Question::InsecureRedirect { .. } => Code::InsecureRedirect,
            Question::LinkExpired { .. } => Code::LinkExpired,
            Question::WebPage { .. } => Code::WebPage,
            Question::SourceChanged(_) => Code::SourceChanged,
            Question::ChecksumMismatch(_) => Code::ChecksumMismatch,
            Question::Disk(disk) => of_disk(disk),
            Question::Upload(fault) => of_upload(fault),
            Question::NoProgress(_) => Code::NoProgress,
            Question::CannotResume => Code::CannotResume,
            Question::HeaderLost => Code::HeaderLost,
            Question::AskedToWait => Code::AskedToWait,
        })
    }

    pub const fn of_fault(fault: &Fault) -> Self {
        Self::Code(match fault {
            Fault::Http { status, .. } => return Self::Http(*status),
            Fault::Ftp { code } => return Self::Ftp(*code),
            Fault::NameNotResolved => Code::NameNotResolved,
            Fault::CannotConnect => Code::CannotConnect,
            Fault::Unreachable => Code::Unreachable,
            Fault::ConnectTimeout | Fault::ResponseTimeout | Fault::Stalled => Code::Timeout,
            Fault::ConnectionReset => Code::ConnectionReset,
            Fault::ConnectionAborted => Code::ConnectionAborted,
            Fault::Disconnected => Code::Disconnected,
            Fault::Tls(tls) => of_tls(tls),
            Fault::InvalidResponse(lie) => of_lie(*lie),
            Fault::TooManyRedirects => Code::TooManyRedirects,
            Fault::BadRedirect => Code::BadRedirect,
            Fault::InsecureRedirect { .. } => Code::InsecureRedirect,
            Fault::WebPage { .. } => Code::WebPage,
            Fault::SourceChanged(_) => Code::SourceChanged,
            Fault::ChecksumMismatch(_) => Code::ChecksumMismatch,
            Fault::ProxyRefused { .. } => Code::ProxyRefused,
            Fault::Disk(disk) => of_disk(disk),
            Fault::Upload(fault) => of_upload(fault),
            Fault::SecretLost => Code::SecretLost,
            Fault::HeaderLost => Code::HeaderLost,
            Fault::Panicked => Code::InternalError,
            Fault::Gated => Code::NetworkChanging,
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => f.write_str(code.name()),
            Self::Http(status) => write!(f, "http-{status}"),
            Self::Ftp(code) => write!(f, "ftp-{code}"),
        }
    }
}

const fn of_tls(fault: &TlsFault) -> Code {
    match fault {
        TlsFault::NameMismatch
        | TlsFault::Expired
        | TlsFault::NotYetValid
        | TlsFault::Revoked
        | TlsFault::UnknownIssuer
        | TlsFault::BadCertificate => Code::Certificate,
        TlsFault::Handshake => Code::TlsHandshake,
    }
}

const fn of_upload(fault: &UploadFault) -> Code {
    match fault {
        UploadFault::SourceChanged(_) => Code::UploadSourceChanged,
        UploadFault::SourceMissing => Code::UploadSourceMissing,
        UploadFault::MaybeReceived => Code::MaybeReceived,
        UploadFault::SessionGone { .. } => Code::UploadGone,
        UploadFault::OtherSize { .. } => Code::OtherSize,
        UploadFault::Damaged => Code::UploadDamaged,
        UploadFault::Busy { .. } => Code::UploadBusy,
    }
}

const fn of_lie(lie: Lie) -> Code {
    match lie {
        Lie::NotHttp | Lie::NotFtp => Code::InvalidResponse,
        Lie::WrongRange | Lie::Multipart => Code::WrongRange,
        Lie::LengthDisagrees => Code::LengthDisagrees,
        Lie::Encoded => Code::Encoded,
        Lie::TooLong => Code::TooLong,
        Lie::TooSoon => Code::TooSoon,
        Lie::WrongOffset => Code::WrongOffset,
        Lie::RangeIgnored => Code::RangeIgnored,
        Lie::OverlapDiffers => Code::SourceChanged,
        Lie::NotTheFile => Code::WebPage,
    }
}

const fn of_disk(fault: &DiskFault) -> Code {
    match fault {
        DiskFault::Full { .. } => Code::DiskFull,
        DiskFault::QuotaExceeded => Code::QuotaExceeded,
        DiskFault::ReadOnly => Code::ReadOnly,
        DiskFault::PermissionDenied => Code::PermissionDenied,
        DiskFault::FolderMissing => Code::FolderMissing,
        DiskFault::NotMounted => Code::NotMounted,
        DiskFault::NotAFolder => Code::NotAFolder,
        DiskFault::NameTaken => Code::NameTaken,
        DiskFault::NameTooLong => Code::NameTooLong,
        DiskFault::TooLarge { .. } => Code::TooLargeForDisk,
        DiskFault::PartMissing => Code::PartMissing,
        DiskFault::PartTruncated => Code::PartTruncated,
        DiskFault::PartLocked => Code::PartLocked,
        DiskFault::Io { .. } => Code::DiskError,
    }
}

/// The name of `WebErrorStatus` behind a status, if an error is behind it.
pub(super) fn web_error(status: &Status) -> Option<&'static str> {
    let of = |fault: &Fault| Some(WebError::of(fault).0);
    match status {
        Status::WaitingToRetry(retry) => of(&retry.fault),
        Status::Failed(failure) => of(&failure.fault),
        Status::NeedsUser(question) => match question {
            Question::SignIn => of(&Fault::Http { status: 401, retry_after: None }),
            Question::ProxySignIn => of(&Fault::ProxyRefused { status: Some(407) }),
            Question::Certificate(tls) => of(&Fault::Tls(tls.clone())),
            Question::InsecureRedirect { to } => of(&Fault::InsecureRedirect { to: to.clone() }),
            Question::LinkExpired { status } => of(&Fault::Http { status: *status, retry_after: None }),
            Question::WebPage { title, address } => {
                of(&Fault::WebPage { title: title.clone(), address: address.clone() })
            }
            Question::SourceChanged(change) => of(&Fault::SourceChanged(change.clone())),
            Question::ChecksumMismatch(mismatch) => of(&Fault::ChecksumMismatch(mismatch.clone())),
            Question::Disk(disk) => of(&Fault::Disk(disk.clone())),
            Question::Upload(fault) => of(&Fault::Upload(fault.clone())),
            Question::NoProgress(fault) => of(fault),
            Question::CannotResume => of(&Fault::Disconnected),
            Question::HeaderLost => of(&Fault::HeaderLost),
            Question::AskedToWait => None,
        },
        Status::Queued(_)
        | Status::Running
        | Status::PausedByUser
        | Status::PausedCostedNetwork(_)
        | Status::PausedNoNetwork(_)
        | Status::PausedSystemPolicy(_)
        | Status::Completed
        | Status::Canceled => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Catalog;
    use crate::words::Words;

    #[test]
    fn every_code_is_kebab_case_unique_and_explained() {
        let words = Words::new(Catalog::new(["en"]));
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        for code in Code::ALL {
            assert!(code.name().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{code:?}");
            assert_ne!(words.text(code.key()), code.key(), "{code:?} has no sentence");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }

    #[test]
    fn the_reasons_of_the_specification_are_said() {
        let reason = |status| Reason::of(&status).map(|reason| reason.to_string());
        let fault = |fault| Status::Failed(Failure { fault, attempts: 0 });
        let table = [
            (Status::PausedCostedNetwork(Hold::Metered), Some("metered")),
            (Status::PausedSystemPolicy(Hold::OnBattery), Some("on-battery")),
            (Status::Queued(Some(Hold::Scheduled(crate::model::Wall(0)))), Some("scheduled")),
            (fault(Fault::Http { status: 404, retry_after: None }), Some("http-404")),
            (fault(Fault::Stalled), Some("timeout")),
            (Status::NeedsUser(Question::LinkExpired { status: 403 }), Some("link-expired")),
            (Status::NeedsUser(Question::Disk(DiskFault::NameTaken)), Some("name-taken")),
            (Status::NeedsUser(Question::Disk(DiskFault::Full { missing: 1 })), Some("disk-full")),
            (Status::NeedsUser(Question::Disk(DiskFault::TooLarge { limit: 1 })), Some("too-large-for-disk")),
            (Status::NeedsUser(Question::Certificate(TlsFault::Expired)), Some("certificate")),
            (Status::NeedsUser(Question::NoProgress(Box::new(Fault::Stalled))), Some("no-progress")),
            (Status::Running, None),
            (Status::PausedByUser, None),
            (Status::Completed, None),
        ];
        for (status, expected) in table {
            assert_eq!(reason(status).as_deref(), expected);
        }
    }
}
