//! Which rows are chosen, and which one has the keyboard.

use std::collections::BTreeSet;

use crate::model::TransferId;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    chosen: BTreeSet<TransferId>,
    focus: Option<TransferId>,
    /// Where a range begins.
    anchor: Option<TransferId>,
    /// Where the focus was in the order last time, so that it need not be searched.
    hint: usize,
}

/// How a click or a movement treats what is chosen already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Manner {
    #[default]
    Replace,
    /// Ctrl: in or out.
    Toggle,
    /// Shift: everything from the anchor to here.
    Extend,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
}

impl Selection {
    pub fn contains(&self, id: TransferId) -> bool {
        self.chosen.contains(&id)
    }

    pub fn focus(&self) -> Option<TransferId> {
        self.focus
    }

    pub fn len(&self) -> usize {
        self.chosen.len()
    }

    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    pub fn ids(&self) -> impl Iterator<Item = TransferId> + '_ {
        self.chosen.iter().copied()
    }

    pub fn clear(&mut self) {
        self.chosen.clear();
        self.anchor = None;
    }

    pub fn all(&mut self, order: &[TransferId]) {
        self.chosen = order.iter().copied().collect();
        self.focus = self.focus.or_else(|| order.first().copied());
    }

    /// Gives the keyboard a place to begin, without choosing anything.
    pub fn begin(&mut self, order: &[TransferId]) {
        if self.focus.is_none() {
            self.focus = order.first().copied();
            self.hint = 0;
        }
    }

    /// Only this one.
    pub fn only(&mut self, id: TransferId) {
        self.chosen = BTreeSet::from([id]);
        self.focus = Some(id);
        self.anchor = Some(id);
    }

    pub fn click(&mut self, order: &[TransferId], index: usize, manner: Manner) {
        let Some(id) = order.get(index).copied() else { return };
        self.hint = index;
        match manner {
            Manner::Replace => self.only(id),
            Manner::Toggle => {
                if !self.chosen.remove(&id) {
                    let _ = self.chosen.insert(id);
                }
                self.focus = Some(id);
                self.anchor = Some(id);
            }
            Manner::Extend => {
                let from = self.anchor.and_then(|anchor| self.find(order, anchor)).unwrap_or(index);
                let range = from.min(index)..=from.max(index);
                self.chosen = order.get(range).unwrap_or_default().iter().copied().collect();
                self.anchor = order.get(from).copied();
                self.focus = Some(id);
            }
        }
    }

    /// Moves the focus; `page` is the number of rows that fit. Gives the new place.
    pub fn travel(
        &mut self,
        order: &[TransferId],
        motion: Motion,
        page: usize,
        manner: Manner,
    ) -> Option<usize> {
        let last = order.len().checked_sub(1)?;
        let here = self.focus.and_then(|focus| self.find(order, focus));
        let page = page.max(1);
        let to = match (motion, here) {
            (Motion::First, _) | (Motion::Down | Motion::PageDown, None) => 0,
            (Motion::Last, _) | (Motion::Up | Motion::PageUp, None) => last,
            (Motion::Up, Some(here)) => here.saturating_sub(1),
            (Motion::Down, Some(here)) => (here + 1).min(last),
            (Motion::PageUp, Some(here)) => here.saturating_sub(page),
            (Motion::PageDown, Some(here)) => (here + page).min(last),
        };
        match manner {
            Manner::Toggle => {
                // Ctrl moves the focus alone.
                self.focus = order.get(to).copied();
                self.hint = to;
            }
            Manner::Replace | Manner::Extend => self.click(order, to, manner),
        }
        Some(to)
    }

    /// Forgets what is no longer shown; the focus falls to the row that took its place.
    pub fn keep(&mut self, order: &[TransferId]) {
        let gone = self.focus.is_some_and(|focus| self.find(order, focus).is_none());
        if self.chosen.len() == 1 && !gone && self.chosen.first().copied() == self.focus {
            return;
        }
        if !self.chosen.is_empty() {
            let here: BTreeSet<_> = order.iter().copied().collect();
            self.chosen.retain(|id| here.contains(id));
        }
        if gone {
            let next = order.get(self.hint.min(order.len().saturating_sub(1))).copied();
            self.focus = next;
            self.anchor = next;
            if self.chosen.is_empty() {
                self.chosen.extend(next);
            }
        }
    }

    fn find(&self, order: &[TransferId], id: TransferId) -> Option<usize> {
        if order.get(self.hint) == Some(&id) {
            return Some(self.hint);
        }
        order.iter().position(|other| *other == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> TransferId {
        TransferId::new(number).unwrap()
    }

    fn chosen(selection: &Selection) -> Vec<u64> {
        selection.ids().map(TransferId::get).collect()
    }

    fn order() -> Vec<TransferId> {
        // Not in the order of ids: ranges follow what is shown.
        [5, 3, 9, 1, 7].map(id).to_vec()
    }

    #[test]
    fn a_click_chooses_one_ctrl_adds_and_takes_away() {
        let mut selection = Selection::default();
        selection.click(&order(), 0, Manner::Replace);
        selection.click(&order(), 2, Manner::Toggle);
        assert_eq!(chosen(&selection), [5, 9]);
        selection.click(&order(), 0, Manner::Toggle);
        assert_eq!(chosen(&selection), [9]);
        selection.click(&order(), 4, Manner::Replace);
        assert_eq!(chosen(&selection), [7]);
    }

    #[test]
    fn shift_chooses_what_stands_between_in_both_directions() {
        let mut selection = Selection::default();
        selection.click(&order(), 2, Manner::Replace);
        selection.click(&order(), 4, Manner::Extend);
        assert_eq!(chosen(&selection), [1, 7, 9]);
        selection.click(&order(), 0, Manner::Extend);
        assert_eq!(chosen(&selection), [3, 5, 9]);
        assert_eq!(selection.focus(), Some(id(5)));
    }

    #[test]
    fn keys_stop_at_the_ends() {
        let mut selection = Selection::default();
        assert_eq!(selection.travel(&order(), Motion::Down, 2, Manner::Replace), Some(0));
        assert_eq!(selection.travel(&order(), Motion::Up, 2, Manner::Replace), Some(0));
        assert_eq!(selection.travel(&order(), Motion::PageDown, 2, Manner::Replace), Some(2));
        assert_eq!(selection.travel(&order(), Motion::PageDown, 9, Manner::Replace), Some(4));
        assert_eq!(selection.travel(&order(), Motion::First, 9, Manner::Extend), Some(0));
        assert_eq!(selection.len(), 5);
        assert_eq!(selection.travel(&[], Motion::Down, 2, Manner::Replace), None);
    }

    #[test]
    fn when_the_focused_row_goes_its_successor_is_chosen() {
        let mut selection = Selection::default();
        selection.click(&order(), 1, Manner::Replace);
        selection.keep(&[5, 9, 1, 7].map(id));
        assert_eq!(selection.focus(), Some(id(9)));
        assert_eq!(chosen(&selection), [9]);
        selection.keep(&[]);
        assert_eq!(selection.focus(), None);
        assert!(selection.is_empty());
    }

    #[test]
    fn a_moved_row_stays_chosen() {
        let mut selection = Selection::default();
        selection.click(&order(), 1, Manner::Replace);
        selection.keep(&[9, 1, 7, 3, 5].map(id));
        assert_eq!(chosen(&selection), [3]);
        assert_eq!(selection.focus(), Some(id(3)));
    }
}
