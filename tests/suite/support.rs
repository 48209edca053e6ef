//! Stand-ins for the world.

pub(crate) mod fake_engine;
