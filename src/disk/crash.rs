//! Places where a test lets the program die. A program built for use has none of them.

/// The steps in the life of an unfinished file after which a crash leaves something different behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// 1. It is open without a name, or planned.
    Made,
    /// 2. It has its room.
    Reserved,
    /// 3. The pump was told of it.
    Told,
    /// 4. A commit knows it.
    Committed,
    /// 5. It has its name.
    Named,
    /// 6. Bytes were written that no slot claims yet.
    Written,
    /// 7. They are claimed.
    Claimed,
    /// 8. Its bytes are on the disk.
    Synced,
    /// 9. Its name too.
    NameSynced,
    /// 10. A commit knows that it is complete.
    Filled,
    /// 11. It has its final name.
    Renamed,
    /// 12. That lasts.
    Lasting,
}

impl Step {
    pub const ALL: [Self; 12] = [
        Self::Made,
        Self::Reserved,
        Self::Told,
        Self::Committed,
        Self::Named,
        Self::Written,
        Self::Claimed,
        Self::Synced,
        Self::NameSynced,
        Self::Filled,
        Self::Renamed,
        Self::Lasting,
    ];

    /// As the environment of a test spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Reserved => "reserved",
            Self::Told => "told",
            Self::Committed => "committed",
            Self::Named => "named",
            Self::Written => "written",
            Self::Claimed => "claimed",
            Self::Synced => "synced",
            Self::NameSynced => "name-synced",
            Self::Filled => "filled",
            Self::Renamed => "renamed",
            Self::Lasting => "lasting",
        }
    }
}

#[cfg(debug_assertions)]
static PLANNED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

#[cfg(debug_assertions)]
static ARMED: std::sync::OnceLock<Step> = std::sync::OnceLock::new();

/// From now on the process aborts when it comes to this step.
#[cfg(debug_assertions)]
pub fn arm(name: &str) {
    if let Some(step) = Step::ALL.into_iter().find(|step| step.name() == name) {
        let _ = ARMED.set(step);
    }
}

/// As on file systems that know no files without a name.
#[cfg(debug_assertions)]
pub fn arm_planned() {
    PLANNED.store(true, std::sync::atomic::Ordering::Relaxed);
}

#[cfg(debug_assertions)]
pub(super) fn is_planned() -> bool {
    PLANNED.load(std::sync::atomic::Ordering::Relaxed)
}

#[cfg(not(debug_assertions))]
pub(super) const fn is_planned() -> bool {
    false
}

#[cfg(debug_assertions)]
pub fn here(step: Step) {
    if ARMED.get() == Some(&step) {
        std::process::abort();
    }
}

#[cfg(not(debug_assertions))]
pub const fn here(_: Step) {}
