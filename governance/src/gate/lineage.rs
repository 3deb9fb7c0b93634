//! Who may tell what of the lineage graph.
//!
//! The mesh's own part is told by the mesh's own products: a job of the namespace `mesh`, and what is written there, by whom
//! its domain belongs to. Everybody else tells of jobs outside the mesh, which may read the mesh's ports and never write
//! them. Such a job belongs to who told of it first; who governs, or has the role `lineage`, may tell of any.

use chrono::{DateTime, TimeDelta, Utc};
use mesh_api::audit::canonical_json;
use mesh_lineage::MESH;
use mesh_lineage::told::{Subject, Told, ToldError};
use mesh_policy::Principal;
use serde_json::Value;

use crate::failure::{self, Failure};
use crate::middleware::span::Clean;
use crate::store::lineage::{Heard, Outcome};

/// Clocks differ; an event from further ahead would stay the newest of its job for as long.
const AHEAD_MAX: TimeDelta = TimeDelta::days(1);

/// The role of integrations that tell of jobs of many others.
const ROLE: &str = "lineage";

/// Reads an event, and judges whether `principal` may tell it.
pub(crate) fn judge(principal: &Principal, event: &Value, at: DateTime<Utc>) -> Result<Heard, Failure> {
    let told = Told::read(event).map_err(|error| refused(&error))?;
    if told.at > at + AHEAD_MAX {
        return Err(Failure::new(failure::BAD_EVENT, "`eventTime` is more than a day ahead"));
    }
    may_tell(principal, &told)?;
    Ok(Heard {
        told,
        text: canonical_json(event),
        from: principal.name.clone(),
        speaks_for_all: principal.governs() || principal.roles.iter().any(|role| role == ROLE),
        at,
    })
}

fn may_tell(principal: &Principal, told: &Told) -> Result<(), Failure> {
    let job = told.job();
    if job.namespace == MESH {
        owns(principal, &job.name)?;
    }
    let written = told.outputs.iter().map(|output| &output.dataset).filter(|dataset| dataset.namespace == MESH);
    for dataset in written {
        if job.namespace != MESH {
            let detail = format!("a job outside the mesh does not write `{}`", Clean(&dataset.name));
            return Err(Failure::new(failure::NOT_TO_TELL, detail));
        }
        owns(principal, &dataset.name)?;
    }
    Ok(())
}

/// The domain of a job or dataset of the mesh stands before the first dot.
fn owns(principal: &Principal, name: &str) -> Result<(), Failure> {
    let domain = name.split('.').next().unwrap_or(name);
    if principal.owns(domain) {
        return Ok(());
    }
    let detail = format!("`{}` does not own the domain of `{}`", principal.name, Clean(name));
    Err(Failure::new(failure::NOT_TO_TELL, detail))
}

/// What the store made of an event, as an answer: whether it was new.
pub(crate) fn answered(told: &Told, outcome: Outcome) -> Result<bool, Failure> {
    match outcome {
        Outcome::New => Ok(true),
        Outcome::Known => Ok(false),
        Outcome::Refused(error) => Err(refused(&error)),
        Outcome::OtherOwner => {
            let job = told.job();
            let detail = format!("somebody else told of the job `{}` first", Clean(&job.name));
            Err(Failure::new(failure::NOT_TO_TELL, detail))
        }
    }
}

fn refused(error: &ToldError) -> Failure {
    Failure::new(failure::BAD_EVENT, Clean(&error.to_string()).to_string())
}

/// What an event is, for metrics.
pub(crate) fn kind(told: &Told) -> &'static str {
    match told.subject {
        Subject::Run { .. } => "run",
        Subject::Job(_) => "job",
        Subject::Dataset(_) => "dataset",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(roles: &[&str], job: (&str, &str), written: (&str, &str)) -> Result<Heard, Failure> {
        let principal = Principal { name: "p".into(), roles: roles.iter().map(|role| (*role).to_owned()).collect() };
        let event = json!({
            "eventTime": "2026-03-01T12:00:00Z",
            "run": {"runId": "0190a9b0-0000-7000-8000-000000000001"},
            "job": {"namespace": job.0, "name": job.1},
            "inputs": [{"namespace": "mesh", "name": "deposits.accounts_v1"}],
            "outputs": [{"namespace": written.0, "name": written.1}],
        });
        judge(&principal, &event, "2026-03-01T12:00:00Z".parse().expect("a time"))
    }

    #[test]
    fn the_mesh_is_told_of_by_its_products_alone() {
        let own = ("mesh", "lending.loans_v1");
        for roles in [["service:lending"], ["owner:lending"]] {
            assert!(told(&roles, own, own).is_ok());
            assert!(told(&roles, ("mesh", "lending"), own).is_ok(), "the run over all ports");
            assert!(told(&roles, own, ("s3://lake", "copy")).is_ok());
            assert!(told(&roles, ("mesh", "deposits.accounts_v1"), own).is_err());
            assert!(told(&roles, own, ("mesh", "deposits.accounts_v1")).is_err());
            assert!(told(&roles, ("mesh", "lendings.loans_v1"), own).is_err());
        }
        for role in ["service:deposits", "governance", "lineage", "analyst"] {
            assert!(told(&[role], own, own).is_err(), "{role}");
            assert!(told(&[role], ("airflow", "job"), own).is_err(), "{role} writes a port from outside");
            assert!(told(&[role], ("airflow", "job"), ("s3://lake", "t")).is_ok(), "{role}");
        }
    }

    #[test]
    fn who_integrates_speaks_for_all() {
        let outside = |role: &str| told(&[role], ("airflow", "job"), ("s3://lake", "t")).expect("told").speaks_for_all;
        assert!(outside("lineage") && outside("governance") && !outside("service:lending"));
    }
}
