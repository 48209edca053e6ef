//! Is there room? Asked before the first byte, so that a long download does not end in the middle.

use std::path::Path;

use super::Error;

/// `MSDOS_SUPER_MAGIC` and `EXFAT_SUPER_MAGIC` (linux/magic.h).
const MSDOS: u64 = 0x4d44;
const EXFAT: u64 = 0x2011_bab0;

/// FAT keeps the length of a file in 32 bits.
const FAT_LARGEST: u64 = u32::MAX as u64;

/// Bytes that this user may still write to the file system of a folder.
///
/// # Errors
/// When the folder cannot be looked at.
pub fn space(folder: &Path) -> Result<u64, Error> {
    let found = rustix::fs::statvfs(folder).map_err(Error::at("look at", folder))?;
    if found.f_blocks == 0 {
        // Some file systems in user space do not know.
        return Ok(u64::MAX);
    }
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}

/// The largest file that the file system of a folder can hold, where that is a limit one meets.
pub fn largest_file(folder: &Path) -> Option<u64> {
    limit_of(magic(folder)?)
}

fn limit_of(magic: u64) -> Option<u64> {
    (magic == MSDOS).then_some(FAT_LARGEST)
}

/// Is there room for `missing` more bytes of a file that will have `total`? A folder that does not exist yet is judged by
/// its nearest existing parent.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::Full`] with the bytes that do not fit, or what hinders looking.
pub fn check_room(folder: &Path, missing: u64, total: u64) -> Result<(), Error> {
    let existing = folder.ancestors().find(|folder| folder.exists()).unwrap_or(folder);
    check_size(folder, total, largest_file(existing))?;
    match missing.saturating_sub(space(existing)?) {
        0 => Ok(()),
        missing => Err(Error::Full { path: folder.to_owned(), missing }),
    }
}

fn check_size(folder: &Path, total: u64, limit: Option<u64>) -> Result<(), Error> {
    match limit {
        Some(limit) if total > limit => Err(Error::TooLarge { path: folder.to_owned(), limit }),
        Some(_) | None => Ok(()),
    }
}

/// FAT or exFAT: no lasting inode numbers, and no holes in files.
pub(super) fn is_fat(path: &Path) -> bool {
    matches!(magic(path), Some(MSDOS | EXFAT))
}

fn magic(path: &Path) -> Option<u64> {
    let found = rustix::fs::statfs(path).ok()?;
    u64::try_from(found.f_type).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::DiskFault;

    #[test]
    fn fat_holds_files_of_less_than_four_gibibytes() {
        let folder = Path::new("/x");
        let limit = limit_of(MSDOS);
        assert_eq!(limit, Some(4_294_967_295));
        check_size(folder, 4_294_967_295, limit).expect("just fits");
        let fault = check_size(folder, 4_294_967_296, limit).expect_err("too large").fault();
        assert_eq!(fault, DiskFault::TooLarge { limit: 4_294_967_295 });
        for other in [EXFAT, 0xef53, 0x0102_1994] {
            check_size(folder, u64::MAX, limit_of(other)).expect("no limit one meets");
        }
    }

    #[test]
    fn room_is_judged_by_the_nearest_folder_that_exists() {
        let folder = tempfile::tempdir().expect("a folder");
        let deep = folder.path().join("not/yet/there");
        assert!(space(&deep).is_err());
        assert!(check_room(&deep, 1, 1).is_ok());
        let fault = check_room(&deep, u64::MAX, u64::MAX).expect_err("too much").fault();
        assert!(matches!(fault, DiskFault::Full { missing } if missing > 1 << 40), "{fault:?}");
    }
}
