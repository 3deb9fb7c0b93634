//! CommandGetSqlInfo: what this server and its SQL can do.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use arrow_flight::error::Result;
use arrow_flight::sql::metadata::{SqlInfoData, SqlInfoDataBuilder};
use arrow_flight::sql::{
    CommandGetSqlInfo, SqlInfo, SqlNullOrdering, SqlOuterJoinsSupportLevel, SqlSupportedCaseSensitivity,
    SqlSupportedGroupBy, SqlSupportedSubqueries, SqlSupportedTransaction, SqlSupportedUnions, SqlSupportsConvert,
    SupportedSqlGrammar,
};

use crate::refusal::Refusal;
use crate::settings::FlightLimits;

pub(super) fn answer(limits: &FlightLimits, command: &CommandGetSqlInfo) -> std::result::Result<RecordBatch, Refusal> {
    let infos = build(limits).map_err(super::encoding)?;
    command.clone().into_builder(&infos).build().map_err(super::encoding)
}

fn build(limits: &FlightLimits) -> Result<SqlInfoData> {
    let mut infos = SqlInfoDataBuilder::new();
    server(&mut infos, limits);
    names(&mut infos);
    dialect(&mut infos);
    limits_of_sql(&mut infos);
    infos.build()
}

fn server(infos: &mut SqlInfoDataBuilder, limits: &FlightLimits) {
    infos.append(SqlInfo::FlightSqlServerName, "FinCe");
    infos.append(SqlInfo::FlightSqlServerVersion, env!("CARGO_PKG_VERSION"));
    infos.append(SqlInfo::FlightSqlServerArrowVersion, arrow::ARROW_VERSION);
    infos.append(SqlInfo::FlightSqlServerReadOnly, true);
    infos.append(SqlInfo::FlightSqlServerSql, true);
    infos.append(SqlInfo::FlightSqlServerSubstrait, false);
    infos.append(SqlInfo::FlightSqlServerTransaction, SqlSupportedTransaction::None as i32);
    infos.append(SqlInfo::FlightSqlServerCancel, true);
    infos.append(SqlInfo::FlightSqlServerBulkIngestion, false);
    infos.append(SqlInfo::FlightSqlServerIngestTransactionsSupported, false);
    let timeout_ms = i32::try_from(limits.call_duration_max.as_millis()).unwrap_or(i32::MAX);
    infos.append(SqlInfo::FlightSqlServerStatementTimeout, timeout_ms);
    infos.append(SqlInfo::FlightSqlServerTransactionTimeout, 0);
    infos.append(SqlInfo::SqlDdlCatalog, false);
    infos.append(SqlInfo::SqlDdlSchema, false);
    infos.append(SqlInfo::SqlDdlTable, false);
}

fn names(infos: &mut SqlInfoDataBuilder) {
    infos.append(SqlInfo::SqlIdentifierCase, SqlSupportedCaseSensitivity::SqlCaseSensitivityLowercase as i64);
    infos.append(SqlInfo::SqlIdentifierQuoteChar, "\"");
    infos.append(
        SqlInfo::SqlQuotedIdentifierCase,
        SqlSupportedCaseSensitivity::SqlCaseSensitivityCaseInsensitive as i64 - 1,
    );
    infos.append(SqlInfo::SqlAllTablesAreSelectable, true);
    infos.append(SqlInfo::SqlSearchStringEscape, "\\");
    infos.append(SqlInfo::SqlExtraNameCharacters, "");
    infos.append(SqlInfo::SqlSchemaTerm, "domain");
    infos.append(SqlInfo::SqlCatalogTerm, "mesh");
    infos.append(SqlInfo::SqlProcedureTerm, "");
    infos.append(SqlInfo::SqlCatalogAtStart, true);
}

