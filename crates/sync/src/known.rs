//! Asks the store what planning needs to know of the subjects that a delivery touches.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::check::absent;
use firstbell_roster::check::table::ABSENT_BUT_NAMED;
use firstbell_roster::guard::{KeptBack, Verdict};
use firstbell_roster::matching;
use firstbell_roster::model::columns::{
    SOURCED_ID, academic_session, class, course, org, role, user,
};
use firstbell_roster::model::settings::{Scope, Settings};
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{Ordinal, flag, tag};
use firstbell_roster::model::{DistrictId, Kind, PersonId, Row, SubjectId};
use firstbell_roster::plan::{Draft, Known, LastRole, Past, Reason};
use firstbell_store::{DEFAULT_SOURCE, DatabaseError, Store, Version};

/// How many subjects one question names.
const BATCH: usize = 5000;

/// What the roster knows of everything that the snapshot touches.
pub async fn fetch(
    store: &Store,
    district: DistrictId,
    snapshot: &Snapshot,
    settings: &Settings,
) -> Result<Known, DatabaseError> {
    let mut known = Known::default();
    if Kind::FACTS.iter().all(|kind| !snapshot.of(*kind).in_roster(0))
        && store.latest_operation(district).await?.0 == 0
    {
        return Ok(known);
    }
    // Enrollments are most of what there is: they are asked for beside the others.
    let of = async |kinds: &[Kind]| {
        let mut known = Known::default();
        for kind in kinds {
            touched(store, district, snapshot, *kind, &mut known).await?;
            returning(store, district, snapshot, *kind, &mut known).await?;
        }
        Ok::<_, DatabaseError>(known)
    };
    let others: Vec<_> = Kind::FACTS.into_iter().filter(|kind| *kind != Kind::Enrollment).collect();
    let (others, enrollments) =
        tokio::try_join!(Box::pin(of(&others)), Box::pin(of(&[Kind::Enrollment])))?;
    for part in [others, enrollments] {
        known.rows.extend(part.rows);
        known.returning.extend(part.returning);
    }
    known.doubted = store.doubted_users(district, DEFAULT_SOURCE).await?;
    identifiers(store, district, snapshot, settings, &mut known).await?;
    last_roles(store, district, snapshot, &mut known).await?;
    let absent = matching::absent(snapshot, settings.guard.ids_reissued);
    for ids in absent.chunks(BATCH) {
        keep(&mut known, store.present(district, Kind::User, ids).await?);
    }
    for kind in [Kind::Class, Kind::Course] {
        for ids in matching::gone(snapshot, kind).chunks(BATCH) {
            keep(&mut known, store.present(district, kind, ids).await?);
        }
    }
    Ok(known)
}

/// Keeps the terms and orgs that would end while rows name them that the delivery does not have:
/// of a class's terms and a user's further orgs, the image knows nothing. Whatever is kept is named.
pub async fn keep_named(
    store: &Store,
    district: DistrictId,
    snapshot: &mut Snapshot,
) -> Result<(), DatabaseError> {
    let kinds =
        [(Kind::Class, class::TERMS, Kind::AcademicSession), (Kind::User, user::ORGS, Kind::Org)];
    for (kind, column, target) in kinds {
        let list = snapshot.of(target);
        let lacking = list.ordinals().filter(|one| absent::is_lacking(list, *one));
        let lacking: BTreeMap<_, _> = lacking.map(|one| (SubjectId(list.id(one)), one)).collect();
        if lacking.is_empty() || snapshot.is_complete(kind) {
            continue;
        }
        let rows = snapshot.of(kind);
        let mut named = BTreeSet::new();
        store
            .stream_present(district, kind, None, |version| {
                let one = rows.by_id(version.row.id.0);
                let goes_on = one.is_some_and(|one| {
                    !rows.has(one, flag::IN_DELIVERY) || rows.has(one, flag::STOPPED)
                });
                if goes_on {
                    named.extend(
                        version.row.subjects(column).iter().filter_map(|id| lacking.get(id)),
                    );
                }
            })
            .await?;
        let named: Vec<_> = named.into_iter().collect();
        absent::keep_named(snapshot, target, &named);
    }
    name_kept(store, district, snapshot).await
}

/// Names the orgs, terms and courses that are kept without a record, as the roster has them.
async fn name_kept(
    store: &Store,
    district: DistrictId,
    snapshot: &mut Snapshot,
) -> Result<(), DatabaseError> {
    let kept = snapshot.findings.iter().filter(|tally| *tally.check == ABSENT_BUT_NAMED);
    let kept: Vec<_> = kept.cloned().collect();
    for tally in kept {
        let (Some(kind), file) = (tally.kind, &tally.file) else { continue };
        let list = snapshot.of(kind);
        let ids = tally.places.iter().take(BATCH).map(|(_, one)| SubjectId(list.id(*one)));
        let ids: Vec<_> = ids.collect();
        let title = [
            (Kind::Org, org::NAME),
            (Kind::AcademicSession, academic_session::TITLE),
            (Kind::Course, course::TITLE),
        ];
        let title = title.into_iter().find(|(of, _)| *of == kind).map(|(_, title)| title);
        let rows = store.last_versions(district, kind, &ids).await?;
        let called = |row: &Row| match title.map_or("", |title| row.text(title)) {
            "" => row.sourced_id.clone(),
            title => format!("{title} ({})", row.sourced_id),
        };
        let named = rows.iter().map(|version| called(&version.row)).collect();
        snapshot.findings.name(&ABSENT_BUT_NAMED, file, &tally.field, named);
    }
    Ok(())
}

