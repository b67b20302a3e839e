//! The reference pages are as the code would write them.

use std::fs;
use std::path::Path;

use crate::call::firstbell;

#[test]
fn the_reference_is_as_the_code_says() {
    let folder = tempfile::tempdir().unwrap();
    firstbell(&format!("reference {}", folder.path().display())).with(0);
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    for entry in fs::read_dir(folder.path()).unwrap() {
        let name = entry.unwrap().file_name();
        let made = fs::read_to_string(folder.path().join(&name)).unwrap();
        let kept = fs::read_to_string(committed.join(&name)).unwrap_or_default();
        assert!(made == kept, "docs/reference/{} is stale; run `just docs`", name.display());
    }
}
