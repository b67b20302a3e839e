//! What files are that are named as CSV and are something else.

/// How much of a file tells what it is.
pub const TELLING: usize = 4096;

/// What a name that ends like this has, where that is no CSV.
const ENDINGS: [(&str, &str); 10] = [
    ("xlsx", SPREADSHEET),
    ("xls", SPREADSHEET),
    ("xlsm", SPREADSHEET),
    ("ods", SPREADSHEET),
    ("numbers", SPREADSHEET),
    ("html", PAGE),
    ("htm", PAGE),
    ("pdf", PDF),
    ("json", JSON),
    ("xml", XML),
];

/// A sheet of an office program.
pub const SPREADSHEET: &str = "a spreadsheet";
const PAGE: &str = "a web page";
const PDF: &str = "a PDF document";
const JSON: &str = "JSON";
const XML: &str = "XML";

/// How web pages begin, and what servers send that fail before they have begun one.
const PAGES: [&str; 9] =
    ["<!doctype html", "<html", "<head", "<body", "<!--", "<script", "<meta", "<title", "<br"];

/// What a file that begins like this is, where it is surely no CSV.
pub fn of(start: &[u8]) -> Option<&'static str> {
    let start = start.get(..TELLING).unwrap_or(start);
    match start {
        [0xd0, 0xcf, 0x11, 0xe0, ..] => return Some(SPREADSHEET),
        [b'P', b'K', 3, 4, ..] => return Some(zipped(start)),
        [0x1f, 0x8b, ..] => return Some("a compressed file"),
        [b'%', b'P', b'D', b'F', ..] => return Some(PDF),
        _ => {}
    }
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let begins = |with: &&str| {
        text.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with.as_bytes()))
    };
    if PAGES.iter().any(begins) {
        return Some(PAGE);
    }
    if begins(&"<?xml") {
        return Some(if holds(text, b"<html") { PAGE } else { XML });
    }
    let (first, rest) = text.split_first()?;
    let then = rest.trim_ascii_start().first();
    let opens = matches!(first, b'{' | b'[');
    (opens && matches!(then, Some(b'"' | b'{' | b'[' | b'}' | b']'))).then_some(JSON)
}

/// What a file is by the end of its name, where that is no CSV.
pub fn by_name(name: &str) -> Option<&'static str> {
    let (_, end) = name.rsplit_once('.')?;
    let known = ENDINGS.iter().find(|(known, _)| known.eq_ignore_ascii_case(end));
    known.filter(|_| !name.starts_with('.')).map(|(_, what)| *what)
}

/// Sheets of this century are zips too (ECMA-376; ODF 1.3, part 2).
fn zipped(start: &[u8]) -> &'static str {
    let parts = [&b"[Content_Types].xml"[..], b"xl/", b"opendocument.spreadsheet"];
    if parts.iter().any(|part| holds(start, part)) { SPREADSHEET } else { "a zip" }
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_csv_is_told_by_how_it_begins() {
        for (start, what) in [
            (&b"\n <!DOCTYPE HTML><html><body>Sign in"[..], Some("a web page")),
            (b"<br />\n<b>Warning</b>: out of memory", Some("a web page")),
            (b"<?xml version=\"1.0\"?><html>", Some("a web page")),
            (b"<?xml version=\"1.0\"?><users>", Some("XML")),
            (b"PK\x03\x04..[Content_Types].xml", Some("a spreadsheet")),
            (b"PK\x03\x04..users.csv", Some("a zip")),
            (b"\xd0\xcf\x11\xe0", Some("a spreadsheet")),
            (b"%PDF-1.7", Some("a PDF document")),
            (b"\xef\xbb\xbf{\n  \"error\": 401", Some("JSON")),
            (b"[{\"sourcedId\": 1}]", Some("JSON")),
            (b"sourcedId,status", None),
            (b"\"sourcedId\",\"status\"", None),
            (b"{SIS:1},active", None),
            (b"[x],y", None),
            (b"", None),
        ] {
            assert_eq!(of(start), what, "{}", String::from_utf8_lossy(start));
        }
        assert_eq!(by_name("Users.XLSX"), Some("a spreadsheet"));
        assert_eq!([by_name("users.csv"), by_name(".users.pdf"), by_name("pdf")], [None; 3]);
    }
}
