//! What is said of the parts, hindrances and origins of a restore.

use model::restore::{Hindrance, MappingOrigin, Part};

use crate::inventory::property_words;

/// How much of an object is put back.
pub(super) fn part(part: &Part) -> String {
    match part {
        Part::Whole => "The whole object".to_owned(),
        Part::Content => "All but the assignments".to_owned(),
        Part::Assignments => "The assignments only".to_owned(),
        Part::Properties { names } => match names.as_slice() {
            [] => "No property".to_owned(),
            [one] => format!("“{}” only", property_words(one)),
            many => format!("{} properties only", many.len()),
        },
    }
}

/// Why an item is left out.
pub(super) const fn hindrance(hindrance: Hindrance) -> &'static str {
    match hindrance {
        Hindrance::PreviewOnly => "Types like this are only previewed: a wrong write does too much harm.",
        Hindrance::NeverWritten => "Types like this are never written.",
        Hindrance::NoMethod => "Microsoft offers no way to make, change or remove it.",
        Hindrance::Immutable => "It differs only in what can be set when an object is made.",
        Hindrance::Unresolved => "Something that it refers to has no counterpart in the tenant.",
        Hindrance::NeedsSkipped => "Something that it refers to is itself left out.",
        Hindrance::SecretMissing => "A secret is missing: Microsoft does not give it out, and nobody entered it.",
        Hindrance::Ambiguous => "Several objects of the tenant could be it, and nobody said which.",
        Hindrance::NameTaken => "An object of that name is there, and nobody said whether it is it.",
        Hindrance::LockOut => "Somebody could be locked out.",
        Hindrance::Unread => "Its state in the tenant could not be read.",
        Hindrance::Damaged => "Its stored content is damaged or gone.",
        Hindrance::Gone => "Only a part of it is wanted, and the object is not there.",
        Hindrance::Unknown => "For a reason that this version does not know.",
    }
}

/// Who says what a reference becomes.
pub(super) const fn origin(origin: MappingOrigin) -> &'static str {
    match origin {
        MappingOrigin::SameId => "The same object",
        MappingOrigin::Plan => "Part of this restore",
        MappingOrigin::Suggested => "Suggested",
        MappingOrigin::Person => "Chosen",
        MappingOrigin::Unknown => "Unknown",
    }
}
