//! Where the time of a run goes.

use rustix::time::{ClockId, clock_gettime};

use crate::report::Timing;

/// Measures stages one after another: processor time of all threads, and the clock.
pub struct Stages {
    last: (f64, f64),
    timings: Vec<Timing>,
}

impl Stages {
    /// Starts the first stage.
    pub fn start() -> Self {
        Self { last: now(), timings: Vec::new() }
    }

    /// Ends a stage and starts the next.
    pub fn end(&mut self, stage: &str) {
        let (cpu, wall) = now();
        self.timings.push(Timing {
            stage: stage.to_owned(),
            cpu_seconds: cpu - self.last.0,
            wall_seconds: wall - self.last.1,
        });
        self.last = (cpu, wall);
    }

    /// What was measured, where it was asked for.
    pub fn report(self, wanted: bool) -> Vec<Timing> {
        if wanted { self.timings } else { Vec::new() }
    }
}

fn now() -> (f64, f64) {
    (seconds(ClockId::ProcessCPUTime), seconds(ClockId::Monotonic))
}

#[expect(clippy::cast_precision_loss, reason = "seconds of one process stay far below 2^52")]
fn seconds(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
