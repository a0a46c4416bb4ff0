import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { utcWords } from '#ground/platform/utc-words.ts'
import { AccessRefusal } from '#services/access/access-refusal.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { guardAccess, programRate } from './access/guard-access.ts'
import { pathWithin } from './access/path-within.ts'
import { tellingChanges } from './access/recent-lookups.ts'
import { WhoAsks } from './access/who-asks.ts'
import { ApiListeners } from './api-listeners.ts'
import type { ApiParts } from './api-parts.ts'
import { ApiProblem, mistakes, problems } from './api-problem.ts'
import { checkQuestions } from './check-questions.ts'
import { filterWords } from './filter-words.ts'
import { guardMaintenance } from './guard-maintenance.ts'
import { guardHeaders, guardRequests } from './guard-requests.ts'
import { holdToContract } from './hold-to-contract.ts'
import { hostOf } from './host-of.ts'
import { knowWays } from './known-ways.ts'
import { requireLoopback } from './loopback.ts'
import { brandFrame } from './page/brand-frame.ts'
import { readPageAssets } from './page/page-assets.ts'
import { plainLayout } from './page/plain-layout.ts'
import { problemPage } from './page/problem-page.ts'
import { SignInProbe } from './probe-sign-in.ts'
import { accessRoutes } from './routes/access.ts'
import { accountRoutes } from './routes/account.ts'
import { accountApiRoutes } from './routes/account-api.ts'
import { accountPasskeyRoutes } from './routes/account-passkeys.ts'
import { accountSessionRoutes } from './routes/account-sessions.ts'
import { acknowledgePageRoutes } from './routes/acknowledge-pages.ts'
import { alarmSubscriptionRoutes } from './routes/alarm-subscriptions.ts'
import { alarmRoutes } from './routes/alarms.ts'
import type { ApiContext } from './routes/api-context.ts'
import { assetRoutes } from './routes/assets.ts'
import { backupRoutes } from './routes/backups.ts'
import { brandRoutes } from './routes/brand.ts'
import { bypassRoutes } from './routes/bypass.ts'
import { consoleRoutes } from './routes/console.ts'
import { contentRoutes } from './routes/content.ts'
import { definitionRoutes } from './routes/definitions.ts'
import { directoryRoutes } from './routes/directory.ts'
import { dkimRoutes } from './routes/dkim.ts'
import { domainClaimsRoutes } from './routes/domain-claims.ts'
import { domainReportsRoutes } from './routes/domain-reports.ts'
import { domainStateRoutes } from './routes/domain-state.ts'
import { groupRoutes } from './routes/groups.ts'
import { healthRoutes } from './routes/health.ts'
import { heldRoutes } from './routes/held.ts'
import { heldPageRoutes } from './routes/held-page.ts'
import { historyRoutes } from './routes/history.ts'
import { historyImportRoutes } from './routes/history-imports.ts'
import { identityProviderRoutes } from './routes/identity-provider.ts'
import { incidentMailRoutes } from './routes/incident-mail.ts'
import { incidentRoutes } from './routes/incidents.ts'
import { keysRoutes } from './routes/keys.ts'
import { learningRoutes } from './routes/learning.ts'
import { liveDrillRoutes } from './routes/live-drills.ts'
import { liveRoute } from './routes/live-messages.ts'
import { lossRoutes } from './routes/losses.ts'
import { mailOrderRoutes } from './routes/mail-orders.ts'
import { maintenanceRoutes } from './routes/maintenance.ts'
import { managersRoutes } from './routes/managers.ts'
import { messagesRoutes } from './routes/messages.ts'
import { metricsRoute } from './routes/metrics.ts'
import { mtaStsRoute } from './routes/mta-sts.ts'
import { nodesRoutes } from './routes/nodes.ts'
import { outsideListRoutes } from './routes/outside-lists.ts'
import { overviewRoute } from './routes/overview.ts'
import { peopleRoutes } from './routes/people.ts'
import { personDataRoutes } from './routes/person-data.ts'
import { policyCandidateRoutes } from './routes/policy-candidates.ts'
import { policyLeavingRoutes } from './routes/policy-leaving.ts'
import { policyLevelRoutes } from './routes/policy-levels.ts'
import { policyRuleRoutes } from './routes/policy-rules.ts'
import { policySenderRoutes } from './routes/policy-senders.ts'
import { policyTrialRoutes } from './routes/policy-trials.ts'
import { policyVersionRoutes } from './routes/policy-versions.ts'
import { probeRoutes } from './routes/probes.ts'
import { quarantineRoutes } from './routes/quarantine.ts'
import { questionRoutes } from './routes/questions.ts'
import { queueRoute } from './routes/queue.ts'
import { queueOrderRoutes } from './routes/queue-orders.ts'
import { radarRoutes } from './routes/radar.ts'
import { radarPageRoutes } from './routes/radar-pages.ts'
import { relaysRoutes } from './routes/relays.ts'
import { reportRoutes } from './routes/reports.ts'
import { reviewRoutes } from './routes/review.ts'
import { reviewAsRoute } from './routes/review-as.ts'
import { reviewRequestRoutes } from './routes/review-requests.ts'
import { ruleWritingRoutes } from './routes/rule-writing.ts'
import { scimRoutes } from './routes/scim.ts'
import { scopesRoute } from './routes/scopes.ts'
import { searchRoutes } from './routes/search.ts'
import { senderRoutes } from './routes/senders.ts'
import { sendingRoutes } from './routes/sending.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { signInConfirmedRoutes } from './routes/sign-in-confirmed.ts'
import { signInPasskeyRoutes } from './routes/sign-in-passkey.ts'
import { signInWithRoutes } from './routes/sign-in-with.ts'
import { signInWithSamlRoutes } from './routes/sign-in-with-saml.ts'
import { statisticsRoutes } from './routes/statistics.ts'
import { statusRoutes } from './routes/status.ts'
import { statusNewsRoutes } from './routes/status-news.ts'
import { statusSubscribeRoutes } from './routes/status-subscribe.ts'
import { suppressionsRoutes } from './routes/suppressions.ts'
import { syncRoutes } from './routes/sync.ts'
import { taskRoutes } from './routes/tasks.ts'
import { upstreamRoutes } from './routes/upstream.ts'
import { eventRoutes, webhooksRoutes } from './routes/webhooks.ts'
import { StoreReads } from './store-reads.ts'
import { watchAnswers } from './watch-answers.ts'

