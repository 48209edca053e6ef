//! Everything the pump can be woken by, and which of it comes first.

use futures::StreamExt;
use futures::channel::mpsc as requests;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::Internal;
use crate::api::Envelope;
use crate::coordinator::Report;
use crate::engine::Signals;
use crate::model::{Network, Run, TransferId};
use crate::platform::{PowerNews, Timer};
use crate::store::Ack;

/// Everything the pump listens to.
pub(super) struct Sources {
    pub(super) envelopes: requests::Receiver<Envelope>,
    pub(super) reports: mpsc::Receiver<(TransferId, Run, Report)>,
    pub(super) acks: mpsc::UnboundedReceiver<Ack>,
    pub(super) network: mpsc::Receiver<Network>,
    pub(super) power: mpsc::Receiver<PowerNews>,
    pub(super) internal: mpsc::UnboundedReceiver<Internal>,
    pub(super) timer: Timer,
    pub(super) signals: Option<[Signal; 3]>,
    pub(super) give_up: mpsc::Receiver<()>,
}

pub(super) enum Woken {
    Envelope(Option<Envelope>),
    Report(TransferId, Run, Report),
    Ack(Ack),
    Network(Network),
    Power(PowerNews),
    Internal(Internal),
    Timer,
    Signal,
    GiveUp,
}

impl Sources {
    pub(super) async fn next(&mut self, disk_work: &mut JoinSet<Internal>) -> Woken {
        loop {
            tokio::select! {
                // Reports and acknowledgements first: they free places.
                biased;
                Some(ack) = self.acks.recv() => return Woken::Ack(ack),
                Some(network) = self.network.recv() => return Woken::Network(network),
                Some(news) = self.power.recv() => return Woken::Power(news),
                Some((id, run, report)) = self.reports.recv() => return Woken::Report(id, run, report),
                Some(internal) = self.internal.recv() => return Woken::Internal(internal),
                Some(done) = disk_work.join_next() => if let Ok(internal) = done {
                    return Woken::Internal(internal);
                },
                () = signaled(&mut self.signals) => return Woken::Signal,
                Some(()) = self.give_up.recv() => return Woken::GiveUp,
                _ = self.timer.fired() => return Woken::Timer,
                envelope = self.envelopes.next() => return Woken::Envelope(envelope),
            }
        }
    }
}

pub(super) fn listen(signals: Signals) -> std::io::Result<Option<[Signal; 3]>> {
    match signals {
        Signals::Ignore => Ok(None),
        Signals::End => Ok(Some([
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
            signal(SignalKind::hangup())?,
        ])),
    }
}

async fn signaled(signals: &mut Option<[Signal; 3]>) {
    match signals {
        Some([a, b, c]) => {
            tokio::select! {
                _ = a.recv() => {}
                _ = b.recv() => {}
                _ = c.recv() => {}
            }
        }
        None => std::future::pending().await,
    }
}
