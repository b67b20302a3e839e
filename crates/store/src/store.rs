//! Making and opening the store of an installation.

use std::collections::HashMap;
use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use firstbell_roster::model::{DateTime, DistrictId};
use tokio::sync::Mutex;

use crate::db::{Db, SqliteFile, params};
use crate::error::DatabaseError;
use crate::files::DistrictFiles;
use crate::vault::{MasterKey, VaultError};

/// The source that every district begins with.
pub const DEFAULT_SOURCE: firstbell_roster::model::SourceId = firstbell_roster::model::SourceId(1);

const MASTER_KEY: &str = "master.key";
const HUB: &str = "hub.db";
const DATABASE: &str = "database";

/// Everything that an installation keeps. Clones share the same connections.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) home: PathBuf,
    pub(crate) hub: Db,
    pub(crate) master: MasterKey,
    key_source: KeySource,
    districts: Mutex<HashMap<DistrictId, Db>>,
}

/// Where the store is and how to open it.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// The folder of the installation.
    pub home: PathBuf,
    /// The URL of a PostgreSQL database; without it, SQLite files in `home`.
    pub database: Option<String>,
    /// The master key; without it, the file `master.key` in `home`.
    pub master_key: Option<MasterKey>,
    /// The present instant: given, runs that were cut off are closed and orphaned files swept.
    pub recover_at: Option<DateTime>,
}

/// Where the master key came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// It was given with the options.
    Given {
        /// The file `master.key` of the installation, where it has one all the same.
        beside: Option<PathBuf>,
    },
    /// The file `master.key` of the installation.
    File(PathBuf),
}

