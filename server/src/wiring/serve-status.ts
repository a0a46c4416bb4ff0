import type { RunningServer } from '#doors/cli/start.ts'
import { StatusServer } from '#doors/status/serve-status.ts'
import type { LoadedConfig } from '#ground/platform/config/load-config.ts'
import { statusPlaceOf } from '#services/status/publish-status.ts'

/** The role `status`: it opens no database and knows no other process, so that it stays when they go. */
export async function serveStatus({
  loaded: { config },
  folder,
}: {
  loaded: LoadedConfig
  folder: string
}): Promise<RunningServer> {
  const place = statusPlaceOf(config, folder)
  const server = new StatusServer(place.folder)
  const places = await server.listen(config['status.listen'])
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
