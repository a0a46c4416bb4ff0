import { checksSettings } from './settings/checks-settings.ts'
import { deliverySettings } from './settings/delivery-settings.ts'
import { gatewaySettings } from './settings/gateway-settings.ts'
import { inspectionSettings } from './settings/inspection-settings.ts'
import { learningSettings } from './settings/learning-settings.ts'
import { nodeSettings } from './settings/node-settings.ts'
import { peopleSettings } from './settings/people-settings.ts'
import { radarSettings } from './settings/radar-settings.ts'
import { storeSettings } from './settings/store-settings.ts'
import { tellingSettings } from './settings/telling-settings.ts'

/**
 * Every setting of Mailkeep, once: type, default and one sentence.
 * The check at start, `config explain`, the environment names and docs/reference/settings.md grow from it.
 */
export const settings = {
  ...nodeSettings,
  ...gatewaySettings,
  ...storeSettings,
  ...inspectionSettings,
  ...checksSettings,
  ...learningSettings,
  ...peopleSettings,
  ...deliverySettings,
  ...radarSettings,
  ...tellingSettings,
} as const

type Settings = typeof settings

/** All settings with their values, by dotted name. */
export type Config = { readonly [Key in keyof Settings]: ReturnType<Settings[Key]['read']> }
export type SettingName = keyof Settings

/** The environment variable of a setting: `gateway.maxLine` is MAILKEEP_GATEWAY_MAX_LINE. */
export function environmentName(name: string): string {
  return `MAILKEEP_${name
    .replaceAll('.', '_')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase()}`
}
