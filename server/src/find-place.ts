import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type LoadedConfig, loadConfig } from '#ground/platform/config/load-config.ts'

export interface Place {
  readonly loaded: LoadedConfig
  readonly folder: string
}

/** Settings and data folder, from the command line, then the environment, then what lies in this folder. */
export function findPlace(options: { readonly config?: string; readonly data?: string }): Place {
  const config =
    options.config ?? process.env.MAILKEEP_CONFIG ?? (existsSync('mailkeep.yaml') ? 'mailkeep.yaml' : null)
  return {
    loaded: loadConfig(config, process.env),
    folder: resolve(options.data ?? process.env.MAILKEEP_DATA ?? 'data'),
  }
}
