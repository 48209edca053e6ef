//! The ways out that are offered beside a sentence.

use super::Words;

/// Something a person can do about a wait or a failure, as a button or link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    StartNow,
    UseThisNetworkOnce,
    ChangePolicy,
    /// The present network is taken for unmetered from now on.
    TreatAsUnmetered,
    /// "Never use this network" is taken back.
    UseNetworkAgain,
    /// The page of a captive portal.
    OpenPortal,
    TryNow,
    /// Power and hours do not hold it any more.
    RunAnyway,
    NewLink,
    SignIn,
    Restart,
    KeepWhatIsHere,
    /// Under its name, although it is not the one that was meant.
    KeepFile,
    SaveAnyway,
    AllowInsecure,
    ChooseFolder,
    ChooseName,
    Overwrite,
    Skip,
    SendNewVersion,
    SendAgain,
    ItIsDone,
    Stop,
    Resume,
    Retry,
}

impl Words {
    pub fn remedy(&self, remedy: Remedy) -> String {
        self.text(match remedy {
            Remedy::StartNow => "remedy-start-now",
            Remedy::UseThisNetworkOnce => "remedy-use-network-once",
            Remedy::ChangePolicy => "remedy-change-policy",
            Remedy::TreatAsUnmetered => "remedy-treat-unmetered",
            Remedy::UseNetworkAgain => "remedy-use-network",
            Remedy::OpenPortal => "remedy-open-portal",
            Remedy::TryNow => "remedy-try-now",
            Remedy::RunAnyway => "remedy-run-anyway",
            Remedy::NewLink => "remedy-new-link",
            Remedy::SignIn => "remedy-sign-in",
            Remedy::Restart => "remedy-restart",
            Remedy::KeepWhatIsHere => "remedy-keep",
            Remedy::KeepFile => "remedy-keep-file",
            Remedy::SaveAnyway => "remedy-save-anyway",
            Remedy::AllowInsecure => "remedy-allow-insecure",
            Remedy::ChooseFolder => "remedy-choose-folder",
            Remedy::ChooseName => "remedy-choose-name",
            Remedy::Overwrite => "remedy-overwrite",
            Remedy::Skip => "remedy-skip",
            Remedy::SendNewVersion => "remedy-send-new-version",
            Remedy::SendAgain => "remedy-send-again",
            Remedy::ItIsDone => "remedy-it-is-done",
            Remedy::Stop => "remedy-stop",
            Remedy::Resume => "remedy-resume",
            Remedy::Retry => "remedy-retry",
        })
    }
}
