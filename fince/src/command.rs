//! The commands, one file each.

mod access_approve;
mod access_list;
mod access_reject;
mod access_renew;
mod access_request;
mod access_revoke;
mod access_shown;
mod audit_export;
mod audit_list;
mod audit_records;
mod audit_verify;
mod completions;
mod contract_activate;
mod contract_approve;
mod contract_breaking;
mod contract_changelog;
mod contract_compare;
mod contract_deprecate;
mod contract_diff;
mod contract_export;
mod contract_fmt;
mod contract_infer;
mod contract_life;
mod contract_lint;
mod contract_new;
mod contract_reject;
mod contract_retire;
mod contract_status;
mod describe;
mod generate;
mod impact;
mod lineage;
mod lsp;
mod new_domain;
mod policy_list;
mod policy_propose;
mod policy_stage;
mod policy_test;
mod policy_try;
mod ports;
mod publish;
mod reference;
mod reproduce;
mod runs;
mod search;
mod snapshots;
mod sql;
mod subscription_create;
mod subscription_delete;
mod subscription_list;
mod token;
mod up;
mod vacuum;

use clap::Subcommand;
use tracing::Instrument as _;

use crate::failure::Failure;
use crate::setting::Setting;

pub(crate) use publish::publish_ports;
pub(crate) use token::development_token;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Up(up::Up),
    Sql(sql::Sql),
    Ports(ports::Ports),
    Describe(describe::Describe),
    Search(search::Search),
    /// Ask for access to ports, and decide on it
    #[command(subcommand)]
    Access(AccessCommand),
    Lineage(lineage::Lineage),
    Impact(impact::Impact),
    /// Read the audit trail, and verify it
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Work with contracts
    #[command(subcommand)]
    Contract(ContractCommand),
    /// Work with bank-wide rules
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Send what happens to webhooks
    #[command(subcommand)]
    Subscription(SubscriptionCommand),
    /// Begin something new
    #[command(subcommand)]
    New(new_domain::New),
    Publish(publish::Publish),
    Reproduce(reproduce::Reproduce),
    Runs(runs::Runs),
    Snapshots(snapshots::Snapshots),
    Vacuum(vacuum::Vacuum),
    Generate(generate::Generate),
    Lsp(lsp::Lsp),
    Token(token::Token),
    Completions(completions::Completions),
    #[command(hide = true)]
    Reference(reference::Reference),
}

/// What to do about access.
#[derive(Debug, Subcommand)]
pub(crate) enum AccessCommand {
    Approve(access_approve::Approve),
    List(access_list::List),
    Reject(access_reject::Reject),
    Renew(access_renew::Renew),
    Request(access_request::Request),
    Revoke(access_revoke::Revoke),
}

/// What to do with bank-wide rules.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    List(policy_list::List),
    Propose(policy_propose::Propose),
    Stage(policy_stage::Stage),
    Test(policy_test::Test),
    Try(policy_try::Try),
}

/// What to do about webhooks.
#[derive(Debug, Subcommand)]
pub(crate) enum SubscriptionCommand {
    Create(subscription_create::Create),
    Delete(subscription_delete::Delete),
    List(subscription_list::List),
}

/// What to do with the audit trail.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    Export(audit_export::Export),
    List(audit_list::List),
    Verify(audit_verify::Verify),
}

/// What to do with contracts.
#[derive(Debug, Subcommand)]
pub(crate) enum ContractCommand {
    Activate(contract_activate::Activate),
    Approve(contract_approve::Approve),
    Breaking(contract_breaking::Breaking),
    Changelog(contract_changelog::Changelog),
    Deprecate(contract_deprecate::Deprecate),
    Diff(contract_diff::Diff),
    Export(contract_export::Export),
    Fmt(contract_fmt::Fmt),
    Infer(contract_infer::Infer),
    Lint(contract_lint::Lint),
    New(contract_new::NewPort),
    Reject(contract_reject::Reject),
    Retire(contract_retire::Retire),
    Status(contract_status::Status),
}

