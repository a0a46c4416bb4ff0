import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type {
  DefinitionList,
  FeedList,
  OutsideLists,
  OutsideListTests,
  TaughtDetail,
  TaughtList,
} from '../../contract/src/index.ts'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { sendLetter, unwantedBody } from '../harness/letter.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

const zone = 'bl.test'
const rule = {
  code: 'prizes',
  weight: 60,
  kind: 'spam',
  text: 'A prize.',
  places: ['body'],
  any: ['jackpot'],
}

describe('what decides about mail, by the API', () => {
  let site: TestSite
  let sink: Sink
  let outside: Outside
  const cookies: Record<string, string> = {}

  before(async () => {
    // A list that says of every name that it is listed: it fails its test.
    outside = await openOutside([], { [`2.0.0.127.${zone}`]: { A: ['127.0.0.2'] } })
    sink = await Sink.start()
    site = await TestSite.start({
      domains: {},
      users: [],
      settings: { ...outside.settings, 'lists.ask': [`address ${zone} 127.0.0.2=100`] },
    })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
      await site.must('user', 'add', `a@${name}.test`)
    }
    for (const [name, ...more] of [
      ['olga', '--role', 'operator'],
      ['admin-one', '--role', 'administrator', '--tenant', 'one'],
      ['reader-one', '--role', 'reader', '--tenant', 'one'],
    ] as const) {
      const { link } = await site.json<{ link: string }>('manager', 'add', name, ...more)
      cookies[name] = await signInByLink(site.consolePort, link)
    }
    await site.knows('a@two.test')
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), outside.close()])
  })

  const ask = (who: string, path: string, body?: object) =>
    askSite(site.consolePort, `/api/v1/${path}`, { cookie: cookies[who] ?? '', ...(body && { body }) })
  const see = async <Answer>(path: string, who = 'olga') => {
    const answer = await ask(who, path)
    assert.equal(answer.code, 200, answer.body)
    return answer.json<Answer>()
  }

  test('a set of definitions: seen on trial with what it judged right, activated, rolled back; each noted', async () => {
    const before = await see<DefinitionList>('definitions')
    assert.deepEqual([before.trial, before.canGoBack, before.lines.length], [null, false, 1])
    const file = join(site.folder, 'set.json')
    writeFileSync(file, JSON.stringify({ version: 'prizes-1', rules: [rule] }))
    await site.must('definitions', 'add', file)
    assert.match(await site.must('audit-log'), /definitions-added/)

    const onTrial = await see<DefinitionList>('definitions')
    const [set] = onTrial.lines
    assert.deepEqual([set?.version, set?.stage, onTrial.active], ['prizes-1', 'shadow', before.active])
    assert.ok((set?.golden?.clean ?? 0) > 10 && (set?.golden?.bad ?? 0) > 5, JSON.stringify(set))
    assert.equal(onTrial.trial?.newer, 'prizes-1')

    const order = { version: 'prizes-1', why: 'tried elsewhere' }
    assert.equal((await ask('admin-one', 'definitions')).code, 403)
    assert.equal((await ask('admin-one', 'definitions/activate', order)).code, 403)
    assert.equal((await ask('olga', 'definitions/activate', { version: 'other', why: 'why' })).code, 404)
    assert.equal((await ask('olga', 'definitions/activate', order)).code, 200)
    const active = await see<DefinitionList>('definitions')
    assert.deepEqual([active.active, active.canGoBack], ['prizes-1', true])
    assert.equal((await see<FeedList>('feeds')).lines[0]?.version, 'prizes-1')

    const back = { version: 'prizes-1', why: 'it keeps what it should not' }
    assert.equal((await ask('olga', 'definitions/take-back', back)).code, 200)
    const after = await see<DefinitionList>('definitions')
    assert.equal(after.active, before.active)
    const taken = after.lines.find((each) => each.version === 'prizes-1')
    assert.equal(taken?.stage, 'taken-back')
    assert.match(taken?.why ?? '', /it keeps what it should not/)
    assert.equal(taken?.golden?.clean, set?.golden?.clean, 'what it proved is kept')
    assert.equal((await ask('olga', 'definitions/take-back', back)).code, 404)
    const log = await site.must('audit-log')
    assert.match(
      log,
      /definitions-activated[\s\S]*definitions-taken-back|definitions-taken-back[\s\S]*definitions-activated/,
    )
  })

  test('an outside list: tested, switched off with a reason, and on again', async () => {
    const { tests } = await see<OutsideListTests>('outside-lists/tests')
    assert.equal(tests[0]?.zone, zone)
    const stateOf = async () => (await see<OutsideLists>('outside-lists')).lines[0]
    assert.equal((await stateOf())?.isOff, false)
    const off = { zone, isOff: true, why: 'lists a large provider' }
    assert.equal((await ask('admin-one', 'outside-lists/switch', off)).code, 403)
    assert.equal((await ask('olga', 'outside-lists/switch', { ...off, zone: 'other.test' })).code, 404)
    assert.equal((await ask('olga', 'outside-lists/switch', off)).code, 200)
    const found = await stateOf()
    assert.deepEqual([found?.isOff, found?.offWhy, found?.offBy], [true, off.why, 'manager:olga'])
    assert.match(await site.must('lists', 'status').catch(String), /lists a large provider/)
    assert.equal((await ask('olga', 'outside-lists/switch', { zone, isOff: false, why: 'mended' })).code, 200)
    assert.equal((await stateOf())?.isOff, false)
    assert.match(await site.must('audit-log'), /list-off/)
  })

  test('what a tenant has taught is seen by its own people, and forgotten by those who may', async () => {
    for (let n = 0; n < 2; n++) {
      const id = await sendLetter(site, { to: 'a@one.test', name: `kept-${n}`, body: unwantedBody })
      await waitUntil('it is kept', async () => (await site.must('trace', id)).includes('quarantined'))
      await site.must('quarantine', 'release', id)
    }
    const taught = await waitUntil(
      'it is learnt from',
      async () =>
        (await see<TaughtList>('learning')).lines.find(
          ({ tenant, wanted }) => tenant === 'one' && wanted === 2,
        ),
      90_000,
      500,
    )
    assert.deepEqual([taught.wanted, taught.people, taught.isOn], [2, 1, true])
    const detail = await see<TaughtDetail>('learning/one', 'reader-one')
    assert.match(detail.missing ?? '', /3 people are needed/)
    assert.deepEqual((await see<TaughtList>('learning', 'reader-one')).lines.length, 1)
    assert.equal((await ask('admin-one', 'learning/two')).code, 404)
    assert.equal((await ask('reader-one', 'learning/one/reset', {})).code, 403)
    assert.equal((await ask('admin-one', 'learning/two/reset', {})).code, 404)
    assert.equal((await ask('admin-one', 'learning/one/reset', {})).code, 200)
    assert.equal((await see<TaughtDetail>('learning/one')).wanted, 0)
    const log = await see<{ lines: { what: string; tenant: string }[] }>(
      'audit-log?what=learning',
      'admin-one',
    )
    assert.deepEqual(
      log.lines.map(({ what, tenant }) => [what, tenant]),
      [['learning-reset', 'one']],
    )
  })
})