export interface Api {
  /** Starts to listen; answers the addresses. One that is taken is tried again until it is free, with an alarm. */
  listen(): Promise<string[]>
  /** Ends within a moment; what is being answered is finished. */
  stop(): Promise<void>
}

/** The HTTP door: the first page, its answers for programs, metrics, health and MTA-STS policies. @throws ConfigError */
export async function createApi(parts: ApiParts): Promise<Api> {
  requireLoopback(parts.config['console.listen'])
  const app = await createRoutes(parts)
  const probe = new SignInProbe(app, parts)
  const listeners = new ApiListeners(parts, (request, response) => app.routing(request, response))
  return {
    listen: () => listeners.listen(),
    async stop() {
      probe.stop()
      await listeners.stop()
      await app.close()
      parts.maintenance.stop()
    },
  }
}

/** All routes, ready to be asked; nothing listens. */
export async function createRoutes(given: ApiParts): Promise<FastifyInstance> {
  const onChange = () => context.who.accessChanged()
  const parts = {
    ...given,
    access: tellingChanges(given.access, onChange),
    accounts: tellingChanges(given.accounts, onChange),
  }
  const app = fastify({
    logger: false,
    // An address has up to 320 characters.
    routerOptions: { maxParamLength: 400 },
    // Of an address that cannot be read no hook hears.
    frameworkErrors: (cause, request, reply) => {
      reply.headers(guardHeaders)
      answerProblem(cause, request, reply, context)
    },
  })
  checkQuestions(app)
  const ways = knowWays(app)
  const context: ApiContext = {
    parts,
    ways,
    reads: new StoreReads(parts.clock, parts.config['console.storeWait']),
    assets: readPageAssets(),
    brandOf: (host) => brandFrame(parts.brands.ofHost(host ?? '')),
    who: new WhoAsks({
      access: parts.access,
      readAccess: parts.readAccess,
      tenants: () => parts.readTenancy.tenants(),
      domains: () => parts.readTenancy.domains(),
      views: parts.directoryViews,
      now: () => parts.clock.now(),
      isBehindProxy: () => parts.config['console.url'] !== '',
      isSecure: () => parts.config['console.url'].startsWith('https:'),
    }),
  }
  watchAnswers(app, {
    metrics: parts.metrics,
    alarms: parts.alarms,
    now: () => parts.clock.now(),
    change: `version ${parts.version}, schema ${parts.schema}, since ${utcWords(parts.startedAt)}`,
  })
  app.decorate('keptAnswers', { getter: () => parts.keptAnswers })
  app.decorate('storeWaitMs', parts.config['console.storeWait'])
  guardRequests(
    app,
    async (host) => host === hostOf(parts.config['console.url']) || isBrandHost(host, parts),
    ways,
  )
  holdToContract(app)
  // Beside the answer, but for the first one, which would otherwise look as nobody's.
  app.addHook('onRequest', () => parts.brands.renew(parts.brands.isKnown ? 0 : 500))
  guardMaintenance(app, context, {
    maintenance: () => parts.maintenance.now,
    now: () => parts.clock.now(),
  })
  guardAccess(app, context.who, programRate, () => performance.now())
  takeForms(app)
  app.setNotFoundHandler({}, ({ method, url }) => {
    throw ways.problemOf(method, url)
  })
  app.setErrorHandler((cause, request, reply) => answerProblem(cause as Error, request, reply, context))
  for (const add of routes) add(app, context)
  await app.ready()
  return app
}

