import {
  Acknowledged,
  AlarmLine,
  AlarmList,
  AlarmName,
  AlarmNoticeList,
  AlarmNoticeView,
  AlarmWithdrawal,
  NewSubscription,
  NoticeParams,
  SubscriptionList,
  SubscriptionMade,
  SubscriptionParams,
  SubscriptionTried,
} from './alarms.ts'
import { Removed } from './directory.ts'
import { EmptyBody } from './managers.ts'
import type { ApiRoute } from './route.ts'
import { ScopeQuery } from './shared.ts'

/** What is wrong, who is told of it, and what they were told: see docs/operate/alarms.md. */
export const alarmRoutes = {
  alarms: {
    method: 'GET',
    access: 'mail.read',
    path: '/api/v1/alarms',
    summary: 'Alarms: those of domains in reach; all others are for whoever looks after the house.',
    query: ScopeQuery,
    answer: AlarmList,
  },
  withdrawAlarm: {
    method: 'POST',
    access: 'directory.write',
    path: '/api/v1/alarms/withdraw',
    summary: 'Says that an alarm is wrong: whoever was told of it is told that too.',
    body: AlarmWithdrawal,
    answer: AlarmLine,
  },
  acknowledgeAlarm: {
    method: 'POST',
    access: 'queue.act',
    path: '/api/v1/alarms/acknowledge',
    summary: 'Says that somebody looks after an alarm: those who would be told later are not.',
    body: AlarmName,
    answer: Acknowledged,
  },
  alarmNotices: {
    method: 'GET',
    access: 'directory.read',
    path: '/api/v1/alarm-notices',
    summary: 'What was told of alarms: notices, each of alarms with one cause, with who was told and when.',
    query: ScopeQuery,
    answer: AlarmNoticeList,
  },
  alarmNotice: {
    method: 'GET',
    access: 'directory.read',
    path: '/api/v1/alarm-notices/:notice',
    summary: 'One notice with all of its alarms.',
    params: NoticeParams,
    answer: AlarmNoticeView,
  },
  acknowledgeNotice: {
    method: 'POST',
    access: 'queue.act',
    path: '/api/v1/alarm-notices/:notice/acknowledge',
    summary: 'Says that somebody looks after all alarms of a notice.',
    params: NoticeParams,
    body: EmptyBody,
    answer: Acknowledged,
  },
  alarmSubscriptions: {
    method: 'GET',
    access: 'directory.read',
    path: '/api/v1/alarm-subscriptions',
    summary: 'Who is told of alarms, and how.',
    query: ScopeQuery,
    answer: SubscriptionList,
  },
  subscribeToAlarms: {
    method: 'POST',
    access: 'directory.write',
    path: '/api/v1/alarm-subscriptions',
    summary:
      'Has people or programs told of alarms of a level and everything below it. Secrets that sign webhooks are shown this once.',
    showsSecret: true,
    body: NewSubscription,
    answer: SubscriptionMade,
  },
  testSubscription: {
    method: 'POST',
    access: 'directory.write',
    path: '/api/v1/alarm-subscriptions/:subscription/test',
    summary: 'Tells all of its targets of an alarm that is none, at once, and says what came of it.',
    patient: true,
    params: SubscriptionParams,
    body: EmptyBody,
    answer: SubscriptionTried,
  },
  unsubscribeFromAlarms: {
    method: 'DELETE',
    access: 'directory.write',
    path: '/api/v1/alarm-subscriptions/:subscription',
    summary: 'Ends it.',
    params: SubscriptionParams,
    answer: Removed,
  },
} as const satisfies Record<string, ApiRoute>
