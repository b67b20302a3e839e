//! Links by which somebody sets a password, once.

use firstbell_roster::model::DateTime;

use super::Access;
use super::account::AccountId;
use crate::db::params;
use crate::error::DatabaseError;

impl Access {
    /// Keeps the hash of a token that lets somebody set the password of an account once; earlier
    /// ones of the account end.
    pub async fn invite(
        &self,
        account: AccountId,
        token_hash: &str,
        made_by: &str,
        made_at: DateTime,
        expires_at: DateTime,
    ) -> Result<(), DatabaseError> {
        let mut session = self.0.write().await?;
        session
            .execute(
                "UPDATE invitation SET used_at = $2 WHERE account = $1 AND used_at IS NULL",
                params![account, made_at],
            )
            .await?;
        session
            .execute(
                "INSERT INTO invitation (token_hash, account, made_by, made_at, expires_at) \
                 VALUES ($1, $2, $3, $4, $5)",
                params![token_hash, account, made_by, made_at, expires_at],
            )
            .await?;
        session.commit().await
    }

    /// Whom a token invites, while it can be used.
    pub async fn invited(
        &self,
        token_hash: &str,
        now: DateTime,
    ) -> Result<Option<AccountId>, DatabaseError> {
        let mut session = self.0.read().await?;
        session
            .one(
                "SELECT account FROM invitation \
                 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2",
                params![token_hash, now],
                |row| Ok(AccountId(row.int("account")?)),
            )
            .await
    }

    /// Uses a token to set the password of the account that it invites, and ends the sessions that
    /// this account has; `None` where it cannot be used, or was used meanwhile.
    pub async fn accept_invitation(
        &self,
        token_hash: &str,
        password: &str,
        now: DateTime,
    ) -> Result<Option<AccountId>, DatabaseError> {
        let mut session = self.0.write().await?;
        let account = session
            .one(
                "UPDATE invitation SET used_at = $2 \
                 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING account",
                params![token_hash, now],
                |row| Ok(AccountId(row.int("account")?)),
            )
            .await?;
        let Some(account) = account else { return Ok(None) };
        let changed = session
            .execute(
                "UPDATE account SET password = $2 WHERE id = $1 AND closed_at IS NULL",
                params![account, password],
            )
            .await?;
        if changed != 1 {
            return Ok(None);
        }
        session
            .execute(
                "UPDATE session SET ended_at = $2 WHERE account = $1 AND ended_at IS NULL",
                params![account, now],
            )
            .await?;
        session.commit().await?;
        Ok(Some(account))
    }
}
