import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AnsweringMailbox } from '../harness/answering-mailbox.ts'
import { freePort } from '../harness/free-port.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Trip {
  readonly id: string
  readonly state: string
  readonly says: string
  readonly startedAt: number
  readonly endedAt: number | null
}

/** On a busy machine every step takes its time; where things come true early it costs nothing. */
const patiently: typeof waitUntil = (what, condition) => waitUntil(what, condition, 120_000)
const endWithinMs = 8000
/** Rounds of the clock, and a machine that is busy. */
const lateMs = 20_000

describe('round trips of Radar', () => {
  test('a frozen way back is our fault: inconclusive in time, told, and nothing counted against the domain', async () => {
    const door = await freePort()
    await using box = await AnsweringMailbox.start(
      {},
      () => door,
      ({ mailFrom }) =>
        `From: echo@shop.example\r\nTo: ${mailFrom}\r\nSubject: Re\r\nAuto-Submitted: auto-replied\r\n\r\nhere\r\n`,
    )
    const settings = {
      'gateway.listen': [`127.0.0.1:${door}`],
      'radar.door': `127.0.0.1:${door}`,
      'radar.endWithin': `${endWithinMs / 1000}s`,
      'radar.againAfter': '1s',
    }
    // The gateway takes the replies, in a process of its own that can be frozen while everything else goes on.
    await using gateway = await TestSite.start({
      settings,
      roles: ['gateway', 'inspection'],
      domains: { 'shop.example': box.sink.hop },
    })
    await using rest = await TestSite.beside(gateway, ['delivery', 'jobs', 'console'])
    await rest.must('user', 'add', 'echo@shop.example')
    const { path } = await rest.json<{ path: { id: string } }>(
      ...['radar', 'path', 'echo@shop.example', '--every', '2'],
    )
    const tripsOf = async (id: string) => (await rest.json<{ trips: Trip[] }>('radar', 'trips', id)).trips
    const count = async (id: string, state: string) =>
      (await tripsOf(id)).filter((each) => each.state === state).length
    await patiently('trips come back', async () => (await count(path.id, 'passed')) >= 2)

    gateway.signal('SIGSTOP')
    try {
      await patiently(
        'our part ends as inconclusive',
        async () => (await count(path.id, 'inconclusive')) >= 2,
      )
      await patiently('it is told', () => /radar-unfinished/.test(rest.log))
      const stuck = (await tripsOf(path.id)).filter((each) => each.state === 'inconclusive')
      for (const each of stuck)
        assert.ok((each.endedAt ?? Infinity) - each.startedAt < endWithinMs + lateMs, JSON.stringify(each))
      assert.match(stuck[0]?.says ?? '', /our own way/)
      await patiently('so does the control', async () => (await count('', 'inconclusive')) > 0)
    } finally {
      gateway.signal('SIGCONT')
    }
    const before = await count(path.id, 'passed')
    await patiently('trips come back again', async () => (await count(path.id, 'passed')) > before + 1)
    assert.equal(await count(path.id, 'failed'), 0)
    assert.doesNotMatch(rest.log, /radar-path-failing/)

    // The same silence with our own way open is theirs.
    box.answers = false
    await patiently('trips fail', async () => (await count(path.id, 'failed')) >= 2)
    await patiently('that is told of the domain', () => /radar-path-failing/.test(rest.log))
    box.answers = true
    const after = await count(path.id, 'passed')
    await patiently('it is over', async () => (await count(path.id, 'passed')) > after)
  })
})
