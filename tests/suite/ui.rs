//! The window: its screens with a fake desktop and hand-made pictures of the engine.

mod adding;
mod desk;
mod looks;
mod rows;
mod whole;
