//! `fince audit verify`

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::Args;
use mesh_api::audit::Verifier;
use mesh_api::{AuditRecord, Checkpoint, Keys, PageRequest, SealedCheckpoint};

use super::audit_records::Which;
use crate::asker::Asker;
use crate::failure::{Failure, codes};
use crate::governance_client::{self, all_pages};
use crate::service_errors;
use crate::setting::Setting;

/// Faults that a failure lists.
const FAULTS_TOLD_MAX: usize = 10;

const EXAMPLES: &str = "\
Examples:
  fince audit verify --as officer
  fince audit verify --checkpoint /secure/audit.checkpoint --as officer     notices a tail that was cut since the last time
  curl -o /secure/governance.jwks http://127.0.0.1:8460/api/v1/keys         once, while governance is trusted
  fince audit verify --key /secure/governance.jwks --as officer             notices that the trail was sealed anew";

/// Verify the audit trail: every record unchanged, in its place, and as governance sealed it
///
/// With --checkpoint, the trail is also held against the checkpoint that the last run left in this file, and a new one is
/// written to it. With --key, checkpoints must open with the keys in that file, which nobody who runs governance can exchange
/// together with the trail; without it, with those that governance publishes now. Keep both files where those who run
/// governance cannot change them.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Verify {
    /// The checkpoint of the last run, and of this one from now on
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,

    /// Public keys of governance as a JSON Web Key Set, as /api/v1/keys gave them
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,

    #[command(flatten)]
    asker: Asker,
}

impl Verify {
    /// Verifies it.
    ///
    /// # Errors
    /// When something is wrong with the trail, the file cannot be used, or governance does not answer.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let client = governance_client::open(setting, &self.asker)?;
        let mut sealed = all_pages(async |page: PageRequest| client.checkpoints(&page).await).await?;
        sealed.extend(self.checkpoint.as_deref().map(remembered).transpose()?.flatten());
        let newest = client.checkpoint().await.map_err(service_errors::governance)?;
        sealed.push(newest.clone());
        let keys = match &self.key {
            Some(file) => pinned(file)?,
            None => client.keys().await.map_err(service_errors::governance)?,
        };
        let checkpoints = open(setting, &keys, &sealed)?;
        let (count, mut verifier) = (checkpoints.len(), Verifier::new(checkpoints));
        let mut records = 0;
        let take = |page: Vec<AuditRecord>| {
            records += page.len();
            page.iter().for_each(|record| verifier.take(record));
            Ok(())
        };
        Which::default().read_by_page(&client, take).await?;
        let faults = verifier.finish();
        if !faults.is_empty() {
            let told: Vec<_> = faults.iter().take(FAULTS_TOLD_MAX).map(ToString::to_string).collect();
            let more = faults.len().saturating_sub(FAULTS_TOLD_MAX);
            let more = if more == 0 { String::new() } else { format!("\nand {more} more") };
            return Err(Failure::failed(codes::AUDIT, format!("{}{more}", told.join("\n"))));
        }
        if let Some(file) = &self.checkpoint {
            fs::write(file, format!("{}\n", newest.seal)).map_err(|error| unusable(file, &error))?;
        }
        let text = format!("{records} records are whole, held against {count} checkpoints");
        Ok(setting.output.result(&text)?)
    }
}

/// The keys of a file.
fn pinned(file: &Path) -> Result<Keys, Failure> {
    let text = fs::read_to_string(file).map_err(|error| unusable(file, &error))?;
    let keys: Keys = serde_json::from_str(&text).map_err(|error| unusable(file, &error))?;
    if keys.unsealers().next().is_none() {
        return Err(unusable(file, &io::Error::other("it holds no Ed25519 key")));
    }
    Ok(keys)
}

/// What the checkpoints state, each of which one of the keys must open.
fn open(setting: &Setting, keys: &Keys, sealed: &[SealedCheckpoint]) -> Result<Vec<Checkpoint>, Failure> {
    let unsealers: Vec<_> = keys.unsealers().collect();
    let now = setting.environment.clock.now();
    let open = |sealed: &SealedCheckpoint| unsealers.iter().find_map(|unsealer| sealed.open(unsealer, now).ok());
    let opened: Option<Vec<_>> = sealed.iter().map(open).collect();
    opened.ok_or_else(|| Failure::failed(codes::AUDIT, "a checkpoint was not sealed with a key that is trusted"))
}

/// The checkpoint of the last run; none on the first.
fn remembered(file: &Path) -> Result<Option<SealedCheckpoint>, Failure> {
    match fs::read_to_string(file) {
        Ok(seal) => Ok(Some(SealedCheckpoint { seal })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(file, &error)),
    }
}

fn unusable(file: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::environment(codes::CHECKPOINT, format!("cannot use `{}`", file.display())).because(error)
}
