import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { askAuthCheck } from './ask-auth-check.ts'
import { unlessInstalled } from './missing-package.ts'
import { readSpfScenarios, type SpfScenario } from './spf-scenarios.ts'

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
    it(`has ${suite.cases} cases`, () => {
      assert.equal(
        scenarios?.reduce((sum, each) => sum + each.cases.length, 0),
        suite.cases,
      )
    })
    for (const scenario of scenarios ?? []) registerScenario(scenario)
  })
}

function registerScenario(scenario: SpfScenario): void {
  describe(scenario.description, () => {
    const answers = askAuthCheck(
      scenario.cases.map(({ name, ip, helo, mailFrom }) => ({
        id: name,
        ip,
        helo,
        mailFrom,
        dns: scenario.zone,
      })),
    )
    for (const [index, each] of scenario.cases.entries()) {
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
  })
}
