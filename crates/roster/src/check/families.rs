//! Students and their contacts: guardians whom nobody names, contacts that are too many or not told
//! apart, and students whose guardians cannot be reached.

use super::{table as checks, whole};
use crate::model::settings::Expect;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, Mark, Ordinal, flag, tag};
use crate::model::{Kind, columns};

/// From how many contacts on a student has more than two parents, for instance.
const SEVERAL: usize = 3;

/// What keeps a record out of the roster.
const OUT: u8 = flag::STOPPED | flag::SAYS_END | flag::LEFT_OUT;

/// Notes what is in doubt about the families of a complete delivery: of one that brings changes
/// alone, nothing tells who names whom.
pub fn note(snapshot: &mut Snapshot, expect: &Expect) {
    if !snapshot.is_complete(Kind::User) {
        return;
    }
    let families = Families::of(snapshot);
    // Nothing reaches anybody where the district does without all that could.
    let reach = [columns::user::EMAIL, columns::user::PHONE, columns::user::SMS];
    let dropped = snapshot.files.get(&Kind::User).map_or(0, |file| file.dropped);
    let some_reach = reach.iter().any(|place| dropped >> place & 1 == 0);
    let out_of_reach = if some_reach { families.out_of_reach(snapshot) } else { Vec::new() };
    let found = [
        (&checks::GUARDIAN_WITHOUT_STUDENT, families.without_student(snapshot)),
        (&checks::GUARDIAN_WITHOUT_SCHOOL, families.without_school(snapshot)),
        (&checks::CONTACTS_NOT_TOLD_APART, families.not_told_apart(snapshot)),
        (&checks::STUDENT_WITHOUT_CONTACT, out_of_reach),
    ];
    for (check, found) in found {
        whole::note(snapshot, Kind::User, &found, check);
    }
    let many = families.with_contacts(snapshot, expect.contacts.saturating_add(1));
    let agents = Kind::User.columns().get(columns::user::AGENTS).map_or("", |column| column.name);
    whole::note_in(snapshot, Kind::User, &many, &checks::MANY_CONTACTS, agents);
}

/// What a user of the delivery is to others, as bits.
mod part {
    pub const STUDENT: u8 = 1;
    pub const CONTACT: u8 = 1 << 1;
    /// A contact who is a relative, and need not be a guardian.
    pub const RELATIVE: u8 = 1 << 2;

    /// What a role makes of somebody.
    pub const fn of(role: u8) -> u8 {
        match role {
            super::tag::STUDENT => STUDENT,
            super::tag::GUARDIAN => CONTACT,
            super::tag::RELATIVE => CONTACT | RELATIVE,
            _ => 0,
        }
    }
}

/// Who belongs together in a delivery.
struct Families {
    /// What each user is, by ordinal: in 1.2 by all of their role records.
    parts: Vec<u8>,
    /// The students with their contacts, whoever names whom, in order.
    pairs: Vec<(Ordinal, Ordinal)>,
}

impl Families {
    fn of(snapshot: &Snapshot) -> Self {
        let (users, roles) = (snapshot.of(Kind::User), snapshot.of(Kind::Role));
        let mut parts = vec![0u8; users.len()];
        let apart = snapshot.about.version.starts_with("1.2") && !roles.is_empty();
        let all = if apart { 0..0 } else { users.ordinals() };
        for one in users.with_among(all, flag::IN_DELIVERY, 0) {
            if let Some(part) = parts.get_mut(one as usize) {
                *part = part::of(users.tag(one));
            }
        }
        for role in going_on(snapshot).filter(|role| !roles.has(*role, flag::LEFT_OUT)) {
            let user = roles.link(role, Link::User);
            if let Some(part) = parts.get_mut(user as usize).filter(|_| sent(snapshot, user)) {
                *part |= part::of(roles.tag(role));
            }
        }
        let is = |one: Ordinal, part| parts.get(one as usize).is_some_and(|all| all & part != 0);
        let pair = |student, contact| {
            (is(student, part::STUDENT) && is(contact, part::CONTACT)).then_some((student, contact))
        };
        let named = snapshot.families.iter();
        let mut pairs: Vec<_> = named
            .filter_map(|(one, other)| pair(*one, *other).or_else(|| pair(*other, *one)))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        Self { parts, pairs }
    }

    fn is(&self, one: Ordinal, part: u8) -> bool {
        self.parts.get(one as usize).is_some_and(|all| all & part != 0)
    }

    /// The users whose records are taken and who are this.
    fn taken(&self, snapshot: &Snapshot, part: u8) -> impl Iterator<Item = Ordinal> {
        snapshot.of(Kind::User).with(flag::IN_DELIVERY, OUT).filter(move |one| self.is(*one, part))
    }

