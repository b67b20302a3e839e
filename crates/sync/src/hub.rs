//! The hub: the store of an installation, and who asks it for what.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use firstbell_ingest::ReadError;
use firstbell_roster::model::{Date, DateTime, Settings};
use firstbell_store::{
    ApplyError, DatabaseError, District, DistrictError, LeaseError, MasterKey, Obstacle, OpenError,
    OpenOptions, SealedError, SettingsVersion, Store, VerifyError,
};

use crate::report::Candidate;
use crate::search::shelf::Shelf;
use crate::settings::parse;

/// An installation: everything that it keeps, and the steps that change it.
#[derive(Clone)]
pub struct Hub {
    pub(crate) store: Store,
    pub(crate) shelf: Shelf,
}

/// Who acts, when, and why.
#[derive(Debug, Clone)]
pub struct Context {
    /// The present instant.
    pub now: DateTime,
    /// The signed-in or operating-system user.
    pub identity: String,
    /// The name given with `--by`.
    pub by: Option<String>,
    /// The reason given; empty where none was.
    pub reason: String,
}

/// How a delivery is to be run.
pub struct RunOptions<'a> {
    /// The person means an old or repeated delivery.
    pub again: bool,
    /// The reason for taking a delivery that looks like another district's.
    pub override_identity: Option<String>,
    /// Whether the report says where the time went.
    pub timings: bool,
    /// Settings to try instead of the district's; only for a plan.
    pub settings: Option<String>,
    /// Whether ids that look issued anew are taken for the same people.
    pub rekey: bool,
    /// Told how many records of a file were read.
    pub progress: &'a (dyn Fn(&str, u64) + Sync),
}

/// A district in a list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DistrictInfo {
    /// The short name.
    pub district: String,
    /// The name that people see.
    pub name: String,
    /// The newest operation.
    pub operation: i64,
    /// Plans that wait for a person or to be applied.
    pub waiting: u64,
    /// Why its source is paused; empty while it is not.
    pub paused: String,
}

