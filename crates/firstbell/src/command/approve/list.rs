//! The list of a plan's changes as a CSV file: written, edited in a spreadsheet, and fed back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use firstbell_sync::Selection;
use firstbell_sync::report::{ChangeReport, FieldChange};

use crate::failure::{Attempt, Failure};

/// The columns; the first four and the sourcedId are read back.
const COLUMNS: [&str; 11] = [
    "approve",
    "plan",
    "change",
    "kind",
    "action",
    "sourcedId",
    "name",
    "school",
    "reason",
    "values",
    "group",
];

/// What a person marked in a list.
#[derive(Debug)]
pub struct Marked {
    /// The plan that the list is of.
    pub plan: i64,
    /// The changes that are approved.
    pub chosen: Selection,
}

/// A list that is being written.
pub struct List {
    writer: csv::Writer<std::fs::File>,
    plan: String,
    /// How many changes it has.
    pub changes: u64,
}

impl List {
    /// Begins a list in a new file.
    pub fn create(path: &Path, plan: i64) -> Result<Self, Failure> {
        let shown = path.display();
        // It holds names and values of people.
        let mut new = OpenOptions::new();
        let file = new.write(true).create_new(true).mode(0o600).open(path).attempt(
            format!("cannot write `{shown}`"),
            "Name a file that is not there yet, in a folder that can be written.",
        )?;
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(COLUMNS).attempt("the list cannot be written", FREE)?;
        Ok(Self { writer, plan: plan.to_string(), changes: 0 })
    }

    /// Adds a change; it is for a person to mark it.
    pub fn add(&mut self, change: &ChangeReport) -> Result<(), Failure> {
        let group = if change.group == 0 { String::new() } else { change.group.to_string() };
        let cells = [
            "",
            &self.plan,
            &change.number.to_string(),
            change.kind.name(),
            &change.action,
            &plain(&change.sourced_id),
            &plain(&change.name),
            &plain(&change.school),
            &change.sentence,
            &plain(&values(change)),
            &group,
        ];
        self.changes += 1;
        self.writer.write_record(cells).attempt("the list cannot be written", FREE)
    }

    /// Ends the list.
    pub fn end(mut self) -> Result<(), Failure> {
        self.writer.flush().attempt("the list cannot be written", FREE)
    }
}

const FREE: &str = "Check the free space.";

