//! The routes: one file for each operation.

mod agreement_approve;
mod agreement_list;
mod agreement_read;
mod agreement_reject;
mod agreement_renew;
mod agreement_request;
mod agreement_revoke;
mod agreement_step;
mod audit_checkpoint;
mod audit_checkpoints;
mod audit_list;
mod audit_prune;
mod consumption_record;
mod contract_register;
mod contract_validate;
pub(crate) mod event_stream;
mod grants_read;
mod impact_read;
mod keys;
mod lineage_read;
mod lineage_tell;
mod lineage_tell_batch;
mod livez;
mod metrics;
mod openapi;
mod port_list;
mod port_read;
mod port_readers;
mod product_list;
mod product_read;
mod product_register;
mod quality_read;
mod quality_results;
mod readyz;
mod refusals;
mod report_lineage_edges;
mod report_ports;
mod report_quality_results;
mod rules_list;
mod rules_propose;
mod rules_read;
mod rules_stage;
mod rules_try;
mod search;
mod subscription_delete;
mod subscription_list;
mod subscription_make;
mod subscription_read;
mod transition;
mod unused_ports;
mod version_acknowledge;
mod version_activate;
mod version_approve;
mod version_deprecate;
mod version_events;
mod version_list;
mod version_read;
mod version_reject;
mod version_retire;

use axum::http::{Method, Uri};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::failure::{self, Failure};
use crate::middleware::span::Clean;
use crate::service::Service;

pub use openapi::openapi_json;

/// Every operation, and the document that describes them.
pub(crate) fn routes() -> OpenApiRouter<Service> {
    let v1 = OpenApiRouter::new()
        .routes(routes!(agreement_request::request_access, agreement_list::list_agreements))
        .routes(routes!(agreement_read::read_agreement))
        .routes(routes!(agreement_approve::approve_access))
        .routes(routes!(agreement_reject::reject_access))
        .routes(routes!(agreement_revoke::revoke_access))
        .routes(routes!(agreement_renew::renew_access))
        .routes(routes!(grants_read::read_grants))
        .routes(routes!(rules_propose::propose_rules, rules_list::list_rules))
        .routes(routes!(rules_try::try_rules))
        .routes(routes!(rules_read::read_rules))
        .routes(routes!(rules_stage::stage_rules))
        .routes(routes!(contract_register::register_contract))
        .routes(routes!(contract_validate::validate_contract))
        .routes(routes!(product_register::register_product, product_list::list_products))
        .routes(routes!(product_read::read_product))
        .routes(routes!(port_list::list_ports))
        .routes(routes!(port_read::read_port))
        .routes(routes!(version_list::list_versions))
        .routes(routes!(version_read::read_version))
        .routes(routes!(version_events::list_version_events))
        .routes(routes!(version_approve::approve_version))
        .routes(routes!(version_reject::reject_version))
        .routes(routes!(version_activate::activate_version))
        .routes(routes!(version_deprecate::deprecate_version))
        .routes(routes!(version_retire::retire_version))
        .routes(routes!(version_acknowledge::acknowledge_version))
        .routes(routes!(lineage_tell::tell_lineage, lineage_read::read_lineage))
        .routes(routes!(lineage_tell_batch::tell_lineage_batch))
        .routes(routes!(impact_read::read_impact))
        .routes(routes!(consumption_record::record_reads))
        .routes(routes!(port_readers::list_readers))
        .routes(routes!(unused_ports::report_unused_ports))
        .routes(routes!(report_ports::report_ports))
        .routes(routes!(report_lineage_edges::report_lineage_edges))
        .routes(routes!(report_quality_results::report_quality_results))
        .routes(routes!(search::search_catalog))
        .routes(routes!(quality_read::read_quality))
        .routes(routes!(quality_results::list_results))
        .routes(routes!(event_stream::stream_events))
        .routes(routes!(subscription_make::make_subscription, subscription_list::list_subscriptions))
        .routes(routes!(subscription_read::read_subscription, subscription_delete::delete_subscription))
        .routes(routes!(audit_list::list_audit))
        .routes(routes!(audit_checkpoint::make_checkpoint, audit_checkpoints::list_checkpoints))
        .routes(routes!(audit_prune::prune_audit))
        .routes(routes!(keys::read_keys))
        .routes(routes!(keys::read_issuers));
    OpenApiRouter::with_openapi(openapi::Document::openapi())
        .nest("/api/v1", v1)
        .routes(routes!(openapi::read_openapi))
        .routes(routes!(livez::livez))
        .routes(routes!(readyz::readyz))
        .routes(routes!(metrics::metrics))
}

pub(crate) async fn no_such_path(uri: Uri) -> Failure {
    Failure::new(failure::NO_SUCH_PATH, format!("there is nothing at `{}`", Clean(uri.path())))
}

pub(crate) async fn method_not_allowed(method: Method, uri: Uri) -> Failure {
    let (method, path) = (Clean(method.as_str()), Clean(uri.path()));
    Failure::new(failure::METHOD_NOT_ALLOWED, format!("`{path}` does not take `{method}`"))
}