/// A store that could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is one already.
    #[error("`{0}` is initialized already")]
    AlreadyInitialised(String),
    /// The database holds districts, and whoever makes the installation has no key to them.
    #[error("the database holds what another installation keeps; its master key opens it")]
    UsedDatabase,
    /// Nobody can tell whether there is one.
    #[error("`{path}` cannot be read")]
    Unreadable {
        /// The folder.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// There is none yet.
    #[error("`{0}` is not initialized")]
    NotInitialised(String),
    /// The roster is in PostgreSQL, and no database was named.
    #[error("`{0}` keeps its roster in PostgreSQL, and no database is named")]
    NoDatabase(String),
    /// The roster is in the embedded database, and another was named.
    #[error("`{0}` keeps its roster in the embedded database, and a PostgreSQL database is named")]
    OtherDatabase(String),
    /// A folder or file could not be made.
    #[error("`{path}` could not be made")]
    Folder {
        /// The folder or file.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The files beside the database.
    #[error(transparent)]
    Recover(#[from] crate::recover::RecoverError),
}

impl Store {
    /// Makes the folders, the master key and the database of a new installation.
    pub async fn init(options: OpenOptions) -> Result<Self, OpenError> {
        let home = options.home.clone();
        if is_made(&options)? {
            return Err(OpenError::AlreadyInitialised(home.display().to_string()));
        }
        let districts = home.join("districts");
        make_folder(&districts).map_err(folder(&districts))?;
        let (key, marker) = (home.join(MASTER_KEY), home.join(DATABASE));
        let new_key = options.master_key.is_none() && !key.exists();
        if new_key {
            MasterKey::create(&key)?;
        }
        let elsewhere = options.database.is_some();
        if elsewhere {
            std::fs::write(&marker, "postgres\n").map_err(folder(&marker))?;
        }
        let mut connected = Self::connect(options).await;
        if new_key
            && elsewhere
            && let Ok(store) = &connected
            && !store.districts().await?.is_empty()
        {
            store.close().await;
            connected = Err(OpenError::UsedDatabase);
        }
        if connected.is_err() && elsewhere {
            // Another try is to find what this one found; what is not empty stays.
            let _ = std::fs::remove_file(&marker);
            if new_key {
                let _ = std::fs::remove_file(&key);
            }
            let _ = std::fs::remove_dir(&districts);
            let _ = std::fs::remove_dir(&home);
        }
        connected
    }

    /// Opens the store of an installation and brings its schema up to date.
    pub async fn open(options: OpenOptions) -> Result<Self, OpenError> {
        if !is_made(&options)? {
            return Err(OpenError::NotInitialised(options.home.display().to_string()));
        }
        let recover_at = options.recover_at;
        let store = Self::connect(options).await?;
        if let Some(now) = recover_at {
            for district in store.districts().await? {
                store.recover(district.id, now).await?;
            }
        }
        Ok(store)
    }

    async fn connect(options: OpenOptions) -> Result<Self, OpenError> {
        let file = options.home.join(MASTER_KEY);
        let (master, key_source) = if let Some(key) = options.master_key {
            (key, KeySource::Given { beside: Some(file).filter(|file| file.exists()) })
        } else {
            (MasterKey::read(&file)?, KeySource::File(file))
        };
        let hub = match &options.database {
            Some(url) => Db::postgres(url).await?,
            None => Db::sqlite(&options.home.join(HUB), SqliteFile::Hub).await?,
        };
        Ok(Self {
            shared: Arc::new(Shared {
                home: options.home,
                hub,
                master,
                key_source,
                districts: Mutex::new(HashMap::new()),
            }),
        })
    }

    /// Where the master key came from.
    pub fn key_source(&self) -> &KeySource {
        &self.shared.key_source
    }

    /// The files that a district keeps beside its database.
    pub fn files(&self, slug: &str) -> DistrictFiles {
        DistrictFiles::new(&self.shared.home, slug)
    }

    /// Closes every connection. Without it they close by themselves, a little later.
    pub async fn close(&self) {
        for (_, district) in self.shared.districts.lock().await.drain() {
            district.close().await;
        }
        self.shared.hub.close().await;
    }

    /// The database of a district, opened on its first use.
    pub(crate) async fn db(&self, district: DistrictId) -> Result<Db, DatabaseError> {
        let mut open = self.shared.districts.lock().await;
        if let Some(db) = open.get(&district) {
            return Ok(db.clone());
        }
        let slug = self.slug(district).await?.ok_or(DatabaseError::NoDistrict(district))?;
        let db = match &self.shared.hub {
            Db::Sqlite { .. } => {
                let folder = self.files(&slug).folder().to_owned();
                make_folder(&folder).map_err(|source| DatabaseError::Folder {
                    folder: folder.display().to_string(),
                    source,
                })?;
                Db::sqlite(&folder.join("roster.db"), SqliteFile::District).await?
            }
            Db::Postgres(pool) => Db::Postgres(pool.clone()),
        };
        add_default_source(&db, district).await?;
        open.insert(district, db.clone());
        Ok(db)
    }
}

/// Whether there is an installation; one on the other kind of database is an error.
fn is_made(options: &OpenOptions) -> Result<bool, OpenError> {
    let home = options.home.display().to_string();
    let there = |name: &str| match options.home.join(name).try_exists() {
        // A file has nothing in it.
        Err(source) if source.kind() == ErrorKind::NotADirectory => Ok(false),
        Err(source) => Err(OpenError::Unreadable { path: home.clone(), source }),
        Ok(there) => Ok(there),
    };
    let (embedded, other) = (there(HUB)?, there(DATABASE)?);
    match options.database {
        None if other && !embedded => Err(OpenError::NoDatabase(home)),
        Some(_) if embedded && !other => Err(OpenError::OtherDatabase(home)),
        None => Ok(embedded),
        Some(_) => Ok(other),
    }
}

async fn add_default_source(db: &Db, district: DistrictId) -> Result<(), DatabaseError> {
    let mut session = db.write().await?;
    session
        .execute(
            "INSERT INTO source (district, id, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            params![district, DEFAULT_SOURCE.0, "default"],
        )
        .await?;
    session.commit().await
}

/// Makes a folder, and those above it, that only their owner can enter.
pub(crate) fn make_folder(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn folder(path: &Path) -> impl FnOnce(std::io::Error) -> OpenError {
    let path = path.display().to_string();
    move |source| OpenError::Folder { path, source }
}
