import { join } from 'node:path'
import { describeDefinitions, shippedDefinitions } from '#flow/inspection/definitions.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { putDefinitionsInForce } from '#ground/storage/definitions/definition-files.ts'
import type { DefinitionParts } from '#services/definitions/definition-parts.ts'
import type { DefinitionStore } from '#services/definitions/definition-store.ts'
import { runGolden } from './run-golden.ts'

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
    async runGolden(content, activeContent, files) {
      const before = await filesOf(store, [activeContent])
      return runGolden({ content, activeContent, files: new Map([...before, ...files]) })
    },
    read: describeDefinitions,
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
