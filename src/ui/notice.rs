//! Sentences about the engine itself.

use crate::api::{Cause, Notice, Stopped};
use crate::words::{Tone, Words};

pub fn notice(notice: &Notice, words: &Words) -> (String, Tone) {
    match notice {
        Notice::StoreSetAside { kept, restored } => {
            (words.store_set_aside(kept, restored.as_deref()), Tone::Bad)
        }
        // The window comes to the front; that says it all.
        Notice::ShowWindow { .. } => (String::new(), Tone::Plain),
        Notice::Store(trouble) => (words.store_trouble(trouble), Tone::Bad),
        Notice::StoreHealed => (words.text("notice-store-healed"), Tone::Good),
        Notice::Holding { count, cause } => {
            let key = match cause {
                Cause::Network => "notice-holding",
                Cause::Machine => "notice-holding-machine",
            };
            (words.format(key, &[("count", (*count).into())]), Tone::Warn)
        }
        Notice::Released { count, cause } => {
            let key = match cause {
                Cause::Network => "notice-released",
                Cause::Machine => "notice-released-machine",
            };
            (words.format(key, &[("count", (*count).into())]), Tone::Good)
        }
        Notice::Recovered { count } => {
            (words.format("notice-recovered", &[("count", (*count).into())]), Tone::Plain)
        }
    }
}

/// Why the engine ended: a title and a sentence.
pub fn stopped(stopped: Stopped, words: &Words) -> (String, String) {
    let (title, text) = match stopped {
        Stopped::Quit => ("gone-quit", "gone-quit-text"),
        Stopped::Yielded => ("gone-yielded", "gone-yielded-text"),
        Stopped::Broke => ("gone-broke", "gone-broke-text"),
    };
    (words.text(title), words.text(text))
}
