//! What every page has around it.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use crate::access::Right;
use crate::asset::STYLE_PATH;
use crate::fault::Fault;
use crate::gate::{Place, Visitor};

/// What stands around a page.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// What the page is about.
    pub title: String,
    /// Who is signed in.
    pub who: String,
    /// What their forms carry.
    pub form_token: String,
    /// The district that it is about: its name and the address of its first page.
    pub district: Option<(String, String)>,
    /// Where else one can go.
    pub tabs: Vec<Tab>,
    /// Whether they run the installation.
    pub operator: bool,
    /// The address of the style.
    pub style: String,
}

/// A way to another page.
#[derive(Debug, Clone)]
pub struct Tab {
    /// What it is called.
    pub name: &'static str,
    /// Its address.
    pub path: String,
    /// Whether it is this page.
    pub current: bool,
}

impl Frame {
    /// Around a page for whoever is not signed in.
    pub fn outside(title: &str) -> Self {
        Self { title: title.to_owned(), style: STYLE_PATH.clone(), ..Self::default() }
    }

    /// Around a page of the installation.
    pub fn of(title: &str, visitor: &Visitor) -> Self {
        Self {
            who: visitor.account.name.clone(),
            form_token: visitor.form_token.clone(),
            operator: visitor.roles.is_operator(),
            ..Self::outside(title)
        }
    }

    /// Around a page of a district that is none of those to which a way leads.
    pub fn beneath(title: &str, visitor: &Visitor, place: &Place) -> Self {
        Self::of_district(title, visitor, place, "/-")
    }

    /// Around a page of a district, with the ways that somebody may go there.
    pub fn of_district(title: &str, visitor: &Visitor, place: &Place, path: &str) -> Self {
        let district = &place.district;
        let root = format!("/districts/{}", district.slug);
        let tab =
            |name, end: &str| Tab { name, path: format!("{root}{end}"), current: path == end };
        let mut tabs = vec![
            tab("Overview", ""),
            tab("Deliveries", "/deliveries"),
            tab("Plans", "/plans"),
            tab("Operations", "/operations"),
        ];
        if place.may(visitor, Right::SeePeople).is_some() {
            tabs.extend([tab("People", "/people"), tab("Classes", "/classes")]);
        }
        if place.may(visitor, Right::Decide).is_some() {
            tabs.push(tab("Settings", "/settings"));
        }
        if place.may(visitor, Right::Invite).is_some() {
            tabs.extend([tab("Access", "/access"), tab("Audit", "/audit")]);
        }
        Self { district: Some((district.name.clone(), root)), tabs, ..Self::of(title, visitor) }
    }
}

/// A page as it is sent.
pub fn page(template: &impl Template) -> Result<Response, Fault> {
    Ok(Html(template.render()?).into_response())
}
