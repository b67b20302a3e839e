//! The enrollments of a person in a class: those of the roster, past ones too, and those that
//! only a delivery has.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::explain::{Enrollment, Presence, Span};
use firstbell_roster::model::cells::Record;
use firstbell_roster::model::columns::{SOURCED_ID, class, enrollment};
use firstbell_roster::model::snapshot::Mode;
use firstbell_roster::model::{Kind, OperationNumber, Row, SubjectId};
use firstbell_roster::plan::Reason;
use firstbell_store::Version;

use super::asked::Asked;
use super::class::Class;
use super::delivered::{self, Sent};
use super::person::Person;
use super::said::{self, Heard, hear};
use super::waiting::Waiting;
use super::{presence, standing};
use crate::hub::HubError;
use crate::outcomes::{self, Outcomes};

/// All enrollments of a person in a class that are known.
pub async fn find(
    asked: &Asked<'_>,
    waiting: &Waiting,
    person: &Person,
    class: &Class,
) -> Result<Vec<Enrollment>, HubError> {
    let rows = match &class.row {
        Some(row) => of_roster(asked, person, row.row.id).await?,
        None => Vec::new(),
    };
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for versions in rows {
        let Some(last) = versions.last() else { continue };
        let key = last.row.key.cast_unsigned();
        known.insert(key);
        found.push(of_row(asked, waiting, (person, class), &versions, last, key).await?);
    }
    if found.iter().any(|one| one.standing.is_active()) {
        return Ok(found);
    }
    let mut sent: BTreeMap<_, _> =
        tokio::task::block_in_place(|| of_deliveries(asked, person, class))?;
    // Of a class that the reader does not see nothing is known, its id least of all.
    sent.retain(|_, _| !class.sourced_id.is_empty());
    let keys: BTreeSet<_> = sent.keys().copied().filter(|key| !known.contains(key)).collect();
    for (key, heard) in hear(asked, Kind::Enrollment, &keys, false)? {
        let together = standing::put_together(
            asked,
            waiting,
            Kind::Enrollment,
            None,
            key,
            &heard,
            Presence::Never,
        );
        let span = sent.get(&key).map(span_of).unwrap_or_default();
        found.push(Enrollment { standing: together?.0, span });
    }
    Ok(found)
}

/// The title of the class that the person moved to, where they moved out of this one and it is
/// plain to which: the one that they came into at once, or the one of the same course.
pub async fn moved_to(
    asked: &Asked<'_>,
    person: &Person,
    class: &Class,
    enrollments: &[Enrollment],
) -> Result<Option<String>, HubError> {
    let moved = enrollments.iter().find_map(|one| match &one.standing.presence {
        Presence::Ended { by } if by.reason == Reason::MovedToAnotherClass => Some(by.operation),
        Presence::Ended { .. } | Presence::Active { .. } | Presence::Never => None,
    });
    let Some(operation) = moved.map(OperationNumber) else { return Ok(None) };
    let (district, mut ids) = (asked.district.id, BTreeSet::new());
    for user in &person.rows {
        let rows = asked.store.enrollments_of_user(district, user.row.id, Some(operation)).await?;
        let begun = rows.iter().filter(|version| {
            version.from_op == operation && version.began == Reason::MovedToAnotherClass
        });
        ids.extend(begun.filter_map(|version| version.row.subject(enrollment::CLASS)));
    }
    let ids: Vec<_> = ids.into_iter().collect();
    let mut classes = asked.store.last_versions(district, Kind::Class, &ids).await?;
    if classes.len() > 1 {
        let course = class.row.as_ref().and_then(|left| left.row.subject(class::COURSE));
        classes.retain(|to| course.is_some() && to.row.subject(class::COURSE) == course);
    }
    classes.retain(|to| asked.scope.has(to.row.subject(class::SCHOOL)));
    let one = classes.first().filter(|_| classes.len() == 1);
    Ok(one.map(|to| to.row.text(class::TITLE).to_owned()))
}

async fn of_row(
    asked: &Asked<'_>,
    waiting: &Waiting,
    (person, class): (&Person, &Class),
    versions: &[Version],
    last: &Version,
    key: u64,
) -> Result<Enrollment, HubError> {
    let id = class.row.as_ref().map(|row| row.row.id);
    let theirs = |row: &Row| {
        let user = row.subject(enrollment::USER);
        person.rows.iter().any(|one| Some(one.row.id) == user)
    };
    let in_class = |row: &Row| row.subject(enrollment::CLASS) == id && theirs(row);
    let presence = presence::of(asked, versions, in_class).await?;
    let heard = hear(asked, Kind::Enrollment, &BTreeSet::from([key]), false)?;
    let heard: Heard = heard.get(&key).copied().unwrap_or_default();
    let heard = meant(asked, (person, class), key, heard, in_class(&last.row)).await?;
    let here = versions.iter().rfind(|version| in_class(&version.row)).unwrap_or(last);
    let (standing, sent) = standing::put_together(
        asked,
        waiting,
        Kind::Enrollment,
        Some(last),
        key,
        &heard,
        presence,
    )?;
    let row =
        Span::parse(here.row.text(enrollment::BEGIN_DATE), here.row.text(enrollment::END_DATE));
    let span = if standing.is_active() { row } else { sent.as_ref().map_or(row, span_of) };
    Ok(Enrollment { standing, span })
}

