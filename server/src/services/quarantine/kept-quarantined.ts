import type { KeptPage, KeptPlace, KeptSelection } from '#services/ledger/retention-store.ts'
import type { QuarantineSelection, QuarantineStore } from './quarantine-store.ts'

/** Mail in quarantine as levels look at it, which say for how long it is kept. */
export function keptQuarantined(quarantine: Pick<QuarantineStore, 'targets' | 'count'>): {
  readonly setting: 'quarantine.days'
  page(selection: KeptSelection, behind: KeptPlace | null, limit: number): Promise<KeptPage>
  count(selection: KeptSelection): Promise<number>
} {
  return {
    setting: 'quarantine.days',
    async page(selection, behind, limit) {
      const targets = await quarantine.targets(asidesOf(selection), behind, limit)
      const found = targets.map(({ messageId, n, since, whose, tenant }) => ({
        ...{ messageId, n, since, owners: [{ whose, tenant }] },
      }))
      return { found, behind: found.length === limit ? (found.at(-1) ?? null) : null }
    },
    count: async (selection) => (await quarantine.count(asidesOf(selection))).deliveries,
  }
}

function asidesOf({ from, until, within }: KeptSelection): QuarantineSelection {
  return {
    ...(from !== undefined && { setAsideFrom: from }),
    setAsideUntil: until,
    ...(within && { within }),
  }
}
