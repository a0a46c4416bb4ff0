import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { UseError } from '#doors/cli/arguments.ts'
import { addressOfPage } from '#doors/cli/page-address.ts'
import type { RunningServer } from '#doors/cli/start.ts'
import type { OwnSupervisor } from '#doors/supervisor/own-supervisor.ts'
import { parseNextHop } from '#flow/delivery/next-hop.ts'
import type { SubmissionPorts } from '#flow/gateway/create.ts'
import { type LoadedConfig, loadConfig } from '#ground/platform/config/load-config.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { makeSignInLink } from '#services/access/sign-in-link.ts'
import { putManager } from '#services/access/write-manager.ts'
import { type DemoSite, makeDemoSite } from '#services/directory/make-demo-site.ts'
import { type App, startApp } from './app.ts'
import { type Role, roles } from './wiring/roles.ts'

/** The link of a first start is good for a day. */
const firstLinkMs = 86_400_000

/** Starts the server for `./mailkeep start` and says where to look. @throws UseError for an unknown role */
export async function serve({
  loaded,
  folder,
  roles: asked,
  supervisor,
}: {
  loaded: LoadedConfig
  folder: string
  roles: readonly string[]
  supervisor: OwnSupervisor | null
}): Promise<RunningServer> {
  if (asked.includes('status')) throw new UseError('the role status is a process of its own')
  for (const name of asked)
    if (!(roles as readonly string[]).includes(name))
      throw new UseError(`there is no role ${name}; there are ${roles.join(', ')}, and status`)
  // The young heap that ./mailkeep gives is that of this thread; the others say what they need (resourceLimits).
  setFlagsFromString('--max-semi-space-size=0')
  const app = await startApp({
    config: loaded.config,
    folder,
    roles: asked.length === 0 ? roles : (asked as Role[]),
    supervisor,
  })
  const demo = loaded.file === null ? await makeDemo(app, folder) : null
  const link = demo && (await makeFirstManager(app, demo, loaded.config))
  await app.publish()
  // Now, not at the end: who is killed writes nothing, and the next start would compile all of it again.
  flushCompileCache()
  return {
    banner: [...banner(app, loaded, folder, asked), ...demoLines(demo, link)],
    failed: app.failed,
    reload: () => app.reload(loadConfig(loaded.file, process.env).config),
    stop: () => app.stop(),
  }
}

/** Something to try at a first start without settings; null where there is anything already. */
function makeDemo({ stores }: App, folder: string): Promise<DemoSite | null> {
  return makeDemoSite(
    { directory: stores.directory, at: Date.now(), who: 'start' },
    join(folder, 'maildir'),
    parseNextHop,
  )
}

/** The first administrator of a demo; answers the link by which he signs in. */
async function makeFirstManager(
  { stores, pages }: App,
  { operator }: DemoSite,
  config: Config,
): Promise<string> {
  const { access, directory } = stores
  const order = { access, directory, at: Date.now(), who: 'start', ip: '' }
  const manager = await putManager(order, { id: 'admin', role: 'operator', tenant: operator })
  const secret = await makeSignInLink(order, manager, firstLinkMs)
  const page = pages[0] === undefined ? addressOfPage(config) : `http://${pages[0]}`
  return `${page}/sign-in/link/${secret}`
}

function demoLines(demo: DemoSite | null, link: string | null): string[] {
  if (demo === null) return []
  return [
    '',
    'There were no settings and no domains, so there is a demo customer now:',
    `  takes mail  ${demo.addresses.join(', ')}`,
    `  delivers to ${demo.maildir}`,
    '  try it      ./mailkeep send',
    '  go on       docs/operate/first-steps.md: quarantine, a link for a person, a domain of your own',
    '',
    'Sign in once by this link as the first administrator, and set a password (./mailkeep manager link admin makes another):',
    `  ${link}`,
  ]
}

function banner(
  { smtpPorts, submissionPorts, pages, recovery }: App,
  { config, file }: LoadedConfig,
  folder: string,
  asked: readonly string[],
): string[] {
  const listening = config['gateway.listen'].map((each, index) =>
    each.replace(/:\d+$/, `:${smtpPorts[index] ?? 0}`),
  )
  const lines = [
    `Mailkeep is running on ${config['node.name']}.`,
    ...(smtpPorts.length > 0 ? [`  SMTP      ${listening.join(', ')}`] : []),
    ...describeSubmission(config, submissionPorts),
    ...pages.map((each) => `  page      http://${each}`),
    ...(asked.length > 0 ? [`  roles     ${asked.join(', ')}`] : []),
    `  data      ${folder}`,
    `  settings  ${file ?? 'defaults (no mailkeep.yaml)'}`,
  ]
  if (recovery.waiting > 0)
    lines.push(
      `  waiting   ${recovery.waiting} ${recovery.waiting === 1 ? 'delivery' : 'deliveries'} from before`,
    )
  for (const each of recovery.setAside) lines.push(`  set aside ${each.id}: ${each.why}`)
  return lines
}

/** Where people and servers of ours log in to send; a place that is taken for now is left out. */
function describeSubmission(config: Config, { starttls, tls }: SubmissionPorts): string[] {
  const open = (places: readonly string[], ports: readonly number[], how: string) =>
    places.flatMap((each, index) =>
      ports[index] ? [`${each.replace(/:\d+$/, `:${ports[index]}`)} (${how})`] : [],
    )
  const all = [
    ...open(config['submission.listen'], starttls, 'STARTTLS'),
    ...open(config['submission.listenTls'], tls, 'TLS'),
  ]
  return all.length === 0 ? [] : [`  submit    ${all.join(', ')}`]
}
