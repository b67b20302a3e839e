//! The inverse of an operation, row by row.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::convert::Infallible;

use firstbell_roster::matching;
use firstbell_roster::model::columns::user;
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::settings::Settings;
use firstbell_roster::model::{Kind, OperationNumber, PersonId, Row, SubjectId, Value};
use firstbell_roster::plan::{Action, Line, Reason};
use firstbell_store::{Change, Operation, Store, Until, Version, Write};

use crate::ground::Ground;
use crate::hub::HubError;
use crate::plan_file;
use crate::writes::everything;

/// What taking an operation back writes, and what it leaves alone.
pub struct Inverse {
    /// The lines, in order.
    pub lines: Vec<Line>,
    /// The rows that it leaves alone.
    pub conflicts: Vec<Conflict>,
    steps: BTreeMap<(Kind, SubjectId), Step>,
    /// The newest subject of each kind that the operation touched.
    newest: BTreeMap<Kind, SubjectId>,
    hasher: Hasher,
}

/// A row that an undo leaves alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conflict {
    /// Its kind.
    pub kind: Kind,
    /// The hub's id of its subject.
    pub id: SubjectId,
    /// Why.
    pub why: Why,
}

/// Why a row is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Why {
    /// The stable code.
    pub code: &'static str,
    /// The reason as a clause.
    pub clause: &'static str,
}

/// What happens to one subject.
pub struct Step {
    pub action: Action,
    pub reason: Reason,
    /// What holds again; the row that ends, for an end.
    pub row: Version,
    /// The present row that gives way, for an update.
    pub replaces: Option<Row>,
    /// The operation that the new boundary stands for.
    stands_for: Option<OperationNumber>,
}

const CHANGED: Why = Why { code: "changed_since", clause: "changed since" };
const DEPENDED: Why = Why { code: "depended_on", clause: "needed by later rows" };
const GONE: Why = Why { code: "belongs_to_gone", clause: "part of what is gone" };
const TAKEN: Why =
    Why { code: "identifier_taken", clause: "with an identifier that is somebody else's now" };
const GROUP: Why = Why { code: "belongs_together", clause: "tied to a row that has changed since" };

impl Inverse {
    /// Works out the inverse of an operation against the present roster.
    pub async fn of(store: &Store, ground: &Ground, undone: &Operation) -> Result<Self, HubError> {
        let hasher = Hasher::new(ground.district.hash_seed.cast_unsigned());
        let mut inverse = Self {
            lines: Vec::new(),
            conflicts: Vec::new(),
            steps: BTreeMap::new(),
            newest: BTreeMap::new(),
            hasher,
        };
        for kind in Kind::FACTS {
            inverse.kind(store, ground, undone, kind).await?;
        }
        let groups = groups(store, ground, undone, &inverse)?;
        loop {
            let before = inverse.steps.len();
            if ground.base != undone.number {
                inverse.leave_taken(store, ground).await?;
                inverse.leave_depended(store, ground).await?;
                inverse.leave_orphans(store, ground).await?;
            }
            inverse.leave_parts_of_groups(&groups);
            if inverse.steps.len() == before {
                break;
            }
        }
        inverse.lines =
            inverse.steps.iter().map(|((kind, id), step)| line(*kind, *id, step)).collect();
        Ok(inverse)
    }

