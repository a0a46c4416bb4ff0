import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { InspectionEnd } from '#flow/inspection/inspection-job.ts'
import { defaultPolicy } from '#flow/inspection/verdict.ts'
import { codesOf, openSession } from './fake-session.ts'
import type { RecipientAnswer } from './recipient-source.ts'
import { takeReport } from './take-report.ts'

const people: Readonly<Record<string, RecipientAnswer>> = {
  'anna@a.test': { kind: 'known', tenant: 'one', domain: 'a.test', policy: defaultPolicy },
  'bob@b.test': { kind: 'known', tenant: 'two', domain: 'b.test', policy: defaultPolicy },
  'lost@a.test': { kind: 'lost', tenant: 'one', domain: 'a.test' },
  'away@a.test': { kind: 'unavailable', why: 'too old' },
}

const mailFromTo = (mailFrom: string, tenant = '') =>
  ({ id: '0000000000000001', mailFrom, ip: '192.0.2.1', tenant, kind: 'missed-spam' }) as const

/** What the checks found out about who sent it. */
interface Proof {
  readonly author?: string | null
  /** Result, and the domain that it is about. */
  readonly spf?: readonly [string, string]
  readonly helo?: boolean
  readonly dkim?: string
  readonly dmarc?: string
  readonly aligned?: boolean
}

function endOf(proof: Proof, isAutomatic = false): InspectionEnd {
  const { author = null, spf: [result, domain] = ['none', ''], helo = false, dkim, dmarc, aligned } = proof
  const facts = {
    reported: { claims: [['<x@y>']], author, isAutomatic },
    spf: { result, domain, identity: helo ? 'helo' : 'mailfrom' },
    dkim: dkim === undefined ? [] : [{ result: 'pass', domain: dkim }],
    dmarc: dmarc === undefined ? null : { result: dmarc, alignment: { spf: aligned === true, dkim: false } },
  }
  const empty = { findings: [], edits: [], timings: {}, subject: '', headerFrom: '', headerMessageId: '' }
  return { kind: 'complete', outcome: { ...empty, facts } }
}

const taken: string[] = []
const context = {
  recipients: { lookup: (local: string, domain: string) => people[`${local}@${domain}`] ?? notOurs },
  rates: {
    takeReport: (_ip: string, name: string) => {
      taken.push(name)
      return !name.includes('bob')
    },
  },
}
const notOurs: RecipientAnswer = { kind: 'not-ours' }

/** In short: `tenant reporter proven`, or the reason of the refusal with its code. */
function judge(mailFrom: string, end: InspectionEnd): string {
  const answer = takeReport(context, mailFromTo(mailFrom), end)
  if (answer.kind === 'later') return 'later'
  if (answer.kind === 'refused') return `${answer.reason} ${answer.reply.code}`
  const { tenant, reporter, isProven } = answer.report
  return `${tenant} ${reporter}${isProven ? ' proven' : ''}`
}

