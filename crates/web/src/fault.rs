//! Answers that are no page: what is wrong, and what to do.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use firstbell_sync::HubError;
use firstbell_sync::access::{AccountError, DatabaseError};

use crate::access::Right;

/// Why there is no page.
#[derive(Debug)]
pub enum Fault {
    /// There is no such thing for whoever asks.
    NotFound,
    /// They may not do this in a district that they know.
    Forbidden(Right),
    /// A form that this console did not make for them.
    NotMeant,
    /// A form that is too long.
    TooLong,
    /// Something else is at work in this district, or came in between.
    Busy,
    /// A name that is not this console's.
    Misdirected,
    /// The installation is at fault; the log says more.
    Internal,
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage {
    title: &'static str,
    what: &'static str,
    next: &'static str,
}

impl Fault {
    const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden(_) | Self::NotMeant => StatusCode::FORBIDDEN,
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Busy => StatusCode::CONFLICT,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn page(&self) -> FaultPage {
        let (title, what, next) = match self {
            Self::NotFound => (
                "Not found",
                "There is no such page, or it is not for this account.",
                "Check the address, or go back to the first page.",
            ),
            Self::Forbidden(Right::SeePeople) => (
                "Not for this account",
                "This account sees how the district is, and not its people.",
                "The district's administrator can let it in.",
            ),
            Self::Forbidden(Right::See | Right::Decide | Right::Invite | Right::GrantSupport) => (
                "Not for this account",
                "This account may not do that in this district.",
                "The district's administrator can do it, or give it the role.",
            ),
            Self::NotMeant => (
                "Please send it again",
                "The form was not sent from a page of this console, or somebody signed in or out \
                 meanwhile. Nothing was changed.",
                "Go back, load the page anew and send the form again.",
            ),
            Self::TooLong => (
                "Too long",
                "The form is longer than any of this console's. Nothing was changed.",
                "Shorten what it says.",
            ),
            Self::Busy => (
                "Not now",
                "Something else is at work in this district, or came in between. Nothing was changed.",
                "Wait a little, look at it again, and decide then.",
            ),
            Self::Misdirected => (
                "Another address",
                "This console is not found under this name.",
                "Use the address that it was started with. Behind a proxy, let that pass on the \
                 name that the browser asked for.",
            ),
            Self::Internal => (
                "Something is wrong here",
                "The console could not do that. Nothing was changed by it.",
                "Try again; if it stays, let an operator look at the console's log and at \
                 firstbell doctor.",
            ),
        };
        FaultPage { title, what, next }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let page = self.page().render();
        let page = page.unwrap_or_else(|_| self.page().title.to_owned());
        (self.status(), Html(page)).into_response()
    }
}

impl From<HubError> for Fault {
    fn from(error: HubError) -> Self {
        if matches!(error, HubError::NotFound(_) | HubError::NoDistrict(_)) {
            return Self::NotFound;
        }
        if matches!(error, HubError::Lease(_) | HubError::Superseded(_) | HubError::Refused(_)) {
            return Self::Busy;
        }
        internal(error.kind())
    }
}

impl From<DatabaseError> for Fault {
    fn from(error: DatabaseError) -> Self {
        Self::from(HubError::from(error))
    }
}

impl From<AccountError> for Fault {
    fn from(_: AccountError) -> Self {
        internal("account")
    }
}

impl From<askama::Error> for Fault {
    fn from(_: askama::Error) -> Self {
        internal("template")
    }
}

impl From<getrandom::Error> for Fault {
    fn from(_: getrandom::Error) -> Self {
        internal("random")
    }
}

/// Notes where something is wrong; what an error says may hold values of people, and is left out.
pub fn internal(kind: &str) -> Fault {
    tracing::error!(kind, "a page could not be made");
    Fault::Internal
}
