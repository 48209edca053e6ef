//! Is the file still the one that was begun? Two versions of it must never meet in one upload.

use crate::model::{Change, Fault, UploadFault, Watched};

/// A look at a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    Here(Watched),
    Missing,
}

/// # Errors
/// What the user is asked about.
pub fn unchanged(was: &Watched, is: &Seen) -> Result<(), Fault> {
    let changed = |change| Err(Fault::Upload(UploadFault::SourceChanged(change)));
    match is {
        Seen::Missing => Err(Fault::Upload(UploadFault::SourceMissing)),
        Seen::Here(is) if is.size != was.size => changed(Change::Size { was: was.size, is: Some(is.size) }),
        Seen::Here(is) if is.modified != was.modified => changed(Change::LastModified),
        // The same size and time under another number: saved anew by an editor, or another disk in its place.
        Seen::Here(is) if (is.device, is.inode) != (was.device, was.inode) => changed(Change::Content),
        Seen::Here(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_counts() {
        let was = Watched { size: 10, modified: 5, device: 1, inode: 2 };
        let changed = |change| Err(Fault::Upload(UploadFault::SourceChanged(change)));
        let cases = [
            (Seen::Here(was), Ok(())),
            (Seen::Missing, Err(Fault::Upload(UploadFault::SourceMissing))),
            (Seen::Here(Watched { size: 11, ..was }), changed(Change::Size { was: 10, is: Some(11) })),
            (Seen::Here(Watched { modified: 6, ..was }), changed(Change::LastModified)),
            (Seen::Here(Watched { inode: 3, ..was }), changed(Change::Content)),
            (Seen::Here(Watched { device: 3, ..was }), changed(Change::Content)),
        ];
        for (is, expected) in cases {
            assert_eq!(unchanged(&was, &is), expected, "{is:?}");
        }
    }
}
