//! Classes and courses whose ids look issued anew: rows that a complete file lacks, and new records
//! that agree with them in all but the ids.
//!
//! A class is meant where school, a teacher and largely the students are the same; a course where
//! the org and either code and title or largely the classes are. What still stands under its own id
//! and differs, as a class's terms or course, tells them apart. Of several that are alike, none is
//! meant, unless title and code tell which.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::check::cell;
use crate::model::columns::{class, course, enrollment};
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, NOBODY, Ordinal, flag, in_halves, tag};
use crate::model::{Kind, SubjectId};
use crate::plan::{Known, Past};

/// How many absent classes are compared at most.
const MOST: usize = 50_000;

/// The share of the larger set of members that two classes have in common at least: two thirds.
const SHARE: (u32, u32) = (2, 3);

/// A pair of a row and the new record that may be the same.
type Pair = (Ordinal, Ordinal);

/// Rows that a complete file lacks, and new records in the same schools.
#[derive(Debug, Default)]
struct Candidates {
    gone: BTreeSet<Ordinal>,
    come: BTreeSet<Ordinal>,
}

/// The classes or courses that a complete file lacks, where others are new in their schools.
pub fn gone(snapshot: &Snapshot, kind: Kind) -> Vec<SubjectId> {
    let list = snapshot.of(kind);
    let gone = Candidates::of(snapshot, kind).gone;
    gone.into_iter().map(|one| SubjectId(list.id(one))).collect()
}

impl Candidates {
    fn of(snapshot: &Snapshot, kind: Kind) -> Self {
        let list = snapshot.of(kind);
        if !snapshot.is_complete(kind) {
            return Self::default();
        }
        let school = |one: &Ordinal| Some(list.link(*one, Link::School)).filter(|at| *at != NOBODY);
        let stopped = flag::STOPPED | flag::LEFT_OUT | flag::SAYS_END;
        let new = || list.with(flag::IN_DELIVERY, flag::IN_ROSTER | stopped);
        let schools: BTreeSet<_> = new().filter_map(|one| school(&one)).collect();
        if schools.is_empty() {
            return Self::default();
        }
        let absent = list.with(flag::IN_ROSTER, flag::IN_DELIVERY | flag::STOPPED | flag::IMPLIED);
        let absent = absent.filter(|one| school(one).is_some_and(|at| schools.contains(&at)));
        let gone: BTreeSet<_> = absent.take(MOST + 1).collect();
        if gone.is_empty() || gone.len() > MOST {
            return Self::default();
        }
        let schools: BTreeSet<_> = gone.iter().filter_map(school).collect();
        let here = |one: &Ordinal| school(one).is_some_and(|at| schools.contains(&at));
        Self { gone, come: new().filter(here).collect() }
    }

    /// Those that nothing else ties.
    fn untied(snapshot: &Snapshot, known: &Known, kind: Kind) -> Self {
        let mut all = Self::of(snapshot, kind);
        all.come.retain(|one| !known.returning.contains_key(&(kind, *one)));
        all
    }

    fn is_empty(&self) -> bool {
        self.gone.is_empty() || self.come.is_empty()
    }
}

/// The new classes that agree with an absent one, each with that one; `people` are the records of
/// users that are rows of the roster under other sourcedIds, with these.
pub(super) fn classes(
    snapshot: &Snapshot,
    known: &Known,
    people: &HashMap<Ordinal, Ordinal>,
) -> BTreeMap<Ordinal, Ordinal> {
    let candidates = Candidates::untied(snapshot, known, Kind::Class);
    if candidates.is_empty() {
        return BTreeMap::new();
    }
    let members = Members::of(snapshot, known, &candidates, people);
    let taught: BTreeSet<_> = members.teachers.shared().into_keys().collect();
    let list = snapshot.of(Kind::Class);
    let alike = members.students.largely_the_same().into_iter().filter(|(old, new)| {
        list.link(*old, Link::School) == list.link(*new, Link::School)
            && taught.contains(&(*old, *new))
            && !are_apart(snapshot, known, *old, *new)
    });
    let told = [class::TITLE, class::CLASS_CODE];
    one_to_one(alike.collect(), |pair| agree(snapshot, known, Kind::Class, *pair, told))
}

