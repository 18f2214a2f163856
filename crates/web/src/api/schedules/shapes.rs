//! How schedules are written and read.

use model::ids::{RunId, ScheduleId, TenantId};
use model::operations::Operation;
use model::operations::backup_schedule_run;
use model::operations::inventory_sync::Arguments;
use model::schedule::{Cadence, CatchUp, Fire, NewSchedule, Omission, Weekday};
use model::time::Moment;
use pages::schedules::{Input, SCHEDULED};

use crate::api::coded::{Choice, Coded, Codes};
use crate::api::inventory::{TypeKey, keys};
use crate::api::query::invalid;
use crate::api::shape::Whole;
use crate::api::{answers, bodies};
use crate::error::Error;

/// How often a schedule is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Every day.
    Daily,
    /// On days of the week.
    Weekly,
    /// As a pattern says.
    Cron,
}

impl Codes for Kind {
    fn all() -> Vec<Self> {
        vec![Self::Daily, Self::Weekly, Self::Cron]
    }

    fn code(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Cron => "cron",
        }
    }
}

/// What a schedule of a tenant can start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scheduled(Operation);

impl Codes for Scheduled {
    fn all() -> Vec<Self> {
        SCHEDULED.map(Self).to_vec()
    }

    fn code(self) -> &'static str {
        self.0.code()
    }
}

impl Codes for Weekday {
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }

    fn code(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }
}

answers! {
    /// A schedule.
    Schedule {
        /// Its id.
        id: ScheduleId,
        /// Its tenant.
        tenant_id: Option<TenantId>,
        /// Its name.
        name: String,
        /// The type of what it starts.
        r#type: String,
        /// The resource types that it syncs or captures; empty for a type that reads all of its own.
        types: Vec<String>,
        /// Of a backup: how many sets are kept.
        keep_last: Option<u32>,
        /// Of a backup: for how many days sets are kept.
        keep_days: Option<u32>,
        /// Of a backup: whether lists that show no change are trusted.
        trust_list: Option<bool>,
        /// How often; `null` when this version cannot read it.
        kind: Option<Coded<Kind>>,
        /// The time of day, with `daily` and `weekly`.
        at: Option<String>,
        /// The days, with `weekly`.
        days: Option<Vec<Coded<Weekday>>>,
        /// The pattern, with `cron`.
        cron: Option<String>,
        /// Whose clocks; `null` when this version does not know the zone.
        time_zone: Option<String>,
        /// What becomes of times that were missed.
        catch_up: Coded<CatchUp>,
        /// How many are made up for, with `all`.
        catch_up_bound: u32,
        /// Whether it fires.
        enabled: bool,
        /// Since when it is put away.
        archived_at: Option<Moment>,
        /// The latest time that was decided upon.
        last_fired_at: Option<Moment>,
        /// The next time; `null` while it does not fire.
        next_fire_at: Option<Moment>,
        /// Why it was switched off by itself.
        problem: Option<String>,
        /// Grows with every edit.
        revision: i64,
        /// Since when it is.
        created_at: Moment,
    }

    /// A time at which a schedule was due, and what became of it.
    FireRow {
        /// When it was due.
        scheduled_for: Moment,
        /// The time on the wall that was meant.
        local: String,
        /// What it started, while that is recorded.
        run_id: Option<RunId>,
        /// Why nothing was started.
        omitted: Option<Coded<Omission>>,
        /// How many times were left out with it.
        omitted_count: u64,
        /// When it was decided.
        decided_at: Moment,
    }
}

