//! What can be done to a row, and what that means to the engine.

use super::icon::Icon;
use crate::api::{Act, Answer, FileFate, Row, Selection, UndoToken};
use crate::model::{CostPolicy, Direction, Hold, Place, Status, TransferId, Treat};
use crate::rules::media;
use crate::words::Remedy;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Pause,
    Resume,
    Cancel,
    Retry,
    Open,
    /// See or hear what is still on its way.
    Play,
    Reveal,
    CopyLink,
    NewLink,
    Details,
    Move(Place),
    /// Not before a moment that is asked for.
    StartAt,
    Policy(CostPolicy),
    Remove(FileFate),
    /// The way out of the row's wait.
    Out(Remedy),
}

/// What a wish leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    Act(Act),
    /// A question to the user first.
    Ask(Form),
    /// The desktop does it.
    Open,
    Play,
    Reveal,
    CopyLink,
    ShowDetails,
    /// The page of the network that wants a sign-in.
    OpenPortal,
}

/// What the user must be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    SignIn,
    NewLink,
    Folder,
    Name,
    Policy,
    /// Does the user agree that power and hours do not matter?
    RunAnyway,
    /// When may it start?
    StartAt,
}

impl Verb {
    pub const fn icon(self) -> Icon {
        match self {
            Self::Pause => Icon::Pause,
            Self::Resume => Icon::Play,
            Self::Cancel => Icon::Cross,
            Self::Retry => Icon::Refresh,
            Self::Open | Self::Play => Icon::External,
            Self::Reveal => Icon::FolderOpen,
            Self::CopyLink => Icon::Copy,
            Self::NewLink => Icon::Link,
            Self::Details => Icon::Details,
            Self::Move(Place::Top) => Icon::ToTop,
            Self::Move(Place::Up) => Icon::Up,
            Self::Move(Place::Down) => Icon::Down,
            Self::Move(Place::Bottom) => Icon::ToBottom,
            Self::Move(Place::Before(_)) => Icon::Right,
            Self::StartAt => Icon::Clock,
            Self::Policy(_) => Icon::Network,
            Self::Remove(_) => Icon::Trash,
            Self::Out(remedy) => remedy_icon(remedy),
        }
    }

    /// Its name, as a key of the languages; remedies have their own.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pause => "verb-pause",
            Self::Resume => "verb-resume",
            Self::Cancel => "verb-cancel",
            Self::Retry | Self::Out(_) => "verb-retry",
            Self::Open => "verb-open",
            Self::Play => "verb-play",
            Self::Reveal => "verb-reveal",
            Self::CopyLink => "verb-copy-link",
            Self::NewLink => "verb-new-link",
            Self::Details => "verb-details",
            Self::Move(Place::Top) => "verb-to-top",
            Self::Move(Place::Up | Place::Before(_)) => "verb-up",
            Self::Move(Place::Down) => "verb-down",
            Self::Move(Place::Bottom) => "verb-to-bottom",
            Self::StartAt => "verb-start-at",
            Self::Policy(_) => "verb-policy",
            Self::Remove(FileFate::Keep) => "verb-remove",
            Self::Remove(FileFate::Trash) => "verb-trash",
        }
    }

    /// Its name for one row: a pause that costs what was sent says so.
    pub fn key_for(self, row: &Row) -> &'static str {
        let sending = row.direction == Direction::Upload && matches!(row.status, Status::Running);
        if self == Self::Pause && sending && row.resumable == Some(false) && row.progress.done > 0 {
            "verb-pause-over"
        } else {
            self.key()
        }
    }

    /// Is this possible at this stage of the row's life?
    pub fn fits(self, row: &Row) -> bool {
        let paused = matches!(row.status, Status::PausedByUser);
        let ended = matches!(row.status, Status::Completed | Status::Canceled | Status::Failed(_));
        match self {
            Self::Pause => !paused && !ended && !row.pausing,
            Self::Resume => paused,
            Self::Cancel | Self::NewLink | Self::Policy(_) | Self::Move(_) | Self::StartAt => !ended,
            Self::Retry => {
                let again = matches!(row.status, Status::WaitingToRetry(_) | Status::NeedsUser(_));
                again || matches!(row.status, Status::Canceled | Status::Failed(_))
            }
            Self::Open => matches!(row.status, Status::Completed) && row.file.is_some(),
            Self::Play => {
                let comes = row.direction == Direction::Download && matches!(row.status, Status::Running);
                comes && media::playable(row.content_type.as_deref(), &row.name).is_some()
            }
            Self::Reveal => matches!(row.status, Status::Completed) || row.progress.done > 0,
            Self::CopyLink | Self::Details | Self::Remove(_) | Self::Out(_) => true,
        }
    }

    /// What it means for these transfers.
    pub fn deed(self, ids: Vec<TransferId>) -> Deed {
        let which = Selection::Ids(ids.clone());
        match self {
            Self::Pause => Deed::Act(Act::Pause(which)),
            Self::Resume => Deed::Act(Act::Resume(which)),
            Self::Cancel => Deed::Act(Act::Cancel(which)),
            Self::Retry => Deed::Act(Act::Retry(which)),
            Self::Open => Deed::Open,
            Self::Play => Deed::Play,
            Self::Reveal => Deed::Reveal,
            Self::CopyLink => Deed::CopyLink,
            Self::NewLink => Deed::Ask(Form::NewLink),
            Self::Details => Deed::ShowDetails,
            Self::Move(place) => Deed::Act(Act::Move { ids, place }),
            Self::StartAt => Deed::Ask(Form::StartAt),
            Self::Policy(policy) => Deed::Act(Act::SetPolicy { which, policy }),
            Self::Remove(file) => Deed::Act(Act::Remove { which, file }),
            Self::Out(_) => Deed::ShowDetails,
        }
    }
}

