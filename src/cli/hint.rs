//! What to type next.

use crate::model::TransferId;
use crate::words::Remedy;

/// The command that carries a remedy out; what is in capitals is for the user to fill in.
pub(super) fn command(id: TransferId, remedy: Remedy) -> String {
    match remedy {
        Remedy::StartNow | Remedy::TryNow | Remedy::Retry => format!("longshore retry {id}"),
        Remedy::UseThisNetworkOnce => format!("longshore allow {id} --once"),
        Remedy::RunAnyway => format!("longshore allow {id} --run-anyway"),
        Remedy::ChangePolicy => format!("longshore set {id} --cost-policy always"),
        Remedy::TreatAsUnmetered => "longshore network set CONNECTION unmetered".to_owned(),
        Remedy::UseNetworkAgain => "longshore network set CONNECTION auto".to_owned(),
        Remedy::OpenPortal => "xdg-open http://nmcheck.gnome.org/".to_owned(),
        Remedy::NewLink => format!("longshore answer {id} link URL"),
        Remedy::SignIn => format!("longshore answer {id} sign-in USER"),
        Remedy::Restart | Remedy::SendNewVersion | Remedy::SendAgain => {
            format!("longshore answer {id} restart")
        }
        Remedy::KeepWhatIsHere | Remedy::KeepFile | Remedy::ItIsDone => format!("longshore answer {id} keep"),
        Remedy::SaveAnyway | Remedy::AllowInsecure => format!("longshore answer {id} accept"),
        Remedy::ChooseFolder => format!("longshore answer {id} folder DIR"),
        Remedy::ChooseName => format!("longshore answer {id} name NAME"),
        Remedy::Overwrite => format!("longshore answer {id} overwrite"),
        Remedy::Skip | Remedy::Stop => format!("longshore answer {id} skip"),
        Remedy::Resume => format!("longshore resume {id}"),
    }
}
