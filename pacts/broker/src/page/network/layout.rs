//! Where the services stand in the picture: in columns, consumers left of their providers.
//!
//! Each column is the longest way there from a service that nobody relies on. A circle is cut where it is
//! met. Within a column, a service stands near those of the column before that it is related to.

/// Column and row of each service. `edges` are from consumer to provider, by number.
pub fn layout(services: usize, edges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let columns = columns(services, edges);
    let last = columns.iter().copied().max().unwrap_or(0);
    let mut places: Vec<(usize, usize)> = columns.iter().map(|column| (*column, 0)).collect();
    for column in 0..=last {
        let mut here: Vec<usize> = (0..services).filter(|it| columns[*it] == column).collect();
        here.sort_by_key(|&it| (pull(it, edges, &places, column), it));
        for (row, it) in here.into_iter().enumerate() {
            places[it].1 = row;
        }
    }
    places
}

fn columns(services: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut column = vec![0; services];
    let mut placed = vec![false; services];
    let mut waits_for = vec![0_usize; services];
    for &(from, to) in edges.iter().filter(|(from, to)| from != to) {
        debug_assert!(from < services && to < services);
        waits_for[to] += 1;
    }
    for _ in 0..services {
        let open = || (0..services).filter(|it| !placed[*it]);
        // With a circle nobody is free: whoever waits for the fewest goes first.
        let Some(next) = open().min_by_key(|it| waits_for[*it]) else { break };
        placed[next] = true;
        for &(_, to) in edges.iter().filter(|(from, to)| *from == next && to != from) {
            if !placed[to] {
                column[to] = column[to].max(column[next] + 1);
                waits_for[to] -= 1;
            }
        }
    }
    column
}

/// The mean row of those in earlier columns that it is related to, in hundredths.
fn pull(it: usize, edges: &[(usize, usize)], places: &[(usize, usize)], column: usize) -> usize {
    let other = |&(from, to): &(usize, usize)| match (from == it, to == it) {
        (true, false) => Some(to),
        (false, true) => Some(from),
        _ => None,
    };
    let rows: Vec<usize> = edges
        .iter()
        .filter_map(other)
        .map(|it| places[it])
        .filter(|at| at.0 < column)
        .map(|at| at.1)
        .collect();
    if rows.is_empty() { 0 } else { rows.iter().sum::<usize>() * 100 / rows.len() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn providers_stand_right_of_their_consumers() {
        // 0 relies on 1 and 2, 1 on 2.
        assert_eq!(layout(3, &[(0, 1), (0, 2), (1, 2)]), [(0, 0), (1, 0), (2, 0)]);
    }

    #[test]
    fn a_circle_is_cut() {
        assert_eq!(layout(2, &[(0, 1), (1, 0)]), [(0, 0), (1, 0)]);
        assert_eq!(layout(1, &[(0, 0)]), [(0, 0)]);
    }

    #[test]
    fn lines_cross_less_where_rows_follow_their_relations() {
        // 0 relies on 3, 1 on 2.
        assert_eq!(layout(4, &[(0, 3), (1, 2)]), [(0, 0), (0, 1), (1, 1), (1, 0)]);
    }

    proptest! {
        #[test]
        fn no_two_stand_in_one_place(edges in proptest::collection::vec((0_usize..12, 0_usize..12), 0..40)) {
            let places = layout(12, &edges);
            let distinct: std::collections::BTreeSet<_> = places.iter().collect();
            prop_assert_eq!(distinct.len(), 12);
        }
    }
}
