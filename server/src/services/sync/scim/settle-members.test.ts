import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settleMembers } from './settle-members.ts'

/** A group of so many members; tells what was asked and staged, each step of which takes a minute. */
function groupOf(count: number) {
  const ids = Array.from({ length: count }, (_, n) => String(n).padStart(9, '0'))
  const asked: string[] = []
  const staged: { rows: number; leftMs: number }[] = []
  let now = 0
  const parts = {
    now: () => now,
    store: {
      clearMembers: async () => 0,
      stageMembers: async (_source: string, _set: string, some: readonly string[], dueAt: number) => {
        staged.push({ rows: some.length, leftMs: dueAt - now })
        now += 60_000
      },
    },
    readStore: {
      memberIds: async (_source: string, _group: string, after: string, limit: number) => {
        asked.push(after)
        const from = after === '' ? 0 : Number(after) + 1
        return ids.slice(from, from + limit)
      },
    },
  }
  const settle = (change: { all?: readonly string[]; add?: readonly string[] }) =>
    settleMembers(parts, 'source', 'group', false, { all: null, add: [], remove: [], ...change })
  return { ids, asked, staged, settle }
}
const others = (count: number) => Array.from({ length: count }, (_, n) => `x${n}`)

test('a thousand who join a group that is larger are written as they are, and the group is not read whole', async () => {
  const { ids, asked, staged, settle } = groupOf(20_000)
  for (const count of [251, 1000]) {
    const add = others(count)
    assert.deepEqual(await settle({ add }), { add, remove: [], set: null })
  }
  assert.deepEqual([asked, staged], [['', ''], []])
  const { add, remove, set } = await settle({ all: ids.slice(1000) })
  assert.deepEqual([add.length, remove.length, set], [0, 1000, null], 'nor by a PUT')
  assert.deepEqual(staged, [])
})

test('a change that is large beside its group is staged, and each step of it keeps what was written before', async () => {
  const { staged, settle } = groupOf(4999)
  const { set } = await settle({ add: others(251) })
  assert.match(String(set), /^:/)
  assert.deepEqual(
    staged.map(({ rows }) => rows),
    [0, ...Array.from({ length: 21 }, () => 250)],
  )
  assert.deepEqual([...new Set(staged.map(({ leftMs }) => leftMs))], [600_000])
})
