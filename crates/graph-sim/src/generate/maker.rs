//! What every builder needs: randomness from the seed, times, names, and what was made before to refer to.

use std::collections::HashMap;
use std::time::Duration;

use model::json::Json;
use model::time::Moment;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

use super::values::{NULL, list, text, texts};
use super::words;
use crate::derived_id::uuid_of;

const DAY: u64 = 24 * 60 * 60;

/// Makes objects that know of each other.
pub(super) struct Maker {
    random: StdRng,
    pub(super) now: Moment,
    names: HashMap<String, u32>,
    pub(super) groups: Vec<String>,
    pub(super) tags: Vec<String>,
    /// Filters with the platform that they are for.
    pub(super) filters: Vec<(String, String)>,
    pub(super) locations: Vec<String>,
    pub(super) templates: Vec<String>,
    pub(super) apps: Vec<String>,
}

impl Maker {
    pub(super) fn new(seed: u64, now: Moment) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            now,
            names: HashMap::new(),
            groups: Vec::new(),
            tags: vec!["0".to_owned()],
            filters: Vec::new(),
            locations: Vec::new(),
            templates: Vec::new(),
            apps: Vec::new(),
        }
    }

    /// Keeps what later objects may refer to.
    pub(super) fn remember(&mut self, key: &str, object: &Json) {
        let Some(id) = object.get("id").and_then(Json::as_str).map(str::to_owned) else { return };
        match key {
            "group" => self.groups.push(id),
            "scope_tag" if id != "0" => self.tags.push(id),
            "assignment_filter" => {
                let platform = object.get("platform").and_then(Json::as_str).unwrap_or_default();
                self.filters.push((id, platform.to_ascii_lowercase()));
            }
            "named_location" => self.locations.push(id),
            "notification_template" => self.templates.push(id),
            "mobile_app" => self.apps.push(id),
            _ => {}
        }
    }

    pub(super) fn id(&mut self) -> String {
        let mut bytes = [0; 16];
        self.random.fill_bytes(&mut bytes);
        uuid_of(bytes)
    }

    /// One of `0..below`; 0 when there is none.
    pub(super) fn below(&mut self, below: usize) -> usize {
        if below == 0 { 0 } else { self.random.random_range(0..below) }
    }

    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        self.random.random_range(least..=most)
    }

    /// True `percent` times of a hundred.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.random.random_range(0..100) < percent
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = self.below(from.len());
        &from[at]
    }

    /// One of the remembered ids.
    pub(super) fn pick_id(&mut self, from: impl Fn(&Self) -> &[String]) -> Option<String> {
        let count = from(self).len();
        let at = self.below(count);
        from(self).get(at).cloned()
    }

    /// A name that is not used yet, but for one in two hundred: people do give one name twice.
    pub(super) fn name(&mut self, prefix: &str, area: &str) -> String {
        let purpose = *self.pick(&words::PURPOSES);
        let whom = if self.chance(35) { *self.pick(&words::SITES) } else { *self.pick(&words::AUDIENCES) };
        let base = if self.chance(30) {
            format!("{prefix} – {purpose} – {area}")
        } else {
            format!("{prefix} – {purpose} – {area} – {whom}")
        };
        self.unique(base)
    }

    /// The name, with a version behind it when it is taken; once in a while a name comes twice, as people do it.
    pub(super) fn unique(&mut self, base: String) -> String {
        let twice = self.chance(1) && self.chance(50);
        self.numbered(base, twice)
    }

    /// A name that nothing else has, for what the service holds to that.
    pub(super) fn only(&mut self, base: String) -> String {
        // The same numbers are drawn as for any name.
        let _ = self.chance(1) && self.chance(50);
        self.numbered(base, false)
    }

    fn numbered(&mut self, base: String, twice: bool) -> String {
        let used = self.names.entry(base.clone()).or_insert(0);
        *used += 1;
        match *used {
            1 => base,
            _ if twice => base,
            version => format!("{base} – v{version}"),
        }
    }

    pub(super) fn description(&mut self) -> Json {
        match self.below(10) {
            0 | 1 => text(""),
            2 => NULL,
            _ => text(*self.pick(&words::REASONS)),
        }
    }

    /// Times of creation and of the last change: within two years before now, with seven fraction digits as Intune writes them.
    pub(super) fn times(&mut self) -> (Json, Json) {
        let age = self.random.random_range(3 * DAY..700 * DAY);
        let since = self.random.random_range(DAY / 2..age);
        let created = self.past(age);
        let modified = if self.chance(40) { created.clone() } else { self.past(since) };
        (created, modified)
    }

    fn past(&mut self, seconds: u64) -> Json {
        let moment =
            self.now.minus(Duration::from_secs(seconds)).plus(Duration::from_micros(self.random.random_range(0..1_000_000)));
        let fixed = moment.to_fixed_text();
        let digit = self.below(10);
        text(format!("{}{digit}Z", fixed.trim_end_matches('Z')))
    }

    /// A time in whole seconds, as the directory writes them.
    pub(super) fn past_second(&mut self) -> Json {
        let seconds = self.random.random_range(3 * DAY..1500 * DAY);
        let fixed = self.now.minus(Duration::from_secs(seconds)).to_fixed_text();
        text(format!("{}Z", fixed.get(..19).unwrap_or_default()))
    }

    /// Ids of scope tags: mostly the default one.
    pub(super) fn scope_tags(&mut self) -> Json {
        if self.tags.len() < 2 || self.chance(70) {
            return texts(["0"]);
        }
        let at = 1 + self.below(self.tags.len() - 1);
        texts([self.tags[at].as_str()])
    }

    /// Assignments of an object for a platform (Graph's word, in lower case, without its version).
    pub(super) fn assignments(&mut self, object: &str, platform: &str) -> Json {
        if self.chance(18) {
            return list([]);
        }
        let mut targets = Vec::new();
        match self.below(10) {
            0 | 1 => targets.push(self.target("allDevicesAssignmentTarget", None, platform)),
            2 => targets.push(self.target("allLicensedUsersAssignmentTarget", None, platform)),
            _ => {
                for _ in 0..1 + self.below(3) {
                    if let Some(group) = self.pick_id(|maker| &maker.groups) {
                        targets.push(self.target("groupAssignmentTarget", Some(group), platform));
                    }
                }
            }
        }
        if self.chance(25)
            && let Some(group) = self.pick_id(|maker| &maker.groups)
        {
            targets.push(self.target("exclusionGroupAssignmentTarget", Some(group), "none"));
        }
        let mut seen = Vec::new();
        targets.retain(|(name, _)| {
            !seen.contains(name) && {
                seen.push(name.clone());
                true
            }
        });
        list(targets.into_iter().map(|(name, target)| {
            Json::from([
                ("id", text(format!("{object}_{name}"))),
                ("source", text("direct")),
                ("sourceId", text(object)),
                ("target", target),
            ])
        }))
    }

    fn target(&mut self, kind: &str, group: Option<String>, platform: &str) -> (String, Json) {
        let fitting: Vec<&(String, String)> = self.filters.iter().filter(|(_, of)| of.starts_with(platform)).collect();
        let filter = fitting
            .get(if fitting.is_empty() { 0 } else { self.random.random_range(0..fitting.len()) })
            .map(|(id, _)| id.clone());
        let filter = filter.filter(|_| self.random.random_range(0..100) < 25);
        let how = if filter.is_none() {
            "none"
        } else if self.chance(80) {
            "include"
        } else {
            "exclude"
        };
        let mut target = Json::from([
            ("@odata.type", text(format!("#microsoft.graph.{kind}"))),
            ("deviceAndAppManagementAssignmentFilterId", filter.map_or(NULL, text)),
            ("deviceAndAppManagementAssignmentFilterType", text(how)),
        ]);
        let name = group.clone().unwrap_or_else(|| kind.to_owned());
        if let Some(group) = group {
            target.set("groupId", text(group));
        }
        (name, target)
    }
}
