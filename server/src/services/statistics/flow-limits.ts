import type { Config } from '#ground/platform/config/settings.ts'
import type { FlowLimits } from './judge-flow.ts'

/** Settings in force for an address, or for all of a domain where nothing stands before the @. @throws Error while they cannot be read */
type SettingsOf = (address: string) => Readonly<Record<string, string>>

/** When mail of a domain counts as getting through: as its levels say, else as the site does. */
export function flowLimitsOf(config: Config, settingsOf: SettingsOf, domain: string): FlowLimits {
  const inForce = read(settingsOf, domain)
  const limit = (name: 'flow.messages' | 'flow.goodPercent' | 'flow.badFailures') => {
    const own = inForce[name]
    return own !== undefined && /^\d+$/.test(own) ? Number(own) : config[name]
  }
  return {
    messages: limit('flow.messages'),
    goodPercent: limit('flow.goodPercent'),
    badFailures: limit('flow.badFailures'),
    staleMs: config['flow.staleAfter'],
  }
}

/** Without a directory there is still the site's own word: flow is judged all the same. */
function read(settingsOf: SettingsOf, domain: string): Readonly<Record<string, string>> {
  try {
    return settingsOf(`@${domain}`)
  } catch {
    return {}
  }
}
