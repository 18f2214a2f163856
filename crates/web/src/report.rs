//! A document on its way out, for pages and programs alike: sent piece by piece, so that it costs the same memory however long it is.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use model::report::{Block, Report, ReportFormat, ReportHead, markdown};
use serde_json::json;
use store::access::WorkspaceScope;
use store::{ReportWriting, Store, StoreError};

use crate::api::reports::ReportBlock;

/// Where the pieces of a document come from.
pub(crate) enum Source {
    /// It is made while it is sent.
    Now(Box<ReportWriting>),
    /// It is kept.
    Kept {
        /// Where.
        store: Store,
        /// Who reads it.
        scope: WorkspaceScope,
        /// Which one.
        report: Box<Report>,
        /// The next part.
        number: i64,
    },
}

impl Source {
    /// What the document is.
    pub(crate) fn head(&self) -> &ReportHead {
        match self {
            Self::Now(writing) => writing.head(),
            Self::Kept { report, .. } => &report.head,
        }
    }

    async fn next(&mut self) -> Result<Option<Vec<Block>>, StoreError> {
        match self {
            Self::Now(writing) => writing.next().await,
            Self::Kept { number, report, .. } if *number >= report.parts => Ok(None),
            Self::Kept { store, scope, report, number } => {
                *number += 1;
                store.reports().part(scope, report, *number - 1).await.map(Some)
            }
        }
    }
}

/// The answer that sends it as a file.
pub(crate) fn file(source: Source, format: ReportFormat) -> Response {
    let head = source.head().clone();
    let around = match format {
        ReportFormat::Json => {
            let text = json!({
                "kind": head.kind.code(),
                "title": head.title(),
                "made_at": head.made_at,
                "from": head.period.map(|period| period.from),
                "until": head.period.map(|period| period.until),
            });
            // What follows the last member takes the place of the brace.
            (format!("{},\"blocks\":[", text.to_string().trim_end_matches('}')), String::new())
        }
        ReportFormat::Markdown => (markdown::head(&head), String::new()),
        ReportFormat::Html | ReportFormat::Unknown => pages::reports::file(&head),
    };
    let mut response = send(source, format, around);
    // Letters, digits and hyphens: a value of a header.
    let name = format!("attachment; filename=\"{}.{}\"", head.file_name(), format.ending());
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// The answer that sends it, between two texts. An error in the middle cannot be told by a status any more: the document says it.
pub(crate) fn send(source: Source, format: ReportFormat, (before, after): (String, String)) -> Response {
    let first = Step { source, format, before: Some(before), after: Some(after), any: false };
    let pieces = stream::unfold(first, |step| async move { step.next().await }).fuse();
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

struct Step {
    source: Source,
    format: ReportFormat,
    /// What is still to be sent before and after the pieces.
    before: Option<String>,
    after: Option<String>,
    /// Whether a block was sent.
    any: bool,
}

impl Step {
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        if let Some(before) = self.before.take() {
            return Some((Ok(Bytes::from(before)), self));
        }
        self.after.as_ref()?;
        let text = match self.source.next().await {
            Ok(Some(blocks)) => self.text(&blocks),
            Ok(None) => self.end(true),
            Err(error) => {
                tracing::warn!(%error, "a report broke off");
                let told = self.text(&[Block::note("INCOMPLETE: the database did not answer. Ask for the report again.")]);
                told + &self.end(false)
            }
        };
        Some((Ok(Bytes::from(text)), self))
    }

    fn end(&mut self, complete: bool) -> String {
        let after = self.after.take().unwrap_or_default();
        if self.format == ReportFormat::Json { format!("],\"complete\":{complete}}}") } else { after }
    }

    fn text(&mut self, blocks: &[Block]) -> String {
        let mut out = String::new();
        for block in blocks {
            match self.format {
                ReportFormat::Json => {
                    if std::mem::replace(&mut self.any, true) {
                        out.push(',');
                    }
                    // Texts only: it can be written.
                    out.push_str(&serde_json::to_string(&ReportBlock::from(block)).unwrap_or_else(|_| "null".to_owned()));
                }
                ReportFormat::Markdown => out.push_str(&markdown::block(block)),
                ReportFormat::Html | ReportFormat::Unknown => out.push_str(&pages::reports::block(block)),
            }
        }
        out
    }
}
