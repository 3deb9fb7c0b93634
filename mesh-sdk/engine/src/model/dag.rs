//! The order in which models run.

use std::collections::{BTreeMap, BTreeSet};

use super::error::ModelError;
use super::references::{Reference, Scope, Source, references};
use super::statement::Model;

/// Models and what each reads; free of cycles.
#[derive(Clone, Debug)]
pub struct Dag {
    order: Vec<String>,
    reads: BTreeMap<String, Vec<Reference>>,
}

impl Dag {
    /// Finds what each model of `domain` reads. `inputs` are the names after `input.`.
    ///
    /// # Errors
    /// [`ModelError`] on an unknown table, on two models of one port, and on a cycle.
    pub fn new<'a>(
        domain: &'a str,
        inputs: impl IntoIterator<Item = &'a str>,
        models: impl IntoIterator<Item = &'a Model>,
    ) -> Result<Self, ModelError> {
        let mut by_port = BTreeMap::new();
        for model in models {
            if let Some(first) = by_port.insert(model.port(), model) {
                let (first, second) = (first.file().to_owned(), model.file().to_owned());
                return Err(ModelError::TwoModels { port: model.port().to_owned(), first, second });
            }
        }
        let scope = Scope { domain, inputs: inputs.into_iter().collect(), ports: by_port.keys().copied().collect() };
        let mut reads = BTreeMap::new();
        for (port, model) in &by_port {
            reads.insert((*port).to_owned(), references(model, &scope)?);
        }
        let order = order(&reads)?;
        Ok(Self { order, reads })
    }

    /// Ports in the order in which they can run: what is read comes before what reads it, otherwise by name.
    #[must_use]
    pub fn order(&self) -> &[String] {
        &self.order
    }

    /// What the model of `port` reads.
    #[must_use]
    pub fn reads(&self, port: &str) -> &[Reference] {
        self.reads.get(port).map_or(&[], Vec::as_slice)
    }

    /// The ports that the model of `port` reads.
    pub fn ports_read(&self, port: &str) -> impl Iterator<Item = &str> {
        self.reads(port).iter().filter_map(|reference| match &reference.source {
            Source::Port(port) => Some(port.as_str()),
            Source::Input(_) => None,
        })
    }

    /// `ports` and everything they read, in running order.
    #[must_use]
    pub fn closure(&self, ports: &[String]) -> Vec<String> {
        let mut wanted: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = ports.iter().map(String::as_str).collect();
        while let Some(port) = open.pop() {
            if wanted.insert(port) {
                open.extend(self.ports_read(port));
            }
        }
        self.order.iter().filter(|port| wanted.contains(port.as_str())).cloned().collect()
    }
}

fn order(reads: &BTreeMap<String, Vec<Reference>>) -> Result<Vec<String>, ModelError> {
    let mut order = Vec::with_capacity(reads.len());
    let mut placed: BTreeSet<&str> = BTreeSet::new();
    while order.len() < reads.len() {
        let ready = reads.iter().find(|(port, references)| {
            !placed.contains(port.as_str()) && ports(references).all(|read| placed.contains(read))
        });
        match ready {
            Some((port, _)) => {
                placed.insert(port);
                order.push(port.clone());
            }
            None => return Err(ModelError::Cycle { cycle: cycle(reads, &placed) }),
        }
    }
    Ok(order)
}

fn ports(references: &[Reference]) -> impl Iterator<Item = &str> {
    references.iter().filter_map(|reference| match &reference.source {
        Source::Port(port) => Some(port.as_str()),
        Source::Input(_) => None,
    })
}

/// Every port that is left reads another one that is left, so following the reads must come round.
fn cycle(reads: &BTreeMap<String, Vec<Reference>>, placed: &BTreeSet<&str>) -> Vec<String> {
    let mut path: Vec<&str> = Vec::new();
    let mut next = reads.keys().map(String::as_str).find(|port| !placed.contains(port));
    while let Some(port) = next {
        if let Some(start) = path.iter().position(|seen| *seen == port) {
            let mut cycle: Vec<String> = path.iter().skip(start).map(|port| (*port).to_owned()).collect();
            cycle.push(port.to_owned());
            return cycle;
        }
        path.push(port);
        next = reads.get(port).and_then(|references| ports(references).find(|read| !placed.contains(read)));
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(port: &str, sql: &str) -> Model {
        Model::parse(port, format!("models/{port}.sql"), sql).expect("a query")
    }

    fn dag(models: &[Model]) -> Result<Dag, ModelError> {
        Dag::new("lending", ["loans_file"], models)
    }

    #[test]
    fn what_is_read_runs_first() {
        let dag = dag(&[
            model("a_summary", "SELECT count(*) AS n FROM lending.loans JOIN schedules USING (loan_id)"),
            model(
                "loans",
                "WITH loans_file AS (SELECT 'FROM nowhere' AS x FROM input.loans_file) SELECT * FROM loans_file",
            ),
            model("schedules", "SELECT * FROM (SELECT * FROM Loans) WHERE x IN (SELECT x FROM input.loans_file)"),
        ])
        .expect("a dag");
        assert_eq!(dag.order(), ["loans", "schedules", "a_summary"]);
        assert_eq!(dag.closure(&["schedules".into()]), ["loans", "schedules"]);
        assert_eq!(dag.reads("loans").len(), 1);
    }

    #[test]
    fn a_cycle_is_shown() {
        let error = dag(&[
            model("a", "SELECT * FROM b"),
            model("b", "SELECT * FROM c"),
            model("c", "SELECT * FROM b"),
            model("d", "SELECT 1 AS x"),
        ])
        .expect_err("refused");
        insta::assert_snapshot!(error, @"models read each other in a cycle: b -> c -> b");
        let error = dag(&[model("a", "SELECT * FROM a")]).expect_err("refused");
        insta::assert_snapshot!(error, @"models read each other in a cycle: a -> a");
    }

    #[test]
    fn unknown_tables_are_named_with_place_and_help() {
        let error = dag(&[model("a", "SELECT *\nFROM input.loan_file")]).expect_err("refused");
        insta::assert_snapshot!(error, @"models/a.sql:2:6: unknown table `input.loan_file`");
        insta::assert_snapshot!(error.help().expect("help"), @"did you mean `input.loans_file`?");
        let error = dag(&[model("a", "SELECT * FROM '/etc/passwd'")]).expect_err("refused");
        insta::assert_snapshot!(error, @"models/a.sql: unknown table `/etc/passwd`");
        let error = dag(&[model("a", "SELECT * FROM deposits.accounts")]).expect_err("refused");
        insta::assert_snapshot!(error.help().expect("help"), @"known are `input.loans_file`, `lending.a`");
        let error = dag(&[model("a", "SELECT * FROM loans_file")]).expect_err("refused");
        insta::assert_snapshot!(error.help().expect("help"), @"did you mean `input.loans_file`?");
    }

    #[test]
    fn a_port_has_one_model() {
        let error = dag(&[model("a", "SELECT 1 AS x"), model("a", "SELECT 2 AS x")]).expect_err("refused");
        insta::assert_snapshot!(error, @"port `a` has two models: models/a.sql and models/a.sql");
    }
}