    /// Which users have one of these ordinals.
    fn marked(&self, some: impl Iterator<Item = Ordinal>) -> Vec<bool> {
        let mut marked = vec![false; self.parts.len()];
        for one in some {
            if let Some(marked) = marked.get_mut(one as usize) {
                *marked = true;
            }
        }
        marked
    }

    /// Contacts whom no student names, and who name none.
    fn without_student(&self, snapshot: &Snapshot) -> Vec<Ordinal> {
        let named = self.marked(self.pairs.iter().map(|(_, contact)| *contact));
        let named = |one: &Ordinal| named.get(*one as usize) == Some(&true);
        self.taken(snapshot, part::CONTACT).filter(|one| !named(one)).collect()
    }

    /// Contacts of students who belong to the district and to no school.
    fn without_school(&self, snapshot: &Snapshot) -> Vec<Ordinal> {
        let (users, orgs) = (snapshot.of(Kind::User), snapshot.of(Kind::Org));
        let named = self.marked(self.pairs.iter().map(|(_, contact)| *contact));
        let roles = snapshot.of(Kind::Role);
        let at_school = going_on(snapshot)
            .filter(|role| orgs.tag(roles.link(*role, Link::School)) == tag::SCHOOL)
            .map(|role| roles.link(role, Link::User));
        let at_several = snapshot.at_several.iter().map(|(user, _)| *user);
        let elsewhere = self.marked(at_school.chain(at_several));
        let of_district = |one: &Ordinal| {
            named.get(*one as usize) == Some(&true)
                && elsewhere.get(*one as usize) != Some(&true)
                && orgs.tag(users.link(*one, Link::School)) == tag::DISTRICT
        };
        self.taken(snapshot, part::CONTACT).filter(of_district).collect()
    }

    /// Students with several contacts, where no contact of the delivery is a mere relative.
    fn not_told_apart(&self, snapshot: &Snapshot) -> Vec<Ordinal> {
        if self.pairs.iter().any(|(_, contact)| self.is(*contact, part::RELATIVE)) {
            return Vec::new();
        }
        self.with_contacts(snapshot, SEVERAL)
    }

    /// Students with so many contacts or more, of whom nobody is kept out.
    fn with_contacts(&self, snapshot: &Snapshot, number: usize) -> Vec<Ordinal> {
        let users = snapshot.of(Kind::User);
        let taken = |(student, contact): &&(Ordinal, Ordinal)| {
            !users.has_any(*student, OUT) && !users.has_any(*contact, OUT)
        };
        let pairs: Vec<_> = self.pairs.iter().filter(taken).copied().collect();
        let each = pairs.chunk_by(|one, next| one.0 == next.0);
        let several = each.filter(|contacts| contacts.len() >= number);
        several.filter_map(|contacts| contacts.first().map(|(student, _)| *student)).collect()
    }

    /// Students without a contact who has an e-mail address or a telephone number, where some
    /// contacts are named at all.
    fn out_of_reach(&self, snapshot: &Snapshot) -> Vec<Ordinal> {
        if self.pairs.is_empty() {
            return Vec::new();
        }
        let users = snapshot.of(Kind::User);
        let by_phone = self.marked(snapshot.by_phone.iter().copied());
        // Nothing is remembered of whom a rule leaves out.
        let reached = self.pairs.iter().filter(|(_, contact)| {
            users.has(*contact, flag::LEFT_OUT)
                || users.marks.get(Mark::Email, *contact) != 0
                || by_phone.get(*contact as usize) == Some(&true)
        });
        let reached = self.marked(reached.map(|(student, _)| *student));
        let reached = |one: &Ordinal| reached.get(*one as usize) == Some(&true);
        self.taken(snapshot, part::STUDENT).filter(|one| !reached(one)).collect()
    }
}

/// The role records of the delivery, and where it does not have all of them the others of the roster.
fn going_on(snapshot: &Snapshot) -> impl Iterator<Item = Ordinal> {
    let roles = snapshot.of(Kind::Role);
    let others = if snapshot.is_complete(Kind::Role) { 0..0 } else { roles.ordinals() };
    let others = roles.with_among(others, flag::IN_ROSTER, flag::IN_DELIVERY);
    roles.with(flag::IN_DELIVERY, flag::SAYS_END).chain(others)
}

fn sent(snapshot: &Snapshot, user: Ordinal) -> bool {
    snapshot.of(Kind::User).has(user, flag::IN_DELIVERY)
}