fn dialect(infos: &mut SqlInfoDataBuilder) {
    infos.append(SqlInfo::SqlNullOrdering, SqlNullOrdering::SqlNullsSortedHigh as i64);
    infos.append(SqlInfo::SqlKeywords, KEYWORDS);
    infos.append(SqlInfo::SqlNumericFunctions, NUMERIC_FUNCTIONS);
    infos.append(SqlInfo::SqlStringFunctions, STRING_FUNCTIONS);
    infos.append(SqlInfo::SqlSystemFunctions, &["arrow_typeof", "coalesce", "nullif", "nvl"][..]);
    infos.append(SqlInfo::SqlDatetimeFunctions, DATETIME_FUNCTIONS);
    infos.append(SqlInfo::SqlSupportsColumnAliasing, true);
    infos.append(SqlInfo::SqlNullPlusNullIsNull, true);
    infos.append(SqlInfo::SqlSupportsConvert, conversions());
    infos.append(SqlInfo::SqlSupportsTableCorrelationNames, true);
    infos.append(SqlInfo::SqlSupportsDifferentTableCorrelationNames, false);
    infos.append(SqlInfo::SqlSupportsExpressionsInOrderBy, true);
    infos.append(SqlInfo::SqlSupportsOrderByUnrelated, true);
    infos.append(SqlInfo::SqlSupportedGroupBy, mask(&[SqlSupportedGroupBy::SqlGroupByUnrelated as i32]));
    infos.append(SqlInfo::SqlSupportsLikeEscapeClause, true);
    infos.append(SqlInfo::SqlSupportsNonNullableColumns, true);
    infos.append(
        SqlInfo::SqlSupportedGrammar,
        mask(&[SupportedSqlGrammar::SqlMinimumGrammar as i32, SupportedSqlGrammar::SqlCoreGrammar as i32]),
    );
    // Entry level of ANSI 92.
    infos.append(SqlInfo::SqlAnsi92SupportedLevel, mask(&[0]));
    infos.append(SqlInfo::SqlSupportsIntegrityEnhancementFacility, false);
    infos.append(SqlInfo::SqlOuterJoinsSupportLevel, mask(&[SqlOuterJoinsSupportLevel::SqlFullOuterJoins as i32]));
    infos.append(SqlInfo::SqlSchemasSupportedActions, 0);
    infos.append(SqlInfo::SqlCatalogsSupportedActions, 0);
    infos.append(SqlInfo::SqlSupportedPositionedCommands, 0);
    infos.append(SqlInfo::SqlSelectForUpdateSupported, false);
    infos.append(SqlInfo::SqlStoredProceduresSupported, false);
    infos.append(
        SqlInfo::SqlSupportedSubqueries,
        mask(&[
            SqlSupportedSubqueries::SqlSubqueriesInComparisons as i32,
            SqlSupportedSubqueries::SqlSubqueriesInExists as i32,
            SqlSupportedSubqueries::SqlSubqueriesInIns as i32,
        ]),
    );
    infos.append(SqlInfo::SqlCorrelatedSubqueriesSupported, true);
    infos.append(
        SqlInfo::SqlSupportedUnions,
        mask(&[SqlSupportedUnions::SqlUnion as i32, SqlSupportedUnions::SqlUnionAll as i32]),
    );
}

/// Zero stands for "no limit, or none known", except where it is the truth itself.
fn limits_of_sql(infos: &mut SqlInfoDataBuilder) {
    for unlimited in [
        SqlInfo::SqlMaxBinaryLiteralLength,
        SqlInfo::SqlMaxCharLiteralLength,
        SqlInfo::SqlMaxColumnNameLength,
        SqlInfo::SqlMaxColumnsInGroupBy,
        SqlInfo::SqlMaxColumnsInIndex,
        SqlInfo::SqlMaxColumnsInOrderBy,
        SqlInfo::SqlMaxColumnsInSelect,
        SqlInfo::SqlMaxColumnsInTable,
        SqlInfo::SqlMaxConnections,
        SqlInfo::SqlMaxCursorNameLength,
        SqlInfo::SqlMaxIndexLength,
        SqlInfo::SqlMaxProcedureNameLength,
        SqlInfo::SqlMaxCatalogNameLength,
        SqlInfo::SqlMaxRowSize,
        SqlInfo::SqlMaxStatementLength,
        SqlInfo::SqlMaxStatements,
        SqlInfo::SqlMaxTablesInSelect,
        SqlInfo::SqlMaxUsernameLength,
        SqlInfo::SqlDefaultTransactionIsolation,
    ] {
        infos.append(unlimited, 0_i64);
    }
    infos.append(SqlInfo::SqlDbSchemaNameLength, 63_i64);
    infos.append(SqlInfo::SqlMaxTableNameLength, 63_i64);
    infos.append(SqlInfo::SqlMaxRowSizeIncludesBlobs, true);
    infos.append(SqlInfo::SqlSupportedTransactionsIsolationLevels, 0);
    // Forward only, read only.
    infos.append(SqlInfo::SqlSupportedResultSetTypes, mask(&[1]));
    infos.append(SqlInfo::SqlSupportedConcurrenciesForResultSetForwardOnly, mask(&[1]));
    for never in [
        SqlInfo::SqlTransactionsSupported,
        SqlInfo::SqlDataDefinitionCausesTransactionCommit,
        SqlInfo::SqlDataDefinitionsInTransactionsIgnored,
        SqlInfo::SqlBatchUpdatesSupported,
        SqlInfo::SqlSavepointsSupported,
        SqlInfo::SqlNamedParametersSupported,
        SqlInfo::SqlLocatorsUpdateCopy,
        SqlInfo::SqlStoredFunctionsUsingCallSyntaxSupported,
    ] {
        infos.append(never, false);
    }
}