    /// What happens to the subjects of a kind, in the order of their ids.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (SubjectId, &Step)> {
        let all = (kind, SubjectId(i64::MIN))..=(kind, SubjectId(i64::MAX));
        self.steps.range(all).map(|((_, id), step)| (*id, step))
    }

    /// The writes of the inverse, in order.
    pub fn writes(&self) -> impl Iterator<Item = Result<Write, Infallible>> + '_ {
        self.steps.iter().map(|((kind, id), step)| {
            let (reason, stands_for) = (step.reason, step.stands_for);
            if step.action == Action::End {
                return Ok(Write::End { kind: *kind, id: *id, reason, stands_for });
            }
            let (row, source) = (step.row.row.clone(), step.row.source);
            let search = self.search(&row);
            Ok(match step.action {
                Action::Update => Write::Replace { row, source, reason, stands_for, search },
                Action::Create | Action::Restore | Action::End => {
                    Write::Begin { row, source, reason, stands_for, search }
                }
            })
        })
    }

    fn search(&self, row: &Row) -> Vec<i64> {
        if row.kind != Kind::User {
            return Vec::new();
        }
        let found = matching::of_row(&self.hasher, &everything(), row);
        found.iter().map(|identifier| identifier.hash.cast_signed()).collect()
    }

    async fn kind(
        &mut self,
        store: &Store,
        ground: &Ground,
        undone: &Operation,
        kind: Kind,
    ) -> Result<(), HubError> {
        let mut changes = Vec::new();
        store
            .changes(ground.district.id, kind, undone.number, |change| changes.push(change))
            .await?;
        if let Some(newest) = changes.iter().filter_map(id_of).max() {
            self.newest.insert(kind, newest);
        }
        for batch in changes.chunks(5000) {
            let ids: Vec<_> = batch.iter().filter_map(id_of).collect();
            let now = store.last_versions(ground.district.id, kind, &ids).await?;
            let now: HashMap<_, _> =
                now.into_iter().map(|version| (version.row.id, version)).collect();
            for change in batch {
                let Some(id) = id_of(change) else { continue };
                match now.get(&id).and_then(|now| step(change, now, undone.number)) {
                    Some(mut step) => {
                        if step.reason == Reason::EndedBecauseRestorationUndone {
                            let end = earlier_end(store, ground, kind, id, undone.number).await?;
                            step.stands_for = end.map(|end| end.stands_for);
                            // What an undo brought back ends as it did before that.
                            let back = change.after.as_ref().map(|after| after.began);
                            if let Some(end) =
                                end.filter(|_| back == Some(Reason::RestoredBecauseEndUndone))
                            {
                                step.reason = end.reason;
                            }
                        }
                        self.steps.insert((kind, id), step);
                    }
                    None => self.conflicts.push(Conflict { kind, id, why: CHANGED }),
                }
            }
        }
        Ok(())
    }

    fn leave(&mut self, kind: Kind, id: SubjectId, why: Why) {
        if self.steps.remove(&(kind, id)).is_some() {
            self.conflicts.push(Conflict { kind, id, why });
        }
    }

    /// Leaves people to whom an identifier would come back that another present person has now.
    async fn leave_taken(&mut self, store: &Store, ground: &Ground) -> Result<(), HubError> {
        let proofs = |row: &Row| proofs(&self.hasher, &ground.settings, row);
        let mut back: BTreeMap<Proof, Vec<SubjectId>> = BTreeMap::new();
        for (id, step) in self.of_kind(Kind::User).filter(|(_, step)| step.action != Action::End) {
            let had = step.replaces.as_ref().map(proofs).unwrap_or_default();
            for proof in proofs(&step.row.row).difference(&had) {
                back.entry(*proof).or_default().push(id);
            }
        }
        let hashes: BTreeSet<_> = back.keys().map(|proof| proof.0).collect();
        let hashes: Vec<_> = hashes.into_iter().collect();
        let mut holders: BTreeMap<Proof, BTreeSet<Option<PersonId>>> = BTreeMap::new();
        for hashes in hashes.chunks(5000) {
            let found = store.by_identifier_hashes(ground.district.id, hashes).await?;
            // A row that goes back itself has what it goes back to.
            let ids: BTreeSet<_> = found.into_iter().map(|(_, id)| id).collect();
            let stays = |id: &SubjectId| !self.steps.contains_key(&(Kind::User, *id));
            let ids: Vec<_> = ids.into_iter().filter(stays).collect();
            for version in store.present(ground.district.id, Kind::User, &ids).await? {
                for proof in proofs(&version.row).into_iter().filter(|one| back.contains_key(one)) {
                    holders.entry(proof).or_default().insert(version.row.person);
                }
            }
        }
        let mut taken = BTreeSet::new();
        for (proof, persons) in &holders {
            let person =
                |id| self.steps.get(&(Kind::User, id)).and_then(|step| step.row.row.person);
            let others = |id: &SubjectId| persons.len() > 1 || !persons.contains(&person(*id));
            taken.extend(back.get(proof).into_iter().flatten().copied().filter(others));
        }
        for id in taken {
            self.leave(Kind::User, id, TAKEN);
        }
        Ok(())
    }

    /// Leaves creations on which rows depend that go on.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the wider kinds follow below")]
    async fn leave_depended(&mut self, store: &Store, ground: &Ground) -> Result<(), HubError> {
        let ending = |steps: &BTreeMap<(Kind, SubjectId), Step>| -> BTreeSet<(Kind, SubjectId)> {
            steps
                .iter()
                .filter(|(_, step)| step.action == Action::End)
                .map(|(key, _)| *key)
                .collect()
        };
        let ends = ending(&self.steps);
        let mut depended = BTreeSet::new();
        for (kind, id) in &ends {
            let rows = match kind {
                Kind::Class => store.enrollments_of_class(ground.district.id, *id, None).await?,
                Kind::User => {
                    let mut rows = store.enrollments_of_user(ground.district.id, *id, None).await?;
                    rows.extend(store.roles_of_user(ground.district.id, *id).await?);
                    rows
                }
                _ => continue,
            };
            if rows.iter().any(|version| self.still_names(&version.row, (*kind, *id))) {
                depended.insert((*kind, *id));
            }
        }
        let wide: BTreeSet<_> = ends
            .iter()
            .copied()
            .filter(|(kind, _)| matches!(kind, Kind::Org | Kind::AcademicSession | Kind::Course))
            .collect();
        // Only people name people, as their agents.
        let people = ends.iter().any(|(kind, _)| *kind == Kind::User);
        for kind in
            [Kind::Org, Kind::AcademicSession, Kind::Course, Kind::Class, Kind::User, Kind::Role]
        {
            if wide.is_empty() && !(people && kind == Kind::User) {
                continue;
            }
            let counts = |to: &(Kind, SubjectId)| {
                wide.contains(to) || kind == Kind::User && to.0 == Kind::User && ends.contains(to)
            };
            store
                .stream_present(ground.district.id, kind, None, |version| {
                    let named = references(&version.row).filter(counts);
                    depended.extend(named.filter(|to| self.still_names(&version.row, *to)));
                })
                .await?;
        }
        for (kind, id) in depended {
            self.leave(kind, id, DEPENDED);
        }
        Ok(())
    }

    /// Whether a present row names a subject after the undo too.
    fn still_names(&self, row: &Row, to: (Kind, SubjectId)) -> bool {
        match self.steps.get(&(row.kind, row.id)) {
            None => true,
            Some(step) => {
                step.action != Action::End && references(&step.row.row).any(|named| named == to)
            }
        }
    }

    /// Leaves rows that would come back to a class or person that is gone.
    async fn leave_orphans(&mut self, store: &Store, ground: &Ground) -> Result<(), HubError> {
        let mut wanted: BTreeMap<Kind, BTreeSet<SubjectId>> = BTreeMap::new();
        let back = |step: &Step| step.action != Action::End;
        for step in self.steps.values().filter(|step| back(step)) {
            for (kind, id) in references(&step.row.row)
                .filter(|(kind, _)| matches!(kind, Kind::Class | Kind::User))
            {
                wanted.entry(kind).or_default().insert(id);
            }
        }
        let mut gone = BTreeSet::new();
        for (kind, ids) in wanted {
            let ids: Vec<_> = ids.into_iter().collect();
            for batch in ids.chunks(5000) {
                let here = store.present(ground.district.id, kind, batch).await?;
                let here: BTreeSet<_> = here.into_iter().map(|version| version.row.id).collect();
                gone.extend(batch.iter().filter(|id| !here.contains(*id)).map(|id| (kind, *id)));
            }
        }
        gone.retain(|key| !self.steps.get(key).is_some_and(back));
        let orphans: Vec<_> = self
            .steps
            .iter()
            .filter(|(_, step)| {
                back(step)
                    && matches!(
                        step.row.row.kind,
                        Kind::Enrollment | Kind::Role | Kind::UserProfile
                    )
            })
            .filter(|(_, step)| references(&step.row.row).any(|to| gone.contains(&to)))
            .map(|(key, _)| *key)
            .collect();
        for (kind, id) in orphans {
            self.leave(kind, id, GONE);
        }
        Ok(())
    }

    fn leave_parts_of_groups(&mut self, groups: &BTreeMap<u32, Vec<(Kind, SubjectId)>>) {
        for members in groups.values() {
            if members.iter().any(|key| !self.steps.contains_key(key)) {
                for (kind, id) in members {
                    self.leave(*kind, *id, GROUP);
                }
            }
        }
    }
}