/// The new courses that agree with an absent one, each with that one; `classes` are the records of
/// classes that look like rows under other sourcedIds, with these.
pub(super) fn courses(
    snapshot: &Snapshot,
    known: &Known,
    classes: &BTreeMap<Ordinal, Ordinal>,
) -> BTreeMap<Ordinal, Ordinal> {
    let Candidates { gone, come } = Candidates::untied(snapshot, known, Kind::Course);
    let mut sets = Sets::default();
    if gone.is_empty() || come.is_empty() {
        return BTreeMap::new();
    }
    let (list, courses) = (snapshot.of(Kind::Class), snapshot.of(Kind::Course));
    for one in list.ordinals() {
        let (course, _) = before(snapshot, known, Kind::Class, one);
        if gone.contains(&course) {
            sets.before.push((course, one));
        }
        let course = list.link(one, Link::First);
        if is_taken(snapshot, Kind::Class, one) && come.contains(&course) {
            sets.after.push((course, classes.get(&one).copied().unwrap_or(one)));
        }
    }
    let org = |one: Ordinal| courses.link(one, Link::School);
    let told = [course::TITLE, course::COURSE_CODE];
    let of_text = |pair: &Pair| agree(snapshot, known, Kind::Course, *pair, told);
    let mut by_org: BTreeMap<Ordinal, Vec<Ordinal>> = BTreeMap::new();
    for new in come {
        by_org.entry(org(new)).or_default().push(new);
    }
    let beside = |old: &Ordinal| by_org.get(&org(*old)).into_iter().flatten().copied();
    let mut alike: BTreeSet<Pair> = BTreeSet::new();
    for old in gone {
        alike.extend(beside(&old).map(|new| (old, new)).filter(of_text));
    }
    let same = sets.sorted().largely_the_same().into_iter();
    alike.extend(same.filter(|(old, new)| org(*old) == org(*new)));
    one_to_one(alike, of_text)
}

/// The pairs of which each is the only one for both; those that agree in their texts go first.
fn one_to_one(
    mut alike: BTreeSet<Pair>,
    agree: impl Fn(&Pair) -> bool,
) -> BTreeMap<Ordinal, Ordinal> {
    let told: BTreeSet<_> = alike.iter().copied().filter(agree).collect();
    let mut meant = BTreeMap::new();
    for pairs in [Some(told), None] {
        let pairs = pairs.unwrap_or_else(|| std::mem::take(&mut alike));
        let (mut old, mut new): (BTreeMap<_, u32>, BTreeMap<_, u32>) = Default::default();
        for pair in &pairs {
            *old.entry(pair.0).or_default() += 1;
            *new.entry(pair.1).or_default() += 1;
        }
        let only = |pair: &Pair| old.get(&pair.0) == Some(&1) && new.get(&pair.1) == Some(&1);
        let only: Vec<_> = pairs.iter().copied().filter(only).collect();
        let (rows, records): (BTreeSet<_>, BTreeSet<_>) = only.iter().copied().unzip();
        alike.retain(|pair| !rows.contains(&pair.0) && !records.contains(&pair.1));
        meant.extend(only.into_iter().map(|(row, record)| (record, row)));
    }
    meant
}

/// Whether a row and a record have the same text in these columns, and some in one of them.
fn agree(
    snapshot: &Snapshot,
    known: &Known,
    kind: Kind,
    (old, new): Pair,
    columns: [usize; 2],
) -> bool {
    let past = row(snapshot, known, kind, old);
    past.zip(snapshot.record(kind, new)).is_some_and(|(past, record)| {
        let same = |at: &usize| past.row.text(*at) == record.cell(*at);
        columns.iter().all(same) && columns.iter().any(|at| !record.cell(*at).is_empty())
    })
}

/// Whether the row's course or terms still stand under their own ids and the record names others:
/// such classes follow each other, or are two.
fn are_apart(snapshot: &Snapshot, known: &Known, old: Ordinal, new: Ordinal) -> bool {
    let (classes, courses) = (snapshot.of(Kind::Class), snapshot.of(Kind::Course));
    let (was, is) = (classes.link(old, Link::First), classes.link(new, Link::First));
    if was != is && is != NOBODY && courses.has(was, flag::IN_DELIVERY) {
        return true;
    }
    let sessions = snapshot.of(Kind::AcademicSession);
    let past = row(snapshot, known, Kind::Class, old);
    let Some((past, record)) = past.zip(snapshot.record(Kind::Class, new)) else { return false };
    let were = past.row.subjects(class::TERMS).iter();
    let were: BTreeSet<_> = were.filter_map(|id| sessions.by_id(id.0)).collect();
    let find = |term: &str| sessions.find(snapshot.hasher.key(term.as_bytes()));
    let are: BTreeSet<_> = cell::items(record.cell(class::TERMS)).filter_map(find).collect();
    let stand = were.iter().all(|one| sessions.has(*one, flag::IN_DELIVERY));
    !were.is_empty() && !are.is_empty() && stand && were.is_disjoint(&are)
}

fn row<'a>(snapshot: &Snapshot, known: &'a Known, kind: Kind, one: Ordinal) -> Option<&'a Past> {
    known.row(kind, SubjectId(snapshot.of(kind).id(one)))
}

/// Whether the delivery has a record that counts.
fn is_taken(snapshot: &Snapshot, kind: Kind, one: Ordinal) -> bool {
    let stopped = flag::STOPPED | flag::LEFT_OUT | flag::SAYS_END;
    let list = snapshot.of(kind);
    list.has(one, flag::IN_DELIVERY) && !list.has_any(one, stopped)
}

