import {
  BlockOrder,
  FalseAlarmDone,
  FalseAlarmOrder,
  MessageParams,
  QuarantineDone,
  QuarantineList,
  QuarantineManyOrder,
  QuarantineOrder,
  QuarantinePreview,
  QuarantineQuery,
  QuarantineSummary,
  ReleaseOrder,
} from './quarantine.ts'
import type { ApiRoute } from './route.ts'
import { ScopeQuery } from './shared.ts'
import { Task } from './task.ts'

/** Mail that is set aside, and what becomes of it. */
export const quarantineRoutes = {
  quarantine: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/quarantine',
    summary: 'Mail set aside, newest first, a line a recipient.',
    query: QuarantineQuery,
    answer: QuarantineList,
  },
  quarantineSummary: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/quarantine/summary',
    summary: 'How much is set aside, why, whose it is, and what retention deletes next.',
    query: ScopeQuery,
    answer: QuarantineSummary,
  },
  releaseQuarantined: {
    method: 'POST',
    access: 'quarantine.act',
    ofPeople: true,
    path: '/api/v1/quarantine/:id/release',
    summary:
      'Lets a message go on. It is scanned once more before it leaves: a virus, or phishing that was not known when it was set aside, brings it back. What holds a virus asks for the right `quarantine.virus` too.',
    params: MessageParams,
    body: ReleaseOrder,
    answer: QuarantineDone,
  },
  deleteQuarantined: {
    method: 'POST',
    access: 'quarantine.act',
    ofPeople: true,
    path: '/api/v1/quarantine/:id/delete',
    summary: 'Deletes a message from quarantine for good.',
    params: MessageParams,
    body: QuarantineOrder,
    answer: QuarantineDone,
  },
  blockQuarantined: {
    method: 'POST',
    access: 'quarantine.act',
    ofPeople: true,
    path: '/api/v1/quarantine/:id/block',
    summary:
      'Puts the sender of a message on the block list, and deletes the message where that is wanted; asks for `lists.write` too.',
    params: MessageParams,
    body: BlockOrder,
    answer: QuarantineDone,
  },
  reportQuarantined: {
    method: 'POST',
    access: 'quarantine.act',
    ofPeople: true,
    path: '/api/v1/quarantine/:id/report',
    summary:
      'Says that a message was set aside wrongly; learning hears of it. The message stays where it is.',
    params: MessageParams,
    body: FalseAlarmOrder,
    answer: FalseAlarmDone,
  },
  previewQuarantineOrder: {
    method: 'POST',
    access: 'quarantine.act',
    ofPeople: true,
    path: '/api/v1/quarantine/preview',
    summary: 'How many deliveries an order would touch; does nothing.',
    query: ScopeQuery,
    body: QuarantineManyOrder,
    answer: QuarantinePreview,
  },
  orderQuarantine: {
    method: 'POST',
    access: 'quarantine.act',
    ofPeople: true,
    path: '/api/v1/quarantine/orders',
    summary:
      'Releases, deletes or judges anew all that is meant, each delivery once, with a line in the audit log for each. Answers within two seconds, with the task: look again where it still runs. The same order given again while it runs is the same task.',
    query: ScopeQuery,
    body: QuarantineManyOrder,
    answer: Task,
  },
} as const satisfies Record<string, ApiRoute>
