import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PageOutcome } from '#ground/platform/web/ask-page.ts'
import { followDueLinks } from './follow-due-links.ts'
import type { LinkParts } from './link-parts.ts'
import type { ClaimedLink, LinkEnd } from './link-store.ts'

/** A queue in memory, with a clock that moves as far as each answer takes. */
function queueOf(
  links: ClaimedLink[],
  answer: (url: URL) => { outcome: PageOutcome; takesMs: number },
  isOn = true,
) {
  let now = 0
  let open = 0
  const seen = { asked: [] as string[], mostOpen: 0, alarms: [] as string[] }
  const finished = new Map<string, LinkEnd>()
  const put = new Map<string, { dueAt: number; wasTried: boolean }>()
  const parts = {
    store: {
      claim: async () => links,
      finish: async (url: string, end: LinkEnd) => void finished.set(url, end),
      postpone: async (url: string, dueAt: number, wasTried: boolean) =>
        void put.set(url, { dueAt, wasTried }),
      queue: async () => ({ pending: links.length, oldestAt: -3_600_000 }),
    },
    mayFollow: (url: string) => url.startsWith('http://s'),
    async ask(url: URL) {
      seen.asked.push(url.href)
      seen.mostOpen = Math.max(seen.mostOpen, ++open)
      const { outcome, takesMs } = answer(url)
      await new Promise(setImmediate)
      now += takesMs
      open--
      return outcome
    },
    judge: async () => [],
    limits: () => ({ isOn, atATime: 8, maxHops: 5, keepResultsMs: 1, lateAfterMs: 300_000 }),
    count: () => undefined,
    noteQueue: () => undefined,
    alarms: { raise: (name: string) => seen.alarms.push(name), clear: () => undefined },
    clock: { now: () => now },
    stopping: new AbortController().signal,
  } as unknown as LinkParts
  return { parts, seen, finished, put }
}

const linksTo = (host: string, count: number, attempts = 0): ClaimedLink[] =>
  Array.from({ length: count }, (_, n) => ({ url: `http://${host}/${n}`, attempts }))
const led: PageOutcome = {
  kind: 'answered',
  answer: { status: 302, location: 'https://end.example/', contentType: '', body: Buffer.alloc(0) },
}

test('one host is asked by two at a time, several side by side', async () => {
  const one = queueOf(linksTo('s1', 10), () => ({ outcome: led, takesMs: 1 }))
  await followDueLinks(one.parts)
  assert.deepEqual([one.finished.size, one.seen.mostOpen], [10, 2])
  const many = queueOf(
    [1, 2, 3, 4, 5, 6].flatMap((n) => linksTo(`s${n}`, 4)),
    () => ({ outcome: led, takesMs: 1 }),
  )
  await followDueLinks(many.parts)
  assert.deepEqual([many.finished.size, many.seen.mostOpen], [24, 8])
})

test('a host that fails is left alone for a while, and what it had not been asked counts as not tried', async () => {
  const queue = queueOf([...linksTo('s1', 10), ...linksTo('s2', 3)], ({ host }) =>
    host === 's1'
      ? { outcome: { kind: 'failed', why: 'silent' }, takesMs: 5000 }
      : { outcome: led, takesMs: 1 },
  )
  await followDueLinks(queue.parts)
  assert(queue.seen.asked.filter((each) => each.startsWith('http://s1')).length <= 2)
  assert.equal(queue.finished.size, 3)
  assert.equal([...queue.put.values()].filter((each) => each.wasTried).length, 2)
  assert([...queue.put.values()].every(({ dueAt }) => dueAt >= 60_000))
})

test('a slow host does not hold up a round for long', async () => {
  const queue = queueOf(linksTo('s1', 30), () => ({ outcome: led, takesMs: 4000 }))
  await followDueLinks(queue.parts)
  assert(queue.finished.size >= 4 && queue.finished.size <= 6, `${queue.finished.size}`)
  assert.equal(queue.put.size, 30 - queue.finished.size)
  assert.deepEqual(queue.seen.alarms, ['links-behind'])
})

test('after its last attempt a link stays unknown, which is the end of it', async () => {
  const queue = queueOf(linksTo('s1', 1, 2), () => ({
    outcome: { kind: 'failed', why: 'silent' },
    takesMs: 1,
  }))
  await followDueLinks(queue.parts)
  assert.deepEqual([queue.finished.get('http://s1/0')?.state, queue.put.size], ['unknown', 0])
})

test('where following is switched off nobody is asked, and nothing goes on waiting', async () => {
  const queue = queueOf(linksTo('s1', 5), () => ({ outcome: led, takesMs: 1 }), false)
  await followDueLinks(queue.parts)
  assert.deepEqual([queue.seen.asked, queue.finished.size, queue.seen.alarms], [[], 5, []])
})
