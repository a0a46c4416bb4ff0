import type { Login, SenderSource } from '#flow/gateway/sender-source.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { newPassword, type PasswordRecord, recordPassword } from '#ground/platform/password-record.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'

/** A login for messages of our own alone; its password is made at the start of a process and leaves it never. */
export interface ProbeLogin {
  /** What to log in with; made when it is first asked for. */
  words(): Promise<{ readonly name: string; readonly password: string }>
  /** Null: the name is not this one's, or nobody has asked for the password yet. */
  of(name: string): Login | null
}

export function createProbeLogin(config: Config): ProbeLogin {
  const name = `probe@${config['site.host']}`
  const password = newPassword()
  let making: Promise<PasswordRecord> | null = null
  let record: PasswordRecord | null = null
  return {
    async words() {
      making ??= recordPassword('probe', password, null)
      record = await making
      return { name, password }
    },
    of: (asked) =>
      record === null || asked.toLowerCase() !== name.toLowerCase()
        ? null
        : {
            sender: { by: 'login', name: 'probe', tenant: probeTenant, domains: [], addresses: [] },
            passwords: [record],
          },
  }
}

/** Who may send through here, with the login of our own beside those of people. */
export function withProbeLogin(senders: SenderSource, own: ProbeLogin): SenderSource {
  return {
    relaysOf: (signs) => senders.relaysOf(signs),
    // Logins of people first: where they cannot be looked up, ours fails as theirs do.
    loginOf: (name) => senders.loginOf(name) ?? own.of(name),
    placeOf: (sender, address) => (sender.tenant === probeTenant ? null : senders.placeOf(sender, address)),
    asksCertificates: () => senders.asksCertificates(),
    outboundPolicyOf: (address) => senders.outboundPolicyOf(address),
  }
}
