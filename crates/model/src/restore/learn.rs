//! Properties that Graph turns out not to take: named by its refusal, left out of a second try, and reported.

use super::{Effect, Step};
use crate::json::Json;

/// At most so many properties are left out of one write.
pub const MOST_LEARNT: usize = 3;

/// Never left out: without them it would be another write.
const PROTECTED: &[&str] = &["@odata.type", "displayName", "name", "profileName", "settings", "conditions", "state", "target"];

/// What a refusal says of a property that cannot be written.
const SAYS_SO: &[&str] = &[
    "readonly",
    "read-only",
    "read only",
    "cannot be updated",
    "can't be updated",
    "cannot be changed",
    "cannot be modified",
    "cannot be set",
    "can not be updated",
    "not be specified",
    "not settable",
    "immutable",
    "does not exist on type",
    "not supported for update",
    "is not updatable",
];

/// The properties of the step's body that a 400 calls read-only or unknown, by the names of the top level; empty: it says nothing of the
/// kind, or none that may be left out.
#[must_use]
pub fn rejected_properties(step: &Step, message: &str) -> Vec<String> {
    if !matches!(step.effect, Effect::Create | Effect::Change) {
        return Vec::new();
    }
    let lower = message.to_lowercase();
    if !SAYS_SO.iter().any(|words| lower.contains(words)) {
        return Vec::new();
    }
    let Some(Json::Object(members)) = &step.body else { return Vec::new() };
    let quoted = quoted(message);
    // Microsoft quotes the name, or not; a path is told from its first name on.
    let said = |name: &str| {
        let first = |text: &str| {
            text.split(['.', '/', '[']).find(|part| !part.is_empty()).is_some_and(|part| part.eq_ignore_ascii_case(name))
        };
        if quoted.iter().any(|text| first(text)) {
            return true;
        }
        quoted.is_empty()
            && message.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| word.eq_ignore_ascii_case(name))
    };
    let mut names: Vec<String> = members.iter().map(|(name, _)| name.clone()).filter(|name| said(name)).collect();
    names.retain(|name| !PROTECTED.contains(&name.as_str()));
    names.truncate(MOST_LEARNT);
    names
}

/// The step without those properties; `None` where one of them may not be left out, or nothing would be left to write.
#[must_use]
pub fn without(step: &Step, properties: &[String]) -> Option<Step> {
    if !matches!(step.effect, Effect::Create | Effect::Change) || properties.iter().any(|name| PROTECTED.contains(&name.as_str()))
    {
        return None;
    }
    let mut step = step.clone();
    let body = step.body.as_mut()?;
    for name in properties {
        body.remove(name)?;
    }
    let left = body.as_object().unwrap_or_default().iter().any(|(name, _)| name != "@odata.type");
    left.then_some(step)
}

fn quoted(message: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for mark in ['\'', '"', '`'] {
        // What stands between the first and the second mark, the third and the fourth …
        found.extend(
            message.split(mark).skip(1).step_by(2).filter(|text| !text.is_empty() && !text.contains(char::is_whitespace)),
        );
    }
    found
}
