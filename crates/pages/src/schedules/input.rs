//! What stands in the form of a schedule, as it was typed.

use std::collections::BTreeSet;

use model::backup::{Retention, Selection};
use model::operations::inventory_sync::Arguments;
use model::operations::{Identity, Operation};
use model::operations::{
    audit_events_sync, backup_schedule_run, directory_role_definitions_sync, entra_group_sync, restore_drill,
};
use model::schedule::{Cadence, CatchUp, CronText, Days, NewSchedule, Schedule, TimeOfDay, Weekday, Zone};

/// What a schedule of a tenant can start, the usual first.
pub const SCHEDULED: [Operation; 6] = [
    Operation::InventorySync,
    Operation::BackupScheduleRun,
    Operation::EntraGroupSync,
    Operation::DirectoryRoleDefinitionsSync,
    Operation::AuditEventsSync,
    Operation::RestoreDrill,
];

/// The fields of the form: `name`, `operation`, `kind` (`daily`, `weekly`, `cron`), `at`, `days`…, `cron`, `zone`, `catch_up`, `bound`, `types`…;
/// of a backup also `keep_last`, `keep_days`, `trust_list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// The stored code of what it starts; empty: an inventory sync.
    pub operation: String,
    /// `daily`, `weekly` or `cron`.
    pub kind: String,
    /// A time of day, for the first two.
    pub at: String,
    /// Days of the week, for the second.
    pub days: BTreeSet<String>,
    /// A pattern, for the third.
    pub cron: String,
    /// Name of the time zone.
    pub zone: String,
    /// What becomes of missed times.
    pub catch_up: String,
    /// How many are made up for.
    pub bound: String,
    /// Keys of the resource types.
    pub types: BTreeSet<String>,
    /// How many backups are kept; empty: no such rule.
    pub keep_last: String,
    /// For how many days backups are kept; empty: no such rule.
    pub keep_days: String,
    /// Whether a backup trusts lists that show no change.
    pub trust_list: bool,
}

impl Input {
    /// What a new form proposes.
    #[must_use]
    pub fn proposed() -> Self {
        Self {
            name: String::new(),
            operation: Operation::InventorySync.code().to_owned(),
            kind: "daily".to_owned(),
            at: "02:00".to_owned(),
            days: BTreeSet::new(),
            cron: String::new(),
            zone: "UTC".to_owned(),
            catch_up: CatchUp::Latest.code().to_owned(),
            bound: "1".to_owned(),
            types: everything(),
            keep_last: String::new(),
            keep_days: String::new(),
            trust_list: false,
        }
    }

    /// What stands in the form of a schedule that is changed.
    #[must_use]
    pub fn of(schedule: &Schedule) -> Self {
        let mut input = Self {
            name: schedule.name.clone(),
            operation: schedule.type_code.clone(),
            zone: schedule.zone.as_ref().map_or_else(String::new, |zone| zone.name().to_owned()),
            catch_up: schedule.catch_up.code().to_owned(),
            bound: schedule.bound.to_string(),
            types: Arguments::stored(&schedule.arguments).map_or_else(BTreeSet::new, |a| a.types().map(str::to_owned).collect()),
            ..Self::proposed()
        };
        if let Some(arguments) = backup_schedule_run::Arguments::stored(&schedule.arguments)
            && schedule.operation() == Some(Operation::BackupScheduleRun)
        {
            let figure = |figure: Option<u32>| figure.map_or_else(String::new, |figure| figure.to_string());
            (input.keep_last, input.keep_days) = (figure(arguments.retention.keep_last), figure(arguments.retention.keep_days));
            input.trust_list = arguments.trust_list;
            input.types = match arguments.selection {
                Selection::Types { types } => types,
                _ => everything(),
            };
        }
        match &schedule.cadence {
            Some(Cadence::Daily { at }) => input.at = at.to_string(),
            Some(Cadence::Weekly { days, at }) => {
                (input.kind, input.at) = ("weekly".to_owned(), at.to_string());
                input.days = days.as_slice().iter().map(|day| code(*day)).collect();
            }
            Some(Cadence::Cron { text }) => (input.kind, input.cron) = ("cron".to_owned(), text.as_str().to_owned()),
            None => {}
        }
        input
    }

    /// What was meant.
    ///
    /// # Errors
    /// What is wrong, as a sentence for whoever typed it.
    pub fn read(&self) -> Result<NewSchedule, String> {
        let sentence = |error: &dyn std::fmt::Display| capitalised(&error.to_string());
        if self.name.trim().is_empty() || self.name.trim().chars().count() > 100 {
            return Err("A name has 1 to 100 characters.".to_owned());
        }
        let cadence = self.cadence()?;
        let operation = match self.operation.as_str() {
            "" => Some(Operation::InventorySync),
            code => SCHEDULED.into_iter().find(|operation| operation.code() == code),
        };
        let operation = operation.ok_or("Choose what it starts.")?;
        let arguments = match operation {
            Operation::InventorySync => Arguments::only(&self.types).map_err(|error| sentence(&error))?.to_stored(),
            Operation::BackupScheduleRun => self.backup()?.to_stored(),
            Operation::EntraGroupSync => entra_group_sync::Arguments::default().to_stored(),
            Operation::AuditEventsSync => audit_events_sync::arguments(),
            Operation::RestoreDrill => restore_drill::arguments(),
            _ => directory_role_definitions_sync::arguments(),
        };
        let catch_up = CatchUp::ALL.iter().copied().find(|policy| policy.code() == self.catch_up);
        let bound: Option<u32> = self.bound.trim().parse().ok().filter(|bound| (1..=CatchUp::MOST).contains(bound));
        let catch_up = catch_up.ok_or("Choose what becomes of missed times.")?;
        if catch_up == CatchUp::All && operation.entry().identity == Identity::PerFire {
            return Err("A backup that was missed is made up for once: choose the latest, or none.".to_owned());
        }
        Ok(NewSchedule {
            name: self.name.trim().to_owned(),
            operation,
            arguments,
            cadence,
            zone: Zone::parse(&self.zone).map_err(|error| sentence(&error))?,
            catch_up,
            bound: match bound {
                Some(bound) => bound,
                None if catch_up == CatchUp::All => {
                    return Err(format!("From 1 to {} missed times are made up for.", CatchUp::MOST));
                }
                None => 1,
            },
        })
    }
}

