//! Longshore: a transfer manager for the Linux desktop.

pub mod api;
pub mod model;
pub mod rules;
