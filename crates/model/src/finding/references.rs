//! What a finding says of a reference that leads nowhere.

use std::collections::BTreeSet;

use crate::drift::{Evidence, EvidenceLine};
use crate::links::LinkKind;
use crate::restore::Reference;

/// What stands for the property of such a finding: what is referred to. Where in the object it stands is none of it, since that changes
/// with every other assignment.
#[must_use]
pub fn reference_property(to: &Reference) -> String {
    format!("{} {}", to.resource_type, to.id)
}

/// In which ways an object refers to it. Nothing of it changes but what somebody changed.
#[must_use]
pub fn reference_evidence(to: &Reference, kinds: &BTreeSet<LinkKind>) -> Evidence {
    let line = |kind: &LinkKind| EvidenceLine {
        path: kind.label().to_owned(),
        effect: "removed".to_owned(),
        before: Some(reference_property(to)),
        after: None,
    };
    Evidence { lines: kinds.iter().map(line).collect(), total: kinds.len() as u64, ..Evidence::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_told_by_what_it_leads_to_and_in_which_ways() {
        let to = Reference::new("group", "a");
        let told = reference_evidence(&to, &BTreeSet::from([LinkKind::Include, LinkKind::Exclude]));
        assert_eq!((reference_property(&to).as_str(), told.total, told.more()), ("group a", 2, 0));
        let ways: Vec<&str> = told.lines.iter().map(|line| line.path.as_str()).collect();
        assert_eq!(ways, ["Include", "Exclude"]);
        assert!(told.lines.iter().all(|line| line.before.as_deref() == Some("group a") && line.after.is_none()));
    }
}
