//! What every view may read: the language, the colours, the moment.

use super::theme::Palette;
use crate::api::Row;
use crate::model::Now;
use crate::words::{Sentence, Words};

#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    pub words: &'a Words,
    pub palette: Palette,
    pub now: Now,
    /// Name of the present connection.
    pub network: Option<&'a str>,
}

impl Scene<'_> {
    pub fn text(&self, key: &str) -> String {
        self.words.text(key)
    }

    /// What the row is doing, and the ways out.
    pub fn sentence(&self, row: &Row) -> Sentence {
        self.words.activity(&row.status, row.activity, self.network, self.now)
    }
}
