//! Running other programs: shown, checked, and where asked with some of their lines kept.

use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Prints the command as one would type it: the program without its folder.
pub(crate) fn show(command: &Command) {
    let program = Path::new(command.get_program());
    let mut line = format!("$ {}", program.file_name().unwrap_or(command.get_program()).display());
    for part in command.get_args() {
        line.push(' ');
        line.push_str(&part.to_string_lossy());
    }
    println!("{line}");
}

/// Shows and runs a command with our own standard streams; true when it succeeded.
pub(crate) fn run(command: &mut Command) -> Result<bool> {
    show(command);
    let status = command.status().with_context(|| format!("cannot run {}", command.get_program().display()))?;
    Ok(status.success())
}

/// Runs a command silently and gives its standard output; fails, with its standard error, when it fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot run {}", command.get_program().display()))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("{} failed: {}", command.get_program().display(), why.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// True when a command can be started and succeeds; what it prints is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Shows and runs a command, passes its output through, and gives whether it succeeded and the lines that `keep` chose
/// (without colour codes).
pub(crate) fn watch(command: &mut Command, keep: fn(&str) -> bool) -> Result<(bool, Vec<String>)> {
    show(command);
    if std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always").env("FORCE_COLOR", "1");
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", command.get_program().display()))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let mut kept = std::thread::scope(|scope| {
        let errors = scope.spawn(move || err.map(|pipe| pass_on(pipe, std::io::stderr(), keep)));
        let mut lines = out.map(|pipe| pass_on(pipe, std::io::stdout(), keep)).unwrap_or_default();
        lines.extend(errors.join().ok().flatten().unwrap_or_default());
        lines
    });
    kept.dedup();
    let status = child.wait().context("the child process was lost")?;
    Ok((status.success(), kept))
}

/// Copies lines from a child to one of our streams until the child closes it.
fn pass_on(from: impl Read, mut to: impl Write, keep: fn(&str) -> bool) -> Vec<String> {
    let mut kept = Vec::new();
    let mut reader = BufReader::new(from);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
        // A closed terminal is no reason to stop reading: the child would block on its full pipe.
        let _ = to.write_all(&line).and_then(|()| to.flush());
        let text = without_colour(&String::from_utf8_lossy(&line));
        if keep(text.trim()) {
            kept.push(text.trim().to_owned());
        }
        line.clear();
    }
    kept
}

/// Takes the escape sequences of terminal colours out of a line.
fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(char) = chars.next() {
        if char == '\u{1b}' {
            let _ = chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(char);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_out_of_kept_lines() {
        assert_eq!(without_colour("\u{1b}[32;1m     Summary\u{1b}[0m [ 1s]"), "     Summary [ 1s]");
    }

    #[test]
    fn kept_lines_come_from_both_streams() {
        let script = "echo keep one; echo drop; echo keep two >&2; exit 3";
        let (ok, kept) = watch(Command::new("sh").args(["-c", script]), |line| line.starts_with("keep")).unwrap();
        assert!(!ok);
        assert_eq!(kept, ["keep one", "keep two"]);
    }

    #[test]
    fn a_failing_command_gives_its_own_words() {
        let error = output(Command::new("sh").args(["-c", "echo because >&2; exit 1"])).unwrap_err();
        assert!(error.to_string().contains("because"), "{error}");
    }
}
