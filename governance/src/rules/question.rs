//! A question in Cedar's terms.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::error::Error;

use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression as Value, Schema,
};
use mesh_api::RuleQuestion;

/// The request and the entities that it speaks of; everything is held to the schema.
pub(super) fn of(asked: &RuleQuestion, schema: &Schema) -> Result<(Request, Entities), Box<dyn Error>> {
    let RuleQuestion { action, principal, port, purposes, days, holder } = asked;
    let who = uid("Principal", &principal.name)?;
    let what = uid("Port", &port.name.to_string())?;
    let roles = Value::new_set(principal.roles.iter().cloned().map(Value::new_string));
    let attributes = [
        ("domain", text(port.name.domain())),
        ("classification", text(&port.classification)),
        ("tags", set(&port.tags)),
        ("personal", Value::new_bool(port.personal)),
    ];
    let entities = [entity(&who, [("roles", roles)])?, entity(&what, attributes)?];
    let context = Context::from_pairs(
        [
            ("purposes", set(purposes)),
            ("days", Value::new_long(i64::from(*days))),
            ("holder", text(holder.as_ref().unwrap_or(&principal.name))),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    )?;
    let request = Request::new(who, uid("Action", action.as_str())?, what, context, Some(schema))?;
    Ok((request, Entities::from_entities(entities, Some(schema))?))
}

fn uid(kind: &str, name: &str) -> Result<EntityUid, Box<dyn Error>> {
    Ok(EntityUid::from_type_name_and_id(kind.parse::<EntityTypeName>()?, EntityId::new(name)))
}

fn entity<const N: usize>(uid: &EntityUid, attributes: [(&str, Value); N]) -> Result<Entity, Box<dyn Error>> {
    let attributes: HashMap<_, _> = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Ok(Entity::new(uid.clone(), attributes, HashSet::new())?)
}

fn text(text: &str) -> Value {
    Value::new_string(text.to_owned())
}

fn set(texts: &BTreeSet<String>) -> Value {
    Value::new_set(texts.iter().cloned().map(Value::new_string))
}
