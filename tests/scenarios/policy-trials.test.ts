import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { PolicyTrial, PolicyTrialList, TrialDetails } from '../../contract/src/index.ts'
import { askSite } from '../harness/ask-site.ts'
import { arrivals, sendLetter, unwantedBody } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { settledStory, storyOf } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** Changes of policy that prove themselves on the mail that comes before they are made for all. */
describe('changes of policy on trial', () => {
  let sink: Sink
  let site: TestSite
  const keys: Record<string, string> = {}
  const people = Array.from({ length: 60 }, (_, n) => `p${n}@one.test`)

  before(async () => {
    sink = await Sink.start()
    const settings = { 'jobs.every': '1s', 'policy.trialTime': '2s' }
    site = await TestSite.start({ settings })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
      const scopes = ['logs', 'messages', 'configuration'].flatMap((scope) => ['--scope', scope])
      keys[name] = (await site.json<{ key: string }>('key', 'add', 'k', '--tenant', name, ...scopes)).key
    }
    await site.must('user', 'add', 'b@two.test', ...people)
    await site.knows(people.at(-1) ?? '')
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const ask = (who: string, method: string, path: string, body?: object) =>
    askSite(site.consolePort, `/api/v1/policy/trials${path}`, {
      key: keys[who] ?? '',
      method,
      ...(body && { body }),
    })
  async function must<Shape>(who: string, method: string, path: string, body?: object): Promise<Shape> {
    const { code, body: text } = await ask(who, method, path, body)
    assert.equal(code, 200, `${method} ${path}: ${text}`)
    return JSON.parse(text) as Shape
  }
  const rule = (word: string) => ({
    name: word,
    direction: 'inbound' as const,
    conditions: [{ field: 'subject' as const, test: 'contains' as const, values: [word] }],
    exceptions: [],
    actions: [{ do: 'quarantine' as const }],
  })
  const start = (who: string, level: string, word: string, more: object = {}) =>
    must<TrialDetails>(who, 'POST', '', {
      level,
      proposal: { rule: { id: null, text: rule(word) } },
      ...more,
    })
  const details = (id: string) => must<TrialDetails>('one', 'GET', `/${id}`)
  const inForce = async (id: string) => {
    let n = 0
    await waitUntil(`${id} judges mail`, async () => {
      const name = `quiet-${id}-${n++}`
      await sendLetter(site, { to: people[0] ?? '', name })
      return (await details(id)).counts.deliveries > 0
    })
  }

  test('in the shadow it is counted what it would do, nothing is done, and promoted it does', async () => {
    const trial = await start('one', 'domain:one.test', 'parcel')
    assert.equal(trial.stage, 'shadow')
    await inForce(trial.id)
    const id = await sendLetter(site, { to: people.slice(0, 3), name: 'parcel-1' })
    // A message that is inspected twice is counted twice.
    await waitUntil('it is counted', async () => (await details(trial.id)).counts.changed >= 3)
    await waitUntil('all three got it', async () => arrivals(sink, 'parcel-1') > 0)
    const found = await details(trial.id)
    assert.deepEqual(
      found.differences.map(({ at: _at, ...each }) => each),
      [
        {
          ...{ messageId: id, stage: 'shadow', before: 'deliver', after: 'quarantine', recipients: 3 },
          because: `rule ${trial.edits[0]?.subject}`,
        },
      ],
    )
    assert.deepEqual([found.counts.heldBefore, found.counts.heldAfter], [0, found.counts.changed])
    const trace = await site.must('trace', id, '--json')
    assert.match(trace, new RegExp(`"policyTrials":\\s*\\[\\s*\\{\\s*"id":\\s*"${trial.id}"`))

    await site.stop()
    await site.launch()
    const before = (await details(trial.id)).counts.changed
    assert.ok(before >= found.counts.changed, 'a restart keeps what it has shown')
    const next = await sendLetter(site, { to: people[0] ?? '', name: 'parcel-2' })
    await waitUntil('it goes on after a restart', async () => {
      const { counts, differences } = await details(trial.id)
      return counts.changed > before && differences.some(({ messageId }) => messageId === next)
    })

    const ended = await must<PolicyTrial>('one', 'POST', `/${trial.id}/promote`, {})
    assert.equal(ended.stage, 'promoted')
    const held = async (name: string) => {
      const message = await sendLetter(site, { to: people[0] ?? '', name })
      const story = await waitUntil(`${name} is settled`, () => settledStory(site, message))
      return story.deliveries[0]?.state === 'quarantined'
    }
    let n = 3
    await waitUntil('the rule is in force', () => held(`parcel-${n++}`))
    await site.must('policy', 'undo', String(ended.version))
    await waitUntil('taken back like any version', async () => !(await held(`parcel-${n++}`)))
    const again = await ask('one', 'POST', `/${trial.id}/promote`, {})
    assert.equal(again.code, 409, again.body)
  })

  test('for some: whom it is in force for has it, all others have what was; ended, nobody has it', async () => {
    const trial = await start('one', 'domain:one.test', 'contest')
    const [one = '', two = ''] = people
    const wrong = await ask('one', 'POST', `/${trial.id}/canary`, { share: 0, people: ['b@two.test'] })
    assert.equal(wrong.code, 400, wrong.body)
    await must('one', 'POST', `/${trial.id}/canary`, { share: 0, people: [one] })
    let n = 0
    const states = async () => {
      const id = await sendLetter(site, { to: [one, two], name: `contest-${n++}` })
      const story = await waitUntil(`${id} is settled`, () => settledStory(site, id))
      return story.deliveries.map(({ rcptTo, state }) => `${rcptTo} ${state}`)
    }
    await waitUntil('it is in force for one', async () => (await states()).includes(`${one} quarantined`))
    assert.deepEqual(await states(), [`${one} quarantined`, `${two} delivered`])
    await waitUntil('it counts those alone', async () => (await details(trial.id)).counts.changed >= 2)
    const { counts } = await details(trial.id)
    assert.deepEqual([counts.heldBefore, counts.heldAfter], [0, counts.deliveries])
    const kept = await sendLetter(site, { to: [one, two], name: 'contest-kept' })
    const stay = await waitUntil('it is decided', () => settledStory(site, kept))
    assert.equal(stay.deliveries[0]?.state, 'quarantined')
    await must('one', 'POST', `/${trial.id}/take-back`, {})
    await waitUntil('nobody has it', async () => (await states()).includes(`${one} delivered`))
    await waitUntil('what it has set aside is judged anew', async () => {
      const { deliveries } = await storyOf(site, kept)
      return deliveries.every(({ state }) => state === 'delivered')
    })
  })

  test('a rule that is switched off is off for those for whom another text of it is on trial', async () => {
    const [one = '', two = ''] = people
    const file = join(site.folder, 'raffle.json')
    writeFileSync(file, JSON.stringify(rule('raffle')))
    const { id } = await site.json<{ id: string }>('rule', 'add', 'domain:one.test', '--file', file)
    const text = { ...rule('raffle'), actions: [{ do: 'never-hold' as const }] }
    const trial = await must<TrialDetails>('one', 'POST', '', {
      level: 'domain:one.test',
      proposal: { rule: { id, text } },
    })
    await must('one', 'POST', `/${trial.id}/canary`, { share: 0, people: [one] })
    let n = 0
    const states = async () => {
      const message = await sendLetter(site, { to: [one, two], name: `raffle-${n++}` })
      const story = await waitUntil(`${message} is settled`, () => settledStory(site, message))
      return story.deliveries.map(({ state }) => state)
    }
    await waitUntil('each has his text', async () => {
      const [first, second] = await states()
      return first === 'delivered' && second === 'quarantined'
    })
    await site.must('rule', 'disable', id)
    assert.equal((await details(trial.id)).stage, 'taken-back')
    await waitUntil('nobody has either', async () => (await states()).every((each) => each === 'delivered'))
  })

  test('a setting for some: others keep what is in force', async () => {
    const [one = '', two = ''] = people
    const trial = await must<TrialDetails>('one', 'POST', '', {
      level: 'domain:one.test',
      proposal: { settings: [{ name: 'tolerance', value: '99999' }] },
    })
    await must('one', 'POST', `/${trial.id}/canary`, { share: 0, people: [one] })
    let n = 0
    const states = async () => {
      const id = await sendLetter(site, { to: [one, two], name: `unwanted-${n++}`, body: unwantedBody })
      const story = await waitUntil(`${id} is settled`, () => settledStory(site, id))
      return story.deliveries.map(({ rcptTo, state }) => `${rcptTo} ${state}`)
    }
    await waitUntil('it is in force for one', async () => (await states()).includes(`${one} delivered`))
    assert.deepEqual(await states(), [`${one} delivered`, `${two} quarantined`])
    await site.must('policy', 'take-back', trial.id)
    await waitUntil('nobody has it', async () => (await states()).includes(`${one} quarantined`))
  })

  test('one that would hold far more is stopped by itself and told; the mail was delivered', async () => {
    const trial = await start('one', 'domain:one.test', 'offer')
    await inForce(trial.id)
    await sendLetter(site, { to: people, name: 'offer-all' })
    await waitUntil('it is stopped', async () => (await details(trial.id)).stage === 'taken-back')
    const { why, movedBy } = await details(trial.id)
    assert.match(why, /holds \d+ of \d+ deliveries, the policy without it 0/)
    assert.equal(movedBy, 'mailkeep')
    await waitUntil('an alarm tells it', () => site.log.includes('policy-trial-stopped'))
    assert.match(await site.must('audit-log'), /policy-trial-taken-back/)
    await waitUntil('everybody got it', () => arrivals(sink, 'offer-all') > 0)
  })

  test('in steps it goes to all by itself, over kill -9 between them, and each step is written down once', async () => {
    const trial = await start('one', 'domain:one.test', 'steady', { bySteps: true })
    assert.match(
      trial.next ?? '',
      /goes on to 1 % of the people by itself after 1000 messages, or after 2 seconds/,
    )
    await must('one', 'POST', `/${trial.id}/canary`, { share: 0, people: people.slice(0, 10) })
    const reached = (share: number) =>
      waitUntil(`${share} of the people have it`, async () => {
        await sendLetter(site, { to: people, name: `calm-${share}` })
        const { stage, share: now, why } = await details(trial.id)
        assert.notEqual(stage, 'taken-back', why)
        return stage === 'promoted' || now >= share
      })
    for (const share of [0.01, 0.1]) {
      await reached(share)
      await site.kill()
      await site.launch()
    }
    await reached(1)
    const { steps, version, movedBy } = await details(trial.id)
    assert.deepEqual(
      steps.map((each) => [each.stage, each.share, each.people, each.endedBy]),
      [
        ['shadow', 0, 0, trial.addedBy],
        ['canary', 0, 10, 'mailkeep'],
        ['canary', 0.01, 10, 'mailkeep'],
        ['canary', 0.1, 10, 'mailkeep'],
      ],
    )
    assert.ok((steps.at(-1)?.deliveries ?? 0) >= 50, 'all have it once enough mail was judged')
    assert.equal(movedBy, 'mailkeep')
    const lines = await site.json<{ what: string; detail: { id?: string } }[]>(
      ...['audit-log', '--about', trial.id, '--limit', '200'],
    )
    const words = lines.filter(({ detail }) => detail.id === trial.id).map(({ what }) => what)
    assert.deepEqual(words.toSorted(), [
      ...['policy-trial-ended', 'policy-trial-started'],
      ...Array<string>(3).fill('policy-trial-widened'),
    ])
    await site.must('policy', 'undo', String(version))
  })

  test('a command starts one with a rule of a file, and ends it', async () => {
    const file = join(site.folder, 'slow.json')
    writeFileSync(file, JSON.stringify(rule('anything')))
    const { id } = await site.json<{ id: string }>('policy', 'try', 'domain:one.test', '--rule', file)
    await inForce(id)
    await site.must('policy', 'take-back', id)
    assert.match(await site.must('policy', 'trials'), new RegExp(`${id}\\s+taken-back`))
  })

  test('one at a time for the same mail; what decides nothing is refused; others see nothing of it', async () => {
    const trial = await start('one', 'domain:one.test', 'mine')
    const below = { level: `user:${people[0]}`, proposal: { settings: [{ name: 'tolerance', value: '50' }] } }
    const beside = await ask('one', 'POST', '', below)
    assert.equal(beside.code, 409, beside.body)
    assert.match(beside.body, new RegExp(trial.id))
    const wrong = await ask('two', 'POST', '', {
      level: 'domain:two.test',
      proposal: { settings: [{ name: 'review.every', value: '4' }] },
    })
    assert.match(wrong.body, /does not decide what becomes of a message/)
    assert.equal((await ask('two', 'GET', `/${trial.id}`)).code, 404)
    assert.equal((await ask('two', 'POST', `/${trial.id}/promote`, {})).code, 404)
    assert.equal((await ask('two', 'POST', '', { ...below, level: 'domain:one.test' })).code, 404)
    assert.deepEqual((await must<PolicyTrialList>('two', 'GET', '')).lines, [])
    assert.equal((await must<PolicyTrialList>('one', 'GET', '?level=domain:one.test')).lines[0]?.id, trial.id)
    await must('one', 'POST', `/${trial.id}/take-back`, { why: 'enough seen' })
  })
})
