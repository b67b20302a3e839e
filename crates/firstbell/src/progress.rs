//! What long work says meanwhile: a line on a terminal, nothing elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::printer::Printer;
use firstbell_sync::words::number::thousands;

/// A line that tells what is being read or written.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// Begins to tell, where a terminal shows it.
    pub fn begin(printer: Printer) -> Self {
        if !printer.draws() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Tells how far something has come.
    pub fn tell(&self, what: &str, done: u64) {
        let done = if done == 0 { String::new() } else { format!(": {}", thousands(done)) };
        self.0.set_message(format!("{what}{done}"));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
