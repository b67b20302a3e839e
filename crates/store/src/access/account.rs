//! Accounts, and the roles that they are given.

use firstbell_roster::model::{DateTime, DistrictId, SubjectId};

use super::Access;
use crate::db::{Record, params};
use crate::error::DatabaseError;
use crate::word::{number, words};

number! {
    /// The id of an account, which is never used again.
    AccountId
}

words! {
    /// What somebody is in an installation, a district or a school.
    Role {
        /// Runs the installation.
        Operator = "operator",
        /// Answers for a district's roster.
        DistrictAdministrator = "district_administrator",
        /// Answers for the roster of single schools.
        SchoolAdministrator = "school_administrator",
        /// Looks, and changes nothing.
        Viewer = "viewer",
    }
}

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What they sign in with, in the form that logins are compared in.
    pub login: String,
    /// The name that people see.
    pub name: String,
    /// What argon2 made of the password (a PHC string); `None` until one is set.
    pub password: Option<String>,
    /// When it was made.
    pub made_at: DateTime,
    /// Since when it lets nobody in.
    pub closed_at: Option<DateTime>,
}

/// A role that an account has somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assignment {
    /// The district; `None` for the installation.
    pub district: Option<DistrictId>,
    /// The school; `None` for all of the district.
    pub school: Option<SubjectId>,
    /// The role.
    pub role: Role,
}

