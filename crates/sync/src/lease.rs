//! Takes a district's lease, also from a process of this machine that is no more.

use firstbell_roster::model::{DateTime, DistrictId};
use firstbell_store::{Lease, LeaseError, Store};
use rustix::process::{Pid, test_kill_process};

use crate::hub::{Context, HubError};

/// How long a process may hold a district without a sign of life, in microseconds.
const TIME_TO_LIVE: i64 = 30 * 60 * 1_000_000;

/// Takes the lease of a district.
pub async fn take(
    store: &Store,
    district: DistrictId,
    context: &Context,
) -> Result<Lease, HubError> {
    let holder = holder(&context.identity, std::process::id());
    match store.take_lease(district, &holder, context.now, TIME_TO_LIVE).await {
        Err(LeaseError::Busy { holder: other, expires_at }) if is_gone(&other) => {
            // The lease is taken as if its time were over.
            let after = DateTime(expires_at.0 + 1);
            let ttl = TIME_TO_LIVE + context.now.0 - after.0;
            Ok(store.take_lease(district, &holder, after, ttl).await?)
        }
        lease => Ok(lease?),
    }
}

/// Gives a lease back. What was done stands, and so does why it failed: a lease that cannot be
/// given back ends by itself.
pub async fn give_back(store: &Store, lease: Lease) {
    if let Err(error) = store.release_lease(lease).await {
        tracing::warn!(%error, "a lease could not be given back");
    }
}

fn holder(identity: &str, process: u32) -> String {
    format!("{identity} on {} (process {process})", machine())
}

fn machine() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Whether a holder was a process of this machine that has ended.
fn is_gone(holder: &str) -> bool {
    let Some((start, process)) = holder.rsplit_once(" (process ") else { return false };
    let number = process.strip_suffix(')').and_then(|number| number.parse().ok());
    let Some(process) = number.and_then(Pid::from_raw) else { return false };
    start.ends_with(&format!(" on {}", machine()))
        && test_kill_process(process) == Err(rustix::io::Errno::SRCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_living_process_and_another_machine_keep_their_lease() {
        assert!(!is_gone(&holder("ana", std::process::id())));
        assert!(!is_gone("ana on another-machine (process 1)"));
        assert!(!is_gone("ana"));
        assert!(is_gone(&holder("ana", 0x3fff_fff0)));
    }
}
