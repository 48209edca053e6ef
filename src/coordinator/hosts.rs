//! What hosts were found to allow.

use super::Coordinator;
use crate::model::{Edit, Span, TransferId, Wall};

/// A host that counted connections yesterday may have more room today.
const REMEMBERED: Span = Span::seconds(24 * 3600);
/// Hosts that are kept in mind; the one that is forgotten soonest makes room.
const MOST: usize = 1000;

impl Coordinator {
    pub(super) fn on_host_allows(&mut self, id: TransferId, connections: u16) {
        let Some(entry) = self.book.get(id) else { return };
        let name = entry.transfer.source.url.host().to_owned();
        let until = self.now.wall + REMEMBERED;
        self.remember_host(name.clone(), connections, until);
        self.save_lazily(Edit::Host { name, connections, until });
    }

    pub(super) fn remember_host(&mut self, name: String, connections: u16, until: Wall) {
        let _ = self.hosts.insert(name, (connections.max(1), until));
        if self.hosts.len() > MOST {
            let soonest =
                self.hosts.iter().min_by_key(|(_, (_, until))| *until).map(|(name, _)| name.clone());
            let _ = soonest.and_then(|name| self.hosts.remove(&name));
        }
    }

    pub(super) fn remembered(&self, host: &str) -> Option<u16> {
        self.hosts.get(host).filter(|(_, until)| *until > self.now.wall).map(|(connections, _)| *connections)
    }
}
