//! Scripted misbehaviour: which requests it hits, and what they get.

use model::ids::EntraTenantId;
use model::time::Moment;
use serde::{Deserialize, Serialize};

mod active;

pub(crate) use active::{Faults, Hit};

/// Which of the matching requests are hit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// All of them.
    #[default]
    All,
    /// Only the n-th, counted from 1.
    Nth(u32),
    /// Every k-th.
    Every(u32),
    /// The first n.
    First(u32),
    /// All but the first n.
    After(u32),
    /// So many of a hundred, by the simulator's seed.
    Percent(u32),
}

/// What a hit request gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// 429, with this text as `Retry-After` (seconds, or something that is no number), or without.
    Throttled {
        /// The header's value.
        retry_after: Option<String>,
    },
    /// 401 as for an expired token.
    Expired,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// A status of 500 and above, with a plain body.
    ServerError {
        /// The status.
        status: u16,
    },
    /// A status with Intune's own error as JSON text inside the message.
    NestedError {
        /// The status.
        status: u16,
    },
    /// 200 with an HTML page.
    Html,
    /// 200 with JSON that ends in the middle.
    TruncatedJson,
    /// 200 with an error body.
    ErrorBodyWith200,
    /// The page's nextLink leads to another host.
    ForeignNextLink {
        /// Scheme and host, e.g. `https://graph.example.org`.
        base_url: String,
    },
    /// The page's nextLink leads to the page itself.
    LoopingNextLink,
    /// Every page has a nextLink that was not seen before.
    EndlessNextLink,
    /// A page without objects, whose nextLink leads to the objects that it should have had.
    EmptyPage,
    /// The next page begins with the last object of this one.
    DuplicateObjects,
    /// The connection is closed in the middle of the body.
    DroppedConnection,
    /// The body comes in small parts.
    SlowBody {
        /// Pause between two parts, in milliseconds.
        pause_ms: u64,
    },
    /// What was asked is done; the connection is closed before a byte of the answer.
    AnswerLost,
    /// What was asked is done, and answered with an error.
    ErrorAfterEffect {
        /// The status.
        status: u16,
    },
    /// Nothing is done, and answered as if it were: 204.
    Ignored,
    /// Nothing is done; the connection is closed before a byte.
    LostBefore,
    /// Nothing is done; no answer, and the connection stays open.
    HungBefore,
    /// 400 for each write whose body holds that property, which nobody may write. Other requests are not hit.
    ReadOnlyProperty {
        /// The property, anywhere in the body.
        name: String,
    },
    /// 409: others are writing at the same time.
    Conflict,
    /// 412.
    PreconditionFailed,
    /// 400, for want of a licence.
    NotLicensed,
    /// The answer comes so much later.
    Late {
        /// How much, in milliseconds.
        ms: u64,
    },
    /// What was asked is done; no answer, and the connection stays open.
    Hang,
    /// A body of that many bytes, in valid JSON.
    OversizedBody {
        /// Length of the filling.
        bytes: u64,
    },
    /// Names and descriptions hold markup, bidirectional controls and very long text.
    HostileStrings,
}

/// A fault: requests that match get its effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The tenant of the token; any when absent.
    #[serde(default)]
    pub tenant: Option<EntraTenantId>,
    /// The method; any when absent.
    #[serde(default)]
    pub method: Option<String>,
    /// The beginning of the path (with the version), or its whole template with `{id}`; any when absent.
    #[serde(default)]
    pub path: Option<String>,
    /// A text in the query, e.g. `$skiptoken`: every page but the first; any when absent.
    #[serde(default)]
    pub query: Option<String>,
    /// The service, as counts of throttling name it: `intune`, `intune/device_configuration`, `directory`, `conditional_access`; any
    /// when absent.
    #[serde(default)]
    pub service: Option<String>,
    /// From when.
    #[serde(default)]
    pub from: Option<Moment>,
    /// Until when, that moment not included.
    #[serde(default)]
    pub until: Option<Moment>,
    /// Which of the requests that match.
    #[serde(default)]
    pub which: Which,
    /// How often at most; without limit when absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// What they get.
    pub effect: Effect,
}

impl Fault {
    /// A fault that hits every request.
    #[must_use]
    pub const fn new(effect: Effect) -> Self {
        Self {
            tenant: None,
            method: None,
            path: None,
            query: None,
            service: None,
            from: None,
            until: None,
            which: Which::All,
            times: None,
            effect,
        }
    }

    /// The same for paths that begin so, or have this template.
    #[must_use]
    pub fn on(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// The same for one method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// The same for requests with this text in their query.
    #[must_use]
    pub fn with_query(mut self, text: &str) -> Self {
        self.query = Some(text.to_owned());
        self
    }

    /// The same for one service, as counts of throttling name it.
    #[must_use]
    pub fn of_service(mut self, service: &str) -> Self {
        self.service = Some(service.to_owned());
        self
    }

    /// The same from one moment until another.
    #[must_use]
    pub const fn between(mut self, from: Moment, until: Moment) -> Self {
        (self.from, self.until) = (Some(from), Some(until));
        self
    }

    /// The same for one tenant.
    #[must_use]
    pub const fn in_tenant(mut self, tenant: EntraTenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// The same for some of the requests.
    #[must_use]
    pub const fn which(mut self, which: Which) -> Self {
        self.which = which;
        self
    }

    /// The same, at most so often.
    #[must_use]
    pub const fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }
}

/// A fault that was set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FaultId(pub u64);