/// What went wrong, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// There is no such district.
    #[error("there is no district `{0}`")]
    NoDistrict(String),
    /// The settings cannot be read.
    #[error("the settings cannot be used: {0}")]
    Settings(String),
    /// What was asked for is not there.
    #[error("{0}")]
    NotFound(String),
    /// A person has no such field.
    #[error("{0}")]
    NoField(String),
    /// A name or number that belongs to nobody.
    #[error("nobody is known as `{asked}`: no delivery ever had such a person")]
    Nobody {
        /// What was asked for.
        asked: String,
        /// Near matches.
        nearest: Vec<Candidate>,
    },
    /// A name or number that may mean several people.
    #[error("`{asked}` may mean {}", people(candidates.len()))]
    Several {
        /// What was asked for.
        asked: String,
        /// Whom it may mean.
        candidates: Vec<Candidate>,
    },
    /// The names of the district are being read.
    #[error("the names of the district are being read")]
    Reading,
    /// The request does not fit what is there.
    #[error("{0}")]
    Refused(String),
    /// What a person chose of a plan cannot be applied alone.
    #[error("{0}")]
    Selection(String),
    /// An approval would end before it begins.
    #[error("{0} is past, so that nothing would be approved until then")]
    Past(Date),
    /// Something newer is there than what the request names.
    #[error("{0}")]
    Superseded(String),
    /// The plan waits for a person.
    #[error(
        "plan `{plan}` is on hold for a person; `firstbell approve {district} --plan {plan} --reason TEXT` applies it after all"
    )]
    OnHold {
        /// Whose.
        district: String,
        /// Its number.
        plan: i64,
    },
    /// The delivery cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The store cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The district.
    #[error(transparent)]
    District(#[from] DistrictError),
    /// Another process is at work.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The plan was not applied.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A sealed file.
    #[error(transparent)]
    Sealed(#[from] SealedError),
    /// The log.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// A file.
    #[error("cannot read or write `{path}`: {error}")]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A stored value does not have its form.
    #[error("a stored value cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A file of the export cannot be written.
    #[error("cannot write the export: {0}")]
    Csv(#[from] csv::Error),
}

fn people(number: usize) -> String {
    let more = if number >= crate::why::LISTED { " or more" } else { "" };
    if number == 1 { "1 person".to_owned() } else { format!("{number} people{more}") }
}

impl HubError {
    /// An error about a file.
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io { path, error }
    }

    /// Whether the request, and not the installation, is at fault.
    pub fn is_usage(&self) -> bool {
        if let Self::Open(OpenError::Folder { source, .. }) = self {
            // Where a folder is to be made is a file.
            return matches!(source.kind(), ErrorKind::AlreadyExists | ErrorKind::NotADirectory);
        }
        matches!(
            self,
            Self::NoDistrict(_)
                | Self::NotFound(_)
                | Self::NoField(_)
                | Self::Nobody { .. }
                | Self::Several { .. }
                | Self::Settings(_)
                | Self::Selection(_)
                | Self::Past(_)
                | Self::District(DistrictError::Slug(_))
                | Self::Open(OpenError::NotInitialised(_))
        )
    }

    /// Which kind of error it is, as a stable word: for logs, where no value may stand.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NoDistrict(_) => "no_district",
            Self::Settings(_) => "settings",
            Self::NotFound(_) => "not_found",
            Self::NoField(_) => "no_field",
            Self::Nobody { .. } => "nobody",
            Self::Several { .. } => "several",
            Self::Reading => "reading",
            Self::Refused(_) => "refused",
            Self::Selection(_) => "selection",
            Self::Past(_) => "past",
            Self::Superseded(_) => "superseded",
            Self::OnHold { .. } => "on_hold",
            Self::Read(_) => "read",
            Self::Open(_) => "open",
            Self::District(_) => "district",
            Self::Lease(_) => "lease",
            Self::Apply(_) => "apply",
            Self::Database(_) => "database",
            Self::Sealed(_) => "sealed",
            Self::Verify(_) => "verify",
            Self::Io { .. } => "io",
            Self::Json(_) => "json",
            Self::Csv(_) => "csv",
        }
    }

    /// Those whom a name or number may mean, or is near to.
    pub fn candidates(&self) -> &[Candidate] {
        if let Self::Nobody { nearest: found, .. } | Self::Several { candidates: found, .. } = self
        {
            return found;
        }
        &[]
    }

    /// What of the machine stands in the way, where that is told; the paths that a command names
    /// are left to their own words.
    pub fn obstacle(&self) -> Option<Obstacle> {
        if let Self::Io { .. } | Self::Csv(_) | Self::Read(ReadError::Open(_)) = self {
            return None;
        }
        if let Self::Read(ReadError::Io { error, .. }) = self {
            return Obstacle::of(error);
        }
        Obstacle::of(self)
    }

    /// One next step.
    pub fn hint(&self) -> &'static str {
        match self.obstacle() {
            Some(Obstacle::Full) => {
                return "make room on the disk that holds the home folder or the database, and try again; the roster is as it was";
            }
            Some(Obstacle::ReadOnly) => {
                return "let this user read and write the home folder and the database, and everything in them";
            }
            None => {}
        }
        match self {
            Self::Open(OpenError::Vault(_))
            | Self::District(DistrictError::Vault(_))
            | Self::Sealed(SealedError::Vault(_) | SealedError::Foreign { .. }) => {
                "put back the master key that this installation was made with: the file master.key in the home folder, or the variable FIRSTBELL_MASTER_KEY"
            }
            Self::Open(OpenError::NotInitialised(_)) => {
                "make an installation with `firstbell init`, or name another with --home DIR"
            }
            Self::Open(OpenError::AlreadyInitialised(_)) => {
                "go on with `firstbell district add`, or name another folder with --home DIR"
            }
            Self::Open(OpenError::UsedDatabase) => {
                "name another database, or give the master key of that installation in FIRSTBELL_MASTER_KEY or as master.key in the home folder"
            }
            Self::Open(OpenError::NoDatabase(_)) => {
                "name the database with --database postgres://... or in FIRSTBELL_DATABASE"
            }
            Self::Open(OpenError::OtherDatabase(_)) => {
                "leave out --database and unset FIRSTBELL_DATABASE, or name another folder with --home DIR"
            }
            Self::Open(_) => {
                "check that the home folder and the database are there, and that the database answers"
            }
            Self::District(DistrictError::Slug(_) | DistrictError::Exists(_)) => {
                "choose another short name; `firstbell district list` lists those in use"
            }
            Self::NoDistrict(_) => "list the districts with `firstbell district list`",
            Self::Settings(_) => "try the file with `firstbell config check FILE`",
            Self::Nobody { nearest, .. } if nearest.is_empty() => {
                "check the number or the spelling; `firstbell why DISTRICT PERSON` tells more"
            }
            Self::Nobody { .. } => {
                "ask again with one of these, if one of them is meant; `firstbell why DISTRICT PERSON` tells more"
            }
            Self::Several { .. } => "ask again with the sourcedId of the one that you mean",
            Self::NotFound(_) => {
                "`firstbell log DISTRICT` lists what was done, `firstbell plans DISTRICT` what waits"
            }
            Self::NoField(_) => {
                "name one of these, or none: `firstbell history DISTRICT PERSON` lists the values of all"
            }
            Self::Selection(_) => {
                "list the changes with `firstbell show DISTRICT plan N --changes`, and choose what belongs together"
            }
            Self::Past(_) => "give a date that is still to come, or none",
            Self::Superseded(_) => "look at the newest plan, and name that one",
            Self::OnHold { .. } => {
                "`firstbell plans DISTRICT` tells why it waits, and how to approve or drop it"
            }
            Self::Reading => "ask again in a little while",
            Self::Refused(_) => "make a new plan from the newest delivery",
            Self::Read(_) => "look at the delivery with `firstbell check PATH`",
            Self::Lease(_) => "wait until the other has finished, and try again",
            Self::Apply(_) => "make a new plan; the roster is as it was",
            Self::Verify(_) => "compare with a backup, and find out who can write the database",
            Self::District(DistrictError::Database(_))
            | Self::Database(_)
            | Self::Sealed(_)
            | Self::Json(_) => "look at the installation with `firstbell doctor`",
            Self::Io { .. } | Self::Csv(_) => "check the path, its permissions and the free space",
        }
    }
}