impl Input {
    /// How often.
    ///
    /// # Errors
    /// What is wrong, as a sentence for whoever typed it.
    pub fn cadence(&self) -> Result<Cadence, String> {
        let sentence = |error: &dyn std::fmt::Display| capitalised(&error.to_string());
        let at = || TimeOfDay::parse(&self.at).map_err(|error| sentence(&error));
        Ok(match self.kind.as_str() {
            "daily" => Cadence::Daily { at: at()? },
            "weekly" => {
                let days = Weekday::ALL.into_iter().filter(|day| self.days.contains(&code(*day)));
                Cadence::Weekly { days: Days::of(days).map_err(|error| sentence(&error))?, at: at()? }
            }
            "cron" => Cadence::Cron { text: CronText::parse(&self.cron).map_err(|error| sentence(&error))? },
            _ => return Err("Choose how often.".to_owned()),
        })
    }

    /// What a backup schedule captures, and how long it is kept. All types that this version knows are all that any version knows.
    fn backup(&self) -> Result<backup_schedule_run::Arguments, String> {
        let sentence = |error: &dyn std::fmt::Display| capitalised(&error.to_string());
        let figure = |text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| "How much is kept is a whole number, or nothing.".to_owned()),
        };
        let retention = Retention::new(figure(&self.keep_last)?, figure(&self.keep_days)?).map_err(|error| sentence(&error))?;
        let selection = if self.types == everything() {
            Selection::All
        } else {
            Selection::of_types(&self.types).map_err(|error| sentence(&error))?
        };
        Ok(backup_schedule_run::Arguments { selection, trust_list: self.trust_list, retention })
    }
}

fn everything() -> BTreeSet<String> {
    Arguments::everything().types().map(str::to_owned).collect()
}

/// The value of a day in the form.
pub(crate) fn code(day: Weekday) -> String {
    day.name().to_lowercase()
}

pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named() -> Input {
        Input { name: "Nightly".to_owned(), ..Input::proposed() }
    }

    #[test]
    fn what_is_read_can_be_shown_again() {
        let weekly =
            Input { kind: "weekly".to_owned(), days: ["monday".to_owned()].into(), zone: "europe/berlin".to_owned(), ..named() };
        let new = weekly.read().unwrap();
        assert_eq!(new.cadence.words(), "Every Monday at 02:00");
        assert_eq!(new.zone.name(), "Europe/Berlin");
    }

    #[test]
    fn a_backup_schedule_says_what_it_holds_and_for_how_long() {
        let input = Input { operation: "backup_schedule_run".to_owned(), keep_last: "7".to_owned(), trust_list: true, ..named() };
        let all = backup_schedule_run::Arguments::stored(&input.read().unwrap().arguments).unwrap();
        assert_eq!((all.selection, all.retention.keep_last, all.trust_list), (Selection::All, Some(7), true));
        let some = Input { types: ["scope_tag".to_owned()].into(), ..input };
        let some = backup_schedule_run::Arguments::stored(&some.read().unwrap().arguments).unwrap();
        assert_eq!(some.selection.words(), "1 type");
    }

    #[test]
    fn whoever_typed_it_is_told_what_is_wrong() {
        let wrong = [
            (Input { name: " ".to_owned(), ..named() }, "A name has 1 to 100 characters."),
            (Input { at: "25:00".to_owned(), ..named() }, "A time of day is written as 02:30, from 00:00 to 23:59."),
            (Input { kind: "weekly".to_owned(), ..named() }, "Choose at least one day of the week."),
            (
                Input { kind: "cron".to_owned(), cron: "0 0 31 2 *".to_owned(), ..named() },
                "No day fits that cron pattern, so it would never be due.",
            ),
            (
                Input { zone: "Mars/Olympus".to_owned(), ..named() },
                "There is no time zone of that name; give one of the IANA database, such as Europe/Berlin.",
            ),
            (Input { types: BTreeSet::new(), ..named() }, "Choose at least one resource type."),
            (Input { kind: "yearly".to_owned(), ..named() }, "Choose how often."),
            (Input { operation: "bulk_action".to_owned(), ..named() }, "Choose what it starts."),
            (
                Input { operation: "backup_schedule_run".to_owned(), keep_last: "0".to_owned(), ..named() },
                "From 1 to 3650 sets are kept.",
            ),
            (
                Input { operation: "backup_schedule_run".to_owned(), keep_days: "soon".to_owned(), ..named() },
                "How much is kept is a whole number, or nothing.",
            ),
            (
                Input { operation: "backup_schedule_run".to_owned(), catch_up: "all".to_owned(), ..named() },
                "A backup that was missed is made up for once: choose the latest, or none.",
            ),
            (
                Input { catch_up: "all".to_owned(), bound: "99".to_owned(), ..named() },
                "From 1 to 50 missed times are made up for.",
            ),
        ];
        for (input, words) in wrong {
            assert_eq!(input.read().unwrap_err(), words);
        }
    }
}
