//! Which servers were asked about the links in the dialog, and what they said.

use std::collections::BTreeMap;

use crate::api::{Credentials, ProbeState};
use crate::model::{ProbeId, Question, SafeUrl};
use crate::ui::links::Link;

/// Questions on their way at once.
const MOST: usize = 4;
/// Links that are seen without scrolling; only they are asked about.
pub const SEEN: usize = 6;

#[derive(Debug, Clone)]
pub struct Wish {
    pub probe: ProbeId,
    pub url: SafeUrl,
    pub credentials: Option<Credentials>,
}

#[derive(Debug)]
pub struct Probes {
    known: BTreeMap<SafeUrl, Probe>,
    next: u64,
}

#[derive(Debug)]
struct Probe {
    id: ProbeId,
    /// `None`: on its way.
    state: Option<ProbeState>,
}

impl Probes {
    /// Ids go on from those of the last dialog: an answer that comes late must not be taken for a new one.
    pub fn new(next: u64) -> Self {
        Self { known: BTreeMap::new(), next }
    }

    pub fn next(&self) -> u64 {
        self.next
    }

    /// Drops what nobody wants to know any more, asks what fits.
    pub fn follow(&mut self, links: &[Link]) -> (Vec<Wish>, Vec<ProbeId>) {
        let seen = links.get(..links.len().min(SEEN)).unwrap_or_default();
        let mut drops = Vec::new();
        self.known.retain(|url, probe| {
            let wanted = seen.iter().any(|link| link.url == *url);
            if !wanted {
                drops.push(probe.id);
            }
            wanted
        });
        let mut wishes = Vec::new();
        for link in seen {
            if self.known.contains_key(&link.url) || self.flying() >= MOST {
                continue;
            }
            wishes.push(self.ask(link));
        }
        (wishes, drops)
    }

    fn ask(&mut self, link: &Link) -> Wish {
        self.next += 1;
        let id = ProbeId(self.next);
        let _ = self.known.insert(link.url.clone(), Probe { id, state: None });
        Wish { probe: id, url: link.url.clone(), credentials: link.credentials.clone() }
    }

    pub fn came(&mut self, id: ProbeId, state: Option<ProbeState>) {
        let state = state.unwrap_or(ProbeState::Busy);
        if let Some(probe) = self.known.values_mut().find(|probe| probe.id == id) {
            probe.state = Some(state);
        }
    }

    /// Forgets what this link's server said, to ask it anew.
    pub fn forget(&mut self, url: &SafeUrl) -> Option<ProbeId> {
        self.known.remove(url).map(|probe| probe.id)
    }

    /// `None`: never asked. `Some(None)`: on its way.
    pub fn state(&self, url: &SafeUrl) -> Option<Option<&ProbeState>> {
        self.known.get(url).map(|probe| probe.state.as_ref())
    }

    /// Of these links, those that were asked about.
    pub fn of(&self, links: &[Link]) -> BTreeMap<SafeUrl, ProbeId> {
        let seen = links.iter().take(SEEN);
        seen.filter_map(|link| Some((link.url.clone(), self.known.get(&link.url)?.id))).collect()
    }

    pub fn wants_sign_in(&self) -> bool {
        self.known.values().any(|probe| matches!(probe.state, Some(ProbeState::Asks(Question::SignIn))))
    }

    /// Everything that is open at the engine.
    pub fn take_all(&mut self) -> Vec<ProbeId> {
        std::mem::take(&mut self.known).into_values().map(|probe| probe.id).collect()
    }

    fn flying(&self) -> usize {
        self.known.values().filter(|probe| probe.state.is_none()).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::links::typed;

    fn many(count: usize) -> Vec<Link> {
        let text: String = (0..count).map(|n| format!("https://a.example/{n}\n")).collect();
        typed(&text).links
    }

    #[test]
    fn four_at_a_time_and_only_what_is_seen() {
        let mut probes = Probes::new(0);
        let links = many(100);
        let (wishes, drops) = probes.follow(&links);
        assert_eq!((wishes.len(), drops.len()), (4, 0));
        assert!(probes.follow(&links).0.is_empty());
        probes.came(wishes[0].probe, Some(ProbeState::Busy));
        assert_eq!(probes.follow(&links).0.len(), 1);
    }

    #[test]
    fn a_link_that_was_edited_away_is_dropped() {
        let mut probes = Probes::new(0);
        let (wishes, _) = probes.follow(&many(2));
        let (_, drops) = probes.follow(&many(1));
        assert_eq!(drops, [wishes[1].probe]);
        probes.came(wishes[1].probe, Some(ProbeState::Busy));
        assert_eq!(probes.state(&wishes[1].url), None, "a late answer finds nobody");
    }

    #[test]
    fn ids_are_never_used_twice() {
        let mut first = Probes::new(0);
        let _ = first.follow(&many(3));
        let mut second = Probes::new(first.next());
        let (wishes, _) = second.follow(&many(1));
        assert_eq!(wishes[0].probe, ProbeId(4));
    }
}