/// Text that no spreadsheet takes for a formula.
fn plain(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// What an update changes; of what begins or ends the name says enough.
fn values(change: &ChangeReport) -> String {
    let fields: &[FieldChange] = if change.action == "update" { &change.fields } else { &[] };
    let change = |one: &FieldChange| format!("{}: {} -> {}", one.field, one.before, one.after);
    fields.iter().map(change).collect::<Vec<_>>().join("; ")
}

impl Marked {
    /// Reads a list back.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let text = std::fs::read(path).attempt(
            format!("cannot read `{shown}`"),
            "Write a list with `firstbell approve DISTRICT --write-list FILE`.",
        )?;
        let wrong = |what: &str| Failure::usage(format!("`{shown}` {what}"), AGAIN);
        if std::str::from_utf8(&text).is_err() {
            return Err(wrong("is not UTF-8; save it as CSV in UTF-8"));
        }
        let ends_amid = memchr::memchr_iter(b'"', &text).count() % 2 == 1;
        // Spreadsheets of many countries separate by semicolons or tabs.
        let header = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let other = [b'\t', b';'].into_iter().find(|mark| header.contains(mark));
        let separator = other.unwrap_or(b',');
        let mut builder = csv::ReaderBuilder::new();
        let mut reader = builder.flexible(true).delimiter(separator).from_reader(text.as_slice());
        let header = reader.headers().attempt(format!("cannot read `{shown}`"), AGAIN)?.clone();
        let place = |name: &str| place(&header, name).map_err(|what| wrong(&what));
        let (approve, plan, change) = (place("approve")?, place("plan")?, place("change")?);
        let (kind, sourced_id) = (place("kind")?, place("sourcedId")?);
        let (mut plans, mut chosen, mut refused) =
            (BTreeSet::new(), BTreeMap::new(), BTreeSet::new());
        let mut row = csv::StringRecord::new();
        loop {
            let line = reader.position().line();
            if !reader.read_record(&mut row).attempt(format!("cannot read `{shown}`"), AGAIN)? {
                break;
            }
            let cell = |at: usize| row.get(at).unwrap_or_default().trim();
            let number = |at: usize| {
                let name = COLUMNS.get(if at == plan { 1 } else { 2 }).copied().unwrap_or_default();
                cell(at).parse::<u64>().map_err(|_| {
                    let what = format!("`{shown}` line {line}: `{}` is no number", cell(at));
                    Failure::usage(what, format!("Leave the column `{name}` as it was written."))
                })
            };
            let is_last = reader.position().byte() >= text.len() as u64;
            let cut = is_last && row.len() < header.len() && !text.ends_with(b"\n");
            if ends_amid || cut {
                return Err(wrong(&format!("ends in the middle of a row, line {line}")));
            }
            plans.insert(number(plan)?);
            let mark = Mark::read(cell(approve)).ok_or_else(|| {
                let what =
                    format!("`{shown}` line {line}: `{}` is neither yes nor no", cell(approve));
                Failure::usage(what, "Write yes or no into the column `approve`.")
            })?;
            match mark {
                Mark::Yes => {
                    let id = cell(sourced_id);
                    let id = id.strip_prefix('\'').filter(|id| is_formula(id)).unwrap_or(id);
                    let meant = (cell(kind).to_owned(), id.to_owned());
                    let before = chosen.insert(number(change)?, meant.clone());
                    if before.is_some_and(|before| before != meant) {
                        let change = cell(change);
                        return Err(wrong(&format!("line {line} has change {change} once more")));
                    }
                }
                Mark::No => drop(refused.insert(number(change)?)),
                Mark::Nothing => {}
            }
        }
        if let Some(both) = chosen.keys().find(|change| refused.contains(change)) {
            return Err(wrong(&format!("says both yes and no to change {both}")));
        }
        let plan = only(plans).map_err(wrong)?;
        if chosen.is_empty() {
            let what = format!("nothing is marked in `{shown}`");
            return Err(Failure::usage(
                what,
                "Write yes into the column `approve` of what is approved.",
            ));
        }
        Ok(Self { plan, chosen: Selection::Numbers { chosen, refused } })
    }
}

/// Where a column is; what is wrong where it is not there, or twice.
fn place(header: &csv::StringRecord, name: &str) -> Result<usize, String> {
    let named = |column: &str| column.trim_start_matches('\u{feff}') == name;
    let mut found = (0..header.len()).filter(|at| header.get(*at).is_some_and(named));
    let first = found.next().ok_or_else(|| format!("has no column `{name}`"))?;
    found.next().map_or(Ok(first), |_| Err(format!("has the column `{name}` twice")))
}

/// The plan that all changes are of.
fn only(mut plans: BTreeSet<u64>) -> Result<i64, &'static str> {
    let plan = plans.pop_first().ok_or("has no changes")?;
    if plans.is_empty() {
        Ok(i64::try_from(plan).unwrap_or(i64::MAX))
    } else {
        Err("has changes of several plans")
    }
}

const AGAIN: &str =
    "Write the list again with --write-list FILE, and edit the column `approve` alone.";

/// What a person marked a change with.
enum Mark {
    Yes,
    No,
    /// It goes with what needs it.
    Nothing,
}

impl Mark {
    fn read(mark: &str) -> Option<Self> {
        match mark.to_ascii_lowercase().as_str() {
            "yes" | "y" | "x" | "true" | "1" => Some(Self::Yes),
            "no" | "n" | "false" | "0" => Some(Self::No),
            "" => Some(Self::Nothing),
            _ => None,
        }
    }
}
