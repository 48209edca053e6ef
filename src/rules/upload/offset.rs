//! Where a resumable upload goes on. The server's word counts, as long as it can be true.

use crate::model::{Fault, Lie, UploadFault};

/// What comes after an answer of a resumable upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The byte with this number is to be sent next; equal to the total: nothing is missing.
    From(u64),
    Ask,
    Fault(Fault),
}

/// The answer to the question how much is there. `told`: its `Upload-Offset`.
pub fn on_return(status: u16, told: Option<u64>, total: u64) -> Next {
    match (status, told) {
        (200..300, Some(at)) if at <= total => Next::From(at),
        // More than there is, or success without a number: not the upload that we mean.
        (200..300, _) => Next::Fault(Fault::InvalidResponse(Lie::WrongOffset)),
        // tus 1.0: "404, 410 or 403 without Upload-Offset" for what is not there any more.
        (403 | 404 | 410, None) => Next::Fault(Fault::Upload(UploadFault::SessionGone { status })),
        (409 | 423, _) => Next::Fault(Fault::Upload(UploadFault::Busy { status })),
        _ => Next::Fault(Fault::Http { status, retry_after: None }),
    }
}

/// The answer to a chunk `start..end`.
pub fn after_chunk(status: u16, told: Option<u64>, (start, end): (u64, u64), total: u64) -> Next {
    match (status, told) {
        (200..300, Some(at)) if (start..=end).contains(&at) && (at > start || start == end) => Next::From(at),
        // The draft does not require the offset in the last answer.
        (200..300, None) if end == total => Next::From(end),
        (200..300, _) => Next::Fault(Fault::InvalidResponse(Lie::WrongOffset)),
        (404 | 410, _) => Next::Fault(Fault::Upload(UploadFault::SessionGone { status })),
        // Our number is not the server's: its own is to be asked for.
        (409, _) => Next::Ask,
        (423, _) => Next::Fault(Fault::Upload(UploadFault::Busy { status })),
        // tus checksum: the bytes were damaged on the way and thrown away.
        (460, _) => Next::Fault(Fault::Upload(UploadFault::Damaged)),
        _ => Next::Fault(Fault::Http { status, retry_after: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coming_back() {
        let wrong = Next::Fault(Fault::InvalidResponse(Lie::WrongOffset));
        let gone = |status| Next::Fault(Fault::Upload(UploadFault::SessionGone { status }));
        let cases = [
            (200, Some(0), Next::From(0)),
            (204, Some(7), Next::From(7)),
            (200, Some(10), Next::From(10)),
            (200, Some(11), wrong.clone()),
            (200, None, wrong),
            (404, None, gone(404)),
            (410, None, gone(410)),
            (403, None, gone(403)),
            (423, None, Next::Fault(Fault::Upload(UploadFault::Busy { status: 423 }))),
            (401, None, Next::Fault(Fault::Http { status: 401, retry_after: None })),
        ];
        for (status, told, expected) in cases {
            assert_eq!(on_return(status, told, 10), expected, "{status} {told:?}");
        }
    }

    #[test]
    fn after_a_chunk() {
        let wrong = Next::Fault(Fault::InvalidResponse(Lie::WrongOffset));
        let cases = [
            (204, Some(8), (4, 8), Next::From(8)),
            (204, Some(6), (4, 8), Next::From(6)),
            // Nothing was taken: saying so for ever would be a loop.
            (204, Some(4), (4, 8), wrong.clone()),
            (204, Some(9), (4, 8), wrong.clone()),
            (204, Some(3), (4, 8), wrong.clone()),
            (204, None, (4, 8), wrong),
            (200, None, (4, 10), Next::From(10)),
            (201, Some(0), (0, 0), Next::From(0)),
            (409, None, (4, 8), Next::Ask),
            (409, Some(2), (4, 8), Next::Ask),
            (404, None, (4, 8), Next::Fault(Fault::Upload(UploadFault::SessionGone { status: 404 }))),
            (460, None, (4, 8), Next::Fault(Fault::Upload(UploadFault::Damaged))),
            (413, None, (4, 8), Next::Fault(Fault::Http { status: 413, retry_after: None })),
        ];
        for (status, told, chunk, expected) in cases {
            assert_eq!(after_chunk(status, told, chunk, 10), expected, "{status} {told:?} {chunk:?}");
        }
    }
}
