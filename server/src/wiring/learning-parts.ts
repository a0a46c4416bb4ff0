import { join } from 'node:path'
import { judgeByLayer } from '#flow/checks/learnt/judge-by-layer.ts'
import type { Finding } from '#flow/inspection/check.ts'
import { decide, defaultPolicy } from '#flow/inspection/verdict.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { readOrMakeSecret } from '#ground/platform/secret-file.ts'
import { putLayersInForce } from '#ground/storage/learning/layer-files.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { GoldenMessage, LearningParts } from '#services/learning/learning-parts.ts'
import type { LearningStore } from '#services/learning/learning-store.ts'
import { judgeGolden } from './judge-golden.ts'

interface Given {
  readonly folder: string
  readonly config: Config
  readonly store: LearningStore
  readonly readStore: LearningStore
  readonly directory: Pick<DirectoryStore, 'tenants'>
  readonly alarms: Alarms
}

/** What the verbs of services/learning need, for the server and for commands alike. */
export function createLearningParts(given: Given): LearningParts {
  const { folder, config, store, readStore, directory, alarms } = given
  let golden: Promise<readonly GoldenMessage[]> | null = null
  return {
    store,
    readStore,
    directory,
    publish: (layers, most) =>
      putLayersInForce(join(folder, 'learning'), most, layers, (version) => store.content(version)),
    golden() {
      golden ??= judgeGolden(readOrMakeSecret(join(folder, 'secrets', 'trace.key'))).catch((cause) => {
        golden = null
        throw cause
      })
      return golden
    },
    judge({ findings, sketch, tolerance }, layer, most) {
      const found = (JSON.parse(findings) as Finding[]).filter(({ check }) => check !== 'learnt')
      const keeps = (all: readonly Finding[]) =>
        decide(all, { ...defaultPolicy, tolerance }).disposition !== 'deliver'
      const without = keeps(found)
      const said = judgeByLayer(found, sketch, layer, most)
      return { without, with: said === null ? without : keeps([...found, said]) }
    },
    limits: () => ({
      messages: config['learning.trialMessages'],
      timeMs: config['learning.trialTime'],
      most: config['learning.most'],
    }),
    alarms,
    now: () => Date.now(),
  }
}
