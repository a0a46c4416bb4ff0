import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { askSite, type SiteQuestion, signInByLink } from '../harness/ask-site.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** What two people may change at the same time: where it is, how it is written, and two different wishes, of each round others. */
interface Shared {
  readonly name: string
  readonly read: string
  readonly method: 'PUT' | 'PATCH'
  readonly wishes: (round: number) => readonly [object, object]
}

const look = { host: null, fromName: null, accent: null, loginText: null }
const rule = (subject: string) => ({
  rule: {
    name: `Hold ${subject}`,
    conditions: [{ field: 'subject', test: 'contains', values: [subject] }],
    actions: [{ do: 'hold' }],
  },
})

describe('two people change the same at once', () => {
  let site: TestSite
  let sink: Sink
  let cookie: string
  const ask = (path: string, question: SiteQuestion = {}) =>
    askSite(site.consolePort, `/api/v1${path}`, { cookie, ...question })

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: {}, users: [] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'shop', '--parent', 'house', '--level', 'customer')
    await site.must('domain', 'add', 'shop.test', '--tenant', 'shop', '--next-hop', sink.hop)
    await site.must('user', 'add', 'a@shop.test')
    await site.must('manager', 'add', 'mia', '--role', 'reader', '--tenant', 'shop')
    const made = await site.json<{ link: string }>('manager', 'add', 'boss', '--role', 'operator')
    cookie = await signInByLink(site.consolePort, made.link)
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const shared = (): readonly Shared[] => [
    {
      name: 'tenant',
      read: '/tenants/shop',
      method: 'PATCH',
      wishes: (round) => [{ name: `One ${round}` }, { name: `Two ${round}` }],
    },
    {
      name: 'domain',
      read: '/domains/shop.test',
      method: 'PATCH',
      wishes: (round) => [
        { anyRecipient: true, nextHop: `smtp://192.0.2.${2 * round + 1}` },
        { nextHop: `smtp://192.0.2.${2 * round + 2}` },
      ],
    },
    {
      name: 'person',
      read: '/people/a@shop.test',
      method: 'PATCH',
      wishes: (round) => [{ displayName: `One ${round}` }, { displayName: `Two ${round}` }],
    },
    {
      name: 'manager',
      read: '/managers/mia',
      method: 'PATCH',
      wishes: (round) => [
        { displayName: `One ${round}` },
        { role: 'technical', displayName: `Two ${round}` },
      ],
    },
    {
      name: 'brand',
      read: '/brand?scope=tenant:shop',
      method: 'PUT',
      wishes: (round) => [
        { ...look, name: `One ${round}` },
        { ...look, name: `Two ${round}` },
      ],
    },
    {
      name: 'settings of a level',
      read: '/policy/settings?level=domain:shop.test',
      method: 'PATCH',
      wishes: (round) => [
        { changes: [{ name: 'tolerance', value: String(120 + round) }] },
        { changes: [{ name: 'visibility', value: String(300 + round) }] },
      ],
    },
  ]

  async function race({ name, read, method, wishes }: Shared): Promise<void> {
    let round = 0
    const answers = await waitUntil(`${name}: the console had time for both`, () =>
      raceOnce({ name, read, method }, wishes(round++)),
    )
    const codes = answers.map(({ code }) => code).sort()
    assert.deepEqual(codes, [200, 412], `${name}: ${answers.map((each) => each.body).join('\n')}`)
  }

  /** What both are answered; false where the console had no time to say so, whatever it has done. */
  async function raceOnce({ name, read, method }: Omit<Shared, 'wishes'>, wishes: readonly [object, object]) {
    const seen = await ask(read)
    assert.equal(seen.code, 200, `${name}: ${seen.body}`)
    const tag = String(seen.headers.etag ?? `"${seen.json<{ etag: string }>().etag}"`)
    const wish = (body: object) => ask(read, { method, headers: { 'if-match': tag }, body: { ...body } })
    const answers = await Promise.all(wishes.map(wish))
    return answers.every(({ code }) => code !== 503) && answers
  }

  test('one of them is told that the other was faster, and nothing of his is written', async () => {
    for (const each of shared()) await race(each)
    const made = await ask('/policy/rules', {
      method: 'POST',
      body: { level: 'domain:shop.test', ...rule('one') },
    })
    assert.equal(made.code, 200, made.body)
    const { id } = made.json<{ id: string }>()
    const read = `/policy/rules/${id}`
    await race({
      name: 'rule',
      read,
      method: 'PUT',
      wishes: (round) => [rule(`two ${round}`), rule(`three ${round}`)],
    })
  })
})
