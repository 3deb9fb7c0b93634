//! `fince audit verify`

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use mesh_api::audit::Verifier;
use mesh_api::{Checkpoint, Client, PageRequest, SealedCheckpoint};

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
  fince audit verify --checkpoint /secure/audit.checkpoint --as officer     notices a tail that was cut since the last time";

/// Verify the audit trail: every record unchanged, in its place, and as governance sealed it
///
/// With --checkpoint, the trail is also held against the checkpoint that the last run left in this file, and a new one is
/// written to it. Keep the file where those who run governance cannot change it.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Verify {
    /// The checkpoint of the last run, and of this one from now on
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,

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
        let checkpoints = open(setting, &client, &sealed).await?;
        let (count, mut verifier) = (checkpoints.len(), Verifier::new(checkpoints));
        let records = Which::default().read(&client).await?;
        records.iter().for_each(|record| verifier.take(record));
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
        let text = format!("{} records are whole, held against {count} checkpoints", records.len());
        Ok(setting.output.result(&text)?)
    }
}

/// What the checkpoints state, each of which one of governance's keys must open.
async fn open(setting: &Setting, client: &Client, sealed: &[SealedCheckpoint]) -> Result<Vec<Checkpoint>, Failure> {
    let keys = client.keys().await.map_err(service_errors::governance)?;
    let unsealers: Vec<_> = keys.unsealers().collect();
    let now = setting.environment.clock.now();
    let open = |sealed: &SealedCheckpoint| unsealers.iter().find_map(|unsealer| sealed.open(unsealer, now).ok());
    let opened: Option<Vec<_>> = sealed.iter().map(open).collect();
    opened.ok_or_else(|| Failure::failed(codes::AUDIT, "a checkpoint does not open with governance's keys"))
}

/// The checkpoint of the last run; none on the first.
fn remembered(file: &Path) -> Result<Option<SealedCheckpoint>, Failure> {
    match fs::read_to_string(file) {
        Ok(seal) => Ok(Some(SealedCheckpoint { seal })),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(file, &error)),
    }
}

fn unusable(file: &Path, error: &std::io::Error) -> Failure {
    Failure::environment(codes::CHECKPOINT, format!("cannot use `{}`", file.display())).because(error)
}
