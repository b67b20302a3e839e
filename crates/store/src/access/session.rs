//! Who is signed in.

use firstbell_roster::model::DateTime;

use super::Access;
use super::account::AccountId;
use crate::db::{Record, params};
use crate::error::DatabaseError;
use crate::word::number;

number! {
    /// The number of a session.
    SessionNumber
}

/// Somebody who is, or was, signed in on one browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The number of the session.
    pub number: SessionNumber,
    /// Who.
    pub account: AccountId,
    /// What the browser calls itself.
    pub agent: String,
    /// When they signed in.
    pub began_at: DateTime,
    /// When a page was asked for last, to the minute or so.
    pub seen_at: DateTime,
}

impl Access {
    /// Keeps that somebody signed in, by the hash of their token.
    pub async fn begin_session(
        &self,
        account: AccountId,
        token_hash: &str,
        agent: &str,
        now: DateTime,
    ) -> Result<(), DatabaseError> {
        let mut session = self.0.write().await?;
        session
            .execute(
                "INSERT INTO session (token_hash, account, agent, began_at, seen_at) \
                 VALUES ($1, $2, $3, $4, $4)",
                params![token_hash, account, agent, now],
            )
            .await?;
        session.commit().await
    }

    /// Who has the token with this hash, unless the session was ended; whether it is too old is for
    /// the caller to say.
    pub async fn session(&self, token_hash: &str) -> Result<Option<SignedIn>, DatabaseError> {
        let mut session = self.0.read().await?;
        session
            .one(
                "SELECT number, account, agent, began_at, seen_at FROM session \
                 WHERE token_hash = $1 AND ended_at IS NULL",
                params![token_hash],
                read,
            )
            .await
    }

    /// The sessions of an account that were not ended, newest first.
    pub async fn sessions(&self, account: AccountId) -> Result<Vec<SignedIn>, DatabaseError> {
        let mut session = self.0.read().await?;
        session
            .all(
                "SELECT number, account, agent, began_at, seen_at FROM session \
                 WHERE account = $1 AND ended_at IS NULL ORDER BY number DESC",
                params![account],
                read,
            )
            .await
    }

    /// Keeps when a session was seen last.
    pub async fn see_session(
        &self,
        number: SessionNumber,
        now: DateTime,
    ) -> Result<(), DatabaseError> {
        let mut session = self.0.write().await?;
        session
            .execute("UPDATE session SET seen_at = $2 WHERE number = $1", params![number, now])
            .await?;
        session.commit().await
    }

    /// Ends a session of an account; `false` where it has no such one.
    pub async fn end_session(
        &self,
        account: AccountId,
        number: SessionNumber,
        now: DateTime,
    ) -> Result<bool, DatabaseError> {
        let mut session = self.0.write().await?;
        let changed = session
            .execute(
                "UPDATE session SET ended_at = $3 \
                 WHERE account = $1 AND number = $2 AND ended_at IS NULL",
                params![account, number, now],
            )
            .await?;
        session.commit().await?;
        Ok(changed == 1)
    }
}

fn read(row: &Record) -> Result<SignedIn, DatabaseError> {
    Ok(SignedIn {
        number: SessionNumber(row.int("number")?),
        account: AccountId(row.int("account")?),
        agent: row.text("agent")?,
        began_at: DateTime(row.int("began_at")?),
        seen_at: DateTime(row.int("seen_at")?),
    })
}
