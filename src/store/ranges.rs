//! Range sets and marks as bytes: gap and length in turn, seven bits to a byte. A file fetched by 32 connections takes
//! about 300 bytes.

use crate::model::{Boot, BootId, ByteRange, Mark, MountId, RangeSet};

/// First byte of a mark; another layout is another number.
const MARK: u8 = 1;

pub(super) fn pack(set: &RangeSet) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(set.iter().len() * 8);
    push_set(&mut bytes, set);
    bytes
}

/// `None` when the bytes are no range set.
pub(super) fn unpack(mut bytes: &[u8]) -> Option<RangeSet> {
    take_set(&mut bytes)
}

pub(super) fn pack_mark(mark: &Mark) -> Vec<u8> {
    let mut bytes = vec![MARK];
    bytes.extend(mark.boot.0);
    push(&mut bytes, mark.at.0);
    bytes.push(u8::from(mark.mount.is_some()));
    push(&mut bytes, mark.mount.map_or(0, |mount| mount.0));
    push_set(&mut bytes, &mark.written);
    bytes
}

/// `None` when the bytes are no mark. That loses nothing but trust.
pub(super) fn unpack_mark(bytes: &[u8]) -> Option<Mark> {
    let rest = bytes.strip_prefix(&[MARK])?;
    let (boot, mut rest) = rest.split_first_chunk::<16>()?;
    let at = Boot(take(&mut rest)?);
    let (known, mut rest) = rest.split_first()?;
    let mount = take(&mut rest)?;
    let written = take_set(&mut rest)?;
    Some(Mark { written, boot: BootId(*boot), at, mount: (*known == 1).then_some(MountId(mount)) })
}

fn push_set(bytes: &mut Vec<u8>, set: &RangeSet) {
    let mut position = 0;
    for range in set.iter() {
        push(bytes, range.start() - position);
        push(bytes, range.len());
        position = range.end();
    }
}

fn take_set(bytes: &mut &[u8]) -> Option<RangeSet> {
    let mut ranges = Vec::new();
    let mut position: u64 = 0;
    while !bytes.is_empty() {
        let start = position.checked_add(take(bytes)?)?;
        position = start.checked_add(take(bytes)?)?;
        ranges.push(ByteRange::new(start, position));
    }
    RangeSet::try_from(ranges).ok()
}

#[expect(clippy::cast_possible_truncation, reason = "seven bits are what is wanted")]
fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number: u64 = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let seven = u64::from(byte & 0x7f);
        if (seven << shift) >> shift != seven {
            return None;
        }
        number |= seven << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_things_stay_small() {
        assert_eq!(pack(&RangeSet::new()), Vec::<u8>::new());
        assert_eq!(pack(&RangeSet::of(ByteRange::new(0, 1))), [0, 1]);
        assert_eq!(pack(&RangeSet::of(ByteRange::new(0, u64::MAX))).len(), 11);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_set_or_nothing(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Some(set) = unpack(&bytes) {
                prop_assert_eq!(unpack(&pack(&set)), Some(set));
            }
            if let Some(mark) = unpack_mark(&bytes) {
                prop_assert_eq!(unpack_mark(&pack_mark(&mark)), Some(mark));
            }
        }

        #[test]
        fn numbers_of_every_size(number in any::<u64>(), shift in 0_u32..64) {
            let number = number >> shift;
            let mut bytes = Vec::new();
            push(&mut bytes, number);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(take(&mut rest), Some(number));
            prop_assert!(rest.is_empty());
        }
    }
}
