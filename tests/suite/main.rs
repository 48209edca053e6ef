mod house;
mod support;
mod ui;
