//! The master key: in its file, or in the environment.

use std::fs;

use crate::bundle::Bundle;
use crate::call::{Installation, call_with};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const SAME_IN_BASE64: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

#[test]
fn a_key_in_the_environment_needs_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home").to_str().unwrap().to_owned();
    let feed = Bundle::of(1..=4).write(&folder.path().join("day1"));
    let call = |key: &str, words: &[&str]| {
        call_with(&[("FIRSTBELL_MASTER_KEY", key)], &[&["--home", &home], words].concat())
    };
    let made = call(KEY, &["init"]).with(0);
    assert!(made.out.contains("The key in FIRSTBELL_MASTER_KEY opens"), "{}", made.out);
    assert!(!folder.path().join("home/master.key").exists());
    call(KEY, &["district", "add", "oak", "--name", "Oak USD"]).with(0);
    call(KEY, &["plan", "oak", "--feed", &feed]).with(0);
    call(SAME_IN_BASE64, &["apply", "oak"]).with(0);
    let doctor = call(KEY, &["doctor"]).with(0);
    assert!(doctor.out.contains("The key in FIRSTBELL_MASTER_KEY is used"), "{}", doctor.out);
    let faulty = call("secret", &["log", "oak"]).with(2);
    assert!(faulty.talk.contains("64 hexadecimal digits or in base64"), "{}", faulty.talk);
    assert!(!faulty.talk.contains("secret"), "{}", faulty.talk);
}

#[test]
fn a_key_in_the_environment_stands_before_the_file() {
    let installation = Installation::new();
    let home = installation.home().join("home");
    let bytes = fs::read(home.join("master.key")).unwrap();
    let hex = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    let words = ["--home", home.to_str().unwrap(), "doctor"];
    let both = call_with(&[("FIRSTBELL_MASTER_KEY", &hex)], &words).with(0);
    let told = both.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("master.key` is there too;"), "{}", both.out);
    let other = call_with(&[("FIRSTBELL_MASTER_KEY", KEY)], &words).with(1);
    assert!(other.out.contains("does not open with this master"), "{}", other.out);
    let told = other.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("Keep that file, unset the variable"), "{}", other.out);
    assert!(!told.contains("remove that file"), "{}", other.out);
    fs::write(home.join("master.key"), [7; 32]).unwrap();
    let replaced = installation.call(&["doctor"]).with(1);
    let told = replaced.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("is not the key that this installation was made with"), "{told}");
}

#[test]
fn a_missing_or_foreign_key_is_asked_for() {
    let installation = Installation::new();
    let path = Bundle::of(1..=2).write(&installation.home().join("day1"));
    let file = installation.home().join("home/master.key");
    let kept = fs::read(&file).unwrap();
    let sync = ["sync", "oak", "--feed", path.as_str()];
    for key in [Some(vec![7; 32]), Some(vec![7; 3]), None] {
        match key {
            Some(bytes) => fs::write(&file, bytes).unwrap(),
            None => fs::remove_file(&file).unwrap(),
        }
        let called = installation.call(&sync).with(1);
        assert!(called.talk.contains("Hint: Put back the master key"), "{}", called.talk);
    }
    fs::write(&file, kept).unwrap();
    installation.call(&sync).with(0);
}
