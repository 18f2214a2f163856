//! How the simulator pages and which habits of Graph it shows.

use std::time::Duration;

use crate::audit::AuditActor;
use crate::consent::Consent;
use crate::delta::DeltaSettings;
use crate::throttle::Limits;

/// Settings of a [`crate::Sim`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Items per page where `$top` does not count.
    pub page_size: usize,
    /// Whether `$top` counts, up to `max_top`. Off by default: every list then comes in small pages, which finds missing loops.
    pub honour_top: bool,
    /// The largest page that `$top` can ask for.
    pub max_top: usize,
    /// An empty page with a nextLink after the first page of every list that has more than one.
    pub empty_middle_page: bool,
    /// Elements of an expanded collection that come with the item; more are behind `<property>@odata.nextLink`. `None`: all.
    pub expanded_page: Option<usize>,
    /// How long a token lasts.
    pub token_lifetime: Duration,
    /// Scheme and host of links. `None`: those of the request's `Host` header.
    pub base_url: Option<String>,
    /// How long the listener waits before it answers.
    pub latency: Duration,
    /// Throttling by these limits; none when absent.
    pub limits: Option<Limits>,
    /// How delta queries behave.
    pub delta: DeltaSettings,
    /// What an administrator answers when asked to consent.
    pub consent: Consent,
    /// For so long after it was created over Graph an object is answered with 404 and missing in lists.
    pub unseen_after_create: Duration,
    /// So many reads (of the object, of a list that holds it, or of it as the target of an assignment) do not find what was created
    /// over Graph.
    pub unseen_reads: u32,
    /// For so long after it was deleted over Graph an object is answered as it was.
    pub lingers_after_delete: Duration,
    /// Who changes things in the portal, as the audit logs tell.
    pub actor: AuditActor,
    /// So long after it happened an event is in an audit log.
    pub audit_delay: Duration,
    /// Whether each list of Intune's audit log has an element that is no event.
    pub audit_odd: bool,
    /// Whether texts of custom settings and secret values of the settings catalog that are written in clear are masked from then on.
    pub masks_secrets: bool,
    /// Where the ids that the simulator makes begin; two with one seed make the same ids.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            page_size: 25,
            honour_top: false,
            max_top: 1000,
            empty_middle_page: false,
            expanded_page: None,
            token_lifetime: Duration::from_secs(3599),
            base_url: None,
            latency: Duration::ZERO,
            limits: None,
            unseen_after_create: Duration::ZERO,
            unseen_reads: 0,
            lingers_after_delete: Duration::ZERO,
            consent: Consent::Granted,
            delta: DeltaSettings::default(),
            actor: AuditActor::default(),
            audit_delay: Duration::ZERO,
            audit_odd: false,
            masks_secrets: false,
            seed: 1,
        }
    }
}
