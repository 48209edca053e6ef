//! Which columns fit. Narrow windows lose them one by one, the least missed first; the name and the buttons always stay.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Progress,
    Size,
    Speed,
    Left,
    Added,
}

impl Column {
    /// In the order they stand.
    pub const ALL: [Self; 5] = [Self::Progress, Self::Size, Self::Speed, Self::Left, Self::Added];

    /// The first is kept longest.
    const KEEP: [Self; 5] = [Self::Progress, Self::Speed, Self::Left, Self::Size, Self::Added];

    /// In pixels: wide enough for every value in every language.
    pub const fn width(self) -> f32 {
        match self {
            Self::Progress => 168.0,
            Self::Size => 72.0,
            Self::Speed => 84.0,
            Self::Left => 92.0,
            Self::Added => 124.0,
        }
    }
}

/// Pixels between two columns.
pub const GAP: f32 = 16.0;
/// Pixels at both ends of a row.
pub const MARGIN: f32 = 16.0;
/// Two buttons.
pub const BUTTONS: f32 = 64.0;
/// Type icon and its gap.
pub const ICON: f32 = 48.0;
/// The name is never narrower while a column could go instead.
const NAME_LEAST: f32 = 190.0;
/// Added comes only where there is plenty of room.
const NAME_FOR_ADDED: f32 = 320.0;

/// The columns of a list of that width, in the order they stand.
pub fn fitting(width: f32) -> Vec<Column> {
    let mut left = width - 2.0 * MARGIN - ICON - GAP - BUTTONS;
    let mut kept = Vec::new();
    for column in Column::KEEP {
        let name = if column == Column::Added { NAME_FOR_ADDED } else { NAME_LEAST };
        let needed = column.width() + GAP;
        if left - needed < name {
            break;
        }
        left -= needed;
        kept.push(column);
    }
    kept.sort_unstable();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_by_priority_and_never_jump_the_queue() {
        let mut before = usize::MAX;
        for width in (200..1600).rev() {
            #[expect(clippy::cast_precision_loss, reason = "small whole numbers")]
            let now = fitting(width as f32);
            assert!(now.len() <= before, "{width}");
            before = now.len();
            let mut expected = Column::KEEP[..now.len()].to_vec();
            expected.sort_unstable();
            assert_eq!(now, expected, "{width}");
        }
        assert_eq!(fitting(1600.0), Column::ALL);
        assert_eq!(fitting(300.0), []);
    }

    #[test]
    fn the_usual_windows_show_what_matters() {
        use Column::{Left, Progress, Size, Speed};
        assert_eq!(fitting(1160.0 - 208.0), [Progress, Size, Speed, Left]);
        assert_eq!(fitting(640.0 - 52.0), [Progress]);
    }
}
