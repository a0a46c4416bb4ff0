import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestSite } from '../../../test-site.ts'
import { membersWithGroups } from './scim-members.ts'

test('groups of a member are read from the member on, not through all groups of the source', () => {
  using it = openTestSite()
  const plan = it.stores.database
    .prepare(`EXPLAIN QUERY PLAN SELECT g.id FROM ${membersWithGroups} WHERE m.source = ? AND m.member = ?`)
    .all() as { detail: string }[]
  assert.deepEqual(
    plan.map(({ detail }) => /^SEARCH (\w) .*\((.*)\)$/.exec(detail)?.slice(1)),
    [
      ['m', 'source=? AND member=?'],
      ['g', 'source=? AND kind=? AND id=?'],
    ],
  )
})
