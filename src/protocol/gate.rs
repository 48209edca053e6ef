//! The place where permission is checked: by the one who moves the bytes, at each step.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Error;
use crate::model::TransferId;
use crate::rules::cost::{Epoch, Permit};

/// The present epoch, one for the whole program. Raising it closes every gate whose permit was not renewed first.
#[derive(Debug, Clone, Default)]
pub struct Epochs(Arc<AtomicU64>);

/// One transfer's permit against the present epoch. Clones see renewals.
#[derive(Debug, Clone)]
pub struct Gate {
    transfer: TransferId,
    present: Arc<AtomicU64>,
    mine: Arc<AtomicU64>,
}

impl Epochs {
    pub fn gate(&self, permit: Permit) -> Gate {
        Gate {
            transfer: permit.transfer(),
            present: Arc::clone(&self.0),
            mine: Arc::new(AtomicU64::new(permit.epoch().0)),
        }
    }

    /// Everything older is refused from here on.
    pub fn raise(&self, epoch: Epoch) {
        let _ = self.0.fetch_max(epoch.0, Ordering::SeqCst);
    }
}

impl Gate {
    /// # Errors
    /// [`Error::Gated`] when permission was taken away.
    pub fn check(&self) -> Result<(), Error> {
        if self.mine.load(Ordering::SeqCst) >= self.present.load(Ordering::SeqCst) {
            Ok(())
        } else {
            Err(Error::Gated)
        }
    }

    /// A permit of another transfer opens nothing.
    pub fn renew(&self, permit: Permit) {
        if permit.transfer() == self.transfer {
            let _ = self.mine.fetch_max(permit.epoch().0, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CostPolicy, Network};
    use crate::rules::cost::{Class, Unknown, judge};

    fn permit(id: u64, epoch: u64) -> Permit {
        let class = Class::plain(CostPolicy::Always);
        let pass = judge(&class, &Network::default(), Unknown::IsFree).expect("an open network");
        pass.permit(TransferId::new(id).expect("not zero"), Epoch(epoch))
    }

    #[test]
    fn raising_the_epoch_closes_what_was_not_renewed_first() {
        let epochs = Epochs::default();
        let (closed, open) = (epochs.gate(permit(1, 1)), epochs.gate(permit(2, 1)));
        assert!(closed.check().is_ok() && open.check().is_ok());
        open.renew(permit(2, 2));
        epochs.raise(Epoch(2));
        assert!(closed.check().is_err());
        assert!(open.check().is_ok());
    }

    #[test]
    fn a_permit_is_for_one_transfer_only() {
        let epochs = Epochs::default();
        let gate = epochs.gate(permit(1, 1));
        epochs.raise(Epoch(2));
        gate.renew(permit(2, 2));
        assert!(gate.check().is_err());
    }
}
