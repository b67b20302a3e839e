//! `demo`.

use crate::call::firstbell;

#[test]
fn the_demonstration_shows_it_all_and_names_the_next_step() {
    let told = firstbell("demo").with(0).out;
    assert!(told.lines().count() < 120, "{told}");
    for command in ["check day1", "plan oak", "sync oak", "undo oak", "log oak"] {
        assert!(told.contains(&format!("\n$ firstbell {command}")), "{command} in {told}");
    }
    assert!(told.contains("the sums agree"), "{told}");
    let teacher = told.split("--for teacher\n").nth(1).unwrap().split("\n[").next().unwrap();
    assert!(teacher.ends_with('.'), "{teacher}");
    assert!(told.ends_with("\n$ firstbell check your.zip\n"), "{told}");
    assert!(told.lines().all(|line| line.chars().count() <= 100), "{told}");
}

#[test]
fn the_demonstration_takes_no_installation() {
    let told = firstbell("demo --home somewhere").with(2).talk;
    assert!(told.contains("plays in a folder of its own"), "{told}");
    assert!(!std::path::Path::new("somewhere").exists());
}

#[test]
fn the_demonstration_tells_scripts_too() {
    let told = firstbell("demo --json").with(0).json();
    let steps = told["steps"].as_array().unwrap();
    assert!(steps.iter().any(|step| step["report"]["status"] == "applied"), "{told}");
}
