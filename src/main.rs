//! Longshore. Everything is in the library; this hands over to it.

fn main() -> std::process::ExitCode {
    longshore::app::run().into()
}
