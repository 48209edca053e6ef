//! A host that paces each connection by its number, as a whole-file server with per-connection limits does.

/// What its answers say about the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    Ranges,
    /// A length, but always the whole file.
    NoRanges,
    /// Not even a length.
    Nothing,
}

#[derive(Debug, Clone)]
pub(super) struct Host {
    pub size: u64,
    /// KiB a second by connection number, cyclic.
    pub rates: Vec<u64>,
    /// Milliseconds before each answer.
    pub first: u64,
    /// That connection sends nothing more after so many bytes.
    pub stall: Option<(usize, u64)>,
    /// Every answer ends after so many bytes, and the connection with it.
    pub cut: Option<u64>,
    /// 503 beyond so many connections.
    pub most: Option<usize>,
    /// KiB a second that all connections share.
    pub line: Option<u64>,
    /// Per cent of the line that each connection beyond the first costs.
    pub burden: u64,
    /// From that millisecond on the rates are these.
    pub turns: Vec<(u64, Vec<u64>)>,
    pub tells: Tells,
    /// Every connection breaks at that millisecond, and no other comes about.
    pub dies: Option<u64>,
}

impl Host {
    pub(super) fn new(size: u64, rates: &[u64]) -> Self {
        Self {
            size,
            rates: rates.to_vec(),
            first: 1,
            stall: None,
            cut: None,
            most: None,
            line: None,
            burden: 0,
            turns: Vec::new(),
            tells: Tells::Ranges,
            dies: None,
        }
    }

    /// Milliseconds if the first so many connections were never idle.
    pub(super) fn ideal(&self, connections: usize) -> f64 {
        let sum: u64 = (0..connections).map(|number| self.rates[number % self.rates.len()]).sum();
        self.size as f64 * 1000.0 / (sum as f64 * 1024.0)
    }

    /// Bytes a second.
    pub(super) fn pace(&self, number: usize, now: u64) -> u64 {
        let rates =
            self.turns.iter().rev().find(|(at, _)| *at <= now).map_or(&self.rates, |(_, rates)| rates);
        rates[number % rates.len()] * 1024
    }

    /// Bytes a second each connection gets of the line.
    pub(super) fn share(&self, connections: usize) -> u64 {
        let Some(line) = self.line else { return u64::MAX };
        let connections = connections.max(1) as u64;
        let cost = 100_u64.saturating_sub(self.burden * (connections - 1)).max(10);
        line * 1024 * cost / 100 / connections
    }
}
