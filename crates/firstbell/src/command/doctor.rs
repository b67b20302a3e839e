//! `doctor`: whether an installation is as it should be.

use firstbell_sync::report::DoctorLine;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::session::Session;
use crate::text;

#[derive(Debug, Serialize)]
struct Lines {
    lines: Vec<DoctorLine>,
}

/// Looks and prints; ends with 1 where something is wrong.
pub fn run(session: &Session) -> Result<Exit, Failure> {
    let lines = session.with_hub(async |hub| {
        let progress = Progress::begin(session.printer);
        Ok(hub.doctor(&|what, done| progress.tell(what, done)).await?)
    })?;
    let well = lines.iter().all(|line| line.good);
    session.printer.show(&Lines { lines }, |report| text::log::doctor(&report.lines))?;
    Ok(if well { Exit::Done } else { Exit::Error })
}
