import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { askAuthCheck } from './ask-auth-check.ts'

/**
 * The ARC suite of ValiMail, where the folder in MAILKEEP_SUITES has it as
 * arc_test_suite/tests/arc-draft-validation-tests.yml. It never enters this repository; our own cases are in
 * server/src/flow/checks/authentication/arc/.
 */
const folder = process.env.MAILKEEP_SUITES
const file = folder ? join(folder, 'arc_test_suite/tests/arc-draft-validation-tests.yml') : ''

/** The suite follows a draft (18). Where the RFCs that came after it say otherwise, we do as they say. */
const stricter: Readonly<Record<string, string>> = {
  ams_fields_a_sha1: 'RFC 8301, 3.1: rsa-sha1 MUST NOT be used',
  ams_fields_h_empty: 'RFC 6376, 3.5 and 5.4: h= MUST NOT be empty, From MUST be signed',
}

interface ArcCase {
  readonly message: string
  readonly cv: string | null
}

interface ArcScenario {
  readonly description: string
  readonly tests: Readonly<Record<string, ArcCase>>
  readonly 'txt-records': Readonly<Record<string, string>>
}

if (existsSync(file)) {
  const scenarios = parseAllDocuments(readFileSync(file, 'utf8')).map(
    (each) => each.toJS() as ArcScenario | null,
  )
  for (const scenario of scenarios) if (scenario?.tests) registerScenario(scenario)
}

function registerScenario(scenario: ArcScenario): void {
  describe(`ARC suite of ValiMail: ${scenario.description}`, () => {
    const records = Object.entries(scenario['txt-records'] ?? {})
    const dns = Object.fromEntries(records.map(([name, text]) => [name.toLowerCase(), { TXT: [text] }]))
    const cases = Object.entries(scenario.tests)
    const answers = askAuthCheck(
      cases.map(([id, { message }]) => ({
        id,
        message: Buffer.from(message.replace(/\r?\n/g, '\r\n')).toString('base64'),
        dns,
      })),
    )
    for (const [index, [name, { cv }]] of cases.entries()) {
      it(name, async () => {
        const ours = (await answers)[index]?.arc.cv
        if (stricter[name]) assert.equal(ours, 'fail', stricter[name])
        else if (cv) assert.equal(ours, String(cv).trim().toLowerCase())
      })
    }
  })
}
