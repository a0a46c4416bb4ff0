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

const modelName = 'content.model'
const shipped = readModel(readFileSync(join(import.meta.dirname, 'model/content.model')))

/**
 * Reads what a message says and how it says it: a model of words, rules of phrases, signs of forged headers, pages
 * with scripts, bulk. Asks nobody; how much of a text is read is bounded, and its work grows with that.
 */
export const content: Check = {
  name: 'content',
  data: [modelName],
  checkData: (_name, bytes) => void readModel(bytes),
  async run(message, { files }) {
    const model = modelOf(files)
    const { findings, logOdds } = judgeReading(await readMessage(message), model)
    return {
      findings,
      facts: {
        content: { model: model.version, logOdds: Math.round(logOdds * 100) / 100 },
        versions: { [modelName]: model.version },
      },
    }
  },
}

const models = new WeakMap<ReadonlyMap<string, Buffer>, Model>()

/** The model that definitions bring, read once; one that this program cannot read any more is not asked. */
function modelOf(files: ReadonlyMap<string, Buffer> | undefined): Model {
  const bytes = files?.get(modelName)
  if (!files || !bytes) return shipped
  const known = models.get(files)
  if (known) return known
  const model = tryToRead(bytes) ?? shipped
  models.set(files, model)
  return model
}

function tryToRead(bytes: Buffer): Model | null {
  try {
    return readModel(bytes)
  } catch {
    return null
  }
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
