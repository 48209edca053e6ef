//! What is measured from the inside, on a release build. `README.md` beside this says how.
//!
//! `fill FOLDER COUNT`: a data folder with so many finished transfers, written by the program's own store.
//! `steps`: how long a step of the coordinator takes with 10,000 queued and 200 running.
#![expect(clippy::print_stdout, reason = "figures are printed")]
#![expect(clippy::expect_used, clippy::panic, clippy::wildcard_enum_match_arm, reason = "a bench may stop")]
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

#[path = "../suite/support/crowd.rs"]
#[expect(dead_code, reason = "the tests ask more of it")]
mod crowd;
mod fill;
mod steps;

fn main() {
    // Cargo adds "--bench" of its own.
    let arguments: Vec<_> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["fill", folder, count] => fill::fill(folder.as_ref(), count.parse().expect("a number")),
        ["steps"] => steps::measure(),
        _ => println!("fill FOLDER COUNT | steps"),
    }
}