/// What CAST converts between, as far as the protocol can say it.
fn conversions() -> BTreeMap<i32, Vec<i32>> {
    use SqlSupportsConvert as To;
    let numbers = [
        To::SqlConvertTinyint,
        To::SqlConvertSmallint,
        To::SqlConvertInteger,
        To::SqlConvertBigint,
        To::SqlConvertReal,
        To::SqlConvertFloat,
        To::SqlConvertDecimal,
    ];
    let times = [To::SqlConvertDate, To::SqlConvertTimestamp];
    let text = To::SqlConvertVarchar;
    let mut conversions = BTreeMap::new();
    let mut add = |from: To, to: &[&[To]]| {
        conversions.insert(from as i32, to.iter().flat_map(|group| group.iter()).map(|to| *to as i32).collect());
    };
    for number in numbers {
        add(number, &[&numbers, &[text, To::SqlConvertBit]]);
    }
    for time in times {
        add(time, &[&times, &[text]]);
    }
    add(text, &[&numbers, &times, &[text, To::SqlConvertBit, To::SqlConvertVarbinary]]);
    add(To::SqlConvertBit, &[&numbers, &[text, To::SqlConvertBit]]);
    conversions
}

fn mask(positions: &[i32]) -> i32 {
    positions.iter().fold(0, |mask, position| mask | 1 << position)
}

/// Reserved beyond SQL 92.
const KEYWORDS: &[&str] = &["anti", "except", "filter", "ilike", "lateral", "limit", "offset", "qualify", "semi"];

const NUMERIC_FUNCTIONS: &[&str] =
    &["abs", "ceil", "exp", "floor", "ln", "log10", "log2", "power", "round", "sign", "signum", "sqrt", "trunc"];

const STRING_FUNCTIONS: &[&str] = &[
    "btrim",
    "character_length",
    "concat",
    "concat_ws",
    "ends_with",
    "initcap",
    "left",
    "lower",
    "lpad",
    "ltrim",
    "octet_length",
    "regexp_like",
    "regexp_match",
    "regexp_replace",
    "repeat",
    "replace",
    "reverse",
    "right",
    "rpad",
    "rtrim",
    "split_part",
    "starts_with",
    "strpos",
    "substr",
    "translate",
    "upper",
];

const DATETIME_FUNCTIONS: &[&str] = &[
    "current_date",
    "current_time",
    "date_bin",
    "date_part",
    "date_trunc",
    "now",
    "to_char",
    "to_date",
    "to_timestamp",
];

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;
    use arrow::datatypes::UInt32Type;

    use super::*;

    #[test]
    fn everything_is_answered_and_single_values_can_be_asked_for() {
        let ask = |info: Vec<u32>| answer(&FlightLimits::default(), &CommandGetSqlInfo { info }).expect("infos");
        let all = ask(vec![]);
        let numbers = all.column(0).as_primitive::<UInt32Type>();
        assert!(numbers.values().contains(&(SqlInfo::FlightSqlServerName as u32)));
        assert!(all.num_rows() > 85, "{}", all.num_rows());
        assert_eq!(ask(vec![SqlInfo::FlightSqlServerReadOnly as u32]).num_rows(), 1);
    }
}
