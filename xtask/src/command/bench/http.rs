//! As much of HTTP as it takes to sign in to our own pages on loopback and to press a button.
//!
//! HTTP/1.0 on purpose: every answer ends where its connection ends, so there are neither chunks nor kept connections to read.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Longer than any answer takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// One visitor of one server, with its cookies.
pub(super) struct Client {
    /// `127.0.0.1:PORT`.
    authority: String,
    cookies: BTreeMap<String, String>,
    /// An API token.
    bearer: Option<String>,
}

/// An answer. Redirections are not followed.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) body: String,
}

impl Client {
    /// A visitor of `http://ADDRESS:PORT`.
    pub(super) fn of(base: &str) -> Result<Self> {
        let authority = base.strip_prefix("http://").with_context(|| format!("{base} is no http address"))?;
        Ok(Self { authority: authority.trim_end_matches('/').to_owned(), cookies: BTreeMap::new(), bearer: None })
    }

    /// The same server for a program with that API token.
    pub(super) fn with_token(&self, token: &str) -> Self {
        Self { authority: self.authority.clone(), cookies: BTreeMap::new(), bearer: Some(token.to_owned()) }
    }

    pub(super) fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask("GET", path, "", "")
    }

    pub(super) fn delete(&mut self, path: &str) -> Result<Answer> {
        self.ask("DELETE", path, "", "")
    }

    pub(super) fn post_json(&mut self, path: &str, json: &str) -> Result<Answer> {
        self.ask("POST", path, "application/json", json)
    }

    /// Sends a form; field names may repeat.
    pub(super) fn post_form(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.ask("POST", path, "application/x-www-form-urlencoded", &pairs.join("&"))
    }

    fn ask(&mut self, method: &str, path: &str, kind: &str, body: &str) -> Result<Answer> {
        let mut reader = self.send(method, path, kind, body)?;
        let (status, headers) = head(&mut reader)?;
        for value in headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value) {
            let pair = value.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
        let location = headers.into_iter().find(|(name, _)| name == "location").map(|(_, value)| value);
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).with_context(|| format!("the answer to {method} {path} broke off"))?;
        Ok(Answer { status, location, body: String::from_utf8_lossy(&bytes).into_owned() })
    }

    /// Opens a stream of events.
    pub(super) fn events(&self, path: &str) -> Result<Events> {
        let mut reader = self.send("GET", path, "", "")?;
        let (status, _) = head(&mut reader)?;
        if status != 200 {
            bail!("{path} answered {status}");
        }
        Ok(Events { reader, line: Vec::new() })
    }

    fn send(&self, method: &str, path: &str, kind: &str, body: &str) -> Result<BufReader<TcpStream>> {
        #[allow(
            clippy::disallowed_methods,
            reason = "a chore that visits a process of its own on loopback; nothing leaves the machine"
        )]
        let mut stream = TcpStream::connect(&self.authority).with_context(|| format!("cannot reach {}", self.authority))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut text = format!("{method} {path} HTTP/1.0\r\nHost: {}\r\n", self.authority);
        if !cookies.is_empty() {
            text.push_str(&format!("Cookie: {}\r\n", cookies.join("; ")));
        }
        if let Some(token) = &self.bearer {
            text.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        if !kind.is_empty() {
            let origin = &self.authority;
            text.push_str(&format!("Origin: http://{origin}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n", body.len()));
        }
        stream.write_all(format!("{text}\r\n{body}").as_bytes())?;
        Ok(BufReader::new(stream))
    }
}

/// Status and headers (names in lower case) of an answer.
fn head(reader: &mut impl BufRead) -> Result<(u16, Vec<(String, String)>)> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split_whitespace().nth(1).and_then(|code| code.parse().ok());
    let status = status.with_context(|| format!("this is no answer of HTTP: {line:?}"))?;
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        match line.trim().split_once(':') {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
            None => return Ok((status, headers)),
        }
    }
}

/// Server-sent events.
pub(super) struct Events {
    reader: BufReader<TcpStream>,
    line: Vec<u8>,
}

impl Events {
    /// The data of the next event, or `None` when none came in time.
    pub(super) fn next(&mut self, wait: Duration) -> Result<Option<String>> {
        self.reader.get_ref().set_read_timeout(Some(wait))?;
        loop {
            match self.reader.read_until(b'\n', &mut self.line) {
                Ok(0) => bail!("the stream of events ended"),
                Ok(_) => {}
                // What was read of a line so far stays for the next turn.
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => return Ok(None),
                Err(error) => return Err(error).context("the stream of events broke off"),
            }
            let line = String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned();
            if let Some(data) = line.strip_prefix("data:") {
                return Ok(Some(data.trim().to_owned()));
            }
        }
    }
}

fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_up_to_the_empty_line() {
        let mut text: &[u8] = b"HTTP/1.0 303 See Other\r\nLocation: /admin\r\nSet-Cookie: a=b; Path=/\r\n\r\nbody";
        let (status, headers) = head(&mut text).unwrap();
        assert_eq!(status, 303);
        assert_eq!(headers[0], ("location".to_owned(), "/admin".to_owned()));
        assert_eq!(text, b"body");
        assert!(head(&mut &b"nonsense"[..]).is_err());
    }

    #[test]
    fn form_values_cannot_break_out() {
        assert_eq!(encode("a&b=ü "), "a%26b%3D%C3%BC%20");
    }
}
