import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type AuthAnswer, askAuthCheck } from './ask-auth-check.ts'
import { unlessInstalled } from './missing-package.ts'
import { readSpfScenarios, type SpfCase } from './spf-scenarios.ts'

const folder = '/usr/share/doc/python3-spf'

/**
 * pyspf's own cases that ask for something RFC 7208 does not have: `default=` is a modifier of its own, which
 * for everyone else is unknown and ignored (RFC 7208, 6), so that no mechanism matches.
 */
const differences: Readonly<Record<string, string>> = {
  'default-modifier': 'neutral',
  'default-modifier-harsh': 'neutral',
}

const suites = [
  { name: 'RFC 7208', file: 'rfc7208-tests.yml.gz', cases: 203 },
  { name: 'RFC 4408 (regression)', file: 'rfc4408-tests.yml.gz', cases: 191 },
  { name: 'pyspf (regression)', file: 'test.yml.gz', cases: 16 },
]

for (const suite of suites) {
  const scenarios = readSpfScenarios(`${folder}/${suite.file}`)
  describe(`SPF suite of ${suite.name}`, unlessInstalled(scenarios !== null, 'python3-spf'), () => {
    if (scenarios === null) return
    const requests = scenarios.flatMap(({ cases, zone }) =>
      cases.map(({ name, ip, helo, mailFrom }) => ({ id: name, ip, helo, mailFrom, dns: zone })),
    )
    const answers = askAuthCheck(requests)
    it(`has ${suite.cases} cases`, () => assert.equal(requests.length, suite.cases))
    let index = 0
    for (const { description, cases } of scenarios) {
      describe(description, () => {
        for (const each of cases) registerCase(each, index++, answers)
      })
    }
  })
}

function registerCase(each: SpfCase, index: number, answers: Promise<AuthAnswer[]>): void {
  it(each.name, async () => {
    const answer = (await answers)[index]
    assert.equal(answer?.id, each.name)
    const expected = differences[each.name] ? [differences[each.name]] : each.results
    assert.ok(
      expected.includes(answer?.spf.result ?? ''),
      `${answer?.spf.result} instead of ${expected.join(' or ')}`,
    )
    if (each.explanation !== null) {
      assert.equal(answer?.spf.explanation, each.explanation === 'DEFAULT' ? null : each.explanation)
    }
  })
}
