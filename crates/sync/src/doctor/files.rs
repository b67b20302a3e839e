//! Proves the sealed files that a district keeps: each block of each.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use firstbell_store::{Delivery, District, DistrictFiles, DistrictKey, SealedReader};

use crate::hub::HubError;
use crate::kept::{KeptFiles, is_always_kept};

/// What became of proving files.
#[derive(Debug, Default)]
pub struct Proved {
    /// How many are as they were written.
    pub whole: u64,
    /// What is wrong with the others, by name.
    pub damaged: Vec<String>,
}

/// Reads every kept file of a district whole; tells how many it has read.
pub fn prove(
    files: &DistrictFiles,
    key: &DistrictKey,
    district: &District,
    deliveries: &[Delivery],
    progress: &dyn Fn(&str, u64),
) -> Result<Proved, HubError> {
    let mut proved = Proved::default();
    for delivery in deliveries.iter().filter(|delivery| delivery.expired_at.is_none()) {
        let kept: KeptFiles = serde_json::from_value(delivery.files.clone())?;
        for kind in kept.files.into_keys().filter(|kind| is_always_kept(*kind)) {
            let path = files.delivery_file(delivery.number, kind);
            if !path.exists() {
                proved.damaged.push(format!("`{}` is missing", path.display()));
            }
        }
    }
    for path in sealed(files.folder())? {
        match read(&path, key) {
            Ok(()) => proved.whole += 1,
            // Another call may have removed it meanwhile.
            Err(_) if !path.exists() => {}
            Err(error) => proved.damaged.push(error.to_string()),
        }
        progress(&district.slug, proved.whole);
    }
    Ok(proved)
}

fn read(path: &Path, key: &DistrictKey) -> Result<(), HubError> {
    let file = SealedReader::open(path, key)?;
    for block in 0..file.blocks() {
        file.read(block)?;
    }
    Ok(())
}

/// The sealed files of deliveries, plans and runs, in order.
fn sealed(folder: &Path) -> Result<Vec<PathBuf>, HubError> {
    let mut found = Vec::new();
    let mut folders: Vec<_> = ["deliveries", "plans", "runs"].map(|name| folder.join(name)).into();
    while let Some(folder) = folders.pop() {
        let listed = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            listed => listed.map_err(HubError::io(&folder))?,
        };
        for entry in listed {
            let path = entry.map_err(HubError::io(&folder))?.path();
            let end = path.extension().and_then(|end| end.to_str());
            if path.is_dir() {
                folders.push(path);
            } else if matches!(end, Some("sealed" | "plan" | "outcomes")) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
