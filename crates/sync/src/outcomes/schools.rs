//! The schools that the records of a run are of: what the numbers in its files stand for.

use firstbell_roster::model::columns::{SOURCED_ID, org};
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_store::{DistrictFiles, DistrictKey, RunNumber, SealedReader, SealedWriter};
use serde::{Deserialize, Serialize};

use crate::hub::HubError;

/// A school, or another org, as a run knew it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSchool {
    /// The keyed hash of its sourcedId.
    pub key: u64,
    /// The hub's number of it: below zero where the run would create it, 0 where it is not taken.
    pub id: SubjectId,
    /// Its name as the delivery has it; empty where only the roster may have one.
    pub name: String,
}

/// Writes the orgs of a run, in the order of their numbers.
pub fn write(
    files: &DistrictFiles,
    key: &DistrictKey,
    run: RunNumber,
    snapshot: &Snapshot,
) -> Result<(), HubError> {
    let orgs = snapshot.of(Kind::Org);
    let school = |one| {
        let record = snapshot.record(Kind::Org, one);
        let name = record.map_or("", |record| match record.cell(org::NAME) {
            "" => record.cell(SOURCED_ID),
            name => name,
        });
        RunSchool { key: orgs.key(one), id: SubjectId(orgs.id(one)), name: name.to_owned() }
    };
    let schools: Vec<_> = orgs.ordinals().map(school).collect();
    let path = files.run_schools(run);
    files.make_folder_of(&path).map_err(HubError::io(&path))?;
    let mut file = SealedWriter::create(&path, key, format!("run {run} schools").as_bytes())?;
    let sealer = file.sealer();
    file.append(0, &sealer.seal(0, &serde_json::to_vec(&schools)?)?)?;
    Ok(file.finish(&[])?)
}

/// The orgs of a run, the one with number 1 first; none where they were not kept.
pub fn schools(
    files: &DistrictFiles,
    key: &DistrictKey,
    run: RunNumber,
) -> Result<Vec<RunSchool>, HubError> {
    let path = files.run_schools(run);
    if !path.exists() {
        return Ok(Vec::new());
    }
    Ok(serde_json::from_slice(&SealedReader::open(&path, key)?.read(0)?)?)
}
