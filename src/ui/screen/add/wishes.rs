//! What the dialog's main button asks for. Ten thousand wishes are written out beside the window's thread.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::api::{Clash, Command, Credentials, NewTransfer, Start};
use crate::model::{Check, CostPolicy, FileName, Options, ProbeId, SafeUrl};
use crate::ui::links::{Link, Parsed};

/// The links, and what they have in common.
pub struct Wishes {
    pub(super) links: Arc<Parsed>,
    /// Those whose answer is held open.
    pub(super) probes: BTreeMap<SafeUrl, ProbeId>,
    pub(super) folder: PathBuf,
    pub(super) name: Option<FileName>,
    pub(super) check: Check,
    pub(super) policy: CostPolicy,
    pub(super) start: Start,
    /// For links that bring none of their own.
    pub(super) credentials: Option<Credentials>,
}

impl Wishes {
    /// As many transfers in each as one request may hold.
    pub fn commands(self) -> impl Iterator<Item = Command> + Send {
        let count = self.links.links.len().div_ceil(Command::MOST);
        (0..count).map(move |number| {
            let links = self.links.links.iter().skip(number * Command::MOST).take(Command::MOST);
            Command::Add(links.map(|link| self.transfer(link)).collect())
        })
    }

    fn transfer(&self, link: &Link) -> NewTransfer {
        NewTransfer {
            credentials: link.credentials.clone().or_else(|| self.credentials.clone()),
            folder: Some(self.folder.clone()),
            name: self.name.clone(),
            policy: Some(self.policy),
            start: self.start,
            options: Options { check: self.check.clone(), ..Options::default() },
            probe: self.probes.get(&link.url).copied(),
            clash_of_address: Clash::Attach,
            ..NewTransfer::download(link.url.clone())
        }
    }
}
