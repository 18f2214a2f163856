//! How much findings matter in the workspace.

use axum::extract::State;
use axum::response::Response;
use model::finding::{Decides, FindingKind, Fits, NoRule, Ratings, Severity};
use store::KnownRatings;

use crate::api::answer::ok;
use crate::api::body::Body;
use crate::api::coded::{Choice, Coded, Codes};
use crate::api::inventory::{TypeKey, kept};
use crate::api::query::{Query, invalid};
use crate::api::shape::Whole;
use crate::api::{answers, bodies, queries};
use crate::auth::deeds::RateFindings;
use crate::auth::{Manages, Member};
use crate::error::Error;
use crate::state::WebState;

/// Whose rule decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleOf {
    /// The workspace's.
    Workspace,
    /// The product's.
    Product,
    /// None fits.
    Otherwise,
}

impl Codes for RuleOf {
    fn all() -> Vec<Self> {
        vec![Self::Workspace, Self::Product, Self::Otherwise]
    }

    fn code(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Product => "product",
            Self::Otherwise => "otherwise",
        }
    }
}

answers! {
    /// What the workspace says of how much findings matter.
    FindingRatings {
        /// How often it was changed; goes with every change.
        revision: i64,
        /// Its rules. The one counts that says most: type before property before kind.
        rules: Vec<FindingRule>,
        /// Days until something is to be done, as they hold.
        due_days: FindingDueDays,
    }

    /// A rule of the workspace.
    FindingRule {
        /// Key of the type; `null`: any.
        resource_type: Option<String>,
        /// The kind; `null`: any.
        kind: Option<Coded<FindingKind>>,
        /// The property; `null`: any.
        property: Option<String>,
        /// How much it matters.
        severity: Coded<Severity>,
    }

    /// Days until something is to be done about a finding.
    FindingDueDays {
        /// Of a low one.
        low: u32,
        /// Of a medium one.
        medium: u32,
        /// Of a high one.
        high: u32,
        /// Of a critical one.
        critical: u32,
    }

    /// How much a deviation matters, and whose rule says so.
    FindingRating {
        /// How much.
        severity: Coded<Severity>,
        /// Days until something is to be done.
        due_days: u32,
        /// Whose rule.
        decided_by: Coded<RuleOf>,
    }

    /// What came of saving rules.
    FindingRatingsSaved {
        /// As they stand.
        ratings: FindingRatings,
        /// Open findings that matter otherwise, or are due at another time.
        rated: i64,
        /// Whether there are more, which are rated when their tenant is next checked.
        more: bool,
    }
}

bodies! {
    /// What the workspace is to say: all of its rules and days.
    SaveFindingRatingsBody {
        /// The revision that was seen.
        revision: Whole,
        /// All rules. Of two that fit the same the later counts.
        rules: Vec<FindingRuleBody> = {"maxItems": 200},
        /// The days; what is left out is as in the product.
        due_days: Option<FindingDueDaysBody>,
    }

    /// A rule; it names at least one of type, kind and property.
    FindingRuleBody {
        /// Key of the type.
        resource_type: Option<TypeKey>,
        /// The kind.
        kind: Option<Choice<FindingKind>>,
        /// The property; of a kind that is about the object as a whole there is none.
        property: Option<String> = {"minLength": 1, "maxLength": 200},
        /// How much it matters.
        severity: Choice<Severity>,
    }

    /// Days until something is to be done about a finding.
    FindingDueDaysBody {
        /// Of a low one.
        low: Option<Whole> = {"minimum": 1, "maximum": 366},
        /// Of a medium one.
        medium: Option<Whole> = {"minimum": 1, "maximum": 366},
        /// Of a high one.
        high: Option<Whole> = {"minimum": 1, "maximum": 366},
        /// Of a critical one.
        critical: Option<Whole> = {"minimum": 1, "maximum": 366},
    }
}

