import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Check, Finding } from '#flow/inspection/check.ts'
import { type Model, readModel } from './model/model.ts'
import { askModel } from './model/model-findings.ts'
import { type Reading, readMessage } from './reading.ts'
import { applyRules } from './rules/rules.ts'
import { findBulk } from './signs/bulk.ts'
import { findHeaderSigns } from './signs/header-signs.ts'
import { findScripts } from './signs/scripts.ts'
import { findTestStrings } from './signs/test-strings.ts'

const shipped = readModel(readFileSync(join(import.meta.dirname, 'model/content.model')))

/**
 * Reads what a message says and how it says it: a model of words, rules of phrases, signs of forged headers, pages
 * with scripts, bulk. Asks nobody; how much of a text is read is bounded, and its work grows with that.
 */
export const content: Check = {
  name: 'content',
  async run(message) {
    const { findings, logOdds } = judgeReading(await readMessage(message), shipped)
    return {
      findings,
      facts: {
        content: { model: shipped.version, logOdds: Math.round(logOdds * 100) / 100 },
        versions: { 'content.model': shipped.version },
      },
    }
  },
}

/** All that this check says of a message; the model is given, so that one in training can be tried. */
export function judgeReading(reading: Reading, model: Model): { findings: Finding[]; logOdds: number } {
  const asked = askModel(reading, model)
  const findings = [
    ...findTestStrings(reading.content),
    ...asked.findings,
    ...applyRules(reading),
    ...findScripts(reading.html),
    ...findHeaderSigns(reading.header),
    ...findBulk(reading),
  ]
  return { findings, logOdds: asked.logOdds }
}
