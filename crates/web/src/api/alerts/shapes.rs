//! What the API says and takes of alerts.

use model::alert::{
    Delivery, Destination, DestinationKind, Mail, MailSecurity, NewRule, QuietHours, Reach, Rule, RuleKind, path, signing_key,
    web_address,
};
use model::finding::Severity;
use model::ids::{AlertDeliveryId, AlertDestinationId, AlertRuleId, RunId, TenantGroupId, TenantId};
use model::time::Moment;
use secrecy::SecretString;
use store::{DestinationWish, Target};

use crate::api::query::invalid;
use crate::api::shape::Whole;
use crate::api::{answers, bodies, queries};
use crate::error::Error;

answers! {
    /// A destination of alerts. What opens it is never told.
    AlertDestinationRow {
        /// Its id.
        id: AlertDestinationId,
        /// Its name.
        name: String,
        /// `webhook`, `email`, `teams` or `slack`.
        kind: String,
        /// Its address as far as it may be shown.
        shown: String,
        /// Whether it is on.
        enabled: bool,
        /// How many rules send to it.
        rules: i64,
        /// Whether what was sent there last did not arrive.
        last_failed: bool,
        /// Grows with each change.
        revision: i64,
    }

    /// A destination that was made or changed.
    AlertDestinationMade {
        /// The destination.
        destination: AlertDestinationRow,
        /// The key for signing that was made for it; it is told this once.
        signing_key: Option<String>,
    }

    /// A rule of alerts.
    AlertRuleRow {
        /// Its id.
        id: AlertRuleId,
        /// Its name.
        name: String,
        /// `run_failed`, `finding`, `credential_expiring`, `schedule_missed`, `no_worker`, `no_backup` or `report_made`.
        kind: String,
        /// From which severity on; `null` where its kind asks for none.
        severity: Option<String>,
        /// The days, minutes or hours that its kind asks for; `null` where it asks for none.
        amount: Option<u32>,
        /// Of which tenants: `all`, `tenant`, `group`, or `removed` where its tenant or group is gone. Then it tells of nothing.
        reach: String,
        /// The tenant that it is narrowed to.
        tenant_id: Option<TenantId>,
        /// The group of tenants that it is narrowed to.
        group_id: Option<TenantGroupId>,
        /// Where to.
        destination_id: AlertDestinationId,
        /// The beginning of quiet hours.
        quiet_from: Option<String>,
        /// Their end.
        quiet_until: Option<String>,
        /// By whose clock.
        time_zone: Option<String>,
        /// For so many minutes the same is not told again.
        cooldown_minutes: u32,
        /// For so many minutes alerts are gathered into one message.
        digest_minutes: u32,
        /// Whether it is on.
        enabled: bool,
        /// Grows with each change.
        revision: i64,
    }

    /// What became of an event for a rule.
    AlertDeliveryRow {
        /// Its id.
        id: AlertDeliveryId,
        /// What happened: as kinds of rules; `unknown` for a test.
        kind: String,
        /// What happened, in words.
        title: String,
        /// The tenant.
        tenant_id: Option<TenantId>,
        /// The page of it, as a path.
        path: String,
        /// `waiting`, `queued`, `sent`, `failed` or `suppressed`.
        state: String,
        /// Why it failed or was suppressed, as a code.
        reason: Option<String>,
        /// When it happened.
        occurred_at: Moment,
        /// When the other side took it.
        sent_at: Option<Moment>,
        /// The run that sends it.
        run_id: Option<RunId>,
    }
}

