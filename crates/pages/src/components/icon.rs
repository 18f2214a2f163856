//! Every picture of the interface, drawn on 16 × 16 with a line of 1.5. They say nothing to a screen reader: words stand beside them.

use maud::{Markup, PreEscaped, html};
use model::label;

/// A picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Archive,
    Arrow,
    Ban,
    Bell,
    Check,
    ChevronDown,
    ChevronLeft,
    ChevronRight,
    Clock,
    Close,
    Cross,
    Dashboard,
    Device,
    Filter,
    Globe,
    Group,
    Half,
    Info,
    Inventory,
    Lock,
    Menu,
    Minus,
    Moon,
    Operations,
    Overview,
    Pencil,
    Question,
    Screen,
    Search,
    SignOut,
    Spinner,
    Sun,
    Sync,
    Tag,
    User,
    Warning,
    Workspace,
}

impl From<label::Icon> for Icon {
    fn from(icon: label::Icon) -> Self {
        match icon {
            label::Icon::Clock => Self::Clock,
            label::Icon::Spinner => Self::Spinner,
            label::Icon::Check => Self::Check,
            label::Icon::Half => Self::Half,
            label::Icon::Cross => Self::Cross,
            label::Icon::Ban => Self::Ban,
            label::Icon::Minus => Self::Minus,
            label::Icon::Question => Self::Question,
            label::Icon::Archive => Self::Archive,
            label::Icon::Pencil => Self::Pencil,
        }
    }
}

