/** What whoever runs a domain's own servers does to send past us, and to come back. */
export interface BypassRecipe {
  readonly away: readonly string[]
  readonly back: readonly string[]
}

/** Steps for Microsoft 365 and for servers with a smart host. @param host the name of this site */
export function bypassRecipe(domain: string, host: string): BypassRecipe {
  return {
    away: [
      `See that the SPF record of ${domain} names its own servers beside ours, such as include:spf.protection.outlook.com; without that receivers may refuse what they send.`,
      `See that its own servers sign with DKIM for ${domain}: our signature does not come along.`,
      `Microsoft 365: in the Exchange admin center open Mail flow, then Connectors, choose the one that leads from Office 365 to ${host}, and turn it off.`,
      `Any other server: take ${host} out as smart host (Postfix: relayhost), so that it sends by MX itself.`,
      'Send one mail to an outside mailbox, and look at its Received fields: we must not stand in them.',
      'What waits here goes on by itself. Mail that comes in is not touched, and nothing that goes past us is checked.',
    ],
    back: [
      `Microsoft 365: turn the connector to ${host} on again, and validate it.`,
      `Any other server: enter ${host} as smart host again, with TLS.`,
      'Send one mail to an outside mailbox, and find it here under Messages.',
      'End the bypass here.',
    ],
  }
}
