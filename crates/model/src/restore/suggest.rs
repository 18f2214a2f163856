//! What a reference may become: certain within a tenant, a suggestion across tenants.

use super::{MappingOrigin, Reference, Target};
use crate::resource_types::{StoredIn, find};

/// What the cache knows of a thing that can be referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The rule of a dynamic group, or the rule of a filter behind its platform.
    pub rule: Option<String>,
}

/// What can be said of a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suggestion {
    /// It takes effect at once.
    Certain(Target, MappingOrigin),
    /// It counts for nothing until a person takes one; the likeliest first.
    Suggested(Vec<Target>),
    /// Nothing is known that it could be.
    Nothing,
}

/// Types whose objects are Microsoft's own and have the same ids in every tenant.
const SAME_EVERYWHERE: &[&str] = &["directory_role", "authentication_context", "endpoint_security_template"];

/// What a reference becomes. `source` is what is known of it in the tenant that it is from, `there` what the cache of the tenant that
/// is written has of the reference's types, and `planned` the item of the plan that makes it.
///
/// Names and rules only ever suggest: a group of the same name may have other members.
#[must_use]
pub fn suggest(
    reference: &Reference,
    source: Option<&Known>,
    same_tenant: bool,
    there: &[Known],
    planned: Option<u32>,
) -> Suggestion {
    if let Some(item) = planned {
        return Suggestion::Certain(Target::Planned { item }, MappingOrigin::Plan);
    }
    let object = |id: &str| Target::Object { id: id.to_owned() };
    let same_id = there.iter().any(|known| known.id.eq_ignore_ascii_case(&reference.id));
    let kind = find(&reference.resource_type);
    // Nobody keeps what these types have; within a tenant their ids stay what they are.
    let kept = kind.is_some_and(|kind| kind.stored_in != StoredIn::OnDemand);
    if (same_tenant && (same_id || !kept)) || (same_id && SAME_EVERYWHERE.contains(&reference.resource_type.as_str())) {
        return Suggestion::Certain(object(&reference.id), MappingOrigin::SameId);
    }
    let Some(source) = source else { return Suggestion::Nothing };
    let mut likely: Vec<(u8, &Known)> = there.iter().filter_map(|known| Some((likeness(source, known)?, known))).collect();
    likely.sort_by(|a, b| (a.0, &a.1.name, &a.1.id).cmp(&(b.0, &b.1.name, &b.1.id)));
    if likely.is_empty() {
        return Suggestion::Nothing;
    }
    Suggestion::Suggested(likely.into_iter().map(|(_, known)| object(&known.id)).collect())
}

/// 0 is likeliest; `None`: not alike.
fn likeness(a: &Known, b: &Known) -> Option<u8> {
    let name = plain_name(&a.name) == plain_name(&b.name);
    let rule = match (&a.rule, &b.rule) {
        (Some(a), Some(b)) => Some(same_rule(a, b)),
        (None, None) => None,
        _ => Some(false),
    };
    match (name, rule) {
        (true, Some(true) | None) => Some(0),
        (false, Some(true)) => Some(1),
        (true, Some(false)) => Some(2),
        (false, _) => None,
    }
}

/// A name without regard to case and to space around it.
pub(super) fn plain_name(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Rules without regard to case and to the number of spaces, which Microsoft does not regard either.
fn same_rule(a: &str, b: &str) -> bool {
    let words = |rule: &str| rule.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ");
    words(a) == words(b)
}
