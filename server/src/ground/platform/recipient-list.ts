const between = ', '

/** Recipients of a refused message as one text, as the ledger keeps them. */
export function writeRecipients(recipients: readonly string[]): string {
  return recipients.join(between)
}

/** The recipients of such a text; none of an empty one. */
export function readRecipientList(text: string): string[] {
  return text === '' ? [] : text.split(between)
}
