import { newId } from '#ground/platform/ids.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import type { LedgerStore, Reach } from '#services/ledger/ledger-store.ts'
import { showQuarantined } from '#services/quarantine/show-quarantined.ts'
import { inReports } from './report-store.ts'

export interface FalseAlarmOrder {
  readonly ledger: LedgerStore
  /** Where the audit row is written. */
  readonly directory: Pick<DirectoryStore, 'recordedChange'>
  readonly messageId: string
  readonly within?: Reach
  readonly note: string
  readonly at: number
  readonly who: string
  readonly ip: string
}

const mostFindings = 50

/**
 * Says that a message in quarantine is a false alarm: learning and definitions hear of it as of an accepted report. The
 * message stays where it is. Answers for how many tenants that is new. @throws OrderError
 */
export async function reportFalseAlarm(order: FalseAlarmOrder): Promise<number> {
  const { ledger, directory, messageId, within, note, at, who, ip } = order
  const { deliveries, explanation, headerMessageId } = await showQuarantined(ledger, messageId, within)
  const { verdict, score } = explanation
  const findings = explanation.findings.slice(0, mostFindings).map((each) => {
    const { code, weight } = each as { code?: unknown; weight?: unknown }
    return { code: String(code ?? ''), weight: Number(weight) || 0 }
  })
  const versions = (explanation.facts.versions ?? {}) as Record<string, unknown>
  let fresh = 0
  for (const tenant of new Set(deliveries.map((each) => each.tenant))) {
    const rcptTo = deliveries.find((each) => each.tenant === tenant && each.state === 'quarantined')?.rcptTo
    if (rcptTo === undefined) continue
    const report = {
      id: newId(at),
      at,
      tenant,
      who,
      messageId,
      headerMessageId,
      rcptTo,
      verdict,
      score,
      findings,
    }
    const noted = inReports.noteFalseAlarm({ ...report, versions, note })
    const line = { what: 'report-noted', tenant, detail: { messageId, kind: 'false-alarm', note } }
    if (await changeRecorded({ directory, at, who, ip }, noted, line)) fresh++
  }
  return fresh
}
