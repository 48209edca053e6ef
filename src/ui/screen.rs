//! The parts of the window, each with its State, Message, Action, `new`, `update` and `view`. None of them knows the
//! engine: they say what they want, and the root does it.

pub mod add;
pub mod ask;
pub mod close;
pub mod details;
pub mod empty;
pub mod gone;
pub mod header;
pub mod hours;
pub mod list;
pub mod menu;
pub mod network;
pub mod settings;
pub mod sheet;
pub mod sidebar;
pub mod status;
pub mod toasts;
pub mod upload;
pub mod usage;