/// The two buttons at the end of a row, the first being what one most likely wants.
pub fn inline(row: &Row) -> [Option<Verb>; 2] {
    match row.status {
        Status::Completed => [Some(Verb::Open), Some(Verb::Reveal)],
        Status::Canceled | Status::Failed(_) => [Some(Verb::Retry), Some(Verb::Remove(FileFate::Keep))],
        Status::PausedByUser => [Some(Verb::Resume), Some(Verb::Cancel)],
        Status::Queued(_)
        | Status::Running
        | Status::PausedCostedNetwork(_)
        | Status::PausedNoNetwork(_)
        | Status::PausedSystemPolicy(_)
        | Status::WaitingToRetry(_)
        | Status::NeedsUser(_) => [Some(Verb::Pause), Some(Verb::Cancel)],
    }
}

/// What the space bar does to this row.
pub fn toggle(row: &Row) -> Option<Verb> {
    [Verb::Resume, Verb::Pause].into_iter().find(|verb| verb.fits(row))
}

/// The way out of one row's wait.
pub fn way_out(remedy: Remedy, row: &Row) -> Deed {
    let id = row.id;
    let which = Selection::Ids(vec![id]);
    let answer = |answer| Deed::Act(Act::Answer { id, answer });
    match remedy {
        Remedy::StartNow => match row.status {
            Status::Queued(None | Some(Hold::GroupPaused | Hold::SameAddress(_))) => {
                Deed::Act(Act::Move { ids: vec![id], place: Place::Top })
            }
            Status::Queued(_)
            | Status::Running
            | Status::PausedByUser
            | Status::PausedCostedNetwork(_)
            | Status::PausedNoNetwork(_)
            | Status::PausedSystemPolicy(_)
            | Status::WaitingToRetry(_)
            | Status::NeedsUser(_)
            | Status::Completed
            | Status::Canceled
            | Status::Failed(_) => Deed::Act(Act::Retry(which)),
        },
        Remedy::UseThisNetworkOnce => Deed::Act(Act::AllowHere(which)),
        Remedy::ChangePolicy => Deed::Ask(Form::Policy),
        Remedy::TreatAsUnmetered => Deed::Act(Act::Treat { network: None, treat: Treat::Unmetered }),
        Remedy::UseNetworkAgain => Deed::Act(Act::Treat { network: None, treat: Treat::Auto }),
        Remedy::OpenPortal => Deed::OpenPortal,
        Remedy::TryNow if matches!(row.status, Status::NeedsUser(_)) => answer(Answer::TryAgain),
        Remedy::TryNow | Remedy::Retry => Deed::Act(Act::Retry(which)),
        Remedy::RunAnyway => Deed::Ask(Form::RunAnyway),
        Remedy::NewLink => Deed::Ask(Form::NewLink),
        Remedy::SignIn => Deed::Ask(Form::SignIn),
        Remedy::Restart | Remedy::SendNewVersion | Remedy::SendAgain => answer(Answer::Restart),
        Remedy::KeepWhatIsHere | Remedy::KeepFile | Remedy::ItIsDone => answer(Answer::KeepWhatIsHere),
        Remedy::SaveAnyway | Remedy::AllowInsecure => answer(Answer::Accept),
        Remedy::ChooseFolder => Deed::Ask(Form::Folder),
        Remedy::ChooseName => Deed::Ask(Form::Name),
        Remedy::Overwrite => answer(Answer::Overwrite),
        Remedy::Skip | Remedy::Stop => answer(Answer::Skip),
        Remedy::Resume => Deed::Act(Act::Resume(which)),
    }
}

/// Every way back, of one act that had to be sent in pieces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undo {
    pub tokens: Vec<UndoToken>,
    pub count: usize,
}

const fn remedy_icon(remedy: Remedy) -> Icon {
    match remedy {
        Remedy::StartNow | Remedy::Resume | Remedy::RunAnyway => Icon::Play,
        Remedy::UseThisNetworkOnce | Remedy::UseNetworkAgain => Icon::Network,
        Remedy::TreatAsUnmetered => Icon::Wifi,
        Remedy::OpenPortal => Icon::External,
        Remedy::ChangePolicy => Icon::Gauge,
        Remedy::TryNow | Remedy::Retry => Icon::Refresh,
        Remedy::NewLink => Icon::Link,
        Remedy::SignIn => Icon::SignIn,
        Remedy::Restart | Remedy::SendAgain => Icon::Restart,
        Remedy::SendNewVersion => Icon::Upload,
        Remedy::KeepWhatIsHere | Remedy::KeepFile | Remedy::SaveAnyway | Remedy::ItIsDone => Icon::Check,
        Remedy::AllowInsecure => Icon::Unlink,
        Remedy::ChooseFolder => Icon::Folder,
        Remedy::ChooseName => Icon::Pencil,
        Remedy::Overwrite => Icon::File,
        Remedy::Skip | Remedy::Stop => Icon::Cross,
    }
}