const routes = [
  signInRoutes,
  reviewRoutes,
  reviewAsRoute,
  reviewRequestRoutes,
  reportRoutes,
  statusSubscribeRoutes,
  signInPasskeyRoutes,
  signInWithRoutes,
  signInWithSamlRoutes,
  signInConfirmedRoutes,
  accountRoutes,
  consoleRoutes,
  assetRoutes,
  overviewRoute,
  searchRoutes,
  mailOrderRoutes,
  questionRoutes,
  liveRoute,
  messagesRoutes,
  queueRoute,
  domainReportsRoutes,
  healthRoutes,
  metricsRoute,
  mtaStsRoute,
  quarantineRoutes,
  queueOrderRoutes,
  taskRoutes,
  accessRoutes,
  policyLeavingRoutes,
  policyLevelRoutes,
  policySenderRoutes,
  policyRuleRoutes,
  ruleWritingRoutes,
  policyTrialRoutes,
  policyCandidateRoutes,
  policyVersionRoutes,
  contentRoutes,
  directoryRoutes,
  lossRoutes,
  peopleRoutes,
  personDataRoutes,
  dkimRoutes,
  historyRoutes,
  historyImportRoutes,
  upstreamRoutes,
  bypassRoutes,
  radarRoutes,
  radarPageRoutes,
  acknowledgePageRoutes,
  incidentRoutes,
  incidentMailRoutes,
  statusRoutes,
  statusNewsRoutes,
  domainClaimsRoutes,
  sendingRoutes,
  relaysRoutes,
  heldRoutes,
  heldPageRoutes,
  suppressionsRoutes,
  senderRoutes,
  groupRoutes,
  managersRoutes,
  brandRoutes,
  identityProviderRoutes,
  webhooksRoutes,
  eventRoutes,
  maintenanceRoutes,
  liveDrillRoutes,
  backupRoutes,
  nodesRoutes,
  probeRoutes,
  keysRoutes,
  accountApiRoutes,
  accountPasskeyRoutes,
  accountSessionRoutes,
  scopesRoute,
  syncRoutes,
  scimRoutes,
  domainStateRoutes,
  alarmRoutes,
  alarmSubscriptionRoutes,
  statisticsRoutes,
  definitionRoutes,
  outsideListRoutes,
  learningRoutes,
]

