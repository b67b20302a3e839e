//! The words of a row or record, and what is kept beside them.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::model::columns::{class, role, user};
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::{Kind, OperationNumber, PersonId, Row, SubjectId, text};
use firstbell_store::{ClassName, UserName, Version};

use super::super::entry::{Entry, Named, State, roles};
use super::super::index::CODE;
use super::super::names::Schools;
use crate::hub::HubError;
use crate::why::asked::Asked;
use crate::why::delivered::Sent;

/// A row or record by its name.
#[derive(Debug)]
pub struct Name {
    id: i64,
    person: Option<i64>,
    words: Vec<String>,
    order: [String; 2],
    schools: Vec<SubjectId>,
    roles: u8,
    second: bool,
    state: State,
    /// The typed identifiers, where they are to be learnt from.
    pub user_ids: String,
}

/// The roles that have rows of their own: of whom, until when, where, and which.
#[derive(Debug, Default)]
pub struct Places(Vec<(SubjectId, OperationNumber, SubjectId, u8)>);

/// The names of a person: given, family, and those that they prefer.
type Four<'a> = [&'a str; 4];

impl Places {
    /// The roles of all users, as they are or last were.
    pub async fn of_roles(asked: &Asked<'_>) -> Result<Self, HubError> {
        let mut places = Self::default();
        let (store, district) = (asked.store, asked.district.id);
        store.stream_present(district, Kind::Role, None, |version| places.add(&version)).await?;
        store.stream_past(district, Kind::Role, |version| places.add(&version)).await?;
        places.0.sort_unstable();
        Ok(places)
    }

    fn add(&mut self, version: &Version) {
        let until = version.until.map_or(OperationNumber(i64::MAX), |until| until.op);
        let row = &version.row;
        if let Some((user, org)) = row.subject(role::USER).zip(row.subject(role::ORG)) {
            self.0.push((user, until, org, roles::of(row.text(role::ROLE))));
        }
    }

    /// The roles of a user that held until an operation, or hold now.
    fn of(
        &self,
        user: SubjectId,
        until: Option<OperationNumber>,
    ) -> impl Iterator<Item = (SubjectId, u8)> {
        let until = until.unwrap_or(OperationNumber(i64::MAX));
        let first = self.0.partition_point(|(other, op, ..)| (*other, *op) < (user, until));
        let own = self.0.get(first..).unwrap_or_default().iter();
        own.take_while(move |(other, op, ..)| (*other, *op) == (user, until))
            .map(|(_, _, org, role)| (*org, *role))
    }
}

impl Name {
    /// A version of a user row.
    pub fn of_user(user: &UserName, state: State, places: &Places) -> Self {
        let names = [&user.given, &user.family, &user.preferred_given, &user.preferred_family];
        let mut name = Self::of_person(user.id.0, names.map(String::as_str), state);
        name.person = Some(user.person.0).filter(|person| *person != user.id.0);
        name.schools.extend(user.school.iter().chain(&user.orgs));
        name.roles = roles::of(&user.role);
        for (org, role) in places.of(user.id, user.until) {
            name.schools.push(org);
            name.roles |= role;
        }
        name
    }

    fn of_person(
        id: i64,
        [given, family, preferred, preferred_family]: Four<'_>,
        state: State,
    ) -> Self {
        let folded = [given, family, preferred, preferred_family].map(text::folded);
        let words: BTreeSet<_> = folded.iter().flat_map(|name| name.split(' ')).collect();
        let words = words.into_iter().filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let either = |one: usize, other: usize| {
            let name = |at: usize| folded.get(at).map_or("", String::as_str);
            let own = if name(one).is_empty() { name(other) } else { name(one) };
            own.split(' ').next().unwrap_or_default().to_owned()
        };
        Self {
            id,
            person: None,
            words,
            order: [either(3, 1), either(2, 0)],
            schools: Vec::new(),
            roles: 0,
            second: !preferred.is_empty() || !preferred_family.is_empty(),
            state,
            user_ids: String::new(),
        }
    }

    /// A version of a class.
    pub fn of_class(class: &ClassName, state: State) -> Self {
        Self::of_title(class.id.0, &class.title, &class.code, class.school, state)
    }

    fn of_title(id: i64, title: &str, code: &str, school: Option<SubjectId>, state: State) -> Self {
        let title = text::folded(title);
        let words: BTreeSet<_> = title.split(' ').filter(|word| !word.is_empty()).collect();
        let mut words: Vec<_> = words.into_iter().map(str::to_owned).collect();
        let mut order = title.split(' ').map(str::to_owned);
        let order = [order.next().unwrap_or_default(), order.next().unwrap_or_default()];
        let code = text::folded(code).replace(' ', "");
        words.extend((!code.is_empty()).then(|| format!("{CODE}{code}")));
        let schools = school.into_iter().collect();
        let user_ids = String::new();
        Self { id, person: None, words, order, schools, roles: 0, second: false, state, user_ids }
    }

