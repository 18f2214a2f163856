//! Whether what is configured in a tenant could be put back, in figures.

use super::{Block, at};
use crate::text::{counted, number};
use crate::time::{Moment, duration_words};

/// What is known of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readiness {
    /// How the connection is, in words.
    pub connection: String,
    /// When its credential ends, where that is known.
    pub credential_ends: Option<Moment>,
    /// When everything was last read.
    pub synced_at: Option<Moment>,
    /// Objects in the inventory.
    pub objects: i64,
    /// Types that were read completely, and types of which reading was tried.
    pub types: (i64, i64),
    /// Types that were not read completely, with why: label and words.
    pub unread: Vec<(String, String)>,
    /// Backups, the latest first: name, when, state in words, objects.
    pub backups: Vec<(String, Moment, String, i64)>,
    /// When the latest complete backup of everything was taken, and how many objects it has.
    pub complete: Option<(Moment, i64)>,
    /// Drills, the latest first: when, score, objects, those that came back, of which backup.
    pub drills: Vec<(Moment, i64, i64, i64, String)>,
    /// Restores, the latest first: when, what, state in words, whether it was rehearsed.
    pub restores: Vec<(Moment, String, String, bool)>,
}

/// The document of a tenant.
#[must_use]
pub fn blocks(known: &Readiness, now: Moment, anchor: &str) -> Vec<Block> {
    let ago = |moment: Moment| format!("{} ({} ago)", at(moment), duration_words(now.since(moment)));
    let never = || "Never".to_owned();
    let (complete, all) = known.types;
    let drill = known.drills.first().map_or_else(never, |(when, score, ..)| format!("{score} of 100, {}", ago(*when)));
    let rehearsed = known.restores.iter().find(|restore| restore.3).map_or_else(never, |restore| ago(restore.0));
    let ends = known.credential_ends.map_or_else(
        || "Not known".to_owned(),
        |ends| {
            if ends <= now {
                format!("{} (over)", at(ends))
            } else {
                format!("{} (in {})", at(ends), duration_words(ends.since(now)))
            }
        },
    );
    let facts = [
        ("Connection", known.connection.clone()),
        ("Its credential ends", ends),
        ("Last complete sync", known.synced_at.map_or_else(never, ago)),
        ("Objects in the inventory", number(known.objects)),
        ("Types read completely", format!("{} of {}", number(complete), number(all))),
        (
            "Latest complete backup of everything",
            known
                .complete
                .map_or_else(never, |(when, objects)| format!("{}, {}", ago(when), counted(objects, "object", "objects"))),
        ),
        ("Latest drill", drill),
        ("Latest rehearsed restore", rehearsed),
    ];
    let mut blocks = vec![Block::Facts { rows: facts.map(|(name, value)| (name.to_owned(), value)).into() }];
    section(&mut blocks, "Backups", anchor, &["Backup", "Taken", "State", "Objects"], "No backup was ever taken.", {
        known
            .backups
            .iter()
            .map(|(name, when, state, objects)| vec![name.clone(), at(*when), state.clone(), number(*objects)])
            .collect()
    });
    section(
        &mut blocks,
        "Drills",
        anchor,
        &["Drilled", "Score", "Came back", "Backup"],
        "No drill was ever made: nobody knows what would come back.",
        {
            let row = |(when, score, objects, back, name): &(Moment, i64, i64, i64, String)| {
                vec![at(*when), format!("{score} of 100"), format!("{} of {}", number(*back), number(*objects)), name.clone()]
            };
            known.drills.iter().map(row).collect()
        },
    );
    section(&mut blocks, "Restores", anchor, &["Made", "Restore", "State", "Rehearsed"], "Nothing was restored.", {
        let row = |(when, what, state, rehearsed): &(Moment, String, String, bool)| {
            vec![at(*when), what.clone(), state.clone(), if *rehearsed { "Yes" } else { "No" }.to_owned()]
        };
        known.restores.iter().map(row).collect()
    });
    section(&mut blocks, "Types that were not read completely", anchor, &["Type", "Why"], "All were.", {
        known.unread.iter().map(|(label, why)| vec![label.clone(), why.clone()]).collect()
    });
    blocks
}

fn section(blocks: &mut Vec<Block>, title: &str, anchor: &str, columns: &[&str], none: &str, rows: Vec<Vec<String>>) {
    blocks.push(Block::heading(3, title, &format!("{anchor}-{}", title.to_lowercase())));
    blocks.push(if rows.is_empty() { Block::text(none) } else { Block::table(title, columns, rows) });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_done_is_told_as_such() {
        let now = Moment::parse("2026-03-01T08:00:00Z").unwrap();
        let text: String = blocks(&Readiness::default(), now, "t1").iter().map(crate::report::markdown::block).collect();
        for part in [
            "| Latest drill | Never |",
            "No backup was ever taken.",
            "nobody knows what would come back",
            "| Last complete sync | Never |",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let known = Readiness {
            complete: Some((now.minus(std::time::Duration::from_secs(7_200)), 1_500)),
            drills: vec![(now, 87, 1_500, 1_305, "Nightly".to_owned())],
            ..Readiness::default()
        };
        let text: String = blocks(&known, now, "t1").iter().map(crate::report::markdown::block).collect();
        assert!(
            text.contains("(2 h 0 m ago), 1,500 objects") && text.contains("| 87 of 100 | 1,305 of 1,500 | Nightly |"),
            "{text}"
        );
    }
}