impl Hub {
    /// Makes a new installation in a home folder, with SQLite or a PostgreSQL database, and with
    /// a master key or a new one in a file.
    pub async fn init(
        home: &Path,
        database: Option<&str>,
        master_key: Option<MasterKey>,
    ) -> Result<Self, HubError> {
        let store = Store::init(options(home, database, master_key, None)).await?;
        Ok(Self { store, shelf: Shelf::default() })
    }

    /// Opens an installation; runs that were cut off are put in order.
    pub async fn open(
        home: &Path,
        database: Option<&str>,
        master_key: Option<MasterKey>,
        now: DateTime,
    ) -> Result<Self, HubError> {
        let store = Store::open(options(home, database, master_key, Some(now))).await?;
        Ok(Self { store, shelf: Shelf::default() })
    }

    /// Closes the connections.
    pub async fn close(self) {
        self.store.close().await;
    }

    /// Adds a district with the default settings.
    pub async fn add_district(
        &self,
        slug: &str,
        name: &str,
        context: &Context,
    ) -> Result<DistrictInfo, HubError> {
        let district = self.store.create_district(slug, name, context.now).await?;
        self.info(&district).await
    }

    /// All districts.
    pub async fn districts(&self) -> Result<Vec<DistrictInfo>, HubError> {
        let mut list = Vec::new();
        for district in self.store.districts().await? {
            list.push(self.info(&district).await?);
        }
        Ok(list)
    }

    /// The settings of a district as TOML, and their version; version 0 are the defaults.
    pub async fn settings(&self, slug: &str) -> Result<(i64, String), HubError> {
        let district = self.district(slug).await?;
        Ok(self.store.settings(district.id).await?.unwrap_or_default())
    }

    /// Keeps settings as the newest version, if they can be read and are not those already.
    pub async fn save_settings(
        &self,
        slug: &str,
        text: &str,
        context: &Context,
    ) -> Result<i64, HubError> {
        let district = self.district(slug).await?;
        parse(text)?;
        let (version, kept) = self.store.settings(district.id).await?.unwrap_or_default();
        if version > 0 && kept == text {
            return Ok(version);
        }
        Ok(self.store.save_settings(district.id, text, &context.identity, context.now).await?)
    }

    /// Keeps settings that were made from a version, as the next one; refused where that is not the
    /// newest any more.
    pub async fn save_settings_after(
        &self,
        slug: &str,
        version: i64,
        text: &str,
        context: &Context,
    ) -> Result<i64, HubError> {
        let district = self.district(slug).await?;
        parse(text)?;
        let (actor, now) = (&context.identity, context.now);
        let saved = self.store.save_settings_after(district.id, version, text, actor, now).await?;
        saved.ok_or_else(|| {
            HubError::Superseded(format!("version {version} of the settings is not the newest"))
        })
    }

    /// The newest versions of a district's settings, newest first, those before `before` where given.
    pub async fn settings_versions(
        &self,
        district: &District,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<SettingsVersion>, HubError> {
        Ok(self.store.settings_versions(district.id, before, limit).await?)
    }

    /// The text of a version of the settings.
    pub async fn settings_of_version(
        &self,
        district: &District,
        version: i64,
    ) -> Result<Option<String>, HubError> {
        Ok(self.store.settings_of_version(district.id, version).await?)
    }

    pub(crate) async fn district(&self, slug: &str) -> Result<District, HubError> {
        let found = self.store.find_district(slug).await?;
        found.ok_or_else(|| HubError::NoDistrict(slug.to_owned()))
    }

    pub(crate) async fn parsed_settings(
        &self,
        district: &District,
    ) -> Result<(i64, Settings), HubError> {
        let (version, text) = self.store.settings(district.id).await?.unwrap_or_default();
        Ok((version, parse(&text)?))
    }

    /// Why the source of a district stands still, where it does.
    pub(crate) async fn paused(&self, district: &District) -> Result<Option<String>, HubError> {
        let sources = self.store.sources(district.id).await?;
        Ok(sources.into_iter().find_map(|source| source.paused).map(|(_, note)| note))
    }

    async fn info(&self, district: &District) -> Result<DistrictInfo, HubError> {
        let paused = self.paused(district).await?;
        Ok(DistrictInfo {
            district: district.slug.clone(),
            name: district.name.clone(),
            operation: self.store.latest_operation(district.id).await?.0,
            waiting: self.waiting_plans(&district.slug).await?.len() as u64,
            paused: paused.unwrap_or_default(),
        })
    }
}

fn options(
    home: &Path,
    database: Option<&str>,
    master_key: Option<MasterKey>,
    recover_at: Option<DateTime>,
) -> OpenOptions {
    OpenOptions {
        home: home.to_owned(),
        database: database.map(str::to_owned),
        master_key,
        recover_at,
    }
}
