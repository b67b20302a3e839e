//! What stands in a person's way, in words.

/// The clause for the stable name of a cause, with the name; the name alone where it is new.
pub fn clause(name: &str) -> String {
    match CAUSES.iter().find(|(known, _)| *known == name) {
        Some((_, words)) => format!("{words} ({name})"),
        None => name.to_owned(),
    }
}

/// Every cause and its words, in the order in which they are looked for.
pub const CAUSES: &[(&str, &str)] = &[
    ("held_by_guard", "a limit holds the change until a person approves it"),
    ("member", "the person is there and active"),
    ("unknown_class", "no class has this name or number"),
    ("merged_into_another", "the person was merged into another"),
    ("undone", "an undo took it back"),
    ("changed_by_hand", "it was changed by hand"),
    ("awaiting_apply", "the plan with the change waits to be applied"),
    ("held_for_match", "the record waits for a person to say who it is"),
    ("rejected_by_check", "a check rejected the record"),
    ("left_out_by_rule", "a rule of the district leaves the person out"),
    ("class_left_out_by_rule", "a rule of the district leaves the class out"),
    ("class_rejected_or_held", "the class was rejected by a check, or waits"),
    ("enrollment_rejected", "a check rejected the enrollment, or it waits for another record"),
    ("not_yet_begun", "the enrollment has not begun yet"),
    ("ended_by_date", "the enrollment has ended by its date"),
    ("awaiting_release", "it is not open yet"),
    ("ended_by_delivery", "a later delivery ended the enrollment"),
    ("deactivated", "a later delivery no longer had the person"),
    ("not_in_last_delivery", "the last delivery does not have the person"),
    ("not_enrolled_in_delivery", "the last delivery does not enroll the person in this class"),
    ("never_received", "no record with this name or number has ever arrived"),
];
