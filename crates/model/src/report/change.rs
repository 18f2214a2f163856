//! One change: what was changed, by whom, and what each setting was before.

use super::configuration::{Setting, name_of, type_label};
use super::{Block, LONGEST_CELL, at};
use crate::attribution::{Attribution, By};
use crate::text::{counted, shown};
use crate::version::{Change, TenantVersion};

/// Settings of one change that are told; the others are counted.
pub const MOST_LINES: usize = 100;
/// People of one change that are named.
const MOST_NAMED: usize = 5;
/// Characters of a value before and after.
const VALUE: usize = LONGEST_CELL / 4;

/// The settings before and after a change, both as `configuration::settings` tells them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sides {
    /// Before; empty where there was nothing.
    pub before: Vec<Setting>,
    /// After; empty where there is nothing.
    pub after: Vec<Setting>,
}

/// What is told of a change. `sides`: `None` where a content could not be read.
#[must_use]
pub fn change(version: &TenantVersion, by: &Attribution, sides: Option<&Sides>, anchor: &str) -> Vec<Block> {
    let one = &version.version;
    let mut rows = vec![
        ("Object".to_owned(), type_label(&version.resource_type)),
        ("What".to_owned(), one.words()),
        ("Seen changed".to_owned(), at(one.captured_at)),
        ("Seen unchanged before".to_owned(), one.observed_before.map_or_else(|| "Never seen before".to_owned(), at)),
        ("By".to_owned(), by_words(by)),
    ];
    if let Some(latest) = by.named().first() {
        rows.push(("When, by the audit log".to_owned(), at(latest.at)));
        rows.push(("Activity".to_owned(), shown(&latest.activity, 200)));
    }
    rows.push(("Version".to_owned(), one.number.to_string()));
    let mut blocks = vec![Block::heading(4, name_of(&one.name), anchor), Block::Facts { rows }];
    // What was seen for the first time, or is gone, is told as such: all of it would be before or after.
    if one.change != Change::Changed {
        return blocks;
    }
    match sides {
        None => blocks.push(Block::note("What exactly changed cannot be told: a content cannot be read.")),
        Some(sides) => {
            let (lines, more) = lines(sides);
            if !lines.is_empty() {
                blocks.push(Block::table("What changed", &["Setting", "Before", "After"], lines));
            }
            if more > 0 {
                let words = counted(i64::try_from(more).unwrap_or(i64::MAX), "more setting changed", "more settings changed");
                blocks.push(Block::note(format!("{words}; the comparison of the versions shows all.")));
            }
        }
    }
    blocks
}

/// Who a change is by, in words.
#[must_use]
pub fn by_words(by: &Attribution) -> String {
    let named = by.named();
    let Some(gap) = by.gap() else { return people(named) };
    if named.is_empty() { gap.1.to_owned() } else { format!("{}{}. {}", by.lead(), people(named), gap.1) }
}

fn people(named: &[By]) -> String {
    let mut words: Vec<String> = named.iter().take(MOST_NAMED).map(|by| shown(&by.actor.words(), 160)).collect();
    if named.len() > MOST_NAMED {
        words.push(format!("{} more", named.len() - MOST_NAMED));
    }
    words.join(", ")
}

/// Settings that differ, in the order in which they stand; and how many are left out.
fn lines(sides: &Sides) -> (Vec<Vec<String>>, usize) {
    let mut rows = Vec::new();
    let mut before = grouped(&sides.before);
    let after = grouped(&sides.after);
    let mut more = 0;
    let mut add = |path: &str, was: &str, is: &str| {
        if rows.len() < MOST_LINES { rows.push(vec![path.to_owned(), shown(was, VALUE), shown(is, VALUE)]) } else { more += 1 }
    };
    for (path, is) in &after {
        match before.iter().position(|(have, _)| have == path) {
            None => add(path, "–", is),
            Some(at) => {
                let (_, was) = before.remove(at);
                if was != *is {
                    add(path, &was, is);
                }
            }
        }
    }
    before.iter().for_each(|(path, was)| add(path, was, "–"));
    (rows, more)
}

/// Each way once: settings of the same way are told together, in a fixed order, so that a new order is no change.
fn grouped(settings: &[Setting]) -> Vec<(String, String)> {
    let mut grouped: Vec<(String, Vec<&str>)> = Vec::new();
    let mut places: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    for (path, value) in settings {
        let at = *places.entry(path).or_insert_with(|| {
            grouped.push((path.clone(), Vec::new()));
            grouped.len() - 1
        });
        grouped[at].1.push(value);
    }
    let joined = |(path, mut values): (String, Vec<&str>)| {
        values.sort_unstable();
        (path, values.join("\n"))
    };
    grouped.into_iter().map(joined).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(all: &[(&str, &str)]) -> Vec<Setting> {
        all.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_differs_is_told_once_and_a_new_order_is_nothing() {
        let sides = Sides {
            before: settings(&[("A", "1"), ("B", "2"), ("C", "x"), ("C", "y"), ("D", "4")]),
            after: settings(&[("C", "y"), ("C", "x"), ("A", "1"), ("B", "3"), ("E", "5")]),
        };
        let (told, more) = lines(&sides);
        assert_eq!(told, [["B", "2", "3"], ["E", "–", "5"], ["D", "4", "–"]]);
        assert_eq!(more, 0);
        let many: Vec<Setting> = (0..150).map(|n| (format!("s{n}"), "1".to_owned())).collect();
        let (told, more) = lines(&Sides { before: many, after: Vec::new() });
        assert_eq!((told.len(), more), (MOST_LINES, 50));
    }

    #[test]
    fn nobody_is_named_who_is_not_known() {
        assert_eq!(by_words(&Attribution::NotRead), "The tenant's audit logs have not been read that far.");
    }
}
