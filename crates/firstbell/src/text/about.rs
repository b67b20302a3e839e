//! What a delivery is, in three lines.

use firstbell_sync::report::AboutDelivery;

use super::{width, wrap};
use firstbell_sync::words::number::{count, instant, thousands};

/// The lines: what and when, its schools, its people and classes.
pub fn lines(about: &AboutDelivery) -> Vec<String> {
    let system = match about.system.as_str() {
        "" => String::new(),
        system => format!(" made by {system};"),
    };
    let date = match about.date.as_str() {
        "" => "not dated".to_owned(),
        date if date.contains('T') => format!("newest change {}", instant(date)),
        date => format!("written on {date}"),
    };
    let what = format!("{}: {};{system} {date}.", about.name, about.format);
    let whom = format!(
        "{}, {} and {}.",
        count(about.students, "student", "students"),
        count(about.others, "other person", "other people"),
        count(about.classes, "class", "classes"),
    );
    wrap(&what, "", "").into_iter().chain([schools(about), whom]).collect()
}

/// As many names of schools as one line takes.
fn schools(about: &AboutDelivery) -> String {
    if about.school_count == 0 {
        return "No schools are named.".to_owned();
    }
    let schools = count(about.school_count, "school", "schools");
    if about.schools.is_empty() {
        return format!("{schools}.");
    }
    let mut line = format!("{schools}: ");
    let mut left = about.school_count;
    for name in &about.schools {
        let comma = if line.ends_with(": ") { "" } else { ", " };
        let more = format!("{comma}{name}");
        if textwrap::core::display_width(&line) + textwrap::core::display_width(&more)
            > width() - 14
        {
            break;
        }
        line.push_str(&more);
        left = left.saturating_sub(1);
    }
    match left {
        0 => format!("{line}."),
        left => format!("{line} and {} more.", thousands(left)),
    }
}
