//! Searching in Help: titles first, then headings, then what stands below them.

use super::document::{Heading, documents};
use crate::href;

/// How many are shown.
const SHOWN: usize = 40;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The title of the document.
    pub title: String,
    /// The heading, where it is below one.
    pub heading: Option<String>,
    /// Some words of it.
    pub words: String,
    /// Where it is.
    pub href: String,
}

/// Everything that holds every word.
pub(super) fn find(query: &str) -> Vec<Hit> {
    let wanted: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let holds = |text: &str| {
        let text = text.to_lowercase();
        wanted.iter().all(|word| text.contains(word))
    };
    let (mut titles, mut headings, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    for document in documents() {
        let hit = |heading: Option<&Heading>, words: &str| Hit {
            title: document.title.clone(),
            heading: heading.map(|heading| heading.words.clone()),
            words: words.chars().take(160).collect(),
            href: href::help_at(document.slug, heading.map(|heading| heading.anchor.as_str())),
        };
        if holds(&document.title) || holds(document.slug) {
            titles.push(hit(None, &document.lead));
        } else if holds(&document.lead) {
            texts.push(hit(None, &document.lead));
        }
        for heading in &document.headings {
            if holds(&heading.words) {
                headings.push(hit(Some(heading), &heading.text));
            } else if holds(&format!("{} {}", heading.words, heading.text)) {
                texts.push(hit(Some(heading), around(&heading.text, &wanted)));
            }
        }
    }
    titles.into_iter().chain(headings).chain(texts).take(SHOWN).collect()
}

/// The text from shortly before the first word that is looked for.
fn around<'a>(text: &'a str, wanted: &[String]) -> &'a str {
    let first = wanted.iter().filter_map(|word| text.to_lowercase().find(word.as_str())).min().unwrap_or(0);
    // Lower case may be longer or shorter than what it is made of: the place is near enough, on a boundary of words.
    let mut from = first.saturating_sub(40).min(text.len());
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    if from == 0 { text } else { text[from..].split_once(' ').map_or(text, |(_, rest)| rest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_come_before_headings_and_headings_before_text() {
        let hits = find("backup");
        let kind = |hit: &Hit| match &hit.heading {
            None if hit.title.to_lowercase().contains("backup") => 0,
            Some(words) if words.to_lowercase().contains("backup") => 1,
            _ => 2,
        };
        let order: Vec<i32> = hits.iter().map(kind).collect();
        assert!(order.is_sorted() && order.contains(&0) && order.contains(&1), "{order:?}");
    }

    #[test]
    fn every_word_must_be_there_and_nothing_finds_nothing() {
        assert!(find("  ").is_empty());
        assert!(find("zzzz backup").is_empty());
        assert!(!find("SCHEMA upgrade").is_empty() || !find("schema").is_empty());
    }

    #[test]
    fn a_piece_of_text_begins_before_the_word() {
        assert_eq!(around("one two", &["two".to_owned()]), "one two");
        let long = format!("{} needle here", "ä ".repeat(60));
        assert!(around(&long, &["needle".to_owned()]).len() < 60);
    }
}
