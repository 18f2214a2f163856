//! Who a version is by, as far as the events between two observations tell.

use std::time::Duration;

use super::EventActor;
use crate::time::Moment;

/// Clocks differ, and a list is read a little before it is written: events so far outside of the time between two observations count
/// when there is none inside.
const LEEWAY: Duration = Duration::from_secs(120);

/// The time in which a version was made, and where the times of its neighbours begin and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The latest observation of the earlier state; `None`: there was none, so that nothing tells when it changed.
    pub after: Option<Moment>,
    /// The observation that found it.
    pub until: Moment,
    /// The observation that found the version before it, if there is one: an event up to then may be what made that one.
    pub before: Option<Moment>,
    /// The latest observation before the version after it, if there is one: an event after that may be what made that one.
    pub next: Option<Moment>,
}

/// What is known of an audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// From when on it was read without a gap and is still kept; `None`: it was never read.
    pub from: Option<Moment>,
    /// Up to when its silence means that there is nothing.
    pub until: Option<Moment>,
}

impl Reading {
    /// As it is when not everything up to that moment is known.
    #[must_use]
    pub fn but_for(self, moment: Moment) -> Self {
        Self { from: self.from.map(|from| from.max(moment)), ..self }
    }
}

/// An actor with what they did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// Who.
    pub actor: EventActor,
    /// When they last did something to it, by Microsoft's clock.
    pub at: Moment,
    /// What they did then, in Microsoft's words.
    pub activity: String,
    /// How many events name them.
    pub events: usize,
}

/// Who a version is by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribution {
    /// The audit logs were not read that far yet.
    NotRead,
    /// For some of that time the audit log was never read, or its events are no longer kept; what was read names nobody.
    NotRecorded,
    /// No event names the object, and the audit logs were read.
    Nobody,
    /// There was no observation before it.
    BeforeUs,
    /// All events that name the object are by one actor.
    One(By),
    /// Several actors, the latest first: one of them, or all.
    Several(Vec<By>),
    /// As many as are known so far, the latest first: the audit log was not read to the end of that time.
    SoFar(Vec<By>),
    /// As many as are known, the latest first: others may be missing, as not all of that time is on record.
    AtLeast(Vec<By>),
}

impl Window {
    /// The earliest and the latest moment of events that may count: never one of the time of a neighbour that is not its own.
    #[must_use]
    pub fn reach(self) -> Option<(Moment, Moment)> {
        let after = self.after?;
        let from = self.before.map_or(after.minus(LEEWAY), |before| after.minus(LEEWAY).max(before).min(after));
        let to = self.next.map_or(self.until.plus(LEEWAY), |next| self.until.plus(LEEWAY).min(next).max(self.until));
        Some((from, to))
    }

    /// Who it is by. `events`: those that name the object and took effect, in any order: when, who, what. `reading`: what is known of
    /// the audit log that would tell.
    #[must_use]
    pub fn attribute(self, events: &[(Moment, EventActor, String)], reading: Reading) -> Attribution {
        let (Some(after), Some((from, to))) = (self.after, self.reach()) else { return Attribution::BeforeUs };
        let read = reading.until.is_some_and(|until| until >= self.until);
        let recorded = reading.from.is_some_and(|from| from <= after);
        let within = |from: Moment, to: Moment| events.iter().filter(move |(at, ..)| from < *at && *at <= to).collect::<Vec<_>>();
        let mut found = within(after, self.until);
        // Before the log was read, nothing says that there is no event inside.
        if found.is_empty() && read {
            found = within(from, to);
        }
        let by = each(found);
        match (by.len(), read, recorded) {
            (0, false, _) => Attribution::NotRead,
            (0, true, false) => Attribution::NotRecorded,
            (0, true, true) => Attribution::Nobody,
            (_, false, _) => Attribution::SoFar(by),
            (_, true, false) => Attribution::AtLeast(by),
            (1, true, true) => by.into_iter().next().map_or(Attribution::Nobody, Attribution::One),
            (_, true, true) => Attribution::Several(by),
        }
    }
}

