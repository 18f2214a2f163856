//! Writing: one request that changes something, and what is known of it afterwards.
//!
//! A read that failed is asked again. A write may have been carried out although its answer was lost; so an answer here is one of three:
//! it was done, it was refused, or nobody knows. What makes or adds something is sent again only where it is certain that nothing was
//! carried out: no connection stood, the token was refused (401), or the quota (429). Everything else is sent again as reads are.

mod alone;
mod approval;
mod batched;
mod judge;
mod property;
mod settle;

use std::borrow::Cow;
use std::fmt;

use model::failure::Failure;
use model::json::Json;
use model::resource_types::{ApiVersion, Method, encode};
use model::restore::{Effect, Step};

use super::quota::Cost;
use super::recorder::Sent;
use super::route::Route;

pub use approval::ApprovalCode;
pub(crate) use approval::CODE as APPROVAL_CODE;

use approval::Approval;

/// Something to be written. Properties and ids are its content: `Debug` shows neither body nor path.
#[derive(Clone)]
pub struct Write {
    version: ApiVersion,
    method: Method,
    effect: Effect,
    /// The path below the version, with a slash in front and every value percent-encoded.
    path: String,
    route: Route,
    body: Option<Json>,
    approval: Approval,
}

/// What is known of a write.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    /// It was carried out.
    Done {
        /// The status; 404 for a removal that was repeated and found nothing more to remove.
        status: u16,
        /// What Microsoft answered, where it is a JSON object.
        body: Option<Json>,
    },
    /// It was not carried out.
    Refused(Refused),
    /// Nobody knows: the answer was lost, or is none.
    Lost {
        /// How the answer was lost.
        failure: Failure,
    },
}

/// Why a write was not carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// Why. `graph.already_exists` (409), `graph.precondition_failed` (412), `graph.conflict` (409 for others that write at the same
    /// time), `graph.approval_required`, `graph.bad_request`, `graph.forbidden`, `graph.not_found`, `graph.throttled` when it was to
    /// wait for too long; or why it could not be sent at all.
    pub failure: Failure,
    /// The property of the body that may not be written, where the error names one: without it the write may be taken.
    pub names: Option<String>,
    /// Whether another administrator has to approve it (Multi Admin Approval).
    pub approval: bool,
    /// Under which code Microsoft keeps the request for approval; the write is sent again with it once somebody approved.
    pub approval_code: Option<ApprovalCode>,
    /// Whether an attempt before this one got no answer: it may have been carried out all the same.
    pub uncertain: bool,
}

impl Write {
    /// A write of that effect. `template` is the path without ids, for logs; `path` the one to call, below the version, with a slash in
    /// front and every value percent-encoded.
    #[must_use]
    pub fn new(
        effect: Effect,
        method: Method,
        version: ApiVersion,
        template: impl Into<Cow<'static, str>>,
        path: impl Into<String>,
        body: Option<Json>,
    ) -> Self {
        let route = Route { eventual: false, ..Route::of(template) };
        Self { version, method, effect, path: path.into(), route, body, approval: Approval::default() }
    }

    /// A step of a plan. `id` takes the place of `{new}` in its path: the id that the create gave, percent-encoded here.
    #[must_use]
    pub fn of_step(step: &Step, id: Option<&str>) -> Self {
        let path = match id {
            Some(id) => step.path.replace("{new}", &encode(id)),
            None => step.path.clone(),
        };
        Self::new(step.effect, step.method, step.api_version, step.template.clone(), path, step.body.clone())
    }

    /// The same with the words that another administrator reads, where the tenant wants writes to be approved. Without them Microsoft
    /// keeps no request; tenants that want none approved ignore them.
    #[must_use]
    pub fn because(mut self, justification: &str) -> Self {
        self.approval.say(justification);
        self
    }

    /// The same write once more, after it was approved.
    #[must_use]
    pub fn approved_as(mut self, code: ApprovalCode) -> Self {
        self.approval.is_approved(code);
        self
    }

    /// The same without a property at the top of its body.
    #[must_use]
    pub fn without(mut self, property: &str) -> Self {
        if let Some(body) = &mut self.body {
            drop(body.remove(property));
        }
        self
    }

    /// What it does.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// Whether it may be sent again although it may have been carried out.
    #[must_use]
    pub const fn is_repeatable(&self) -> bool {
        matches!(self.effect, Effect::Change | Effect::Replace | Effect::Remove)
    }

    /// What it costs as a part of a batch, of which it may be the first; alone it costs one request less than the first.
    const fn cost(&self, first_of_batch: bool) -> Cost {
        Cost { requests: if first_of_batch { 2 } else { 1 }, units: 1, write: true }
    }
}

impl Written {
    /// What the write answered.
    ///
    /// # Errors
    /// Why it was not carried out, or how its answer was lost.
    pub fn done(self) -> Result<Option<Json>, Failure> {
        match self {
            Self::Done { body, .. } => Ok(body),
            Self::Refused(Refused { failure, .. }) | Self::Lost { failure } => Err(failure),
        }
    }

    /// Whether nobody knows if it was carried out.
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        matches!(self, Self::Lost { .. } | Self::Refused(Refused { uncertain: true, .. }))
    }

    /// With Microsoft's id of the request, where it failed.
    fn named(self, sent: &Sent) -> Self {
        match self {
            Self::Done { .. } => self,
            Self::Refused(refused) => Self::Refused(Refused { failure: sent.named(refused.failure), ..refused }),
            Self::Lost { failure } => Self::Lost { failure: sent.named(failure) },
        }
    }

    /// It was not sent, or refused for good.
    fn refused(failure: Failure) -> Self {
        Self::Refused(Refused { failure, names: None, approval: false, approval_code: None, uncertain: false })
    }
}

impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Write")
            .field("effect", &self.effect)
            .field("method", &self.method)
            .field("template", &self.route.template)
            .finish_non_exhaustive()
    }
}
