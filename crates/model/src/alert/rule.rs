//! Rules: what is told, of which tenants, where to, and how often.

use std::ops::RangeInclusive;

use super::quiet::QuietHours;
use crate::codes::codes;
use crate::finding::Severity;
use crate::ids::{AlertDestinationId, AlertRuleId, TenantGroupId, TenantId};
use crate::name;
use crate::time::Moment;

/// Rules of a workspace, at most.
pub const MOST_RULES: i64 = 100;
/// The longest time for which alerts are gathered or not repeated, in minutes: a week.
const LONGEST_WAIT: u32 = 7 * 24 * 60;

codes! {
    /// What a rule tells of.
    RuleKind {
        /// A run failed, partly succeeded or was blocked.
        RunFailed = "run_failed",
        /// A finding at or above a severity was opened.
        Finding = "finding",
        /// The credential of a connection ends soon, or has ended.
        CredentialExpiring = "credential_expiring",
        /// A schedule did not start what it was to start.
        ScheduleMissed = "schedule_missed",
        /// No worker was heard of.
        NoWorker = "no_worker",
        /// A tenant has had no whole backup for so long.
        NoBackup = "no_backup",
        /// A schedule made a report.
        ReportMade = "report_made",
    }
}

/// The number that a kind of rule asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// What it says, as the label of a field.
    pub label: &'static str,
    /// What it may be.
    pub bounds: RangeInclusive<u32>,
    /// What is proposed.
    pub proposed: u32,
}

impl RuleKind {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::RunFailed => "Run failed",
            Self::Finding => "Finding",
            Self::CredentialExpiring => "Credential expiring",
            Self::ScheduleMissed => "Schedule missed",
            Self::NoWorker => "No worker alive",
            Self::NoBackup => "No successful backup",
            Self::ReportMade => "Report made",
            Self::Unknown => "Unknown rule",
        }
    }

    /// What it tells of, in a sentence.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::RunFailed => "An operation run failed, succeeded in part, or was blocked.",
            Self::Finding => "A finding at or above a severity was opened, or opened again.",
            Self::CredentialExpiring => "The secret or certificate of a connection ends soon, or has ended.",
            Self::ScheduleMissed => "A schedule did not start what it was to start, or is late.",
            Self::NoWorker => "No worker was heard of for some minutes, so nothing that is started begins.",
            Self::NoBackup => "A tenant has had no whole backup for some hours.",
            Self::ReportMade => {
                "A schedule made a report. By mail the report comes along: whoever gets the mail can read it, whatever they may see here."
            }
            Self::Unknown => "This version does not know what it tells of.",
        }
    }

    /// The number that it asks for.
    #[must_use]
    pub fn amount(self) -> Option<Amount> {
        let (label, bounds, proposed) = match self {
            Self::CredentialExpiring => ("Days before it ends (told 30, 7 and 1 days ahead, and at the end)", 0..=30, 30),
            Self::ScheduleMissed => ("Minutes that a schedule may be late", 5..=1440, 15),
            Self::NoWorker => ("Minutes without a worker", 1..=1440, 5),
            Self::NoBackup => ("Hours without a whole backup", 1..=2160, 48),
            Self::RunFailed | Self::Finding | Self::ReportMade | Self::Unknown => return None,
        };
        Some(Amount { label, bounds, proposed })
    }

    /// Whether it asks for a severity.
    #[must_use]
    pub const fn has_severity(self) -> bool {
        matches!(self, Self::Finding)
    }

    /// Whether it can be narrowed to tenants.
    #[must_use]
    pub const fn is_of_tenants(self) -> bool {
        !matches!(self, Self::NoWorker | Self::Unknown)
    }
}

/// Of which tenants a rule tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// All of the workspace, now and later.
    #[default]
    All,
    /// One.
    Tenant(TenantId),
    /// Those in a group.
    Group(TenantGroupId),
    /// Of a tenant or group that was removed: of none. It does not become one of all.
    Gone,
}

impl Reach {
    /// The tenant, where it is one.
    #[must_use]
    pub const fn tenant(self) -> Option<TenantId> {
        match self {
            Self::Tenant(id) => Some(id),
            _ => None,
        }
    }

    /// The group, where it is one.
    #[must_use]
    pub const fn group(self) -> Option<TenantGroupId> {
        match self {
            Self::Group(id) => Some(id),
            _ => None,
        }
    }
}

