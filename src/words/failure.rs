//! What went wrong, and what only the user can settle.

use super::{Remedy, Sentence, Tone, Words};
use crate::model::{Change, DiskFault, Fault, Lie, Mismatch, Question, TlsFault};

impl Words {
    /// The cause as a clause that can stand alone: "the server is busy (503)".
    pub fn fault(&self, fault: &Fault) -> String {
        match fault {
            Fault::NameNotResolved => self.text("fault-name-not-resolved"),
            Fault::CannotConnect => self.text("fault-cannot-connect"),
            Fault::Unreachable => self.text("fault-unreachable"),
            Fault::ConnectTimeout => self.text("fault-connect-timeout"),
            Fault::ResponseTimeout => self.text("fault-response-timeout"),
            Fault::Stalled => self.text("fault-stalled"),
            Fault::ConnectionReset => self.text("fault-connection-reset"),
            Fault::ConnectionAborted => self.text("fault-connection-aborted"),
            Fault::Disconnected => self.text("fault-disconnected"),
            Fault::Tls(tls) => self.tls(tls),
            Fault::InvalidResponse(lie) => self.text(lie_key(*lie)),
            Fault::Http { status, .. } => self.http(*status),
            Fault::Ftp { code } => self.ftp(*code),
            Fault::TooManyRedirects => self.text("fault-too-many-redirects"),
            Fault::BadRedirect => self.text("fault-bad-redirect"),
            Fault::InsecureRedirect { .. } => self.text("fault-insecure-redirect"),
            Fault::WebPage { .. } => self.text("fault-web-page"),
            Fault::SourceChanged(change) => self.change(change),
            Fault::ChecksumMismatch(mismatch) => self.mismatch(mismatch),
            Fault::ProxyRefused { status: Some(status) } => {
                self.format("fault-proxy-status", &[("status", status.to_string().into())])
            }
            Fault::ProxyRefused { status: None } => self.text("fault-proxy"),
            Fault::Disk(disk) => self.disk(disk),
            Fault::Upload(fault) => self.upload(fault),
            Fault::SecretLost => self.text("fault-secret-lost"),
            Fault::HeaderLost => self.text("fault-header-lost"),
            Fault::Panicked => self.text("fault-panicked"),
            Fault::Gated => self.text("fault-gated"),
        }
    }

    /// The question as a sentence, with the answers it admits.
    pub fn question(&self, question: &Question) -> Sentence {
        let (text, remedies) = match question {
            Question::SignIn => (self.text("ask-sign-in"), vec![Remedy::SignIn, Remedy::NewLink]),
            Question::ProxySignIn => (self.text("ask-proxy-sign-in"), vec![Remedy::TryNow]),
            Question::Certificate(tls) => (self.tls(tls), vec![Remedy::TryNow, Remedy::NewLink]),
            Question::InsecureRedirect { to } => (
                self.format("ask-insecure-redirect", &[("host", to.host().to_owned().into())]),
                vec![Remedy::AllowInsecure, Remedy::NewLink],
            ),
            Question::LinkExpired { status } => (
                self.format("ask-link-expired", &[("status", status.to_string().into())]),
                vec![Remedy::NewLink, Remedy::SignIn, Remedy::TryNow],
            ),
            Question::WebPage { title, address } => {
                let title = title.clone().unwrap_or_else(|| address.to_string());
                let text = self.format("ask-web-page", &[("title", title.into())]);
                (text, vec![Remedy::SignIn, Remedy::NewLink, Remedy::SaveAnyway])
            }
            Question::SourceChanged(change) => {
                (self.change(change), vec![Remedy::Restart, Remedy::KeepWhatIsHere, Remedy::NewLink])
            }
            Question::ChecksumMismatch(mismatch) => {
                (self.mismatch(mismatch), vec![Remedy::Restart, Remedy::KeepFile])
            }
            Question::Upload(fault) => (self.upload(fault), super::upload::remedies(fault)),
            Question::Disk(disk) => (self.disk(disk), disk_remedies(disk)),
            Question::NoProgress(fault) => (
                self.format("ask-no-progress", &[("cause", self.fault(fault).into())]),
                vec![Remedy::TryNow, Remedy::NewLink],
            ),
            Question::CannotResume => {
                (self.text("ask-cannot-resume"), vec![Remedy::Restart, Remedy::NewLink])
            }
            // Nothing that can be pressed here brings it back.
            Question::HeaderLost => (self.text("ask-header-lost"), Vec::new()),
            Question::AskedToWait => (self.text("ask-asked-to-wait"), vec![Remedy::TryNow]),
        };
        Sentence { text, tone: Tone::Warn, remedies }
    }

    fn tls(&self, fault: &TlsFault) -> String {
        self.text(match fault {
            TlsFault::NameMismatch => "tls-name-mismatch",
            TlsFault::Expired => "tls-expired",
            TlsFault::NotYetValid => "tls-not-yet-valid",
            TlsFault::Revoked => "tls-revoked",
            TlsFault::UnknownIssuer => "tls-unknown-issuer",
            TlsFault::BadCertificate => "tls-bad-certificate",
            TlsFault::Handshake => "tls-handshake",
        })
    }

