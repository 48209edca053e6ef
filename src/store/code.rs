//! The numbers under which closed enums are stored. They are for ever: a new variant takes a new number.

use crate::model::{CostPolicy, Direction, Intent, Priority, Shelf};

pub(super) trait Code: Copy + 'static {
    const ALL: &'static [Self];

    fn code(self) -> i64;

    fn of(code: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.code() == code)
    }
}

impl Code for Direction {
    const ALL: &'static [Self] = &[Self::Download, Self::Upload];

    fn code(self) -> i64 {
        match self {
            Self::Download => 0,
            Self::Upload => 1,
        }
    }
}

impl Code for Shelf {
    const ALL: &'static [Self] = &Self::ALL;

    fn code(self) -> i64 {
        match self {
            Self::Active => 0,
            Self::Waiting => 1,
            Self::Paused => 2,
            Self::Finished => 3,
            Self::Failed => 4,
        }
    }
}

/// The order of the queue is the order of the numbers.
impl Code for Priority {
    const ALL: &'static [Self] = &Self::ALL;

    fn code(self) -> i64 {
        match self {
            Self::High => 0,
            Self::Normal => 1,
            Self::Low => 2,
        }
    }
}

impl Code for CostPolicy {
    const ALL: &'static [Self] = &Self::ALL;

    fn code(self) -> i64 {
        match self {
            Self::Default => 0,
            Self::UnrestrictedOnly => 1,
            Self::Always => 2,
            Self::NotRoaming => 3,
            Self::NoSurcharge => 4,
            Self::Standard => 5,
        }
    }
}

impl Code for Intent {
    const ALL: &'static [Self] = &[Self::Run, Self::Pause];

    fn code(self) -> i64 {
        match self {
            Self::Run => 0,
            Self::Pause => 1,
        }
    }
}
