import type { RunningServer } from '#doors/cli/start.ts'
import type { LoadedConfig } from '#ground/platform/config/load-config.ts'
import { type App, type Role, roles, startApp } from './app.ts'

/** Starts the server for `./mailkeep start` and says where to look. @throws Error for an unknown role */
export async function serve({
  loaded,
  folder,
  roles: asked,
}: {
  loaded: LoadedConfig
  folder: string
  roles: readonly string[]
}): Promise<RunningServer> {
  for (const name of asked)
    if (!(roles as readonly string[]).includes(name))
      throw new Error(`there is no role ${name}; there are ${roles.join(', ')}`)
  const app = await startApp({
    config: loaded.config,
    folder,
    roles: asked.length === 0 ? roles : (asked as Role[]),
  })
  await app.publish()
  return { banner: banner(app, loaded, folder), failed: app.failed, stop: () => app.stop() }
}

function banner({ smtpPorts, recovery }: App, { config, file }: LoadedConfig, folder: string): string[] {
  const listening = config['gateway.listen'].map((each, index) =>
    each.replace(/:\d+$/, `:${smtpPorts[index] ?? 0}`),
  )
  const lines = [
    `Mailkeep is running on ${config['node.name']}.`,
    ...(smtpPorts.length > 0 ? [`  SMTP      ${listening.join(', ')}`] : []),
    `  data      ${folder}`,
    `  settings  ${file ?? 'defaults (no mailkeep.yaml)'}`,
  ]
  if (recovery.waiting > 0) lines.push(`  waiting   ${recovery.waiting} deliveries from before`)
  for (const each of recovery.setAside) lines.push(`  set aside ${each.id}: ${each.why}`)
  return lines
}
