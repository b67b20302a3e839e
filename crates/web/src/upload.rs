//! A delivery that a browser sends: to a folder of its own on the disk, as it comes in, with limits.
//!
//! The form is too long to be looked at first, so its token is its first field, and nothing is
//! written before that is proved.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::Multipart;
use axum::extract::multipart::Field;
use firstbell_roster::model::DateTime;
use firstbell_sync::access::District;
use firstbell_sync::{Hub, HubError};
use tokio::fs::{File, OpenOptions, create_dir_all, remove_dir_all};
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use crate::fault::{Fault, internal};
use crate::gate::{FORM_TOKEN, Visitor};
use crate::token::{Token, same};

/// The most bytes of one delivery.
const LONGEST: u64 = 8 << 30;

/// The most files of one delivery.
const FILES: usize = 200;

/// The longest of the other fields, in bytes.
const LONGEST_FIELD: usize = 10_000;

/// How long a browser may be silent.
const SILENCE: Duration = Duration::from_mins(1);

/// After how long what a process that ended left behind is removed.
const LEFT_BEHIND: Duration = Duration::from_hours(24);

/// What was sent; its files go when it is dropped.
pub struct Upload {
    folder: PathBuf,
    files: Vec<PathBuf>,
    fields: BTreeMap<String, String>,
}

/// Why there is no delivery.
pub enum Unusable {
    /// The request itself.
    Fault(Fault),
    /// What was sent, as a sentence.
    Sent(&'static str),
}

impl From<Fault> for Unusable {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Upload {
    /// Takes what a browser sends for a district.
    pub async fn receive(
        hub: &Hub,
        district: &District,
        visitor: &Visitor,
        mut form: Multipart,
    ) -> Result<Self, Unusable> {
        let token = next(&mut form).await?.ok_or(Fault::NotMeant)?;
        let is_token = token.name() == Some(FORM_TOKEN);
        if !is_token || !same(&text(token).await?, &visitor.form_token) {
            return Err(Fault::NotMeant.into());
        }
        let own = Token::random().map_err(Fault::from)?;
        let folder = hub.uploads(district).join(own.text()).join("upload");
        let mut upload = Self { folder, files: Vec::new(), fields: BTreeMap::new() };
        let mut left = LONGEST;
        while let Some(field) = next(&mut form).await? {
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                Some(file) if !file.is_empty() => upload.keep(field, &file, &mut left).await?,
                // A browser sends a field for files also where none was chosen.
                Some(_) => drop(text(field).await?),
                None => {
                    let text = text(field).await?;
                    upload.fields.insert(name, text);
                }
            }
        }
        Ok(upload)
    }

    async fn keep(
        &mut self,
        mut field: Field<'_>,
        name: &str,
        left: &mut u64,
    ) -> Result<(), Unusable> {
        let path = self.folder.join(plain(name).ok_or(Unusable::Sent(
            "Send one zip, or the CSV files themselves; other files are not read.",
        ))?);
        if self.files.len() >= FILES || self.files.contains(&path) {
            return Err(Unusable::Sent("Those are too many files, or one of them twice."));
        }
        let mut file = create(&path).await.map_err(|error| told(&error))?;
        self.files.push(path);
        while let Some(chunk) = timeout(SILENCE, field.chunk())
            .await
            .map_err(|_| Unusable::Sent("The browser stopped sending. Send it again."))?
            .map_err(|_| Unusable::Sent("The files did not come in whole. Send them again."))?
        {
            *left = left.checked_sub(chunk.len() as u64).ok_or(Unusable::Sent(
                "The files are larger than 8 GiB together. Send a zip, or feed them with firstbell sync.",
            ))?;
            file.write_all(&chunk).await.map_err(|error| told(&error))?;
        }
        file.flush().await.map_err(|error| told(&error))
    }

    /// Where the delivery is: the one zip, or the folder of the files.
    pub fn path(&self) -> Result<PathBuf, &'static str> {
        let is_zip = |path: &PathBuf| path.extension().is_some_and(|end| end == "zip");
        match self.files.as_slice() {
            [] => Err("Choose a zip, or the CSV files of a delivery."),
            [one] if is_zip(one) => Ok(one.clone()),
            files if files.iter().any(is_zip) => Err("Send one zip alone, or CSV files alone."),
            [one, ..] => Ok(one.parent().unwrap_or(&self.folder).to_owned()),
        }
    }

    /// What stood in a field of the form; empty where there was none.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |text| text.trim())
    }

    /// What an error says without where on this machine the files were.
    pub fn without_folder(&self, error: &str) -> String {
        error.replace(&format!("{}/", self.folder.display()), "")
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let folder = self.folder.parent().unwrap_or(&self.folder).to_owned();
        // What cannot be removed now is removed when a console is opened again.
        drop(std::fs::remove_dir_all(folder));
    }
}

/// Removes what consoles that ended in the middle left behind.
pub async fn sweep(hub: &Hub, now: DateTime) -> Result<(), HubError> {
    let now = UNIX_EPOCH + Duration::from_micros(now.0.max(0).cast_unsigned());
    for district in hub.all_districts().await? {
        sweep_folder(&hub.uploads(&district), now).await;
    }
    Ok(())
}

async fn sweep_folder(folder: &Path, now: SystemTime) {
    let Ok(mut entries) = tokio::fs::read_dir(folder).await else { return };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let made = entry.metadata().await.and_then(|about| about.modified());
        let age = made.ok().and_then(|made| now.duration_since(made).ok());
        if age.is_some_and(|age| age > LEFT_BEHIND) {
            drop(remove_dir_all(entry.path()).await);
        }
    }
}

async fn next(form: &mut Multipart) -> Result<Option<Field<'_>>, Unusable> {
    let field = timeout(SILENCE, form.next_field()).await;
    let field = field.map_err(|_| Unusable::Sent("The browser stopped sending. Send it again."))?;
    field.map_err(|_| Unusable::Sent("The form did not come in whole. Send it again."))
}

async fn text(mut field: Field<'_>) -> Result<String, Unusable> {
    let mut bytes = Vec::new();
    while let Ok(Ok(Some(chunk))) = timeout(SILENCE, field.chunk()).await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST_FIELD {
            return Err(Fault::TooLong.into());
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The last part of a file's name, where it is that of a zip or a CSV file.
fn plain(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let name: String = name.chars().filter(|mark| !mark.is_control()).collect();
    let (stem, end) = name.rsplit_once('.')?;
    let end = end.to_ascii_lowercase();
    let known = ["csv", "zip", "txt"].contains(&end.as_str());
    let good = known && !stem.is_empty() && !stem.starts_with('.') && name.len() <= 200;
    good.then(|| format!("{stem}.{end}"))
}

async fn create(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        create_dir_all(folder).await?;
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).await
}

fn told(error: &std::io::Error) -> Unusable {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return Unusable::Sent(
            "The disk of the console is full. Let an operator make room, and send it again.",
        );
    }
    Unusable::Fault(internal("upload"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_else() {
        assert_eq!(plain("users.csv").as_deref(), Some("users.csv"));
        assert_eq!(plain("C:\\rosters\\Night 4.ZIP").as_deref(), Some("Night 4.zip"));
        assert_eq!(plain("../../../users.csv").as_deref(), Some("users.csv"));
        for wrong in ["", ".csv", "..", "users", "users.exe", "a/..", ".hidden.csv", "\u{0}.csv"] {
            assert_eq!(plain(wrong), None, "{wrong:?}");
        }
    }
}
