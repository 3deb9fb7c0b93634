//! Team, support, roles, service levels, definitions and extensions.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::codes;
use crate::faults::{Faults, Pointer};
use crate::model::{Definition, Role, SlaProperty, SupportChannel, TeamMember};
use crate::raw::party::{RawMember, RawRole, RawSla, RawSupport, RawTeam};
use crate::raw::shared::{RawCustom, RawDefinition};

pub(crate) fn custom(raw: &[RawCustom], pointer: &Pointer, faults: &mut Faults<'_>) -> BTreeMap<String, Value> {
    let mut custom = BTreeMap::new();
    for (index, property) in raw.iter().enumerate() {
        let Some(name) = &property.property else { continue };
        let value = property.value.clone().unwrap_or(Value::Null);
        if custom.insert(name.clone(), value).is_some() {
            let pointer = pointer.item(index).key("property");
            faults.error(codes::DUPLICATE_NAME, &pointer, format!("the custom property `{name}` stands twice"));
        }
    }
    custom
}

pub(crate) fn definitions(raw: &[RawDefinition]) -> Vec<Definition> {
    raw.iter()
        .filter_map(|definition| Some(Definition { kind: definition.kind.clone()?, url: definition.url.clone()? }))
        .collect()
}

pub(super) fn team(raw: Option<&RawTeam>, pointer: &Pointer, faults: &mut Faults<'_>) -> Vec<TeamMember> {
    match raw {
        None => Vec::new(),
        Some(RawTeam::Team(team)) => team_members(&team.members),
        Some(RawTeam::Members(members)) => {
            faults
                .warning(codes::DEPRECATED, pointer, "a list of members is deprecated")
                .help("write `team:` as a mapping, with the list under `members:`");
            team_members(members)
        }
    }
}

pub(crate) fn team_members(members: &[RawMember]) -> Vec<TeamMember> {
    members
        .iter()
        .filter_map(|member| {
            let username = member.username.clone()?;
            Some(TeamMember { username, name: member.name.clone(), role: member.role.clone() })
        })
        .collect()
}

pub(super) fn support(raw: &[RawSupport]) -> Vec<SupportChannel> {
    raw.iter()
        .filter_map(|item| support_channel(item.channel.as_ref(), item.url.as_ref(), item.tool.as_ref()))
        .collect()
}

pub(crate) fn support_channel(
    channel: Option<&String>,
    url: Option<&String>,
    tool: Option<&String>,
) -> Option<SupportChannel> {
    Some(SupportChannel { channel: channel?.clone(), url: url.cloned(), tool: tool.cloned() })
}

pub(super) fn roles(raw: &[RawRole], pointer: &Pointer, faults: &mut Faults<'_>) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    for (index, item) in raw.iter().enumerate() {
        let Some(role) = item.role.clone() else { continue };
        if roles.iter().any(|known| known.role == role) {
            let pointer = pointer.item(index).key("role");
            faults.error(codes::DUPLICATE_NAME, &pointer, format!("the role `{role}` stands twice"));
        }
        roles.push(Role { role, access: item.access.clone(), description: item.description.clone() });
    }
    roles
}

pub(super) fn service_levels(raw: &[RawSla]) -> Vec<SlaProperty> {
    raw.iter()
        .filter_map(|item| {
            Some(SlaProperty {
                property: item.property.clone()?,
                value: item.value.clone().unwrap_or(Value::Null),
                unit: item.unit.clone(),
                element: item.element.clone(),
                driver: item.driver.clone(),
            })
        })
        .collect()
}
