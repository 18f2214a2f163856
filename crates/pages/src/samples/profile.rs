//! Examples of a person's own account.

use super::{HOSTILE, values};
use crate::profile::{Factor, Profile, SecondFactor, SessionRow, Sessions, Wrong};

pub(crate) fn profiles() -> Vec<(&'static str, Profile)> {
    let plain = Profile { user: values::user(), has_password: true, factor_since: None, codes_left: 0, sessions: 1, wrong: None };
    let with = |wrong| Profile { wrong: Some(wrong), ..plain.clone() };
    let mut hostile = with(Wrong::Password(HOSTILE.to_owned()));
    (hostile.user.name, hostile.user.email) = (HOSTILE.to_owned(), HOSTILE.to_owned());
    vec![
        ("by-provider", Profile { has_password: false, ..plain.clone() }),
        ("factor", Profile { factor_since: Some(values::moment(0)), codes_left: 9, sessions: 3, ..plain.clone() }),
        ("wrong-name", with(Wrong::Name)),
        ("wrong-old-password", with(Wrong::OldPassword)),
        ("wrong-password", with(Wrong::Password("A password has at least 12 characters.".to_owned()))),
        ("hostile", hostile),
        ("plain", plain),
    ]
}

pub(crate) fn sessions() -> Vec<(&'static str, Sessions)> {
    let row = |n: u32, browser: &str| SessionRow {
        id: values::id(2, n),
        browser: browser.to_owned(),
        since: values::moment(0),
        last_seen: values::moment(0),
        this: n == 1,
    };
    vec![
        ("one", Sessions { rows: vec![row(1, "Firefox on Linux")] }),
        ("several", Sessions { rows: vec![row(1, "Firefox on Linux"), row(2, ""), row(3, "Safari on an iPhone")] }),
        ("hostile", Sessions { rows: vec![row(1, HOSTILE), row(2, HOSTILE)] }),
    ]
}

pub(crate) fn second_factors() -> Vec<(&'static str, SecondFactor)> {
    let of = |state: Factor| SecondFactor { email: values::user().email, state, problem: None };
    let prepared = || of(Factor::Prepared { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned() });
    vec![
        ("by-provider", of(Factor::NotLocal)),
        ("off", of(Factor::Off)),
        ("prepared", prepared()),
        ("wrong", SecondFactor { problem: Some("That is not the code of now.".to_owned()), ..prepared() }),
        ("codes", of(Factor::JustOn { codes: (0..10).map(|n| format!("AB{n}D-EFGH-IJKL-MNOP")).collect() })),
        ("on", of(Factor::On { since: values::moment(0), codes_left: 10 })),
        ("few-codes", of(Factor::On { since: values::moment(0), codes_left: 1 })),
        ("hostile", SecondFactor { email: HOSTILE.to_owned(), problem: Some(HOSTILE.to_owned()), ..prepared() }),
    ]
}
