//! Views: which transfers, in what order.

use rusqlite::types::{FromSql, Value};
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::code::Code;
use super::{Error, row};
use crate::model::{Direction, Shelf, TransferId};

/// Which transfers, and in what order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderQuery {
    pub shelf: Option<Shelf>,
    pub direction: Option<Direction>,
    /// By name; a name that no group has finds nothing.
    pub group: Option<String>,
    /// Part of a name or host, in any case; empty: everything.
    pub search: String,
    pub sort: Sort,
    pub descending: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Unfinished ones in the order of the queue, then ended ones, newest first.
    #[default]
    Queue,
    /// In lower case, letter by letter.
    Name,
    /// Unknown ones first.
    Size,
    Added,
}

/// The conditions of a query as SQL, with their values.
struct Filter {
    clause: String,
    values: Vec<Value>,
}

pub(super) fn order(connection: &Connection, query: &OrderQuery) -> Result<Vec<TransferId>, Error> {
    let Some(filter) = Filter::of(connection, query)? else { return Ok(Vec::new()) };
    let mut ids = match query.sort {
        Sort::Queue => queue(connection, query, &filter)?,
        Sort::Name => merged::<String>(connection, query, &filter, "name_key")?,
        Sort::Size => merged::<Option<i64>>(connection, query, &filter, "total")?,
        Sort::Added => merged::<i64>(connection, query, &filter, "added")?,
    };
    if query.descending {
        ids.reverse();
    }
    Ok(ids.into_iter().filter_map(row::id).collect())
}

fn queue(connection: &Connection, query: &OrderQuery, filter: &Filter) -> Result<Vec<i64>, Error> {
    let mut ids = Vec::new();
    if query.wants_book() {
        let sql = format!("SELECT id, id FROM transfers{} ORDER BY priority, rank, id", filter.clause);
        ids = only_ids(keyed::<i64>(connection, &sql, filter)?);
    }
    if !query.wants_history() {
        return Ok(ids);
    }
    if query.search.is_empty() {
        let order = "INDEXED BY history_order";
        let sql =
            format!("SELECT id, id FROM history {order}{} ORDER BY finished DESC, id DESC", filter.clause);
        ids.extend(keyed::<i64>(connection, &sql, filter)?.into_iter().map(|(id, _)| id));
    } else {
        // The index that can be searched is in another order; sorting numbers here is the lesser cost.
        let mut found = keyed::<Option<i64>>(connection, &history("finished", filter), filter)?;
        found.sort_unstable_by(|one, other| other.cmp(one));
        ids.extend(only_ids(found));
    }
    Ok(ids)
}

/// Book and history in one order.
fn merged<K: FromSql + Ord>(
    connection: &Connection,
    query: &OrderQuery,
    filter: &Filter,
    key: &str,
) -> Result<Vec<i64>, Error> {
    let mut found = Vec::new();
    if query.wants_history() {
        found = keyed::<K>(connection, &history(key, filter), filter)?;
    }
    if query.wants_book() {
        let sql = format!("SELECT {key}, id FROM transfers{}", filter.clause);
        found.extend(keyed::<K>(connection, &sql, filter)?);
    }
    // Stable sorting makes use of the order that the index by name brings.
    found.sort();
    Ok(only_ids(found))
}

fn history(key: &str, filter: &Filter) -> String {
    format!("SELECT {key}, id FROM history INDEXED BY history_find{} ORDER BY name_key, id", filter.clause)
}

fn keyed<K: FromSql>(connection: &Connection, sql: &str, filter: &Filter) -> Result<Vec<(K, i64)>, Error> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params_from_iter(&filter.values), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn only_ids<K>(found: Vec<(K, i64)>) -> Vec<i64> {
    found.into_iter().map(|(_, id)| id).collect()
}

impl OrderQuery {
    fn wants_book(&self) -> bool {
        self.shelf.is_none_or(|shelf| !is_ended(shelf))
    }

    fn wants_history(&self) -> bool {
        self.shelf.is_none_or(is_ended)
    }
}

const fn is_ended(shelf: Shelf) -> bool {
    match shelf {
        Shelf::Active | Shelf::Waiting | Shelf::Paused => false,
        Shelf::Finished | Shelf::Failed => true,
    }
}

impl Filter {
    /// `None` when nothing can match.
    fn of(connection: &Connection, query: &OrderQuery) -> Result<Option<Self>, Error> {
        let mut clauses = Vec::new();
        let mut values = Vec::new();
        if let Some(shelf) = query.shelf {
            clauses.push("shelf = ?");
            values.push(Value::from(shelf.code()));
        }
        if let Some(direction) = query.direction {
            clauses.push("direction = ?");
            values.push(Value::from(direction.code()));
        }
        if let Some(name) = &query.group {
            let mut statement = connection.prepare_cached("SELECT id FROM groups WHERE name = ?")?;
            let Some(id) = statement.query_row([name], |row| row.get::<_, i64>(0)).optional()? else {
                return Ok(None);
            };
            clauses.push("group_id = ?");
            values.push(Value::from(id));
        }
        if !query.search.is_empty() {
            // Not LIKE: it would read % and _ as signs.
            clauses.push("(instr(name_key, ?) OR instr(host_key, ?))");
            let part = Value::from(query.search.to_lowercase());
            values.extend([part.clone(), part]);
        }
        let clause =
            if clauses.is_empty() { String::new() } else { format!(" WHERE {}", clauses.join(" AND ")) };
        Ok(Some(Self { clause, values }))
    }
}

#[cfg(test)]
mod tests;
