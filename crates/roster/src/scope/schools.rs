//! The schools here: those that only the district's settings make, and those of the source that are
//! another one here.

use super::Rules;
use crate::check::table::MAPPED_TO_NO_SCHOOL;
use crate::model::Kind;
use crate::model::columns::{SOURCED_ID, org};
use crate::model::settings::Mapping;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{NOBODY, Ordinal, Subject, flag, tag};
use crate::plan::{Outcome, Rule};

/// Settles which schools there are, once those of the delivery are read: makes the schools that the
/// settings name and the source does not have, and leaves out those that are another one here.
pub fn settle_schools(snapshot: &mut Snapshot, rules: &mut Rules) {
    if rules.mapping.are_none() {
        return;
    }
    learn(snapshot, rules);
    let mappings: Vec<_> = rules.mapping.told().cloned().collect();
    let mut of_use = Vec::new();
    for mapping in mappings {
        let schools_alone = are_schools(snapshot, &mapping);
        let there = find(snapshot, &mapping.to).is_some_and(|one| goes_on(snapshot, one));
        if schools_alone && there {
            of_use.push(mapping.to);
        } else if schools_alone && mapping.name.is_some() {
            make(snapshot, rules, &mapping);
            of_use.push(mapping.to);
        } else {
            let file = Kind::Org.file();
            let field = "scope.mapping";
            snapshot.findings.add(
                &MAPPED_TO_NO_SCHOOL,
                &file,
                Some(Kind::Org),
                0,
                field,
                0,
                NOBODY,
            );
        }
    }
    rules.mapping.settle(&snapshot.hasher, |mapping| of_use.contains(&mapping.to));
    let joined: Vec<_> = rules.mapping.told().filter(|mapping| mapping.is_whole()).collect();
    // A school that others become stays, whatever becomes of its own.
    let joined = joined.into_iter().flat_map(|mapping| {
        mapping.from.iter().filter(|from| !of_use.contains(from)).cloned().collect::<Vec<_>>()
    });
    for one in joined.filter_map(|from| find(snapshot, &from)).collect::<Vec<_>>() {
        leave_out(snapshot, one);
    }
    snapshot.about.mapping = rules.mapping.told().cloned().collect();
}

/// Learns which sourcedIds the schools have that the settings name by identifier.
fn learn(snapshot: &Snapshot, rules: &mut Rules) {
    for one in snapshot.of(Kind::Org).ordinals() {
        if let Some(record) = snapshot.record(Kind::Org, one) {
            rules.mapping.learn(record.cell(SOURCED_ID), record.cell(org::IDENTIFIER));
        }
    }
}

fn find(snapshot: &Snapshot, sourced_id: &str) -> Option<Ordinal> {
    snapshot.of(Kind::Org).find(snapshot.hasher.key(sourced_id.as_bytes()))
}

/// Whether a mapping names schools alone, as far as the delivery and the roster know them, and none to
/// map to by its identifier.
fn are_schools(snapshot: &Snapshot, mapping: &Mapping) -> bool {
    let orgs = snapshot.of(Kind::Org);
    let named = mapping.from.iter().chain([&mapping.to]);
    let mut known = named.filter_map(|id| find(snapshot, id));
    let by_identifier = |one: Ordinal| {
        let record = snapshot.record(Kind::Org, one);
        record.is_some_and(|record| record.cell(org::IDENTIFIER) == mapping.to)
    };
    let is_there = find(snapshot, &mapping.to).is_some();
    // Of what stands in for a record that never came, nobody knows.
    let may_be = |one| orgs.tag(one) == tag::SCHOOL || orgs.has(one, flag::IMPLIED);
    known.all(may_be) && (is_there || !orgs.ordinals().any(by_identifier))
}

/// Whether a school is in the delivery, or stays in the roster without a record of its own there.
fn goes_on(snapshot: &Snapshot, one: Ordinal) -> bool {
    let orgs = snapshot.of(Kind::Org);
    let stays = orgs.in_roster(one) && !snapshot.is_complete(Kind::Org);
    orgs.has(one, flag::IN_DELIVERY) || stays
}

/// Makes a school that the source does not have, as if the delivery had it. It belongs to what the
/// first school belongs to of which it takes something.
fn make(snapshot: &mut Snapshot, rules: &mut Rules, mapping: &Mapping) {
    let parent = mapping.from.iter().find_map(|from| {
        let record = snapshot.record(Kind::Org, find(snapshot, from)?)?;
        Some(record.cell(org::PARENT).to_owned())
    });
    let parent = parent.filter(|parent| find(snapshot, parent).is_some()).unwrap_or_default();
    let cell = |place: usize| match place {
        SOURCED_ID => mapping.to.as_str(),
        org::NAME => mapping.name.as_deref().unwrap_or_default(),
        org::TYPE => "school",
        org::IDENTIFIER => mapping.identifier.as_deref().unwrap_or_default(),
        org::PARENT => parent.as_str(),
        _ => "",
    };
    rules.learn(Kind::Org, &mapping.to, |place| cell(place).to_owned());
    let left_out = rules.judge(Kind::Org, cell);
    let one = find(snapshot, &mapping.to);
    let key = snapshot.hasher.key(mapping.to.as_bytes());
    let orgs = snapshot.of_mut(Kind::Org);
    let one = one.unwrap_or_else(|| {
        orgs.push(Subject {
            key,
            print: 0,
            raw: 0,
            id: 0,
            links: [NOBODY; 3],
            flags: 0,
            tag: tag::SCHOOL,
            at: 0,
            person: 0,
        })
    });
    orgs.set(one, flag::IN_DELIVERY | flag::TOUCHED);
    orgs.prints.set(one, 0);
    if let Some(rule) = left_out {
        orgs.set(one, flag::LEFT_OUT);
        let (outcome, detail) = Outcome::Ignored(rule).encode();
        orgs.decide(one, outcome, detail);
    }
    if let Some(texts) = snapshot.texts.get_mut(Kind::Org as usize) {
        let at = u32::try_from(texts.cells.len()).unwrap_or(u32::MAX);
        texts.cells.push((0..Kind::Org.columns().len()).map(cell));
        texts.places.insert(one, at);
    }
    snapshot.made.push(one);
}

/// Leaves a school out of which all is another school's here.
fn leave_out(snapshot: &mut Snapshot, one: Ordinal) {
    let orgs = snapshot.of_mut(Kind::Org);
    let sent = orgs.has(one, flag::IN_DELIVERY);
    if sent && !orgs.has_any(one, flag::STOPPED | flag::LEFT_OUT | flag::SAYS_END) {
        orgs.set(one, flag::LEFT_OUT);
        let (outcome, detail) = Outcome::Ignored(Rule::Mapping).encode();
        orgs.decide(one, outcome, detail);
    }
}
