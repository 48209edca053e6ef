//! Numbers between the worlds of pixels and of counting.

/// The nearest whole number; nothing below zero, nothing without a value.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and what is not a number becomes zero"
)]
pub fn whole(value: f64) -> usize {
    value.floor() as usize
}

#[expect(clippy::cast_precision_loss, reason = "a place in a list is far below 2^52")]
pub fn exact(count: usize) -> f64 {
    count as f64
}

/// A place on the screen.
#[expect(clippy::cast_possible_truncation, reason = "pixels near the window fit")]
pub fn pixels(value: f64) -> f32 {
    value as f32
}

/// Done of total, from 0 to 1; nothing known is nothing done.
#[expect(clippy::cast_precision_loss, reason = "a bar is a few hundred pixels wide")]
pub fn share(done: u64, total: Option<u64>) -> f32 {
    match total {
        Some(0) => 1.0,
        Some(total) => (done as f32 / total as f32).clamp(0.0, 1.0),
        None => 0.0,
    }
}

/// Whole percent; 100 only when everything is there.
pub fn percent(done: u64, total: u64) -> u64 {
    if total == 0 || done >= total {
        return 100;
    }
    u64::try_from(u128::from(done) * 100 / u128::from(total)).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_percent_means_all_of_it() {
        assert_eq!(percent(999_999, 1_000_000), 99);
        assert_eq!(percent(5, 5), 100);
        assert_eq!(percent(u64::MAX - 1, u64::MAX), 99);
        assert_eq!(percent(0, 0), 100);
    }

    #[test]
    fn odd_pixels_are_harmless() {
        assert_eq!(whole(-3.0), 0);
        assert_eq!(whole(f64::NAN), 0);
        assert_eq!(whole(2.9), 2);
    }
}
