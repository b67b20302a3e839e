use firstbell_sandbox::{Format, Options, Profile, Truth, truth_path, write_zip};

use crate::folder::{files, write};

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    for profile in [Profile::bench(5, 1_500), Profile::demo(5)] {
        let options = Options { format: Format::V1p2, ..Options::default() };
        let one = write(profile, 2, options);
        let again = write(profile, 2, options);
        let other = write(Profile { seed: 6, ..profile }, 2, options);
        assert_eq!(one.bytes(), again.bytes());
        assert_eq!(one.truth, again.truth);
        assert_ne!(one.bytes()["users.csv"], other.bytes()["users.csv"]);
    }
}

#[test]
fn shuffled_rows_are_the_same_rows_in_another_order() {
    for profile in [Profile::bench(5, 1_500), Profile::demo(5)] {
        let plain = write(profile, 2, Options::default());
        let shuffled = write(profile, 2, Options { shuffle: true, ..Options::default() });
        assert_eq!(plain.truth.kinds, shuffled.truth.kinds);
        let (plain, shuffled) = (plain.bytes(), shuffled.bytes());
        for file in ["users.csv", "classes.csv", "enrollments.csv"] {
            let sorted = |bytes: &[u8]| {
                let mut lines: Vec<Vec<u8>> =
                    bytes.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
                lines.sort_unstable();
                lines
            };
            assert_ne!(plain[file], shuffled[file], "{file}");
            assert_eq!(sorted(&plain[file]), sorted(&shuffled[file]), "{file}");
        }
    }
}

#[test]
fn the_truth_stands_beside_the_folder_and_says_the_size_of_the_files() {
    let folder = write(Profile::bench(1, 300), 1, Options::default());
    let text = std::fs::read(truth_path(&folder.path)).unwrap();
    assert_eq!(serde_json::from_slice::<Truth>(&text).unwrap(), folder.truth);
    let bytes: usize = folder.bytes().values().map(Vec::len).sum();
    assert_eq!(folder.truth.bytes, u64::try_from(bytes).unwrap());
}

#[test]
fn a_folder_written_again_in_another_format_keeps_no_file_of_the_former() {
    let folder =
        write(Profile::bench(1, 300), 1, Options { format: Format::V1p2, ..Options::default() });
    let district = firstbell_sandbox::District::new(Profile::bench(1, 300)).unwrap();
    district.write_day(1, &folder.path, Options::default()).unwrap();
    assert!(!folder.path.join("roles.csv").exists());
}

#[test]
fn a_zip_holds_the_files_at_its_root_and_is_the_same_each_time() {
    let folder = write(Profile::bench(1, 300), 1, Options::default());
    let home = tempfile::tempdir().unwrap();
    for name in ["one.zip", "two.zip"] {
        write_zip(&folder.path, &home.path().join(name)).unwrap();
    }
    let zips = files(home.path());
    assert_eq!(zips["one.zip"], zips["two.zip"]);
    let file = std::fs::File::open(home.path().join("one.zip")).unwrap();
    let mut zip = zip::ZipArchive::new(file).unwrap();
    for (name, content) in folder.bytes() {
        let mut packed = Vec::new();
        std::io::copy(&mut zip.by_name(&name).unwrap(), &mut packed).unwrap();
        assert_eq!(packed, content, "{name}");
    }
}
