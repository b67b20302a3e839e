//! The image of a source's part of the roster: what the next run compares with, in one file.
//!
//! It holds keys, fingerprints, ids and links, and no value of any person. It can always be
//! made again from the roster; fingerprints are then 0, so that every record is compared in
//! full once.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use super::kind::Kind;
use super::subjects::{Link, NOBODY, Ordinal, Subject, Subjects, flag};

/// What an image belongs to; one that names anything else is made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The district.
    pub district: i64,
    /// The source.
    pub source: i64,
    /// The newest operation that it knows of.
    pub operation: i64,
}

const MAGIC: &[u8; 8] = b"fbimage1";

/// One kind of an image, ready to be written: which subjects stay, in the order of their ids.
#[derive(Debug, Default)]
pub struct Part {
    /// The ordinals, in the order of their final ids.
    pub ordinals: Vec<Ordinal>,
}

/// Writes an image. `parts` names the subjects that are active from now on; `id` gives the
/// final id of a subject, and `print` what the next run may trust of its fingerprint.
pub fn write(
    out: &mut impl Write,
    stamp: Stamp,
    kinds: &[Subjects],
    parts: &BTreeMap<Kind, Part>,
    id: impl Fn(Kind, Ordinal) -> i64,
    person: impl Fn(Ordinal) -> i64,
    print: impl Fn(Kind, Ordinal) -> u128,
) -> io::Result<()> {
    let mut hash = blake3::Hasher::new();
    let mut put = |bytes: &[u8]| {
        hash.update(bytes);
        out.write_all(bytes)
    };
    put(MAGIC)?;
    for number in [stamp.district, stamp.source, stamp.operation] {
        put(&number.to_le_bytes())?;
    }
    let places = places(kinds, parts);
    let mut buffer = Vec::with_capacity(1 << 16);
    for (at, list) in kinds.iter().enumerate().take(Kind::FACTS.len()) {
        let Some(kind) = Kind::FACTS.get(at).copied() else { continue };
        let part = parts.get(&kind).map(|part| part.ordinals.as_slice()).unwrap_or_default();
        put(&(part.len() as u64).to_le_bytes())?;
        for one in part {
            let row = *one as usize;
            buffer.extend_from_slice(&list.keys.get(row).copied().unwrap_or(0).to_le_bytes());
            buffer.extend_from_slice(&print(kind, *one).to_le_bytes());
            buffer.extend_from_slice(&id(kind, *one).to_le_bytes());
            for link in [Link::First, Link::User, Link::School] {
                let to = place(&places, kind, link, list.link(*one, link));
                buffer.extend_from_slice(&to.to_le_bytes());
            }
            let person = if kind == Kind::User { person(*one) } else { 0 };
            buffer.extend_from_slice(&person.to_le_bytes());
            let stands_in = list.has(*one, flag::IMPLIED) && !list.has(*one, flag::IN_DELIVERY);
            buffer.push(list.tag(*one));
            buffer.push(u8::from(stands_in));
            if buffer.len() >= (1 << 16) - 64 {
                put(&buffer)?;
                buffer.clear();
            }
        }
        put(&buffer)?;
        buffer.clear();
    }
    let hash = hash.finalize();
    out.write_all(hash.as_bytes())
}

/// The new place of each subject of the kinds that others link to.
fn places(kinds: &[Subjects], parts: &BTreeMap<Kind, Part>) -> BTreeMap<Kind, Vec<Ordinal>> {
    let linked = [Kind::Org, Kind::AcademicSession, Kind::Course, Kind::Class, Kind::User];
    let mut places = BTreeMap::new();
    for kind in linked {
        let mut to = vec![NOBODY; kinds.get(kind as usize).map_or(0, Subjects::len)];
        let part = parts.get(&kind).map(|part| part.ordinals.as_slice()).unwrap_or_default();
        for (new, old) in (0u32..).zip(part) {
            if let Some(place) = to.get_mut(*old as usize) {
                *place = new;
            }
        }
        places.insert(kind, to);
    }
    places
}

fn place(places: &BTreeMap<Kind, Vec<Ordinal>>, kind: Kind, link: Link, to: Ordinal) -> Ordinal {
    let Some(target) = target(kind, link) else { return to };
    let list = places.get(&target).map(Vec::as_slice).unwrap_or_default();
    list.get(to as usize).copied().unwrap_or(NOBODY)
}

