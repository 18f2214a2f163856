//! What stands for the parameters of a path.

use model::ids::{
    AlertDestinationId, AlertRuleId, ApiTokenId, BackupSetId, BaselineId, FindingId, InventoryItemId, InvitationId, OperatorId,
    RestoreId, RolloutId, RunId, ScheduleId, TenantGroupId, TenantId, UserId,
};

/// What stands for the parameters of a path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) tenant: TenantId,
    pub(crate) run: RunId,
    pub(crate) item: InventoryItemId,
    pub(crate) schedule: ScheduleId,
    pub(crate) backup: BackupSetId,
    /// A restore, and its revision.
    pub(crate) restore: (RestoreId, i64),
    pub(crate) finding: FindingId,
    pub(crate) rollout: RolloutId,
    /// A baseline, and its revision.
    pub(crate) baseline: (BaselineId, i64),
    /// A group of tenants, called by its own id.
    pub(crate) group: TenantGroupId,
    /// A rule of alerts and its destination, both called by their own ids.
    pub(crate) alert: (AlertRuleId, AlertDestinationId),
    pub(crate) people: People,
    pub(crate) operator: OperatorId,
    /// The secret part of an operator's one-time link.
    pub(crate) link: &'static str,
    pub(crate) token: ApiTokenId,
}

/// A member, and an invitation with its link.
#[derive(Debug, Clone, Copy)]
pub(crate) struct People {
    pub(crate) member: UserId,
    pub(crate) invitation: InvitationId,
    /// The token of the link, as a number.
    pub(crate) token: [u128; 2],
}

impl People {
    /// Whom nobody knows.
    pub(crate) fn nobody() -> Self {
        Self { member: UserId::generate(), invitation: InvitationId::generate(), token: [1, 2] }
    }

    /// The token as it stands in the link.
    pub(crate) fn token(&self) -> String {
        format!("{:032x}{:032x}", self.token[0], self.token[1])
    }
}

/// A link that nobody has.
const NO_LINK: &str = "00000000000000000000000000000000ffffffffffffffffffffffffffffffff";

impl Place {
    /// Of ids that nothing has.
    pub(crate) fn nowhere() -> Self {
        let (item, schedule, token) = (InventoryItemId::generate(), ScheduleId::generate(), ApiTokenId::generate());
        let (tenant, run, operator) = (TenantId::generate(), RunId::generate(), OperatorId::generate());
        let backup = BackupSetId::generate();
        let (restore, baseline) = ((RestoreId::generate(), 1), (BaselineId::generate(), 1));
        let (finding, rollout) = (FindingId::generate(), RolloutId::generate());
        let alert = (AlertRuleId::generate(), AlertDestinationId::generate());
        let (people, link, group) = (People::nobody(), NO_LINK, TenantGroupId::generate());
        Self {
            tenant,
            run,
            item,
            schedule,
            backup,
            restore,
            finding,
            rollout,
            baseline,
            group,
            alert,
            people,
            operator,
            link,
            token,
        }
    }

    /// The path with this place in it.
    pub(crate) fn in_path(&self, path: &str) -> String {
        let filled = path
            .replace("{tenant}", &self.tenant.to_string())
            .replace("{run}", &self.run.to_string())
            .replace("{item}", &self.item.to_string())
            .replace("{schedule}", &self.schedule.to_string())
            .replace("{backup}", &self.backup.to_string())
            .replace("{restore}", &self.restore.0.to_string())
            .replace("{rollout}", &self.rollout.to_string())
            .replace("{number}", "1")
            .replace("{kind}", "group")
            .replace("{reference}", "none")
            // An incident is of two tenants: nothing stands there.
            .replace("{incident}", &"0".repeat(64))
            // A report is made by a run: nothing stands there.
            .replace("{report}", &self.finding.to_string())
            .replace("{finding}", &self.finding.to_string())
            .replace("{baseline}", &self.baseline.0.to_string())
            .replace("{assigned}", &self.tenant.to_string())
            .replace("{group}", &self.group.to_string())
            .replace("{alert_rule}", &self.alert.0.to_string())
            .replace("{alert_destination}", &self.alert.1.to_string())
            // A file: nothing stands there.
            .replace("{file}", &self.backup.to_string())
            .replace("{member}", &self.people.member.to_string())
            .replace("{invitation}", &self.people.invitation.to_string())
            .replace("{token}", &self.people.token())
            .replace("{operator}", &self.operator.to_string())
            .replace("{link}", self.link)
            .replace("{provider}", "nobody")
            .replace("{api_token}", &self.token.to_string())
            .replace("{version}", "1")
            .replace("{key}", "time_zone")
            .replace("{page}", "sync")
            .replace("/assets/{name}", &pages::assets()[0].path);
        assert!(!filled.contains('{'), "say in asking.rs what stands for the parameter of {path}");
        filled
    }
}
