//! What suppaftp complains of, in our words.

use suppaftp::FtpError;
use suppaftp::types::Response;

use crate::protocol::Error;

pub(super) fn of_ftp(error: FtpError) -> Error {
    #[expect(clippy::wildcard_enum_match_arm, reason = "a foreign enum that grows")]
    match error {
        FtpError::ConnectionError(error) => Error::Wire(error),
        FtpError::SecureError(text) => Error::Tls(rustls::Error::General(text)),
        FtpError::UnexpectedResponse(response) => {
            tracing::debug!(reply = %response, "refused");
            match code_of(&response) {
                code @ 100..600 => Error::Reply(code),
                _ => Error::NotFtp,
            }
        }
        error => {
            tracing::debug!(error = &error as &dyn std::error::Error, "no reply");
            Error::NotFtp
        }
    }
}

/// The code as it came: the library knows fewer than there are.
fn code_of(response: &Response) -> u16 {
    let digits = response.body.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
    let code = digits.and_then(|digits| digits.parse().ok());
    code.unwrap_or_else(|| u16::try_from(response.status.code()).unwrap_or(500))
}

/// Is there somebody who said no, and can be asked something else?
pub(super) const fn is_reply(error: &Error) -> bool {
    matches!(error, Error::Reply(code) if *code != 421)
}
