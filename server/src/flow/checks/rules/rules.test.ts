import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CheckResult, Finding } from '#flow/inspection/check.ts'
import type { MessageRule } from '#flow/inspection/message-rule.ts'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { emptyBook, type TenantBook } from '#flow/inspection/tenant-book.ts'
import { SearchMemory } from '#ground/patterns/search.ts'
import { compileRule } from './compile-rule.ts'
import { RuleError, readRuleText } from './read-rule.ts'
import { createRules } from './rules.ts'

interface Given {
  readonly text?: string
  readonly rcptTo?: readonly string[]
  readonly found?: readonly Finding[]
  readonly ip?: string
  readonly mailFrom?: string
  readonly direction?: 'outbound'
}

const plain =
  'From: Anna <anna@partner.example>\r\nTo: x@one.test\r\nSubject: Your Invoice\r\n\r\nPlease pay now.\r\n'

/** A book in which every recipient has the levels tenant, domain and user. */
function bookOf(rules: readonly MessageRule[]): TenantBook {
  return {
    ...emptyBook,
    scopesOf: (address) => {
      const domain = address.slice(address.indexOf('@') + 1)
      return domain === 'elsewhere.test' ? [] : ['tenant:main', `domain:${domain}`, `user:${address}`]
    },
    rulesOf: (scope) => rules.filter((each) => each.scope === scope),
  }
}

function ruleOf(value: object, rest: Partial<MessageRule> = {}): MessageRule {
  const text = readRuleText({ name: 'a rule', actions: [{ do: 'quarantine' }], ...value })
  return { ...text, id: 'r-1', scope: 'tenant:main', locked: false, position: 0, ...rest }
}

const when = (field: string, how: string, ...values: string[]) => ({ field, test: how, values })

function ask(rules: readonly MessageRule[], given: Given = {}, now?: () => number): Promise<CheckResult> {
  return askBook(bookOf(rules), given, now)
}

async function askBook(book: TenantBook, given: Given, now?: () => number): Promise<CheckResult> {
  const { text = plain, rcptTo = ['x@one.test'], found = [], ip = '192.0.2.1' } = given
  const { mailFrom = 'bounce@partner.example', direction } = given
  const message = await parseMessage({
    id: 'm',
    bytes: Buffer.from(text),
    arrival: { ip, helo: 'h', mailFrom, rcptTo, receivedAt: 0, ...(direction && { direction }) },
    limits: { maxDepth: 100, maxParts: 1000, maxHeaderBytes: 1 << 20 },
  })
  return createRules(book, now).run(message, found, new AbortController().signal)
}

const holds = async (conditions: object[], given: Given = {}, exceptions: object[] = []) =>
  (await ask([ruleOf({ conditions, exceptions })], given)).findings.some(
    (each) => each.code === 'rule-matched',
  )