    fn http(&self, status: u16) -> String {
        let key = match status {
            400 => "http-400",
            401 => "http-401",
            403 => "http-403",
            404 => "http-404",
            410 => "http-410",
            429 => "http-429",
            503 => "http-503",
            400..500 => "http-4xx",
            500..600 => "http-5xx",
            _ => "http-other",
        };
        self.format(key, &[("status", status.to_string().into())])
    }

    fn ftp(&self, code: u16) -> String {
        let key = match code {
            421 | 434 | 450 | 451 => "ftp-busy",
            425 | 426 => "ftp-data",
            430 | 530 | 532 => "ftp-sign-in",
            452 | 552 => "ftp-full",
            521 | 522 | 533 | 534 => "ftp-encryption",
            550 | 551 => "ftp-missing",
            553 => "ftp-name",
            _ => "ftp-other",
        };
        self.format(key, &[("code", code.to_string().into())])
    }

    fn change(&self, change: &Change) -> String {
        match change {
            Change::Size { was, is: Some(is) } => {
                self.format("change-size", &[("was", self.size(*was).into()), ("is", self.size(*is).into())])
            }
            Change::Size { is: None, .. } | Change::ETag | Change::LastModified => {
                self.text("change-version")
            }
            Change::Content => self.text("change-content"),
            Change::Precondition => self.text("change-precondition"),
        }
    }

    /// Which bytes, what was expected and found, and who says so.
    fn mismatch(&self, mismatch: &Mismatch) -> String {
        let origin = self.origin(mismatch.origin);
        if let Some(piece) = &mismatch.piece {
            let values = [
                ("piece", (piece.index + 1).into()),
                ("count", piece.count.into()),
                ("at", self.size(piece.range.start()).into()),
                ("origin", origin.into()),
            ];
            return self.format("mismatch-piece", &values);
        }
        let shown = |checksum: &Option<crate::model::Checksum>| {
            checksum.as_ref().map_or_else(String::new, ToString::to_string)
        };
        let values = [
            ("expected", shown(&mismatch.expected).into()),
            ("found", shown(&mismatch.found).into()),
            ("origin", origin.into()),
        ];
        self.format("mismatch-file", &values)
    }

    fn disk(&self, fault: &DiskFault) -> String {
        match fault {
            DiskFault::Full { missing: 0 } => self.text("disk-full-of-files"),
            DiskFault::Full { missing } => {
                self.format("disk-full", &[("missing", self.size(*missing).into())])
            }
            DiskFault::QuotaExceeded => self.text("disk-quota"),
            DiskFault::ReadOnly => self.text("disk-read-only"),
            DiskFault::PermissionDenied => self.text("disk-permission"),
            DiskFault::FolderMissing => self.text("disk-folder-missing"),
            DiskFault::NotMounted => self.text("disk-not-mounted"),
            DiskFault::NotAFolder => self.text("disk-not-a-folder"),
            DiskFault::NameTaken => self.text("disk-name-taken"),
            DiskFault::NameTooLong => self.text("disk-name-too-long"),
            DiskFault::TooLarge { limit } => {
                self.format("disk-too-large", &[("limit", self.size(*limit).into())])
            }
            DiskFault::PartMissing => self.text("disk-part-missing"),
            DiskFault::PartTruncated => self.text("disk-part-truncated"),
            DiskFault::PartLocked => self.text("disk-part-locked"),
            DiskFault::Io { errno } => self.format("disk-io", &[("errno", errno.to_string().into())]),
        }
    }
}

fn disk_remedies(fault: &DiskFault) -> Vec<Remedy> {
    match fault {
        DiskFault::NameTaken => vec![Remedy::ChooseName, Remedy::Overwrite, Remedy::Skip],
        DiskFault::PartMissing => vec![Remedy::Restart, Remedy::TryNow],
        DiskFault::NameTooLong => vec![Remedy::ChooseName],
        DiskFault::Full { .. }
        | DiskFault::QuotaExceeded
        | DiskFault::ReadOnly
        | DiskFault::PermissionDenied
        | DiskFault::FolderMissing
        | DiskFault::NotMounted
        | DiskFault::NotAFolder
        | DiskFault::TooLarge { .. }
        | DiskFault::PartTruncated
        | DiskFault::PartLocked
        | DiskFault::Io { .. } => vec![Remedy::ChooseFolder, Remedy::TryNow],
    }
}

const fn lie_key(lie: Lie) -> &'static str {
    match lie {
        Lie::NotHttp => "lie-not-http",
        Lie::NotFtp => "lie-not-ftp",
        Lie::WrongRange | Lie::Multipart => "lie-wrong-range",
        Lie::Encoded => "lie-encoded",
        Lie::TooLong => "lie-too-long",
        Lie::TooSoon => "lie-too-soon",
        Lie::WrongOffset => "lie-wrong-offset",
        Lie::LengthDisagrees => "lie-length-disagrees",
        Lie::RangeIgnored => "lie-range-ignored",
        Lie::OverlapDiffers => "change-content",
        Lie::NotTheFile => "fault-web-page",
    }
}
