//! Whether an unfinished transfer is what somebody asks for again.

use super::Draft;
use crate::api::{Given, NewTransfer, Start};
use crate::model::{Check, FileName, HeaderValue, Intent, NameClash, Search, Source, Transfer};
use crate::rules::naming;

/// More than a folder has of one name.
const NUMBERS_MOST: u32 = 1000;

/// Of what was given by name, all that the transfer is not like.
pub(super) fn differs(transfer: &Transfer, draft: &Draft) -> Vec<Given> {
    draft.wish.given.iter().copied().filter(|given| !is_like(transfer, draft, *given)).collect()
}

fn is_like(transfer: &Transfer, draft: &Draft, given: Given) -> bool {
    let wish = &draft.wish;
    match given {
        Given::File => transfer.target.folder == draft.folder && has_name(transfer, wish),
        Given::Folder => transfer.target.folder == draft.folder,
        Given::Headers => has_headers(&transfer.source, &draft.source),
        Given::CostPolicy => wish.policy.is_none_or(|policy| policy == transfer.policy),
        Given::Priority => wish.priority == transfer.priority,
        Given::Retries => wish.attempts_most == transfer.attempts_most,
        Given::Connections => wish.options.connections == transfer.options.connections,
        Given::Limit => wish.options.pace == transfer.options.pace,
        Given::Checksum => has_check(&transfer.options.check, &wish.options.check),
        Given::Clash => wish.clash.is_none_or(|clash| clash == transfer.target.clash),
        Given::Start => match wish.start {
            Start::Now => true,
            Start::Paused => transfer.intent == Intent::Pause,
            Start::At(at) => transfer.start_at == Some(at),
        },
    }
}

/// A name may have got a number where it was taken.
fn has_name(transfer: &Transfer, wish: &NewTransfer) -> bool {
    let (Some(wanted), Some(name)) = (&wish.name, &transfer.target.name) else { return wish.name.is_none() };
    let numbered = |number| naming::numbered(wanted, number) == *name;
    let has_number = |_: &FileName| (1..NUMBERS_MOST).any(numbered);
    name == wanted || (transfer.target.clash == NameClash::Number && has_number(name))
}

/// Secrets cannot be compared; those that are given again take the place of the old ones.
fn has_headers(old: &Source, fresh: &Source) -> bool {
    fresh.headers.iter().any(|header| matches!(header.value, HeaderValue::Secret(_)))
        || fresh.headers == old.headers
}

fn has_check(old: &Check, fresh: &Check) -> bool {
    match (&fresh.expected, fresh.search) {
        (Some(fresh), _) => old.expected.as_ref().is_some_and(|old| old.checksum == fresh.checksum),
        (None, Search::Beside) => old.search == Search::Beside || old.expected.is_some(),
        (None, Search::No) => true,
    }
}