describe('who reports', () => {
  const cases: [string, string, Proof, string][] = [
    ['SPF passes', 'Anna@A.test', { spf: ['pass', 'a.test'] }, 'one anna@a.test proven'],
    ['the domain says nothing', 'anna@a.test', {}, 'one anna@a.test'],
    ['SPF could not be asked', 'anna@a.test', { spf: ['temperror', 'a.test'] }, 'one anna@a.test'],
    ['SPF passes for HELO alone', 'anna@a.test', { spf: ['pass', 'a.test'], helo: true }, 'one anna@a.test'],
    ['SPF fails', 'anna@a.test', { spf: ['fail', 'a.test'] }, 'report-stranger 550'],
    ['SPF fails softly', 'anna@a.test', { spf: ['softfail', 'a.test'] }, 'report-stranger 550'],
    ['DMARC fails', 'anna@a.test', { author: 'anna@a.test', dmarc: 'fail' }, 'report-stranger 550'],
    [
      'a forwarder rewrote the sender, and DKIM vouches for the author',
      'srs0=x@fwd.test',
      { author: 'anna@a.test', spf: ['pass', 'fwd.test'], dkim: 'a.test' },
      'one anna@a.test proven',
    ],
    [
      'DMARC vouches for the author by a parent domain',
      'x@fwd.test',
      { author: 'anna@a.test', dmarc: 'pass', aligned: true },
      'one anna@a.test proven',
    ],
    [
      'somebody else signs with the author in From',
      'x@evil.test',
      { author: 'anna@a.test', spf: ['pass', 'evil.test'], dkim: 'evil.test' },
      'report-stranger 550',
    ],
    [
      'a stranger',
      'x@evil.test',
      { author: 'x@evil.test', spf: ['pass', 'evil.test'] },
      'report-stranger 550',
    ],
    ['nobody in From', 'x@evil.test', { dkim: 'a.test' }, 'report-stranger 550'],
    ['lost lately', 'lost@a.test', {}, 'directory-unavailable 451'],
    ['the directory is away', 'away@a.test', {}, 'directory-unavailable 451'],
    ['too many', 'bob@b.test', { spf: ['pass', 'b.test'] }, 'report-rate 451'],
  ]
  for (const [name, mailFrom, proof, expected] of cases)
    test(name, () => assert.equal(judge(mailFrom, endOf(proof)), expected))

  test('who forges an address uses up nothing of its owner', () => {
    taken.length = 0
    judge('anna@a.test', endOf({}))
    judge('anna@a.test', endOf({ spf: ['pass', 'a.test'] }))
    assert.deepEqual(taken, ['unproven anna@a.test', 'anna@a.test'])
  })

  test('a fault of ours is 451, never a refusal for good; what kills threads is not tried again', () => {
    const unread = endOf({ spf: ['pass', 'a.test'] })
    assert.ok(unread.kind === 'complete')
    const { reported: _reported, ...facts } = unread.outcome.facts
    const ends: [InspectionEnd, string][] = [
      [{ kind: 'unfinished', why: 'slow' }, 'report-unread 451'],
      [{ kind: 'complete', outcome: { ...unread.outcome, facts } }, 'report-unread 451'],
      [{ kind: 'poison', why: 'died' }, 'report-unreadable 554'],
    ]
    for (const [end, expected] of ends) assert.equal(judge('anna@a.test', end), expected)
  })

  test('what is not read in time waits for people of ours, and for nobody else', () => {
    const unfinished = { kind: 'unfinished', why: 'slow' } as const
    assert.equal(takeReport(context, mailFromTo('anna@a.test', 'one'), unfinished).kind, 'later')
    assert.equal(takeReport(context, mailFromTo('x@evil.test', ''), unfinished).kind, 'refused')
  })

  test('a program gets no answer', () => {
    const answer = takeReport(context, mailFromTo('anna@a.test'), endOf({}, true))
    assert.ok(answer.kind === 'taken' && !answer.report.isAnswered)
  })
})

describe('RCPT to a report address', () => {
  const settings = { MAILKEEP_SITE_HOST: 'mx.test' }
  const answers = async (from: string, ...to: string[]) => {
    const { say } = openSession(settings)
    await say('EHLO a\r\n')
    return codesOf(await say(`MAIL FROM:<${from}>\r\n${to.map((each) => `RCPT TO:<${each}>\r\n`).join('')}`))
  }

  test('is alone in its transaction, whatever comes first', async () => {
    assert.equal(await answers('b@example.test', 'SPAM@MX.test', 'c@example.test'), '250 250 452')
    assert.equal(await answers('b@example.test', 'c@example.test', 'notspam@mx.test'), '250 250 452')
    assert.equal(await answers('b@example.test', 'spam@mx.test', 'notspam@mx.test'), '250 250 452')
  })

  test('takes no bounces, and no other name at the host', async () => {
    assert.equal(await answers('', 'spam@mx.test'), '250 550')
    assert.equal(await answers('b@example.test', 'ham@mx.test', 'spam@sub.mx.test'), '250 550 550')
    assert.equal(await answers('away@example.test', 'spam@mx.test'), '250 451')
  })
})
