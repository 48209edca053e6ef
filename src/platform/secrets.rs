//! Where secrets are while the program runs. Nothing here is ever written down.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::model::SecretRef;

/// Secrets in memory only, wiped when forgotten. After a restart they are asked for again.
#[derive(Default)]
pub struct Vault {
    kept: Mutex<BTreeMap<SecretRef, Zeroizing<String>>>,
}

impl Vault {
    /// Keys are random, so that a key from an earlier life opens nothing.
    pub fn put(&self, secret: &str) -> SecretRef {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let key = SecretRef(random());
            if let Entry::Vacant(place) = kept.entry(key) {
                let _ = place.insert(Zeroizing::new(secret.to_owned()));
                return key;
            }
        }
    }

    pub fn get(&self, key: SecretRef) -> Option<Zeroizing<String>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    pub fn forget(&self, keys: &[SecretRef]) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            let _ = kept.remove(key);
        }
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(…)")
    }
}

/// From the kernel, as good as a key.
///
/// # Errors
/// When the kernel has none to give.
pub fn unguessable() -> std::io::Result<[u8; 24]> {
    let mut bytes = [0_u8; 24];
    let filled = rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty())?;
    if filled == bytes.len() { Ok(bytes) } else { Err(std::io::ErrorKind::UnexpectedEof.into()) }
}

/// From the kernel; unpredictable is not needed here, only never twice.
pub fn random() -> u64 {
    let mut bytes = [0_u8; 8];
    let _ = rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty());
    u64::from_le_bytes(bytes)
}
