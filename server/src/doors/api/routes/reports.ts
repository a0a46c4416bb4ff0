import { type ReportLine, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { type Principal, reachOfMail } from '#services/access/principal.ts'
import { acceptReport, type ReportOrder, refuseReport } from '#services/reports/decide-report.ts'
import type { ReportLine as Found } from '#services/reports/report-store.ts'
import { asksForRelease, showReport } from '#services/reports/show-report.ts'
import { cutText } from '../answers/cut-text.ts'
import { keyOf } from '../answers/key-of.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const subjectShown = 200

/** `/api/v1/reports`: missed spam and false alarms that people report, and what managers answer. */
export function reportRoutes(app: FastifyInstance, { parts, reads }: ApiContext): void {
  const { reports, readReports, ledger, tenancy, clock, review } = parts
  const orderOf = (principal: Principal, id: string, note = ''): ReportOrder => {
    const { who, ip } = principal
    const within = reachOfMail(principal)
    const stores = { reports, ledger, directory: tenancy }
    return { ...stores, id, note, at: clock.now(), who, ip, ...(within && { within }) }
  }

  addRoute(app, routes.reports, async ({ principal, query }) => {
    const { state, kind, after, limit = 25 } = query
    const within = reachOfMail(principal)
    const wanted = {
      ...(state && { state }),
      ...(kind && { kind }),
      ...(after !== undefined && { before: after }),
      ...(within && { within }),
    }
    const found = await reads.ask('reports of people', `${keyOf(within)} ${JSON.stringify(query)}`, () =>
      readReports.list(wanted, limit + 1),
    )
    const lines = found.value?.slice(0, limit) ?? null
    return {
      completeUpTo: reads.completeUpTo,
      lines: { ...found, value: lines?.map(describe) ?? null },
      next: lines && (found.value?.length ?? 0) > limit ? (lines.at(-1)?.id ?? null) : null,
    }
  })
  addRoute(app, routes.report, async ({ principal, params }) => {
    const report = await showReport({ reports: readReports, ledger }, params.id, reachOfMail(principal))
    const { headerMessageId, foundState, findings, versions } = report
    return {
      ...describe(report),
      ...{ headerMessageId, foundState, findings: [...findings], versions: { ...versions } },
    }
  })
  addRoute(app, routes.acceptReport, async ({ principal, params, body }) => ({
    id: params.id,
    outcome: await acceptReport(orderOf(principal, params.id, body.note), { lifeMs: review.lifeMs() }),
  }))
  addRoute(app, routes.refuseReport, async ({ principal, params, body }) => {
    await refuseReport(orderOf(principal, params.id, body.note))
    return { id: params.id, outcome: 'refused' as const }
  })
}

function describe(found: Found): ReportLine {
  const { id, kind, tenant, reporter, isProven, times, messageId, rcptTo, mailFrom, headerFrom } = found
  const { verdict, score, mailState, state, outcome, note, decidedBy } = found
  return {
    ...{ id, kind, tenant, reporter, isProven, times, messageId, rcptTo, mailFrom, headerFrom },
    ...{ verdict, score, mailState, state, outcome, note, decidedBy },
    reportedAt: moment(found.at),
    lastAt: moment(found.lastAt),
    subject: cutText(found.subject, subjectShown),
    asksForRelease: asksForRelease(found),
    decidedAt: momentOrNull(found.decidedAt),
  }
}
