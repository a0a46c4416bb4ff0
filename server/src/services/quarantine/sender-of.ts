/** The author as the message names him, who is whom people mean; else the sender of the envelope. */
export function senderOf({
  headerFrom,
  mailFrom,
}: {
  readonly headerFrom: string
  readonly mailFrom: string
}): string {
  const address = /<([^<>\s]{1,320})>\s*$/.exec(headerFrom)?.[1] ?? headerFrom.trim()
  return /^[^\s@<>"]{1,64}@[^\s@<>"]{1,255}$/.test(address) ? address : mailFrom
}