/** Forms of our own pages, a few short fields; and questions of programs as JSON. */
function takeForms(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain')
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 16_384 },
    (_request, body, done) => done(null, new URLSearchParams(body as string)),
  )
  // The one click by which programs of mail leave a list (RFC 8058) may come in this form; nothing of it is read.
  app.addContentTypeParser(
    'multipart/form-data',
    { parseAs: 'string', bodyLimit: 16_384 },
    (_request, _body, done) => done(null, new URLSearchParams()),
  )
}

/** Host names of brands; a new one is known within a moment, and known ones stay while the store is away. */
async function isBrandHost(authority: string, { brands }: ApiParts): Promise<boolean> {
  const host = authority.replace(/:\d{1,5}$/, '')
  const isKnown = () => brands.hosts().includes(host)
  await brands.renew(isKnown() ? 0 : 1000)
  return isKnown()
}

function answerProblem(
  cause: Error,
  request: FastifyRequest,
  reply: FastifyReply,
  context: ApiContext,
): FastifyReply {
  const { parts, assets } = context
  const problem = placeMistake(toProblem(cause, parts), cause, request)
  const answer = problem.toAnswer()
  reply.code(answer.status).header('cache-control', 'no-store')
  const wait = problem.retryMs
  if (wait > 0) reply.header('retry-after', Math.ceil(wait / 1000))
  if (problem.allow.length > 0) reply.header('allow', problem.allow.join(', '))
  if (answer.status === 401) {
    if (request.method === 'GET' && isForPeople(request)) return reply.redirect(whereToSignIn(request), 303)
    reply.header('www-authenticate', 'Bearer realm="Mailkeep"')
  }
  if (isForPeople(request) && answer.status !== 421)
    return reply.type('text/html; charset=utf-8').send(plainLayout(problemPage(answer), assets))
  return reply.type('application/problem+json').send(JSON.stringify(answer))
}

function isForPeople({ url, headers }: FastifyRequest): boolean {
  return !url.startsWith('/api/') && (headers.accept?.includes('text/html') ?? false)
}

/** Where somebody goes who has not signed in, or not wholly. */
function whereToSignIn({ asker, url }: FastifyRequest): string {
  const to = encodeURIComponent(pathWithin(url))
  const mine = asker?.signedIn
  if (!mine) return `/sign-in?to=${to}`
  return mine.session.isComplete ? '/account' : `/sign-in/code?to=${to}`
}

function toOrderProblem({ code, message }: OrderError): ApiProblem {
  const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
  if (code === 'not-found') return problems.notFound(text)
  if (code === 'conflict') return problems.busy(text)
  if (code === 'changed') return problems.changedMeanwhile(text)
  return code === 'forbidden' ? problems.notAllowed(text) : problems.wrongQuery(text)
}

function toRefusalProblem({ code, message, waitMs }: AccessRefusal): ApiProblem {
  const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
  return code === 'too-many-tries'
    ? new ApiProblem(429, code, 'Too many tries', text, { retryMs: waitMs })
    : new ApiProblem(400, code, 'This was not right', text)
}

/** Says where the mistake is: who only reads has entered nothing, and has written a filter, or an address alone. */
function placeMistake(problem: ApiProblem, cause: Error, request: FastifyRequest): ApiProblem {
  const { method, url, routeOptions } = request
  if (problem.title !== mistakes.sent || method !== 'GET') return problem
  const title = url.includes('?') ? mistakes.filter : mistakes.address
  const words = filterWords(cause, routeOptions.schema?.querystring) ?? problem.message
  return new ApiProblem(problem.status, problem.code, title, words)
}

/** A fault of ours is not explained to the outside; the log has it. */
function toProblem(cause: Error, { log }: ApiParts): ApiProblem {
  if (cause instanceof ApiProblem) return cause
  if (cause instanceof OrderError) return toOrderProblem(cause)
  if (cause instanceof AccessRefusal) return toRefusalProblem(cause)
  const { statusCode } = cause as { statusCode?: number }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new ApiProblem(statusCode, 'wrong-request', mistakes.sent, cause.message)
  log.error({ cause: String(cause.stack ?? cause) }, 'a question to the page could not be answered')
  return new ApiProblem(500, 'own-fault', 'A fault of ours', 'This could not be answered; the log says why.')
}
