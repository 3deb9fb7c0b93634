//! Every class of change, what it does to either side, and what it asks of the version number.
//!
//! **Consumers** are hurt when a query that was right becomes wrong, fails, or gives other rows; **producers** when
//! data that was valid is refused from now on. Tightening hurts producers, loosening hurts consumers.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a change does to one side, from harmless to harmful.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Words only.
    Documentation,
    /// Nothing that worked stops working.
    Compatible,
    /// It depends on who does what with it; a person looks.
    Risky,
    /// Something that worked stops working, or means something else.
    Breaking,
}

/// The smallest step of the version that announces a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// `1.2.3` → `1.2.4`
    Patch,
    /// `1.2.3` → `1.3.0`
    Minor,
    /// `1.2.3` → `2.0.0`
    Major,
}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// Tables, columns, types, keys.
    Structure,
    /// Which values are allowed.
    Constraints,
    /// Quality rules.
    Quality,
    /// Service levels, servers, lifecycle.
    Service,
    /// Who may see what, and who answers for it.
    Governance,
    /// What the values mean.
    Meaning,
    /// Which contract this is.
    Identity,
    /// Words for people.
    Documentation,
}

/// A class of change. Its name is stable: waivers, reports and version rules refer to it.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Class {
    /// Stable name, such as `property-removed`.
    pub name: &'static str,
    /// What it is about.
    pub area: Area,
    /// What it does to those who read.
    pub consumers: Effect,
    /// What it does to those who write.
    pub producers: Effect,
    /// The step of the version it asks for, unless the bank's rules say otherwise.
    pub bump: Bump,
    /// Why, in a sentence.
    pub why: &'static str,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Serialize for Class {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

/// The class of that name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Class> {
    ALL.iter().copied().find(|class| class.name == name)
}

macro_rules! classes {
    ($($id:ident $name:literal $area:ident $consumers:ident $producers:ident $bump:ident $why:literal)*) => {
        $(
            #[doc = $why]
            pub static $id: Class = Class {
                name: $name,
                area: Area::$area,
                consumers: Effect::$consumers,
                producers: Effect::$producers,
                bump: Bump::$bump,
                why: $why,
            };
        )*
        /// Every class, by area.
        pub static ALL: &[&Class] = &[$(&$id),*];
    };
}

