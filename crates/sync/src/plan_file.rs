//! The file of a plan's lines, and the digest over them.

use std::path::Path;

use firstbell_roster::model::{Kind, SubjectId};
use firstbell_roster::plan::{Action, Line, Reason};
use firstbell_store::{DistrictFiles, DistrictKey, PlanNumber};

use crate::counted::{CountedReader, CountedWriter, Group, Groups, Made};
use crate::hub::HubError;

/// The bytes of one encoded line.
const LINE: usize = 39;

/// Lines in one block.
const BLOCK: usize = (1 << 18) / LINE;

/// The digest over lines in their order (BLAKE3, hex).
pub fn digest(lines: impl Iterator<Item = Line>) -> String {
    let mut hash = blake3::Hasher::new();
    let mut buffer = Vec::with_capacity(BLOCK * LINE);
    for line in lines {
        buffer.extend_from_slice(&encode(&line));
        if buffer.len() >= BLOCK * LINE {
            hash.update(&buffer);
            buffer.clear();
        }
    }
    hash.update(&buffer);
    hash.finalize().to_hex().to_string()
}

/// Writes the lines of a plan; returns their digest and number.
pub fn write(
    files: &DistrictFiles,
    key: &DistrictKey,
    number: PlanNumber,
    lines: impl Iterator<Item = Line>,
) -> Result<(String, u64), HubError> {
    write_to(&files.plan(number), files, key, number, lines)
}

/// Writes the lines of a part of a plan, as they are applied; a whole plan leaves no such file.
pub fn write_part(
    files: &DistrictFiles,
    key: &DistrictKey,
    number: PlanNumber,
    lines: Option<impl Iterator<Item = Line>>,
) -> Result<(), HubError> {
    let path = files.plan_part(number);
    match lines {
        Some(lines) => write_to(&path, files, key, number, lines).map(drop),
        None if path.exists() => std::fs::remove_file(&path).map_err(HubError::io(&path)),
        None => Ok(()),
    }
}

fn write_to(
    path: &Path,
    files: &DistrictFiles,
    key: &DistrictKey,
    number: PlanNumber,
    lines: impl Iterator<Item = Line>,
) -> Result<(String, u64), HubError> {
    files.make_folder_of(path).map_err(HubError::io(path))?;
    let mut file = CountedWriter::create(path, key, format!("plan {number}").as_bytes())?;
    let (mut hash, mut count) = (blake3::Hasher::new(), 0u64);
    let (sealer, mut block) = (file.sealer(), Vec::with_capacity(BLOCK));
    let mut lines = lines.peekable();
    while lines.peek().is_some() {
        block.clear();
        block.extend(lines.by_ref().take(BLOCK));
        let bytes: Vec<u8> = block.iter().flat_map(encode).collect();
        hash.update(&bytes);
        count += block.len() as u64;
        let keys: Vec<u64> = block.iter().flat_map(keys).collect();
        file.append(Made::new(&sealer, file.blocks(), &bytes, block.iter().map(group), &keys)?)?;
    }
    file.finish()?;
    Ok((hash.finalize().to_hex().to_string(), count))
}

/// Reads the lines of a plan in their order.
pub fn read(path: &Path, key: &DistrictKey) -> Result<Vec<Line>, HubError> {
    let file = CountedReader::open(path, key)?;
    let mut lines = Vec::new();
    for block in 0..file.blocks() {
        lines.extend(decoded(&file.read(block)?));
    }
    Ok(lines)
}

/// The lines of a plan, any of them without the others.
pub struct Lines {
    file: CountedReader,
}

/// Which subject or record a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The row with this number.
    Row(SubjectId),
    /// The record on this line of the delivery.
    Record(u64),
}

impl Lines {
    /// Opens the lines of a plan.
    pub fn open(path: &Path, key: &DistrictKey) -> Result<Self, HubError> {
        Ok(Self { file: CountedReader::open(path, key)? })
    }

    /// How many lines of which school, kind, action and reason there are.
    pub const fn groups(&self) -> &Groups {
        self.file.groups()
    }

