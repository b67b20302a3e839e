//! Named points at which a test kills the process.

/// Ends the process at once, without any clean-up, if the environment variable
/// `FIRSTBELL_CRASH_AT` names this point. Does nothing without the feature `crash-points`.
#[cfg(feature = "crash-points")]
#[expect(
    clippy::disallowed_methods,
    reason = "only tests build this, and they have no other way into the process"
)]
pub fn crash_point(name: &str) {
    if std::env::var("FIRSTBELL_CRASH_AT").is_ok_and(|at| at == name) {
        std::process::abort();
    }
}

/// Does nothing without the feature `crash-points`.
#[cfg(not(feature = "crash-points"))]
#[inline]
pub fn crash_point(_name: &str) {}
