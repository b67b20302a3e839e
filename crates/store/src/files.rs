//! The files that a district keeps beside its database: where they are, and which are orphans.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use firstbell_roster::model::Kind;

use crate::delivery::DeliveryNumber;
use crate::plan::PlanNumber;
use crate::run::RunNumber;
use crate::store::make_folder;

/// How the name of a file ends that is still being written.
pub const PARTIAL: &str = "partial";

/// The files of one district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistrictFiles {
    folder: PathBuf,
}

/// The numbers that the database knows; files of any other are orphans.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) deliveries: BTreeSet<i64>,
    pub(crate) plans: BTreeSet<i64>,
    pub(crate) runs: BTreeSet<i64>,
}

impl DistrictFiles {
    pub(crate) fn new(home: &Path, slug: &str) -> Self {
        Self { folder: home.join("districts").join(slug) }
    }

    /// The folder that all of them are in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of a delivery's files.
    pub fn delivery(&self, number: DeliveryNumber) -> PathBuf {
        self.folder.join("deliveries").join(number.to_string())
    }

    /// The records of one kind of a delivery.
    pub fn delivery_file(&self, number: DeliveryNumber, kind: Kind) -> PathBuf {
        self.delivery(number).join(format!("{kind}.sealed"))
    }

    /// The lines of a plan.
    pub fn plan(&self, number: PlanNumber) -> PathBuf {
        self.folder.join("plans").join(format!("{number}.plan"))
    }

    /// The lines of a plan of which a part was applied, as they were applied.
    pub fn plan_part(&self, number: PlanNumber) -> PathBuf {
        self.folder.join("plans").join(format!("{number}.part"))
    }

    /// What lines a person approved of a plan until a day.
    pub fn plan_approved(&self, number: PlanNumber) -> PathBuf {
        self.folder.join("plans").join(format!("{number}.approved"))
    }

    /// The folder of a run's files.
    pub fn run(&self, number: RunNumber) -> PathBuf {
        self.folder.join("runs").join(number.to_string())
    }

    /// What became of the records of one kind in a run.
    pub fn outcomes(&self, number: RunNumber, kind: Kind) -> PathBuf {
        self.run(number).join(format!("{kind}.outcomes"))
    }

    /// The schools that the records of a run are of.
    pub fn run_schools(&self, number: RunNumber) -> PathBuf {
        self.run(number).join("schools.sealed")
    }

    /// The places of what was found in a run.
    pub fn run_findings(&self, number: RunNumber) -> PathBuf {
        self.run(number).join("findings.sealed")
    }

    /// What was found in the last delivery that was synced.
    pub fn findings(&self) -> PathBuf {
        self.folder.join("findings.sealed")
    }

    /// The folder for what is sent and not read yet.
    pub fn uploads(&self) -> PathBuf {
        self.folder.join("uploads")
    }

    /// The image of the roster and of the last delivery that the next run begins with.
    pub fn image(&self) -> PathBuf {
        self.folder.join("image")
    }

    /// Makes the folder that a file is in, entered only by its owner.
    pub fn make_folder_of(&self, file: &Path) -> io::Result<()> {
        match file.parent() {
            Some(folder) => make_folder(folder),
            None => Ok(()),
        }
    }

    /// Removes what is still being written by nobody, and what belongs to numbers that the
    /// database does not know; gives the paths. Only for the holder of the district's lease.
    pub(crate) fn sweep(&self, known: &Known) -> io::Result<Vec<PathBuf>> {
        let mut orphans = partial_files(&self.folder)?;
        for (folder, numbers) in
            [("deliveries", &known.deliveries), ("plans", &known.plans), ("runs", &known.runs)]
        {
            for entry in entries(&self.folder.join(folder))? {
                if number_of(&entry).is_none_or(|number| !numbers.contains(&number)) {
                    orphans.push(entry);
                } else if entry.is_dir() {
                    orphans.extend(partial_files(&entry)?);
                }
            }
        }
        for orphan in &orphans {
            if orphan.is_dir() {
                fs::remove_dir_all(orphan)?;
            } else {
                fs::remove_file(orphan)?;
            }
        }
        Ok(orphans)
    }
}

fn partial_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let is_partial = |path: &PathBuf| path.extension().is_some_and(|end| end == PARTIAL);
    Ok(entries(folder)?.into_iter().filter(is_partial).collect())
}

/// The entries of a folder in order; none if it is not there.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let listed = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed?,
    };
    let mut entries =
        listed.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

/// The number that a folder or file is named for.
fn number_of(path: &Path) -> Option<i64> {
    let name = path.file_name()?.to_str()?;
    let number = [".plan", ".approved"].into_iter().find_map(|suffix| name.strip_suffix(suffix));
    number.unwrap_or(name).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orphans_are_swept_and_known_files_stay() {
        let home = tempfile::tempdir().unwrap();
        let files = DistrictFiles::new(home.path(), "maple");
        let write = |path: PathBuf| {
            files.make_folder_of(&path).unwrap();
            fs::write(&path, "x").unwrap();
            path
        };
        let kept = [
            write(files.delivery_file(DeliveryNumber(1), Kind::User)),
            write(files.plan(PlanNumber(1))),
            write(files.plan_approved(PlanNumber(1))),
            write(files.outcomes(RunNumber(1), Kind::User)),
            write(files.image()),
        ];
        let gone = [
            write(files.delivery_file(DeliveryNumber(2), Kind::User)),
            write(files.delivery(DeliveryNumber(1)).join("orgs.sealed.partial")),
            write(files.plan(PlanNumber(7))),
            write(files.plan(PlanNumber(1)).with_extension("plan.partial")),
            write(files.outcomes(RunNumber(2), Kind::User)),
            write(files.folder().join("image.partial")),
        ];
        let one = BTreeSet::from([1]);
        let known = Known { deliveries: one.clone(), plans: one.clone(), runs: one };
        assert_eq!(files.sweep(&known).unwrap().len(), gone.len());
        assert!(kept.iter().all(|path| path.exists()));
        assert!(!gone.iter().any(|path| path.exists()));
    }
}