/// The roles that people had last who have none now and would become staff, or may be meant by a new
/// record: those of their role records that ended last, else the last that their own row told.
async fn last_roles(
    store: &Store,
    district: DistrictId,
    snapshot: &Snapshot,
    known: &mut Known,
) -> Result<(), DatabaseError> {
    let users = matching::without_role(snapshot, known);
    let users: Vec<_> = users.into_iter().collect();
    let mut roles: BTreeMap<SubjectId, Vec<Version>> = BTreeMap::new();
    for version in store.ended_roles_of_users(district, &users).await? {
        if let Some(user) = version.row.subject(role::USER) {
            roles.entry(user).or_default().push(version);
        }
    }
    for id in users {
        let versions = roles.remove(&id).unwrap_or_default();
        let ended = |version: &Version| version.until.as_ref().map(|until| until.op);
        let last = versions.iter().filter_map(ended).max();
        let roles = versions.into_iter().filter(|version| ended(version) == last).map(past);
        let roles = roles.filter(|past| !past.never_there).map(|past| LastRole {
            tag: tag::of_word(past.row.text(role::ROLE)),
            school: past.row.subject(role::ORG),
        });
        let mut roles: Vec<_> = roles.collect();
        let own = known.row(Kind::User, id).map(|past| tag::of_word(past.row.text(user::ROLE)));
        if roles.is_empty() && own.is_none_or(|own| own == tag::OTHER) {
            let versions = store.history(district, Kind::User, id).await?;
            let told = versions.into_iter().map(past).filter(|past| !past.never_there);
            let tags = told.map(|past| tag::of_word(past.row.text(user::ROLE)));
            let last = tags.rev().find(|tag| *tag != tag::OTHER);
            roles.extend(last.map(|tag| LastRole { tag, school: None }));
        }
        known.last_roles.insert(id, roles);
    }
    Ok(())
}

/// The present rows of touched subjects.
async fn touched(
    store: &Store,
    district: DistrictId,
    snapshot: &Snapshot,
    kind: Kind,
    known: &mut Known,
) -> Result<(), DatabaseError> {
    let list = snapshot.of(kind);
    let ids = list.with(flag::IN_ROSTER | flag::TOUCHED | flag::IN_DELIVERY, 0);
    let ids: Vec<_> = ids.map(|one| SubjectId(list.id(one))).collect();
    for ids in ids.chunks(BATCH) {
        keep(known, store.present(district, kind, ids).await?);
    }
    Ok(())
}

/// The last rows of subjects that once had the sourcedId of a record that is new now.
async fn returning(
    store: &Store,
    district: DistrictId,
    snapshot: &Snapshot,
    kind: Kind,
    known: &mut Known,
) -> Result<(), DatabaseError> {
    let list = snapshot.of(kind);
    let mut fresh: Vec<(i64, Ordinal)> = list
        .with(0, flag::IN_ROSTER)
        .filter(|one| list.has_any(*one, flag::IN_DELIVERY | flag::IMPLIED))
        .map(|one| (list.key(one).cast_signed(), one))
        .collect();
    fresh.sort_unstable();
    let mut taken: BTreeMap<SubjectId, (bool, Ordinal)> = BTreeMap::new();
    for batch in fresh.chunks(BATCH) {
        let keys: Vec<_> = batch.iter().map(|(key, _)| *key).collect();
        for linked in store.ended_by_keys(district, kind, &keys).await? {
            let found = batch.binary_search_by_key(&linked.key, |(key, _)| *key).ok();
            let Some((_, one)) = found.and_then(|at| batch.get(at)).copied() else { continue };
            let record = snapshot.record(kind, one);
            let same = record.is_none_or(|record| record.cell(SOURCED_ID) == linked.sourced_id);
            if same && !linked.last.is_present() {
                // Of several sourcedIds that a subject had, the last is its own.
                let own = linked.last.row.sourced_id == linked.sourced_id;
                let best = taken.entry(linked.last.row.id).or_insert((own, one));
                if own && !best.0 {
                    *best = (own, one);
                }
                keep(known, vec![linked.last]);
            }
        }
    }
    known.returning.extend(taken.into_iter().map(|(id, (_, one))| ((kind, one), id)));
    Ok(())
}

