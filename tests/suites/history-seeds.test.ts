import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { importHistory } from '../../server/src/services/history/import-history.ts'
import type { HistoryIncident } from '../../server/src/services/history/incident.ts'
import { openTestSite } from '../../server/src/test-site.ts'

/**
 * Five documents about incidents of a vendor, and what a person made of them, where they lie beside the project (or in
 * the folder that MAILKEEP_SUITES names) as shared/seeds/ and shared/incidents.json. They never enter this repository;
 * our own documents in the same forms are in tests/history/.
 */
const beside = fileURLToPath(new URL('../../../shared/', import.meta.url))
const folder = [beside, join(process.env.MAILKEEP_SUITES ?? '', 'shared')].find((each) =>
  existsSync(join(each, 'incidents.json')),
)

interface Reference {
  readonly id: string
  readonly date: string | null
  readonly date_precision: string
  readonly date_window: readonly [string | null, string | null]
  readonly duration_minutes: number | null
  readonly severity: string
  readonly sources: readonly { readonly file: string; readonly line: number }[]
}

/** What of an incident is not as a person read it. */
function differences(found: HistoryIncident, wanted: Reference): string[] {
  const [[from, to], [first, last]] = [found.window, wanted.date_window]
  const severity = ['notice', 'minor', 'major'].find((each) => wanted.severity.toLowerCase() === each) ?? null
  const day = wanted.date_precision.startsWith('day') ? wanted.date : null
  return [
    ...(found.date === day ? [] : [`day ${found.date}, not ${day}`]),
    ...((from && last && from > last) || (to && first && to < first) ? [`window ${from} to ${to}`] : []),
    ...(found.durationMinutes === wanted.duration_minutes
      ? []
      : [`${found.durationMinutes} minutes, not ${wanted.duration_minutes}`]),
    ...(found.severity === severity ? [] : [`severity ${found.severity}, not ${severity}`]),
  ]
}

// Our own documents are read in each run, by server/src/services/history/history.test.ts.
if (folder === undefined)
  process.stderr.write('history-seeds: not run, the documents are not beside the project\n')
else readSeeds(folder)

function readSeeds(folder: string): void {
  test('five documents become the incidents that a person reads in them, with every entry in its place', async () => {
    using it = openTestSite()
    const seeds = readdirSync(join(folder, 'seeds')).map((name) => ({
      name,
      bytes: readFileSync(join(folder, 'seeds', name)),
    }))
    const reference = JSON.parse(readFileSync(join(folder, 'incidents.json'), 'utf8')) as Reference[]
    const order = { ...it.order, history: it.site.history }
    const { incidents, added } = await importHistory(order, seeds)
    const wrong = reference.flatMap((wanted) => {
      const places = wanted.sources
        .map((each) => `${each.file.replace(/^seeds\//, '')}:${each.line}`)
        .toSorted()
      const found = incidents.filter((each) =>
        each.sources.some((at) => places.includes(`${at.file}:${at.line}`)),
      )
      const sources = found.flatMap((each) => each.sources.map((at) => `${at.file}:${at.line}`)).toSorted()
      if (found.length !== 1 || sources.join() !== places.join())
        return [`${wanted.id} is ${sources.join(' ')}`]
      return differences(found[0]!, wanted).map((each) => `${wanted.id}: ${each}`)
    })
    assert.deepEqual(wrong, [])
    assert.equal(incidents.length, reference.length)
    assert.equal(added, reference.length)
    assert.equal((await importHistory(order, seeds)).added, 0)
  })
}
