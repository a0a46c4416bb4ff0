import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'

interface Drill {
  readonly id: string
  readonly phase: string
  readonly ending: string | null
  readonly why: string
  readonly passed: boolean | null
  readonly seen: { readonly cause: { readonly name: string } | null; readonly told: readonly string[] }
  readonly lines: readonly { readonly what: string; readonly held: boolean | null }[]
}

/** Faults on purpose beside live mail, in a lane of their own. */
describe('a drill on the running site', () => {
  let sink: Sink
  let site: TestSite

  before(async () => {
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
      settings: { 'watch.period': '2s', 'delivery.ownRetry': ['200ms'] },
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const run = async (...words: string[]) => {
    const { stdout, stderr, code } = await site.command('drill', 'live', ...words, '--wait', '--json')
    assert.equal(stderr, '')
    return { code, drill: (JSON.parse(stdout) as { drill: Drill }).drill }
  }

  test('puts-off', async () => {
    const { code, drill } = await run('puts-off', '--for', '3m')
    assert.equal(code, 0, JSON.stringify(drill, null, 2))
  })
})
