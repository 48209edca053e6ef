//! The resources and what they remember from one request to the next.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::behaviour::Behaviour;
use super::content::Content;
use super::request::Request;
use super::rule::{Resource, Seen};
use super::sync::lock;

#[derive(Default)]
pub(super) struct Site(Mutex<HashMap<String, Arc<Served>>>);

impl Site {
    pub fn put(&self, path: &str, resource: Resource) {
        drop(lock(&self.0).insert(path.to_owned(), Arc::new(Served::new(resource))));
    }

    pub fn get(&self, path: &str) -> Option<Arc<Served>> {
        lock(&self.0).get(path).cloned()
    }
}

/// A resource on the server. Replacing it starts its counters anew.
pub(super) struct Served {
    resource: Resource,
    counters: Mutex<Counters>,
}

struct Counters {
    requests: u64,
    /// For each rule, how many requests it has concerned.
    concerned: Vec<u64>,
    sent: u64,
}

/// What one request meets.
pub(super) struct Visit {
    pub content: Content,
    pub faults: Vec<Behaviour>,
    /// Its number among the requests for the resource, from 1.
    pub number: u64,
}

impl Served {
    fn new(resource: Resource) -> Self {
        let concerned = vec![0; resource.rules.len()];
        Self { resource, counters: Mutex::new(Counters { requests: 0, concerned, sent: 0 }) }
    }

    pub fn visit(&self, request: &Request) -> Visit {
        let mut counters = lock(&self.counters);
        counters.requests += 1;
        let content = &self.resource.content;
        let seen = Seen {
            method: &request.method,
            ranged: request.range.is_some(),
            start: request.range.as_ref().map_or(0, |range| range.start(content.size())),
        };
        let mut faults = Vec::new();
        for (rule, concerned) in self.resource.rules.iter().zip(&mut counters.concerned) {
            if rule.concerns(&seen) {
                if rule.applies_to(*concerned) {
                    faults.push(rule.behaviour.clone());
                }
                *concerned += 1;
            }
        }
        let changed = faults.iter().any(|fault| match fault {
            Behaviour::ChangesAfterRequests(n) => counters.requests > *n,
            Behaviour::ChangesAtBytes(n) => counters.sent >= *n,
            _ => false,
        });
        let content = if changed { content.next_version() } else { content.clone() };
        Visit { content, faults, number: counters.requests }
    }

    pub fn count_sent(&self, bytes: u64) {
        lock(&self.counters).sent += bytes;
    }
}
