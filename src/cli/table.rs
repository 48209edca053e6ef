//! Aligned columns.

use unicode_width::UnicodeWidthStr;

use super::terminal::{clean, clip, pad};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Rows under a heading. Every column is as wide as its widest cell; the last takes what is left.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(columns: Vec<(String, Align)>) -> Self {
        Self { columns, rows: Vec::new() }
    }

    pub(super) fn push(&mut self, cells: &[String]) {
        self.rows.push(cells.iter().map(|cell| clean(cell)).collect());
    }

    /// Heading first. Lines are cut at `most` columns where there is an edge to cut at.
    pub(super) fn lines(&self, most: Option<usize>) -> Vec<String> {
        let heads: Vec<String> = self.columns.iter().map(|(head, _)| head.clone()).collect();
        let all = || std::iter::once(&heads).chain(&self.rows);
        let width =
            |at: usize| all().filter_map(|row| row.get(at)).map(|cell| cell.width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        all().map(|row| self.one(row, &widths, most)).collect()
    }

    fn one(&self, row: &[String], widths: &[usize], most: Option<usize>) -> String {
        let mut line = String::new();
        for ((cell, width), (_, align)) in row.iter().zip(widths).zip(&self.columns) {
            if !line.is_empty() {
                line.push_str("  ");
            }
            match align {
                Align::Left => line.push_str(&pad(cell, *width)),
                Align::Right => {
                    line.push_str(&" ".repeat(width.saturating_sub(cell.width())));
                    line.push_str(cell);
                }
            }
        }
        let line = line.trim_end();
        most.map_or_else(|| line.to_owned(), |most| clip(line, most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let mut table = Table::new(vec![
            ("ID".into(), Align::Right),
            ("Name".into(), Align::Left),
            ("Size".into(), Align::Left),
        ]);
        table.push(&["1".into(), "名前".into(), "1 kB".into()]);
        table.push(&["100".into(), "a\tb".into(), "2 kB".into()]);
        assert_eq!(table.lines(None), [" ID  Name  Size", "  1  名前  1 kB", "100  a b   2 kB"]);
        assert_eq!(table.lines(Some(8))[2], "100  a …");
    }
}
