//! The file of a plan's lines, and the digest over them.

use std::path::Path;

use firstbell_roster::model::{Kind, SubjectId};
use firstbell_roster::plan::{Action, Line, Reason};
use firstbell_store::{DistrictFiles, DistrictKey, PlanNumber, SealedReader, SealedWriter};

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
    let mut file = SealedWriter::create(path, key, format!("plan {number}").as_bytes())?;
    let (mut hash, mut count, mut block) = (blake3::Hasher::new(), 0u64, 0u32);
    let mut buffer = Vec::with_capacity(BLOCK * LINE);
    let sealer = file.sealer();
    for line in lines {
        buffer.extend_from_slice(&encode(&line));
        count += 1;
        if buffer.len() >= BLOCK * LINE {
            hash.update(&buffer);
            file.append(block, &sealer.seal(block, &buffer)?)?;
            block += 1;
            buffer.clear();
        }
    }
    hash.update(&buffer);
    if !buffer.is_empty() {
        file.append(block, &sealer.seal(block, &buffer)?)?;
    }
    file.finish(&count.to_le_bytes())?;
    Ok((hash.finalize().to_hex().to_string(), count))
}

/// Reads the lines of a plan in their order.
pub fn read(path: &Path, key: &DistrictKey) -> Result<Vec<Line>, HubError> {
    let file = SealedReader::open(path, key)?;
    let mut lines = Vec::new();
    for block in 0..file.blocks() {
        let bytes = file.read(block)?;
        lines.extend(bytes.as_chunks::<LINE>().0.iter().filter_map(decode));
    }
    Ok(lines)
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
        action: match action {
            1 => Action::Create,
            2 => Action::Update,
            3 => Action::Restore,
            4 => Action::End,
            _ => return None,
        },
        reason: Reason::from_number(reason)?,
        subject: SubjectId(i64::from_le_bytes(*subject)),
        at: u64::from_le_bytes(*at),
        fields: u64::from_le_bytes(*fields),
        group: u32::from_le_bytes(*group),
        school: SubjectId(i64::from_le_bytes(*school)),
    })
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
    }
}