/// A rule as somebody wants it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRule {
    /// What it is called.
    pub name: String,
    /// What it tells of.
    pub kind: RuleKind,
    /// From which severity on; without meaning for most kinds.
    pub severity: Severity,
    /// The number that its kind asks for; 0 where it asks for none.
    pub amount: u32,
    /// Of which tenants.
    pub reach: Reach,
    /// Where to.
    pub destination: AlertDestinationId,
    /// When nothing is sent.
    pub quiet: Option<QuietHours>,
    /// For so many minutes the same thing is not told again.
    pub cooldown_minutes: u32,
    /// For so many minutes alerts are gathered into one message.
    pub digest_minutes: u32,
    /// Whether it is on.
    pub enabled: bool,
}

/// Why something is no rule, in words for the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoRule {
    /// Its name is none.
    #[error("a name has 1 to 100 characters, in one line")]
    Name,
    /// Its kind is not known.
    #[error("choose what the rule tells of")]
    Kind,
    /// No severity.
    #[error("choose a severity")]
    Severity,
    /// The number is out of bounds.
    #[error("the number is out of its bounds")]
    Amount,
    /// It cannot be narrowed to tenants.
    #[error("workers are of the whole installation; a rule about them has no tenants")]
    Reach,
    /// Its tenant or group was removed.
    #[error("the tenant or group of the rule was removed; choose another, or switch the rule off")]
    Gone,
    /// A time in minutes is too long.
    #[error("gathering and cooldown take a week (10,080 minutes) at most")]
    Wait,
}

impl NewRule {
    /// The rule as it is kept.
    ///
    /// # Errors
    /// [`NoRule`] in words for the form.
    pub fn checked(self) -> Result<Self, NoRule> {
        let name = name::name(&self.name).map_err(|_| NoRule::Name)?;
        if self.kind == RuleKind::Unknown {
            return Err(NoRule::Kind);
        }
        if self.kind.has_severity() && self.severity == Severity::Unknown {
            return Err(NoRule::Severity);
        }
        let amount = match self.kind.amount() {
            Some(asked) if asked.bounds.contains(&self.amount) => self.amount,
            Some(_) => return Err(NoRule::Amount),
            None => 0,
        };
        if !self.kind.is_of_tenants() && self.reach != Reach::All {
            return Err(NoRule::Reach);
        }
        if self.enabled && self.reach == Reach::Gone {
            return Err(NoRule::Gone);
        }
        if self.cooldown_minutes.max(self.digest_minutes) > LONGEST_WAIT {
            return Err(NoRule::Wait);
        }
        Ok(Self { name, amount, ..self })
    }
}

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its id.
    pub id: AlertRuleId,
    /// What it says.
    pub says: NewRule,
    /// What its destination is called.
    pub destination_name: String,
    /// What its tenant or group is called; `None` where it is of all.
    pub reach_name: Option<String>,
    /// Grows with each change.
    pub revision: i64,
    /// When it was changed last.
    pub updated_at: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kind: RuleKind, amount: u32) -> NewRule {
        NewRule {
            name: " Night watch ".to_owned(),
            kind,
            severity: Severity::High,
            amount,
            reach: Reach::All,
            destination: AlertDestinationId::generate(),
            quiet: None,
            cooldown_minutes: 0,
            digest_minutes: 5,
            enabled: true,
        }
    }

    #[test]
    fn every_kind_has_words_and_takes_what_it_proposes() {
        for kind in RuleKind::ALL {
            assert!(!kind.label().is_empty() && kind.sentence().ends_with('.'));
            let proposed = kind.amount().map_or(0, |amount| amount.proposed);
            assert_eq!(rule(*kind, proposed).checked().map(|rule| rule.name), Ok("Night watch".to_owned()));
        }
    }

    #[test]
    fn what_a_kind_does_not_ask_for_is_not_kept_and_what_it_asks_for_is_checked() {
        assert_eq!(rule(RuleKind::RunFailed, 7).checked().map(|rule| rule.amount), Ok(0));
        assert_eq!(rule(RuleKind::NoBackup, 0).checked(), Err(NoRule::Amount));
        assert_eq!(rule(RuleKind::Unknown, 0).checked(), Err(NoRule::Kind));
        let no_severity = NewRule { severity: Severity::Unknown, ..rule(RuleKind::Finding, 0) };
        assert_eq!(no_severity.checked(), Err(NoRule::Severity));
        let narrowed = NewRule { reach: Reach::Tenant(TenantId::generate()), ..rule(RuleKind::NoWorker, 5) };
        assert_eq!(narrowed.checked(), Err(NoRule::Reach));
        let gone = NewRule { reach: Reach::Gone, ..rule(RuleKind::RunFailed, 0) };
        assert_eq!(gone.clone().checked(), Err(NoRule::Gone));
        assert!(NewRule { enabled: false, ..gone }.checked().is_ok(), "it can be switched off");
        let long = NewRule { digest_minutes: 20_000, ..rule(RuleKind::RunFailed, 0) };
        assert_eq!(long.checked(), Err(NoRule::Wait));
    }
}