bodies! {
    /// A schedule as it is wanted.
    ScheduleBody {
        /// Its name.
        name: String = {"minLength": 1, "maxLength": 100},
        /// What it starts; left out: an inventory sync.
        r#type: Option<Choice<Scheduled>>,
        /// How often.
        kind: Choice<Kind>,
        /// The time of day, e.g. `02:30`; with `daily` and `weekly`.
        at: Option<String> = {"pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
        /// The days, with `weekly`.
        days: Option<Vec<Choice<Weekday>>> = {"maxItems": 7},
        /// Minute, hour, day of the month, month, day of the week; with `cron`.
        cron: Option<String> = {"maxLength": 100},
        /// Name of a time zone of the IANA database.
        time_zone: String = {"maxLength": 100},
        /// What becomes of times that are missed; left out: `latest`.
        catch_up: Option<Choice<CatchUp>>,
        /// How many are made up for, with `all`; left out: 1.
        catch_up_bound: Option<Whole> = {"minimum": 1, "maximum": 50},
        /// Of a backup: how many sets are kept; `null` or left out: no such rule.
        keep_last: Option<Whole> = {"minimum": 1, "maximum": 3650},
        /// Of a backup: for how many days sets are kept; `null` or left out: no such rule.
        keep_days: Option<Whole> = {"minimum": 1, "maximum": 3650},
        /// Of a backup: whether lists that show no change are trusted; left out: no.
        trust_list: Option<bool>,
        /// Keys of resource types, for an inventory sync or a backup; `null` or left out: all that are kept in the inventory.
        types: Option<Vec<TypeKey>> = {"minItems": 1, "maxItems": 200},
    }

    /// Whether it fires.
    SwitchBody {
        /// Whether it fires.
        enabled: bool,
    }

    /// Whether it is put away.
    ArchiveBody {
        /// Whether it is put away.
        archived: bool,
    }

    /// Who removes a schedule says its name.
    PurgeScheduleBody {
        /// The name of the schedule.
        confirm: String = {"maxLength": 200},
    }
}

impl ScheduleBody {
    /// What was meant; read by the same rules as the form.
    ///
    /// # Errors
    /// [`Error::Invalid`] says what is wrong.
    pub(crate) fn read(self) -> Result<NewSchedule, Error> {
        if self.catch_up_bound.is_some_and(|bound| !(1..=CatchUp::MOST).contains(&bound.0)) {
            return Err(invalid("`catch_up_bound` is from 1 to 50"));
        }
        let figure = |figure: Option<Whole>| figure.map_or_else(String::new, |figure| figure.0.to_string());
        let everything = || Arguments::everything().types().map(str::to_owned).collect();
        let input = Input {
            name: self.name,
            operation: self.r#type.map_or_else(String::new, |kind| Codes::code(kind.0).to_owned()),
            kind: self.kind.0.code().to_owned(),
            at: self.at.unwrap_or_default(),
            days: self.days.unwrap_or_default().into_iter().map(|day| day.0.code().to_owned()).collect(),
            cron: self.cron.unwrap_or_default(),
            zone: self.time_zone,
            catch_up: self.catch_up.map_or(CatchUp::Latest, |policy| policy.0).code().to_owned(),
            bound: self.catch_up_bound.map_or(1, |bound| bound.0).to_string(),
            keep_last: figure(self.keep_last),
            keep_days: figure(self.keep_days),
            trust_list: self.trust_list.unwrap_or(false),
            types: self.types.map(keys).transpose()?.unwrap_or_else(everything),
        };
        input.read().map_err(|words| invalid(&words))
    }
}

impl From<model::schedule::Schedule> for Schedule {
    fn from(schedule: model::schedule::Schedule) -> Self {
        let (kind, at, days, cron) = match &schedule.cadence {
            Some(Cadence::Daily { at }) => (Some(Kind::Daily), Some(at.to_string()), None, None),
            Some(Cadence::Weekly { days, at }) => {
                let days = days.as_slice().iter().copied().map(Coded).collect();
                (Some(Kind::Weekly), Some(at.to_string()), Some(days), None)
            }
            Some(Cadence::Cron { text }) => (Some(Kind::Cron), None, None, Some(text.as_str().to_owned())),
            None => (None, None, None, None),
        };
        let backup = backup_schedule_run::Arguments::stored(&schedule.arguments)
            .filter(|_| schedule.operation() == Some(Operation::BackupScheduleRun));
        let types = match &backup {
            Some(backup) => backup.selection.types(&std::collections::BTreeSet::new()).into_iter().collect(),
            None => Arguments::stored(&schedule.arguments)
                .map_or_else(Vec::new, |arguments| arguments.types().map(str::to_owned).collect()),
        };
        Self {
            id: schedule.id,
            tenant_id: schedule.tenant_id,
            name: schedule.name,
            r#type: schedule.type_code,
            types,
            keep_last: backup.as_ref().and_then(|backup| backup.retention.keep_last),
            keep_days: backup.as_ref().and_then(|backup| backup.retention.keep_days),
            trust_list: backup.map(|backup| backup.trust_list),
            kind: kind.map(Coded),
            at,
            days,
            cron,
            time_zone: schedule.zone.as_ref().map(|zone| zone.name().to_owned()),
            catch_up: Coded(schedule.catch_up),
            catch_up_bound: schedule.bound,
            enabled: schedule.enabled,
            archived_at: schedule.archived_at,
            last_fired_at: schedule.last_fired_at,
            next_fire_at: schedule.next_fire_at,
            problem: schedule.problem,
            revision: schedule.revision,
            created_at: schedule.created_at,
        }
    }
}

impl From<Fire> for FireRow {
    fn from(fire: Fire) -> Self {
        Self {
            scheduled_for: fire.scheduled_for,
            local: fire.local,
            run_id: fire.run,
            omitted: fire.omitted.map(Coded),
            omitted_count: fire.omitted_count,
            decided_at: fire.decided_at,
        }
    }
}
