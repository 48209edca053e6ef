//! Longshore: a transfer manager for the Linux desktop.

pub mod api;
pub mod app;
pub mod cli;
pub mod coordinator;
pub mod disk;
pub mod engine;
pub mod i18n;
pub mod link;
pub mod model;
pub mod platform;
pub mod protocol;
pub mod rules;
pub mod store;
pub mod ui;
pub mod words;
