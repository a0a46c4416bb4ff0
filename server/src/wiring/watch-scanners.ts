import { ScannerPool } from '#flow/checks/antivirus/scanner-pool.ts'
import type { Base } from './base.ts'

/** How often each scanner is asked whether it scans. */
const everyMs = 5000

/**
 * Tells which virus scanners are away, by scanning a probe with each. Each inspection thread looks for itself too;
 * this one is for people, also while no mail comes.
 */
export function watchScanners({ config, alarms }: Pick<Base, 'config' | 'alarms'>): { stop(): void } {
  let watched: { readonly names: readonly string[]; readonly pool: ScannerPool } | null = null
  let looking = false
  const look = async () => {
    const names = config['antivirus.backends']
    if (watched?.names !== names) {
      for (const name of watched?.names ?? []) alarms.clear('scanner-away', name)
      watched?.pool.close()
      watched = { names, pool: new ScannerPool(names, everyMs) }
    }
    const states = await watched.pool.check()
    for (const { name, up, why } of states) {
      if (up) alarms.clear('scanner-away', name)
      else alarms.raise('scanner-away', name, `the scanner ${name} does not scan: ${why}`)
    }
    if (states.length > 0 && states.every((each) => !each.up))
      alarms.raise(
        'scanners-gone',
        'antivirus',
        'no virus scanner answers; mail with anything to scan waits, and goes on by itself when one is back',
      )
    else alarms.clear('scanners-gone', 'antivirus')
  }
  const timer = setInterval(() => {
    if (looking) return
    looking = true
    void look().finally(() => {
      looking = false
    })
  }, everyMs)
  return {
    stop() {
      clearInterval(timer)
      watched?.pool.close()
    },
  }
}
