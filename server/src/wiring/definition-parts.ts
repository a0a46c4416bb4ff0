import { join } from 'node:path'
import { readDefinitions, shippedDefinitions } from '#flow/inspection/definitions.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { putDefinitionsInForce } from '#ground/storage/definitions/definition-files.ts'
import type { DefinitionParts, GoldenResult } from '#services/definitions/definition-parts.ts'
import type { DefinitionStore } from '#services/definitions/definition-store.ts'
import { type GoldenSample, readGoldenSamples } from './golden-samples.ts'

interface Given {
  readonly folder: string
  readonly config: Config
  readonly store: DefinitionStore
  readonly alarms: Alarms
}

/** What the verbs of services/definitions need, for the server and for commands alike. */
export function createDefinitionParts({ folder, config, store, alarms }: Given): DefinitionParts {
  return {
    store,
    publish: (active, trial, share) =>
      putDefinitionsInForce(join(folder, 'definitions'), active, trial && { ...trial, share }),
    runGolden,
    readVersion: (content) => readDefinitions(content).version,
    shipped: JSON.stringify(shippedDefinitions),
    limits: () => ({
      messages: config['definitions.trialMessages'],
      timeMs: config['definitions.trialTime'],
    }),
    alarms,
    now: () => Date.now(),
  }
}

async function runGolden(content: string, activeContent: string): Promise<GoldenResult> {
  const samples = readGoldenSamples()
  const keeps = await judgeSamples(samples, content)
  const kept = await judgeSamples(samples, activeContent)
  const names = (wanted: (each: GoldenSample) => boolean) => samples.filter(wanted).map((each) => each.name)
  return {
    wronglyKept: names((each) => each.kind === 'clean' && keeps.has(each) && !kept.has(each)),
    missed: names((each) => each.kind === 'bad' && !keeps.has(each) && kept.has(each)),
    clean: samples.filter((each) => each.kind === 'clean').length,
    bad: samples.filter((each) => each.kind === 'bad').length,
  }
}

/** The samples that a set keeps from their recipients. */
async function judgeSamples(samples: readonly GoldenSample[], content: string): Promise<Set<GoldenSample>> {
  const definitions = readDefinitions(content)
  // Not before it is needed: it brings the data of all checks.
  const { scan } = await import('./scan-message.ts')
  const kept = new Set<GoldenSample>()
  for (const sample of samples) {
    const { answer } = await scan({
      message: Buffer.from(sample.message),
      ip: '192.0.2.1',
      helo: 'client.example',
      mailFrom: 'sender@client.example',
      rcptTo: ['recipient@site.example'],
      dns: null,
      nowMs: Date.parse('2026-01-15T12:00:00Z'),
      timeMs: 10_000,
      definitions,
    })
    if (answer.disposition !== 'deliver') kept.add(sample)
  }
  return kept
}