impl Command {
    /// Its name, for traces.
    fn name(&self) -> &'static str {
        match self {
            Self::Up(_) => "fince up",
            Self::Sql(_) => "fince sql",
            Self::Publish(_) => "fince publish",
            Self::Reproduce(_) => "fince reproduce",
            Self::Runs(_) => "fince runs",
            Self::Snapshots(_) => "fince snapshots",
            Self::Vacuum(_) => "fince vacuum",
            Self::Generate(_) => "fince generate",
            Self::Ports(_) => "fince ports",
            Self::Describe(_) => "fince describe",
            Self::Search(_) => "fince search",
            Self::Access(AccessCommand::Approve(_)) => "fince access approve",
            Self::Access(AccessCommand::List(_)) => "fince access list",
            Self::Access(AccessCommand::Reject(_)) => "fince access reject",
            Self::Access(AccessCommand::Renew(_)) => "fince access renew",
            Self::Access(AccessCommand::Request(_)) => "fince access request",
            Self::Access(AccessCommand::Revoke(_)) => "fince access revoke",
            Self::Lineage(_) => "fince lineage",
            Self::Impact(_) => "fince impact",
            Self::Contract(ContractCommand::Breaking(_)) => "fince contract breaking",
            Self::Contract(ContractCommand::Changelog(_)) => "fince contract changelog",
            Self::Contract(ContractCommand::Diff(_)) => "fince contract diff",
            Self::Contract(ContractCommand::Export(_)) => "fince contract export",
            Self::Contract(ContractCommand::Fmt(_)) => "fince contract fmt",
            Self::Contract(ContractCommand::Infer(_)) => "fince contract infer",
            Self::Contract(ContractCommand::Lint(_)) => "fince contract lint",
            Self::Contract(ContractCommand::New(_)) => "fince contract new",
            Self::Policy(policy) => policy.name(),
            Self::Subscription(subscription) => subscription.name(),
            Self::Audit(audit) => audit.name(),
            Self::Contract(contract) => contract.name(),
            Self::New(new_domain::New::Domain(_)) => "fince new domain",
            Self::Lsp(_) => "fince lsp",
            Self::Token(_) => "fince token",
            Self::Completions(_) => "fince completions",
            Self::Reference(_) => "fince reference",
        }
    }

    /// Does it, as the first span of a trace.
    ///
    /// # Errors
    /// As the command documents.
    pub(crate) async fn run(self, setting: &Setting) -> Result<(), Failure> {
        let span = tracing::info_span!("command", otel.name = self.name(), otel.kind = "client");
        self.dispatch(setting).instrument(span).await
    }

    async fn dispatch(self, setting: &Setting) -> Result<(), Failure> {
        match self {
            Self::Up(up) => up.run(setting).await,
            Self::Sql(sql) => sql.run(setting).await,
            Self::Publish(publish) => publish.run(setting).await,
            Self::Reproduce(reproduce) => reproduce.run(setting).await,
            Self::Runs(runs) => runs.run(setting),
            Self::Snapshots(snapshots) => snapshots.run(setting).await,
            Self::Vacuum(vacuum) => vacuum.run(setting).await,
            Self::Generate(generate) => generate.run(setting).await,
            Self::Ports(ports) => ports.run(setting).await,
            Self::Describe(describe) => describe.run(setting).await,
            Self::Search(search) => search.run(setting).await,
            Self::Access(access) => access.run(setting).await,
            Self::Lineage(lineage) => lineage.run(setting).await,
            Self::Impact(impact) => impact.run(setting).await,
            Self::Contract(ContractCommand::Breaking(breaking)) => breaking.run(setting).await,
            Self::Contract(ContractCommand::Changelog(changelog)) => changelog.run(setting).await,
            Self::Contract(ContractCommand::Diff(diff)) => diff.run(setting).await,
            Self::Contract(ContractCommand::Export(export)) => export.run(setting),
            Self::Contract(ContractCommand::Fmt(fmt)) => fmt.run(setting),
            Self::Contract(ContractCommand::Infer(infer)) => infer.run(setting).await,
            Self::Contract(ContractCommand::Lint(lint)) => lint.run(setting),
            Self::Contract(ContractCommand::New(new)) => new.run(setting),
            Self::Policy(policy) => policy.run(setting).await,
            Self::Subscription(subscription) => subscription.run(setting).await,
            Self::Audit(audit) => audit.run(setting).await,
            Self::Contract(contract) => contract.run(setting).await,
            Self::New(new_domain::New::Domain(domain)) => domain.run(setting),
            Self::Lsp(lsp) => lsp.run(setting),
            Self::Token(token) => token.run(setting),
            Self::Completions(completions) => completions.run(setting),
            Self::Reference(reference) => reference.run(setting),
        }
    }
}

