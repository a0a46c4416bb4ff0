import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type {
  AuditList,
  BenchAnswer,
  DryRun,
  LevelList,
  LevelSettings,
  PolicyVersion,
  Rule,
  RuleList,
  SenderList,
  SendersDone,
  VersionList,
} from '../../contract/src/index.ts'
import { askSite } from '../harness/ask-site.ts'
import { composeLetter, sendLetter, unwantedBody } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { settledStory } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** What tenants want for their mail, over the API: seen, changed, tried before it is changed, and taken back. */
describe('policy over the API', () => {
  let sink: Sink
  let site: TestSite
  const keys: Record<string, string> = {}
  const base = '/api/v1/policy'
  const one = 'tenant:one'

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: {}, users: [] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
      await site.must('user', 'add', ...['a', 'b'].map((user) => `${user}@${name}.test`))
    }
    await site.knows('b@two.test')
    await site.must('manager', 'add', 'boss', '--role', 'operator')
    const scopes = ['logs', 'messages', 'configuration', 'allow_block_rules']
    for (const tenant of ['house', 'one', 'two']) {
      const all = scopes.flatMap((scope) => ['--scope', scope])
      keys[tenant] = (await site.json<{ key: string }>('key', 'add', 'k', '--tenant', tenant, ...all)).key
    }
    keys.reader = (
      await site.json<{ key: string }>('key', 'add', 'k', '--tenant', 'one', '--scope', 'logs')
    ).key
    keys.blind = (
      await site.json<{ key: string }>(
        ...['key', 'add', 'k', '--tenant', 'one', '--scope', 'logs', '--scope', 'configuration'],
      )
    ).key
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const ask = async (
    who: string,
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<{ code: number; body: string }> => {
    const whole = path.startsWith('/api') ? path : `${base}${path}`
    return askSite(site.consolePort, whole, { key: keys[who] ?? '', method, ...(body && { body }), headers })
  }
  async function must<Shape>(who: string, method: string, path: string, body?: object): Promise<Shape> {
    const { code, body: text } = await ask(who, method, path, body)
    assert.equal(code, 200, `${method} ${path}: ${text}`)
    return JSON.parse(text) as Shape
  }
  const settings = (who: string, level: string) =>
    must<LevelSettings>(who, 'GET', `/settings?level=${encodeURIComponent(level)}`)
  const setting = async (who: string, level: string, name: string) => {
    const found = (await settings(who, level)).settings.find((each) => each.name === name)
    assert.ok(found, name)
    return found
  }
  const change = (who: string, level: string, changes: object[]) =>
    must<LevelSettings>(who, 'PATCH', `/settings?level=${encodeURIComponent(level)}`, { changes })
  const rule = (word: string, more: object = {}) => ({
    name: word,
    conditions: [{ field: 'subject', test: 'contains', values: [word] }],
    actions: [{ do: 'quarantine' }],
    ...more,
  })

  test('a value says where it comes from; a level above that is out of reach is told by its kind alone', async () => {
    const first = await setting('house', 'user:a@one.test', 'tolerance')
    assert.deepEqual([first.value, first.from.kind, first.own, first.least], ['200', 'default', null, 1])
    await change('house', 'tenant:house', [{ name: 'tolerance', value: '300' }])
    await change('one', 'domain:one.test', [{ name: 'tolerance', value: '150' }])
    const mine = await setting('one', 'user:a@one.test', 'tolerance')
    assert.deepEqual([mine.value, mine.from], ['150', { kind: 'domain', level: 'domain:one.test' }])
    const above = await setting('one', one, 'tolerance')
    assert.deepEqual([above.value, above.from], ['300', { kind: 'operator', level: null }])
    assert.equal((await setting('house', one, 'tolerance')).from.level, 'tenant:house')
    const weight = await setting('one', one, 'weight.spf-fail')
    assert.equal(weight.value, weight.default)
    assert.ok(
      weight.default !== '' && weight.help.length > 20,
      'a weight of a check comes with what it means',
    )
    await change('one', 'domain:one.test', [{ name: 'tolerance', value: null }])
    await change('house', 'tenant:house', [{ name: 'tolerance', value: null }])
  })

  test('several settings change in one step or not at all, and nobody overwrites what he has not seen', async () => {
    const { etag } = await settings('one', one)
    const made = await change('one', one, [
      { name: 'tolerance', value: '250', locked: true },
      { name: 'weight.spf-fail', value: '0' },
    ])
    assert.equal(typeof made.version, 'number')
    const path = `/settings?level=${one}`
    const late = await ask(
      'one',
      'PATCH',
      path,
      { changes: [{ name: 'tolerance', value: '1' }] },
      { 'if-match': `"${etag}"` },
    )
    assert.equal(late.code, 412)
    const wrong = await ask('one', 'PATCH', path, {
      changes: [
        { name: 'tolerance', value: '500' },
        { name: 'dmarc', value: 'perhaps' },
      ],
    })
    assert.deepEqual([wrong.code, /one of enforce, observe/.test(wrong.body)], [400, true])
    assert.equal((await setting('one', one, 'tolerance')).value, '250')
    const locked = await ask('one', 'PATCH', '/settings?level=domain:one.test', {
      changes: [{ name: 'tolerance', value: '1' }],
    })
    assert.match(locked.body, /locked by tenant:one/)
    const below = await setting('one', 'domain:one.test', 'tolerance')
    assert.deepEqual(below.lockedBy, { kind: 'customer', level: one })
    await must('one', 'POST', `/versions/${made.version}/undo`, {})
    assert.equal((await setting('one', one, 'tolerance')).own, null)
    assert.equal((await settings('one', one)).etag, etag)
  })

  test("what is another tenant's does not exist, and a reader changes nothing", async () => {
    const { id } = await must<Rule>('two', 'POST', '/rules', { level: 'tenant:two', rule: rule('theirs') })
    const [{ version } = { version: 0 }] = (await must<VersionList>('two', 'GET', '/versions')).lines
    for (const [method, path, body] of [
      ['GET', '/settings?level=tenant:two', undefined],
      ['GET', '/settings?level=tenant:house', undefined],
      ['GET', '/settings?level=user:a@two.test', undefined],
      ['PATCH', '/settings?level=domain:two.test', { changes: [{ name: 'dmarc', value: 'observe' }] }],
      ['GET', '/levels?of=tenant:two', undefined],
      ['GET', '/senders?level=tenant:two', undefined],
      ['POST', '/senders', { level: 'tenant:two', kind: 'block', entries: ['x.example'] }],
      ['GET', '/rules?level=tenant:two', undefined],
      ['GET', `/rules/${id}`, undefined],
      ['PUT', `/rules/${id}`, { rule: rule('mine') }],
      ['DELETE', `/rules/${id}`, undefined],
      ['POST', `/rules/${id}/switch`, { enabled: false }],
      ['GET', `/versions/${version}`, undefined],
      ['POST', `/versions/${version}/undo`, {}],
      ['POST', '/dry-runs', { level: 'tenant:two', proposal: { rule: { id: null, text: rule('x') } } }],
      ['POST', '/try', { level: 'domain:two.test', message: 'Subject: x\r\n\r\nx' }],
    ] as const) {
      const { code, body: text } = await ask('one', method, path, body)
      assert.equal(code, 404, `${method} ${path}: ${text}`)
    }
    const own = await must<VersionList>('one', 'GET', '/versions')
    assert.ok(own.lines.length > 0 && own.lines.every((each) => each.tenant === 'one'))
    const found = await must<LevelList>('one', 'GET', '/levels?find=t')
    assert.ok(found.lines.every(({ level }) => !level.includes('two')))
    const refused = await ask('reader', 'POST', '/rules', { level: one, rule: rule('x') })
    assert.equal(refused.code, 403)
    const mine = own.lines[0]?.version
    assert.equal((await ask('reader', 'POST', `/versions/${mine}/undo`, {})).code, 403)
    await must('two', 'DELETE', `/rules/${id}`)
  })

  test('when a domain goes to another tenant, its versions and dry runs of before are closed to both', async () => {
    const level = 'domain:moved.test'
    const give = (tenant: string) =>
      site.must('domain', 'add', 'moved.test', '--tenant', tenant, '--next-hop', sink.hop)
    await give('one')
    const { version } = await change('one', level, [{ name: 'tolerance', value: '150' }])
    const proposal = { settings: [{ name: 'tolerance', value: '1' }] }
    const { task } = await must<DryRun>('one', 'POST', '/dry-runs', { level, proposal })
    assert.equal((await ask('one', 'GET', `/versions/${version}`)).code, 200)
    assert.equal((await ask('one', 'GET', `/dry-runs/${task.id}`)).code, 200)
    await give('two')
    for (const who of ['one', 'two']) {
      assert.equal((await ask(who, 'GET', `/versions/${version}`)).code, 404, who)
      assert.equal((await ask(who, 'POST', `/versions/${version}/undo`, {})).code, 404, who)
    }
    assert.equal((await ask('one', 'GET', `/dry-runs/${task.id}`)).code, 404)
    const { lines } = await must<VersionList>('two', 'GET', `/versions?level=${level}`)
    assert.deepEqual(lines, [], 'what others have written there is theirs')
    assert.equal((await setting('two', level, 'tolerance')).own, '150')
    const undone = await must<PolicyVersion>('house', 'POST', `/versions/${version}/undo`, {})
    assert.equal(undone.tenant, 'two', 'it is written down for whose the domain is now')
    await must<Rule>('two', 'POST', '/rules', { level, rule: rule('theirs') })
    const said = await site.must('domain', 'remove', 'moved.test', '--yes')
    assert.match(said, /moved\.test is removed, with 0 people and 1 rule\./)
    assert.equal((await ask('house', 'GET', `/versions/${version}`)).code, 200)
    assert.equal((await ask('house', 'POST', `/versions/${undone.version}/undo`, {})).code, 404)
  })

  test('the level of an alias is its owner: whoever does not reach him has none', async () => {
    await site.must('user', 'add', 'other@one.test', '--alias-of', 'b@two.test')
    const path = '/settings?level=user:other@one.test'
    assert.equal((await ask('one', 'GET', path)).code, 404)
    assert.equal(
      (await ask('one', 'PATCH', path, { changes: [{ name: 'tolerance', value: '1' }] })).code,
      404,
    )
    assert.equal((await settings('two', 'user:other@one.test')).level.level, 'user:b@two.test')
    await site.must('user', 'remove', 'other@one.test')
  })

  test('levels are walked from the widest down to people', async () => {
    const walk = async (of: string) =>
      (await must<LevelList>('house', 'GET', `/levels?of=${encodeURIComponent(of)}`)).lines.map(
        ({ level }) => level,
      )
    const top = await must<LevelList>('house', 'GET', '/levels')
    assert.deepEqual(top.lines, [{ level: 'tenant:house', kind: 'operator', title: 'house' }])
    assert.ok((await walk('tenant:house')).includes(one))
    assert.deepEqual(await walk(one), ['domain:one.test'])
    assert.deepEqual(await walk('domain:one.test'), ['user:a@one.test', 'user:b@one.test'])
    const page = await must<LevelList>('house', 'GET', '/levels?of=domain:one.test&limit=1')
    assert.deepEqual([page.lines.length, page.next], [1, 'user:a@one.test'])
    const next = await must<LevelList>(
      'house',
      'GET',
      '/levels?of=domain:one.test&limit=1&after=user:a@one.test',
    )
    assert.equal(next.lines[0]?.level, 'user:b@one.test')
    assert.deepEqual(
      next.chain.map(({ level }) => level),
      ['tenant:house', one, 'domain:one.test'],
    )
  })

  test('lists: advice before, pages, a file in and out, all of a step or none', async () => {
    const add = (body: object) => must<SendersDone>('one', 'POST', '/senders', { level: one, ...body })
    const tried = await add({
      kind: 'allow',
      entries: ['partner.example', 'gmail.com', 'one.test'],
      try: true,
    })
    assert.deepEqual([tried.added, tried.version, tried.refused.length], [['partner.example'], null, 2])
    assert.match(tried.refused[0]?.text ?? '', /public mail service/)
    const csv = `kind,entry\n${Array.from({ length: 60 }, (_, n) => `block,s${n}@bulk.example`).join('\n')}\nallow,partner.example\nblock,*.example\n`
    const made = await must<SendersDone>('one', 'POST', '/senders/import', { level: one, csv })
    assert.deepEqual([made.added.length, made.refused.length], [61, 1])
    const names: string[] = []
    let page = await must<SenderList>('one', 'GET', '/senders?find=bulk.example')
    assert.equal(page.total, 60)
    for (;;) {
      names.push(...page.lines.map(({ entry }) => entry))
      if (page.next === null) break
      page = await must('one', 'GET', `/senders?find=bulk.example&after=${encodeURIComponent(page.next)}`)
    }
    assert.equal(new Set(names).size, 60)
    assert.equal((await must<SenderList>('two', 'GET', '/senders')).total, 0)
    const file = await ask('one', 'GET', '/senders.csv?kind=allow')
    assert.match(file.body, /^level,kind,entry,added,by\ntenant:one,allow,partner\.example,/)
    const again = await must<SendersDone>('one', 'POST', '/senders/import', { level: one, csv: file.body })
    assert.deepEqual([again.already, again.version], [['partner.example'], null])
    const gone = await ask('one', 'POST', '/senders/remove', {
      level: one,
      kind: 'block',
      entries: ['s1@bulk.example', 'never@there.example'],
    })
    assert.equal(gone.code, 404)
    assert.equal((await must<SenderList>('one', 'GET', '/senders?find=s1@bulk')).total, 1)
    await must('one', 'POST', `/versions/${made.version}/undo`, {})
    assert.equal((await must<SenderList>('one', 'GET', '/senders')).total, 0)
  })

  test('rules: refused with the reason, added, ordered, changed by who has seen them, and brought back', async () => {
    const bad = rule('x', { conditions: [{ field: 'body', test: 'matches', values: ['(a+)+\\1'] }] })
    const judged = await must<{ ok: boolean; why: string }>('one', 'POST', '/rules/check', {
      level: one,
      rule: bad,
    })
    assert.equal(judged.ok, false)
    assert.match(judged.why, /pattern for body/)
    assert.equal((await ask('one', 'POST', '/rules', { level: one, rule: bad })).code, 400)
    const made = await must<Rule>('one', 'POST', '/rules', { level: one, rule: rule('first') })
    const second = await must<Rule>('one', 'POST', '/rules', { level: one, rule: rule('second') })
    await must('one', 'POST', `/rules/${second.id}/move`, { place: 1 })
    const names = async () =>
      (await must<RuleList>('one', 'GET', `/rules?level=${one}`)).lines.map(
        ({ name, place }) => `${place} ${name}`,
      )
    assert.deepEqual(await names(), ['1 second', '2 first'])
    const put = (etag: string) =>
      ask('one', 'PUT', `/rules/${made.id}`, { rule: rule('changed') }, { 'if-match': `"${etag}"` })
    assert.equal((await put('stale')).code, 412)
    assert.equal((await put(made.etag)).code, 200)
    await must('one', 'POST', `/rules/${made.id}/copy`, { level: 'domain:one.test' })
    const copied = await must<RuleList>('one', 'GET', '/rules?level=domain:one.test')
    assert.deepEqual([copied.total, copied.lines[0]?.enabled], [1, false])
    const file = await must<{ rules: object[] }>('one', 'GET', `/rules/export?level=${one}`)
    assert.equal(file.rules.length, 2)
    await must('one', 'POST', '/rules/import', { level: 'user:b@one.test', file, off: true })
    assert.equal((await must<RuleList>('one', 'GET', '/rules?level=user:b@one.test')).total, 2)
    await must('one', 'DELETE', `/rules/${made.id}`)
    const [last] = (await must<VersionList>('one', 'GET', `/versions?level=${one}`)).lines
    assert.deepEqual([last?.what, last?.edits[0]?.subject], ['rule-deleted', made.id])
    const shown = await must<PolicyVersion>('one', 'GET', `/versions/${last?.version}`)
    assert.equal(shown.edits[0]?.after, null)
    await must('one', 'POST', `/versions/${last?.version}/undo`, {})
    assert.deepEqual(await names(), ['1 second', '2 changed'])
    const { body } = await ask('one', 'GET', '/api/v1/audit-log')
    assert.match(body, /rule-deleted/)
    assert.match(body, /policy-undone/)
  })

  test('a message is tried against rules that are not saved: which hold, on what, and what becomes of it', async () => {
    const proposal = {
      rule: {
        id: null,
        text: rule('offer', {
          conditions: [
            { field: 'subject', test: 'contains', values: ['nothing', 'great offer'] },
            { field: 'body', test: 'matches', values: ['v[i1]agra'] },
          ],
          actions: [{ do: 'hold' }],
        }),
      },
    }
    const message = composeLetter({ to: '', name: 'A great offer', body: 'cheap v1agra\r\n' })
    const tried = await must<BenchAnswer>('one', 'POST', '/try', {
      level: one,
      proposal,
      message,
      envelope: { rcptTo: ['a@one.test'], mailFrom: 'x@y.example' },
    })
    const asked = tried.rules.find(({ id }) => id === 'proposed')
    assert.equal(asked?.holds, true)
    assert.deepEqual(
      asked?.on.map(({ field, value }) => `${field} ${value}`),
      ['subject great offer', 'body v[i1]agra'],
    )
    assert.deepEqual([tried.outcomes[0]?.recipient, tried.outcomes[0]?.disposition], ['a@one.test', 'hold'])
    const other = await must<BenchAnswer>('one', 'POST', '/try', {
      level: one,
      proposal,
      message: composeLetter({ to: '', name: 'A great offer' }),
    })
    assert.equal(other.rules.find(({ id }) => id === 'proposed')?.holds, false)
    assert.equal(other.outcomes[0]?.disposition, 'deliver')
    assert.ok(other.notAsked.some((each) => each.includes('DNS')))
  })

  test('a pattern that computes long is stopped in its thread, and the server answers others meanwhile', async () => {
    const values = Array.from({ length: 40 }, (_, n) => `([a-y]{1,${n + 5}}[xz]){1,9}[0-9!?]{3}`)
    const slow = rule('slow', { conditions: [{ field: 'body', test: 'matches', values }] })
    const message = `Subject: x\r\n\r\n${'xyab'.repeat(100_000)}\r\n`
    const trial = ask('one', 'POST', '/try', {
      level: one,
      proposal: { rule: { id: null, text: slow } },
      message,
    })
    let isTried = false
    void trial.then(() => {
      isTried = true
    })
    const started = performance.now()
    assert.equal((await ask('two', 'GET', '/settings?level=tenant:two')).code, 200)
    const tookMs = performance.now() - started
    assert.ok(!isTried || tookMs < 5000, 'nobody waits behind a rule that is tried')
    const { code, body } = await trial
    if (code === 200) {
      const asked = (JSON.parse(body) as BenchAnswer).rules.find(({ id }) => id === 'proposed')
      assert.equal(asked?.stopped, true)
    } else assert.equal(code, 400, body)
  })

  test('a kept message may be tried by who may see content, and that is written down', async () => {
    const id = await sendLetter(site, { to: 'a@one.test', name: 'kept', body: unwantedBody })
    const trial = {
      level: one,
      messageId: id,
      proposal: { settings: [{ name: 'tolerance', value: '100000' }] },
    }
    assert.equal((await ask('blind', 'POST', '/try', trial)).code, 403)
    assert.equal((await ask('two', 'POST', '/try', { ...trial, level: 'tenant:two' })).code, 404)
    const { outcomes, findings } = await must<BenchAnswer>('one', 'POST', '/try', trial)
    assert.equal(outcomes[0]?.recipient, 'a@one.test')
    assert.equal(outcomes[0]?.tolerance, 100_000)
    assert.ok(findings.length > 0)
    await must<BenchAnswer>('house', 'POST', '/try', { ...trial, level: 'tenant:house' })
    const { lines } = await must<AuditList>('one', 'GET', '/api/v1/audit-log?what=policy-tried')
    assert.deepEqual(
      lines.map(({ who, tenant }) => [who.startsWith('key:'), tenant]),
      [
        [true, 'one'],
        [true, 'one'],
      ],
      'whose mail it is sees who has looked into it',
    )
  })

  test('a dry run says what would have become of the mail of late, and what it cannot say', async () => {
    const ids: string[] = []
    for (const n of [1, 2, 3])
      ids.push(
        await sendLetter(site, {
          ...{ to: ['a@one.test', 'b@two.test'], name: `report ${n}`, body: 'numbers\r\n' },
        }),
      )
    ids.push(
      await sendLetter(site, { to: 'a@one.test', name: 'report held', body: `numbers ${unwantedBody}` }),
    )
    for (const id of ids) await waitUntil('it is settled', () => settledStory(site, id))
    const run = async (who: string, level: string, proposal: object): Promise<DryRun> => {
      const first = await must<DryRun>(who, 'POST', '/dry-runs', { level, proposal })
      return waitUntil('the dry run is done', async () => {
        const now = await must<DryRun>(who, 'GET', `/dry-runs/${first.task.id}`)
        return now.task.state !== 'running' && now
      })
    }
    const text = { ...rule('report'), actions: [{ do: 'hold' }] }
    const done = await run('one', one, { rule: { id: null, text } })
    assert.equal(done.task.state, 'done', done.task.problem ?? '')
    assert.equal(done.result?.holds, 4)
    assert.deepEqual(
      done.result?.changes.find(({ before }) => before === 'deliver'),
      { before: 'deliver', after: 'hold', deliveries: 3 },
    )
    assert.deepEqual(
      done.result?.tenants.map(({ tenant }) => tenant),
      ['one'],
    )
    assert.ok(done.result?.samples.every(({ recipient }) => recipient.endsWith('@one.test')))
    const body = { ...text, conditions: [{ field: 'body', test: 'contains', values: ['numbers'] }] }
    const blind = await run('blind', one, { rule: { id: null, text: body } })
    assert.deepEqual([blind.result?.holds, blind.result?.unknown[0]?.why.includes('your role')], [0, true])
    const seeing = await run('one', one, { rule: { id: null, text: body } })
    assert.ok((seeing.result?.holds ?? 0) >= 1, 'what is kept can be looked into')
    assert.match(seeing.result?.unknown[0]?.why ?? '', /kept no more/)
    const weighed = await run('house', 'tenant:house', { settings: [{ name: 'tolerance', value: '1' }] })
    assert.ok(weighed.result !== null && weighed.result.deliveries >= 8)
    const listed = await run('two', 'tenant:two', {
      senders: [{ kind: 'block', entry: 'sender.example', on: true }],
    })
    assert.deepEqual(listed.result?.changes, [{ before: 'deliver', after: 'quarantine', deliveries: 3 }])
    assert.equal((await ask('two', 'GET', `/dry-runs/${done.task.id}`)).code, 404)
    assert.equal(
      (await must<RuleList>('one', 'GET', `/rules?level=${one}`)).lines.some(
        (each) => each.name === 'report',
      ),
      false,
    )
  })

  test('the mail of one rule is found, and its list says how often it held', async () => {
    const { id } = await must<Rule>('two', 'POST', '/rules', {
      level: 'user:a@two.test',
      rule: rule('raffle'),
    })
    const mail = await waitUntil('the rule is in force', async () => {
      const letter = await sendLetter(site, { to: ['a@two.test', 'b@two.test'], name: 'raffle' })
      const story = await waitUntil('it is settled', () => settledStory(site, letter))
      return story.deliveries.some(({ state }) => state === 'quarantined') && letter
    })
    const found = async (who: string, filter: string) => {
      const { code, body } = await ask(who, 'GET', `/api/v1/messages?${filter}`)
      assert.equal(code, 200, body)
      return JSON.parse(body).lines.value.map((each: { id: string }) => each.id)
    }
    assert.deepEqual(await found('two', `rule=${id}`), [mail])
    assert.deepEqual(await found('house', `rule=${id}&recipient=b@two.test`), [], 'it did not hold for b')
    assert.deepEqual(await found('one', `rule=${id}`), [])
    const { lines } = await site.json<{ lines: { id: string }[] }>('trace', '--rule', id)
    assert.deepEqual(
      lines.map((each) => each.id),
      [mail],
    )
    const hits = async () =>
      (await must<RuleList>('two', 'GET', '/rules?level=user:a@two.test')).lines[0]?.hits
    await waitUntil('the index has it', async () => (await hits())?.deliveries === 1)
    const listed = await site.json<{ hits: { of: Record<string, number> } }>('rule', 'list', 'a@two.test')
    assert.deepEqual(listed.hits.of, { [id]: 1 })
    assert.match(await site.must('rule', 'list', 'a@two.test'), /last day[\s\S]*quarantine +1\b/)
  })
})
