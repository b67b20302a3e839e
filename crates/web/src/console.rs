//! What every page is given.

use std::net::IpAddr;
use std::sync::Arc;

use firstbell_roster::model::text::clean;
use firstbell_roster::model::{DateTime, DistrictId, Kind, SubjectId};
use firstbell_sync::access::{Access, DatabaseError, NewAuditEntry, Profile};
use firstbell_sync::{Context, Hub, HubError};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::gate::Visitor;
use crate::job::Jobs;
use crate::limit::SignInLimit;
use crate::{metrics, upload};

/// How the console is reached.
#[derive(Debug, Clone)]
pub struct Address {
    /// Where people find it, such as `https://roster.example.org`, without a slash at the end.
    pub url: String,
}

impl Address {
    /// Whether browsers come through TLS, so that cookies are kept from anything else.
    pub fn is_secure(&self) -> bool {
        self.url.starts_with("https://")
    }

    /// The part of the address behind which other sites stand.
    pub fn host(&self) -> &str {
        self.url.split_once("://").map_or(self.url.as_str(), |(_, host)| host)
    }
}

/// The console of an installation.
pub struct Console {
    pub(crate) hub: Hub,
    pub(crate) access: Access,
    pub(crate) address: Address,
    pub(crate) limit: SignInLimit,
    pub(crate) metrics: PrometheusHandle,
    pub(crate) profile: Profile,
    pub(crate) jobs: Jobs,
    clock: fn() -> DateTime,
}

/// The console as handlers share it.
pub type Shared = Arc<Console>;

impl Console {
    /// A console of an installation, which tells time by a clock.
    pub async fn open(
        hub: Hub,
        address: Address,
        clock: fn() -> DateTime,
    ) -> Result<Self, HubError> {
        let hub = hub.keeping_names();
        let access = hub.access();
        let profile = access.profile().await?;
        upload::sweep(&hub, clock()).await?;
        let (limit, metrics) = (SignInLimit::new(), metrics::install());
        Ok(Self { hub, access, address, limit, metrics, profile, jobs: Jobs::default(), clock })
    }

    /// The present instant.
    pub(crate) fn now(&self) -> DateTime {
        (self.clock)()
    }

    /// Who acts now, and why.
    pub(crate) fn context(&self, visitor: &Visitor, reason: &str) -> Context {
        Context {
            now: self.now(),
            identity: visitor.account.login.clone(),
            by: Some(visitor.account.name.clone()),
            reason: clean(reason).0.into_owned(),
        }
    }

    /// Notes in the audit what somebody does in a district, or with `None` in the installation; without
    /// values of people.
    pub(crate) async fn note(
        &self,
        visitor: &Visitor,
        district: Option<DistrictId>,
        action: &str,
        note: &str,
    ) -> Result<(), DatabaseError> {
        let (at, account) = (self.now(), Some(visitor.account.id));
        let entry = NewAuditEntry { at, account, action, subject: None, note };
        self.access.audit(district, &[entry]).await
    }

    /// Notes in the audit that somebody looked at people or classes of a district, and at which where
    /// it was one.
    pub(crate) async fn looked(
        &self,
        visitor: &Visitor,
        district: DistrictId,
        action: &str,
        subject: Option<(Kind, SubjectId)>,
    ) -> Result<(), DatabaseError> {
        let (at, account) = (self.now(), Some(visitor.account.id));
        let entry = NewAuditEntry { at, account, action, subject, note: "" };
        self.access.audit(Some(district), &[entry]).await
    }

    /// Waits until no job is at work.
    pub(crate) async fn finish_jobs(&self) {
        self.jobs.finish().await;
    }

    /// Closes the connections to the database.
    pub async fn close(self) {
        self.hub.close().await;
    }
}

/// Where a request comes from: behind a proxy on this machine, what the proxy says last.
pub(crate) fn client(peer: Option<IpAddr>, forwarded: Option<&str>) -> Option<IpAddr> {
    let peer = peer?;
    let told = forwarded.and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
    Some(told.filter(|_| peer.is_loopback()).unwrap_or(peer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_on_this_machine_alone_is_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let (near, far) = (ip("127.0.0.1"), ip("198.51.100.7"));
        assert_eq!(client(Some(near), None), Some(near));
        assert_eq!(client(Some(near), Some("203.0.113.1, 198.51.100.7")), Some(far));
        assert_eq!(client(Some(far), Some("203.0.113.1")), Some(far));
        assert_eq!(client(Some(near), Some("nonsense")), Some(near));
        assert_eq!(client(None, Some("203.0.113.1")), None);
    }
}
