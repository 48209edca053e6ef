//! Stand-ins for the world: servers that misbehave, an engine that is watched, an engine that is made up, a
//! coordinator with very much to do.

pub(crate) mod crowd;
pub(crate) mod fake_engine;
pub(crate) mod fault_server;
pub(crate) mod ftp_server;
pub(crate) mod ftpd;
pub(crate) mod home;
pub(crate) mod machine;
pub(crate) mod machine_bus;
pub(crate) mod needs;
pub(crate) mod nginx;
pub(crate) mod nm;
pub(crate) mod rig;
pub(crate) mod screen;
pub(crate) mod upload_server;
