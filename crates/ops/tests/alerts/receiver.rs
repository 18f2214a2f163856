//! A receiver of alerts: HTTP on this machine.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// A receiver that answers with these heads, one after the other; the last one stays. Instead of an empty one it says nothing.
pub(crate) struct Receiver {
    pub(crate) at: SocketAddr,
    taken: Arc<Mutex<Vec<Taken>>>,
}

impl Receiver {
    pub(crate) async fn answering(heads: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let (at, taken) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let all = Arc::clone(&taken);
        tokio::spawn(async move {
            let (mut asked, mut held) = (0, Vec::new());
            while let Ok((mut stream, _)) = listener.accept().await {
                let Some(one) = read(&mut stream).await else { continue };
                all.lock().unwrap().push(one);
                let head = heads[asked.min(heads.len() - 1)];
                asked += 1;
                if head.is_empty() {
                    held.push(stream);
                    continue;
                }
                let answer = format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { at, taken }
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/canary-path", self.at)
    }
}

async fn read(stream: &mut TcpStream) -> Option<Taken> {
    let mut bytes = Vec::new();
    let end = loop {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&part[..count]);
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let headers: BTreeMap<String, String> = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await.ok().filter(|count| *count > 0)?;
        body.extend_from_slice(&part[..count]);
    }
    Some(Taken { headers, body: String::from_utf8(body).ok()? })
}
