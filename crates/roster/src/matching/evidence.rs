//! The trusted identifiers of a record or a row, and how far each reaches.

use crate::check::cell;
use crate::model::cells::Record;
use crate::model::columns::user;
use crate::model::fingerprint::Hasher;
use crate::model::settings::{Settings, TrustedIdentifier};
use crate::model::subjects::tag;
use crate::model::{Kind, Row};

use super::person_kind;

/// One identifier of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// Its hash, namespace included.
    pub hash: u64,
    /// The place of its rule in the district's list; the first is trusted most.
    pub rule: usize,
}

impl Identifier {
    /// Whether it is evidence between two people of these roles.
    pub fn reaches(&self, settings: &Settings, one: u8, other: u8) -> bool {
        let Some(rule) = settings.trusted_identifiers.get(self.rule) else { return false };
        let among = |role: u8| person_kind(role).is_none_or(|kind| rule.among.contains(&kind));
        among(one) && among(other)
    }

    /// Whether it is one of these.
    pub(super) fn is_among(&self, list: &[Self]) -> bool {
        list.iter().any(|other| other.hash == self.hash)
    }
}

/// The identifiers of a user record that the district trusts for a person of this role.
pub fn of_record(
    hasher: &Hasher,
    settings: &Settings,
    role: u8,
    record: Record<'_>,
) -> Vec<Identifier> {
    collect(hasher, settings, role, |place| record.cell(place))
}

/// The identifiers of a user row that the district trusts.
pub fn of_row(hasher: &Hasher, settings: &Settings, row: &Row) -> Vec<Identifier> {
    collect(hasher, settings, tag::of_word(row.text(user::ROLE)), |place| row.text(place))
}

/// The columns that can be named as trusted identifiers.
pub const COLUMNS: [usize; 5] =
    [user::USER_IDS, user::IDENTIFIER, user::USER_MASTER_IDENTIFIER, user::EMAIL, user::USERNAME];

fn collect<'a>(
    hasher: &Hasher,
    settings: &Settings,
    role: u8,
    cell: impl Fn(usize) -> &'a str,
) -> Vec<Identifier> {
    let mut found = Vec::new();
    for (at, rule) in settings.trusted_identifiers.iter().enumerate() {
        if person_kind(role).is_some_and(|kind| !rule.among.contains(&kind)) {
            continue;
        }
        let Some(place) = column(rule) else { continue };
        let text = cell(place);
        if place == user::USER_IDS {
            let named = |kind: &str| rule.id_type.as_deref().is_none_or(|wanted| wanted == kind);
            found.extend(cell::identifiers(text).filter(|(kind, _)| named(kind)).map(
                |(kind, id)| Identifier {
                    hash: hasher.identifier(&format!("userIds:{kind}"), id).cast_unsigned(),
                    rule: at,
                },
            ));
        } else if !text.is_empty() {
            let name = Kind::User.columns().get(place).map_or("", |column| column.name);
            found
                .push(Identifier { hash: hasher.identifier(name, text).cast_unsigned(), rule: at });
        }
    }
    found
}

fn column(rule: &TrustedIdentifier) -> Option<usize> {
    COLUMNS.into_iter().find(|place| {
        Kind::User.columns().get(*place).is_some_and(|column| column.name == rule.field)
    })
}
