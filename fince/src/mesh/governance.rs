//! Governance in this process.

use governance::{Service, Settings};

use super::{Mesh, Parts};
use crate::addresses::Reserved;
use crate::failure::Failure;
use crate::signals::Stop;

/// Opens the registry and answers behind `door` until told to stop. Webhooks may go to `webhook_hosts` also where these are
/// not public.
///
/// # Errors
/// When the database cannot be opened, or the door's address was taken after all.
pub(crate) async fn start_governance(
    mesh: &Mesh,
    door: Reserved,
    webhook_hosts: Vec<String>,
    stop: &Stop,
    running: &mut Parts,
) -> Result<(), Failure> {
    let settings = Settings {
        database_url: governance::sqlite_url(&mesh.data.governance_database()),
        sealer: mesh.keys.governance.clone(),
        unsealer: mesh.keys.issuer.unsealer(),
        clock: mesh.clock.clone(),
        webhook_hosts,
    };
    let failed = |error: governance::Error| {
        let failure = Failure::environment(error.code(), error.to_string()).because(&error);
        failure.help(error.help())
    };
    let service = Service::open(settings).await.map_err(failed)?;
    let (listener, shutdown) = (door.open()?, stop.gentle.clone());
    running.spawn(async move {
        governance::serve(listener, service, shutdown).await;
        Ok(())
    });
    Ok(())
}
