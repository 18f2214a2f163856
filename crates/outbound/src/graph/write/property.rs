//! Which property of a body an error calls read-only or unknown. Only a name that the body itself holds is taken out of an error's text, so that
//! nothing but our own words passes.

use std::collections::BTreeSet;

use model::json::Json;

/// Words by which services say that a property is not to be written.
const REJECTED: &[&str] = &[
    "readonly",
    "read-only",
    "read only",
    "immutable",
    "cannot be updated",
    "cannot be changed",
    "cannot be modified",
    "cannot be set",
    "can not be updated",
    "not updatable",
    // One that this version of Graph does not have any more.
    "does not exist on type",
];
/// The longest name that is taken; Graph's have less than a hundred letters.
const LONGEST: usize = 128;

/// The property that one of the texts calls read-only or unknown: one in quotation marks before any other, one at the top of the body before those
/// further down.
pub(super) fn named(texts: &[String], body: &Json) -> Option<String> {
    let says_so = |text: &&String| {
        let text = text.to_ascii_lowercase();
        REJECTED.iter().any(|words| text.contains(words))
    };
    let words: Vec<Word<'_>> = texts.iter().filter(says_so).flat_map(|text| words_of(text)).collect();
    let mut below = BTreeSet::new();
    let top: BTreeSet<&str> = body.as_object().unwrap_or_default().iter().map(|(name, _)| name.as_str()).collect();
    names_below(body, 0, &mut below);
    let find = |quoted: bool, names: &BTreeSet<&str>| {
        let found = words.iter().filter(|word| word.quoted == quoted && (quoted || word.is_a_name()));
        found.flat_map(Word::readings).find(|name| names.contains(name)).map(str::to_owned)
    };
    find(true, &top).or_else(|| find(true, &below)).or_else(|| find(false, &top)).or_else(|| find(false, &below))
}

/// A word of a text.
struct Word<'a> {
    text: &'a str,
    quoted: bool,
    /// Whether "property" or "field" stands beside it.
    called: bool,
}

impl<'a> Word<'a> {
    /// Whether it reads as the name of a property rather than as a word of English.
    fn is_a_name(&self) -> bool {
        self.called || self.text.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
    }

    /// As it stands, and the last part of a path.
    fn readings(&self) -> impl Iterator<Item = &'a str> {
        let last = self.text.rsplit(['.', '/']).next().unwrap_or(self.text);
        [self.text, last].into_iter().filter(|name| !name.is_empty() && name.len() <= LONGEST)
    }
}

fn words_of(text: &str) -> Vec<Word<'_>> {
    const QUOTES: &[char] = &['\'', '"', '`', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}'];
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_@./-".contains(c);
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut rest = text;
    let mut before = None;
    while let Some(start) = rest.find(is_part) {
        before = rest[..start].chars().next_back().or(if start == 0 { before } else { None });
        let from = &rest[start..];
        let end = from.find(|c| !is_part(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        let quoted = before.is_some_and(|c| QUOTES.contains(&c)) && after.starts_with(QUOTES);
        words.push(Word { text: word.trim_end_matches(['.', '-']), quoted, called: false });
        before = word.chars().next_back();
        rest = after;
    }
    let is_call = |word: &Word<'_>| ["property", "field", "attribute"].iter().any(|call| word.text.eq_ignore_ascii_case(call));
    let calls: Vec<bool> = words.iter().map(is_call).collect();
    for (at, word) in words.iter_mut().enumerate() {
        let beside = [at.checked_sub(1), Some(at + 1)];
        word.called = !calls[at] && beside.into_iter().flatten().any(|at| calls.get(at) == Some(&true));
    }
    words
}

fn names_below<'a>(value: &'a Json, depth: usize, names: &mut BTreeSet<&'a str>) {
    // A body is our own; the bound keeps a strange one from costing stack.
    if depth > 32 {
        return;
    }
    match value {
        Json::Array(items) => items.iter().for_each(|item| names_below(item, depth + 1, names)),
        Json::Object(members) => {
            for (name, value) in members {
                names.insert(name);
                names_below(value, depth + 1, names);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let body = br#"{"id":"1","displayName":"x","description":"","isDefault":true,"rules":[{"ruleName":"a"}]}"#;
        named(&[text.to_owned()], &Json::parse(body).unwrap())
    }

    #[test]
    fn a_read_only_property_of_our_own_body_is_named() {
        assert_eq!(read("1001: 'id' is a readonly field and cannot be updated.").as_deref(), Some("id"));
        assert_eq!(read("Property \"isDefault\" is read-only.").as_deref(), Some("isDefault"));
        assert_eq!(read("isDefault cannot be changed after creation.").as_deref(), Some("isDefault"));
        assert_eq!(read("The property description is read only").as_deref(), Some("description"));
        assert_eq!(read("The property 'rules.ruleName' is immutable").as_deref(), Some("ruleName"));
        assert_eq!(read("deviceConfiguration.isDefault cannot be set.").as_deref(), Some("isDefault"));
        let unknown = "The property 'isDefault' does not exist on type 'microsoft.graph.x'. Make sure to only use known names.";
        assert_eq!(read(unknown).as_deref(), Some("isDefault"));
        assert_eq!(read("'You can't': 'displayName' is readonly").as_deref(), Some("displayName"));
    }

    #[test]
    fn nothing_else_is() {
        assert_eq!(read("Property 'secretThing' is read-only."), None, "it is not in the body");
        assert_eq!(read("The value of 'displayName' is too long."), None, "it may be written");
        assert_eq!(read("A description cannot be set here."), None, "a word of English");
        assert_eq!(read(""), None);
    }
}
