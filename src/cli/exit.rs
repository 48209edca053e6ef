//! How a command ends, and what is said when it ends badly.

use crate::api::Gone;
use crate::model::{Refusal, SettingsError, StoreTrouble};
use crate::words::Words;

/// The exit code. For a program that calls us it is the whole answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything asked for is done.
    Done,
    /// At least one thing failed for good.
    Failed,
    /// The command itself was wrong; nothing was done.
    Usage,
    /// What is left cannot go on without the user.
    NeedsUser,
    /// What is left waits, and the command was told not to.
    Held,
    /// Ctrl+C or a request to end.
    Interrupted,
}

impl Exit {
    pub const ALL: [Self; 6] =
        [Self::Done, Self::Failed, Self::Usage, Self::NeedsUser, Self::Held, Self::Interrupted];

    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NeedsUser => 3,
            Self::Held => 4,
            Self::Interrupted => 130,
        }
    }

    /// The message that explains it.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Done => "cli-exit-done",
            Self::Failed => "cli-exit-failed",
            Self::Usage => "cli-exit-usage",
            Self::NeedsUser => "cli-exit-needs-user",
            Self::Held => "cli-exit-held",
            Self::Interrupted => "cli-exit-interrupted",
        }
    }
}

/// Why a command could not be carried out.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("refused: {0:?}")]
    Refused(Refusal),
    #[error(transparent)]
    Gone(#[from] Gone),
    /// Nobody is running transfers, and this command only makes sense if somebody is.
    #[error("no owner")]
    Nobody,
    /// The user said no.
    #[error("declined")]
    Declined,
    /// Only a person can agree to it, and there is none.
    #[error("nobody to ask")]
    NobodyToAsk,
    /// An argument, or a file named by one, is not what it should be. The sentence is already written.
    #[error("{0}")]
    Wrong(String),
    /// The address is being fetched already, and otherwise than is asked for now. The sentence is already written.
    #[error("{0}")]
    Differs(String),
    /// Whoever read our output went away.
    #[error("the output cannot be written")]
    Output(#[from] std::io::Error),
}

impl Trouble {
    pub(super) const fn exit(&self) -> Exit {
        match self {
            Self::Refused(_) | Self::Gone(_) | Self::Nobody | Self::Differs(_) | Self::Output(_) => {
                Exit::Failed
            }
            Self::Declined | Self::NobodyToAsk => Exit::NeedsUser,
            Self::Wrong(_) => Exit::Usage,
        }
    }

    /// Stable, for `{code, message}`.
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal_code(refusal),
            Self::Gone(_) => "gone",
            Self::Nobody => "nobody-running",
            Self::Declined => "declined",
            Self::NobodyToAsk => "nobody-to-ask",
            Self::Wrong(_) => "usage",
            Self::Differs(_) => "differs",
            Self::Output(_) => "output",
        }
    }

    pub(super) fn sentence(&self, words: &Words) -> String {
        match self {
            Self::Refused(refusal) => words.refusal(refusal),
            Self::Gone(_) => words.text("cli-gone"),
            Self::Nobody => words.text("cli-nobody-running"),
            Self::Declined => words.text("cli-declined"),
            Self::NobodyToAsk => words.text("cli-nobody-to-ask"),
            Self::Wrong(sentence) | Self::Differs(sentence) => sentence.clone(),
            Self::Output(error) => words.format("cli-output", &[("cause", error.to_string().into())]),
        }
    }
}

const fn refusal_code(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NoSuchTransfer(_) => "no-such-transfer",
        Refusal::NotNow { .. } => "not-now",
        Refusal::NoSuchChoice => "no-such-choice",
        Refusal::OtherFile => "other-file",
        Refusal::TooMany { .. } => "too-many",
        Refusal::Settings(SettingsError::NoSuchKey(_)) => "no-such-setting",
        Refusal::Settings(SettingsError::BadValue { .. }) => "bad-value",
        Refusal::Store(StoreTrouble::DiskFull) => "store-disk-full",
        Refusal::Store(StoreTrouble::ReadOnly) => "store-read-only",
        Refusal::Store(StoreTrouble::Locked) => "store-locked",
        Refusal::Store(StoreTrouble::Corrupt) => "store-corrupt",
        Refusal::Store(StoreTrouble::Io) => "store-io",
        Refusal::NoSuchNetwork => "no-such-network",
        Refusal::CannotPlay(_) => "cannot-play",
        Refusal::NothingToUndo => "nothing-to-undo",
        Refusal::ShuttingDown => "shutting-down",
        Refusal::BadRequest => "bad-request",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_specification() {
        assert_eq!(Exit::ALL.map(Exit::code), [0, 1, 2, 3, 4, 130]);
    }
}
