import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Acquaintance, Acquaintances } from '#flow/inspection/acquaintances.ts'
import type { CheckTools, Finding } from '#flow/inspection/check.ts'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { personKeys } from '#ground/mail/person-name.ts'
import { sender } from './sender.ts'

const now = Date.parse('2026-01-31T12:00:00Z')
const day = 86_400_000

/** Two tenants: contoso.test employs Jane Smith and knows Bob, fabrikam.test knows nobody. */
const two: Acquaintances = {
  known: (recipient, author) => (recipient.endsWith('@contoso.test') ? (known[author] ?? null) : null),
  isDomainKnown: (recipient, domain) => recipient.endsWith('@contoso.test') && domain === 'partner.example',
  peopleNamed: (recipient, key) =>
    recipient.endsWith('@contoso.test') && personKeys('Jane Smith').includes(key)
      ? [{ address: 'jane@contoso.test' }]
      : [],
}
const since = (days: number, proven: number): Acquaintance => ({
  firstAt: now - days * day,
  lastAt: now,
  mails: 5,
  proven,
})
const known: Record<string, Acquaintance> = {
  'bob@partner.example': since(90, 5),
  'jane.private@gmail.com': since(90, 5),
  'jane.new@gmail.com': since(1, 5),
  'jane.unproven@gmail.com': since(90, 0),
}

async function judge(
  from: string,
  rcptTo: string[],
  acquaintances: Acquaintances | null = two,
): Promise<readonly Finding[]> {
  const message = await parseMessage({
    id: 'test',
    bytes: Buffer.from(`From: ${from}\r\nSubject: x\r\n\r\nHello.\r\n`),
    arrival: { ip: '192.0.2.1', helo: '', mailFrom: '', rcptTo, receivedAt: now },
    limits: { maxDepth: 10, maxParts: 100, maxHeaderBytes: 100_000 },
  })
  return (
    await sender.run(message, { acquaintances, now: () => now, budgetMs: 1000 } as unknown as CheckTools)
  ).findings
}

const weightOf = (findings: readonly Finding[], code: string) =>
  findings.find((each) => each.code === code)?.weight ?? null

describe('first contact', () => {
  test('is told once nobody of the tenant knows the address, with what is known of its domain', async () => {
    const [first] = await judge('Eve <eve@partner.example>', ['ann@contoso.test'])
    assert.equal(first?.code, 'first-contact')
    assert.deepEqual(first?.evidence, { author: 'eve@partner.example', domainKnown: true })
    assert.equal(
      weightOf(await judge('Bob <bob@partner.example>', ['ann@contoso.test']), 'first-contact'),
      null,
    )
    assert.equal(
      weightOf(await judge('Bob <bob@partner.example>', ['ann@fabrikam.test']), 'first-contact'),
      0,
    )
  })

  test('is not told offline, nor of colleagues', async () => {
    assert.deepEqual(await judge('Eve <eve@partner.example>', ['ann@contoso.test'], null), [])
    assert.deepEqual(await judge('Eve <eve@contoso.test>', ['ann@contoso.test']), [])
  })
})

describe('names of own people', () => {
  const to = ['ann@contoso.test']
  test('somebody else under such a name weighs by where it writes from', async () => {
    assert.equal(weightOf(await judge('"Smith, Jane" <x4711@gmail.com>', to), 'own-person-name'), 150)
    assert.equal(weightOf(await judge('Jane Smith <x@other.example>', to), 'own-person-name'), 100)
    assert.equal(weightOf(await judge('J. Smith <x@other.example>', to), 'own-person-name'), 30)
    assert.equal(
      weightOf(await judge('Jane Smith <x@gmail.com>', ['jane@contoso.test']), 'own-person-name'),
      30,
    )
  })

  test('the person is not, and neither is a private address that has proved itself', async () => {
    assert.equal(weightOf(await judge('Jane Smith <jane@contoso.test>', to), 'own-person-name'), null)
    assert.equal(weightOf(await judge('Jane Smith <jane.private@gmail.com>', to), 'own-person-name'), null)
    assert.equal(weightOf(await judge('Jane Smith <jane.new@gmail.com>', to), 'own-person-name'), 150)
    assert.equal(weightOf(await judge('Jane Smith <jane.unproven@gmail.com>', to), 'own-person-name'), 150)
  })

  test('no tenant learns whom another one employs', async () => {
    assert.equal(
      weightOf(await judge('Jane Smith <x@gmail.com>', ['bob@fabrikam.test']), 'own-person-name'),
      null,
    )
    const [finding] = (
      await judge('Jane Smith <x@gmail.com>', ['Ann@Contoso.test', 'bob@fabrikam.test'])
    ).filter((each) => each.code === 'own-person-name')
    assert.deepEqual([finding?.weight, finding?.only], [150, ['Ann@Contoso.test']])
  })
})

test('what cannot be looked up is said, and weighs nothing', async () => {
  const away = { ...two, known: () => assert.fail('no disk') }
  const findings = await judge('Jane Smith <x@gmail.com>', ['ann@contoso.test'], away)
  assert.deepEqual(
    findings.map((each) => [each.code, each.weight]),
    [['acquaintances-unavailable', 0]],
  )
})
