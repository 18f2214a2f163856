//! Asking a process of ours on this machine how it is. One line is asked for, of an address that stands in the configuration; nothing is
//! handed over, and no more than a line comes back.

use std::io::{Error, Result};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The process gives its database five seconds to answer.
const PATIENCE: Duration = Duration::from_secs(8);
/// More than an answer has.
const LONGEST: u64 = 4 * 1024;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Whether the process lives.
    Alive,
    /// Whether its database answers and has the schema that it knows.
    Ready,
}

/// An answer: whether it is yes, and the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether it is.
    pub yes: bool,
    /// What it says of itself.
    pub words: String,
}

/// Asks the process that listens on that address of this machine.
///
/// # Errors
/// When nobody listens there, answers in time, or speaks as we do.
pub async fn ask(listening_on: SocketAddr, question: Question) -> Result<Answer> {
    let path = match question {
        Question::Alive => "/healthz",
        Question::Ready => "/readyz",
    };
    let asked = tokio::time::timeout(PATIENCE, exchange(nearest(listening_on), path)).await;
    let text = asked.map_err(|_| Error::other("nobody answers there in time"))??;
    read(&text).ok_or_else(|| Error::other("what answers there is no TenantAtlas"))
}

#[allow(clippy::disallowed_methods, reason = "this crate is where connections are opened")]
async fn exchange(address: SocketAddr, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").as_bytes()).await?;
    let mut text = String::new();
    stream.take(LONGEST).read_to_string(&mut text).await?;
    Ok(text)
}

fn read(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.")?.split(' ').nth(1)?;
    Some(Answer { yes: status == "200", words: body.trim().to_owned() })
}

/// Where a process that listens on every address of this machine is reached from here.
fn nearest(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_listens_everywhere_is_asked_here() {
        let near = |text: &str| nearest(text.parse().unwrap()).to_string();
        assert_eq!(near("0.0.0.0:9090"), "127.0.0.1:9090");
        assert_eq!(near("[::]:9090"), "[::1]:9090");
        assert_eq!(near("10.0.0.7:80"), "10.0.0.7:80");
    }

    #[test]
    fn only_an_answer_of_http_counts() {
        let yes = read("HTTP/1.0 200 OK\r\ncontent-length: 6\r\n\r\nready\n").unwrap();
        assert_eq!(yes, Answer { yes: true, words: "ready".to_owned() });
        assert!(!read("HTTP/1.1 503 Service Unavailable\r\n\r\nnot yet\n").unwrap().yes);
        assert!(read("SSH-2.0-OpenSSH_9.2p1\r\n").is_none() && read("").is_none());
    }
}
