import { Done, EmptyBody } from './managers.ts'
import type { ApiRoute } from './route.ts'
import {
  EventList,
  EventsQuery,
  NewWebhook,
  WebhookChange,
  WebhookList,
  WebhookMade,
  WebhookParams,
  WebhookPosts,
  WebhookPostsQuery,
  WebhooksQuery,
  WebhookTried,
  WebhookView,
} from './webhooks.ts'

const access = 'access.write'
const one = '/api/v1/webhooks/:webhook'
const params = WebhookParams

/** What happens, told to programs of others: see docs/operate/webhooks.md. */
export const webhooksRoutes = {
  webhooks: {
    method: 'GET',
    access,
    path: '/api/v1/webhooks',
    summary: 'Webhooks in reach.',
    query: WebhooksQuery,
    answer: WebhookList,
  },
  addWebhook: {
    method: 'POST',
    access,
    path: '/api/v1/webhooks',
    summary: 'Makes a webhook, told of everything from now on, and shows its secret, this once.',
    showsSecret: true,
    body: NewWebhook,
    answer: WebhookMade,
  },
  webhook: {
    method: 'GET',
    access,
    path: one,
    summary: 'One webhook.',
    params,
    answer: WebhookView,
  },
  changeWebhook: {
    method: 'PATCH',
    access,
    mayMatch: true,
    path: one,
    summary: 'Changes name, address and kinds; with If-Match only as it was read.',
    params,
    body: WebhookChange,
    answer: WebhookView,
  },
  removeWebhook: {
    method: 'DELETE',
    access,
    path: one,
    summary: 'Removes a webhook with the list of what was sent.',
    params,
    answer: Done,
  },
  testWebhook: {
    method: 'POST',
    access,
    path: `${one}/test`,
    summary: 'Sends an event of the kind test at once, and says what came of it.',
    patient: true,
    params,
    body: EmptyBody,
    answer: WebhookTried,
  },
  pauseWebhook: {
    method: 'POST',
    access,
    path: `${one}/pause`,
    summary: 'Sends nothing until it is resumed; what happens waits.',
    params,
    body: EmptyBody,
    answer: WebhookView,
  },
  resumeWebhook: {
    method: 'POST',
    access,
    path: `${one}/resume`,
    summary: 'Goes on where it stopped.',
    params,
    body: EmptyBody,
    answer: WebhookView,
  },
  webhookPosts: {
    method: 'GET',
    access,
    path: `${one}/posts`,
    summary: 'What was sent and what came of it, newest first; kept for 30 days.',
    params,
    query: WebhookPostsQuery,
    answer: WebhookPosts,
  },
  events: {
    method: 'GET',
    access: 'mail.read',
    path: '/api/v1/events',
    summary:
      'What happened, in order, for a collector that asks again and again. At least once: the id tells doubles. `audited` needs the right `audit.read` too.',
    query: EventsQuery,
    answer: EventList,
  },
} as const satisfies Record<string, ApiRoute>
