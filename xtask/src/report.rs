//! What was done, how it ended and how long it took: the closing lines of every command.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::Result;

/// How one step ended. The text is one line for the summary and may be empty.
pub(crate) enum Ended {
    /// It was done and found nothing wrong.
    Passed(String),
    /// It was done and found something wrong, or it could not be done.
    Failed(String),
    /// It was left out; the text says why.
    Skipped(String),
}

impl Ended {
    /// The result of a program: passed or failed, without a remark.
    pub(crate) fn by(success: bool) -> Self {
        if success { Self::Passed(String::new()) } else { Self::Failed(String::new()) }
    }
}

/// The steps of one command, in order.
#[derive(Default)]
pub(crate) struct Report {
    steps: Vec<(String, Ended, Duration)>,
    notes: Vec<String>,
}

impl Report {
    /// Does one step under a heading; an error is a failed step, and the next steps still run. Gives true unless it failed.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Ended>) -> bool {
        println!("\n== {name}");
        let start = Instant::now();
        let ended = work().unwrap_or_else(|error| Ended::Failed(format!("{error:#}")));
        match &ended {
            Ended::Failed(why) if !why.is_empty() => println!("FAILED: {why}"),
            Ended::Skipped(why) => println!("SKIPPED: {name}: {why}"),
            Ended::Failed(_) | Ended::Passed(_) => {}
        }
        let passed = !matches!(ended, Ended::Failed(_));
        self.steps.push((name.to_owned(), ended, start.elapsed()));
        passed
    }

    /// A line to repeat below the summary, such as what a test skipped; said once.
    pub(crate) fn note(&mut self, line: String) {
        if !self.notes.contains(&line) {
            self.notes.push(line);
        }
    }

    /// Prints the summary; true when no step failed.
    pub(crate) fn close(&self) -> bool {
        print!("{}", self.text());
        self.passed()
    }

    fn passed(&self) -> bool {
        !self.steps.iter().any(|(_, ended, _)| matches!(ended, Ended::Failed(_)))
    }

    fn text(&self) -> String {
        let mut text = String::from("\n== summary\n");
        let width = self.steps.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0);
        for (name, ended, took) in &self.steps {
            let (word, remark) = match ended {
                Ended::Passed(remark) => ("ok", remark),
                Ended::Failed(remark) => ("FAILED", remark),
                Ended::Skipped(remark) => ("skipped", remark),
            };
            let remark = remark.lines().next().unwrap_or_default();
            let line = format!("{word:<8} {name:<width$} {:>7.1} s  {remark}", took.as_secs_f64());
            let _ = writeln!(text, "{}", line.trim_end());
        }
        for note in &self.notes {
            let _ = writeln!(text, "{note}");
        }
        text.push_str(if self.passed() { "All passed.\n" } else { "FAILED, see above.\n" });
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failed_step_fails_the_whole() {
        let mut report = Report::default();
        assert!(report.step("first", || Ok(Ended::by(true))));
        assert!(!report.step("second", || anyhow::bail!("no disk")));
        assert!(report.step("third", || Ok(Ended::Skipped("nothing to do".into()))));
        let text = report.text();
        assert!(text.contains("FAILED   second") && text.contains("no disk"), "{text}");
        assert!(text.ends_with("FAILED, see above.\n"), "{text}");
    }

    #[test]
    fn skipped_steps_are_seen_and_do_not_fail() {
        let mut report = Report::default();
        report.step("advisories", || Ok(Ended::Skipped("no network".into())));
        report.note("SKIPPED: a test".into());
        report.note("SKIPPED: a test".into());
        let text = report.text();
        assert!(text.contains("skipped  advisories") && text.contains("no network"), "{text}");
        assert_eq!(text.matches("SKIPPED: a test").count(), 1);
        assert!(text.ends_with("All passed.\n"));
    }
}
