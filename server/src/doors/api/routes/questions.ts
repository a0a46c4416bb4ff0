import { type NewQuestion, routes, type SavedQuestion as Shown } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { newId } from '#ground/platform/ids.ts'
import type { Principal } from '#services/access/principal.ts'
import type { QuestionReader, SavedQuestion } from '#services/search/question-store.ts'
import { type FilterTexts, readFilter } from '#services/search/read-filter.ts'
import { moment } from '../answers/moment.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** Somebody who saves more than these has a program that does it. */
const mostOwn = 200

/** `/api/v1/questions`: filters with a name, to ask again and to share. */
export function questionRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { questions, clock } = parts
  const save = async (principal: Principal, id: string, given: NewQuestion): Promise<Shown> => {
    const now = clock.now()
    // One that cannot be read is refused now and not when somebody needs it.
    readFilter(given.question as FilterTexts, now)
    const saved: SavedQuestion = {
      id,
      tenant: principal.tenant,
      name: given.name.trim(),
      question: given.question as FilterTexts,
      isShared: given.isShared,
      who: principal.who,
      changedAt: now,
    }
    await questions.put(saved, principal)
    return describe(saved, principal)
  }
  const assertOwn = async (principal: Principal, id: string): Promise<void> => {
    const found = await questions.read(id, readerOf(principal))
    if (found === null) throw problems.notFound('There is no such question in your reach.')
    if (found.who !== principal.who) throw problems.notAllowed('Somebody else has saved this question.')
  }

  addRoute(app, routes.questions, async ({ principal }) => ({
    lines: (await questions.list(readerOf(principal))).map((each) => describe(each, principal)),
    next: null,
  }))
  addRoute(app, routes.addQuestion, async ({ principal, body }) => {
    const own = (await questions.list(readerOf(principal))).filter((each) => each.who === principal.who)
    if (own.length >= mostOwn) throw problems.busy(`You have ${mostOwn} saved questions; remove some first.`)
    return save(principal, newId(clock.now()), body)
  })
  addRoute(app, routes.changeQuestion, async ({ principal, params, body }) => {
    await assertOwn(principal, params.question)
    return save(principal, params.question, body)
  })
  addRoute(app, routes.removeQuestion, async ({ principal, params }) => {
    await assertOwn(principal, params.question)
    await questions.remove(params.question, { who: principal.who, ip: principal.ip, at: clock.now() })
    return {}
  })
}

/** Who has some domains alone sees his own: what others of a tenant ask may name mail of the rest. */
function readerOf({ who, tenants, domains }: Principal): QuestionReader {
  return { who, tenants: domains === null ? tenants && [...tenants] : [] }
}

function describe(saved: SavedQuestion, principal: Principal): Shown {
  const { id, name, question, isShared, tenant, who, changedAt } = saved
  return {
    id,
    name,
    question: question as Shown['question'],
    isShared,
    isOwn: who === principal.who,
    tenant,
    who,
    changedAt: moment(changedAt),
  }
}
