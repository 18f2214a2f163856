//! The failures of a run, grouped by code.

use maud::{Markup, html};
use model::connection_check::CheckKey;
use model::failure::FailureLine;
use model::ids::TenantId;
use model::operations::Operation;
use model::resource_types;

use super::advice::{code_words, steps};
use crate::components::icon::{Icon, icon};
use crate::text::{self, counted};

/// One block for each code, in the order in which they came.
pub(crate) fn failures(lines: &[FailureLine], operation: Option<Operation>, tenant: Option<TenantId>) -> Markup {
    html! {
        @for (code, lines) in grouped(lines) {
            div.failure data-key=(text::shown(code, 60)) {
                div.failure-head {
                    (icon(Icon::Cross))
                    h3 { (code_words(code)) }
                    span.quiet { (counted(times(&lines), "time", "times")) " · " code { (text::shown(code, 60)) } }
                }
                ul.failure-lines {
                    @for line in &lines { li { (one(line, code)) } }
                }
                @for step in steps(code, operation, tenant) { p.failure-step { (icon(Icon::Arrow)) (step.words) } }
            }
        }
    }
}

fn one(line: &FailureLine, code: &str) -> Markup {
    // The heading has said it already: only what is particular to this line is left.
    let heading = code_words(code);
    let rest = line.message.strip_prefix(heading.trim_end_matches('.')).map(|rest| rest.trim_matches(['.', ' ']));
    html! {
        @if let Some(item) = &line.item { strong { (item_words(item)) } } @else { strong { "The whole run" } }
        @match rest {
            None => { " – " (text::shown(&line.message, text::PROSE)) },
            Some("") => {},
            Some(rest) => { " " span.quiet { (text::shown(rest, text::PROSE)) } },
        }
        @if line.times() > 1 { span.quiet { " × " (line.times()) } }
    }
}

/// The label of a resource type; any other id as it is.
pub(crate) fn item_words(item: &str) -> String {
    let check = CheckKey::FIRST.into_iter().find(|key| *key == item).map(CheckKey::of);
    let kind = resource_types::find(item.strip_prefix("type:").unwrap_or(item));
    kind.map(|kind| kind.label.clone()).or(check.map(|key| key.label())).unwrap_or_else(|| text::shown(item, text::NAME))
}

fn grouped(lines: &[FailureLine]) -> Vec<(&str, Vec<&FailureLine>)> {
    let mut groups: Vec<(&str, Vec<&FailureLine>)> = Vec::new();
    for line in lines {
        match groups.iter_mut().find(|(code, _)| *code == line.code) {
            Some((_, group)) => group.push(line),
            None => groups.push((&line.code, vec![line])),
        }
    }
    groups
}

fn times(lines: &[&FailureLine]) -> i64 {
    i64::try_from(lines.iter().map(|line| line.times()).sum::<u64>()).unwrap_or(i64::MAX)
}
