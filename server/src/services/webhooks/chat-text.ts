/**
 * Text from outside as it may stand within one line of a chat (Slack's mrkdwn, and what takes its form): no markup of
 * its own, no links, no calls of channels.
 */
export function toChatText(value: unknown, longest: number): string {
  const text = String(value ?? '').replace(/[\s\p{Cc}]+/gu, ' ')
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text
  return cut
    .toWellFormed()
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[*_~`]/g, '\u200b$&')
}