classes! {
    OBJECT_ADDED "object-added" Structure Compatible Breaking Minor "a table more takes nothing away, and has to be delivered"
    OBJECT_REMOVED "object-removed" Structure Breaking Breaking Major "queries of the table fail"
    OBJECT_RENAMED "object-renamed" Structure Breaking Breaking Major "queries of the table by its old name fail"
    OBJECT_PHYSICAL_NAME "object-physical-name-changed" Structure Breaking Breaking Major "whoever opens the storage finds nothing under the old name"
    OBJECT_KIND "object-kind-changed" Structure Risky Risky Minor "a table, a view and a topic are read in different ways"
    PROPERTY_ADDED "property-added" Structure Compatible Risky Minor "a column more takes nothing away; data has to carry it, if only as null"
    PROPERTY_ADDED_REQUIRED "property-added-required" Structure Compatible Breaking Minor "data that was valid lacks the column"
    PROPERTY_REMOVED "property-removed" Structure Breaking Breaking Major "queries that name the column fail, and data that carries it is refused"
    PROPERTY_RENAMED "property-renamed" Structure Breaking Breaking Major "queries and data that use the old name fail"
    PROPERTY_PHYSICAL_NAME "property-physical-name-changed" Structure Breaking Breaking Major "whoever opens the storage finds no column of the old name"
    PROPERTY_ORDER "property-order-changed" Structure Risky Compatible Minor "`SELECT *` and whoever counts columns get another order"
    TYPE_WIDENED "type-widened" Structure Risky Compatible Minor "values no longer fit what a typed client sets aside for them"
    TYPE_NARROWED "type-narrowed" Structure Risky Breaking Major "values that were valid no longer fit, and typed clients see another type"
    TYPE_CHANGED "type-changed" Structure Breaking Breaking Major "comparisons, joins and typed clients fail or mean something else"
    REQUIRED_DROPPED "required-dropped" Structure Breaking Compatible Major "nulls appear where none were possible"
    REQUIRED_ADDED "required-added" Structure Compatible Breaking Minor "data with nulls was valid"
    UNIQUE_DROPPED "unique-dropped" Structure Breaking Compatible Major "joins on the column may give a row several times"
    UNIQUE_ADDED "unique-added" Structure Compatible Breaking Minor "data with repeated values was valid"
    KEY_ADDED "primary-key-added" Structure Compatible Breaking Minor "data with repeated or missing keys was valid"
    KEY_REMOVED "primary-key-removed" Structure Breaking Compatible Major "nothing identifies a row any more"
    KEY_CHANGED "primary-key-changed" Structure Breaking Breaking Major "other columns identify a row"
    KEY_ORDER "primary-key-order-changed" Structure Risky Risky Minor "whoever writes keys in their order gets them wrong"
    PARTITIONING "partitioning-changed" Structure Risky Risky Minor "queries that were fast may be slow, and the data is laid out anew"
    RELATIONSHIP_ADDED "relationship-added" Structure Compatible Breaking Minor "data with dangling references was valid"
    RELATIONSHIP_REMOVED "relationship-removed" Structure Risky Compatible Minor "a join may lose rows"
    ENUM_ADDED "enum-value-added" Constraints Risky Compatible Minor "whoever handles each value by name does not know this one"
    ENUM_REMOVED "enum-value-removed" Constraints Compatible Breaking Minor "data with the value was valid"
    ENUM_DROPPED "enum-dropped" Constraints Risky Compatible Minor "any value may appear"
    ENUM_STATED "enum-stated" Constraints Compatible Breaking Minor "data with other values was valid"
    PATTERN_ADDED "pattern-added" Constraints Compatible Breaking Minor "data that does not match was valid"
    PATTERN_REMOVED "pattern-removed" Constraints Risky Compatible Minor "texts of any form may appear"
    PATTERN_CHANGED "pattern-changed" Constraints Risky Breaking Minor "whether the new pattern lets through more or less cannot be told"
    FORMAT_CHANGED "format-changed" Constraints Risky Breaking Minor "values are written differently"
    LENGTH_TIGHTENED "length-tightened" Constraints Compatible Breaking Minor "texts that were valid are too long or too short"
    LENGTH_LOOSENED "length-loosened" Constraints Risky Compatible Minor "texts may not fit what was set aside for them"
    BOUND_TIGHTENED "bound-tightened" Constraints Compatible Breaking Minor "values that were valid are out of range"
    BOUND_LOOSENED "bound-loosened" Constraints Risky Compatible Minor "values appear that were impossible"
    MULTIPLE_CHANGED "multiple-of-changed" Constraints Risky Breaking Minor "values move to another grid"
    ITEMS_TIGHTENED "items-tightened" Constraints Compatible Breaking Minor "arrays that were valid have too many, too few or repeated items"
    ITEMS_LOOSENED "items-loosened" Constraints Risky Compatible Minor "arrays appear that were impossible"
    MEMBERS_CHANGED "members-constraint-changed" Constraints Risky Breaking Minor "objects must have other members"
    DEFAULT_CHANGED "default-changed" Constraints Risky Risky Minor "what stands where nothing was given means something else"
    RULE_ADDED "quality-rule-added" Quality Compatible Breaking Minor "data that was valid may break the rule"
    RULE_ADDED_WARNING "quality-warning-added" Quality Compatible Compatible Minor "the rule reports and refuses nothing"
    RULE_REMOVED "quality-rule-removed" Quality Risky Compatible Minor "what the rule kept out may appear"
    RULE_TIGHTENED "quality-rule-tightened" Quality Compatible Breaking Minor "data that was valid may break the rule"
    RULE_LOOSENED "quality-rule-loosened" Quality Risky Compatible Minor "what the rule kept out may appear"
    RULE_CHANGED "quality-rule-changed" Quality Risky Breaking Minor "whether the rule lets through more or less cannot be told"
    RULE_SEVERITY_LOWERED "quality-severity-lowered" Quality Risky Compatible Minor "a failure no longer keeps data from being published"
    RULE_SEVERITY_RAISED "quality-severity-raised" Quality Compatible Breaking Minor "a failure now keeps data from being published"
    RULE_DIMENSION "quality-dimension-changed" Quality Documentation Documentation Patch "reports count the rule elsewhere"
    RULE_SCHEDULE "quality-schedule-changed" Quality Risky Risky Patch "the rule runs at other times or by other means"
    SLA_WEAKENED "service-level-weakened" Service Breaking Compatible Major "less is promised"
    SLA_STRENGTHENED "service-level-strengthened" Service Compatible Risky Minor "more is promised, and has to be kept"
    SLA_REMOVED "service-level-removed" Service Breaking Compatible Major "nothing is promised any more"
    SLA_ADDED "service-level-added" Service Compatible Risky Minor "something more is promised, and has to be kept"
    SLA_CHANGED "service-level-changed" Service Risky Risky Minor "whether more or less is promised cannot be told"
    SUPPORT_REMOVED "support-removed" Service Risky Compatible Minor "a place to ask is gone"
    SUPPORT_CHANGED "support-changed" Service Risky Compatible Patch "questions go elsewhere, or are answered differently"
    SUPPORT_ADDED "support-added" Service Compatible Compatible Patch "a place more to ask"
    SERVER_ADDED "server-added" Service Compatible Compatible Minor "the data is in one place more"
    SERVER_REMOVED "server-removed" Service Breaking Compatible Major "the data is no longer where consumers read it"
    SERVER_TYPE "server-type-changed" Service Breaking Risky Major "the data is read with other means"
    SERVER_CHANGED "server-changed" Service Breaking Risky Major "the data is elsewhere, or is read differently"
    STATUS_ADVANCED "status-advanced" Service Compatible Compatible Patch "the contract comes into force"
    STATUS_DEPRECATED "status-deprecated" Service Risky Compatible Minor "consumers have to move before it ends"
    STATUS_RETIRED "status-retired" Service Breaking Compatible Major "the data is no longer served"
    STATUS_REVERTED "status-reverted" Service Breaking Risky Major "what was in force no longer is"
    PRICE_CHANGED "price-changed" Service Risky Compatible Minor "consumers pay something else"
    CLASSIFICATION_RAISED "classification-raised" Governance Risky Risky Minor "who may read is decided anew, and consumers may lose access"
    CLASSIFICATION_LOWERED "classification-lowered" Governance Risky Risky Minor "more people may read what was protected"
    PERSONAL_DECLARED "personal-data-declared" Governance Risky Risky Minor "reading it now needs a purpose that fits"
    PERSONAL_DROPPED "personal-data-dropped" Governance Risky Risky Minor "what the law protects is no longer marked"
    CRITICAL_ADDED "critical-element-added" Governance Compatible Risky Minor "reports to the regulator depend on it from now on"
    CRITICAL_DROPPED "critical-element-dropped" Governance Risky Risky Minor "reports to the regulator may still depend on it"
    MASK_ADDED "mask-added" Governance Breaking Compatible Major "values are replaced for those without the right to them"
    MASK_REMOVED "mask-removed" Governance Risky Risky Major "values that were hidden are shown"
    MASK_CHANGED "mask-changed" Governance Breaking Risky Major "other values are shown in place of those hidden"
    ROW_SCOPE_ADDED "row-scope-added" Governance Breaking Compatible Major "rows are left out for some"
    ROW_SCOPE_REMOVED "row-scope-removed" Governance Risky Risky Major "rows that were left out are shown"
    ROW_SCOPE_CHANGED "row-scope-changed" Governance Breaking Risky Major "other rows are shown"
    ENCRYPTION_CHANGED "encryption-changed" Governance Risky Risky Minor "the encrypted value is elsewhere"
    ROLE_ADDED "role-added" Governance Risky Compatible Minor "more people may get access"
    ROLE_REMOVED "role-removed" Governance Breaking Compatible Major "whoever had access through the role loses it"
    ROLE_CHANGED "role-changed" Governance Risky Risky Minor "the role gives other access"
    APPROVER_REMOVED "approver-removed" Governance Risky Risky Minor "access is given with fewer eyes on it"
    APPROVER_CHANGED "approver-changed" Governance Risky Compatible Patch "someone else decides about access"
    PURPOSE_CHANGED "purpose-changed" Governance Risky Risky Minor "agreements were made for the old purpose"
    LIMITATIONS_CHANGED "limitations-changed" Governance Risky Compatible Minor "uses that were allowed may not be, or the other way round"
    USAGE_CHANGED "usage-changed" Governance Risky Compatible Patch "how the data is to be used is stated differently"
    OWNER_CHANGED "owner-changed" Governance Risky Risky Minor "someone else answers for the data"
    WAIVER_CHANGED "waiver-changed" Governance Risky Risky Patch "a rule of the bank applies, or does not, where it was otherwise"
    EXTENSION_CHANGED "extension-changed" Governance Risky Risky Patch "what the bank reads into its own extension cannot be told"
    UNIT_CHANGED "unit-changed" Meaning Breaking Breaking Major "numbers mean something else"
    UNIT_STATED "unit-stated" Meaning Risky Risky Minor "whether it was the unit all along cannot be told"
    UNIT_DROPPED "unit-dropped" Meaning Risky Risky Minor "what the numbers mean is no longer stated"
    GRANULARITY_CHANGED "granularity-changed" Meaning Risky Risky Minor "a row may stand for something else: sums and counts change"
    SEMANTIC_TYPE_CHANGED "semantic-type-changed" Meaning Risky Compatible Minor "reports use the column in another role"
    TIMEZONE_CHANGED "timezone-changed" Meaning Breaking Breaking Major "times mean another moment"
    DEFINITION_CHANGED "definition-changed" Meaning Risky Risky Minor "the term may mean something else"
    DEFINITION_REMOVED "definition-removed" Meaning Risky Compatible Patch "what the term means is no longer stated"
    DEFINITION_ADDED "definition-added" Meaning Documentation Documentation Patch "what the term means is stated"
    TRANSFORM_CHANGED "transform-changed" Meaning Risky Compatible Minor "values are computed differently"
    ID_CHANGED "id-changed" Identity Breaking Breaking Major "agreements and lineage refer to the old identity"
    DOMAIN_CHANGED "domain-changed" Identity Breaking Breaking Major "the table has another name in SQL, and another owner"
    PRODUCT_CHANGED "product-changed" Identity Risky Risky Minor "another product answers for it"
    TENANT_CHANGED "tenant-changed" Identity Breaking Breaking Major "another organisation answers for it"
    ELEMENT_ID_CHANGED "element-id-changed" Identity Risky Risky Minor "references by the old identifier lead nowhere"
    NAME_CHANGED "name-changed" Identity Risky Compatible Patch "people look for it under the old name"
    STANDARD_CHANGED "standard-version-changed" Identity Compatible Compatible Patch "tools that read only the old version of the standard stop reading it"
    DESCRIPTION_CHANGED "description-changed" Documentation Documentation Documentation Patch "words only"
    TAGS_CHANGED "tags-changed" Documentation Documentation Documentation Patch "words only"
    TEAM_CHANGED "team-changed" Documentation Documentation Documentation Patch "people come and go"
    EXAMPLES_CHANGED "examples-changed" Documentation Documentation Documentation Patch "words only"
    GUIDANCE_CHANGED "guidance-changed" Documentation Documentation Documentation Patch "guidance for software, not a promise"
    REWRITTEN "rewritten" Documentation Documentation Documentation Patch "written differently, and means the same"
    UNCLASSIFIED "unclassified" Governance Risky Risky Major "a key that no class covers: a person has to look"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_findable_and_harm_asks_for_more_than_a_patch() {
        for class in ALL {
            assert_eq!(by_name(class.name), Some(*class), "{class}");
            assert_eq!(ALL.iter().filter(|other| other.name == class.name).count(), 1, "{class}");
            assert!(class.consumers < Effect::Breaking || class.bump == Bump::Major, "{class}");
            assert!(class.producers < Effect::Breaking || class.bump >= Bump::Minor, "{class}");
        }
    }
}
