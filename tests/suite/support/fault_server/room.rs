//! Lengths in files are u64, lengths in memory usize.

/// As much of `left` as fits into `room`.
pub(super) fn fit(left: u64, room: usize) -> usize {
    usize::try_from(left).map_or(room, |left| left.min(room))
}
