//! Looks whether an installation is as it should be.

mod files;

use std::os::unix::fs::PermissionsExt;

use firstbell_roster::model::Kind;
use firstbell_roster::model::text::thousands;
use firstbell_store::{District, DistrictKey, KeySource, VerifyError};

use crate::hub::{Hub, HubError};
use crate::image::{self, Proof};
use crate::report::DoctorLine;

impl Hub {
    /// What is well and what is not, with what to do. Every kept file is read whole; `progress` is
    /// told of which district, and how many so far.
    pub async fn doctor(&self, progress: &dyn Fn(&str, u64)) -> Result<Vec<DoctorLine>, HubError> {
        let sentence = "the database answers and its schema is up to date".to_owned();
        let mut lines = vec![line("database", true, sentence)];
        let districts = self.store.districts().await?;
        let mut opens = true;
        if districts.is_empty() {
            lines.push(line(
                "districts",
                true,
                "there is no district yet; add one with `firstbell district add`".to_owned(),
            ));
        }
        for district in districts {
            let slug = &district.slug;
            match self.store.district_key(district.id).await {
                Ok(key) => {
                    self.prove_files(&district, &key, progress, &mut lines).await?;
                    lines.extend(self.prove_image(&district).await?);
                }
                Err(error) => {
                    opens = false;
                    let sentence = format!("what is kept of it cannot be opened: {error}");
                    lines.push(line(slug, false, sentence));
                }
            }
            match self.store.verify_log(district.id).await {
                Ok(verified) => {
                    let many = if verified.count == 1 { "" } else { "s" };
                    let sentence = format!("the log is whole: {} operation{many}", verified.count);
                    lines.push(line(slug, true, sentence));
                }
                Err(VerifyError::Database(error)) => return Err(error.into()),
                Err(broken @ VerifyError::Broken { .. }) => {
                    let sentence = format!(
                        "{broken}; compare with a backup, and find out who can write the database"
                    );
                    lines.push(line(slug, false, sentence));
                }
            }
            let settings = self.parsed_settings(&district).await;
            if let Err(error) = &settings {
                lines.push(line(slug, false, format!("{error}; export, mend and apply them")));
            }
            if settings.is_ok_and(|(_, settings)| settings.time_zone == "UTC") {
                let sentence = "no time zone is set, so dates open and close in UTC; set `time_zone` in the settings";
                lines.push(line(slug, true, sentence.to_owned()));
            }
            match self.waiting_plans(slug).await?.len() {
                0 => {}
                some => {
                    let (plans, them) = match some {
                        1 => ("1 plan waits".to_owned(), "it"),
                        _ => (format!("{some} plans wait"), "them"),
                    };
                    let sentence = format!("{plans}; `firstbell plans {slug}` lists {them}");
                    lines.push(line(slug, true, sentence));
                }
            }
            if let Some(note) = self.paused(&district).await? {
                let sentence = format!("its source is paused: {note}");
                lines.push(line(slug, true, sentence));
            }
            let counts = self.store.counts(district.id, None).await?;
            let count = |kind: Kind, one: &str, many: &str| {
                let rows = counts.get(&kind).copied().unwrap_or(0).cast_unsigned();
                format!("{} {}", thousands(rows), if rows == 1 { one } else { many })
            };
            let users = count(Kind::User, "user", "users");
            let classes = count(Kind::Class, "class", "classes");
            let enrollments = count(Kind::Enrollment, "enrollment", "enrollments");
            let operations = self.store.latest_operation(district.id).await?.0;
            let emptied = operations > 0 && counts.get(&Kind::User).copied().unwrap_or(0) == 0;
            let what = if emptied { "the roster is empty: " } else { "" };
            lines.push(line(slug, !emptied, format!("{what}{users}, {classes}, {enrollments}")));
        }
        lines.insert(1, master_key(self.store.key_source(), opens));
        Ok(lines)
    }

