import { ContentParams, DownloadQuery, MessageContent } from './content.ts'
import type { ApiRoute } from './route.ts'

/** Looking at content. Each look stands in the audit log. */
export const contentRoutes = {
  messageContent: {
    method: 'GET',
    access: 'content.read',
    ofPeople: true,
    path: '/api/v1/messages/:id/content',
    summary:
      'What stands in a message that waits, is held or set aside, made safe to look at; the audit log has each look. `content.missing` where it cannot be read at the moment. 404: there is none of this id, or its content is no longer kept.',
    params: ContentParams,
    answer: MessageContent,
  },
  messagePreview: {
    method: 'GET',
    access: 'content.read',
    ofPeople: true,
    media: ['text/html'],
    path: '/api/v1/messages/:id/preview',
    summary:
      'Its HTML as a page for a sandboxed frame: scriptless, with a policy that lets nothing be loaded. The audit log has each look.',
    params: ContentParams,
  },
  downloadMessage: {
    method: 'GET',
    access: 'content.read',
    ofPeople: true,
    media: ['application/octet-stream'],
    path: '/api/v1/messages/:id/download',
    summary:
      'The message as it came, or one part of it, as a file to save. What holds a virus asks for the right `quarantine.virus` too.',
    params: ContentParams,
    query: DownloadQuery,
  },
} as const satisfies Record<string, ApiRoute>
