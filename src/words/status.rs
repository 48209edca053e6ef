//! What a transfer is doing, and why it is not doing more.

use super::{Remedy, Sentence, Tone, Words};
use crate::model::{Activity, Expected, Hold, Now, Origin, Status, Verdict};

impl Words {
    /// One line for the list and the command line. `network` is the name of the present connection, `place` the
    /// transfer's turn in the queue, from 1.
    pub fn status(&self, status: &Status, network: Option<&str>, place: Option<usize>, now: Now) -> Sentence {
        let plain = |text| Sentence { text, tone: Tone::Plain, remedies: Vec::new() };
        match status {
            Status::Queued(None) => Sentence {
                text: match place {
                    Some(place) => self.format("status-queued-place", &[("place", place.into())]),
                    None => self.text("status-queued"),
                },
                tone: Tone::Plain,
                remedies: vec![Remedy::StartNow],
            },
            Status::Running => plain(self.text("status-running")),
            Status::PausedByUser => Sentence {
                text: self.text("status-paused"),
                tone: Tone::Warn,
                remedies: vec![Remedy::Resume],
            },
            Status::Queued(Some(hold))
            | Status::PausedCostedNetwork(hold)
            | Status::PausedNoNetwork(hold)
            | Status::PausedSystemPolicy(hold) => self.hold(hold, network, now),
            Status::WaitingToRetry(retry) => Sentence {
                text: self.format(
                    "status-retry",
                    &[
                        ("cause", self.fault(&retry.fault).into()),
                        ("time", self.duration((retry.at - now.wall).as_seconds()).into()),
                        ("attempt", retry.attempt.into()),
                    ],
                ),
                tone: Tone::Warn,
                remedies: vec![Remedy::TryNow],
            },
            Status::NeedsUser(question) => self.question(question),
            Status::Completed => {
                Sentence { text: self.text("status-completed"), tone: Tone::Good, remedies: Vec::new() }
            }
            Status::Canceled => Sentence {
                text: self.text("status-canceled"),
                tone: Tone::Plain,
                remedies: vec![Remedy::Retry],
            },
            Status::Failed(failure) => Sentence {
                text: self.format("status-failed", &[("cause", self.fault(&failure.fault).into())]),
                tone: Tone::Bad,
                remedies: vec![Remedy::Retry],
            },
        }
    }

    /// The same for one that may run: what it is at.
    pub fn activity(&self, status: &Status, activity: Activity, network: Option<&str>, now: Now) -> Sentence {
        match (status, activity) {
            (Status::Running, Activity::Checking) => {
                Sentence { text: self.text("status-checking"), tone: Tone::Plain, remedies: Vec::new() }
            }
            _ => self.status(status, network, None, now),
        }
    }

    /// The checksum, and who says so.
    pub fn expected(&self, said: &Expected) -> String {
        let values =
            [("checksum", said.checksum.to_string().into()), ("origin", self.origin(said.origin).into())];
        self.format("fact-checksum-of", &values)
    }

    pub fn verdict(&self, verdict: Verdict) -> String {
        self.text(match verdict {
            Verdict::Verified => "checked-verified",
            Verdict::Mismatch => "checked-mismatch",
        })
    }

    /// Who says what a file must come to.
    pub fn origin(&self, origin: Origin) -> String {
        self.text(match origin {
            Origin::Server => "origin-server",
            Origin::List => "origin-list",
            Origin::Metalink => "origin-metalink",
            Origin::User => "origin-user",
        })
    }

    /// Why it waits, and the way out.
    pub fn hold(&self, hold: &Hold, network: Option<&str>, now: Now) -> Sentence {
        let network = network.map_or_else(|| self.text("this-network"), str::to_owned);
        let named = |key: &str| self.format(key, &[("network", network.clone().into())]);
        let cost = || vec![Remedy::UseThisNetworkOnce, Remedy::ChangePolicy];
        let free = || [cost(), vec![Remedy::TreatAsUnmetered]].concat();
        let (text, remedies) = match hold {
            Hold::Metered => (named("hold-metered"), free()),
            Hold::Roaming => (named("hold-roaming"), cost()),
            Hold::OverBudget => (named("hold-over-budget"), cost()),
            Hold::NetworkChanging => (self.text("hold-network-changing"), Vec::new()),
            Hold::NoNetwork => (self.text("hold-no-network"), Vec::new()),
            Hold::CaptivePortal => (named("hold-captive-portal"), vec![Remedy::OpenPortal, Remedy::TryNow]),
            Hold::NetworkNotAllowed => {
                (named("hold-network-not-allowed"), vec![Remedy::UseThisNetworkOnce, Remedy::UseNetworkAgain])
            }
            Hold::VpnUp => (self.text("hold-vpn-up"), Vec::new()),
            Hold::OverSize => (named("hold-over-size"), free()),
            Hold::PowerSaver => (self.text("hold-power-saver"), vec![Remedy::RunAnyway]),
            Hold::OnBattery => (self.text("hold-on-battery"), vec![Remedy::RunAnyway]),
            Hold::OutsideHours => (self.text("hold-outside-hours"), vec![Remedy::RunAnyway]),
            Hold::Scheduled(at) => {
                let time = self.date(*at, now.zone);
                (self.format("hold-scheduled", &[("time", time.into())]), vec![Remedy::StartNow])
            }
            Hold::SameAddress(other) => {
                (self.format("hold-same-address", &[("id", other.to_string().into())]), Vec::new())
            }
            Hold::GroupPaused => (self.text("hold-group-paused"), Vec::new()),
        };
        Sentence { text, tone: Tone::Warn, remedies }
    }
}