bodies! {
    /// What a destination of alerts shall be.
    AlertDestinationBody {
        /// Its name.
        name: String = {"minLength": 1, "maxLength": 100},
        /// What it is. It stays of its kind.
        kind: String = {"enum": ["webhook", "email", "teams", "slack"]},
        /// Whether it is on; left out: it is.
        enabled: Option<bool>,
        /// The web address, except of mail. Left out when it is changed: it stays.
        address: Option<String> = {"maxLength": 2048},
        /// The key of a webhook for signing, as `whsec_…`. Left out: one is made for a new one, and stays when it is changed.
        signing_key: Option<String> = {"maxLength": 200},
        /// How mail is sent, of mail only.
        mail: Option<AlertMailBody>,
        /// The revision that is changed; 0 for a new one.
        revision: Option<Whole> = {"minimum": 0},
    }

    /// How mail is sent.
    AlertMailBody {
        /// The SMTP server.
        host: String = {"minLength": 1, "maxLength": 253},
        /// Its port.
        port: Whole = {"minimum": 1, "maximum": 65535},
        /// How the way to it is protected.
        security: String = {"enum": ["starttls", "tls", "none"]},
        /// Who signs in; left out: nobody.
        user: Option<String> = {"maxLength": 1024},
        /// Their password. Left out when the destination is changed and the same person signs in to the same server: it stays.
        password: Option<String> = {"maxLength": 1024},
        /// From whom mail comes.
        from: String = {"minLength": 3, "maxLength": 320},
        /// To whom it goes.
        to: Vec<String> = {"minItems": 1, "maxItems": 20, "items": {"type": "string", "minLength": 3, "maxLength": 320}},
    }

    /// What a rule of alerts shall say.
    AlertRuleBody {
        /// Its name.
        name: String = {"minLength": 1, "maxLength": 100},
        /// What it tells of.
        kind: String = {"enum": ["run_failed", "finding", "credential_expiring", "schedule_missed", "no_worker", "no_backup", "report_made"]},
        /// From which severity on; findings only.
        severity: Option<String> = {"enum": ["low", "medium", "high", "critical"]},
        /// The days, minutes or hours that its kind asks for; left out: what is proposed.
        amount: Option<Whole> = {"minimum": 0, "maximum": 2160},
        /// Of which tenants; left out: as the tenant or group say. To make a rule whose tenant or group was removed one of all, say `all`.
        reach: Option<String> = {"enum": ["all", "tenant", "group", "removed"]},
        /// Of which tenant; left out with the group: of all.
        tenant_id: Option<TenantId>,
        /// Of which group of tenants.
        group_id: Option<TenantGroupId>,
        /// Where to.
        destination_id: AlertDestinationId,
        /// The beginning of quiet hours, as `22:00`.
        quiet_from: Option<String> = {"maxLength": 5},
        /// Their end.
        quiet_until: Option<String> = {"maxLength": 5},
        /// By whose clock, as `Europe/Berlin`; left out: UTC.
        time_zone: Option<String> = {"maxLength": 64},
        /// For so many minutes the same is not told again.
        cooldown_minutes: Option<Whole> = {"minimum": 0, "maximum": 10080},
        /// For so many minutes alerts are gathered into one message; left out: 5.
        digest_minutes: Option<Whole> = {"minimum": 0, "maximum": 10080},
        /// Whether it is on; left out: it is.
        enabled: Option<bool>,
        /// The revision that is changed; 0 for a new one.
        revision: Option<Whole> = {"minimum": 0},
    }
}

