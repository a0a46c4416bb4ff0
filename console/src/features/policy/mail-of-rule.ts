/** Where the mail of a rule is listed. @param since only what was received from this moment on */
export function mailOfRule(rule: string, since?: string): string {
  return `/messages?${new URLSearchParams({ rule, ...(since !== undefined && { since }) })}`
}
