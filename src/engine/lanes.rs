//! One lane for what answers at once, and one for each device that may not: a dead server or a pulled disk stops only the
//! transfers that go there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::lane::{Lane, ToLane};
use super::{Reports, Shared};
use crate::disk::{self, Place};
use crate::model::ProbeId;

/// Lanes besides the first. Devices beyond them share, those with the fewest first.
const DEVICES_MOST: usize = 4;

pub(super) struct Lanes {
    fixed: Lane,
    devices: Vec<(Lane, BTreeSet<Place>)>,
    shared: Arc<Shared>,
    reports: Reports,
    /// The folder of our own data.
    home: PathBuf,
}

impl Lanes {
    pub(super) fn start(shared: Arc<Shared>, reports: Reports, home: &Path) -> std::io::Result<Self> {
        let fixed = Lane::start("lane-0", Arc::clone(&shared), reports.clone())?;
        Ok(Self { fixed, devices: Vec::new(), shared, reports, home: home.to_owned() })
    }

    /// Where answers are held for whoever asked: at that time nobody knows yet where the bytes will go.
    pub(super) const fn fixed(&self) -> &Lane {
        &self.fixed
    }

    /// Begins a run. On another lane than the first it asks the server itself: an answer that is held cannot move there.
    pub(super) fn run(&mut self, folder: &Path, run: ToLane, probe: Option<ProbeId>) {
        let place = disk::place(folder, &self.home);
        if let (Place::Device { .. }, Some(probe)) = (place, probe) {
            self.fixed.tell(ToLane::DropProbe(probe));
        }
        self.at(place).tell(run);
    }

    /// The lane of a folder. The question costs some microseconds and never waits for a device that may hang.
    pub(super) fn of(&mut self, folder: &Path) -> &Lane {
        self.at(disk::place(folder, &self.home))
    }

    fn at(&mut self, place: Place) -> &Lane {
        match place {
            Place::Fixed => &self.fixed,
            device @ Place::Device { .. } => self.of_device(device),
        }
    }

    fn of_device(&mut self, device: Place) -> &Lane {
        let known = self.devices.iter().position(|(_, devices)| devices.contains(&device));
        if known.is_none() && self.devices.len() < DEVICES_MOST {
            let name = format!("lane-{}", self.devices.len() + 1);
            match Lane::start(&name, Arc::clone(&self.shared), self.reports.clone()) {
                Ok(lane) => self.devices.push((lane, BTreeSet::new())),
                Err(error) => tracing::warn!(%error, "no thread for another lane"),
            }
        }
        let fewest = || {
            let counts = self.devices.iter().map(|(_, devices)| devices.len()).enumerate();
            counts.min_by_key(|(_, count)| *count).map(|(index, _)| index)
        };
        match known.or_else(fewest).and_then(|index| self.devices.get_mut(index)) {
            Some((lane, devices)) => {
                let _ = devices.insert(device);
                lane
            }
            None => &self.fixed,
        }
    }

    pub(super) fn tell_all(&self, order: impl Fn() -> ToLane) {
        for lane in std::iter::once(&self.fixed).chain(self.devices.iter().map(|(lane, _)| lane)) {
            lane.tell(order());
        }
    }

    /// Ends every lane. One that hangs is left behind: it ends with the process.
    pub(super) fn end(self) {
        let all = std::iter::once(self.fixed).chain(self.devices.into_iter().map(|(lane, _)| lane));
        // All of them are told before anybody is waited for.
        let ending: Vec<_> = all.map(Lane::close).collect();
        ending.into_iter().for_each(super::lane::Ending::wait);
    }
}
