//! `WebErrorStatus`: the stable family name of a fault, for programs.

use super::{Fault, TlsFault, UploadFault};

/// A value of `WebErrorStatus` (Windows.Web), by name; HTTP statuses have a name each there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebError(pub &'static str);

impl WebError {
    pub fn of(fault: &Fault) -> Self {
        Self(match fault {
            Fault::NameNotResolved => "HostNameNotResolved",
            Fault::CannotConnect | Fault::ProxyRefused { status: None } => "CannotConnect",
            Fault::Unreachable => "ServerUnreachable",
            Fault::ConnectTimeout | Fault::ResponseTimeout | Fault::Stalled => "Timeout",
            Fault::ConnectionReset => "ConnectionReset",
            Fault::ConnectionAborted => "ConnectionAborted",
            Fault::Disconnected => "Disconnected",
            Fault::Tls(tls) => of_tls(tls),
            Fault::InvalidResponse(_) | Fault::WebPage { .. } | Fault::ChecksumMismatch(_) => {
                "ErrorHttpInvalidServerResponse"
            }
            Fault::Http { status, .. } | Fault::ProxyRefused { status: Some(status) } => of_status(*status),
            Fault::Ftp { code } => of_ftp(*code),
            Fault::TooManyRedirects | Fault::BadRedirect => "RedirectFailed",
            Fault::InsecureRedirect { .. } => "HttpsToHttpOnRedirection",
            Fault::SourceChanged(_) => "PreconditionFailed",
            Fault::SecretLost | Fault::HeaderLost => "Unauthorized",
            Fault::Upload(fault) => of_upload(fault),
            Fault::Disk(_) => "UnexpectedClientError",
            Fault::Panicked | Fault::Gated => "Unknown",
        })
    }
}

const fn of_upload(fault: &UploadFault) -> &'static str {
    match fault {
        UploadFault::SourceChanged(_) | UploadFault::SourceMissing => "UnexpectedClientError",
        UploadFault::MaybeReceived => "Disconnected",
        UploadFault::SessionGone { status } | UploadFault::Busy { status } => of_status(*status),
        UploadFault::OtherSize { .. } | UploadFault::Damaged => "ErrorHttpInvalidServerResponse",
    }
}

const fn of_tls(fault: &TlsFault) -> &'static str {
    match fault {
        TlsFault::NameMismatch => "CertificateCommonNameIsIncorrect",
        TlsFault::Expired | TlsFault::NotYetValid => "CertificateExpired",
        TlsFault::Revoked => "CertificateRevoked",
        TlsFault::UnknownIssuer => "CertificateIsInvalid",
        TlsFault::BadCertificate => "CertificateContainsErrors",
        TlsFault::Handshake => "CannotConnect",
    }
}

/// The family of the reply, in words of HTTP.
const fn of_ftp(code: u16) -> &'static str {
    match code {
        421 | 450..=452 => "ServiceUnavailable",
        425 => "CannotConnect",
        426 => "Disconnected",
        430 | 530 | 532 => "Unauthorized",
        550 => "NotFound",
        552 => "RequestEntityTooLarge",
        500 | 502 | 504 => "NotImplemented",
        501 | 503 | 553 => "BadRequest",
        400..600 => "UnexpectedServerError",
        _ => "ErrorHttpInvalidServerResponse",
    }
}

const fn of_status(status: u16) -> &'static str {
    match status {
        300 => "MultipleChoices",
        301 => "MovedPermanently",
        302 => "Found",
        303 => "SeeOther",
        304 => "NotModified",
        305 => "UseProxy",
        307 => "TemporaryRedirect",
        400 => "BadRequest",
        401 => "Unauthorized",
        402 => "PaymentRequired",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        406 => "NotAcceptable",
        407 => "ProxyAuthenticationRequired",
        408 => "RequestTimeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "LengthRequired",
        412 => "PreconditionFailed",
        413 => "RequestEntityTooLarge",
        414 => "RequestUriTooLong",
        415 => "UnsupportedMediaType",
        416 => "RequestedRangeNotSatisfiable",
        417 => "ExpectationFailed",
        500 => "InternalServerError",
        501 => "NotImplemented",
        502 => "BadGateway",
        503 => "ServiceUnavailable",
        504 => "GatewayTimeout",
        505 => "HttpVersionNotSupported",
        300..400 => "UnexpectedRedirection",
        500..600 => "UnexpectedServerError",
        _ => "UnexpectedStatusCode",
    }
}