/// The hash of an identifier, with the school if it is unique in one alone.
type Proof = (i64, Option<SubjectId>);

/// What the identifiers of a row prove, by its own role and schools.
fn proofs(hasher: &Hasher, settings: &Settings, row: &Row) -> BTreeSet<Proof> {
    let mut proofs = BTreeSet::new();
    for identifier in matching::of_row(hasher, settings, row) {
        let hash = identifier.hash.cast_signed();
        if identifier.is_of_school(settings) {
            proofs.extend(row.subjects(user::ORGS).iter().map(|school| (hash, Some(*school))));
        } else {
            proofs.insert((hash, None));
        }
    }
    proofs
}

fn id_of(change: &Change) -> Option<SubjectId> {
    change.after.as_ref().or(change.before.as_ref()).map(|version| version.row.id)
}

/// The inverse of one change, where the version that it left is still the present one.
fn step(change: &Change, now: &Version, undone: OperationNumber) -> Option<Step> {
    match (&change.before, &change.after) {
        (before, Some(after)) => {
            let own = now.is_present() && (now.from_op == undone || now.from_for == undone);
            own.then(|| match before {
                Some(before) => Step {
                    action: Action::Update,
                    reason: Reason::UpdatedBecauseChangeUndone,
                    row: before.clone(),
                    replaces: Some(now.row.clone()),
                    stands_for: Some(before.from_for),
                },
                None => Step {
                    action: Action::End,
                    reason: if is_restoration(after) {
                        Reason::EndedBecauseRestorationUndone
                    } else {
                        Reason::EndedBecauseCreationUndone
                    },
                    row: now.clone(),
                    replaces: None,
                    stands_for: None,
                },
            })
        }
        (Some(before), None) => {
            let until = now.until.as_ref()?;
            (until.op == undone || until.stands_for == undone).then(|| Step {
                action: Action::Restore,
                reason: Reason::RestoredBecauseEndUndone,
                row: before.clone(),
                replaces: None,
                stands_for: Some(before.from_for),
            })
        }
        (None, None) => None,
    }
}

