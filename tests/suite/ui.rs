//! The window: its screens with a fake desktop and hand-made pictures of the engine.

mod desk;
mod looks;
