//! Widgets the toolkit does not have, and small parts that every screen uses.

mod ellipsis;
mod hug;
mod kit;
mod rows;

pub use ellipsis::{Cut, Ellipsis, ellipsis};
pub use hug::hug;
pub use kit::{
    Tip, action, body, dialog, facts, footer, heading, hline, icon_button, label, labelled, lift, muted,
    on_scrim, option_line, pick, scroll, section, segments, state_icon, strong, tip, tone_icon, vline,
};
pub use rows::{Gesture, Mark, Press, Rows};