    /// Some of the lines that are wanted, each with its number in the plan, from 1.
    pub fn page(
        &self,
        wanted: impl Fn(Group) -> bool,
        skip: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Line)>, HubError> {
        self.groups().page(wanted, skip, limit, |block| {
            let first = u64::from(block) * BLOCK as u64 + 1;
            let lines = (first..).zip(decoded(&self.file.read(block)?));
            Ok(lines.map(|(number, line)| (group(&line), (number, line))).collect())
        })
    }

    /// The first line of a kind about any of these.
    pub fn about(&self, kind: Kind, about: &[About]) -> Result<Option<Line>, HubError> {
        let wanted: Vec<u64> = about.iter().map(|one| key_of(kind, *one)).collect();
        let is_it = |line: &Line| {
            line.kind == kind
                && about.iter().any(|one| match one {
                    About::Row(id) => line.subject == *id,
                    About::Record(at) => line.at != 0 && line.at == *at,
                })
        };
        for block in self.file.that_may_hold(&wanted)? {
            if let Some(line) = decoded(&self.file.read(block)?).into_iter().find(is_it) {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }
}

/// What a line has in common with others: its school, and its kind, action and reason.
pub fn group(line: &Line) -> Group {
    let what = [0, line.kind as u8, line.action as u8, line.reason as u8];
    Group { school: line.school.0, what: u32::from_be_bytes(what) }
}

/// The kind, action and reason of a group; `None` for what no line makes.
pub fn parts_of(group: Group) -> Option<(Kind, Action, Reason)> {
    let [_, kind, action, reason] = group.what.to_be_bytes();
    Some((Kind::from_number(kind)?, action_of(action)?, Reason::from_number(reason)?))
}

/// What a line is looked for by.
fn keys(line: &Line) -> [u64; 2] {
    [About::Row(line.subject), About::Record(line.at)].map(|about| key_of(line.kind, about))
}

fn key_of(kind: Kind, about: About) -> u64 {
    let (which, number) = match about {
        About::Row(id) => (0, id.0.cast_unsigned()),
        About::Record(at) => (1, at),
    };
    number.wrapping_mul(64).wrapping_add(2 * kind as u64 + which)
}

fn decoded(bytes: &[u8]) -> Vec<Line> {
    bytes.as_chunks::<LINE>().0.iter().filter_map(decode).collect()
}

fn encode(line: &Line) -> [u8; LINE] {
    let mut bytes = [0; LINE];
    let parts: [&[u8]; 8] = [
        &[line.kind as u8],
        &[line.action as u8],
        &[line.reason as u8],
        &line.subject.0.to_le_bytes(),
        &line.at.to_le_bytes(),
        &line.fields.to_le_bytes(),
        &line.group.to_le_bytes(),
        &line.school.0.to_le_bytes(),
    ];
    for (place, byte) in bytes.iter_mut().zip(parts.into_iter().flatten()) {
        *place = *byte;
    }
    bytes
}

fn decode(bytes: &[u8; LINE]) -> Option<Line> {
    let (head, rest) = bytes.split_first_chunk::<3>()?;
    let (subject, rest) = rest.split_first_chunk()?;
    let (at, rest) = rest.split_first_chunk()?;
    let (fields, rest) = rest.split_first_chunk()?;
    let (group, rest) = rest.split_first_chunk()?;
    let (school, _) = rest.split_first_chunk()?;
    let [kind, action, reason] = *head;
    Some(Line {
        kind: Kind::from_number(kind)?,
        action: action_of(action)?,
        reason: Reason::from_number(reason)?,
        subject: SubjectId(i64::from_le_bytes(*subject)),
        at: u64::from_le_bytes(*at),
        fields: u64::from_le_bytes(*fields),
        group: u32::from_le_bytes(*group),
        school: SubjectId(i64::from_le_bytes(*school)),
    })
}

const fn action_of(number: u8) -> Option<Action> {
    match number {
        1 => Some(Action::Create),
        2 => Some(Action::Update),
        3 => Some(Action::Restore),
        4 => Some(Action::End),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_back_from_its_bytes() {
        let line = Line {
            kind: Kind::Enrollment,
            subject: SubjectId(-7),
            action: Action::Update,
            reason: Reason::MovedToAnotherClass,
            at: 812,
            fields: 5,
            group: 3,
            school: SubjectId(2),
        };
        assert_eq!(decode(&encode(&line)), Some(line));
        assert_eq!(parts_of(group(&line)), Some((line.kind, line.action, line.reason)));
    }
}
