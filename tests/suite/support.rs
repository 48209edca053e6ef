//! Stand-ins for the world: servers that misbehave, an engine that is watched, an engine that is made up.

pub(crate) mod fake_engine;
pub(crate) mod fault_server;
pub(crate) mod nm;
pub(crate) mod rig;
