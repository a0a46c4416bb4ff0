import type { Edit, InspectedMessage } from '#flow/inspection/check.ts'

/**
 * What a mail program has left undone (RFC 6409, 8): a Date and a Message-ID come where there are none, and Bcc goes,
 * which only whoever sends may read. Lines are left as they are, however long.
 */
export function repairEdits({ id, header, arrival }: InspectedMessage): Edit[] {
  const has = (name: string) => header.some((each) => each.name === name)
  const domain = arrival.mailFrom.slice(arrival.mailFrom.lastIndexOf('@') + 1)
  const edits: Edit[] = []
  if (!has('date')) edits.push({ kind: 'prepend', line: `Date: ${dateOf(arrival.receivedAt)}` })
  if (!has('message-id') && /^[a-z0-9.-]+$/i.test(domain))
    edits.push({ kind: 'prepend', line: `Message-ID: <${id}@${domain}>` })
  for (const { name, start, end } of header)
    if (name === 'bcc' || name === 'resent-bcc') edits.push({ kind: 'remove', start, end })
  return edits
}

function dateOf(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000')
}
