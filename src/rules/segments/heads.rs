//! Where somebody reads the unfinished file.

use crate::model::{Boot, ByteRange, Span};

/// One reader, as the engine numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeadId(pub u64);

/// A player opens one or two at a time; more than this is a crawler, and the oldest is forgotten.
pub const HEADS_MOST: usize = 4;
/// What comes before everything else: some seconds of a film.
pub const AHEAD: u64 = 8 << 20;
/// A head nobody has read at for so long is forgotten.
pub const HEAD_LASTS: Span = Span::seconds(30);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    id: HeadId,
    at: u64,
    read: Boot,
}

/// Most recently read first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Heads {
    heads: Vec<Head>,
}

impl Heads {
    pub(super) fn read(&mut self, id: HeadId, at: u64, now: Boot) {
        self.close(id);
        self.heads.insert(0, Head { id, at, read: now });
        self.heads.truncate(HEADS_MOST);
    }

    pub(super) fn close(&mut self, id: HeadId) {
        self.heads.retain(|head| head.id != id);
    }

    pub(super) fn expire(&mut self, now: Boot) {
        self.heads.retain(|head| now - head.read < HEAD_LASTS);
    }

    pub(super) fn due(&self) -> Option<Boot> {
        self.heads.iter().map(|head| head.read + HEAD_LASTS).min()
    }

    /// What each head wants next, within the file.
    pub(super) fn windows(&self, total: u64) -> Vec<ByteRange> {
        let window = |head: &Head| ByteRange::new(head.at, head.at.saturating_add(AHEAD).min(total));
        self.heads.iter().map(window).filter(|window| !window.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_read_longest_ago_makes_room_and_old_ones_go() {
        let mut heads = Heads::default();
        for id in 0..6 {
            heads.read(HeadId(id), id * 100, Boot(id * 1000));
        }
        let starts: Vec<u64> = heads.windows(u64::MAX).iter().map(|window| window.start()).collect();
        assert_eq!(starts, [500, 400, 300, 200]);
        assert_eq!(heads.due(), Some(Boot(32_000)));
        heads.expire(Boot(33_500));
        assert_eq!(heads.windows(u64::MAX).len(), 2);
    }
}
