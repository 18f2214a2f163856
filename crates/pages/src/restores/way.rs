//! The way through the wizard.

use maud::{Markup, html};
use model::ids::TenantId;
use model::label::Tone;
use model::restore::{Purpose, RestoreState};

use super::Restore;
use crate::components::badge::worded;
use crate::components::icon::Icon;
use crate::href;

/// A step of the wizard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Which objects, and how much of each.
    Choose,
    /// What their references become.
    Map,
    /// What could go wrong.
    Check,
    /// What will be written, read from the live tenant.
    Preview,
    /// Carrying it out.
    Execute,
}

impl Step {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [Self::Choose, Self::Map, Self::Check, Self::Preview, Self::Execute];

    /// Its part of the address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Choose => "choose",
            Self::Map => "map",
            Self::Check => "check",
            Self::Preview => "preview",
            Self::Execute => "execute",
        }
    }

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Choose => "Choose objects",
            Self::Map => "Map references",
            Self::Check => "Check",
            Self::Preview => "Preview",
            Self::Execute => "Execute",
        }
    }

    /// Where somebody goes on who comes back to a restore.
    #[must_use]
    pub const fn next_of(state: RestoreState) -> Option<Self> {
        match state {
            RestoreState::Draft => Some(Self::Choose),
            RestoreState::Scoped => Some(Self::Map),
            RestoreState::Checked => Some(Self::Preview),
            RestoreState::Previewed => Some(Self::Execute),
            _ => None,
        }
    }

    /// Whether somebody can be there already: what comes before it is done.
    fn is_open(self, restore: &Restore) -> bool {
        let place = |step| Self::ALL.iter().position(|one| *one == step);
        Self::next_of(restore.state).is_none_or(|next| place(self) <= place(next))
    }

    /// Whether the step is done and still holds.
    const fn is_done(self, restore: &Restore) -> bool {
        match (self, restore.state) {
            (_, RestoreState::Draft | RestoreState::Unknown) | (Self::Execute, _) => false,
            (Self::Choose, _) => true,
            (Self::Map | Self::Check, state) => !matches!(state, RestoreState::Scoped),
            (Self::Preview, _) => restore.is_planned(),
        }
    }
}

/// The steps with what is done. Of a retry or an undo there is nothing to choose.
pub(super) fn way(tenant: TenantId, restore: &Restore, here: Step) -> Markup {
    let given = !matches!(restore.purpose, Purpose::Restore);
    let steps = Step::ALL.into_iter().filter(|step| !given || *step != Step::Choose);
    html! {
        nav.steps aria-label="Steps of the restore" {
            ol {
                @for step in steps {
                    li {
                        @if step == here || step.is_open(restore) {
                            a href=(href::of_restore(tenant, restore.id, step.code())) aria-current=[(step == here).then_some("step")] { (step.label()) }
                        } @else { span.quiet { (step.label()) } }
                        @if step.is_done(restore) { " " (worded(Tone::Success, Icon::Check, "Done")) }
                    }
                }
            }
        }
    }
}