/// What was heard of the enrollment of a person in a class: where its newest record names another
/// class or person, that delivery does not have it. What a record that cannot be read any more
/// means, its row tells.
async fn meant(
    asked: &Asked<'_>,
    (person, class): (&Person, &Class),
    key: u64,
    heard: Heard,
    by_row: bool,
) -> Result<Heard, HubError> {
    let Some((place, ..)) = heard.record.filter(|_| heard.absent.is_none()) else {
        return Ok(if by_row { heard } else { Heard::default() });
    };
    let (_, sent) = said::said(asked, Kind::Enrollment, key, &heard)?;
    let means = match sent {
        None => by_row,
        Some(sent) => {
            let ids: Vec<_> = person.rows.iter().map(|row| row.row.id).collect();
            let class = class.row.iter().map(|row| row.row.id).collect::<Vec<_>>();
            means(asked, Kind::User, sent.cell(enrollment::USER), &ids).await?
                && means(asked, Kind::Class, sent.cell(enrollment::CLASS), &class).await?
        }
    };
    Ok(if means { heard } else { Heard { record: None, absent: Some(place) } })
}

/// Whether a sourcedId may be that of one of these rows: it is no other row's alone.
async fn means(
    asked: &Asked<'_>,
    kind: Kind,
    sourced_id: &str,
    rows: &[SubjectId],
) -> Result<bool, HubError> {
    let key = asked.hasher.key(sourced_id.as_bytes()).cast_signed();
    let linked = asked.store.by_keys(asked.district.id, kind, &[key]).await?;
    let mut linked = linked.iter().filter(|one| one.sourced_id == sourced_id).peekable();
    Ok(linked.peek().is_none() || linked.any(|one| rows.contains(&one.last.row.id)))
}

fn span_of(sent: &Sent) -> Span {
    Span::parse(sent.cell(enrollment::BEGIN_DATE), sent.cell(enrollment::END_DATE))
}

/// The versions of each enrollment row that ties the person to the class, or once did.
async fn of_roster(
    asked: &Asked<'_>,
    person: &Person,
    class: SubjectId,
) -> Result<Vec<Vec<Version>>, HubError> {
    let district = asked.district.id;
    let mut ids = BTreeSet::new();
    for user in &person.rows {
        ids.extend(at(asked, user.row.id, class, None).await?);
    }
    if ids.is_empty() {
        for made in asked.endings(Kind::Enrollment).await? {
            let before = Some(OperationNumber(made.number.0 - 1));
            for user in &person.rows {
                ids.extend(at(asked, user.row.id, class, before).await?);
            }
            if !ids.is_empty() {
                break;
            }
        }
    }
    let mut rows = Vec::new();
    for id in ids {
        rows.push(asked.store.history(district, Kind::Enrollment, id).await?);
    }
    Ok(rows)
}

async fn at(
    asked: &Asked<'_>,
    user: SubjectId,
    class: SubjectId,
    as_of: Option<OperationNumber>,
) -> Result<Vec<SubjectId>, HubError> {
    let rows = asked.store.enrollments_of_user(asked.district.id, user, as_of).await?;
    let in_class = |version: &Version| version.row.subject(enrollment::CLASS) == Some(class);
    Ok(rows.into_iter().filter(in_class).map(|version| version.row.id).collect())
}

/// The records that name the person and the class and that the roster need not have, by key, in the
/// deliveries back to the last whole file.
fn of_deliveries(
    asked: &Asked<'_>,
    person: &Person,
    class: &Class,
) -> Result<BTreeMap<u64, Sent>, HubError> {
    let users: BTreeSet<&str> = person
        .rows
        .iter()
        .map(|row| row.row.sourced_id.as_str())
        .chain([person.sourced_id.as_str()])
        .collect();
    let key = |id: &str| asked.hasher.key(id.as_bytes());
    let of_class = key(&class.sourced_id);
    let pairs: Vec<_> = users.iter().map(|user| outcomes::pair(key(user), of_class)).collect();
    let mut found = BTreeMap::new();
    for run in &asked.runs {
        let Some(file) = run.kept.files.get(&Kind::Enrollment) else { continue };
        let kept = Outcomes::open(&asked.files, &asked.key, run.number, Kind::Enrollment)?;
        let entries = kept.map_or_else(|| Ok(Vec::new()), |kept| kept.that_may_tie(&pairs))?;
        let lines = entries.iter().map(|entry| entry.line).collect();
        delivered::at_lines(asked, run, Kind::Enrollment, &lines, |_, record: Record<'_>| {
            let meant = users.contains(record.cell(enrollment::USER))
                && record.cell(enrollment::CLASS) == class.sourced_id;
            if meant {
                let key = key(record.cell(SOURCED_ID));
                found.entry(key).or_insert_with(|| Sent::of(Kind::Enrollment, record));
            }
        })?;
        if file.mode == Mode::Bulk {
            break;
        }
    }
    Ok(found)
}
