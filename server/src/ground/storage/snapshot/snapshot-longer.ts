import type { DatabaseSync } from 'node:sqlite'
import { daysOf } from '#ground/platform/kept-days.ts'
import { lostDomainKey } from './snapshot-file.ts'

/** Times that mail keeps for a while since the directory changed, in a snapshot file; see longer-kept.ts. */
export interface LongerReader {
  /** By the name of the setting; empty: none, as a rule. */
  of(local: string, domain: string, now: number): Readonly<Record<string, string>>
  /** When the last of those of a domain is over; null: none runs. */
  until(domain: string, now: number): number | null
}

/** Prepares the questions. Null: the file is of an older program. */
export function readLonger(database: DatabaseSync): LongerReader | null {
  try {
    const times = database.prepare('SELECT setting, days FROM kept_longer WHERE address = ? AND until > ?')
    const ends = database.prepare('SELECT until FROM longer_domains WHERE domain = ? AND until > ?')
    const isEmpty = database.prepare('SELECT 1 FROM kept_longer LIMIT 1').get() === undefined
    return {
      of(local, domain, now) {
        const found: Record<string, string> = {}
        if (isEmpty) return found
        const plain = local.slice(0, local.indexOf('+'))
        const addresses = [`${local}@${domain}`, ...(local.includes('+') ? [`${plain}@${domain}`] : [])]
        for (const address of [...addresses, lostDomainKey(domain)])
          for (const row of times.all(address, now) as unknown as { setting: string; days: string }[])
            if (!(row.setting in found) || daysOf(row.days) > daysOf(found[row.setting]))
              found[row.setting] = row.days
        return found
      },
      until: (domain, now) => (ends.get(domain, now) as { until: number } | undefined)?.until ?? null,
    }
  } catch {
    return null
  }
}
