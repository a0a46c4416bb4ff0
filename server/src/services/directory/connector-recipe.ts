/** How a mailbox service is told that mail comes from us (GW-28). */
export interface ConnectorRecipe {
  /** Addresses that our mail for it leaves by; empty: those of the machine, which its owner knows. */
  readonly addresses: readonly string[]
  /** The name that our certificate proves. */
  readonly certificateName: string
  readonly steps: readonly string[]
}

/** Steps for the inbound connector of Microsoft 365, which then takes mail for the domain from us alone. */
export function connectorRecipe(domain: string, host: string, addresses: readonly string[]): ConnectorRecipe {
  const from = addresses.length > 0 ? addresses.join(', ') : 'the public addresses of this platform'
  return {
    addresses,
    certificateName: host,
    steps: [
      'In the Exchange admin center open Mail flow, then Connectors, and add one.',
      'From: partner organisation. To: Office 365.',
      `Name it after this platform, and let it apply to mail from the domain *, for ${domain} as for all your domains.`,
      `Identify the sender by its addresses: ${from}. Or by its certificate: ${host}.`,
      'Refuse mail that is not sent over TLS.',
      'Refuse mail that does not come from these addresses. From then on nobody reaches the mailboxes past the filter.',
      'In the anti-spam settings, add the same addresses to enhanced filtering (skip listing), so that the true sender is seen.',
      `Test the next hop of ${domain} here: it has to take a recipient, over TLS.`,
    ],
  }
}