/// What the roster's row of a subject names by its first link, and the user; nobody where there is
/// no row.
fn before(snapshot: &Snapshot, known: &Known, kind: Kind, one: Ordinal) -> Pair {
    let list = snapshot.of(kind);
    if !list.in_roster(one) {
        return (NOBODY, NOBODY);
    }
    // Only of records that differ can the roster's row say something else.
    let past = list.has(one, flag::TOUCHED).then(|| row(snapshot, known, kind, one)).flatten();
    let Some(past) = past else { return (list.link(one, Link::First), list.link(one, Link::User)) };
    let link = |target: Kind, at: usize| {
        let id = past.row.subject(at);
        id.and_then(|id| snapshot.of(target).by_id(id.0)).unwrap_or(NOBODY)
    };
    if kind == Kind::Class {
        return (link(Kind::Course, class::COURSE), NOBODY);
    }
    (link(Kind::Class, enrollment::CLASS), link(Kind::User, enrollment::USER))
}

/// Who is in what: rows before with their members, records after with theirs.
#[derive(Debug, Default)]
struct Sets {
    before: Vec<Pair>,
    after: Vec<Pair>,
}

impl Sets {
    fn add(&mut self, other: Self) {
        self.before.extend(other.before);
        self.after.extend(other.after);
    }

    fn sorted(mut self) -> Self {
        for list in [&mut self.before, &mut self.after] {
            list.sort_unstable();
            list.dedup();
        }
        self
    }

    /// How many members two have in common.
    fn shared(&self) -> HashMap<Pair, u32> {
        let mut of_member: Vec<_> = self.after.iter().map(|(set, one)| (*one, *set)).collect();
        of_member.sort_unstable();
        let mut shared = HashMap::new();
        for (old, member) in &self.before {
            let from = of_member.partition_point(|(one, _)| one < member);
            let sets = of_member.iter().skip(from).take_while(|(one, _)| one == member);
            for (_, new) in sets {
                *shared.entry((*old, *new)).or_default() += 1;
            }
        }
        shared
    }

    /// The pairs of sets that have two thirds of the larger one in common.
    fn largely_the_same(&self) -> BTreeSet<Pair> {
        let size = |list: &[Pair], set: Ordinal| {
            let from = list.partition_point(|(one, _)| *one < set);
            let to = list.partition_point(|(one, _)| *one <= set);
            u32::try_from(to - from).unwrap_or(u32::MAX)
        };
        let largely = |((old, new), shared): (Pair, u32)| {
            let larger = size(&self.before, old).max(size(&self.after, new));
            (u64::from(shared) * u64::from(SHARE.1) >= u64::from(larger) * u64::from(SHARE.0))
                .then_some((old, new))
        };
        self.shared().into_iter().filter_map(largely).collect()
    }
}

/// The students and teachers of classes.
#[derive(Debug, Default)]
struct Members {
    students: Sets,
    teachers: Sets,
}

impl Members {
    fn of(
        snapshot: &Snapshot,
        known: &Known,
        candidates: &Candidates,
        people: &HashMap<Ordinal, Ordinal>,
    ) -> Self {
        let list = snapshot.of(Kind::Enrollment);
        let mut asked = vec![false; snapshot.of(Kind::Class).len()];
        for one in candidates.gone.iter().chain(&candidates.come) {
            if let Some(asked) = asked.get_mut(*one as usize) {
                *asked = true;
            }
        }
        let is_asked = |class: Ordinal| asked.get(class as usize) == Some(&true);
        let some = |some: std::ops::Range<Ordinal>| {
            let mut all = Self::default();
            for one in some {
                let class = list.link(one, Link::First);
                let touched = list.has(one, flag::IN_ROSTER | flag::TOUCHED);
                if !touched && !is_asked(class) {
                    continue;
                }
                let Some(sets) = all.of_role(list.tag(one)) else { continue };
                let (was, user) = before(snapshot, known, Kind::Enrollment, one);
                if candidates.gone.contains(&was) {
                    sets.before.push((was, user));
                }
                let user = list.link(one, Link::User);
                if candidates.come.contains(&class) && is_taken(snapshot, Kind::Enrollment, one) {
                    sets.after.push((class, people.get(&user).copied().unwrap_or(user)));
                }
            }
            all
        };
        let [mut all, other] = in_halves(list.ordinals(), some);
        all.students.add(other.students);
        all.teachers.add(other.teachers);
        Self { students: all.students.sorted(), teachers: all.teachers.sorted() }
    }

    fn of_role(&mut self, role: u8) -> Option<&mut Sets> {
        match role {
            tag::STUDENT => Some(&mut self.students),
            tag::TEACHER => Some(&mut self.teachers),
            _ => None,
        }
    }
}
