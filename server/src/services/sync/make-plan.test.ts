import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findShrinks, unconfirmed } from './guard-shrink.ts'
import { type FoundPerson, makePlan } from './make-plan.ts'
import { nextDue } from './next-due.ts'
import type { DirectoryRow, PlanLine } from './sync-store.ts'

const options = { source: 's1', takesOver: false, isOurs: (domain: string) => domain === 'corp.test' }

function person(...addresses: string[]): FoundPerson {
  return { id: addresses[0] ?? '', name: '', addresses, groups: [] }
}

function row(address: string, source: string | null, more: Partial<DirectoryRow> = {}): DirectoryRow {
  const defaults = { domain: 'corp.test', kind: 'user', owner: address, displayName: '', groups: [] } as const
  return { address, ...defaults, externalId: address, source, ...more }
}

const told = (lines: readonly PlanLine[]) => lines.map(({ kind, address }) => `${kind} ${address}`)

test('who is new is added, who is gone is removed, who is the same is left; people before aliases, removals last', () => {
  const { lines, counts } = makePlan(
    [person('New@corp.test', 'alias@corp.test'), person('same@corp.test')],
    [row('same@corp.test', 's1'), row('gone@corp.test', 's1')],
    options,
  )
  assert.deepEqual(told(lines), ['add new@corp.test', 'add alias@corp.test', 'remove gone@corp.test'])
  assert.equal(lines[1]?.after?.owner, 'new@corp.test')
  assert.equal(counts.unchanged, 1)
  assert.deepEqual(counts.losses, { 'corp.test': { before: 2, lost: 1 } })
})

test('a main address that becomes an alias is a change, and costs nobody an address', () => {
  const { lines } = makePlan(
    [person('new@corp.test', 'old@corp.test')],
    [row('old@corp.test', 's1')],
    options,
  )
  assert.deepEqual(told(lines), ['add new@corp.test', 'change old@corp.test'])
  assert.deepEqual([lines[1]?.before?.kind, lines[1]?.after?.kind], ['user', 'alias'])
})

test('groups and names are changes of a person', () => {
  const now = row('a@corp.test', 's1', { displayName: 'A', groups: ['Sales'] })
  const found = { ...person('a@corp.test'), name: 'A', groups: ['Sales'] }
  assert.deepEqual(makePlan([found], [now], options).lines, [])
  for (const change of [{ name: 'B' }, { groups: ['Sales', 'All'] }, { groups: [] }, { id: 'other' }])
    assert.deepEqual(told(makePlan([{ ...found, ...change }], [now], options).lines), ['change a@corp.test'])
})

test('who was made by hand or by another source is neither removed nor changed; taking over is asked for', () => {
  const current = [row('hand@corp.test', null), row('found@corp.test', null), row('other@corp.test', 's2')]
  const found = [person('found@corp.test'), person('other@corp.test')]
  assert.deepEqual(told(makePlan(found, current, options).lines), [
    'kept found@corp.test',
    'kept other@corp.test',
  ])
  const taking = makePlan(found, current, { ...options, takesOver: true })
  assert.deepEqual(told(taking.lines), ['take found@corp.test', 'kept other@corp.test'])
})

test('people of a source that is gone are taken by the one that names them, and removed by none', () => {
  const { lines, counts } = makePlan(
    [person('back@corp.test')],
    [row('back@corp.test', ''), row('stays@corp.test', '')],
    options,
  )
  assert.deepEqual(told(lines), ['take back@corp.test', 'kept stays@corp.test'])
  assert.equal(counts.remove, 0)
  assert.deepEqual(counts.losses, {})
})

test('an alias of somebody who is an alias by hand goes where that one leads', () => {
  const hand = row('boss@corp.test', null, { kind: 'alias', owner: 'real@corp.test' })
  const { lines } = makePlan([person('boss@corp.test', 'chief@corp.test')], [hand], options)
  assert.equal(lines.find(({ kind }) => kind === 'add')?.after?.owner, 'real@corp.test')
})

