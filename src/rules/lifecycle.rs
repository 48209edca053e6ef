//! The life of a transfer. [`next`] is the only place where one stage follows another.
//!
//! ```text
//! Queued   -Start-> Running -Fill-> Finishing -Finish-> Completed
//! Running | Finishing                    -Yield-> Queued, -Backoff-> Waiting, -Ask-> Asking, -Fail-> Failed
//! Queued | Waiting | Asking              -Ask-> Asking, -Fail-> Failed
//! Waiting | Asking                       -Release-> Queued
//! Queued | Running | Waiting | Asking    -Cancel-> Canceled
//! Queued                                 -Finish-> Completed   (the file was found finished after a crash)
//! Canceled | Failed                      -Restart-> Queued
//! Running | Finishing                    -Reboot-> Queued, everything else stays
//! ```

use crate::model::{Failure, Question, Retry, Stage};

/// What happened to a transfer, or what is wanted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// A worker takes it.
    Start,
    /// Its last byte arrived.
    Fill,
    /// It has its name and is synced.
    Finish,
    /// The worker stopped because it was told to: pause, hold, or a stronger claim on its place.
    Yield,
    Backoff(Retry),
    Ask(Question),
    Fail(Failure),
    /// The retry is due, the question answered, or the cause of it gone.
    Release,
    Cancel,
    /// The user wants an ended transfer again.
    Restart,
    /// Read back from the store.
    Reboot,
}

/// There is no such step. For a late report that is normal; for a command it is the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not possible at this stage")]
pub struct Refused;

/// # Errors
/// [`Refused`] when the stage admits no such trigger; nothing changes then.
pub fn next(stage: &Stage, trigger: Trigger) -> Result<Stage, Refused> {
    match (stage, trigger) {
        (Stage::Queued, Trigger::Start) => Ok(Stage::Running),
        (Stage::Running, Trigger::Fill) => Ok(Stage::Finishing),
        (Stage::Finishing | Stage::Queued, Trigger::Finish) => Ok(Stage::Completed),
        (Stage::Running | Stage::Finishing, Trigger::Yield) => Ok(Stage::Queued),
        (Stage::Running | Stage::Finishing, Trigger::Backoff(retry)) => Ok(Stage::Waiting(retry)),
        (stage, Trigger::Ask(question)) if !stage.is_final() => Ok(Stage::Asking(question)),
        (stage, Trigger::Fail(failure)) if !stage.is_final() => Ok(Stage::Failed(failure)),
        (Stage::Waiting(_) | Stage::Asking(_), Trigger::Release) => Ok(Stage::Queued),
        (Stage::Queued | Stage::Running | Stage::Waiting(_) | Stage::Asking(_), Trigger::Cancel) => {
            Ok(Stage::Canceled)
        }
        (Stage::Canceled | Stage::Failed(_), Trigger::Restart) => Ok(Stage::Queued),
        (Stage::Running | Stage::Finishing, Trigger::Reboot) => Ok(Stage::Queued),
        (stage, Trigger::Reboot) => Ok(stage.clone()),
        (
            _,
            Trigger::Start
            | Trigger::Fill
            | Trigger::Finish
            | Trigger::Yield
            | Trigger::Backoff(_)
            | Trigger::Ask(_)
            | Trigger::Fail(_)
            | Trigger::Release
            | Trigger::Cancel
            | Trigger::Restart,
        ) => Err(Refused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Fault, Wall};

    fn stages() -> Vec<Stage> {
        vec![
            Stage::Queued,
            Stage::Running,
            Stage::Finishing,
            Stage::Waiting(retry()),
            Stage::Asking(Question::SignIn),
            Stage::Completed,
            Stage::Canceled,
            Stage::Failed(failure()),
        ]
    }

    fn triggers() -> Vec<Trigger> {
        vec![
            Trigger::Start,
            Trigger::Fill,
            Trigger::Finish,
            Trigger::Yield,
            Trigger::Backoff(retry()),
            Trigger::Ask(Question::SignIn),
            Trigger::Fail(failure()),
            Trigger::Release,
            Trigger::Cancel,
            Trigger::Restart,
            Trigger::Reboot,
        ]
    }

    fn retry() -> Retry {
        Retry { at: Wall(1), attempt: 1, fault: Fault::Stalled }
    }

    fn failure() -> Failure {
        Failure { fault: Fault::TooManyRedirects, attempts: 0 }
    }

    /// One letter for each stage, `.` for refused: the whole life at a glance.
    #[test]
    fn the_whole_table() {
        let letter = |stage: &Stage| match stage {
            Stage::Queued => 'q',
            Stage::Running => 'r',
            Stage::Finishing => 'f',
            Stage::Waiting(_) => 'w',
            Stage::Asking(_) => 'a',
            Stage::Completed => 'D',
            Stage::Canceled => 'C',
            Stage::Failed(_) => 'F',
        };
        let table: Vec<String> = stages()
            .iter()
            .map(|stage| {
                triggers()
                    .into_iter()
                    .map(|trigger| next(stage, trigger).map_or('.', |to| letter(&to)))
                    .collect()
            })
            .collect();
        //   Start Fill Finish Yield Backoff Ask Fail Release Cancel Restart Reboot
        assert_eq!(
            table,
            [
                "r.D..aF.C.q", // Queued
                ".f.qwaF.C.q", // Running
                "..DqwaF...q", // Finishing
                ".....aFqC.w", // Waiting
                ".....aFqC.a", // Asking
                "..........D", // Completed
                ".........qC", // Canceled
                ".........qF", // Failed
            ]
        );
    }

    #[test]
    fn completed_is_for_ever() {
        for trigger in triggers() {
            if let Ok(stage) = next(&Stage::Completed, trigger) {
                assert_eq!(stage, Stage::Completed);
            }
        }
    }

    #[test]
    fn nothing_is_active_after_a_reboot() {
        for stage in stages() {
            let after = next(&stage, Trigger::Reboot).expect("every stage survives");
            assert!(!after.is_active(), "{after:?}");
        }
    }
}
