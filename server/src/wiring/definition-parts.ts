import { join } from 'node:path'
import {
  type Definitions,
  describeDefinitions,
  readDefinitions,
  shippedDefinitions,
} from '#flow/inspection/definitions.ts'
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
    async publish(active, trial, share) {
      const files = await filesOf(store, trial ? [active.content, trial.content] : [active.content])
      putDefinitionsInForce(join(folder, 'definitions'), active, trial && { ...trial, share }, files)
    },
    async runGolden(content, activeContent) {
      const files = await filesOf(store, [content, activeContent])
      return runGolden(content, activeContent, files)
    },
    read: describeDefinitions,
    async checkData(name, content) {
      // Not before it is needed: it brings the data of all checks.
      const { checks } = await import('#flow/checks/catalog.ts')
      for (const check of checks)
        if (check.data?.includes(name)) check.checkData?.(name, Buffer.from(content))
    },
    shipped: JSON.stringify(shippedDefinitions),
    limits: () => ({
      messages: config['definitions.trialMessages'],
      timeMs: config['definitions.trialTime'],
    }),
    alarms,
    now: () => Date.now(),
  }
}

/** Files of data of sets, by checksum. */
async function filesOf(
  store: DefinitionStore,
  contents: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const wanted = new Set(
    contents.flatMap((content) =>
      Object.values(describeDefinitions(content).data).map(({ sha256 }) => sha256),
    ),
  )
  const files = new Map<string, Buffer>()
  for (const sha256 of wanted) {
    const content = await store.file(sha256)
    if (content === null) throw new Error(`the file ${sha256} of a set is gone from the store`)
    files.set(sha256, Buffer.from(content))
  }
  return files
}

async function runGolden(
  content: string,
  activeContent: string,
  files: ReadonlyMap<string, Buffer>,
): Promise<GoldenResult> {
  const samples = readGoldenSamples()
  const keeps = await judgeSamples(samples, readSet(content, files))
  const kept = await judgeSamples(samples, readSet(activeContent, files))
  const names = (wanted: (each: GoldenSample) => boolean) => samples.filter(wanted).map((each) => each.name)
  return {
    wronglyKept: names((each) => each.kind === 'clean' && keeps.has(each) && !kept.has(each)),
    missed: names((each) => each.kind === 'bad' && !keeps.has(each) && kept.has(each)),
    clean: samples.filter((each) => each.kind === 'clean').length,
    bad: samples.filter((each) => each.kind === 'bad').length,
  }
}

function readSet(content: string, files: ReadonlyMap<string, Buffer>): Definitions {
  return readDefinitions(content, (name, { sha256 }) => {
    const file = files.get(sha256)
    if (!file) throw new Error(`the file ${name} is missing`)
    return file
  })
}

/** The samples that a set keeps from their recipients. */
async function judgeSamples(
  samples: readonly GoldenSample[],
  definitions: Definitions,
): Promise<Set<GoldenSample>> {
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