/// The kind that a link leads to; `None` where it is no subject.
pub fn target(kind: Kind, link: Link) -> Option<Kind> {
    match (kind, link) {
        (_, Link::User) => Some(Kind::User),
        (_, Link::School) => Some(Kind::Org),
        (Kind::Enrollment, Link::First) => Some(Kind::Class),
        (Kind::Class, Link::First) => Some(Kind::Course),
        (Kind::Course, Link::First) => Some(Kind::AcademicSession),
        (_, Link::First) => None,
    }
}

/// Reads an image; `None` where it is damaged or belongs to something else.
pub fn read(input: &mut impl Read, wanted: Stamp) -> io::Result<Option<Vec<Subjects>>> {
    let mut input = Hashed { input, hash: blake3::Hasher::new() };
    if input.take::<8>()? != *MAGIC {
        return Ok(None);
    }
    let stamp = Stamp {
        district: i64::from_le_bytes(input.take()?),
        source: i64::from_le_bytes(input.take()?),
        operation: i64::from_le_bytes(input.take()?),
    };
    if stamp != wanted {
        return Ok(None);
    }
    let mut kinds = Vec::new();
    for _ in Kind::FACTS {
        let length = u64::from_le_bytes(input.take()?);
        if length >= u64::from(NOBODY) {
            return Ok(None);
        }
        let mut list = Subjects::with_capacity(usize::try_from(length).unwrap_or(0));
        for _ in 0..length {
            let row: [u8; ROW] = input.take()?;
            list.push(subject(&row));
        }
        kinds.push(list);
    }
    let hash = input.hash.finalize();
    let mut stored = [0; 32];
    input.input.read_exact(&mut stored)?;
    Ok((*hash.as_bytes() == stored).then_some(kinds))
}

const ROW: usize = 54;

fn subject(row: &[u8; ROW]) -> Subject {
    let mut rest = row.as_slice();
    let key = u64::from_le_bytes(next(&mut rest));
    let print = u128::from_le_bytes(next(&mut rest));
    let id = i64::from_le_bytes(next(&mut rest));
    let links = [(); 3].map(|()| u32::from_le_bytes(next(&mut rest)));
    let person = i64::from_le_bytes(next(&mut rest));
    let [tag, implied] = next(&mut rest);
    let implied = if implied == 0 { 0 } else { flag::IMPLIED };
    Subject { key, print, id, links, flags: flag::IN_ROSTER | implied, tag, at: 0, person }
}

fn next<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    match rest.split_first_chunk::<N>() {
        Some((first, after)) => {
            *rest = after;
            *first
        }
        None => [0; N],
    }
}

struct Hashed<'a, R> {
    input: &'a mut R,
    hash: blake3::Hasher,
}

impl<R: Read> Hashed<'_, R> {
    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes)?;
        self.hash.update(&bytes);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_comes_back_and_a_damaged_one_does_not() {
        let mut users = Subjects::default();
        let subject = Subject {
            key: 7,
            print: 9,
            id: 3,
            links: [NOBODY; 3],
            flags: flag::IN_ROSTER,
            tag: 1,
            at: 0,
            person: 3,
        };
        users.push(subject);
        let mut kinds = vec![Subjects::default(); Kind::FACTS.len()];
        kinds[Kind::User as usize] = users;
        let stamp = Stamp { district: 1, source: 1, operation: 5 };
        let parts = BTreeMap::from([(Kind::User, Part { ordinals: vec![0] })]);
        let mut bytes = Vec::new();
        write(&mut bytes, stamp, &kinds, &parts, |_, _| 3, |_| 3, |_, _| 9).unwrap();
        let back = read(&mut bytes.as_slice(), stamp).unwrap().unwrap();
        assert_eq!(back[Kind::User as usize].find(7), Some(0));
        assert_eq!(back[Kind::User as usize].person(0), 3);
        assert!(read(&mut bytes.as_slice(), Stamp { operation: 6, ..stamp }).unwrap().is_none());
        bytes[60] ^= 1;
        assert!(read(&mut bytes.as_slice(), stamp).unwrap().is_none());
    }
}
