//! Widgets the toolkit does not have, and small parts that every screen uses.

mod behind;
mod ellipsis;
mod grip;
mod hug;
mod kit;
mod reach;
mod rows;
mod scrim;

pub use behind::behind;
pub use ellipsis::{Cut, Ellipsis, ellipsis};
pub use grip::{GRIP, Pull, grip};
pub use hug::hug;
pub use kit::{
    Tip, action, body, dialog, dialog_that_scrolls, facts, footer, heading, hline, icon_button, icon_line,
    label, labelled, lift, muted, on_scrim, option_line, pick, scroll, section, segments, state_icon, strong,
    tip, tone_icon, vline,
};
pub use reach::{pressable, reachable, turnable};
pub use rows::{Gesture, Mark, Press, Rows};
pub use scrim::scrim;
