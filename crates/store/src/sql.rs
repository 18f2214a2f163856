//! Statements: text that stands in the source, values that are bound. Nothing else ever becomes part of a statement.

use std::borrow::Cow;

use model::time::Moment;

use crate::bind::{Bind, Value};

/// A statement and its values. Its text may say:
/// - `$1`, `$2` … for the bound values, in their order;
/// - `$now` for the present moment, by the clock of `store::dialect::now`;
/// - `$after(3)` for the present moment plus the third value, a `Duration`;
/// - `$micros` for the present moment as microseconds since 1970.
#[derive(Debug, Clone)]
pub(crate) struct Sql {
    text: Cow<'static, str>,
    values: Vec<Value>,
}

/// Starts a statement.
pub(crate) const fn sql(text: &'static str) -> Sql {
    Sql { text: Cow::Borrowed(text), values: Vec::new() }
}

impl Sql {
    /// Binds the next value.
    pub(crate) fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.value());
        self
    }

    /// Adds text.
    pub(crate) fn push(mut self, text: &'static str) -> Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Adds text and the next value after it, e.g. `.push_bind(" and status = ", status)`.
    pub(crate) fn push_bind(mut self, text: &'static str, value: impl Bind) -> Self {
        self.values.push(value.value());
        let n = self.values.len();
        let target = self.text.to_mut();
        target.push_str(text);
        target.push('$');
        target.push_str(&n.to_string());
        self
    }

    /// Adds text and the present moment plus a length of time, e.g. `.push_after(" and x < ", wait)`.
    pub(crate) fn push_after(mut self, text: &'static str, by: std::time::Duration) -> Self {
        self.values.push(by.value());
        let n = self.values.len();
        let target = self.text.to_mut();
        target.push_str(text);
        target.push_str("$after(");
        target.push_str(&n.to_string());
        target.push(')');
        self
    }

    /// As [`Sql::push_bind`], when there is a value.
    pub(crate) fn push_if(self, text: &'static str, value: Option<impl Bind>) -> Self {
        match value {
            Some(value) => self.push_bind(text, value),
            None => self,
        }
    }

    /// Adds text and `(v1, v2 …)`. An empty list becomes `(null)`, which nothing is in.
    pub(crate) fn push_in(mut self, text: &'static str, values: impl IntoIterator<Item = impl Bind>) -> Self {
        self.text.to_mut().push_str(text);
        let mut first = true;
        for value in values {
            self = self.push_bind(if first { "(" } else { ", " }, value);
            first = false;
        }
        self.push(if first { "(null)" } else { ")" })
    }

    /// The same with text before it: how a database answers it.
    #[cfg(feature = "testing")]
    pub(crate) fn before(mut self, text: &'static str) -> Self {
        self.text.to_mut().insert_str(0, text);
        self
    }

    /// The text and values as a backend wants them. `now` is `None` when the database's own clock tells the time.
    pub(crate) fn assemble(mut self, now: Option<Moment>) -> (String, Vec<Value>) {
        if !["$now", "$after(", "$micros"].iter().any(|token| self.text.contains(token)) {
            return (self.text.into_owned(), self.values);
        }
        if self.text.contains("$micros") {
            let micros = match now {
                None => DATABASE_MICROS.to_owned(),
                Some(now) => {
                    self.values.push(Value::Int(Some(now.micros())));
                    format!("${}", self.values.len())
                }
            };
            self.text = self.text.replace("$micros", &micros).into();
        }
        let present = match now {
            None => DATABASE_NOW.to_owned(),
            Some(now) if self.text.contains("$now") => {
                self.values.push(Value::Time(Some(now)));
                format!("${}", self.values.len())
            }
            Some(_) => String::new(),
        };
        let mut text = self.text.replace("$now", &present);
        while let Some(start) = text.find("$after(") {
            let end = start + text[start..].find(')').unwrap_or(text.len() - start - 1);
            let n = text[start + "$after(".len()..end].to_owned();
            let with = match now {
                None => format!("({DATABASE_NOW} + ${n} * interval '1 microsecond')"),
                Some(now) => {
                    let slot = n.parse::<usize>().ok().and_then(|n| self.values.get_mut(n.wrapping_sub(1)));
                    if let Some(slot) = slot
                        && let Value::After(by) = slot
                    {
                        *slot = Value::Time(Some(now.plus(*by)));
                    }
                    format!("${n}")
                }
            };
            text.replace_range(start..=end, &with);
        }
        (text, self.values)
    }
}

/// The database's clock, as a subquery so that it is read once per statement and may stand in an index condition.
const DATABASE_NOW: &str = "(select clock_timestamp())";
/// The same as microseconds since 1970.
const DATABASE_MICROS: &str = "(select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint))";

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_present_moment_is_the_databases_or_a_value() {
        let statement = || sql("update t set a = $after(2), b = $now where id = $1").bind(1_i64).bind(Duration::from_secs(1));
        let (text, values) = statement().assemble(None);
        assert_eq!(
            text,
            "update t set a = ((select clock_timestamp()) + $2 * interval '1 microsecond'), b = (select clock_timestamp()) where id = $1"
        );
        assert_eq!(values.len(), 2);
        let now = Moment::from_micros(5);
        let (text, values) = statement().assemble(Some(now));
        assert_eq!(text, "update t set a = $2, b = $3 where id = $1");
        assert!(matches!(values[1], Value::Time(Some(t)) if t == now.plus(Duration::from_secs(1))));
        assert!(matches!(values[2], Value::Time(Some(t)) if t == now));
    }

    #[test]
    fn an_empty_list_matches_nothing() {
        assert_eq!(sql("x in ").push_in("", Vec::<i64>::new()).assemble(None).0, "x in (null)");
        assert_eq!(
            sql("x").push_in(" in ", [1_i64, 2]).push_if(" and y = ", Some("a")).assemble(None).0,
            "x in ($1, $2) and y = $3"
        );
    }
}
