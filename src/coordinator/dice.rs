//! Chance as an argument: the same seed gives the same run.

/// `SplitMix64` (Steele, Lea, Flood 2014): enough for jitter, never for secrets.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 to 999.
    pub fn thousandth(&mut self) -> u16 {
        u16::try_from(self.roll() % 1000).unwrap_or_default()
    }
}
