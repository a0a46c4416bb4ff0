/** A next hop as the API takes it: a host, with or without its port, is a server that speaks SMTP. */
export function nextHopOf(typed: string): string {
  const hop = typed.trim()
  return hop === '' || /^(smtp|lmtp|mx|maildir):/i.test(hop) ? hop : `smtp://${hop}`
}
