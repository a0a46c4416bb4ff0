import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { isOfHouse, type Principal } from '#services/access/principal.ts'
import { judgeBackups } from '#services/backup/judge-backups.ts'
import { orderBackup } from '#services/backup/order-backup.ts'
import { describeBackups } from '../answers/describe-backups.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `/api/v1/backups`: backups that the server makes; for the operator of the house alone. */
export function backupRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { access, tenancy, clock, backups: desk, config, folder: data } = parts
  const show = async () => {
    const [folder, everyMs] = [config['backup.folder'], config['backup.every']]
    const verifyEveryMs = config['backup.verify']
    const [found, wish] = await Promise.all([desk.report(), desk.wish()])
    const report = found?.folder === folder ? found : null
    const now = clock.now()
    const judged = judgeBackups({ folder, everyMs, report, now })
    return describeBackups({ ...{ folder, everyMs, verifyEveryMs, data, report, wish, now }, ...judged })
  }
  addRoute(app, routes.backups, async ({ principal }) => {
    assertOfHouse(principal)
    return show()
  })
  addRoute(app, routes.orderBackup, async ({ principal, body: { what } }) => {
    assertOfHouse(principal)
    const { who, ip } = principal
    const place = { desk, folder: config['backup.folder'], everyMs: config['backup.every'] }
    await orderBackup({ access, directory: tenancy, at: clock.now(), who, ip, ...place }, what)
    return show()
  })
}

function assertOfHouse(principal: Principal): void {
  if (!isOfHouse(principal)) throw problems.forbidden()
}
