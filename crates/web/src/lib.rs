//! The console: pages for the people who answer for a roster.
//!
//! [`router`] has the table of routes with what each asks of whoever wants it, [`access`] decides
//! whether they may, and `gate` stands before every page. `page` has one file for each page, its
//! template beside it in `templates`. No page decides who may see it, and none decides anything
//! about a roster.
//!
//! To add a page, add its file, its template, a line to the table of routes and one to the test of
//! who may see it.

pub mod access;
mod asset;
mod chart;
mod console;
mod decision;
mod fault;
mod frame;
mod gate;
mod headers;
mod invitation;
mod job;
mod limit;
mod metrics;
mod page;
mod paging;
mod password;
mod router;
mod serve;
mod stage;
mod text_diff;
mod token;
mod upload;
mod words;

pub use console::{Address, Console};
pub use invitation::{first_link, further_link};
pub use router::{ROUTES, Route, router};
pub use serve::serve;