queries! {
    /// Of which deviation.
    FindingRatingQuery {
        /// Key of the type.
        r#type: Option<TypeKey>,
        /// The kind; left out: `changed`.
        kind: Option<Choice<FindingKind>>,
        /// The property.
        property: Option<String> = {"minLength": 1, "maxLength": 200},
    }
}

fn written(known: &KnownRatings) -> FindingRatings {
    let ratings = &known.ratings;
    let rule = |(fits, severity): (&Fits, Severity)| FindingRule {
        resource_type: fits.resource_type.clone(),
        kind: fits.kind.map(Coded),
        property: fits.property.clone(),
        severity: Coded(severity),
    };
    FindingRatings {
        revision: known.revision,
        rules: ratings.rules().map(rule).collect(),
        due_days: FindingDueDays {
            low: ratings.days(Severity::Low),
            medium: ratings.days(Severity::Medium),
            high: ratings.days(Severity::High),
            critical: ratings.days(Severity::Critical),
        },
    }
}

fn read(wish: &SaveFindingRatingsBody) -> Result<Ratings, NoRule> {
    let mut ratings = Ratings::default();
    for rule in &wish.rules {
        let key = rule.resource_type.as_ref().map(|key| key.0.as_str());
        let fits = Fits::new(key, rule.kind.map(|kind| kind.0), rule.property.as_deref())?;
        ratings.set(fits, rule.severity.0)?;
    }
    if let Some(days) = &wish.due_days {
        let all = [
            (Severity::Low, days.low),
            (Severity::Medium, days.medium),
            (Severity::High, days.high),
            (Severity::Critical, days.critical),
        ];
        for (severity, days) in all {
            ratings.set_days(severity, days.map(|days| days.0))?;
        }
    }
    Ok(ratings)
}

/// `GET /api/v1/finding-ratings`
pub(crate) async fn show(member: Member, State(web): State<WebState>) -> Result<Response, Error> {
    ok(&written(&web.store().findings().ratings(&member.scope).await?))
}

/// `GET /api/v1/finding-ratings/fitting?type=&kind=&property=`
pub(crate) async fn fitting(
    member: Member,
    State(web): State<WebState>,
    query: Query<FindingRatingQuery>,
) -> Result<Response, Error> {
    let wanted = &query.wanted;
    kept(wanted.r#type.iter())?;
    if wanted.property.as_ref().is_some_and(|name| name.is_empty() || name.chars().count() > 200) {
        return Err(invalid("`property` has 1 to 200 characters"));
    }
    let known = web.store().findings().ratings(&member.scope).await?;
    let key = wanted.r#type.as_ref().map_or("", |key| key.0.as_str());
    let kind = wanted.kind.map_or(FindingKind::Changed, |kind| kind.0);
    let (severity, decides) = known.ratings.decides(key, kind, wanted.property.as_deref().unwrap_or_default());
    let decided_by = match decides {
        Decides::Own(_) => RuleOf::Workspace,
        Decides::BuiltIn(_) => RuleOf::Product,
        Decides::Otherwise => RuleOf::Otherwise,
    };
    let due_days = known.ratings.days(severity);
    ok(&FindingRating { severity: Coded(severity), due_days, decided_by: Coded(decided_by) })
}

/// `PUT /api/v1/finding-ratings`
pub(crate) async fn save(
    Manages { member, permit }: Manages<RateFindings>,
    State(web): State<WebState>,
    Body(wish): Body<SaveFindingRatingsBody>,
) -> Result<Response, Error> {
    let ratings = read(&wish).map_err(|problem| invalid(&problem.to_string()))?;
    let findings = web.store().findings();
    let rated = findings.save_ratings(&permit, wish.revision.0.into(), &ratings).await?;
    let ratings = written(&findings.ratings(&member.scope).await?);
    ok(&FindingRatingsSaved { ratings, rated: rated.findings, more: rated.more })
}
