//! How often somebody may try to sign in.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota};

/// Tries in a row before waiting begins.
const BURST: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// After how long one more is allowed.
const REFILL: Duration = Duration::from_mins(1);
/// Tries in a row from one address, behind which there may be a whole school.
const BURST_OF_ADDRESS: NonZeroU32 = NonZeroU32::new(100).unwrap();
const REFILL_OF_ADDRESS: Duration = Duration::from_secs(6);
/// How many logins or addresses are remembered before those that may try again are forgotten.
const MANY: usize = 10_000;

/// Counts tries by address, and by login from each.
#[derive(Debug)]
pub struct SignInLimit {
    logins: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
}

impl SignInLimit {
    /// Nobody has tried yet.
    pub fn new() -> Self {
        let quota =
            |refill, burst| Quota::with_period(refill).map(|quota| quota.allow_burst(burst));
        let usual = Quota::per_minute(BURST);
        Self {
            logins: DefaultKeyedRateLimiter::keyed(quota(REFILL, BURST).unwrap_or(usual)),
            addresses: DefaultKeyedRateLimiter::keyed(
                quota(REFILL_OF_ADDRESS, BURST_OF_ADDRESS).unwrap_or(usual),
            ),
        }
    }

    /// Counts a try, and says whether it may be made.
    pub fn allows(&self, login: &str, address: Option<IpAddr>) -> bool {
        if self.logins.len() > MANY {
            self.logins.retain_recent();
        }
        if self.addresses.len() > MANY {
            self.addresses.retain_recent();
        }
        let from_there = address.is_none_or(|address| self.addresses.check_key(&address).is_ok());
        // Whoever tries a login from elsewhere does not keep its owner out. A long one would be kept
        // whole, so a hash is.
        let key = blake3::hash(format!("{address:?} {login}").as_bytes()).to_hex().to_string();
        from_there && self.logins.check_key(&key).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_tried_ten_times_and_others_are_not_held_up() {
        let limit = SignInLimit::new();
        let address = Some("198.51.100.7".parse().unwrap());
        let tries = |login: &str| (0..12).filter(|_| limit.allows(login, address)).count();
        assert_eq!(tries("ana"), 10);
        assert_eq!(tries("ben"), 10);
        assert!(limit.allows("ana", Some("198.51.100.8".parse().unwrap())));
    }

    #[test]
    fn one_address_does_not_try_all_logins() {
        let limit = SignInLimit::new();
        let address = Some("198.51.100.7".parse().unwrap());
        let tries = (0..150).filter(|login| limit.allows(&login.to_string(), address)).count();
        assert!((100..=102).contains(&tries), "{tries}");
        assert!(limit.allows("ana", Some("198.51.100.8".parse().unwrap())));
    }
}
