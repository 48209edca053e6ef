//! Codes become sentences here: what happened, why, and what to do, in the user's language. The engine sends codes and
//! parameters; window, command line and notifications all speak through [`Words`].

mod budget;
mod choice;
mod failure;
mod keys;
mod log;
mod measure;
mod network;
mod refusal;
mod remedy;
mod status;
mod upload;

use std::sync::Arc;

use crate::i18n::{Catalog, Value};

pub use network::Counts;
pub use remedy::Remedy;

/// Speaks one language. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Words {
    catalog: Arc<Catalog>,
}

/// How a sentence is meant; never the only sign of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Good,
    /// Waits; the user may want to do something.
    Warn,
    Bad,
}

/// A sentence with the ways out of what it says, most useful first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    pub text: String,
    pub tone: Tone,
    pub remedies: Vec<Remedy>,
}

impl Words {
    pub fn new(catalog: Catalog) -> Self {
        Self { catalog: Arc::new(catalog) }
    }

    pub fn tag(&self) -> &'static str {
        self.catalog.tag()
    }

    /// A message without values.
    pub fn text(&self, key: &str) -> String {
        self.catalog.text(key)
    }

    pub fn format(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        self.catalog.format(key, values)
    }
}