    /// A record that has no row, on a line of its file.
    pub fn of_sent(
        kind: Kind,
        line: u32,
        sent: &Sent,
        schools: Vec<SubjectId>,
        role: &str,
    ) -> Self {
        let id = -i64::from(line);
        if kind == Kind::Class {
            let (title, code) = (sent.cell(class::TITLE), sent.cell(class::CLASS_CODE));
            return Self::of_title(id, title, code, schools.first().copied(), State::Sent);
        }
        let mut name = Self::of_person(id, names(|place| sent.cell(place)), State::Sent);
        (name.schools, name.roles) = (schools, roles::of(role));
        name
    }

    /// What tells two names apart.
    pub fn print(&self, hasher: &Hasher) -> u64 {
        hasher.key(self.words.join(" ").as_bytes())
    }

    /// Hands it over as an entry.
    pub fn with<T>(&self, schools: &mut Schools, take: impl FnOnce(Named<'_>) -> T) -> T {
        let mut own: Vec<u16> = Vec::new();
        for school in &self.schools {
            let number = schools.number(*school);
            if !own.contains(&number) {
                own.push(number);
            }
        }
        let codes = self.words.iter().filter(|word| word.starts_with(CODE)).count();
        let first = own.first().copied().unwrap_or_default();
        let entry = Entry {
            id: self.id,
            order: [0, 0],
            school: first,
            roles: self.roles,
            length: u8::try_from(self.words.len() - codes).unwrap_or(u8::MAX),
            state: self.state,
            second: self.second,
            gone: false,
        };
        take(Named {
            entry,
            words: &self.words,
            order: self.order.each_ref().map(String::as_str),
            more: own.into_iter().skip(1).collect(),
            person: self.person,
        })
    }
}

fn names<'a>(cell: impl Fn(usize) -> &'a str) -> Four<'a> {
    [user::GIVEN_NAME, user::FAMILY_NAME, user::PREFERRED_GIVEN_NAME, user::PREFERRED_FAMILY_NAME]
        .map(cell)
}

/// The names of rows as they are, last were, and once were.
pub async fn of_rows(
    asked: &Asked<'_>,
    kind: Kind,
    ids: &[SubjectId],
) -> Result<Vec<Name>, HubError> {
    let (store, district) = (asked.store, asked.district.id);
    let mut names = Vec::new();
    let last = store.last_versions(district, kind, ids).await?;
    let state = |version: &Version| {
        if version.is_present() { State::Present } else { State::Left }
    };
    if kind == Kind::Class {
        return Ok(last.iter().map(|version| of_class_row(&version.row, state(version))).collect());
    }
    let mut places = Places::default();
    for version in store.ended_roles_of_users(district, ids).await? {
        places.add(&version);
    }
    for version in store.present_roles_of_users(district, ids).await? {
        places.add(&version);
    }
    places.0.sort_unstable();
    let (mut known, mut now) = (BTreeSet::new(), BTreeMap::new());
    for version in &last {
        let own = of_user_row(version, state(version), &places);
        known.insert((own.id, own.words.clone()));
        now.insert(own.id, own.schools.clone());
        names.push(own);
    }
    for past in store.past_versions(district, Kind::User, ids).await? {
        let mut former = of_user_row(&past, State::Former, &places);
        // Whoever had the name is at the schools at which they are now.
        former.schools = now.get(&former.id).cloned().unwrap_or_default();
        if known.insert((former.id, former.words.clone())) {
            names.push(former);
        }
    }
    Ok(names)
}

fn of_class_row(row: &Row, state: State) -> Name {
    let (title, code) = (row.text(class::TITLE), row.text(class::CLASS_CODE));
    Name::of_title(row.id.0, title, code, row.subject(class::SCHOOL), state)
}

fn of_user_row(version: &Version, state: State, places: &Places) -> Name {
    let row = &version.row;
    let [given, family, preferred_given, preferred_family] =
        names(|place| row.text(place)).map(str::to_owned);
    let user = UserName {
        id: row.id,
        person: row.person.unwrap_or(PersonId(row.id.0)),
        given,
        family,
        preferred_given,
        preferred_family,
        role: row.text(user::ROLE).to_owned(),
        school: row.subject(user::PRIMARY_ORG),
        orgs: row.subjects(user::ORGS).to_vec(),
        until: version.until.map(|until| until.op),
        user_ids: row.text(user::USER_IDS).to_owned(),
    };
    Name { user_ids: user.user_ids.clone(), ..Name::of_user(&user, state, places) }
}
