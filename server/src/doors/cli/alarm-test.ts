import { subscriptionInReach } from '#services/alarms/subscribe.ts'
import { testSubscription } from '#services/alarms/test-subscription.ts'
import { alarmOrderOf } from './alarm-order.ts'
import { UseError } from './arguments.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

/** `./mailkeep alarm test`. */
export const test: SiteCommand = {
  name: 'test',
  summary: 'sends a test to those who are told',
  help: `Usage: mailkeep alarm test ID
Tells all places of a subscription ("mailkeep alarm told" has the ids) of an alarm that is none, whatever the hour, and
says which have not taken it. A mail is on its way where it was taken; the server sends it.
Exit code 1: a place has not taken it.`,
  options: {},
  async run(site, given, out) {
    const [id, ...more] = given.words
    if (id === undefined || more.length > 0) throw new UseError('name one id')
    const order = alarmOrderOf(site)
    const known = await subscriptionInReach(order, id)
    const targets = await testSubscription(order, site.alarmPost, known)
    const rows = targets.map((each) => [each.form, each.address, each.isTaken ? 'taken' : each.why])
    out.answer({ targets }, table(['form', 'address', 'test'], rows))
    return targets.every((each) => each.isTaken) ? 0 : 1
  },
}
