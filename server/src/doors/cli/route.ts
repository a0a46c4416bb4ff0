import { explainRoute, type Route } from '#services/queue/explain-route.ts'
import { UseError } from './arguments.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

/** `./mailkeep route` (GW-42): what would happen to mail, without sending any. */
export const command: SiteCommand = {
  name: 'route',
  summary: 'explains what would happen to mail from a sender to a recipient',
  help: `Usage: mailkeep route SENDER RECIPIENT
Says whether the recipient is known, whose it is, which policy is in force and where it comes from, and where
the mail would go. Nothing is sent. A bounce has the sender "<>".
Exit code 0: it would be accepted and sent there. 1: it would not, or not now.`,
  options: {},
  async run(site, given, out) {
    const [sender, recipient, ...more] = given.words
    if (sender === undefined || recipient === undefined || more.length > 0)
      throw new UseError('name a sender and a recipient')
    const route = await explainRoute(
      {
        directory: site.directory,
        recipient: (local, domain) => site.recipientView(local, domain),
        hop: (domain) => site.hopView(domain),
      },
      sender,
      recipient,
    )
    out.answer(route, describe(route))
    return route.wouldFlow ? 0 : 1
  },
}

function describe({ sender, recipient, view, tenant, policy, hop, wouldFlow }: Route): string {
  const way = hop.trouble ?? (hop.targets.length === 0 ? 'no server' : hop.targets.join(', then '))
  const lines = [
    `from       <${sender}>`,
    `to         <${recipient}>`,
    `recipient  ${view.reply}`,
    `tenant     ${tenant ?? '- (not ours)'}`,
    `next hop   ${hop.nextHop || '-'}`,
    `servers    ${way}`,
    ...(hop.loops
      ? ['           The way leads back to this site: mail would wait until the route is mended.']
      : []),
  ]
  if (policy.length > 0) {
    const rows = policy.map((each) => [each.name, each.value, `${each.from}${each.locked ? ', locked' : ''}`])
    lines.push('', table(['setting', 'value', 'from'], rows))
  }
  lines.push('', wouldFlow ? 'Mail would be accepted and sent there.' : 'Mail would not be sent there now.')
  return lines.join('\n')
}