describe('conditions of rules', () => {
  const table: readonly (readonly [string, object, boolean])[] = [
    ['subject contains, whatever the case', when('subject', 'contains', 'INVOICE'), true],
    ['subject contains one of several', when('subject', 'contains', 'nothing', 'invoice'), true],
    ['subject is', when('subject', 'is', 'your invoice'), true],
    ['subject is, not a part of it', when('subject', 'is', 'invoice'), false],
    ['subject begins', when('subject', 'begins', 'your'), true],
    ['subject ends', when('subject', 'ends', 'voice'), true],
    ['subject matches', when('subject', 'matches', '^Your [A-Z]\\w+$'), true],
    ['body matches', when('body', 'matches', '(?i)\\bPAY\\s+now'), true],
    [
      'body contains a list',
      when('body', 'contains', ...'abcdefghijk'.split('').map((c) => `${c}${c}${c}`), 'pay now'),
      true,
    ],
    ['author is an address', when('from', 'is', 'Anna@Partner.example'), true],
    ['author is a domain', when('from', 'is', 'partner.example'), true],
    ['author is no subdomain', when('from', 'is', 'example'), false],
    ['sender in a list', when('sender', 'in', 'a@b.test', 'bounce@partner.example'), true],
    ['recipient is', when('recipient', 'is', 'one.test'), true],
    ['to is', when('to', 'is', 'x@one.test'), true],
    ['header contains', { ...when('header', 'contains', 'anna'), header: 'From' }, true],
    ['a header that is not there', { ...when('header', 'contains', 'a'), header: 'x-none' }, false],
    ['size below', when('size', 'below', '1K'), true],
    ['size above', when('size', 'above', '1K'), false],
    ['address of the client', when('source-ip', 'in', '198.51.100.0/24', '192.0.2.0/24'), true],
  ]
  for (const [name, condition, expected] of table)
    test(name, async () => assert.equal(await holds([condition]), expected))

  test('values of one field are alternatives, fields come together, an exception ends it', async () => {
    const subject = when('subject', 'contains', 'invoice')
    const other = when('subject', 'contains', 'nothing')
    const body = when('body', 'contains', 'pay')
    assert.equal(await holds([subject, other, body]), true)
    assert.equal(await holds([subject, when('body', 'contains', 'nothing')]), false)
    assert.equal(await holds([subject], {}, [when('from', 'is', 'partner.example')]), false)
  })

  test('groups: of who is written to, one by one, and of who writes', async () => {
    const groups: Readonly<Record<string, readonly string[]>> = {
      'x@one.test': ['tenant:main', 'group:one.test/sales'],
      'y@one.test': ['tenant:main'],
      'anna@partner.example': ['group:one.test/guests'],
    }
    const book = (rule: MessageRule): TenantBook => ({
      ...bookOf([rule]),
      scopesOf: (address) => groups[address] ?? [],
    })
    const inGroup = (field: string, group: string) =>
      ruleOf({ conditions: [when(field, 'member-of', group)] })
    const found = async (rule: MessageRule) =>
      (await askBook(book(rule), { rcptTo: ['x@one.test', 'y@one.test'] })).findings
    assert.deepEqual((await found(inGroup('recipient', 'one.test/Sales')))[0]?.only, ['x@one.test'])
    assert.equal((await found(inGroup('from', 'one.test/guests'))).length, 1)
    assert.equal((await found(inGroup('sender', 'one.test/guests'))).length, 0)
  })

  test('mail that people send is looked at by the rules of who sends it, in that direction alone', async () => {
    const book = bookOf(
      (['inbound', 'outbound', 'both'] as const).map((direction) =>
        ruleOf(
          { name: direction, direction, conditions: [when('subject', 'contains', 'invoice')] },
          { id: direction },
        ),
      ),
    )
    const names = async (given: Given) =>
      (await askBook(book, given)).findings.map((each) => [each.rule, each.only ?? 'all'])
    assert.deepEqual(await names({}), [
      ['inbound', 'all'],
      ['both', 'all'],
    ])
    const outbound = {
      direction: 'outbound',
      mailFrom: 'x@one.test',
      rcptTo: ['a@elsewhere.test', 'b@elsewhere.test'],
    } as const
    assert.deepEqual(await names(outbound), [
      ['outbound', 'all'],
      ['both', 'all'],
    ])
    assert.deepEqual(await names({ ...outbound, mailFrom: 'stranger@elsewhere.test' }), [])
  })

  test('score is what the checks have come to', async () => {
    const found = [{ check: 'c', code: 'c', weight: 150, text: '' }]
    assert.equal(await holds([when('score', 'above', '100')], { found }), true)
    assert.equal(await holds([when('score', 'above', '150')], { found }), false)
  })

  test('files are known by their bytes and by their names', async () => {
    const text =
      'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="report.PDF"\r\nContent-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAAEAAAA\r\n--b--\r\n'
    assert.equal(await holds([when('attachment-name', 'ends', '.pdf')], { text }), true)
    assert.equal(await holds([when('attachment-type', 'is', 'pdf')], { text }), false)
  })
})