    /// Whether what is kept of a district beside its database is as it was written.
    async fn prove_files(
        &self,
        district: &District,
        key: &DistrictKey,
        progress: &dyn Fn(&str, u64),
        lines: &mut Vec<DoctorLine>,
    ) -> Result<(), HubError> {
        let deliveries = self.store.deliveries(district.id, None, None, i64::MAX).await?;
        let kept = self.store.files(&district.slug);
        let proved = tokio::task::block_in_place(|| {
            files::prove(&kept, key, district, &deliveries, progress)
        })?;
        for damaged in &proved.damaged {
            let sentence = format!("{damaged}; the roster itself is in the database");
            lines.push(line(&district.slug, false, sentence));
        }
        if proved.damaged.is_empty() {
            let sentence = match proved.whole {
                0 => "no delivery or plan is kept yet".to_owned(),
                1 => "the kept file is as it was written".to_owned(),
                many => format!("the {many} kept files are as they were written"),
            };
            lines.push(line(&district.slug, true, sentence));
        }
        Ok(())
    }

    /// Whether what the next run compares with says what the roster says; told where not.
    async fn prove_image(&self, district: &District) -> Result<Option<DoctorLine>, HubError> {
        let path = self.store.files(&district.slug).image();
        let sentence = match image::prove(&self.store, district).await? {
            Proof::Unused | Proof::Agrees => return Ok(None),
            Proof::Damaged => not_used(&path, "is damaged"),
            Proof::Differs(kind, rows) => {
                let rows = if rows == 1 { "1 row".to_owned() } else { thousands(rows) + " rows" };
                not_used(&path, &format!("differs from the roster in {rows} of {kind}"))
            }
        };
        Ok(Some(line(&district.slug, false, sentence)))
    }
}

/// What is wrong with an image, and what to do.
fn not_used(path: &std::path::Path, what: &str) -> String {
    format!(
        "`{}` {what}; remove it, and the next run makes it again from the roster, which is in the database",
        path.display()
    )
}

/// Where the master key is, whether it `opens` what is kept, what it protects, and whether others can
/// read it.
fn master_key(source: &KeySource, opens: bool) -> DoctorLine {
    if !opens {
        let sentence = match source {
            KeySource::Given { beside: None } => {
                "the key in FIRSTBELL_MASTER_KEY is used, and is not the one that this installation was made \
                 with; put that one back"
                    .to_owned()
            }
            KeySource::Given { beside: Some(file) } => format!(
                "the key in FIRSTBELL_MASTER_KEY is used, and is not the one that this installation was made \
                 with; `{}` is there too and may be it. Keep that file, unset the variable, and ask again",
                file.display()
            ),
            KeySource::File(file) => format!(
                "`{}` is not the key that this installation was made with; put that one back, in this file or \
                 in FIRSTBELL_MASTER_KEY",
                file.display()
            ),
        };
        return line("master key", false, sentence);
    }
    let file = match source {
        KeySource::Given { beside: None } => {
            let sentence = "the key in FIRSTBELL_MASTER_KEY is used, and no file; it protects kept deliveries and \
                            plans against whoever gets a copy of the database or of this home folder. Keep a copy of \
                            it in another place: without it they cannot be read";
            return line("master key", true, sentence.to_owned());
        }
        KeySource::Given { beside: Some(file) } => {
            let sentence = format!(
                "the key in FIRSTBELL_MASTER_KEY is used, and `{}` is there too; whoever gets a copy of this home \
                 folder has it. Keep a copy of the key in another place, then remove that file",
                file.display()
            );
            return line("master key", true, sentence);
        }
        KeySource::File(file) => file,
    };
    let others = std::fs::metadata(file).is_ok_and(|about| about.permissions().mode() & 0o077 != 0);
    if others {
        let sentence = format!("others may read it; run chmod 600 {}", file.display());
        return line("master key", false, sentence);
    }
    let sentence = "the file master.key is used and readable by you alone; it protects kept deliveries and plans \
                    against whoever gets a copy of the database or its files without the key, and not against \
                    whoever can read this home folder whole. Keep a copy of it in another place: without it they \
                    cannot be read";
    line("master key", true, sentence.to_owned())
}

fn line(subject: &str, good: bool, sentence: String) -> DoctorLine {
    DoctorLine { subject: subject.to_owned(), good, sentence }
}
