//! One slot of the progress journal: 64 bytes that claim one range of one file.

use crate::model::{Boot, BootId, ByteRange, Generation, MountId, PartFile, Slot, TransferId};

/// Bytes of a slot: a cache line, so that no slot is ever half in one page.
pub(super) const SIZE: usize = 64;
/// Bytes in front of the check.
const BODY: usize = 56;
/// Another layout is another number; slots of other layouts claim nothing.
const VERSION: u32 = 1;

/// What makes a slot ours and of this boot: no slot written under another seal holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seal {
    pub boot: BootId,
    /// The random name of the database that goes with the journal.
    pub nonce: [u8; 16],
}

/// "A write of these bytes of this generation was accepted", as read from a slot. Worth nothing until
/// [`Claim::holds_for`] says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub slot: Slot,
    pub transfer: TransferId,
    pub generation: Generation,
    pub range: ByteRange,
    pub at: Boot,
    pub mount: Option<MountId>,
    pub device: u64,
    body: [u8; BODY],
    check: u64,
}

impl Claim {
    /// `None` for empty slots and for what cannot be a claim.
    pub(super) fn read(slot: Slot, bytes: &[u8; SIZE]) -> Option<Self> {
        let mut words = bytes.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word));
        let transfer = TransferId::new(words.next()?)?;
        let tag = words.next()?;
        let (start, end, at) = (words.next()?, words.next()?, words.next()?);
        let (mount, device, check) = (words.next()?, words.next()?, words.next()?);
        let (generation, version) = (low(tag), low(tag >> 32));
        let body = *bytes.first_chunk::<BODY>()?;
        (version == VERSION && start < end).then(|| Self {
            slot,
            transfer,
            generation: Generation(generation),
            range: ByteRange::new(start, end),
            at: Boot(at),
            mount: (mount != 0).then_some(MountId(mount)),
            device,
            body,
            check,
        })
    }

    /// The slot was written whole, in this boot, beside this database, about this very file.
    pub fn holds_for(&self, record: &PartFile, seal: &Seal) -> bool {
        self.device == record.device && self.check == check(&key(self.slot, record, seal), &self.body)
    }
}

/// Everything of a slot that does not change while a range grows.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) transfer: TransferId,
    pub(super) generation: Generation,
    pub(super) mount: Option<MountId>,
    pub(super) device: u64,
    pub(super) key: [u8; 32],
}

impl Head {
    pub(super) fn write(&self, range: ByteRange, at: Boot) -> [u8; SIZE] {
        let tag = u64::from(VERSION) << 32 | u64::from(self.generation.0);
        let mount = self.mount.map_or(0, |mount| mount.0);
        let words = [self.transfer.get(), tag, range.start(), range.end(), at.0, mount, self.device];
        let mut body = [0; BODY];
        for (place, word) in body.as_chunks_mut::<8>().0.iter_mut().zip(words) {
            *place = word.to_le_bytes();
        }
        let mut bytes = [0; SIZE];
        let (front, back) = bytes.split_at_mut(BODY);
        front.copy_from_slice(&body);
        back.copy_from_slice(&check(&self.key, &body).to_le_bytes());
        bytes
    }
}

/// The key under which one file's claims are made in one slot: boot, nonce, inode and birth time are in it, so that the
/// check over the slot's contents needs a single block.
pub(super) fn key(slot: Slot, record: &PartFile, seal: &Seal) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("longshore 2026-11-20 progress journal slot");
    let _ = hasher.update(&seal.boot.0).update(&seal.nonce).update(&slot.0.to_le_bytes());
    let _ = hasher.update(&record.inode.to_le_bytes());
    let _ = match record.born {
        Some(born) => hasher.update(&[1]).update(&born.to_le_bytes()),
        None => hasher.update(&[0]),
    };
    *hasher.finalize().as_bytes()
}

