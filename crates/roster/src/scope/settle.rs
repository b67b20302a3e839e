//! Settles what depends on other records: classes without teacher, and what belongs to
//! classes and people that are left out.

use std::collections::BTreeMap;

use crate::check::table::{SCOPE_NAMES_NOTHING, SCOPE_TAKES_NOTHING};
use crate::model::Kind;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, NOBODY, Ordinal, Subjects, flag, tag};
use crate::plan::{Outcome, Rule};

use super::Rules;

/// Leaves out what the rules leave out because of other records.
pub fn settle(snapshot: &mut Snapshot, rules: &Rules) {
    note_unmet(snapshot, rules);
    snapshot.about.mapped = rules.mapping.met();
    if rules.are_open() {
        return;
    }
    people_by_roles(snapshot);
    if rules.some_need_a_teacher() {
        classes_without_teacher(snapshot, rules);
    }
    for kind in [Kind::Role, Kind::UserProfile, Kind::Demographics, Kind::Enrollment] {
        dependants(snapshot, kind);
    }
    note_nothing_taken(snapshot);
}

/// Notes files of which the rules take nothing.
fn note_nothing_taken(snapshot: &mut Snapshot) {
    for kind in [Kind::Org, Kind::Class, Kind::User] {
        let list = snapshot.of(kind);
        let counts = |one: &Ordinal| kind != Kind::Org || list.tag(*one) == tag::SCHOOL;
        let sent: Vec<_> = list.with(flag::IN_DELIVERY, flag::SAYS_END).filter(counts).collect();
        if !sent.is_empty() && sent.iter().all(|one| list.has(*one, flag::LEFT_OUT)) {
            let file = snapshot.files.get(&kind).map(|file| file.name.clone()).unwrap_or_default();
            snapshot.findings.add(&SCOPE_TAKES_NOTHING, &file, Some(kind), 0, "", 0, NOBODY);
        }
    }
}

/// Notes settings that name what the whole of a file does not have.
fn note_unmet(snapshot: &mut Snapshot, rules: &Rules) {
    let unmet = rules.unmet().filter(|(kind, ..)| snapshot.is_complete(*kind));
    for (kind, setting, named) in unmet.collect::<Vec<_>>() {
        let file = snapshot.files.get(&kind).map(|file| file.name.clone()).unwrap_or_default();
        snapshot.findings.add(&SCOPE_NAMES_NOTHING, &file, Some(kind), 0, setting, 0, NOBODY);
        snapshot.findings.name(&SCOPE_NAMES_NOTHING, &file, setting, named);
    }
}

/// A user all of whose roles are left out is left out by the rule of the first.
fn people_by_roles(snapshot: &mut Snapshot) {
    let roles = snapshot.of(Kind::Role);
    if roles.is_empty() {
        return;
    }
    let mut left = vec![(false, 0u8); snapshot.of(Kind::User).len()];
    for role in roles.ordinals().filter(|role| roles.has(*role, flag::IN_DELIVERY)) {
        let Some(user) = left.get_mut(roles.link(role, Link::User) as usize) else {
            continue;
        };
        if !roles.has(role, flag::LEFT_OUT) {
            user.0 = true;
        } else if user.1 == 0 {
            user.1 = roles.decision(role).1;
        }
    }
    let users = snapshot.of_mut(Kind::User);
    for (user, (taken, rule)) in (0..).zip(left) {
        if !taken && rule != 0 && users.has(user, flag::IN_DELIVERY) {
            users.set(user, flag::LEFT_OUT);
            users.decide(user, Outcome::Ignored(Rule::Roles).encode().0, rule);
        }
    }
}

fn classes_without_teacher(snapshot: &mut Snapshot, rules: &Rules) {
    let taught = classes_with(snapshot, tag::TEACHER);
    let orgs = snapshot.of(Kind::Org);
    let phases = rules.schools_of_phases().filter_map(|school| {
        let org = orgs.find(snapshot.hasher.key(school.as_bytes()))?;
        Some((org, rules.needs_a_teacher(school)))
    });
    let phases: BTreeMap<Ordinal, bool> = phases.collect();
    let usual = rules.needs_a_teacher("");
    let classes = snapshot.of_mut(Kind::Class);
    for class in classes.ordinals() {
        let without = !taught.get(class as usize).copied().unwrap_or(false);
        let sent = classes.has(class, flag::IN_DELIVERY);
        let school = classes.link(class, Link::School);
        let needed = phases.get(&school).copied().unwrap_or(usual);
        if needed && without && sent && !classes.has_any(class, flag::LEFT_OUT | flag::STOPPED) {
            leave_out(classes, class, Rule::ClassesNeedATeacher);
        }
    }
}

/// Which classes have an enrollment of this role that counts after the plan.
fn classes_with(snapshot: &Snapshot, role: u8) -> Vec<bool> {
    let enrollments = snapshot.of(Kind::Enrollment);
    let complete = snapshot.is_complete(Kind::Enrollment);
    let mut with = vec![false; snapshot.of(Kind::Class).len()];
    for enrollment in enrollments.ordinals().filter(|one| enrollments.tag(*one) == role) {
        let sent = enrollments.has(enrollment, flag::IN_DELIVERY)
            && !enrollments.has_any(enrollment, flag::SAYS_END | flag::LEFT_OUT);
        let stopped = enrollments.has(enrollment, flag::STOPPED);
        let stays = enrollments.in_roster(enrollment)
            && (stopped || (!complete && !enrollments.has(enrollment, flag::IN_DELIVERY)));
        let person = snapshot.of(Kind::User);
        let out = person.has(enrollments.link(enrollment, Link::User), flag::LEFT_OUT);
        if out || !((sent && !stopped) || stays) {
            continue;
        }
        if let Some(class) = with.get_mut(enrollments.link(enrollment, Link::First) as usize) {
            *class = true;
        }
    }
    with
}

fn dependants(snapshot: &mut Snapshot, kind: Kind) {
    let mut left = Vec::new();
    {
        let (list, users, classes) =
            (snapshot.of(kind), snapshot.of(Kind::User), snapshot.of(Kind::Class));
        let out = |of: &Subjects, one: Ordinal| one != NOBODY && of.has(one, flag::LEFT_OUT);
        for one in list.ordinals().filter(|one| list.has(*one, flag::IN_DELIVERY)) {
            if list.has_any(one, flag::LEFT_OUT | flag::STOPPED) {
                continue;
            }
            if kind == Kind::Enrollment && out(classes, list.link(one, Link::First)) {
                left.push((one, Rule::ClassLeftOut));
            } else if out(users, list.link(one, Link::User)) {
                left.push((one, Rule::PersonLeftOut));
            }
        }
    }
    for (one, rule) in left {
        leave_out(snapshot.of_mut(kind), one, rule);
    }
}

fn leave_out(list: &mut Subjects, one: Ordinal, rule: Rule) {
    list.set(one, flag::LEFT_OUT);
    let (outcome, detail) = Outcome::Ignored(rule).encode();
    list.decide(one, outcome, detail);
}
