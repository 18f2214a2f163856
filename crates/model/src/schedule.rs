//! Schedules: when something is due, in a time zone, through every change of the clocks.
//!
//! Pure: no clock, no database. `store` keeps schedules and fires them, once for each occurrence.

mod cadence;
mod due;
mod occurrence;
mod record;
mod timetable;
mod zone;

pub use cadence::{Cadence, CronText, Days, InvalidCadence, TimeOfDay, Weekday};
pub use due::{CatchUp, Due, GRACE, Omitted};
pub use occurrence::Occurrence;
pub use record::{Fire, NewSchedule, Omission, Schedule};
pub use timetable::Timetable;
pub use zone::{UnknownZone, Zone};