fn check(key: &[u8; 32], body: &[u8; BODY]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *blake3::keyed_hash(key, body).as_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
const fn low(word: u64) -> u32 {
    word as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record() -> PartFile {
        PartFile { name: "a.part".to_owned(), device: 7, inode: 42, born: Some(-5) }
    }

    fn seal() -> Seal {
        Seal { boot: BootId([1; 16]), nonce: [2; 16] }
    }

    fn written(slot: Slot, range: ByteRange) -> [u8; SIZE] {
        let head = Head {
            transfer: TransferId::new(9).expect("not zero"),
            generation: Generation(3),
            mount: Some(MountId(11)),
            device: record().device,
            key: key(slot, &record(), &seal()),
        };
        head.write(range, Boot(1234))
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = written(Slot(5), ByteRange::new(10, 20));
        let claim = Claim::read(Slot(5), &bytes).expect("a claim");
        assert!(claim.holds_for(&record(), &seal()));
        assert_eq!((claim.transfer.get(), claim.generation), (9, Generation(3)));
        assert_eq!((claim.range, claim.at), (ByteRange::new(10, 20), Boot(1234)));
        assert_eq!((claim.mount, claim.device), (Some(MountId(11)), 7));
    }

    #[test]
    fn stale_foreign_and_reused_slots_do_not_hold() {
        let claim = Claim::read(Slot(5), &written(Slot(5), ByteRange::new(10, 20))).expect("a claim");
        let others = [
            (record(), Seal { boot: BootId([9; 16]), ..seal() }),
            (record(), Seal { nonce: [9; 16], ..seal() }),
            (PartFile { inode: 43, ..record() }, seal()),
            (PartFile { born: None, ..record() }, seal()),
            (PartFile { born: Some(5), ..record() }, seal()),
            (PartFile { device: 8, ..record() }, seal()),
        ];
        for (record, seal) in others {
            assert!(!claim.holds_for(&record, &seal), "{record:?} {seal:?}");
        }
        let moved = Claim::read(Slot(6), &written(Slot(5), ByteRange::new(10, 20))).expect("a claim");
        assert!(!moved.holds_for(&record(), &seal()), "a slot in the wrong place");
    }

    #[test]
    fn empty_slots_claim_nothing() {
        assert_eq!(Claim::read(Slot(0), &[0; SIZE]), None);
        assert_eq!(Claim::read(Slot(0), &written(Slot(0), ByteRange::new(5, 5))), None);
    }

    proptest! {
        #[test]
        fn a_torn_slot_does_not_hold(cut in 1..SIZE, old in any::<[u8; SIZE]>()) {
            let new = written(Slot(5), ByteRange::new(10, 20));
            for torn in [[&new[..cut], &old[cut..]].concat(), [&old[..cut], &new[cut..]].concat()] {
                let torn: [u8; SIZE] = torn.try_into().expect("64 bytes");
                let holds = Claim::read(Slot(5), &torn).is_some_and(|claim| claim.holds_for(&record(), &seal()));
                prop_assert!(!holds || torn == new);
            }
        }

        #[test]
        fn arbitrary_bytes_never_hold(bytes in any::<[u8; SIZE]>(), version in any::<bool>()) {
            let mut bytes = bytes;
            if version {
                bytes[12..16].copy_from_slice(&VERSION.to_le_bytes());
                bytes[48..56].copy_from_slice(&7_u64.to_le_bytes());
            }
            if let Some(claim) = Claim::read(Slot(5), &bytes) {
                prop_assert!(!claim.holds_for(&record(), &seal()));
            }
        }

        #[test]
        fn one_changed_bit_is_seen(bit in 0..SIZE * 8) {
            let mut bytes = written(Slot(5), ByteRange::new(10, 20));
            bytes[bit / 8] ^= 1 << (bit % 8);
            if let Some(claim) = Claim::read(Slot(5), &bytes) {
                prop_assert!(!claim.holds_for(&record(), &seal()));
            }
        }
    }
}
