//! A network that wants its user to sign in first. Nobody says when that was done: one has to ask.

use crate::coordinator::timers::Due;
use crate::coordinator::{Coordinator, Effect};
use crate::model::{Boot, Connectivity, Hold, Link, Span};

/// The desktop looks every few minutes; who has just signed in does not want to wait that long.
const ASK_EVERY: Span = Span::seconds(30);

impl Coordinator {
    /// A portal that holds something is asked about again, and again.
    pub(in crate::coordinator) fn watch_portal(&mut self) {
        if self.seen.connectivity == Connectivity::Portal && self.ask_at.is_none() && self.portal_holds() {
            let at = self.now.boot + ASK_EVERY;
            self.ask_at = Some(at);
            self.set_deadline(at, Due::AskPortal);
        }
    }

    pub(in crate::coordinator) fn ask_portal(&mut self, at: Boot) {
        if self.ask_at != Some(at) {
            return;
        }
        self.ask_at = None;
        if self.portal_holds() {
            self.at_once(Effect::AskNetwork);
        }
    }

    /// Somebody looks, or wants to go on: is it still as it was?
    pub(in crate::coordinator) fn ask_network(&mut self) {
        let complete = self.seen.link == Link::Up && self.seen.connectivity == Connectivity::Internet;
        if !complete {
            self.at_once(Effect::AskNetwork);
        }
    }

    fn portal_holds(&self) -> bool {
        let held = |class| self.verdict(class) == Err(Hold::CaptivePortal);
        self.book.ready_counts().any(|(class, _)| held(class))
    }
}
