//! Connections to each host, those of all transfers together: no server is to feel a crowd.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Debug, Clone, Default)]
pub(super) struct Hosts(Arc<Mutex<BTreeMap<String, u16>>>);

/// The connections that one run holds to a host; they are given back when it goes.
#[derive(Debug)]
pub(super) struct Place {
    hosts: Hosts,
    host: String,
    held: Cell<u16>,
}

impl Hosts {
    /// A run begins with one connection.
    pub(super) fn place(&self, host: &str) -> Place {
        let place = Place { hosts: self.clone(), host: host.to_owned(), held: Cell::new(0) };
        place.hold(1);
        place
    }

    fn change(&self, host: &str, from: u16, to: u16) {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = hosts.entry(host.to_owned()).or_default();
        *held = held.saturating_sub(from).saturating_add(to);
        if *held == 0 {
            let _ = hosts.remove(host);
        }
    }
}

impl Place {
    pub(super) fn hold(&self, connections: u16) {
        let before = self.held.replace(connections);
        if before != connections {
            self.hosts.change(&self.host, before, connections);
        }
    }

    /// What this run may hold if all runs together hold at most `most`: at least one, or nothing would ever move.
    pub(super) fn budget(&self, most: u16) -> u16 {
        let hosts = self.hosts.0.lock().unwrap_or_else(PoisonError::into_inner);
        let others = hosts.get(&self.host).map_or(0, |all| all.saturating_sub(self.held.get()));
        most.saturating_sub(others).max(1)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.hold(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_share_what_a_host_allows_and_give_it_back() {
        let hosts = Hosts::default();
        let (first, second) = (hosts.place("a.example"), hosts.place("a.example"));
        assert_eq!(first.budget(16), 15);
        first.hold(15);
        assert_eq!(second.budget(16), 1);
        second.hold(4);
        assert_eq!(first.budget(16), 12, "nobody is without a connection");
        drop(second);
        assert_eq!(first.budget(16), 16);
        assert_eq!(hosts.place("b.example").budget(1), 1);
        drop(first);
        assert!(hosts.0.lock().expect("sound").is_empty());
    }
}
