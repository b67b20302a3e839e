//! Who looked at or did what.

use firstbell_roster::model::{DateTime, DistrictId, Kind, SubjectId};

use super::Access;
use super::account::AccountId;
use crate::db::{Record, params};
use crate::error::DatabaseError;

/// Something that somebody did or looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuditEntry<'a> {
    /// When.
    pub at: DateTime,
    /// Who; `None` for whoever is not signed in.
    pub account: Option<AccountId>,
    /// What, as a stable word.
    pub action: &'a str,
    /// What it was done to, where that is a row of the roster.
    pub subject: Option<(Kind, SubjectId)>,
    /// More about it, without values of people.
    pub note: &'a str,
}

/// The same as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number, which grows from entry to entry.
    pub number: i64,
    /// When.
    pub at: DateTime,
    /// Who; `None` for whoever was not signed in.
    pub account: Option<AccountId>,
    /// What.
    pub action: String,
    /// What it was done to.
    pub subject: Option<(Kind, SubjectId)>,
    /// More about it.
    pub note: String,
}

impl Access {
    /// Keeps what was done in a district, or with `None` in the installation, in this order.
    pub async fn audit(
        &self,
        district: Option<DistrictId>,
        entries: &[NewAuditEntry<'_>],
    ) -> Result<(), DatabaseError> {
        let district = district.map_or(0, |district| district.0);
        let mut session = self.0.write().await?;
        for entry in entries {
            let (kind, subject) = entry.subject.unzip();
            session
                .execute(
                    "INSERT INTO audit (district, at, account, action, kind, subject, note) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    params![
                        district,
                        entry.at,
                        entry.account.map_or(0, |account| account.0),
                        entry.action,
                        kind.map(Kind::name),
                        subject.map(|subject| subject.0),
                        entry.note,
                    ],
                )
                .await?;
        }
        session.commit().await
    }

    /// What was done in a district, or with `None` in the installation, newest first: at most so
    /// many entries, before one.
    pub async fn audit_log(
        &self,
        district: Option<DistrictId>,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<AuditEntry>, DatabaseError> {
        let district = district.map_or(0, |district| district.0);
        let mut session = self.0.read().await?;
        session
            .all(
                "SELECT number, at, account, action, kind, subject, note FROM audit \
                 WHERE district = $1 AND number < $2 ORDER BY number DESC LIMIT $3",
                params![district, before.unwrap_or(i64::MAX), limit],
                read,
            )
            .await
    }
}

fn read(row: &Record) -> Result<AuditEntry, DatabaseError> {
    let kind = row.maybe_text("kind")?;
    let kind = kind.and_then(|name| Kind::ALL.into_iter().find(|kind| kind.name() == name));
    let account = row.int("account")?;
    Ok(AuditEntry {
        number: row.int("number")?,
        at: DateTime(row.int("at")?),
        account: (account != 0).then_some(AccountId(account)),
        action: row.text("action")?,
        subject: kind.zip(row.maybe_int("subject")?.map(SubjectId)),
        note: row.text("note")?,
    })
}
