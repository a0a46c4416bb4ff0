import type { RunningServer } from '#doors/cli/start.ts'
import { StatusServer } from '#doors/status/serve-status.ts'
import { describeRestart } from '#doors/supervisor/describe-restart.ts'
import type { OwnSupervisor } from '#doors/supervisor/own-supervisor.ts'
import type { LoadedConfig } from '#ground/platform/config/load-config.ts'
import { createLog, type Log } from '#ground/platform/log.ts'
import { statusPlaceOf } from '#services/status/publish-status.ts'

/** The role `status`: it opens no database and knows no other process, so that it stays when they go. */
export async function serveStatus({
  loaded: { config },
  folder,
  supervisor,
}: {
  loaded: LoadedConfig
  folder: string
  supervisor: OwnSupervisor | null
}): Promise<RunningServer> {
  const place = statusPlaceOf(config, folder)
  const server = new StatusServer(place.folder)
  const places = await server.listen(config['status.listen'])
  if (supervisor) void logRestart(supervisor, createLog(config['log.level'], config['node.name']))
  return {
    banner: [
      'The status page is served.',
      ...places.map((each) => `  page      http://${each}`),
      `  data      ${place.folder}`,
    ],
    failed: new Promise(() => undefined),
    reload: () => undefined,
    stop: () => server.stop(),
  }
}

/** Says why this process was started again where it can: it opens no store, in which others would find it. */
export async function logRestart(
  { ended, up, noted }: Pick<OwnSupervisor, 'ended' | 'up' | 'noted'>,
  log: Pick<Log, 'warn'>,
): Promise<void> {
  const [before, upAt] = await Promise.all([ended, up])
  const words = describeRestart(before, upAt)
  if (words === null) return
  log.warn({}, `this process was started again: ${words}`)
  noted(before.runs.length)
}
