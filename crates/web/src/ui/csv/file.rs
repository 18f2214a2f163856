//! A list as a file: read page by page while it is sent, so that it costs the same memory however long it is.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use model::page::Cursor;
use store::StoreError;

use super::line;

/// Rows that are read at a time.
pub(crate) const AT_ONCE: u32 = 500;
/// Rows that a file holds at most.
const MOST: usize = 1_000_000;

/// What is exported.
pub(crate) trait Exported: Send + 'static {
    /// The name of the file.
    const FILE: &'static str;
    /// What its rows are: "runs".
    const ROWS: &'static str;
    /// The first line.
    const HEAD: &'static [&'static str];

    /// The next rows, [`AT_ONCE`] at most.
    ///
    /// # Errors
    /// When the database refuses.
    fn portion(&self, from: Option<&Cursor>) -> impl Future<Output = Result<Portion, StoreError>> + Send;
}

/// Some rows.
#[derive(Debug, Default)]
pub(crate) struct Portion {
    text: Vec<u8>,
    rows: usize,
    /// Where to go on.
    pub(crate) next: Option<Cursor>,
}

impl Portion {
    /// Adds a row.
    pub(crate) fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.text.extend(line(cells));
        self.rows += 1;
    }
}

/// The answer that sends it. An error in the middle of a file cannot be told by a status any more: its last line tells it.
pub(crate) fn file<E: Exported>(exported: E) -> Response {
    let first = Step { exported, cursor: None, sent: 0, part: Part::Head };
    let lines = stream::unfold(first, |step| async move { step.next().await }).fuse();
    let mut response = Response::new(Body::from_stream(lines));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    // Names of files are ours, and ASCII.
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", E::FILE)) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Head,
    Rows,
    Over,
}

struct Step<E> {
    exported: E,
    cursor: Option<Cursor>,
    sent: usize,
    part: Part,
}

impl<E: Exported> Step<E> {
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        let text = match self.part {
            Part::Head => {
                self.part = Part::Rows;
                line(E::HEAD)
            }
            Part::Rows => self.rows().await,
            Part::Over => return None,
        };
        Some((Ok(Bytes::from(text)), self))
    }

    async fn rows(&mut self) -> Vec<u8> {
        let Portion { mut text, rows, next } = match self.exported.portion(self.cursor.as_ref()).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(%error, sent = self.sent, "an export broke off");
                self.part = Part::Over;
                return line(["INCOMPLETE: the database did not answer; export again"]);
            }
        };
        self.sent += rows;
        self.cursor = next;
        if self.cursor.is_none() {
            self.part = Part::Over;
        } else if self.sent >= MOST {
            text.extend(line([format!("INCOMPLETE: only the newest {MOST} {} are exported; narrow the list", E::ROWS)]));
            self.part = Part::Over;
        }
        text
    }
}
