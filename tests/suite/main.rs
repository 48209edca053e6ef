//! Everything is tested through here: one binary links once.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]
#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks at the cases it is about")]
#![expect(clippy::disallowed_methods, reason = "tests touch files and read their own environment")]
#![expect(clippy::print_stderr, reason = "a seed must be told")]

mod asked_again;
mod binary;
mod coordinator_budget;
mod coordinator_cost;
mod coordinator_hours;
mod coordinator_network;
mod coordinator_sim;
mod data_folder;
mod disk_decisions;
mod disks;
mod downloads;
mod endings;
mod ftp;
mod house;
mod network_manager;
mod ownership;
mod power;
mod power_cut;
mod real_server;
mod segments_sim;
mod slots;
mod support;
mod ui;
mod upload_program;
mod upload_servers;
mod upload_wire;
mod uploads;
mod verified;
mod window;
