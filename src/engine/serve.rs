//! Reading a file while it still comes: an address on this machine that nobody can guess, for a player to open. What it
//! reads next is fetched next; what it may see is what is written. It never makes a transfer run that may not.

mod answer;
mod door;
mod offer;
mod readers;
mod reel;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use tokio::sync::mpsc;

use super::lane::ToLane;
use crate::model::TransferId;

use door::Door;
use offer::Offer;

pub(super) use offer::{Facts, Held, Phase};
pub(super) use readers::{Order, Readers, Shown};

/// Files offered at once. More than anybody watches: the one that was offered first makes room.
const OFFERS_MOST: usize = 16;

type Offers = Rc<RefCell<BTreeMap<TransferId, Rc<Offer>>>>;

/// Everything that is offered, and the door to it.
#[derive(Default)]
pub(super) struct Serving {
    offers: Offers,
    door: Option<Door>,
}

impl Serving {
    /// The address of a file. It opens the door for the first one.
    ///
    /// # Errors
    /// When there is no door to be had.
    pub(super) fn address(
        &mut self,
        id: TransferId,
        facts: Facts,
        disk: mpsc::UnboundedSender<ToLane>,
    ) -> io::Result<String> {
        if self.door.as_mut().is_none_or(Door::is_closed) {
            self.door = Some(Door::open(Rc::clone(&self.offers))?);
        }
        let port = self.door.as_ref().map(Door::port).unwrap_or_default();
        let mut offers = self.offers.borrow_mut();
        if !offers.contains_key(&id) && offers.len() >= OFFERS_MOST {
            let oldest = offers.iter().min_by_key(|(_, offer)| offer.number()).map(|(id, _)| *id);
            let _ = oldest.and_then(|id| offers.remove(&id)).map(|offer| offer.set(None));
        }
        let offer = match offers.get(&id) {
            Some(offer) => Rc::clone(offer),
            None => Rc::clone(offers.entry(id).or_insert(Rc::new(Offer::new(id, disk)?))),
        };
        offer.set(Some(facts));
        Ok(offer.address(port))
    }

    pub(super) fn has(&self, id: TransferId) -> bool {
        self.offers.borrow().contains_key(&id)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.offers.borrow().is_empty()
    }

    /// After each step of the engine: what became of everything that is offered. `None`: it is gone.
    pub(super) fn refresh(&mut self, look: impl Fn(TransferId) -> Option<Facts>) {
        let mut offers = self.offers.borrow_mut();
        offers.retain(|id, offer| {
            let facts = look(*id);
            let stays = facts.is_some() || offer.is_finished();
            if facts.is_some() || !stays {
                offer.set(facts);
            }
            stays
        });
        if offers.is_empty() {
            self.door = None;
        }
    }
}
