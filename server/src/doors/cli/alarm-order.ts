import { NetworkList } from '#ground/platform/network-list.ts'
import type { Subscription } from '#services/alarms/alarm-store.ts'
import type { AlarmOrder } from '#services/alarms/subscribe.ts'
import { shownAddress } from '#services/alarms/target.ts'
import { orderOf } from './order-of.ts'
import type { Site } from './site.ts'

/** An order about alarms by whoever runs this command, now. */
export function alarmOrderOf(site: Site): AlarmOrder {
  const allowed = new NetworkList(site.loaded.config['web.allowNetworks'])
  const { fetch } = site.alarmPost
  return { ...orderOf(site), alarms: site.alarms, notices: site.notices, fetch, allowed }
}

/** Keys and addresses of programs let whoever knows them write there. */
export function shownWhole(each: Subscription): object {
  const targets = each.targets.map((target) => ({
    ...{ form: target.form, address: shownAddress(target), afterMs: target.afterMs },
  }))
  return { ...each, targets }
}
