import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { TestSite } from '../harness/site.ts'
import type { DrillReport } from './drill.ts'
import { Witness } from './witness.ts'

const folder = mkdtempSync(join(tmpdir(), 'witness-'))
after(() => rmSync(folder, { recursive: true }))
const place = join(folder, 'data', 'status', 'api', 'v2')
mkdirSync(place, { recursive: true })
const file = join(place, 'components.json')

/** The page with one component, whole or not at all. */
function publish(suspectedSince: number | null): void {
  const suspected = suspectedSince === null ? {} : { suspected_since: new Date(suspectedSince).toISOString() }
  const status = suspectedSince === null ? 'operational' : 'partial_outage'
  writeFileSync(`${file}.new`, JSON.stringify({ components: [{ id: 'gateway', status, ...suspected }] }))
  renameSync(`${file}.new`, file)
  writeFileSync(join(folder, 'data', 'status', 'published.json'), '{}')
}

const told = ['disk-full', 'console-slow'].map((name) => ({
  ...{ name, subject: 'node-1', text: 'since then', since: '2026-11-23T05:00:00.000Z' },
}))
const site = { folder, must: async () => '', json: async () => ({ alarms: told }) } as unknown as TestSite
const lines: { readonly measured: string | number; readonly held: boolean; readonly timed?: 'timed' }[] = []
const report = {
  sight: (...[, , , measured, held, timed]: Parameters<DrillReport['sight']>) =>
    void lines.push({ measured, held, ...(timed && { timed }) }),
  note: () => undefined,
} as unknown as DrillReport
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('what a witness has not seen, it does not say', () => {
  test('a component stayed well only where the page goes on to tell of it', async () => {
    using patient = await Witness.beside(site, report)
    using witness = await Witness.beside(site, report, 500)
    await witness.stayed('nothing published', 'gateway')
    assert.deepEqual(lines.pop(), { measured: 'nothing of gateway', held: false, timed: 'timed' })
    const timer = setInterval(() => publish(null), 200)
    try {
      await patient.stayed('published', 'gateway')
      assert.deepEqual(lines.pop(), { measured: 'not suspected', held: true })
      await witness.stayed('mistyped', 'gatewy')
      assert.deepEqual(lines.pop(), { measured: 'nothing of gatewy', held: false, timed: 'timed' })
    } finally {
      clearInterval(timer)
    }
    await witness.stayed('published no more', 'gateway')
    assert.deepEqual(lines.pop(), { measured: 'the page is published no more', held: false, timed: 'timed' })
  })

  test('a component that did not stay well is told with the alarms that stand for it', async () => {
    using witness = await Witness.beside(site, report)
    const timer = setInterval(() => publish(Date.now()), 200)
    try {
      await witness.stayed('turned', 'gateway')
    } finally {
      clearInterval(timer)
    }
    const measured = 'gateway: partial_outage, disk-full node-1: since then (since 2026-11-23T05:00:00.000Z)'
    assert.deepEqual(lines.pop(), { measured, held: false })
  })

  test('a component returns only where it had turned, and after ten good periods', async () => {
    publish(null)
    using witness = await Witness.beside(site, report)
    await pause(500)
    await witness.returns('no fault', 'gateway', Date.now() - 60_000)
    assert.deepEqual(lines.pop(), { measured: 'it never turned', held: false, timed: 'timed' })
    publish(Date.now())
    await pause(1000)
    publish(null)
    await pause(500)
    await witness.returns('too early', 'gateway', Date.now())
    assert.equal(lines.pop()?.held, false)
    await witness.returns('in time', 'gateway', Date.now() - 20_000)
    assert.equal(lines.pop()?.held, true)
  })
})