describe('rules', () => {
  test('what they say', async () => {
    const rule = ruleOf({
      conditions: [when('subject', 'contains', 'invoice')],
      actions: [
        { do: 'add-score', points: 70 },
        { do: 'reject' },
        { do: 'subject', prefix: '[Extern] ä' },
        { do: 'header', name: 'X-Note', value: 'seen' },
      ],
    })
    const { findings, edits } = await ask([rule])
    assert.equal(findings[0]?.weight, 70)
    assert.equal(findings[0]?.proposal, 'reject')
    assert.equal(findings[0]?.reply?.code, 550)
    assert.deepEqual(
      edits?.map((each) => (each.kind === 'prepend' ? each.line : each.kind)),
      ['X-Note: seen', 'Subject: =?utf-8?B?W0V4dGVybl0gw6QgWW91ciBJbnZvaWNl?=', 'remove'],
    )
  })

  test('one of a recipient counts for him alone, and changes his copy alone', async () => {
    const rule = ruleOf(
      {
        conditions: [when('subject', 'contains', 'invoice')],
        actions: [
          { do: 'header', name: 'X-A', value: 'b' },
          { do: 'subject', prefix: 'mine:' },
        ],
      },
      { scope: 'user:x@one.test' },
    )
    const { findings, edits } = await ask([rule], {
      rcptTo: ['x@one.test', 'y@one.test', 'z@elsewhere.test'],
    })
    assert.deepEqual(findings[0]?.only, ['x@one.test'])
    assert.deepEqual(
      edits?.map((each) => [each.kind === 'prepend' ? each.line : each.kind, each.only]),
      [
        ['X-A: b', ['x@one.test']],
        ['Subject: mine: Your Invoice', ['x@one.test']],
        ['remove', ['x@one.test']],
      ],
    )
  })

  test('locked ones of wide levels come first, then the narrowest level, each in its order', async () => {
    const conditions = [when('subject', 'contains', 'invoice')]
    const rules = [
      ruleOf({ conditions }, { id: 'tenant', position: 0 }),
      ruleOf({ conditions }, { id: 'tenant-locked', position: 1, locked: true }),
      ruleOf({ conditions }, { id: 'domain', scope: 'domain:one.test' }),
      ruleOf({ conditions }, { id: 'user', scope: 'user:x@one.test' }),
      ruleOf({ conditions }, { id: 'user-locked', scope: 'user:x@one.test', locked: true }),
    ]
    const { findings } = await ask(rules)
    assert.deepEqual(
      findings.map((each) => each.rule),
      ['tenant-locked', 'user-locked', 'user', 'domain', 'tenant'],
    )
  })

  test('outbound rules leave inbound mail alone', async () => {
    const rule = ruleOf({ direction: 'outbound', conditions: [when('subject', 'contains', 'invoice')] })
    assert.deepEqual((await ask([rule])).findings, [])
  })
})

test('a rule that this version cannot read is passed over, and the others are asked', async () => {
  const conditions = [when('subject', 'contains', 'invoice')]
  const odd = ruleOf({ conditions }, { id: 'odd' })
  const broken = {
    ...odd,
    conditions: [{ field: 'body', test: 'matches', values: ['(a)\\1'] }],
  } as MessageRule
  const { findings } = await ask([broken, ruleOf({ conditions }, { id: 'good', position: 1 })])
  assert.deepEqual(
    findings.map((each) => [each.rule, each.code, each.evidence?.why]),
    [
      ['odd', 'rule-skipped', 'unreadable'],
      ['good', 'rule-matched', undefined],
    ],
  )
})