queries! {
    /// Which lines of the log.
    AlertLogQuery {
        /// Only in this state.
        state: Option<String> = {"enum": ["waiting", "queued", "sent", "failed", "suppressed"]},
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

impl From<Destination> for AlertDestinationRow {
    fn from(one: Destination) -> Self {
        let Destination { id, name, kind, shown, enabled, rules, last_failed, revision, .. } = one;
        Self { id, name, kind: kind.code().to_owned(), shown, enabled, rules, last_failed, revision }
    }
}

impl From<Rule> for AlertRuleRow {
    fn from(rule: Rule) -> Self {
        let says = rule.says;
        let quiet = says.quiet.as_ref();
        Self {
            id: rule.id,
            kind: says.kind.code().to_owned(),
            severity: says.kind.has_severity().then(|| says.severity.code().to_owned()),
            amount: says.kind.amount().map(|_| says.amount),
            reach: reach_code(says.reach).to_owned(),
            tenant_id: says.reach.tenant(),
            group_id: says.reach.group(),
            destination_id: says.destination,
            quiet_from: quiet.map(|quiet| quiet.from.to_string()),
            quiet_until: quiet.map(|quiet| quiet.until.to_string()),
            time_zone: quiet.map(|quiet| quiet.zone().to_owned()),
            cooldown_minutes: says.cooldown_minutes,
            digest_minutes: says.digest_minutes,
            enabled: says.enabled,
            revision: rule.revision,
            name: says.name,
        }
    }
}

impl From<Delivery> for AlertDeliveryRow {
    fn from(line: Delivery) -> Self {
        let tenant_id = line.tenant.as_ref().map(|(id, _)| *id);
        Self {
            id: line.id,
            kind: line.kind.code().to_owned(),
            title: line.facts.title(line.kind),
            tenant_id,
            path: path(line.kind, tenant_id, &line.facts),
            state: line.state.code().to_owned(),
            reason: line.reason,
            occurred_at: line.occurred_at,
            sent_at: line.sent_at,
            run_id: line.run,
        }
    }
}

fn told(problem: &impl std::fmt::Display) -> Error {
    invalid(&problem.to_string())
}

/// What a body asks for, and the key that was made for it.
pub(super) fn destination(body: AlertDestinationBody, is_new: bool) -> Result<(DestinationWish, Option<SecretString>), Error> {
    let name = model::name::name(&body.name).map_err(|problem| told(&problem))?;
    let address = |text: Option<String>| {
        web_address(text.as_deref().unwrap_or_default()).map(SecretString::from).map_err(|problem| told(&problem))
    };
    let given = is_new || body.address.is_some();
    let mut made = None;
    let target = match (DestinationKind::from_code(&body.kind), body.mail) {
        (DestinationKind::Email, Some(sent)) => Some(mail(&sent)?),
        (DestinationKind::Email, None) if is_new => return Err(invalid("`mail` says how mail is sent")),
        (DestinationKind::Unknown, _) => return Err(invalid("`kind` is not known")),
        (_, Some(_)) => return Err(invalid("`mail` is for destinations of mail")),
        (DestinationKind::Email, None) => None,
        (DestinationKind::Webhook, None) if !given && body.signing_key.is_none() => None,
        (DestinationKind::Teams | DestinationKind::Slack, None) if !given => None,
        (DestinationKind::Teams, None) => Some(Target::Teams { address: address(body.address)? }),
        (DestinationKind::Slack, None) => Some(Target::Slack { address: address(body.address)? }),
        (DestinationKind::Webhook, None) => {
            let key = match body.signing_key {
                Some(key) => Some(SecretString::from(signing_key(&key).map_err(|problem| told(&problem))?)),
                None if is_new => Some(made.insert(Target::new_key()?).clone()),
                None => None,
            };
            let address = if given { Some(address(body.address)?) } else { None };
            Some(Target::Webhook { address, key })
        }
    };
    Ok((DestinationWish { name, enabled: body.enabled.unwrap_or(true), target }, made))
}

fn mail(sent: &AlertMailBody) -> Result<Target, Error> {
    let password = sent.password.clone().filter(|password| !password.is_empty());
    let strange = |text: &String| text.chars().count() > model::alert::LONGEST_SECRET || text.chars().any(char::is_control);
    if password.as_ref().is_some_and(strange) {
        return Err(told(&model::alert::NoDestination::SignIn));
    }
    let (port, security) = (sent.port.0.to_string(), MailSecurity::from_code(&sent.security));
    let user = sent.user.as_deref().unwrap_or_default();
    let mail = Mail::checked(&sent.host, &port, security, user, &sent.from, &sent.to).map_err(|problem| told(&problem))?;
    Ok(Target::Email { mail, password: password.map(SecretString::from) })
}

const fn reach_code(reach: Reach) -> &'static str {
    match reach {
        Reach::All => "all",
        Reach::Tenant(_) => "tenant",
        Reach::Group(_) => "group",
        Reach::Gone => "removed",
    }
}

/// The rule that a body asks for. `now`: of which tenants it is, where there is one.
pub(super) fn rule(body: AlertRuleBody, now: Option<Reach>) -> Result<NewRule, Error> {
    let kind = RuleKind::from_code(&body.kind);
    let said = body.reach.as_deref();
    let reach = match (body.tenant_id, body.group_id) {
        (None, None) if said == Some("removed") && now == Some(Reach::Gone) => Reach::Gone,
        // It becomes one of all when that is said, not because an id is missing.
        (None, None) if said.is_none() && now == Some(Reach::Gone) => Reach::Gone,
        (None, None) => Reach::All,
        (Some(tenant), None) => Reach::Tenant(tenant),
        (None, Some(group)) => Reach::Group(group),
        (Some(_), Some(_)) => return Err(invalid("a rule has `tenant_id` or `group_id`, not both")),
    };
    if said.is_some_and(|said| said != reach_code(reach)) {
        return Err(invalid("`reach` is another one than `tenant_id` and `group_id` say"));
    }
    let quiet = match (&body.quiet_from, &body.quiet_until) {
        (None, None) => None,
        (from, until) => {
            let (from, until) = (from.as_deref().unwrap_or_default(), until.as_deref().unwrap_or_default());
            let zone = body.time_zone.as_deref().unwrap_or("UTC");
            Some(QuietHours::parse(from, until, zone).map_err(|problem| told(&problem))?)
        }
    };
    let proposed = kind.amount().map_or(0, |amount| amount.proposed);
    let severity =
        if kind.has_severity() { Severity::from_code(body.severity.as_deref().unwrap_or("high")) } else { Severity::Low };
    let rule = NewRule {
        name: body.name,
        kind,
        severity,
        amount: body.amount.map_or(proposed, |amount| amount.0),
        reach,
        destination: body.destination_id,
        quiet,
        cooldown_minutes: body.cooldown_minutes.map_or(0, |minutes| minutes.0),
        digest_minutes: body.digest_minutes.map_or(5, |minutes| minutes.0),
        enabled: body.enabled.unwrap_or(true),
    };
    rule.checked().map_err(|problem| told(&problem))
}

pub(super) fn revision(asked: Option<Whole>) -> i64 {
    asked.map_or(0, |revision| i64::from(revision.0))
}
