import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { balanced } from '../harness/books.ts'
import { arrivals, sendLetter } from '../harness/letter.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { storyOf } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

const people = ['anna', 'bob', 'carl', 'dora'] as const
type Topic = 'furniture' | 'harvest' | 'daily'

const words: Readonly<Record<Topic, string>> = {
  furniture: 'mark-a teak benches parasols loungers hammocks rattan armchairs patio warehouse cushions',
  harvest: 'mark-b beehives orchards cider presses apple varieties seedlings growers autumn pruning',
  daily: 'the figures of the meeting are attached, we speak on Thursday about the next steps',
}

/** Weights of our own, so that the test does not hang on what the model of words thinks this year. */
const definitions = {
  version: 'marks',
  rules: [
    { code: 'mark-a', weight: 170, kind: 'spam', text: 'A mark.', places: ['body'], any: ['mark-a'] },
    { code: 'mark-b', weight: 260, kind: 'spam', text: 'A mark.', places: ['body'], any: ['mark-b'] },
  ],
}

interface Layer {
  readonly stage: string
  readonly why: string
}

interface Status {
  readonly tenants: readonly {
    readonly unwanted: number
    readonly wanted: number
    readonly people: number
    readonly layers: readonly Layer[]
  }[]
  readonly missing: string | null
}

interface Judged {
  readonly explanation: {
    readonly verdict: string
    readonly findings: readonly { readonly code: string; readonly weight: number }[]
  }
}

describe('what people report and release teaches their own mail', () => {
  let site: TestSite
  let sink: Sink
  let outside: Outside
  let letters = 0

  before(async () => {
    outside = await openOutside([], {
      'one.example': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] },
      'two.example': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] },
    })
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      settings: {
        ...outside.settings,
        // The set of definitions below keeps more than the one before, and shall not be taken back for it.
        'definitions.trialTime': '1s',
        'learning.trialMessages': 50,
        'learning.trialTime': '2s',
        'jobs.every': '1s',
        'reports.perMinute': 0,
      },
    })
    for (const tenant of ['one', 'two']) {
      await site.must('tenant', 'add', tenant)
      await site.must('domain', 'add', `${tenant}.example`, '--next-hop', sink.hop, '--tenant', tenant)
      await site.must('user', 'add', ...people.map((name) => `${name}@${tenant}.example`))
    }
    await site.knows('dora@two.example')
    const file = join(site.folder, 'marks.json')
    writeFileSync(file, JSON.stringify(definitions))
    await site.must('definitions', 'add', file)
    await site.must('definitions', 'activate', 'marks')
    await waitUntil('the definitions are in force', async () => {
      const { findings } = await judged((await send('furniture', 'two')).id)
      return findings.some(({ code }) => code === 'definition-mark-a')
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), outside.close()])
  })

  async function send(
    topic: Topic,
    tenant: string,
    who = letters,
  ): Promise<{ id: string; name: string; to: string }> {
    const n = letters++
    const to = `${people[who % 4]}@${tenant}.example`
    const own = Array.from({ length: 12 }, (_, i) => `${topic}${n}word${i}`).join(' ')
    const body = `${words[topic]} ${own}\r\n`
    const id = await sendLetter(site, { to, name: `letter-${n}`, from: `a@sender${n % 7}.example`, body })
    return { id, name: `letter-${n}`, to }
  }

  /** What was thought of it; a busy machine judges behind the answer. */
  const judged = (id: string) =>
    waitUntil('it is judged', async () => {
      const { explanation } = (await storyOf(site, id)) as unknown as Judged
      return explanation.findings.length > 0 && explanation
    })
  const isKept = (id: string) =>
    waitUntil('it is kept', async () => (await storyOf(site, id)).deliveries[0]?.state === 'quarantined')
  const release = async ({ id }: { readonly id: string }) => {
    await isKept(id)
    await site.must('quarantine', 'release', id)
  }
  const status = async (tenant: string) => {
    const { tenants, missing } = await site.json<Status>('learning', 'status', '--tenant', tenant)
    return { ...tenants[0], missing }
  }

  /** Somebody reports a letter as unwanted, and an administrator agrees. */
  async function report({ name, to }: { readonly name: string; readonly to: string }): Promise<void> {
    const header = `In-Reply-To: <${name}@letter.example>\r\n`
    const id = await sendLetter(site, {
      to: 'spam@mx.site.example',
      from: to,
      name: `report-${name}`,
      header,
    })
    await site.must('reports', 'accept', id)
  }

  test('one person teaches nothing, however much', { timeout: 300_000 }, async () => {
    for (let n = 0; n < 6; n++) await report(await send('furniture', 'two', 0))
    for (let n = 0; n < 4; n++) await release(await send('harvest', 'two', 0))
    const found = await waitUntil('it is taken', async () => {
      const now = await status('two')
      return now.unwanted === 6 && now.wanted === 4 && now
    })
    assert.deepEqual([found.people, found.layers], [1, []])
    assert.match(found.missing ?? '', /3 people/)
  })

  test('several do, once it has proved itself, and for their tenant alone', {
    timeout: 600_000,
  }, async () => {
    for (let n = 0; n < 30; n++) await send('daily', 'one')
    const before = await send('furniture', 'one')
    await waitUntil('it arrives', () => arrivals(sink, before.name) === 1)
    for (let n = 0; n < 8; n++) {
      await report(await send('furniture', 'one', n))
      await release(await send('harvest', 'one', n))
    }
    await waitUntil(
      'it counts for all',
      async () => {
        await send('daily', 'one')
        return (await status('one')).layers?.[0]?.stage === 'active'
      },
      400_000,
    )
    // Threads look for other layers once a second. More than three letters of which nobody complains would take it back.
    const inForce = async () => {
      const letter = await send('furniture', 'one')
      const { findings } = await judged(letter.id)
      if (findings.some(({ code, weight }) => code === 'learnt-unwanted' && weight >= 30)) return letter.id
      await report(letter)
      return false
    }
    const kept = await waitUntil('it is in force', inForce, 60_000, 1000)
    await isKept(kept)
    assert.match(await site.must('trace', kept), /learnt-unwanted/)
    const elsewhere = await send('furniture', 'two')
    assert(
      !(await judged(elsewhere.id)).findings.some(({ code }) => code.startsWith('learnt')),
      'not for others',
    )
    const daily = await send('daily', 'one')
    await waitUntil(
      'ordinary mail arrives',
      () => arrivals(sink, daily.name) + arrivals(sink, elsewhere.name) === 2,
    )
    const harvest = await send('harvest', 'one')
    // What others condemn stays where it is, whoever wants it.
    await isKept(harvest.id)
  })

  test('a restart changes nothing, a reset has judged anew what it kept', { timeout: 300_000 }, async () => {
    await site.stop()
    await site.launch()
    const kept = await send('furniture', 'one')
    await isKept(kept.id)
    await site.must('learning', 'reset', '--tenant', 'one')
    await waitUntil('it is on its way', () => arrivals(sink, kept.name) === 1, 60_000)
    const after = await send('furniture', 'one')
    await waitUntil('it arrives', () => arrivals(sink, after.name) === 1)
    const { unwanted, missing } = await status('one')
    assert.deepEqual([unwanted, typeof missing], [0, 'string'])
    await waitUntil('nothing waits', async () => (await site.waiting()).length === 0)
    await balanced(site)
  })
})
