//! Files that are read while they come, as the engine sees them.

use std::sync::Arc;

use crate::api::{Outcome, Present, Secret};
use crate::engine::pump::Pump;
use crate::engine::serve::{Facts, Held, Phase};
use crate::model::{Direction, Refusal, Status, TransferId};

impl Pump {
    pub(in crate::engine) fn address(&mut self, id: TransferId) -> Outcome {
        let Some(row) = self.brain.row(id) else { return Outcome::Refused(Refusal::NoSuchTransfer(id)) };
        let refused = |refusal| Outcome::Refused(refusal);
        if row.direction == Direction::Upload {
            return refused(Refusal::CannotPlay(id));
        }
        // A finished file is opened where it lies, unless somebody is in the middle of it.
        let comes = |facts: &Facts| !matches!(facts.phase, Phase::Finished) || self.serving.has(id);
        let Some(facts) = self.facts(id).filter(comes) else {
            return refused(Refusal::NotNow { id, status: row.status.name().to_owned() });
        };
        let disk = self.lanes.of(&row.folder).sender();
        match self.serving.address(id, facts, disk) {
            Ok(address) => Outcome::Address(Secret::new(address)),
            Err(error) => {
                tracing::warn!(%error, "no door for readers");
                refused(Refusal::CannotPlay(id))
            }
        }
    }

    pub(super) fn refresh_offers(&mut self) {
        if self.serving.is_empty() {
            return;
        }
        let mut serving = std::mem::take(&mut self.serving);
        serving.refresh(|id| self.facts(id));
        self.serving = serving;
    }

    /// `None`: there is nothing to be read any more.
    fn facts(&self, id: TransferId) -> Option<Facts> {
        let row = self.brain.row(id)?;
        let phase = match &row.status {
            Status::Running => {
                let run = self.running.get(&id);
                run.map_or(Phase::Settles, |running| Phase::Runs(Arc::clone(&running.meter)))
            }
            Status::Completed => Phase::Finished,
            Status::Canceled | Status::Failed(_) => return None,
            waits @ (Status::Queued(_)
            | Status::PausedByUser
            | Status::PausedCostedNetwork(_)
            | Status::PausedNoNetwork(_)
            | Status::PausedSystemPolicy(_)
            | Status::WaitingToRetry(_)
            | Status::NeedsUser(_)) => Phase::Held(Held { status: waits.name(), reason: reason(waits) }),
        };
        let generation = self.brain.generation(id);
        Some(Facts { generation, name: row.name, content_type: row.content_type, phase })
    }
}

/// By the name under which everybody else knows it.
fn reason(status: &Status) -> Option<String> {
    let named = match status {
        Status::Queued(Some(hold))
        | Status::PausedCostedNetwork(hold)
        | Status::PausedNoNetwork(hold)
        | Status::PausedSystemPolicy(hold) => serde_json::to_value(hold),
        Status::WaitingToRetry(retry) => serde_json::to_value(&retry.fault),
        Status::NeedsUser(question) => serde_json::to_value(question),
        Status::Queued(None)
        | Status::Running
        | Status::PausedByUser
        | Status::Completed
        | Status::Canceled
        | Status::Failed(_) => return None,
    };
    match named.ok()? {
        serde_json::Value::String(name) => Some(name),
        // What belongs to it is nobody's business here.
        serde_json::Value::Object(parts) => parts.keys().next().cloned(),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::Array(_) => None,
    }
}
