//! Answers to questions.

use crate::api::Answer;
use crate::model::{DiskFault, Question, UploadFault};

/// Which answers a question admits.
pub(super) fn admits(question: &Question, answer: &Answer) -> bool {
    match answer {
        Answer::TryAgain => true,
        Answer::Restart => matches!(
            question,
            Question::SourceChanged(_)
                | Question::ChecksumMismatch(_)
                | Question::CannotResume
                | Question::NoProgress(_)
                | Question::LinkExpired { .. }
                | Question::Disk(DiskFault::PartMissing)
                | Question::Upload(
                    UploadFault::SourceChanged(_)
                        | UploadFault::MaybeReceived
                        | UploadFault::SessionGone { .. }
                        | UploadFault::OtherSize { .. }
                )
        ),
        Answer::KeepWhatIsHere => matches!(
            question,
            Question::SourceChanged(_)
                | Question::ChecksumMismatch(_)
                | Question::CannotResume
                | Question::Upload(UploadFault::MaybeReceived | UploadFault::OtherSize { .. })
        ),
        Answer::Accept => matches!(question, Question::WebPage { .. } | Question::InsecureRedirect { .. }),
        Answer::ChooseFolder(folder) => matches!(question, Question::Disk(_)) && folder.is_absolute(),
        Answer::ChooseName(_) => matches!(question, Question::Disk(_)),
        Answer::Overwrite => {
            matches!(question, Question::Disk(fault) if *fault != DiskFault::NotAFile)
        }
        Answer::Skip => matches!(question, Question::Disk(_) | Question::Upload(_)),
    }
}

impl Answer {
    /// The stable name, as the command line spells it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TryAgain => "try-again",
            Self::Restart => "restart",
            Self::KeepWhatIsHere => "keep",
            Self::Accept => "accept",
            Self::ChooseFolder(_) => "folder",
            Self::ChooseName(_) => "name",
            Self::Overwrite => "overwrite",
            Self::Skip => "skip",
        }
    }
}