/// Draws a picture in the colour of the text around it.
pub(crate) fn icon(which: impl Into<Icon>) -> Markup {
    html! { svg.icon viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" { (PreEscaped(drawing(which.into()))) } }
}

const fn drawing(which: Icon) -> &'static str {
    match which {
        Icon::Archive => r#"<path d="M2 3.5h12v3H2zM3 6.5v6.2c0 .5.3.8.8.8h8.4c.5 0 .8-.3.8-.8V6.5M6.5 9.5h3"/>"#,
        Icon::Arrow => r#"<path d="M3 8h9.5M9 4.5 12.5 8 9 11.5"/>"#,
        Icon::Ban => r#"<circle cx="8" cy="8" r="5.75"/><path d="m4 4 8 8"/>"#,
        Icon::Bell => {
            r#"<path d="M8 2a4 4 0 0 0-4 4c0 3.4-1.5 4.6-1.5 5.5h11c0-.9-1.5-2.1-1.5-5.5a4 4 0 0 0-4-4ZM6.5 13.5c.3.6.8 1 1.5 1s1.2-.4 1.5-1"/>"#
        }
        Icon::Check => r#"<circle cx="8" cy="8" r="5.75"/><path d="m5.5 8.2 1.8 1.8 3.2-3.8"/>"#,
        Icon::ChevronDown => r#"<path d="m4 6.2 4 4 4-4"/>"#,
        Icon::ChevronLeft => r#"<path d="m9.8 4-4 4 4 4"/>"#,
        Icon::ChevronRight => r#"<path d="m6.2 4 4 4-4 4"/>"#,
        Icon::Clock => r#"<circle cx="8" cy="8" r="5.75"/><path d="M8 4.8V8l2.2 1.5"/>"#,
        Icon::Close => r#"<path d="m4 4 8 8M12 4l-8 8"/>"#,
        Icon::Cross => r#"<circle cx="8" cy="8" r="5.75"/><path d="m5.9 5.9 4.2 4.2M10.1 5.9l-4.2 4.2"/>"#,
        Icon::Dashboard => r#"<path d="M2.5 11.5a6 6 0 1 1 11 0M8 10l2.8-3.3"/><circle cx="8" cy="10.5" r="1"/>"#,
        Icon::Device => r#"<rect x="2" y="3" width="12" height="8" rx="1"/><path d="M6 13.5h4M8 11v2.5"/>"#,
        Icon::Filter => r#"<path d="M2 4h12M4.5 8h7M6.5 12h3"/>"#,
        Icon::Globe => {
            r#"<circle cx="8" cy="8" r="5.75"/><path d="M2.3 8h11.4M8 2.3c3.6 3.8 3.6 7.6 0 11.4-3.6-3.8-3.6-7.6 0-11.4Z"/>"#
        }
        Icon::Group => {
            r#"<circle cx="6" cy="5.5" r="2.25"/><path d="M1.8 13c.2-2.6 1.9-4 4.2-4s4 1.4 4.2 4M10.5 3.4a2.2 2.2 0 0 1 0 4.2M11.8 9.3c1.5.6 2.3 1.9 2.4 3.7"/>"#
        }
        Icon::Half => r#"<circle cx="8" cy="8" r="5.75"/><path class="fill" d="M8 4.5a3.5 3.5 0 0 1 0 7Z"/>"#,
        Icon::Info => r#"<circle cx="8" cy="8" r="5.75"/><path d="M8 7.5v3.3M8 5.2v.1"/>"#,
        Icon::Inventory => r#"<path d="m8 2 6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3"/>"#,
        Icon::Lock => r#"<rect x="3" y="7" width="10" height="6.5" rx="1"/><path d="M5 7V5.2a3 3 0 0 1 6 0V7"/>"#,
        Icon::Menu => r#"<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/>"#,
        Icon::Minus => r#"<circle cx="8" cy="8" r="5.75"/><path d="M5.3 8h5.4"/>"#,
        Icon::Moon => r#"<path d="M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z"/>"#,
        Icon::Operations => r#"<path d="M1.5 8.5h3l2-5.5 3 10 2-4.5h3"/>"#,
        Icon::Overview => {
            r#"<rect x="2" y="2" width="5" height="5" rx="1"/><rect x="9" y="2" width="5" height="5" rx="1"/><rect x="2" y="9" width="5" height="5" rx="1"/><rect x="9" y="9" width="5" height="5" rx="1"/>"#
        }
        Icon::Pencil => r#"<path d="m10.5 3 2.5 2.5L5.5 13 2.5 13.5 3 10.5zM9 4.5 11.5 7"/>"#,
        Icon::Question => {
            r#"<circle cx="8" cy="8" r="5.75"/><path d="M6.3 6.4a1.75 1.75 0 1 1 2.4 1.7c-.5.2-.7.5-.7 1M8 11v.1"/>"#
        }
        Icon::Screen => r#"<rect x="2" y="3" width="12" height="8" rx="1"/><path d="M5.5 13.5h5"/>"#,
        Icon::Search => r#"<circle cx="7" cy="7" r="4.25"/><path d="m10.2 10.2 3.5 3.5"/>"#,
        Icon::SignOut => r#"<path d="M6.5 13.5h-3a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1h3M6.5 8h7M10.8 5.2 13.5 8l-2.7 2.8"/>"#,
        Icon::Spinner => r#"<circle class="track" cx="8" cy="8" r="5.75"/><path d="M8 2.25A5.75 5.75 0 0 1 13.75 8"/>"#,
        Icon::Sun => {
            r#"<circle cx="8" cy="8" r="2.75"/><path d="M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9"/>"#
        }
        Icon::Sync => {
            r#"<path d="M13.5 7A5.6 5.6 0 0 0 3.4 4.8L2 6.5M2 3v3.5h3.5M2.5 9a5.6 5.6 0 0 0 10.1 2.2L14 9.5M14 13V9.5h-3.5"/>"#
        }
        Icon::Tag => r#"<path d="M2.5 2.5h5l6 6-5 5-6-6zM5.3 5.3v.1"/>"#,
        Icon::User => r#"<circle cx="8" cy="5.5" r="2.75"/><path d="M2.8 13.8c.4-2.9 2.4-4.3 5.2-4.3s4.8 1.4 5.2 4.3"/>"#,
        Icon::Warning => r#"<path d="M8 2.2 14.3 13H1.7zM8 6.5v3M8 11.3v.1"/>"#,
        Icon::Workspace => r#"<path d="M2.5 13.5v-11h6v11M8.5 6h5v7.5M1.5 13.5h13M5 5.5h1M5 8h1M5 10.5h1M11 8.5v.1M11 11v.1"/>"#,
    }
}
