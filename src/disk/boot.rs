//! Which boot this is, and how long it has lasted.

#![expect(clippy::disallowed_methods, reason = "the boot id is a file of the kernel")]

use rustix::rand::{GetRandomFlags, getrandom};
use rustix::time::{ClockId, clock_gettime};

use crate::model::{Boot, BootId};

/// The kernel's name for this boot. Where it cannot be read a random one is made up: it equals no other, so nothing is
/// trusted that should not be.
pub fn boot_id() -> BootId {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    parse(&text).unwrap_or_else(made_up)
}

/// Time since boot, suspend included, in milliseconds.
pub fn boottime() -> Boot {
    let now = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    let nanos = u64::try_from(now.tv_nsec).unwrap_or(0);
    Boot(seconds.saturating_mul(1000).saturating_add(nanos / 1_000_000))
}

fn parse(text: &str) -> Option<BootId> {
    let digits: String = text.trim().chars().filter(|c| *c != '-').collect();
    (digits.len() == 32).then(|| u128::from_str_radix(&digits, 16).ok().map(u128::to_be_bytes))?.map(BootId)
}

fn made_up() -> BootId {
    let mut bytes = [0; 16];
    // Sixteen bytes come whole or not at all; all zero is still no boot's name.
    let _ = getrandom(&mut bytes, GetRandomFlags::empty());
    BootId(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boot_id_is_stable_and_the_clock_runs() {
        assert_eq!(boot_id(), boot_id());
        assert_ne!(boot_id(), BootId::default());
        let before = boottime();
        assert!(before > Boot(0) && boottime() >= before);
    }

    #[test]
    fn nonsense_is_no_boot_id() {
        assert_eq!(parse(""), None);
        assert_eq!(parse("0123"), None);
        assert_eq!(parse("zz345678-9abc-def0-1234-56789abcdef0"), None);
        let sound = parse("12345678-9abc-def0-1234-56789abcdef0\n").expect("sound");
        assert_eq!(sound.0[..4], [0x12, 0x34, 0x56, 0x78]);
    }
}
