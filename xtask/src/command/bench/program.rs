//! A process of the product: started, ready when it says so, measured from outside, ended with it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::units::{Bytes, parse_status};
use crate::process;

/// Until a process has to be ready.
const READY: Duration = Duration::from_secs(120);

/// A running process that serves something; ended when dropped.
pub(super) struct Program {
    child: Child,
    /// Everything that it printed before it was ready.
    pub(super) told: Vec<String>,
    /// The address that it named.
    pub(super) url: String,
    /// From its start to that line.
    pub(super) ready_after: Duration,
    ticks: f64,
}

/// The program with nothing of our own settings in its environment: an unknown one would be an error.
pub(super) fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TENANTATLAS_")) {
        command.env_remove(name);
    }
    command
}

impl Program {
    /// Starts it and waits for its line `Ready: http://…`. What it logs goes to `log`.
    pub(super) fn start(command: &mut Command, log: &Path) -> Result<Self> {
        Self::until(command, log, "Ready: ")
    }

    /// The same for a program that says otherwise that it is ready; `url` is then what follows those words.
    pub(super) fn until(command: &mut Command, log: &Path, words: &str) -> Result<Self> {
        let ticks = process::output(Command::new("getconf").arg("CLK_TCK"))?.trim().parse()?;
        let begun = Instant::now();
        let errors = File::create(log).with_context(|| format!("cannot create {}", log.display()))?;
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors).spawn();
        let mut child = child.with_context(|| format!("cannot run {}", command.get_program().display()))?;
        let lines = lines_of(&mut child)?;
        let mut started = Self { child, told: Vec::new(), url: String::new(), ready_after: Duration::ZERO, ticks };
        while let Ok(line) = lines.recv_timeout(READY.saturating_sub(begun.elapsed())) {
            if let Some(url) = line.strip_prefix(words) {
                started.url = url.trim().to_owned();
                started.ready_after = begun.elapsed();
                return Ok(started);
            }
            started.told.push(line);
        }
        let logged = std::fs::read_to_string(log).unwrap_or_default();
        bail!("{} was not ready; it said:\n{}\n{logged}", command.get_program().display(), started.told.join("\n"))
    }

    /// The value of a line `NAME: value` that it printed before it was ready.
    pub(super) fn said(&self, name: &str) -> Result<&str> {
        let found = self.told.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        found.with_context(|| format!("it did not print a line {name}: …"))
    }

    /// Processor time so far, of all threads, in the product and in the system for it.
    pub(super) fn cpu(&self) -> Result<Duration> {
        let stat = self.proc("stat")?;
        // The name of the program is in parentheses and may hold anything.
        let rest = stat.rsplit_once(')').context("no process state")?.1;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).context("no processor time");
        Ok(Duration::from_secs_f64((ticks(11)? + ticks(12)?) / self.ticks))
    }

    /// Memory in use.
    pub(super) fn memory(&self) -> Result<Bytes> {
        parse_status(&self.proc("status")?, "VmRSS")
    }

    /// The most memory in use since the last [`Program::forget_peak`].
    pub(super) fn peak(&self) -> Result<Bytes> {
        parse_status(&self.proc("status")?, "VmHWM")
    }

    /// From now on the peak is counted anew.
    pub(super) fn forget_peak(&self) -> Result<()> {
        let file = format!("/proc/{}/clear_refs", self.child.id());
        std::fs::write(&file, "5").with_context(|| format!("cannot write {file}"))
    }

    fn proc(&self, name: &str) -> Result<String> {
        let file = format!("/proc/{}/{name}", self.child.id());
        std::fs::read_to_string(&file)
            .with_context(|| format!("cannot read {file}: measuring needs Linux, and the process alive"))
    }

    /// Asks it to end, and waits for that.
    pub(super) fn stop(mut self) -> Result<()> {
        process::output(Command::new("kill").args(["-TERM", &self.child.id().to_string()]))?;
        let status = self.child.wait()?;
        if !status.success() {
            bail!("a process of the product ended with {status}");
        }
        Ok(())
    }
}

/// Reads all that a process prints, so that it never waits for us.
fn lines_of(child: &mut Child) -> Result<Receiver<String>> {
    let pipe = child.stdout.take().context("the process has no standard output")?;
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            // Nobody listens any more once it was ready.
            let _ = send.send(line);
        }
    });
    Ok(receive)
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
