import { parentPort } from 'node:worker_threads'
import { niceness, yieldToMail } from '#ground/platform/thread-priority.ts'
import { readFeed } from '#services/upstream/read-feed.ts'
import type { FeedAnswer, FeedQuestion } from './read-feeds.ts'

// What the thread of read-feeds.ts runs.
yieldToMail(niceness.beside)
parentPort?.on('message', ({ n, feed, body, at, url }: FeedQuestion) => {
  const answer: FeedAnswer = { n, incidents: readFeed(feed, body, at, url) }
  parentPort?.postMessage(answer)
})
