//! What the fuzz targets share: a delivery in memory, and reading it beside an empty roster.

use std::io::Read;

use firstbell_ingest::package::Member;
use firstbell_ingest::{OpenError, Package, Reading};
use firstbell_roster::model::{Date, Settings};
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::snapshot::Snapshot;

/// Files in memory, ordered by name.
pub struct Memory<'a> {
    members: Vec<Member>,
    files: Vec<&'a [u8]>,
}

impl<'a> Memory<'a> {
    /// A delivery of these files.
    pub fn new(files: &[(&str, &'a [u8])]) -> Self {
        let member = |place: usize, name: &str, bytes: &[u8]| Member {
            name: name.to_owned(),
            folder: String::new(),
            size: bytes.len() as u64,
            place,
        };
        let members = files.iter().enumerate();
        Self {
            members: members.map(|(place, (name, bytes))| member(place, name, bytes)).collect(),
            files: files.iter().map(|(_, bytes)| *bytes).collect(),
        }
    }
}

impl Package for Memory<'_> {
    fn members(&self) -> &[Member] {
        &self.members
    }

    fn open<'b>(&'b self, member: &Member) -> Result<Box<dyn Read + Send + 'b>, OpenError> {
        Ok(Box::new(self.files[member.place]))
    }
}

/// Reads a delivery.
pub fn read(package: &dyn Package) {
    let settings = Settings::default();
    let reading = Reading {
        settings: &settings,
        as_of: Date::of_days(0).unwrap(),
        known: &[],
        keep: None,
        progress: &|_, _| (),
    };
    let mut snapshot = Snapshot::new(Hasher::new(0), Vec::new());
    let _ = firstbell_ingest::read(package, &reading, &mut snapshot);
}
