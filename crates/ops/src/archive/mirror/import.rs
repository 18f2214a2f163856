//! Contents and a commit on their way into the repository: `git fast-import`.

use std::io::{self, BufWriter, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::JoinHandle;

use super::MirrorError;
use super::git::failed;

/// The program as it reads from us. Let go before its end, it is ended, and nothing of it becomes a commit.
pub(super) struct Import {
    child: Child,
    stdin: Option<BufWriter<ChildStdin>>,
    said: Option<JoinHandle<Vec<u8>>>,
}

impl Import {
    /// Begins.
    pub(super) fn begin(mut git: Command) -> Result<Self, MirrorError> {
        let mut child = git
            .args(["fast-import", "--quiet", "--done", "--date-format=raw"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let stderr = child.stderr.take();
        // What it says is read beside, so that it never waits for us.
        let said = std::thread::spawn(move || {
            let mut said = Vec::new();
            if let Some(stderr) = stderr {
                let _ = stderr.take(64 * 1024).read_to_end(&mut said);
            }
            said
        });
        let stdin = child.stdin.take().map(BufWriter::new);
        Ok(Self { child, stdin, said: Some(said) })
    }

    /// Sends a command.
    pub(super) fn say(&mut self, line: &str) -> Result<(), MirrorError> {
        self.send(line.as_bytes())
    }

    /// Sends bytes with their number.
    pub(super) fn data(&mut self, bytes: &[u8]) -> Result<(), MirrorError> {
        self.say(&format!("data {}\n", bytes.len()))?;
        self.send(bytes)?;
        self.say("\n")
    }

    /// Ends it: only now the commit is there.
    pub(super) fn end(mut self) -> Result<(), MirrorError> {
        self.say("done\n")?;
        if let Some(mut stdin) = self.stdin.take() {
            stdin.flush()?;
        }
        let status = self.child.wait()?;
        let said = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        if status.success() { Ok(()) } else { Err(failed("fast-import", &said)) }
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), MirrorError> {
        let Some(stdin) = &mut self.stdin else { return Err(io::Error::other("git takes no input").into()) };
        Ok(stdin.write_all(bytes)?)
    }
}

impl Drop for Import {
    fn drop(&mut self) {
        // Neither does anything where it ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
