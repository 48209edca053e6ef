//! The decisions. Stateless, pure, and each in one place only.

pub mod answer;
pub mod budget;
pub mod calendar;
pub mod coding;
pub mod cost;
pub mod digest;
pub mod header;
pub mod hours;
pub mod lifecycle;
pub mod media;
pub mod metalink;
pub mod mirrors;
pub mod multipart;
pub mod naming;
pub mod network;
pub mod power;
pub mod rate;
pub mod reading;
pub mod resume;
pub mod retry;
pub mod schedule;
pub mod segments;
pub mod upload;
