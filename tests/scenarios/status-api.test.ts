import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { noteMeasuredPast } from '../harness/measured-component.ts'
import { TestSite } from '../harness/site.ts'
import { untilSeen } from '../harness/until-seen.ts'

interface Component {
  readonly id: string
  readonly state: string | null
  readonly basis: string
  readonly since: string | null
  readonly override: { readonly why: string; readonly who: string } | null
}
interface Incident {
  readonly id: string
  readonly etag: string
  readonly startedAt: string
  readonly startFrom: string
  readonly inner: { readonly missingToClose: string[] }
}

describe('the status page, told by its addresses of the API', () => {
  let site: TestSite
  const cookies: Record<string, string> = {}
  const minute = 60_000
  const badSince = Math.floor(Date.now() / minute) * minute - 5 * minute

  before(async () => {
    site = await TestSite.start({ domains: {}, users: [] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'one', '--parent', 'house')
    for (const [name, ...more] of [
      ['chief', '--role', 'operator', '--tenant', 'house'],
      ['admin-one', '--role', 'administrator', '--tenant', 'one'],
    ] as const) {
      const made = await site.json<{ link: string }>('manager', 'add', name, ...more)
      cookies[name] = await signInByLink(site.consolePort, made.link)
    }
  })
  after(() => site[Symbol.asyncDispose]())

  const ask = (
    path: string,
    question: { method?: string; body?: object; headers?: Record<string, string> } = {},
    who = 'chief',
  ) => askSite(site.consolePort, `/api/v1${path}`, { cookie: cookies[who] ?? '', ...question })
  const get = async <Answer>(path: string, question: Parameters<typeof ask>[1] = {}): Promise<Answer> => {
    // What only reads may be asked twice.
    const answer = await (question.body ? ask(path, question) : untilSeen(() => ask(path, question)))
    assert.equal(answer.code, 200, `${path}: ${answer.body}`)
    return answer.json<Answer>()
  }
  const componentOf = async (id: string) =>
    (await get<{ components: Component[] }>('/status')).components.find((each) => each.id === id)
  const published = async () => readFile(join(site.folder, 'data', 'status', 'index.html'), 'utf8')

  test('a suspicion is confirmed: an incident since its first bad minute, told at once, with its log', async () => {
    assert.deepEqual((await get<{ components: Component[] }>('/status')).components, [])
    const { added } = await get<{ added: string[] }>('/status/components/standard', { body: {} })
    assert.ok(added.includes('gateway-filtering'))
    // Within the first minute nobody knows; after it measurement does.
    assert.match((await componentOf('console'))?.basis ?? '', /^(un)?measured$/)
    noteMeasuredPast(site, [{ component: 'gateway-filtering', badSince, badMinutes: [5] }])
    const seen = await componentOf('gateway-filtering')
    assert.deepEqual([seen?.state, seen?.basis], ['partial_outage', 'suspected'])
    const of = '/status/components/gateway-filtering'
    const incident = await get<Incident>(`${of}/confirm`, { body: { text: 'Mail in waits; none is lost.' } })
    assert.deepEqual(
      [incident.startedAt, incident.startFrom],
      [new Date(badSince).toISOString(), 'telemetry'],
    )
    assert.match(await published(), /none is lost/)
    const closing = { body: { state: 'resolved', text: 'Over.' } }
    assert.equal((await ask(`/incidents/${incident.id}/updates`, closing)).code, 409)
    assert.equal(incident.inner.missingToClose.length, 2, 'a cause, and good measurements')
    const stale = { ...closing, headers: { 'if-match': `"${Number(incident.etag) - 1}"` } }
    assert.equal((await ask(`/incidents/${incident.id}/updates`, stale)).code, 412)
    assert.equal((await ask('/status/components/console/confirm', { body: { text: 'x' } })).code, 409)
    const { components } = await get<{ components: { id: string; states: (string | null)[] }[] }>(
      '/status/days',
    )
    assert.equal(components.find((each) => each.id === 'gateway-filtering')?.states.at(-1), 'partial_outage')
  })

  test('an override is said with hours and a reason that is not published, and ended; two who say it are noticed', async () => {
    const of = '/status/components/gateway-quarantine/override'
    const { etag } = await get<{ etag: string }>(of)
    const body = { state: 'operational', minutes: 120, why: 'the probe is broken' }
    const put = (tag: string) => ask(of, { method: 'PUT', body, headers: { 'if-match': `"${tag}"` } })
    assert.equal((await put(etag)).code, 200)
    assert.equal((await put(etag)).code, 412)
    assert.equal((await componentOf('gateway-quarantine'))?.override?.why, 'the probe is broken')
    assert.doesNotMatch(await published(), /probe is broken/)
    assert.equal((await ask(of, { method: 'DELETE' })).code, 200)
    assert.equal((await ask(of, { method: 'DELETE' })).code, 404)
    assert.match(await site.must('audit-log'), /status-override-ended/)
  })

  test('components are put, moved, hidden and taken away by whoever may; two who do it are noticed', async () => {
    const of = '/status/components/trading'
    const body = { name: 'Trading', description: '', parent: null, probes: ['inbound'], isHidden: false }
    const put = (more: object, headers: Record<string, string> = {}) =>
      ask(of, { method: 'PUT', body: { ...body, ...more }, headers })
    const { etag } = (await put({ after: null })).json<{ etag: string }>()
    assert.equal((await get<{ components: Component[] }>('/status')).components[0]?.id, 'trading')
    assert.match(await published(), /Trading/)
    const twice = await put({ name: 'Trade' }, { 'if-none-match': '*' })
    assert.deepEqual([twice.code, /Trading.*choose another/.test(twice.body)], [409, true])
    const group = await ask('/status/components/gateway', { method: 'DELETE' })
    assert.deepEqual([group.code, /has parts: Filtering/.test(group.body)], [409, true])
    assert.equal((await put({ isHidden: true }, { 'if-match': `"${etag}"` })).code, 200)
    assert.equal((await put({ name: 'Late' }, { 'if-match': `"${etag}"` })).code, 412)
    assert.doesNotMatch(await published(), /Trading/)
    assert.ok(await componentOf('trading'), 'the house sees it')
    assert.equal((await put({ parent: 'nowhere' })).code, 404)
    assert.equal((await ask(of, { method: 'DELETE' }, 'admin-one')).code, 403)
    assert.equal((await ask(of, { method: 'DELETE' })).code, 200)
    assert.equal(await componentOf('trading'), undefined)
  })

  test('planned work is announced, begun and ended; an incident is none', async () => {
    const at = (minutes: number) => new Date(Date.now() + minutes * minute).toISOString()
    const work = await get<{ id: string; state: string }>('/status/planned-work', {
      body: {
        ...{ name: 'New disks', text: 'The console is away.', from: at(60), until: at(120) },
        ...{ components: ['console'], todo: 'Nothing.', isShortNotice: true },
      },
    })
    assert.equal(work.state, 'scheduled')
    assert.match(await published(), /New disks/)
    const tell = (state: string) =>
      get<{ state: string }>(`/status/planned-work/${work.id}/updates`, { body: { state, text: 'So.' } })
    assert.equal((await tell('in_progress')).state, 'in_progress')
    assert.equal((await componentOf('console'))?.state, 'under_maintenance')
    assert.equal((await tell('completed')).state, 'completed')
    const { lines } = await get<{ lines: { id: string }[] }>('/incidents?open=true')
    const wrong = await ask(`/status/planned-work/${lines[0]?.id}/updates`, {
      body: { state: 'completed', text: 'So.' },
    })
    assert.equal(wrong.code, 404)
  })

  test('planned work is moved, then cancelled, by whoever has read it as it is', async () => {
    const at = (days: number) => new Date(Date.now() + days * 1440 * minute).toISOString()
    const work = await get<{ id: string; etag: string }>('/status/planned-work', {
      body: { name: 'New cables', text: 'Short breaks.', from: at(6), until: at(6.1), components: [] },
    })
    const of = `/status/planned-work/${work.id}`
    const body = { from: at(8), until: at(8.1), text: 'The cables come late.' }
    const move = (headers = {}) => ask(`${of}/time`, { method: 'PUT', body, headers })
    assert.equal((await move()).code, 428)
    assert.equal((await move({ 'if-match': '"other"' })).code, 412)
    const moved = await move({ 'if-match': `"${work.etag}"` })
    assert.equal(moved.code, 200, moved.body)
    const { etag, from } = moved.json<{ etag: string; from: string }>()
    assert.equal(from, body.from)
    const cancel = (tag: string) =>
      ask(`${of}/cancelled`, { body: { text: 'They are fine.' }, headers: { 'if-match': `"${tag}"` } })
    assert.equal((await cancel(work.etag)).code, 412)
    const cancelled = await cancel(etag)
    assert.equal(cancelled.json<{ state: string }>().state, 'cancelled')
    assert.match(await published(), /They are fine/)
    assert.equal((await cancel(cancelled.json<{ etag: string }>().etag)).code, 409)
  })

  test('whoever looks after one tenant neither sees nor says any of it', async () => {
    for (const path of ['/status', '/status/days', '/status/planned-work', '/status/subscribers'])
      assert.equal((await ask(path, {}, 'admin-one')).code, 403, path)
    const body = { state: 'operational', minutes: 120, why: 'no reason' }
    const of = '/status/components/gateway-quarantine/override'
    assert.equal((await ask(of, { method: 'PUT', body }, 'admin-one')).code, 403)
  })
})
