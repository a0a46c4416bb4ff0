import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DirectWay } from './direct-way.ts'

function site(claims = true) {
  const sent: { subject: string; text: string }[] = []
  const state = { now: 0, isDeaf: false, claimed: 0 }
  const way = new DirectWay({
    async send(subject, lines) {
      if (state.isDeaf) throw new Error('connection refused')
      sent.push({ subject, text: lines.join('\n') })
    },
    open: () => [{ name: 'next-hop-down', subject: 'a', text: 'it is down', since: 5 }],
    mark: {
      claim: () => {
        if (claims) state.claimed += 1
        return claims ? 'mine' : 'others'
      },
      ...{ told: () => undefined, keep: () => undefined },
      end: (isOwn) => {
        if (isOwn) state.claimed -= 1
        return isOwn
      },
      release: () => {
        state.claimed -= 1
      },
    },
    silentMs: () => 100_000,
    lookMs: 10_000,
    now: () => state.now,
  })
  return {
    ...{ way, sent, state },
    /** Rounds, ten seconds apart, up to a moment. */
    async until(moment: number) {
      while (state.now + 10_000 <= moment) {
        state.now += 10_000
        await way.round()
      }
    },
  }
}

test('it is told once that alarms cannot be told, with what is open and why, and once that they can again', async () => {
  const { way, sent, state, until } = site()
  way.failed(new Error('no such table'))
  await until(100_000)
  assert.equal(sent.length, 0)
  await until(900_000)
  assert.deepEqual(
    sent.map((each) => each.subject),
    ['Alarms cannot be told'],
  )
  assert.match(sent[0]?.text ?? '', /no such table[\s\S]*next-hop-down, a: it is down/)
  way.good()
  await until(920_000)
  assert.deepEqual([sent[1]?.subject, sent.length, state.claimed], ['Alarms are told again', 2, 0])
})

test('a mail that is not taken is tried again each minute', async () => {
  const { sent, state, until } = site()
  await until(100_000)
  state.isDeaf = true
  await assert.rejects(until(110_000), /refused/)
  state.isDeaf = false
  await until(160_000)
  assert.deepEqual([sent.length, state.claimed], [0, 0])
  await until(170_000)
  assert.equal(sent.length, 1)
})

test('a process that stood still itself, and wakes, says nothing of the time that it slept', async () => {
  const { way, sent, state, until } = site()
  await until(50_000)
  state.now += 3_600_000
  await way.round()
  way.good()
  await until(state.now + 50_000)
  assert.equal(sent.length, 0)
})

test('where another process tells, this one says nothing', async () => {
  const { way, sent, until } = site(false)
  await until(200_000)
  way.good()
  await until(300_000)
  assert.equal(sent.length, 0)
})
