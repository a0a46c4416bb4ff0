import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { askSite } from '../harness/ask-site.ts'
import { sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface List {
  readonly completeUpTo: string | null
  readonly lines: {
    readonly value: readonly {
      readonly id: string
      readonly kind: string
      readonly states: readonly string[]
      readonly rcptTo: readonly string[]
      readonly subject: string
    }[]
  }
  readonly next: string | null
  readonly searchedBackTo: string | null
}

describe('search over the API', () => {
  let sink: Sink
  let site: TestSite
  const keys: Record<string, string> = {}
  const returned: string[] = []
  const mails = 30

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: {}, users: [], settings: { 'delivery.retry': [1] } })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
      await site.must('user', 'add', ...['a', 'b'].map((user) => `${user}@${name}.test`))
    }
    await site.knows('b@two.test')
    await site.must('manager', 'add', 'boss', '--role', 'operator')
    for (const tenant of ['house', 'one', 'two'])
      for (const scope of ['logs', 'messages'])
        keys[`${tenant} ${scope}`] = (
          await site.json<{ key: string }>('key', 'add', 'k', '--tenant', tenant, '--scope', scope)
        ).key
    sink.behaviour = (stage) => (stage === 'rcpt' ? '550 5.7.1 Banned for the moment' : undefined)
    for (let i = 0; i < mails; i++)
      returned.push(await sendLetter(site, { to: 'a@one.test', name: `Lost parcel ${i}` }))
    returned.push(await sendLetter(site, { to: ['a@one.test', 'a@two.test'], name: 'Lost both' }))
    await waitUntil(
      'all were given back',
      async () => (await counts('house logs', '?state=returned')).total === mails + 2,
    )
    sink.behaviour = () => undefined
    await sendLetter(site, { to: 'b@two.test', name: '=cmd good morning' })
    await waitUntil(
      'the good one arrived',
      async () => (await counts('two logs', '?state=delivered')).total === 1,
    )
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const ask = (key: string, path: string, body?: object) =>
    askSite(site.consolePort, path, { key: keys[key] ?? '', ...(body && { body }) })
  async function get<Answer>(key: string, path: string): Promise<Answer> {
    const { code, body } = await ask(key, path)
    assert.equal(code, 200, body)
    return JSON.parse(body) as Answer
  }
  const list = (key: string, query: string) => get<List>(key, `/api/v1/messages${query}`)
  const counts = (key: string, query: string) =>
    get<{ total: number; tenants: { name: string; count: number }[]; countedBackTo: null }>(
      key,
      `/api/v1/messages/counts${query}`,
    )

  test('conditions combine, pages neither repeat nor miss, and the answer says up to when it is complete', async () => {
    const before = Date.now()
    const seen: string[] = []
    // Nothing is younger than the answer, but what waits for its place in the index.
    await waitUntil(
      'all until now is in it',
      async () => Date.parse((await list('one logs', '?subject=lost&limit=1')).completeUpTo ?? '') >= before,
    )
    for (let after = ''; ; ) {
      const page = await list('one logs', `?subject=lost&reply=banned&state=returned&limit=7${after}`)
      assert.ok(Date.parse(page.completeUpTo ?? '') >= before)
      seen.push(...page.lines.value.map((each) => each.id))
      if (page.next === null || seen.length > 100) break
      after = `&after=${page.next}`
    }
    assert.deepEqual(seen, [...returned].reverse())
    const found = async (query: string) => (await list('house logs', query)).lines.value.length
    assert.equal(await found('?subject=parcel+17'), 1)
    assert.equal(await found('?subject=parc*+17'), 1)
    assert.equal(await found('?q=two.test&state=returned,delivered'), 2)
    assert.equal(await found('?q=b@two.test&since=1h&size=lt:100000,gt:10&ip=127.0.0.1'), 1)
    assert.equal(await found('?size=gt:100000'), 0)
    assert.equal(await found('?reply=550+banned+moment&tenant=two'), 1)
    assert.equal(await found(`?q=${returned[0]}`), 1)
  })

  test('trace and affected ask the same index by the same conditions', async () => {
    interface Rows {
      readonly rows: readonly { readonly messageId: string; readonly n: number; readonly state: string }[]
    }
    const rows = async (...words: string[]) =>
      JSON.parse(
        (await site.command('affected', '--since', '1h', '--json', ...words)).stdout as string,
      ) as Rows
    const idsOf = async (...words: string[]) => (await rows(...words)).rows.map((each) => each.messageId)
    const lost = ['--recipient', 'one.test', '--subject', 'lost', '--reply', 'banned', '--state', 'returned']
    assert.deepEqual(await idsOf(...lost), [...returned].reverse())
    assert.deepEqual(await idsOf(...lost, '--size', 'gt:100000'), [])
    assert.equal(
      (await idsOf('--ip', '127.0.0.0/8', '--direction', 'inbound', '--state', 'returned,delivered')).length,
      mails + 3,
    )
    assert.equal((await idsOf('--address', '@two.test', '--verdict', 'clean')).length, 2)

    const traced = async (...words: string[]) =>
      (await site.json<{ lines: { id: string; states: string[] }[] }>('trace', ...words)).lines
    assert.deepEqual(
      (await traced('--recipient', 'one.test', '--reason', 'refused-by-receiver', '--limit', '100')).map(
        (each) => each.id,
      ),
      [...returned].reverse(),
    )
    assert.deepEqual(
      (await traced('good', '--size', 'lt:100000')).map((each) => each.states),
      [['delivered']],
    )
    assert.match(await site.must('trace', '--state', 'returned', '--ip', '127.0.0.1'), /\nComplete up to \d/)
    assert.match(
      await site.must('trace', '17', '--reply', 'banned'),
      /^message .*\n[\s\S]*550 5\.7\.1 Banned/,
    )
    const wrong = await site.command('trace', '--size', 'big')
    assert.match(wrong.stderr, /size is written as geq:1000/)
    assert.equal(wrong.code, 2)
  })

  test('each sees his own: not even how many there are of others', async () => {
    const both = (await list('two logs', '?subject=lost')).lines.value
    assert.deepEqual(
      both.map((each) => each.rcptTo),
      [['a@two.test']],
    )
    assert.deepEqual((await list('two logs', '?recipient=a@one.test')).lines.value, [])
    assert.equal((await counts('two logs', '?subject=lost')).total, 1)
    assert.equal((await counts('house logs', '?subject=lost&scope=tenant:two')).total, 1)
    assert.deepEqual((await counts('house logs', '?subject=lost')).tenants, [
      { name: 'one', count: mails + 1 },
      { name: 'two', count: 1 },
    ])
    assert.doesNotMatch((await ask('two messages', '/api/v1/messages/export')).body, /one\.test/)
    assert.equal((await ask('two logs', '/api/v1/messages?scope=tenant:one')).code, 404)
    for (const wrong of [
      'state=lost',
      'size=big',
      'after=x',
      'nothing=1',
      'since=never',
      'since=7',
      'ip=here',
    ])
      assert.equal((await ask('one logs', `/api/v1/messages?${wrong}`)).code, 400, wrong)
  })

  test('an export has every line, and no field that a spreadsheet would run', async () => {
    const { body } = await ask(
      'house logs',
      '/api/v1/messages/export?direction=inbound&state=returned,delivered',
    )
    const lines = body.trim().split('\n')
    assert.equal(lines.length, 1 + mails + 3)
    assert.match(body, /,'=cmd good morning,/)
    const json = await get<{ rcptTo: string }[]>(
      'house logs',
      '/api/v1/messages/export?direction=inbound&state=returned,delivered&format=json',
    )
    assert.equal(json.length, mails + 3)
    assert.match(await site.must('audit-log', '--json'), /messages-exported/)
  })

  test('a saved question is shared with who reaches its tenant, and changed by its owner alone', async () => {
    const question = { name: 'Lost', question: { subject: 'lost', state: 'returned' }, isShared: true }
    const saved = JSON.parse((await ask('one logs', '/api/v1/questions', question)).body) as { id: string }
    const names = async (key: string) =>
      (await get<{ lines: { name: string }[] }>(key, '/api/v1/questions')).lines.map((each) => each.name)
    assert.deepEqual(await names('one logs'), ['Lost'])
    assert.deepEqual(await names('house logs'), ['Lost'])
    assert.deepEqual(await names('two logs'), [])
    assert.equal(
      (await ask('one logs', '/api/v1/questions', { ...question, question: { size: 'x' } })).code,
      400,
    )
    assert.match(saved.id, /^[0-9a-z]{16}$/)
  })

  test('mail shows itself as it happens, to who may see it', async () => {
    const listen = (key: string) =>
      new Promise<{ text: () => string; close: () => void }>((resolve, reject) => {
        const asked = request(
          `http://127.0.0.1:${site.consolePort}/api/v1/messages/live?subject=live`,
          { headers: { authorization: `Bearer ${keys[key]}` } },
          (response) => {
            let text = ''
            response.on('data', (chunk) => {
              text += chunk
            })
            response.on('error', () => undefined)
            resolve({ text: () => text, close: () => asked.destroy() })
          },
        )
        asked.once('error', reject)
        asked.end()
      })
    const [one, two] = [await listen('one logs'), await listen('two logs')]
    await waitUntil('both listen', async () => one.text() !== '' && two.text() !== '')
    const id = await sendLetter(site, { to: 'a@one.test', name: 'live now' })
    await waitUntil('it shows', async () => one.text().includes(`"messageId":"${id}"`))
    assert.match(one.text(), /event: mail\nid: \d+-\d+\ndata: /)
    assert.doesNotMatch(two.text(), /event: mail/)
    one.close()
    two.close()
  })

  test('all returned mail is sent again, each once, over a kill of the server, by one order', async () => {
    const order = { action: 'resend', question: { subject: 'lost', reply: 'banned' } }
    const preview = JSON.parse((await ask('house messages', '/api/v1/messages/preview', order)).body)
    assert.deepEqual([preview.deliveries, preview.isExact], [mails + 2, true])
    assert.equal((await ask('one logs', '/api/v1/messages/orders', order)).code, 403)
    const far = await ask('house messages', '/api/v1/messages/orders', { ...order, expect: 3 })
    assert.equal(far.code, 409)
    const before = sink.messages.length
    const asked = ask('house messages', '/api/v1/messages/orders', { ...order, expect: mails + 2 })
    const { id } = JSON.parse((await asked).body) as { id: string }
    await site.kill()
    await site.launch()
    const task = await waitUntil('the work is done', async () => {
      const found = await get<{ state: string; done: number }>('house messages', `/api/v1/tasks/${id}`)
      return found.state === 'done' && found
    })
    assert.equal(task.done, mails + 2)
    await waitUntil('they arrived', async () => sink.messages.length - before >= mails + 2)
    await waitUntil(
      'none is called returned any more',
      async () => (await counts('house logs', '?subject=lost&state=returned')).total === 0,
    )
    await waitUntil('none would be sent again', async () => {
      const again = JSON.parse((await ask('house messages', '/api/v1/messages/preview', order)).body)
      return again.deliveries === 0
    })
    const log = await site.must('audit-log', '--json')
    assert.match(log, /task-started/)
    assert.match(log, /queue-resend/)
  })
})
