import type { Acceptance } from '#flow/spool/message-store.ts'
import { toPrintable, wrapWords } from '#ground/mail/printable-text.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { KeptRule } from '#services/policy/policy-store.ts'
import { composeOwnNotice } from './own-notice.ts'

/** The mail that tells the owner of a rule that it is paused, and over which messages. */
export function composeRuleNotice(
  rule: KeptRule,
  { tenant, fromName }: { readonly tenant: string; readonly fromName: string },
  config: Config,
  now: number,
): Acceptance {
  const notice = {
    to: rule.owner,
    tenant,
    fromName,
    subject: `Message rule ${rule.id} is paused`,
    lines: textOf(rule),
    facts: { noticeOf: rule.id },
    kind: 'auto-generated',
  } as const
  return composeOwnNotice(notice, config, now)
}

function textOf(rule: KeptRule): string[] {
  const name = toPrintable(rule.name, 200)
  const about = `the message rule ${name === '' ? rule.id : `"${name}" (${rule.id})`} of ${toPrintable(rule.scope, 320)} is paused: ${rule.paused?.why ?? 'it was too slow'}. Mail goes on without it.`
  const todo = `Make its patterns simpler and save it with "mailkeep rule change ${rule.id}", or switch it on again with "mailkeep rule enable ${rule.id}". Then "mailkeep rule rerun ${rule.id}" asks it about the messages that it missed.`
  const samples = rule.paused?.samples ?? []
  return [
    'Hello,',
    '',
    ...wrapWords(about, 72),
    '',
    `Messages that it was too slow for:`,
    ...samples.map((each) => `  ${each}`),
    '',
    ...wrapWords(todo, 72),
  ]
}
