//! The coordinator in a hostile world: networks that flip, servers that fail, a store that refuses, crashes, clocks that
//! jump, and users who change their minds. Everything is drawn from one seed, and the invariants are checked after every
//! step. `LONGSHORE_SIM_SEEDS=2000` runs more seeds; `LONGSHORE_SIM_SEED=n` runs one.

mod world;

use world::World;

#[test]
fn thousands_of_hostile_lives() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("LONGSHORE_SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("LONGSHORE_SIM_SEEDS").unwrap_or(60),
    };
    for seed in seeds {
        let lived = std::panic::catch_unwind(|| World::new(seed).live(600));
        if let Err(panic) = lived {
            eprintln!("seed {seed}");
            std::panic::resume_unwind(panic);
        }
    }
}
