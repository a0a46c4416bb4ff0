import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processorTime } from './processor-time.ts'

/** A Postfix of its own on loopback that relays everything to one next hop; the stock one of the machine is not touched. */
export interface BenchPostfix {
  readonly port: number
  /** Messages that it still holds. */
  queued(): number
  /** Time of the processor that it took, in milliseconds. */
  cpuMs(): number
  stop(): void
}

/** Why there can be none here; null: there can. */
export function whyNoPostfix(): string | null {
  if (!existsSync('/usr/sbin/postfix'))
    return 'postfix is not installed (scripts/install-test-services.sh does it)'
  return process.getuid?.() === 0 ? null : 'postfix can only be started by root'
}

/** Where Postfix sends mail: all of example.test to one port, or domains each to its own `ADDRESS:PORT`. */
export type PostfixRoutes = number | ReadonlyMap<string, string>

/** @param milterPort of a filter that sees every message before its 250; absent: none does */
export function startPostfix(port: number, routes: PostfixRoutes, milterPort?: number): BenchPostfix {
  const folder = mkdtempSync(join(tmpdir(), 'bench-postfix-'))
  chmodSync(folder, 0o755)
  for (const each of ['etc', 'queue', 'data']) mkdirSync(join(folder, each))
  execFileSync('chown', ['postfix', join(folder, 'data')])
  writeFileSync(join(folder, 'etc/main.cf'), mainConfig(folder, milterPort) + routeConfig(folder, routes))
  writeFileSync(join(folder, 'etc/master.cf'), masterConfig(port))
  const run = (...args: string[]) =>
    execFileSync('/usr/sbin/postfix', ['-c', join(folder, 'etc'), ...args], { stdio: 'ignore' })
  run('check')
  run('start')
  const master = Number(readFileSync(join(folder, 'queue/pid/master.pid'), 'utf8'))
  const queue = (name: string): number =>
    readdirSync(join(folder, 'queue', name), { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    ).length
  return {
    port,
    queued: () => queue('incoming') + queue('active') + queue('deferred') + queue('maildrop'),
    cpuMs: () => processorTime(master),
    stop() {
      run('stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Stock settings but for what relaying on loopback asks; every message is synced before its 250, as always. */
function mainConfig(folder: string, milterPort: number | undefined): string {
  return `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = bench.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relay_recipient_maps =
local_recipient_maps =
alias_maps =
alias_database =
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
smtp_dns_support_level = disabled
message_size_limit = 160000000
mailbox_size_limit = 0
maillog_file = ${folder}/log
maillog_file_prefixes = ${folder}
${milterPort === undefined ? '' : milterConfig(milterPort)}`
}

function routeConfig(folder: string, routes: PostfixRoutes): string {
  if (typeof routes === 'number')
    return `relay_domains = example.test
transport_maps = inline:{example.test=smtp:[127.0.0.1]:${routes}}
`
  const lines = [...routes].map(([domain, place]) => `${domain} smtp:[${place.replace(':', ']:')}\n`)
  writeFileSync(join(folder, 'etc/transport'), lines.join(''))
  return `relay_domains = ${[...routes.keys()].join(', ')}
transport_maps = texthash:${folder}/etc/transport
`
}

/** As rspamd's manual has it; mail goes on where the filter fails, and the bench counts what it has scanned. */
function milterConfig(port: number): string {
  return `smtpd_milters = inet:127.0.0.1:${port}
milter_protocol = 6
milter_default_action = accept
milter_mail_macros = i {mail_addr} {client_addr} {client_name} {auth_authen}
`
}

/** Debian's own services, with smtpd on our port and nothing in a chroot. */
function masterConfig(port: number): string {
  return readFileSync('/etc/postfix/master.cf', 'utf8')
    .replace(/^smtp(\s+inet\s)/m, `127.0.0.1:${port}$1`)
    .replace(/^(\S+\s+(?:unix|inet|fifo)\s+[-ny]\s+[-ny]\s+)y/gm, '$1n')
}
