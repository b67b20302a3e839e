use std::fs;
use std::path::Path;

use super::{SealedError, SealedReader, SealedWriter};
use crate::vault::{DistrictKey, MasterKey};

fn key(slug: &str) -> DistrictKey {
    let master = MasterKey::from_bytes(&[7; 32]).unwrap();
    let wrapped = master.make_district_key(slug).unwrap();
    master.unwrap_district_key(slug, &wrapped).unwrap()
}

fn write(path: &Path, key: &DistrictKey, blocks: &[&[u8]]) {
    let mut writer = SealedWriter::create(path, key, b"operation 1").unwrap();
    let sealer = writer.sealer();
    for (number, block) in (0..).zip(blocks) {
        let bytes = sealer.seal(number, block).unwrap();
        writer.append(number, &bytes).unwrap();
    }
    writer.finish(b"index").unwrap();
}

#[test]
fn blocks_header_and_footer_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("users.sealed"), key("maple"));
    let large = vec![9; 300_000];
    write(&path, &key, &[b"Zo\xc3\xab", b"", &large]);
    let reader = SealedReader::open(&path, &key).unwrap();
    assert_eq!(reader.header(), b"operation 1");
    assert_eq!(reader.footer(), b"index");
    assert_eq!(reader.blocks(), 3);
    assert_eq!(reader.read(2).unwrap(), large);
    assert_eq!(reader.read(0).unwrap(), b"Zo\xc3\xab");
    assert!(matches!(reader.read(3), Err(SealedError::NoBlock { .. })));
    assert_eq!(SealedReader::unproved_header(&path).unwrap(), b"operation 1");
    assert!(!fs::read(&path).unwrap().windows(3).any(|at| at == b"Zo\xc3"));
}

#[test]
fn an_empty_file_of_blocks_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("a.sealed"), key("maple"));
    write(&path, &key, &[]);
    assert_eq!(SealedReader::open(&path, &key).unwrap().blocks(), 0);
}

#[test]
fn another_districts_key_does_not_open_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.sealed");
    write(&path, &key("maple"), &[b"x"]);
    let opened = SealedReader::open(&path, &key("oak"));
    assert!(matches!(opened, Err(SealedError::Foreign { .. })));
}

#[test]
fn every_cut_and_every_changed_byte_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("a.sealed"), key("maple"));
    write(&path, &key, &[b"first", b"second"]);
    let whole = fs::read(&path).unwrap();
    let reads = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        let reader = SealedReader::open(&path, &key)?;
        (0..reader.blocks()).try_for_each(|block| reader.read(block).map(drop))
    };
    assert!(reads(&whole).is_ok());
    for length in 0..whole.len() {
        assert!(reads(&whole[..length]).is_err(), "cut at {length}");
    }
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        assert!(reads(&changed).is_err(), "changed at {at}");
    }
}

#[test]
fn blocks_cannot_change_places() {
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("a.sealed"), key("maple"));
    let mut writer = SealedWriter::create(&path, &key, b"").unwrap();
    let sealer = writer.sealer();
    let blocks = [sealer.seal(0, b"a").unwrap(), sealer.seal(1, b"b").unwrap()];
    assert!(matches!(
        writer.append(1, &blocks[1]),
        Err(SealedError::OutOfOrder { expected: 0, given: 1 })
    ));
    writer.append(0, &blocks[1]).unwrap();
    writer.append(1, &blocks[0]).unwrap();
    writer.finish(b"").unwrap();
    let reader = SealedReader::open(&path, &key).unwrap();
    assert!(matches!(reader.read(0), Err(SealedError::Tampered { .. })));
}
