import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { ReachesPerson } from './reaches-person.ts'
import { makeLink } from './review-link.ts'
import type { ReviewParts } from './review-parts.ts'
import { readReviewSettings, sendsReviews } from './review-settings.ts'
import { inReview, type ReviewState } from './review-store.ts'
import { nextReviewAt } from './review-times.ts'

/** Events of the ledger that are looked through at once, and how often in a round: mail has its turn between. */
const eventsAtOnce = 4000
const looksARound = 8
/** People who are looked at in a round, a few at a time: their mails must not stand in the way of others'. */
const peopleARound = 400
const atATime = 10
/** Settings may change while a mail is put off: it is looked again within this time. */
const lookAgainMs = 15 * 60_000

/**
 * What has to be done again and again for people whose mail waits: news of the ledger noted, mails sent that are due,
 * askers told, old things forgotten. Each step settles what it did in one transaction, so a restart doubles nothing.
 */
export async function attendToReviews(parts: ReviewParts): Promise<void> {
  const { review, readReview, now } = parts
  for (let look = 0; look < looksARound; look++) {
    const { from, upTo, news } = await readReview.news(eventsAtOnce)
    if (upTo === from) break
    await review.noteNews(from, upTo, news)
  }
  const failures: unknown[] = []
  await inTurn(await readReview.due(now(), peopleARound), (each) => attendTo(parts, each), failures)
  for (const each of await readReview.settled(peopleARound)) {
    const state = each.mailState === 'waiting' || each.mailState === 'delivered' ? 'approved' : 'gone'
    await review.decide(each.id, { state, at: now(), who: 'mailkeep', note: '' })
  }
  await inTurn(
    await readReview.untold(peopleARound),
    (request) => parts.send({ kind: 'outcome', request }),
    failures,
  )
  await review.forget(now(), peopleARound)
  // One mail that cannot be sent holds up nobody else's, and is told of.
  if (failures.length > 0) throw failures[0]
}

/** Wants a mail for somebody now, whatever the time of day. @throws OrderError where he is none of ours */
export async function askForReviewMail(
  order: ReviewParts & { readonly who: string; readonly ip: string },
  address: string,
  isInReach: ReachesPerson = () => true,
): Promise<string> {
  const { readReview, settingsOf, directory, now, who, ip } = order
  const person = await readReview.person(address)
  if (!person?.isListed || !(await isInReach(person)))
    throw new OrderError('not-found', `there is no user ${address}`)
  if (!readReviewSettings(settingsOf(person.address)).maySignIn)
    throw new OrderError('conflict', `${person.address} may not sign in by mail: review.sign-in is off`)
  if (order.pageUrl() === '')
    throw new OrderError(
      'conflict',
      'console.url is not set, so a link in a mail would lead nowhere; set it to the address by which people reach the page, and start again',
    )
  const at = now()
  const { address: asked, tenant } = person
  await changeRecorded({ directory, at, who, ip }, inReview.askForMail(person, at), {
    ...{ what: 'review-mail-asked', tenant, detail: { address: asked } },
  })
  return person.address
}

async function attendTo(parts: ReviewParts, state: ReviewState): Promise<void> {
  const { review, readReview, settingsOf, send, pageUrl, now } = parts
  const { address, dueAt, newsSince, isAsked, reviewedAt, mailedAt, freed } = state
  const person = await readReview.person(address)
  const at = now()
  const settings = readReviewSettings(settingsOf(address))
  const isWanted = isAsked ? settings.maySignIn : sendsReviews(settings)
  // Whom the directory does not name may not exist: a mail to him might come back.
  if (pageUrl() === '' || !isWanted || person?.address !== address || !person.isListed || dueAt === null)
    return review.putOff(address, dueAt, null)
  const wantedAt = isAsked || newsSince === null ? at : nextReviewAt(settings.times, newsSince, at)
  if (wantedAt > at) return review.putOff(address, dueAt, Math.min(wantedAt, at + lookAgainMs))
  const since = Math.max(reviewedAt ?? 0, 0)
  const { visibility } = settings
  const { waiting, fresh } = await readReview.count({ address, tenant: person.tenant, visibility, since })
  const unsaid = await readReview.count({ address, tenant: person.tenant, visibility, since: mailedAt ?? 0 })
  if (!isAsked && (unsaid.fresh === 0 || waiting === 0)) return review.putOff(address, dueAt, null)
  const { link, secret } = makeLink(person, 'review', { now: at, since })
  return send({ kind: 'review', person, link, secret, waiting, fresh, freed, dueAt })
}

async function inTurn<Each>(
  all: readonly Each[],
  work: (each: Each) => Promise<void>,
  failures: unknown[],
): Promise<void> {
  const left = [...all]
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift())
      await work(next).catch((cause: unknown) => failures.push(cause))
  }
  await Promise.all(Array.from({ length: atATime }, worker))
}
