import {
  RequestDecision,
  RequestDone,
  RequestList,
  RequestParams,
  RequestsQuery,
  ReviewMailAsked,
  ReviewMailOrder,
  ReviewPerson,
  ReviewPersonParams,
} from './review.ts'
import { ReviewPeopleList, ReviewPeopleQuery } from './review-people.ts'
import type { ApiRoute } from './route.ts'

/** People who look after their own mail, and what they ask of managers. */
export const reviewRoutes = {
  releaseRequests: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/release-requests',
    summary: 'Messages that people have asked to be released to them, newest first.',
    query: RequestsQuery,
    answer: RequestList,
  },
  approveRequest: {
    method: 'POST',
    access: 'quarantine.act',
    ofPeople: true,
    path: '/api/v1/release-requests/:id/approve',
    summary:
      'Lets the message go to who asked, who hears of it by mail. What holds a virus asks for the right `quarantine.virus` too. 409: it is decided.',
    params: RequestParams,
    body: RequestDecision,
    answer: RequestDone,
  },
  denyRequest: {
    method: 'POST',
    access: 'quarantine.act',
    ofPeople: true,
    path: '/api/v1/release-requests/:id/deny',
    summary: 'Says no: the message stays, and who asked hears why by mail. 409: it is decided.',
    params: RequestParams,
    body: RequestDecision,
    answer: RequestDone,
  },
  sendReviewMail: {
    method: 'POST',
    access: 'quarantine.act',
    ofPeople: true,
    path: '/api/v1/review/mails',
    summary:
      'Sends somebody a mail with a link to his messages now, whatever the time of day. 404: there is no such user in reach; 409: he may not sign in by mail, or no link would lead here.',
    body: ReviewMailOrder,
    answer: ReviewMailAsked,
  },
  reviewPeople: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/review/people',
    summary:
      'People in order of their addresses: what waits for each, what the last review mail has come to, when the next goes out or why none does. Among them addresses that the directory does not name and mail waits for.',
    query: ReviewPeopleQuery,
    answer: ReviewPeopleList,
  },
  reviewPerson: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/review/people/:address',
    summary:
      'What waits for somebody, when he heard of it and looked last, and what he may do. 404: there is no such user in reach.',
    params: ReviewPersonParams,
    answer: ReviewPerson,
  },
} as const satisfies Record<string, ApiRoute>