/// An account that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The login is taken.
    #[error("there is an account `{0}` already")]
    Exists(String),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Access {
    /// Makes an account that nobody can sign in with before a password is set.
    pub async fn create_account(
        &self,
        login: &str,
        name: &str,
        made_at: DateTime,
    ) -> Result<Account, AccountError> {
        let mut session = self.0.write().await?;
        let made = session
            .one(
                "INSERT INTO account (id, login, name, made_at) \
                 SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3 FROM account WHERE true \
                 ON CONFLICT (login) DO NOTHING \
                 RETURNING id, login, name, password, made_at, closed_at",
                params![login, name, made_at],
                read,
            )
            .await?;
        session.commit().await?;
        made.ok_or_else(|| AccountError::Exists(login.to_owned()))
    }

    /// All accounts by login.
    pub async fn accounts(&self) -> Result<Vec<Account>, DatabaseError> {
        let mut session = self.0.read().await?;
        session
            .all(
                "SELECT id, login, name, password, made_at, closed_at FROM account ORDER BY login",
                params![],
                read,
            )
            .await
    }

    /// The account with this id.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, DatabaseError> {
        let mut session = self.0.read().await?;
        session
            .one(
                "SELECT id, login, name, password, made_at, closed_at FROM account WHERE id = $1",
                params![id],
                read,
            )
            .await
    }

    /// The account with this login.
    pub async fn find_account(&self, login: &str) -> Result<Option<Account>, DatabaseError> {
        let mut session = self.0.read().await?;
        session
            .one(
                "SELECT id, login, name, password, made_at, closed_at FROM account \
                 WHERE login = $1",
                params![login],
                read,
            )
            .await
    }

    /// Whether there is any account.
    pub async fn has_accounts(&self) -> Result<bool, DatabaseError> {
        let mut session = self.0.read().await?;
        let first = session
            .one("SELECT id FROM account ORDER BY id LIMIT 1", params![], |row| row.int("id"))
            .await?;
        Ok(first.is_some())
    }

    /// Sets what argon2 made of an account's password.
    pub async fn set_password(&self, id: AccountId, password: &str) -> Result<(), DatabaseError> {
        let mut session = self.0.write().await?;
        let changed = session
            .execute("UPDATE account SET password = $2 WHERE id = $1", params![id, password])
            .await?;
        if changed != 1 {
            return Err(DatabaseError::Missing { table: "account", row: id.0 });
        }
        session.commit().await
    }

    /// Lets nobody in with an account any more, and ends its sessions and invitations; or lets them
    /// in again.
    pub async fn close_account(
        &self,
        id: AccountId,
        closed_at: Option<DateTime>,
    ) -> Result<(), DatabaseError> {
        let mut session = self.0.write().await?;
        let changed = session
            .execute(
                "UPDATE account SET closed_at = $2 WHERE id = $1",
                params![id, closed_at.map(|at| at.0)],
            )
            .await?;
        if changed != 1 {
            return Err(DatabaseError::Missing { table: "account", row: id.0 });
        }
        if let Some(at) = closed_at {
            session
                .execute(
                    "UPDATE session SET ended_at = $2 WHERE account = $1 AND ended_at IS NULL",
                    params![id, at],
                )
                .await?;
            session
                .execute(
                    "UPDATE invitation SET used_at = $2 WHERE account = $1 AND used_at IS NULL",
                    params![id, at],
                )
                .await?;
        }
        session.commit().await
    }

    /// Gives an account a role; one that it had in the same place gives way.
    pub async fn assign(&self, id: AccountId, given: Assignment) -> Result<(), DatabaseError> {
        let mut session = self.0.write().await?;
        let (district, school) = place(&given);
        session
            .execute(
                "INSERT INTO assignment (district, account, school, role) \
                 VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (district, account, school) DO UPDATE SET role = excluded.role",
                params![district, id, school, given.role.word()],
            )
            .await?;
        session.commit().await
    }

    /// Takes a role from an account; `false` where it has none in that place.
    pub async fn unassign(&self, id: AccountId, taken: Assignment) -> Result<bool, DatabaseError> {
        let mut session = self.0.write().await?;
        let (district, school) = place(&taken);
        let changed = session
            .execute(
                "DELETE FROM assignment WHERE district = $1 AND account = $2 AND school = $3",
                params![district, id, school],
            )
            .await?;
        session.commit().await?;
        Ok(changed == 1)
    }

    /// The roles of an account, by district and school.
    pub async fn assignments(&self, id: AccountId) -> Result<Vec<Assignment>, DatabaseError> {
        let mut session = self.0.read().await?;
        session
            .all(
                "SELECT district, account, school, role FROM assignment WHERE account = $1 \
                 ORDER BY district, school",
                params![id],
                |row| Ok(read_assignment(row)?.1),
            )
            .await
    }

    /// Who has a role in a district, or with `None` in the installation, by account and school.
    pub async fn assigned(
        &self,
        district: Option<DistrictId>,
    ) -> Result<Vec<(AccountId, Assignment)>, DatabaseError> {
        let mut session = self.0.read().await?;
        session
            .all(
                "SELECT district, account, school, role FROM assignment WHERE district = $1 \
                 ORDER BY account, school",
                params![district.map_or(0, |district| district.0)],
                read_assignment,
            )
            .await
    }
}

fn place(assignment: &Assignment) -> (i64, i64) {
    let district = assignment.district.map_or(0, |district| district.0);
    (district, assignment.school.map_or(0, |school| school.0))
}

fn read(row: &Record) -> Result<Account, DatabaseError> {
    Ok(Account {
        id: AccountId(row.int("id")?),
        login: row.text("login")?,
        name: row.text("name")?,
        password: row.maybe_text("password")?,
        made_at: DateTime(row.int("made_at")?),
        closed_at: row.maybe_int("closed_at")?.map(DateTime),
    })
}

fn read_assignment(row: &Record) -> Result<(AccountId, Assignment), DatabaseError> {
    let some = |number: i64| (number != 0).then_some(number);
    let role = row.text("role")?;
    let assignment = Assignment {
        district: some(row.int("district")?).map(DistrictId),
        school: some(row.int("school")?).map(SubjectId),
        role: Role::from_word(&role)
            .ok_or_else(|| DatabaseError::unreadable("assignment", "role"))?,
    };
    Ok((AccountId(row.int("account")?), assignment))
}
