import { endReturned } from '#services/incidents/end-returned.ts'
import type { OverdueDelivery } from '#services/ledger/retention-store.ts'
import { EndByLevel } from '#services/retention/end-by-level.ts'
import type { KeptMail } from '#services/retention/kept-mail.ts'
import { tellSpared } from '#services/retention/tell-spared.ts'
import type { Base } from './base.ts'
import { incidentKeepOf } from './incident-rounds.ts'
import { keptMailOf } from './kept-mail.ts'

type End = (overdue: readonly OverdueDelivery[], now: number) => Promise<number>

/** Ends what levels keep shorter than the site, by the directory in force; see EndByLevel. */
export function createLevelRounds(base: Base): (now: number) => Promise<void> {
  const { alarms, config, stores, snapshot } = base
  const { quarantined, returned, held } = keptMailOf(
    { quarantine: stores.readQuarantine, retention: stores.retention, held: stores.readHeld },
    config,
  )
  const roundsOf = (mail: KeptMail, end: End) =>
    new EndByLevel({
      ...{ config, mail, end },
      policy: stores.readPolicy,
      settingsOf: (address, tenant) => snapshot.settingsOf(address, tenant),
      keptSettingsOf: (address, tenant) => snapshot.keptSettingsOf(address, tenant),
      isCurrent: () => snapshot.trouble() === null,
    })
  const rounds = [
    roundsOf(quarantined, (overdue, now) => stores.retention.endQuarantine(overdue, now)),
    roundsOf(returned, (overdue, now) => endReturned(incidentKeepOf(base), overdue, now)),
    roundsOf(held, (overdue, now) => giveBack(base, overdue, now)),
  ]
  return async (now) => {
    for (const each of rounds) await each.round(now)
    const longerUntil = (domain: string) => snapshot.longerUntil(domain)
    tellSpared(
      { alarms, longerUntil },
      rounds.map((each) => each.spared()),
    )
  }
}

async function giveBack(
  { config, stores }: Base,
  overdue: readonly OverdueDelivery[],
  now: number,
): Promise<number> {
  let done = 0
  for (const { messageId, keptDays } of overdue) {
    const order = {
      action: 'expire',
      messageId,
      keptDays,
      who: 'mailkeep',
      ip: '',
      at: now,
      mayVirus: true,
    } as const
    done += await stores.held.act({ ...order, lifeMs: config['delivery.expiryOutbound'] })
  }
  return done
}