/// The user rows that may have the identifiers of new and changed user records.
async fn identifiers(
    store: &Store,
    district: DistrictId,
    snapshot: &Snapshot,
    settings: &Settings,
    known: &mut Known,
) -> Result<(), DatabaseError> {
    let users = snapshot.of(Kind::User);
    let (mut hashes, mut keys) = (BTreeSet::new(), BTreeSet::new());
    for one in users.ordinals().filter(|one| users.has(*one, flag::IN_DELIVERY | flag::TOUCHED)) {
        let found = matching::identifiers(snapshot, settings, one);
        hashes.extend(found.iter().map(|identifier| identifier.hash.cast_signed()));
        keys.extend(matching::spellings(snapshot, settings, one));
    }
    let hashes: Vec<_> = hashes.into_iter().collect();
    // Who gets an identifier that others get too has it in no row yet.
    let own = |one: Ordinal| {
        let here = users.in_roster(one).then(|| SubjectId(users.id(one)));
        here.or_else(|| known.returning.get(&(Kind::User, one)).copied())
    };
    let sharing = matching::shared(snapshot).flatten().filter_map(|(_, one)| own(*one));
    let mut ids: BTreeSet<_> = sharing.collect();
    for hashes in hashes.chunks(BATCH) {
        for (hash, id) in store.by_identifier_hashes(district, hashes).await? {
            known.identifiers.entry(hash.cast_unsigned()).or_default().push(id);
            ids.insert(id);
        }
    }
    let keys: Vec<_> = keys.into_iter().map(u64::cast_signed).collect();
    for keys in keys.chunks(BATCH) {
        for one in store.by_keys(district, Kind::User, keys).await? {
            let row = &one.last.row;
            for identifier in matching::of_row(&snapshot.hasher, settings, row) {
                let owners = known.identifiers.entry(identifier.hash).or_default();
                owners.push(row.id);
                owners.sort_unstable();
                owners.dedup();
            }
            ids.insert(row.id);
        }
    }
    let here =
        |known: &Known, id: &SubjectId| known.row(Kind::User, *id).is_some_and(|past| past.present);
    let unread: Vec<_> = ids.iter().copied().filter(|id| !here(known, id)).collect();
    for ids in unread.chunks(BATCH) {
        keep(known, store.last_versions(district, Kind::User, ids).await?);
    }
    let person = |id: &SubjectId| known.row(Kind::User, *id).and_then(|past| past.row.person);
    let persons: BTreeSet<PersonId> = ids.iter().filter_map(person).collect();
    let persons: Vec<_> = persons.into_iter().collect();
    let others = store.user_ids_of_persons(district, &persons).await?;
    let unread: Vec<_> = others.iter().copied().filter(|id| !here(known, id)).collect();
    for ids in unread.chunks(BATCH) {
        keep(known, store.last_versions(district, Kind::User, ids).await?);
    }
    ids.extend(others);
    for id in ids {
        let past = known.row(Kind::User, id).filter(|past| !past.never_there);
        if let Some(person) = past.and_then(|past| past.row.person) {
            known.persons.entry(person).or_default().push(id);
        }
    }
    Ok(())
}

/// The part of a plan that a guard keeps back, with the ends of what its rows name; `None` where
/// it cannot be told apart, or nothing would remain.
pub async fn kept_back(
    store: &Store,
    district: DistrictId,
    verdict: &Verdict,
    snapshot: &Snapshot,
    draft: &Draft,
    known: &Known,
) -> Result<Option<KeptBack>, DatabaseError> {
    let Some(mut part) = KeptBack::of(verdict, snapshot, draft) else { return Ok(None) };
    grow(store, district, &mut part, snapshot, draft, known).await?;
    Ok(Some(part).filter(|part| part.leaves_some(draft)))
}

/// Adds to what is kept back all that it cannot wait without.
pub async fn grow(
    store: &Store,
    district: DistrictId,
    part: &mut KeptBack,
    snapshot: &Snapshot,
    draft: &Draft,
    known: &Known,
) -> Result<(), DatabaseError> {
    loop {
        let asked = part.to_ask(snapshot, draft, known);
        if asked.is_empty() {
            return Ok(());
        }
        for (kind, ids) in asked {
            for ids in ids.chunks(BATCH) {
                let rows = store.present(district, kind, ids).await?;
                let rows: Vec<_> = rows.into_iter().map(|version| version.row).collect();
                part.keep_named(&rows, snapshot, draft);
            }
        }
    }
}

fn keep(known: &mut Known, versions: Vec<Version>) {
    for version in versions {
        let past = past(version);
        known.rows.insert((past.row.kind, past.row.id), past);
    }
}

/// What the roster has of orgs, terms and courses, by which scope rules judge what names them; nothing
/// where everything is taken.
pub async fn of_rules(
    store: &Store,
    district: DistrictId,
    settings: &Settings,
) -> Result<Vec<Row>, DatabaseError> {
    let mut rows = Vec::new();
    if settings.scope != Scope::default() {
        for kind in [Kind::Org, Kind::AcademicSession, Kind::Course] {
            store.stream_present(district, kind, None, |version| rows.push(version.row)).await?;
        }
    }
    Ok(rows)
}

/// A version as planning sees it.
pub fn past(version: Version) -> Past {
    let undone = Some(Reason::EndedBecauseCreationUndone);
    Past {
        present: version.is_present(),
        never_there: version.until.as_ref().map(|until| until.reason) == undone,
        row: version.row,
    }
}
