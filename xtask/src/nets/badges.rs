//! A badge has the icon, the word and the colour that `model::label` says: nobody makes one by hand.

use super::source::{is_identifier, line_of};
use super::tree::Tree;
use super::{Finding, Net};

pub(super) const NET: Net = Net {
    name: "badge_colours",
    rule: "badges are made by crates/pages/src/components/badge.rs only, no page says a colour of its own (style=), and style sheets colour tones",
    find,
};

const FREE: &str = "crates/pages/src/components/badge.rs";

/// The class of a badge that turns, which is no colour.
const MOVES: &str = "running";

fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let pages = |path: &str| path.starts_with("crates/pages/src/") || path.starts_with("crates/web/src/");
    for (file, source) in tree.rust().filter(|(file, _)| pages(&file.path) && file.path != FREE) {
        let by_hand = [(&source.code, ".badge"), (&source.code, "style="), (&source.uncommented, "\"badge")];
        for (text, word) in by_hand {
            let hits = text.match_indices(word).filter(|(at, _)| {
                let next = text[at + word.len()..].chars().next();
                // `.badge()` asks the catalogue; `badges` is another word.
                word == "style=" || !next.is_some_and(|next| is_identifier(next) || next == '(' || next == '-')
            });
            findings.extend(hits.map(|(at, _)| Finding {
                key: format!("{}: {word}", file.path),
                place: format!("{}:{}", file.path, line_of(text, at)),
            }));
        }
    }
    for file in tree.files().iter().filter(|file| file.path.ends_with(".css") && !file.is_test()) {
        let classes = file.text.match_indices(".badge.").filter(|(at, word)| {
            let class: String =
                file.text[at + word.len()..].chars().take_while(|char| is_identifier(*char) || *char == '-').collect();
            class != MOVES
        });
        findings.extend(classes.map(|(at, word)| Finding {
            key: format!("{}: {word}", file.path),
            place: format!("{}:{}", file.path, line_of(&file.text, at)),
        }));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_made_by_hand_and_a_colour_of_its_own_are_found() {
        let text = "html! { span.badge.danger { \"Bad\" } span class=\"badge success\" { } b style=\"color: red\" { } }";
        assert_eq!(find(&Tree::of(&[("crates/pages/src/runs/a.rs", text)])).len(), 3);
    }

    #[test]
    fn a_style_sheet_that_colours_a_kind_of_badge_is_found() {
        let found = find(&Tree::of(&[("crates/pages/assets/a.css", ".badge.running .icon { }\n.badge.severe { color: red; }")]));
        assert_eq!(found.iter().map(|finding| finding.place.as_str()).collect::<Vec<_>>(), ["crates/pages/assets/a.css:2"]);
    }

    #[test]
    fn the_component_and_whoever_asks_it_are_free() {
        let by_hand = "html! { span class={ \"badge \" (tone) } { } }";
        let asked = "let b = value.badge(); html! { (badge(&run.outcome)) span.badges { \"badges\" } } // .badge";
        assert!(find(&Tree::of(&[(FREE, by_hand), ("crates/pages/src/runs/b.rs", asked)])).is_empty());
    }
}
