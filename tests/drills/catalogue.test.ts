import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { drillsKnown } from '../../server/src/services/incidents/name-drill.ts'
import { catalogue, drillsOf } from './catalogue.ts'
import { notCovered } from './not-covered.ts'

test('every drill is run by one test file', () => {
  const files = readdirSync(import.meta.dirname).filter((each) => /^drills.*\.test\.ts$/.test(each))
  const texts = files.map((each) => readFileSync(join(import.meta.dirname, each), 'utf8'))
  for (const group of Object.keys(drillsOf))
    assert.equal(texts.filter((each) => each.includes(`(drillsOf.${group})`)).length, 1, group)
  assert.equal(new Set(catalogue.map(({ id }) => id)).size, catalogue.length)
})

test('an incident can name each drill as the one that repeats it', () => {
  assert.deepEqual(catalogue.map(({ id }) => id).toSorted(), drillsKnown.toSorted())
})

test('every incident of the page about drills stands in its drills, or among those that none covers, never in both', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/operate/drills.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` \| ((?:D\d|not yet ).*) \|$/gm)].map(
    (row) => `${row[1]}: ${row[2]}`,
  )
  const drillsBy = new Map<string, string>()
  for (const { id, incidents } of catalogue)
    for (const each of incidents) drillsBy.set(each, [drillsBy.get(each), id].filter(Boolean).join(', '))
  const covered = [...drillsBy].map(([incident, drills]) => `${incident}: ${drills}`)
  const open = notCovered.map(({ incident, drill }) => `${incident}: not yet (${drill})`)
  assert.ok(rows.length > 0)
  assert.deepEqual([...covered, ...open].toSorted(), rows.toSorted())
  const ids = [...drillsBy.keys(), ...notCovered.map(({ incident }) => incident)]
  assert.equal(new Set(ids).size, ids.length)
})
