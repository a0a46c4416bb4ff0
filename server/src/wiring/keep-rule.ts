import type { Config } from '#ground/platform/config/settings.ts'
import type { KeepRule } from '#ground/storage/backups/kept-generations.ts'

/** Which backups the settings want to be kept. */
export function keepRuleOf(config: Pick<Config, 'backup.keepEach' | 'backup.keepDaily'>): KeepRule {
  return { allMs: config['backup.keepEach'], dailyMs: config['backup.keepDaily'] }
}
