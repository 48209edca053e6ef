//! A behaviour together with the requests it applies to, and the resources which have them.

use super::behaviour::Behaviour;
use super::content::Content;

/// A behaviour and its gate. Without any limit it applies to every request.
#[derive(Clone, Debug)]
pub struct Rule {
    pub(super) behaviour: Behaviour,
    gate: Gate,
}

#[derive(Clone, Debug, Default)]
struct Gate {
    times: Option<u64>,
    skip: u64,
    from_offset: Option<u64>,
    ranged: Option<bool>,
    method: Option<&'static str>,
}

/// What a gate looks at in a request.
pub(super) struct Seen<'a> {
    pub method: &'a str,
    pub ranged: bool,
    /// The offset of the first asked byte.
    pub start: u64,
}

impl Rule {
    /// Only the first `n` requests among those the other limits let through.
    pub fn times(mut self, n: u64) -> Self {
        self.gate.times = Some(n);
        self
    }

    /// Not the first `n` requests among those the other limits let through.
    pub fn skip(mut self, n: u64) -> Self {
        self.gate.skip = n;
        self
    }

    /// Only requests which start at or after this file offset.
    pub fn starting_from(mut self, offset: u64) -> Self {
        self.gate.from_offset = Some(offset);
        self
    }

    /// Only requests with a `Range` header.
    pub fn only_ranged(mut self) -> Self {
        self.gate.ranged = Some(true);
        self
    }

    /// Only requests without a `Range` header.
    pub fn only_plain(mut self) -> Self {
        self.gate.ranged = Some(false);
        self
    }

    /// Only requests of this method, say `HEAD`.
    pub fn only_method(mut self, method: &'static str) -> Self {
        self.gate.method = Some(method);
        self
    }

    pub(super) fn concerns(&self, seen: &Seen<'_>) -> bool {
        self.gate.ranged.is_none_or(|ranged| ranged == seen.ranged)
            && self.gate.method.is_none_or(|method| method == seen.method)
            && self.gate.from_offset.is_none_or(|offset| seen.start >= offset)
    }

    /// Whether the request applies which is number `index` among those it concerns.
    pub(super) fn applies_to(&self, index: u64) -> bool {
        match index.checked_sub(self.gate.skip) {
            Some(turn) => self.gate.times.is_none_or(|times| turn < times),
            None => false,
        }
    }
}

impl From<Behaviour> for Rule {
    fn from(behaviour: Behaviour) -> Self {
        Self { behaviour, gate: Gate::default() }
    }
}

/// The limits can be put on a behaviour directly: `Behaviour::Hang.times(2)`.
impl Behaviour {
    pub fn times(self, n: u64) -> Rule {
        Rule::from(self).times(n)
    }

    pub fn skip(self, n: u64) -> Rule {
        Rule::from(self).skip(n)
    }

    pub fn starting_from(self, offset: u64) -> Rule {
        Rule::from(self).starting_from(offset)
    }

    pub fn only_ranged(self) -> Rule {
        Rule::from(self).only_ranged()
    }

    pub fn only_plain(self) -> Rule {
        Rule::from(self).only_plain()
    }

    pub fn only_method(self, method: &'static str) -> Rule {
        Rule::from(self).only_method(method)
    }
}

/// A file on the server and how it is served.
#[derive(Clone, Debug)]
pub struct Resource {
    pub(super) content: Content,
    pub(super) rules: Vec<Rule>,
}

impl Resource {
    pub fn bytes(content: Content) -> Self {
        Self { content, rules: Vec::new() }
    }

    /// A small file given as it is, for pages, checksum lists and the like.
    pub fn literal(bytes: impl Into<Vec<u8>>) -> Self {
        Self::bytes(Content::literal(bytes))
    }

    pub fn with(mut self, rule: impl Into<Rule>) -> Self {
        self.rules.push(rule.into());
        self
    }
}
