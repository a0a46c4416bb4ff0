import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificate } from './certificate.ts'
import { endWithUs } from './end-with-us.ts'
import { freePort } from './free-port.ts'
import { waitUntil } from './wait-until.ts'

/** Debian's OpenLDAP server, on loopback, with a directory of its own. */
export class Slapd {
  readonly base = 'dc=corp,dc=test'
  readonly bindDn = 'cn=reader,dc=corp,dc=test'
  readonly password: string
  readonly port: number
  /** Certificate that StartTLS shows, signed by itself. */
  readonly ca: string
  readonly #folder: string
  #child: ChildProcess | null = null

  private constructor(folder: string, port: number, password: string, ca: string) {
    this.#folder = folder
    this.port = port
    this.password = password
    this.ca = ca
  }

  /** Null: it can be started here; else why not. */
  static missing(): string | null {
    return existsSync('/usr/sbin/slapd') ? null : 'slapd is not installed (scripts/install-test-services.sh)'
  }

  /** @param ldif entries below `base`, which is there already with `ou=people` */
  static async start(ldif: string, password = 'secret-of-ldap'): Promise<Slapd> {
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-slapd-'))
    const { cert, certFile, keyFile } = makeCertificate(folder, 'localhost', 'IP:127.0.0.1')
    mkdirSync(join(folder, 'db'))
    const slapd = new Slapd(folder, await freePort(), password, cert)
    writeFileSync(join(folder, 'slapd.conf'), slapd.#config(certFile, keyFile))
    writeFileSync(join(folder, 'start.ldif'), `${slapd.#root()}\n${ldif}`)
    execFileSync(
      '/usr/sbin/slapadd',
      ['-q', '-f', join(folder, 'slapd.conf'), '-l', join(folder, 'start.ldif')],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    await slapd.up()
    return slapd
  }

  async up(): Promise<void> {
    const args = ['-f', join(this.#folder, 'slapd.conf'), '-h', `ldap://127.0.0.1:${this.port}`, '-d', '0']
    this.#child = spawn('/usr/sbin/slapd', args, { stdio: 'ignore' })
    endWithUs(this.#child)
    await waitUntil('slapd listens', () => this.#answers())
  }

  async down(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }

  /** Carries out changes in LDIF, as an administrator would. */
  change(ldif: string): void {
    const place = ['-H', `ldap://127.0.0.1:${this.port}`, '-x', '-D', `cn=admin,${this.base}`, '-w', 'admin']
    execFileSync('ldapmodify', [...place], { input: ldif, stdio: ['pipe', 'ignore', 'pipe'] })
  }

  async stop(): Promise<void> {
    await this.down()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
  }

  #config(cert: string, key: string): string {
    return `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 1.3.6.1.4.1.55555.1 NAME 'mailAlternateAddress' EQUALITY caseIgnoreIA5Match SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 )
objectclass ( 1.3.6.1.4.1.55555.2 NAME 'mailPerson' SUP top AUXILIARY MAY mailAlternateAddress )
modulepath /usr/lib/ldap
moduleload back_mdb
sizelimit 500
TLSCertificateFile ${cert}
TLSCertificateKeyFile ${key}
database mdb
maxsize 268435456
suffix "${this.base}"
directory ${join(this.#folder, 'db')}
rootdn "cn=admin,${this.base}"
rootpw admin
dbnosync
index objectClass,mail eq,pres
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${this.bindDn}" read by * none
limits dn.exact="${this.bindDn}" size.prtotal=unlimited
`
  }

  #root(): string {
    return `dn: ${this.base}
objectClass: dcObject
objectClass: organization
o: Corp
dc: corp

dn: ${this.bindDn}
objectClass: person
objectClass: simpleSecurityObject
cn: reader
sn: reader
userPassword: ${this.password}

dn: ou=people,${this.base}
objectClass: organizationalUnit
ou: people
`
  }
}

/** A person in LDIF. */
export function ldapPerson(
  base: string,
  uid: string,
  mail: string,
  more: { readonly name?: string; readonly aliases?: readonly string[]; readonly group?: string } = {},
): string {
  return [
    `dn: uid=${uid},ou=people,${base}`,
    'objectClass: inetOrgPerson',
    'objectClass: mailPerson',
    `uid: ${uid}`,
    `cn: ${more.name ?? uid}`,
    `sn: ${uid}`,
    `displayName: ${more.name ?? uid}`,
    `mail: ${mail}`,
    ...(more.aliases ?? []).map((each) => `mailAlternateAddress: ${each}`),
    ...(more.group === undefined ? [] : [`departmentNumber: ${more.group}`]),
    '',
    '',
  ].join('\n')
}
