//! Reading our own pages, as far as the measurement needs it.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::http::Answer;

/// How a run stands, as its page says.
pub(super) enum State {
    Active,
    /// With so many objects read.
    Succeeded(u64),
    Otherwise,
}

/// How the run of this page stands.
pub(super) fn state(page: &str) -> State {
    let Some((_, rest)) = page.split_once("<span role=\"status\">") else { return State::Otherwise };
    let head: String = rest.split("</header>").next().unwrap_or_default().to_owned();
    match (head.contains("Completed"), head.contains("Succeeded")) {
        (false, _) => State::Active,
        (true, true) => State::Succeeded(figure(page, "Items read").unwrap_or_default()),
        (true, false) => State::Otherwise,
    }
}

/// The number on the tile of that name.
fn figure(page: &str, name: &str) -> Option<u64> {
    let (_, rest) = page.split_once(&format!("<span class=\"tile-name\">{name}</span>"))?;
    let (_, value) = rest.split_once('>')?;
    value.split('<').next()?.replace(',', "").parse().ok()
}

/// The moment of that name among the facts of a run's page, in UTC, since the first day of its month: a sync takes no month.
pub(super) fn moment(page: &str, name: &str) -> Result<Duration> {
    let read = || {
        let (_, rest) = page.split_once(&format!("<dt>{name}</dt>"))?;
        let (_, rest) = rest.split_once("datetime=\"")?;
        since_month(rest.split('"').next()?)
    };
    read().with_context(|| format!("the page of the run does not tell when it was {}", name.to_lowercase()))
}

/// A moment in UTC, since the first day of its month.
pub(super) fn since_month(moment: &str) -> Option<Duration> {
    let (date, time) = moment.trim_end_matches('Z').split_once('T')?;
    let mut parts = time.split(':').map(|part| part.parse::<f64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let day: f64 = date.rsplit('-').next()?.parse().ok()?;
    Some(Duration::from_secs_f64(((day * 24.0 + hours) * 60.0 + minutes) * 60.0 + seconds))
}

/// The body of an answer that went well.
pub(super) fn ok(answer: Answer, path: &str) -> Result<String> {
    match answer.status {
        200 => Ok(answer.body),
        status => bail!("{path} answered {status}"),
    }
}

/// The token against forged forms.
pub(super) fn token(page: &str) -> Result<&str> {
    values(page, "csrf").next().context("the page has no form")
}

/// The values of all fields of that name, in the order of the page.
pub(super) fn values<'a>(page: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let field = format!("name=\"{name}\" value=\"");
    let starts: Vec<usize> = page.match_indices(&field).map(|(at, text)| at + text.len()).collect();
    starts.into_iter().filter_map(|at| page[at..].split('"').next())
}

/// The first id that follows a piece of an address.
pub(super) fn id_after<'a>(page: &'a str, path: &str) -> Option<&'a str> {
    let ids = page.match_indices(path).map(|(at, text)| &page[at + text.len()..]);
    let whole = |rest: &'a str| rest.get(..36).filter(|id| id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'));
    ids.filter_map(whole).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01a1fbad-13b4-7400-81ba-0123456789ab";

    #[test]
    fn ids_and_fields_are_read_from_a_page() {
        let page = format!(
            r#"<a href="/admin/t/short"><a href="/admin/t/{ID}/x"><input name="types" value="a"><input name="types" value="b">"#
        );
        assert_eq!(id_after(&page, "/admin/t/"), Some(ID));
        assert_eq!(id_after(&page, "/admin/operations/"), None);
        assert_eq!(values(&page, "types").collect::<Vec<_>>(), ["a", "b"]);
        assert!(token(&page).is_err());
    }

    #[test]
    fn moments_are_read_from_a_page() {
        let page = r#"<dt>Created</dt><dd><time datetime="2026-11-21T23:59:59.500000Z">x</time></dd>
            <dt>Completed</dt><dd><time datetime="2026-11-22T00:00:01.750000Z">x</time></dd>"#;
        let took = moment(page, "Completed").unwrap() - moment(page, "Created").unwrap();
        assert_eq!(took.as_millis(), 2_250);
        assert!(moment(page, "Started").is_err());
    }

    #[test]
    fn the_state_of_a_run_is_read_from_its_page() {
        let page = |words: &str| {
            format!(
                r#"<header><span role="status">{words}</span></header><span class="tile-name">Items read</span> <span class="tile-value">5,012</span>"#
            )
        };
        assert!(matches!(state(&page("<b>Running</b>")), State::Active));
        assert!(matches!(state(&page("<b>Completed</b> <b>Succeeded</b>")), State::Succeeded(5012)));
        assert!(matches!(state(&page("<b>Completed</b> <b>Partially succeeded</b>")), State::Otherwise));
        assert!(matches!(state("an error"), State::Otherwise));
    }
}
