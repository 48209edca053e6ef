//! What of an unfinished file can be believed after a start.

use super::{Claim, Error, Part, Seal, boottime};
use crate::model::{ByteRange, Generation, Mark, RangeSet, TransferId};

/// Everything that speaks for bytes of one file.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    pub transfer: TransferId,
    pub generation: Generation,
    /// Committed after a sync.
    pub synced: &'a RangeSet,
    /// Committed without one.
    pub mark: Option<&'a Mark>,
    /// Of the whole journal; those of other transfers are passed over.
    pub claims: &'a [Claim],
}

/// The bytes of a freshly opened file that are there, and will be there after a power cut: they may be committed as
/// synced.
///
/// What was merely written counts only within the boot and the mount it was written in, if the file is long enough for
/// it, and if a sync of the file succeeds now. What was synced counts always, as far as the file reaches. Keep the mark
/// and the slots until the answer is committed.
///
/// # Errors
/// When the file cannot be looked at.
pub fn recover(part: &Part, evidence: &Evidence<'_>, seal: &Seal) -> Result<RangeSet, Error> {
    let length = part.length()?;
    let mut synced = evidence.synced.clone();
    synced.remove(ByteRange::new(length, u64::MAX));
    let mut trusted = synced.clone();
    trusted.merge(&written(part, evidence, seal, length));
    if trusted == synced {
        return Ok(synced);
    }
    // An error here is not passed on: nothing that was promised is lost, and whoever writes next is told.
    Ok(if part.sync().is_ok() { trusted } else { synced })
}

fn written(part: &Part, evidence: &Evidence<'_>, seal: &Seal, length: u64) -> RangeSet {
    let now = boottime();
    let same_mount = |mount| part.mount().is_some() && mount == part.mount();
    let mut written = RangeSet::new();
    if let Some(mark) = evidence.mark
        && mark.boot == seal.boot
        && mark.at <= now
        && same_mount(mark.mount)
        && mark.written.iter().next_back().is_none_or(|last| last.end() <= length)
    {
        written.merge(&mark.written);
    }
    for claim in evidence.claims {
        if (claim.transfer, claim.generation) == (evidence.transfer, evidence.generation)
            && claim.at <= now
            && same_mount(claim.mount)
            && claim.range.end() <= length
            && claim.holds_for(part.record(), seal)
        {
            // A set that is full leaves these bytes to be fetched again.
            let _ = written.insert(claim.range);
        }
    }
    written
}

#[cfg(test)]
mod tests;
