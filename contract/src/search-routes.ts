import type { ApiRoute } from './route.ts'
import { Type } from './schema.ts'
import {
  CompletenessNow,
  ExportQuery,
  MailCounts,
  MailOrder,
  MailOrderPreview,
  MailWords,
  NewQuestion,
  QuestionParams,
  SavedQuestion,
  SavedQuestions,
  ScopedQuestion,
  SearchList,
  SearchQuery,
} from './search.ts'
import { ScopeQuery } from './shared.ts'
import { Task } from './task.ts'

const Nothing = Type.Object({}, { additionalProperties: false })

/** Looking for mail among millions, and doing something to all that was found. */
export const searchRoutes = {
  messages: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/messages',
    summary:
      'Messages and refusals that a question finds, newest first, each as it stands now. Answers within two seconds; where that is too short for all, `next` goes on.',
    query: SearchQuery,
    answer: SearchList,
  },
  exportMessages: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    media: ['text/csv', 'application/json'],
    path: '/api/v1/messages/export',
    summary:
      'All that a question finds, a line a delivery, as CSV or as a JSON array; any number of them. Written down in the audit log.',
    query: ExportQuery,
  },
  countMessages: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/messages/counts',
    summary: 'How many deliveries and refusals a question finds, by state, by tenant and by verdict.',
    query: ScopedQuestion,
    answer: MailCounts,
  },
  completeness: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/completeness',
    summary:
      'Up to when what is shown is complete, and which stretches of time are wrong in the index of messages; for whoever sees the whole site each node too, by name.',
    answer: CompletenessNow,
  },
  mailWords: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/messages/words',
    summary: 'Which words a question can ask for, and what they mean.',
    answer: MailWords,
  },
  liveMessages: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    media: ['text/event-stream'],
    path: '/api/v1/messages/live',
    summary:
      'What happens from now on to mail that fits, as server-sent events: `mail` with a line, `gap` with how many were left out where there are too many. `Last-Event-ID` goes on where a connection broke off: the last event of a round alone has an id, so an event may come twice.',
    query: ScopedQuestion,
  },
  previewMailOrder: {
    method: 'POST',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/messages/preview',
    summary: 'How many deliveries an order to all that a question finds would touch; does nothing.',
    query: ScopeQuery,
    body: MailOrder,
    answer: MailOrderPreview,
  },
  orderMail: {
    method: 'POST',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/messages/orders',
    summary:
      'Does something to all that a question finds, each delivery once; what comes in later is not meant. Asks for `quarantine.act`, for retry and resend for `queue.act`. Goes on behind the answer.',
    query: ScopeQuery,
    body: MailOrder,
    answer: Task,
  },
  questions: {
    method: 'GET',
    access: 'mail.read',
    path: '/api/v1/questions',
    summary: 'Saved questions: your own, and shared ones of tenants in reach.',
    answer: SavedQuestions,
  },
  addQuestion: {
    method: 'POST',
    access: 'mail.read',
    path: '/api/v1/questions',
    summary: 'Saves a question with a name.',
    body: NewQuestion,
    answer: SavedQuestion,
  },
  changeQuestion: {
    method: 'PUT',
    access: 'mail.read',
    path: '/api/v1/questions/:question',
    summary: 'Changes a question of your own. 404: it is none.',
    params: QuestionParams,
    body: NewQuestion,
    answer: SavedQuestion,
  },
  removeQuestion: {
    method: 'DELETE',
    access: 'mail.read',
    path: '/api/v1/questions/:question',
    summary: 'Removes a question of your own. 404: it is none.',
    params: QuestionParams,
    answer: Nothing,
  },
} as const satisfies Record<string, ApiRoute>