fn is_restoration(version: &Version) -> bool {
    matches!(
        version.began,
        Reason::RestoredBecauseBackInDelivery
            | Reason::RestoredBecauseKnownByIdentifier
            | Reason::RestoredBecauseEndUndone
    )
}

/// The end before a restoration.
async fn earlier_end(
    store: &Store,
    ground: &Ground,
    kind: Kind,
    id: SubjectId,
    undone: OperationNumber,
) -> Result<Option<Until>, HubError> {
    let history = store.history(ground.district.id, kind, id).await?;
    let mut before = history.iter().rev().filter(|version| version.from_op < undone);
    Ok(before.find_map(|version| version.until))
}

/// What a row refers to.
fn references(row: &Row) -> impl Iterator<Item = (Kind, SubjectId)> + '_ {
    let columns = firstbell_roster::model::row::fact_columns(row.kind);
    columns
        .zip(&row.values)
        .filter_map(|(column, value)| Some((column.refers_to()?, value)))
        .flat_map(|(kind, value)| {
            let ids = match value {
                Value::Subject(id) => std::slice::from_ref(id),
                Value::Subjects(ids) => ids.as_slice(),
                Value::None | Value::Text(_) => &[],
            };
            ids.iter().map(move |id| (kind, *id))
        })
}

fn line(kind: Kind, id: SubjectId, step: &Step) -> Line {
    Line {
        kind,
        subject: id,
        action: step.action,
        reason: step.reason,
        at: 0,
        fields: 0,
        group: 0,
        school: SubjectId(0),
    }
}

/// The groups of the plan that the operation applied, drafts under the ids that they got.
fn groups(
    store: &Store,
    ground: &Ground,
    undone: &Operation,
    inverse: &Inverse,
) -> Result<BTreeMap<u32, Vec<(Kind, SubjectId)>>, HubError> {
    let mut groups: BTreeMap<u32, Vec<(Kind, SubjectId)>> = BTreeMap::new();
    let Some(plan) = undone.plan else { return Ok(groups) };
    let files = store.files(&ground.district.slug);
    let paths = [files.plan_part(plan), files.plan(plan)];
    let Some(path) = paths.into_iter().find(|path| path.exists()) else { return Ok(groups) };
    let lines = plan_file::read(&path, &ground.key)?;
    let mut first: BTreeMap<Kind, i64> = BTreeMap::new();
    for kind in Kind::FACTS {
        let drafts = lines.iter().filter(|line| line.kind == kind && line.subject.0 < 0).count();
        if let (Some(newest), Ok(drafts)) = (inverse.newest.get(&kind), i64::try_from(drafts)) {
            first.insert(kind, newest.0 - drafts + 1);
        }
    }
    for line in lines.iter().filter(|line| line.group != 0) {
        let id = match line.subject.0 {
            draft if draft < 0 => first.get(&line.kind).map_or(0, |first| first - draft - 1),
            id => id,
        };
        groups.entry(line.group).or_default().push((line.kind, SubjectId(id)));
    }
    Ok(groups)
}
