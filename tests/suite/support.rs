//! What tests share: servers that misbehave, and an engine that is watched.

pub(crate) mod fault_server;
pub(crate) mod rig;
