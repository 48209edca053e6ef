//! Longshore: a transfer manager for the Linux desktop.

pub mod api;
pub mod cli;
pub mod i18n;
pub mod link;
pub mod model;
pub mod rules;
pub mod words;
