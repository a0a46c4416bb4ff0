import { systemClock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { type GuardedFetch, guardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import type { WebhookParts } from '#services/webhooks/send-webhooks.ts'
import type { Base } from './base.ts'
import { webRules } from './web-rules.ts'

/** Asks programs of others; what they answer is looked at, not kept. */
export function createWebFetch(config: Config): GuardedFetch {
  return guardedFetch(webRules(config, 16_384))
}

/** What sends to webhooks; alarms of this process are noted for them too. */
export function createWebhookParts({ config, stores, alarms }: Base): WebhookParts {
  return {
    store: stores.webhooks,
    readStore: stores.readWebhooks,
    tenants: () => stores.directory.tenants(),
    fetch: createWebFetch(config),
    alarms,
    now: () => systemClock.now(),
    giveUpMs: () => config['webhooks.giveUpAfter'],
    retryMs: () => config['webhooks.retryAfter'],
  }
}

/** Notes each alarm that is raised or cleared, beside everything else: an alarm about the store must not wait for it. */
export function tellAlarms({ stores, alarms }: Pick<Base, 'stores' | 'alarms'>): void {
  alarms.onChange(({ name, subject, text, since }, isOpen) => {
    const at = systemClock.now()
    const kind = isOpen ? 'alarm.opened' : 'alarm.closed'
    const detail = { name, subject: subject.slice(0, 300), text: text.slice(0, 1000), since }
    stores.webhooks.noteHappening({ at, tenant: null, kind, detail }).catch(() => undefined)
  })
}