test('addresses elsewhere are counted, wrong ones told, double ones belong to the first; none ends the run', () => {
  const { lines, counts } = makePlan(
    [
      person('a@corp.test', 'x@elsewhere.test', 'twice@corp.test'),
      person('b@corp.test', 'twice@corp.test', 'no address'),
      person('only@elsewhere.test'),
      { ...person('c@corp.test'), wrong: 'line 7 is torn' },
    ],
    [],
    options,
  )
  assert.deepEqual(told(lines).slice(0, 3), ['add a@corp.test', 'add b@corp.test', 'add twice@corp.test'])
  assert.equal(lines[2]?.after?.owner, 'a@corp.test')
  assert.deepEqual([counts.elsewhere, counts.skipped], [2, 3])
})

test('long and foreign names are kept whole', () => {
  const [id, name] = ['i'.repeat(512), '𝔐'.repeat(600)]
  const found = { ...person('a@corp.test'), id, name, groups: ['𓀀'.repeat(300)] }
  const after = makePlan([found], [], options).lines[0]?.after
  assert.deepEqual([after?.externalId, after?.displayName, after?.groups], [id, name, found.groups])
})

test('the order of a directory says nothing, and what was carried out leaves nothing to do', () => {
  const names = fc.array(
    fc.integer({ min: 0, max: 8 }).map((n) => `u${n}@corp.test`),
    { minLength: 1, maxLength: 4 },
  )
  fc.assert(
    fc.property(fc.array(names, { maxLength: 6 }), fc.array(names, { maxLength: 6 }), (before, after) => {
      const had = rowsAfter([], before)
      const plan = makePlan(
        after.map((each) => person(...each)),
        had,
        options,
      )
      const turned = makePlan(
        after.toReversed().map((each) => person(...each)),
        had,
        options,
      )
      const done = (lines: readonly PlanLine[]) => told(lines.filter(({ kind }) => kind !== 'skipped'))
      assert.deepEqual(done(turned.lines), done(plan.lines))
      assert.deepEqual(
        done(
          makePlan(
            after.map((each) => person(...each)),
            rowsAfter(had, after),
            options,
          ).lines,
        ),
        [],
      )
    }),
  )
})

/** The directory after a run. */
function rowsAfter(current: readonly DirectoryRow[], people: readonly string[][]): DirectoryRow[] {
  const rows = new Map(current.map((each) => [each.address, each]))
  for (const { kind, address, after } of makePlan(
    people.map((each) => person(...each)),
    current,
    options,
  ).lines)
    if (kind === 'remove') rows.delete(address)
    else if (after) rows.set(address, { ...after, source: 's1' })
  return [...rows.values()]
}

test('the shrink guard: more than a tenth, two or more, or all; small steps within the grace time add up', () => {
  const held = (before: number, lost: number, lately = 0) =>
    findShrinks({ d: { before, lost } }, [{ domain: 'd', lost: lately }], 10).length === 1
  assert.deepEqual(
    [held(100, 10), held(100, 11), held(5, 1), held(5, 2), held(1, 1), held(5, 5), held(0, 0)],
    [false, true, false, true, true, true, false],
  )
  assert.equal(held(92, 8, 8), true, '16 of 100 in two steps')
  assert.equal(held(92, 0, 50), false, 'nothing goes now')
})

test('what a person has confirmed counts no more; what he has not seen does', () => {
  const losses = { 'corp.test': { before: 10, lost: 3 } }
  const removed = ['a@corp.test', 'b@corp.test', 'c@corp.test']
  assert.deepEqual(findShrinks(unconfirmed(losses, removed, new Set(removed)), [], 10), [])
  assert.equal(findShrinks(unconfirmed(losses, removed, new Set(['a@corp.test'])), [], 10).length, 1)
})

test('runs spread over the hour; failed ones come sooner, ever later, and never before they are welcome', () => {
  const hour = 3_600_000
  assert.deepEqual(
    [nextDue(0, hour, 0, null, 0), nextDue(0, hour, 0, null, 1)],
    [54, 66].map((each) => each * 60_000),
  )
  const waits = [1, 2, 3, 4, 5, 6].map((failures) => nextDue(0, hour, failures, null, 0.5))
  assert.deepEqual(
    waits,
    [5, 10, 20, 40, 60, 60].map((each) => each * 60_000),
  )
  assert.equal(nextDue(0, hour, 1, 2 * hour, 0.5), 2 * hour)
  assert.equal(nextDue(0, hour, 1, 400 * hour, 0.5), 24 * hour, 'a day at most')
})
