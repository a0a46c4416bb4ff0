import type { WebhookView } from '@mailkeep/contract'

export type FormOfWebhook = WebhookView['form']

/** How a receiver wants to read what happens: value, label, and what it means. */
export const webhookForms: readonly (readonly [FormOfWebhook, string, string])[] = [
  ['mailkeep', 'Events', 'Signed JSON with all fields, for programs of yours.'],
  ['slack', 'Chat message', 'A line for each event, as Slack and what takes its form read it.'],
  ['pagerduty', 'PagerDuty', 'Events API v2, for alarms: the end of an alarm resolves what it opened.'],
]
