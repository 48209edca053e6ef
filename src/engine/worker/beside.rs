//! Small texts that lie near the file and speak of it: a list of checksums, when the user asks for one.

use std::rc::Rc;
use std::time::Duration;

use super::asker::Asker;
use super::{Halt, Worker};
use crate::coordinator::Report;
use crate::model::{Expected, Fault, Origin, SafeUrl, Search};
use crate::rules::{digest, naming};

/// All lists together are waited for no longer: the file is here, and this is a favour.
const SOON: Duration = Duration::from_secs(20);

impl Worker {
    /// Looks for a list of checksums beside the file, if the user asked and nobody said better.
    pub(super) async fn look_beside(&mut self) -> Result<(), Halt> {
        if self.check.search == Search::No || self.check.expected.is_some() || self.check.verdict.is_some() {
            return Ok(());
        }
        let url = self.job.transfer.source.url.clone();
        let names = naming::from_url(&url).into_iter().chain(self.job.transfer.target.name.clone());
        let names: Vec<String> = names.map(|name| name.to_string()).collect();
        let asker = Rc::clone(&self.asker);
        let search = async move {
            match tokio::time::timeout(SOON, list_beside(&asker, &url, &names)).await {
                Ok(found) => found,
                Err(_) => Ok(None),
            }
        };
        match self.unless_stopped(search).await? {
            Some(expected) => {
                let _ = self.check.learn(&expected);
                self.report(Report::Expects(expected)).await;
            }
            None => self.report(Report::NothingBeside).await,
        }
        Ok(())
    }
}

async fn list_beside(asker: &Asker, url: &SafeUrl, names: &[String]) -> Result<Option<Expected>, Halt> {
    for neighbour in digest::neighbours(url) {
        let Some(text) = small(asker, &neighbour, digest::LIST_MOST).await? else { continue };
        let text = String::from_utf8_lossy(&text);
        if let Some(checksum) = names.iter().find_map(|name| digest::of_list(&text, name)) {
            return Ok(Some(Expected { checksum, origin: Origin::List }));
        }
    }
    Ok(None)
}

/// The body of a small answer, if there is one.
pub(super) async fn small(asker: &Asker, url: &SafeUrl, most: usize) -> Result<Option<Vec<u8>>, Halt> {
    match asker.ask_at(url).await {
        Ok((answer, body)) if answer.head.status == 200 && !answer.head.encoded => {
            Ok(Some(body.head_of(most, &asker.gate).await))
        }
        Ok(_) => Ok(None),
        // Permission is gone, and with it the run.
        Err(Halt::Fault(Fault::Gated)) => Err(Fault::Gated.into()),
        Err(halt @ (Halt::Stopped | Halt::Metalink(_))) => Err(halt),
        Err(Halt::Fault(_)) => Ok(None),
    }
}
