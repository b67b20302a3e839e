//! The names of a district in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use firstbell_roster::model::{Kind, OperationNumber, SubjectId};
use firstbell_store::RunNumber;

use super::entry::Entry;
use super::index::{How, Index};
use crate::access::Scope;
use crate::hub::HubError;
use crate::why::asked::Asked;

/// Those who are enrolled in classes of a school, wherever they belong.
type Guests = Arc<BTreeSet<i64>>;

/// The names of a district as they were after an operation and a run.
#[derive(Debug)]
pub struct Names {
    /// People, by their user rows.
    pub people: Index,
    /// Classes.
    pub classes: Index,
    /// The schools, by the numbers that entries have.
    pub schools: Schools,
    /// The types of the identifiers that people have.
    pub id_types: BTreeSet<String>,
    /// The operation.
    pub operation: OperationNumber,
    /// The newest run that decided on a delivery.
    pub run: Option<RunNumber>,
    /// The runs whose deliveries tell of people and classes that have no row.
    pub sent: BTreeMap<Kind, RunNumber>,
    guests: Mutex<BTreeMap<SubjectId, Guests>>,
}

/// Schools by small numbers; 0 is none.
#[derive(Debug, Default)]
pub struct Schools {
    numbers: HashMap<SubjectId, u16>,
    ids: Vec<SubjectId>,
}

impl Schools {
    /// The number of a school.
    pub fn number(&mut self, id: SubjectId) -> u16 {
        if let Some(number) = self.numbers.get(&id) {
            return *number;
        }
        self.ids.push(id);
        let number = u16::try_from(self.ids.len()).unwrap_or_default();
        self.numbers.insert(id, number);
        number
    }

    /// The number of a school that anybody has; 0 where nobody does.
    pub fn known(&self, id: SubjectId) -> u16 {
        self.numbers.get(&id).copied().unwrap_or_default()
    }
}

/// Which entries a reader may find.
#[derive(Debug)]
pub struct Seen {
    /// The schools; `None` for all.
    schools: Option<Vec<u16>>,
    guests: Vec<Guests>,
}

impl Seen {
    /// Whether an entry is among them.
    pub fn has(&self, index: &Index, at: u32, entry: &Entry) -> bool {
        let Some(schools) = &self.schools else { return true };
        index.schools(at).any(|school| schools.contains(&school))
            || self.guests.iter().any(|guests| guests.contains(&entry.id))
    }
}

impl Names {
    /// The names of rows, as they were read before any operation.
    pub fn new(people: Index, classes: Index, schools: Schools) -> Self {
        Self {
            people,
            classes,
            schools,
            id_types: BTreeSet::new(),
            operation: OperationNumber(0),
            run: None,
            sent: BTreeMap::new(),
            guests: Mutex::default(),
        }
    }

    /// The entries of a kind.
    pub fn of(&self, kind: Kind) -> &Index {
        if kind == Kind::Class { &self.classes } else { &self.people }
    }

    /// The same, to be changed.
    pub fn of_mut(&mut self, kind: Kind) -> &mut Index {
        if kind == Kind::Class { &mut self.classes } else { &mut self.people }
    }

    /// Forgets who is enrolled at which school.
    pub fn forget_guests(&mut self) {
        self.guests.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The schools of a scope of which nobody looked up yet who is enrolled there, with their
    /// classes, present and past.
    pub fn without_guests(&self, scope: &Scope) -> Vec<(SubjectId, Vec<SubjectId>)> {
        let Scope::Schools(schools) = scope else { return Vec::new() };
        let known = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        let missing = schools.iter().filter(|school| !known.contains_key(school));
        let classes = |school: &SubjectId| {
            let number = self.schools.known(*school);
            let at_school =
                |_: u32, entry: &Entry| number != 0 && entry.school == number && entry.id > 0;
            let found = self.classes.find(&[], How::Whole, at_school);
            let ids = found.into_iter().filter_map(|at| self.classes.entry(at));
            ids.map(|entry| SubjectId(entry.id)).collect()
        };
        missing.map(|school| (*school, classes(school))).collect()
    }

    /// Keeps who is enrolled at a school.
    pub fn keep_guests(&self, school: SubjectId, guests: BTreeSet<i64>) {
        let mut known = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(school, Arc::new(guests));
    }

    /// The entries that a reader may find.
    pub fn seen(&self, scope: &Scope, kind: Kind) -> Seen {
        let Scope::Schools(schools) = scope else {
            return Seen { schools: None, guests: Vec::new() };
        };
        let numbers = schools.iter().map(|school| self.schools.known(*school));
        let numbers = numbers.filter(|number| *number != 0).collect();
        let known = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        let guests = schools.iter().filter(|_| kind == Kind::User);
        let guests = guests.filter_map(|school| known.get(school).cloned()).collect();
        Seen { schools: Some(numbers), guests }
    }
}

/// Who is enrolled in some classes now, or was until they left the roster.
pub async fn guests(asked: &Asked<'_>, classes: &[SubjectId]) -> Result<BTreeSet<i64>, HubError> {
    let (store, district) = (asked.store, asked.district.id);
    let now = store.users_in_classes(district, classes).await?;
    let once = store.users_once_in_classes(district, classes).await?;
    let once: Vec<_> = once.into_iter().filter(|(user, _)| !now.contains(user)).collect();
    let mut ids: Vec<SubjectId> = once.iter().map(|(user, _)| *user).collect();
    ids.dedup();
    let mut guests: BTreeSet<i64> = now.into_iter().map(|user| user.0).collect();
    for last in store.last_versions(district, Kind::User, &ids).await? {
        let left = last.until.map(|until| until.op);
        if left.is_some_and(|left| once.binary_search(&(last.row.id, left)).is_ok()) {
            guests.insert(last.row.id.0);
        }
    }
    Ok(guests)
}
