//! Our own style and script, in the binary; their addresses change with what is in them.

use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::fault::Fault;

/// A file that pages load.
struct Asset {
    text: &'static str,
    kind: &'static str,
    extension: &'static str,
}

const STYLE: Asset = Asset {
    text: include_str!("../assets/console.css"),
    kind: "text/css; charset=utf-8",
    extension: "css",
};

const SCRIPT: Asset = Asset {
    text: include_str!("../assets/console.js"),
    kind: "text/javascript; charset=utf-8",
    extension: "js",
};
const ICON: Asset =
    Asset { text: include_str!("../assets/icon.svg"), kind: "image/svg+xml", extension: "svg" };

impl Asset {
    fn name(&self) -> String {
        let hash = blake3::hash(self.text.as_bytes()).to_hex();
        format!("console-{}.{}", hash.get(..16).unwrap_or_default(), self.extension)
    }
}

/// The address of the style.
pub static STYLE_PATH: LazyLock<String> = LazyLock::new(|| format!("/assets/{}", STYLE.name()));

/// The address of the script.
pub static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| format!("/assets/{}", SCRIPT.name()));
/// The address of the icon.
pub static ICON_PATH: LazyLock<String> = LazyLock::new(|| format!("/assets/{}", ICON.name()));

/// A file by its name; browsers keep it, for another one has another name.
pub async fn show(
    axum::extract::Path(name): axum::extract::Path<String>,
) -> Result<Response, Fault> {
    let all = [STYLE, SCRIPT, ICON];
    let asset = all.into_iter().find(|asset| asset.name() == name).ok_or(Fault::NotFound)?;
    let headers =
        [(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.text).into_response())
}