/// Each actor once, the latest first.
fn each(events: Vec<&(Moment, EventActor, String)>) -> Vec<By> {
    let mut by: Vec<By> = Vec::new();
    for (at, actor, activity) in events {
        match by.iter_mut().find(|by| by.actor == *actor) {
            Some(known) => {
                known.events += 1;
                if *at > known.at {
                    (known.at, known.activity) = (*at, activity.clone());
                }
            }
            None => by.push(By { actor: actor.clone(), at: *at, activity: activity.clone(), events: 1 }),
        }
    }
    by.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.actor.cmp(&b.actor)));
    by
}

impl Attribution {
    /// All who are named, the latest first.
    #[must_use]
    pub fn named(&self) -> &[By] {
        match self {
            Self::NotRead | Self::NotRecorded | Self::Nobody | Self::BeforeUs => &[],
            Self::One(by) => std::slice::from_ref(by),
            Self::Several(all) | Self::SoFar(all) | Self::AtLeast(all) => all,
        }
    }

    /// What stands before the names.
    #[must_use]
    pub const fn lead(&self) -> &'static str {
        match self {
            Self::Several(_) => "One or several of ",
            Self::SoFar(_) => "So far known: ",
            Self::AtLeast(_) => "Among others perhaps: ",
            Self::NotRead | Self::NotRecorded | Self::Nobody | Self::BeforeUs | Self::One(_) => "",
        }
    }

    /// Why nobody, or perhaps not everybody, is named: a short text and the whole sentence.
    #[must_use]
    pub const fn gap(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::NotRead => Some(("Not known yet", "The tenant's audit logs have not been read that far.")),
            Self::NotRecorded => {
                Some(("Not recorded", "The tenant's audit log was not read for that time, or its events are no longer kept."))
            }
            Self::Nobody => Some(("No event names it", "The tenant's audit logs were read, and no event names the object.")),
            Self::BeforeUs => Some(("–", "Nothing was observed of it before.")),
            Self::SoFar(_) => Some(("So far known", "The tenant's audit logs have not been read to the end of that time.")),
            Self::AtLeast(_) => {
                Some(("Others perhaps", "Not all events of that time are on record: others may have changed it as well."))
            }
            Self::One(_) | Self::Several(_) => None,
        }
    }

    /// Whether somebody of that name is named, or somebody who used an application of that name; `same` compares two names.
    #[must_use]
    pub fn names(&self, same: impl Fn(&str) -> bool) -> bool {
        self.named().iter().any(|by| same(&by.actor.name) || by.actor.app.as_deref().is_some_and(&same))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::ActorKind;

    fn at(minute: u64) -> Moment {
        Moment::parse("2026-03-01T08:00:00Z").unwrap().plus(Duration::from_secs(60 * minute))
    }

    fn event(minute: u64, name: &str) -> (Moment, EventActor, String) {
        let actor = EventActor { kind: ActorKind::Person, name: name.to_owned(), app: None };
        (at(minute), actor, "Patch".to_owned())
    }

    const WINDOW: fn() -> Window = || Window { after: Some(at(10)), until: at(20), before: None, next: None };

    fn read(from: u64, until: u64) -> Reading {
        Reading { from: Some(at(from)), until: Some(at(until)) }
    }

    fn names(told: &Attribution) -> Vec<&str> {
        told.named().iter().map(|by| by.actor.name.as_str()).collect()
    }

    #[test]
    fn one_actor_is_named_however_often_they_changed_it() {
        let told = WINDOW().attribute(&[event(15, "ann"), event(12, "ann"), event(5, "bob"), event(30, "cy")], read(0, 20));
        let Attribution::One(by) = &told else { panic!("{told:?}") };
        assert_eq!((by.at, by.events, names(&told)), (at(15), 2, vec!["ann"]));
        assert!(told.names(|name| name == "ann") && !told.names(|name| name == "bob"));
    }

    #[test]
    fn several_are_told_as_such() {
        let told = WINDOW().attribute(&[event(15, "ann"), event(18, "bob")], read(0, 20));
        assert!(matches!(told, Attribution::Several(_)));
        assert_eq!(names(&told), ["bob", "ann"]);
    }

    #[test]
    fn silence_is_told_only_when_the_log_was_read() {
        assert_eq!(WINDOW().attribute(&[], Reading::default()), Attribution::NotRead);
        assert_eq!(WINDOW().attribute(&[], read(0, 19)), Attribution::NotRead);
        assert_eq!(WINDOW().attribute(&[], read(0, 20)), Attribution::Nobody);
        let first = Window { after: None, ..WINDOW() };
        assert_eq!(first.attribute(&[event(15, "ann")], read(0, 20)), Attribution::BeforeUs);
    }

    #[test]
    fn silence_of_a_time_that_is_not_on_record_is_not_silence() {
        assert_eq!(WINDOW().attribute(&[], read(10, 20)), Attribution::Nobody);
        assert_eq!(WINDOW().attribute(&[], read(11, 20)), Attribution::NotRecorded);
        assert_eq!(WINDOW().attribute(&[], read(11, 19)), Attribution::NotRead, "that may still be read");
        assert_eq!(WINDOW().attribute(&[], read(0, 20).but_for(at(12))), Attribution::NotRecorded);
        let told = WINDOW().attribute(&[event(15, "ann")], read(11, 20));
        assert!(matches!(told, Attribution::AtLeast(_)), "somebody else may have before the record begins: {told:?}");
    }

    #[test]
    fn whoever_is_named_is_certain_only_when_the_log_was_read_to_the_end() {
        // Ann is inside, Bob at minute 18 is not read yet.
        let told = WINDOW().attribute(&[event(15, "ann")], read(0, 16));
        assert!(matches!(&told, Attribution::SoFar(by) if by[0].actor.name == "ann"), "{told:?}");
        let told = WINDOW().attribute(&[event(15, "ann"), event(18, "bob")], read(0, 19));
        assert!(matches!(told, Attribution::SoFar(_)), "{told:?}");
    }

    #[test]
    fn clocks_may_differ_when_nothing_else_tells() {
        assert!(matches!(WINDOW().attribute(&[event(9, "ann")], read(0, 20)), Attribution::One(_)));
        let told = WINDOW().attribute(&[event(9, "bob"), event(11, "ann")], read(0, 20));
        assert!(matches!(told, Attribution::One(by) if by.actor.name == "ann"));
        assert_eq!(WINDOW().attribute(&[event(7, "ann")], read(0, 20)), Attribution::Nobody);
        // As long as the log was not read, the event that belongs here may still come.
        for read in [read(0, 19), Reading::default()] {
            assert_eq!(WINDOW().attribute(&[event(9, "ann"), event(21, "bob")], read), Attribution::NotRead);
        }
    }

    #[test]
    fn an_event_of_the_version_before_or_after_is_not_taken_for_this_one() {
        // The version before was found at the minute at which this one's time begins: the event is what made that one.
        let window = Window { before: Some(at(10)), ..WINDOW() };
        assert_eq!(window.attribute(&[event(9, "ann")], read(0, 20)), Attribution::Nobody);
        // It was observed again in between, after which the event came.
        let window = Window { before: Some(at(8)), ..WINDOW() };
        assert!(matches!(window.attribute(&[event(9, "ann")], read(0, 20)), Attribution::One(_)));
        let window = Window { next: Some(at(20)), ..WINDOW() };
        assert_eq!(window.attribute(&[event(21, "ann")], read(0, 30)), Attribution::Nobody);
        let window = Window { next: Some(at(21)), ..WINDOW() };
        assert!(matches!(window.attribute(&[event(21, "ann")], read(0, 30)), Attribution::One(_)));
        // Readings may overlap: what is inside its own time always counts.
        let window = Window { before: Some(at(12)), next: Some(at(18)), ..WINDOW() };
        assert_eq!(window.reach(), Some((at(10), at(20))));
        assert!(matches!(window.attribute(&[event(11, "ann")], read(0, 30)), Attribution::One(_)));
    }
}
