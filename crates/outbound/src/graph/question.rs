//! A GET that is not sent yet, alone or among others.

use std::borrow::Cow;

use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::ApiVersion;
use url::Url;

use super::quota::Cost;
use super::route::Route;
use super::service;
use super::session::GraphSession;

/// Something to be read once.
#[derive(Debug, Clone)]
pub struct Question {
    pub(super) version: ApiVersion,
    /// Path and query below the version, with a slash in front.
    pub(super) path: String,
    pub(super) route: Route,
}

impl Question {
    /// See [`GraphSession::read`].
    #[must_use]
    pub fn new(path_template: impl Into<Cow<'static, str>>, path_and_query: impl Into<String>, version: ApiVersion) -> Self {
        let path = path_and_query.into();
        let route = Route::of(path_template).asking(query_of(&path));
        Self { version, path, route }
    }

    /// What it costs as a part of a batch, of which it may be the first.
    pub(super) fn cost(&self, first: bool) -> Cost {
        let units = service::units(self.route.service, &self.route.template, query_of(&self.path));
        Cost { requests: if first { 2 } else { 1 }, units, write: false }
    }
}

fn query_of(path: &str) -> &str {
    path.split_once('?').map_or("", |(_, query)| query)
}

impl GraphSession {
    /// The answer to one question.
    pub(super) async fn answer(&self, question: &Question) -> Result<Json, Failure> {
        self.get(&self.address(question)?, &question.route).await
    }

    /// Where a question goes.
    pub(super) fn address(&self, question: &Question) -> Result<Url, Failure> {
        let path = format!("/{}{}", question.version.segment(), question.path);
        self.registration.endpoints.graph_url(&path).ok_or_else(|| Failure::new(Code::Internal))
    }
}
