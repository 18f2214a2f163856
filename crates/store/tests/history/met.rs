//! What the histories came across, so that it is seen whether they try much.

use std::collections::BTreeMap;
use std::fmt;

use testkit::reference::Command;

/// Commands with the kind of their answer, counted.
#[derive(Debug, Default)]
pub(super) struct Met(BTreeMap<String, usize>);

impl Met {
    /// What many histories cannot but come across, and these did not.
    pub(super) fn missing(&self) -> Vec<(&'static str, &'static str)> {
        let must = [
            ("Beat", "held true, cancel false, overdue true"),
            ("Beat", "held true, cancel true"),
            ("Cancel", "conflict"),
            ("Claim", "something"),
            ("FinishTogether", "[false, true]"),
            ("Claim", "schedule.disabled"),
            ("Dispatch", "runs: n"),
            ("Dispatch", "omitted: n"),
            ("Force", "completed cancelled"),
            ("HandBack", "queued"),
            ("Prune", "removed n"),
            ("Rescue", "requeued: n"),
            ("Rescue", "lost: n"),
            ("Rescue", "overdue: n"),
            ("Rescue", "stale: n"),
            ("Retry", "Accepted"),
            ("Start", "Blocked"),
            ("Start", "Deduplicated"),
            ("Start", "ScopeBusy"),
            ("Start", "conflict"),
            ("Start", "key mismatch"),
        ];
        let met = |(command, part): &(&str, &str)| {
            self.0.keys().filter_map(|kind| kind.strip_prefix(command)?.strip_prefix(':')).any(|answer| answer.contains(part))
        };
        must.into_iter().filter(|kind| !met(kind)).collect()
    }

    /// Counts an answer. Figures in it are told as none or some.
    pub(super) fn note(&mut self, command: &Command, answer: &str) {
        let debug = format!("{command:?}");
        let name = debug.split([' ', '(']).next().unwrap_or_default().to_owned();
        let word = |word: &str| match word.trim_matches(|c: char| !c.is_alphanumeric()).parse::<u64>() {
            Ok(0) => "0".to_owned(),
            Ok(_) => "n".to_owned(),
            Err(_) => word.to_owned(),
        };
        let kind = match command {
            Command::Claim { .. } if answer == "claimed" => "nothing".to_owned(),
            Command::Claim { .. } if answer.contains("schedule.disabled") => "something, and schedule.disabled".to_owned(),
            Command::Claim { .. } => "something".to_owned(),
            _ => answer.split(' ').map(word).collect::<Vec<_>>().join(" "),
        };
        *self.0.entry(format!("{name}: {kind}")).or_default() += 1;
    }
}

impl fmt::Display for Met {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(kind, many)| writeln!(f, "{many:>6} {kind}"))
    }
}