impl AccessCommand {
    async fn run(self, setting: &Setting) -> Result<(), Failure> {
        match self {
            Self::Approve(approve) => approve.run(setting).await,
            Self::List(list) => list.run(setting).await,
            Self::Reject(reject) => reject.run(setting).await,
            Self::Renew(renew) => renew.run(setting).await,
            Self::Request(request) => request.run(setting).await,
            Self::Revoke(revoke) => revoke.run(setting).await,
        }
    }
}

impl PolicyCommand {
    fn name(&self) -> &'static str {
        match self {
            Self::List(_) => "fince policy list",
            Self::Propose(_) => "fince policy propose",
            Self::Stage(_) => "fince policy stage",
            Self::Test(_) => "fince policy test",
            Self::Try(_) => "fince policy try",
        }
    }

    async fn run(self, setting: &Setting) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(setting).await,
            Self::Propose(propose) => propose.run(setting).await,
            Self::Stage(stage) => stage.run(setting).await,
            Self::Test(test) => test.run(setting),
            Self::Try(tried) => tried.run(setting).await,
        }
    }
}

impl SubscriptionCommand {
    fn name(&self) -> &'static str {
        match self {
            Self::Create(_) => "fince subscription create",
            Self::Delete(_) => "fince subscription delete",
            Self::List(_) => "fince subscription list",
        }
    }

    async fn run(self, setting: &Setting) -> Result<(), Failure> {
        match self {
            Self::Create(create) => create.run(setting).await,
            Self::Delete(delete) => delete.run(setting).await,
            Self::List(list) => list.run(setting).await,
        }
    }
}

impl AuditCommand {
    fn name(&self) -> &'static str {
        match self {
            Self::Export(_) => "fince audit export",
            Self::List(_) => "fince audit list",
            Self::Verify(_) => "fince audit verify",
        }
    }

    async fn run(self, setting: &Setting) -> Result<(), Failure> {
        match self {
            Self::Export(export) => export.run(setting).await,
            Self::List(list) => list.run(setting).await,
            Self::Verify(verify) => verify.run(setting).await,
        }
    }
}

impl ContractCommand {
    fn name(&self) -> &'static str {
        match self {
            Self::Activate(_) => "fince contract activate",
            Self::Approve(_) => "fince contract approve",
            Self::Breaking(_) => "fince contract breaking",
            Self::Changelog(_) => "fince contract changelog",
            Self::Deprecate(_) => "fince contract deprecate",
            Self::Diff(_) => "fince contract diff",
            Self::Export(_) => "fince contract export",
            Self::Fmt(_) => "fince contract fmt",
            Self::Infer(_) => "fince contract infer",
            Self::Lint(_) => "fince contract lint",
            Self::New(_) => "fince contract new",
            Self::Reject(_) => "fince contract reject",
            Self::Retire(_) => "fince contract retire",
            Self::Status(_) => "fince contract status",
        }
    }

    async fn run(self, setting: &Setting) -> Result<(), Failure> {
        match self {
            Self::Activate(activate) => activate.run(setting).await,
            Self::Approve(approve) => approve.run(setting).await,
            Self::Breaking(breaking) => breaking.run(setting).await,
            Self::Changelog(changelog) => changelog.run(setting).await,
            Self::Deprecate(deprecate) => deprecate.run(setting).await,
            Self::Diff(diff) => diff.run(setting).await,
            Self::Export(export) => export.run(setting),
            Self::Fmt(fmt) => fmt.run(setting),
            Self::Infer(infer) => infer.run(setting).await,
            Self::Lint(lint) => lint.run(setting),
            Self::New(new) => new.run(setting),
            Self::Reject(reject) => reject.run(setting).await,
            Self::Retire(retire) => retire.run(setting).await,
            Self::Status(status) => status.run(setting).await,
        }
    }
}
