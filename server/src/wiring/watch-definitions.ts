import { join } from 'node:path'
import { readDefinitions, shippedDefinitions } from '#flow/inspection/definitions.ts'
import { DefinitionFiles } from '#ground/storage/definitions/definition-files.ts'
import type { Base } from './base.ts'

const everyMs = 10_000

/** Tells when the sets of definitions in force cannot be read: inspection then goes on with the ones before. */
export function watchDefinitions({ folder, alarms }: Pick<Base, 'folder' | 'alarms'>): { stop(): void } {
  const files = new DefinitionFiles(join(folder, 'definitions'), readDefinitions, shippedDefinitions)
  const look = () => {
    files.refresh()
    if (files.trouble === null) alarms.clear('definitions-unreadable', 'definitions')
    else
      alarms.raise(
        'definitions-unreadable',
        'definitions',
        `the definitions in force cannot be read: ${files.trouble}; those before stay in force`,
      )
  }
  look()
  const timer = setInterval(look, everyMs)
  return { stop: () => clearInterval(timer) }
}