describe('rules that cost too much', () => {
  const slow = ruleOf({ conditions: [when('body', 'matches', `${'x{0,1000}'.repeat(8)}y`)] }, { id: 'slow' })
  const good = ruleOf({ conditions: [when('subject', 'contains', 'invoice')] }, { id: 'good', position: 1 })
  const text = `Subject: invoice\r\n\r\n${'x'.repeat(900)}\r\n`.replace(
    '\r\n\r\n',
    `\r\n\r\n${`${'x'.repeat(900)}\r\n`.repeat(300)}`,
  )

  test('one is passed over and noted, the others are asked', async () => {
    const started = performance.now()
    const { findings } = await ask([slow, good], { text })
    assert(performance.now() - started < 10_000)
    assert.deepEqual(
      findings.map((each) => [each.rule, each.code, each.evidence?.why]),
      [
        ['slow', 'rule-skipped', 'slow'],
        ['good', 'rule-matched', undefined],
      ],
    )
  })

  test('all rules together have 200 ms, and the rest is passed over', async () => {
    const rules = [1, 2, 3, 4, 5, 6].map((n) => ({ ...slow, id: `slow-${n}`, position: n }))
    const { findings } = await ask([...rules, { ...good, position: 9 }], { text })
    assert.deepEqual(
      findings.map((each) => each.evidence?.why),
      ['slow', 'slow', 'slow', 'slow', 'time-used-up', 'time-used-up', 'time-used-up'],
    )
  })

  test('after five overruns it is left out', async () => {
    const message = await parseMessage({
      id: 'm',
      bytes: Buffer.from(text),
      arrival: { ip: '', helo: '', mailFrom: '', rcptTo: ['x@one.test'], receivedAt: 0 },
      limits: { maxDepth: 100, maxParts: 1000, maxHeaderBytes: 1 << 20 },
    })
    const check = createRules(bookOf([slow]))
    const whys: unknown[] = []
    for (let i = 0; i < 7; i++) {
      const { findings } = await check.run(message, [], new AbortController().signal)
      whys.push(findings[0]?.evidence?.why)
    }
    assert.deepEqual(whys, ['slow', 'slow', 'slow', 'slow', 'slow', 'paused', 'paused'])
  })
})

describe('what is refused when a rule is saved', () => {
  const good = { conditions: [when('subject', 'contains', 'x')], actions: [{ do: 'hold' }] }
  const table: readonly (readonly [object, RegExp])[] = [
    [{ ...good, conditions: [] }, /needs a condition/],
    [{ ...good, actions: [] }, /something to do/],
    [{ ...good, conditions: [when('weather', 'is', 'x')] }, /no field weather/],
    [{ ...good, conditions: [when('size', 'contains', '1')] }, /size takes above, below/],
    [{ ...good, conditions: [when('size', 'above', 'much')] }, /takes a number/],
    [{ ...good, conditions: [when('subject', 'contains', '')] }, /empty value/],
    [{ ...good, conditions: [when('body', 'matches', '(a)\\1')] }, /refers back/],
    [{ ...good, conditions: [when('body', 'holds', 'secrets')] }, /no template secrets/],
    [{ ...good, conditions: [when('source-ip', 'is', '300.1.1.1')] }, /no address or network/],
    [{ ...good, conditions: [when('header', 'is', 'x')] }, /names it/],
    [{ ...good, actions: [{ do: 'seal' }] }, /seal cannot be done yet/],
    [{ ...good, actions: [{ do: 'redirect', to: 'nobody' }] }, /needs a mail address/],
    [{ ...good, actions: Array.from({ length: 6 }, () => ({ do: 'copy', to: 'a@b.test' })) }, /copy to 5/],
    [{ ...good, actions: [{ do: 'footer', text: ' ' }] }, /a footer needs a text/],
    [{ ...good, actions: [{ do: 'footer', text: 'a\0b' }] }, /control characters/],
    [{ ...good, actions: [{ do: 'strip-attachment' }] }, /needs types/],
    [{ ...good, actions: [{ do: 'explode' }] }, /no action explode/],
    [{ ...good, actions: [{ do: 'header', name: 'From', value: 'x' }] }, /do not change the field From/],
    [{ ...good, actions: [{ do: 'header', name: 'X-A', value: 'a\r\nB: c' }] }, /one line/],
    [{ ...good, direction: 'sideways' }, /inbound, outbound or both/],
  ]
  for (const [value, reason] of table)
    test(String(reason), () => {
      assert.throws(
        () => compileRule(readRuleText(value), new SearchMemory(), () => []),
        (cause) => cause instanceof RuleError && reason.test(cause.message),
      )
    })
})
