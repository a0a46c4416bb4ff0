import { OrderError } from '#services/ledger/order-error.ts'
import { assertNamesNobody } from '#services/status/names-nobody.ts'
import { draftUpdate } from '#services/status/post-update.ts'
import { checkText } from '#services/status/status-order.ts'
import type { StatusIncident } from '#services/status/status-store.ts'
import { type Incident, incidentLimits } from './incident.ts'
import { faceOf, type IncidentOrder, incidentOf, takeStep } from './incident-order.ts'

/**
 * Keeps the text of a postmortem, as Markdown: the house alone sees it until it is published. @throws OrderError
 */
export async function keepPostmortem(order: IncidentOrder, id: string, text: string): Promise<Incident> {
  const before = await incidentOf(order, id)
  const postmortem = checkText(
    'the text of a postmortem',
    text.replace(/\r\n?/g, '\n'),
    incidentLimits.postmortem,
  )
  return takeStep(order, before, {
    what: 'incident-postmortem-kept',
    now: { postmortem },
    before: { characters: before.postmortem?.length ?? 0 },
    after: { characters: postmortem.length },
  })
}

/**
 * Makes the kept text the last word of an incident that is over: whoever knows of the incident reads it as a whole, the
 * public on a page of its own, in feeds and JSON. Published again it takes the place of the text before.
 * @param note what the update says that tells of it; words of ours if absent
 * @throws OrderError
 */
export async function publishPostmortem(order: IncidentOrder, id: string, note?: string): Promise<Incident> {
  const before = await incidentOf(order, id)
  const { postmortem, resolvedAt, isPublic } = before
  if (resolvedAt === null) throw new OrderError('conflict', 'a postmortem comes when it is resolved')
  if (postmortem === null)
    throw new OrderError('conflict', 'no postmortem is kept; write one first, the draft is a beginning')
  const face = await faceOf(order, before)
  if (face?.postmortem?.text === postmortem && before.state === 'postmortem')
    throw new OrderError('conflict', 'this text is published already')
  const text = note === undefined ? wordsOf(face) : checkText('a text', note, incidentLimits.text)
  const told = face && (await withPostmortem(order, face, postmortem, text))
  return takeStep(order, before, {
    what: 'incident-postmortem-published',
    now: { state: 'postmortem' },
    ...(told && { face: told }),
    log: { kind: 'state', text, isTold: isPublic },
    before: { state: before.state, characters: face?.postmortem?.text.length ?? 0 },
    after: { state: 'postmortem', characters: postmortem.length, isTold: isPublic },
  })
}

function wordsOf(face: StatusIncident | null): string {
  return face?.postmortem
    ? 'The postmortem of this incident was changed.'
    : 'The postmortem of this incident is written: what happened, why, and what follows from it.'
}

async function withPostmortem(
  order: IncidentOrder,
  face: StatusIncident,
  text: string,
  note: string,
): Promise<StatusIncident> {
  const told = await draftUpdate(order, face, { state: 'postmortem', text: note })
  await assertNamesNobody(order, [text])
  const publishedAt = face.postmortem?.publishedAt ?? order.at
  return { ...told, postmortem: { text, publishedAt, updatedAt: order.at } }
}
