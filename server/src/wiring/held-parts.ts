import type { Config } from '#ground/platform/config/settings.ts'
import type { HeldParts, HeldTimes } from '#services/held/held-parts.ts'
import type { HeldStore } from '#services/held/held-store.ts'
import type { Base } from './base.ts'
import { fromNameOf, pageUrlOf } from './brand-look.ts'
import { composeHeldMail } from './held-notice.ts'

/** How long held mail waits, by the settings. */
function heldTimesOf(config: Config): HeldTimes {
  return {
    keepMs: config['spool.keepHeld'],
    warnMs: config['spool.warnHeld'],
    lifeMs: config['delivery.expiryOutbound'],
  }
}

/** The same for commands beside a server, which sends the mails. */
export function createHeldViews(
  held: HeldStore,
  readHeld: HeldStore,
  config: Config,
): Pick<HeldParts, 'held' | 'readHeld' | 'times' | 'now'> {
  return { held, readHeld, times: () => heldTimesOf(config), now: () => Date.now() }
}

/** Joins services/held to the spool, which its mails go through, and to settings as they are now. */
export function createHeldParts({ stores, spool, snapshot, config, brands }: Base): HeldParts {
  return {
    held: stores.held,
    readHeld: stores.readHeld,
    directory: stores.directory,
    settingsOf: (address, tenant) => snapshot.settingsOf(address, tenant),
    keptSettingsOf: (address, tenant) => snapshot.keptSettingsOf(address, tenant),
    longerUntil: (domain) => snapshot.longerUntil(domain),
    daysOfLevels: () => stores.readPolicy.valuesOf('held.days'),
    async send(mail) {
      const { tenant } = mail.kind === 'code' ? mail.line : mail
      const look = {
        pageUrl: await pageUrlOf(brands, tenant, config['console.url']),
        fromName: await fromNameOf(brands, tenant),
      }
      await spool.accept(composeHeldMail(mail, config, look, Date.now()))
    },
    times: () => heldTimesOf(config),
    now: () => Date.now(),
  }
}
