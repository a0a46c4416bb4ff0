import { makePassword, removePassword, submitterInReach } from '#services/relay/mail-passwords.ts'
import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { relayOrderOf } from './relay.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const add: SiteCommand = {
  name: 'add',
  summary: 'makes a password for a mail program',
  help: `Usage: mailkeep mail-password add ADDRESS [--name NAME]
Makes a password by which a program of this person sends at submission.listen, and prints it, this once.
  --name  what it is for, such as a telephone`,
  options: { name: { type: 'string' } },
  async run(site, given, out) {
    const order = relayOrderOf(site)
    const submitter = await submitterInReach(order, oneAddress(given.words))
    const { password, shown } = await makePassword(order, {
      ...submitter,
      name: given.text('name') ?? 'mail',
    })
    await site.publish()
    out.answer({ id: password.id, login: password.login, password: shown }, shown)
    return 0
  },
}

const list: SiteCommand = {
  name: 'list',
  summary: 'lists passwords of a person',
  help: `Usage: mailkeep mail-password list ADDRESS
Lists what a person's programs send by; the passwords themselves are nowhere.`,
  options: {},
  async run(site, given, out) {
    const order = relayOrderOf(site)
    const { login } = await submitterInReach(order, oneAddress(given.words))
    const passwords = (await order.relays.passwords(login)).map(({ record: _secret, ...each }) => each)
    const rows = passwords.map((each) => [
      each.id,
      clip(each.name, 40),
      localTime(each.madeAt),
      clip(each.madeBy, 20),
    ])
    const text =
      rows.length === 0 ? `${login} has no passwords.` : table(['password', 'name', 'made', 'by'], rows)
    out.answer({ passwords }, text)
    return 0
  },
}

const remove: SiteCommand = {
  name: 'remove',
  summary: 'takes a password back',
  help: `Usage: mailkeep mail-password remove ADDRESS ID
The password opens nothing from now on.`,
  options: {},
  async run(site, given, out) {
    const [address, id = '', ...more] = given.words
    if (id === '' || more.length > 0) throw new UseError('name an address and a password of it')
    const order = relayOrderOf(site)
    const submitter = await submitterInReach(order, address ?? '')
    await removePassword(order, submitter, id)
    await site.publish()
    out.answer({ id }, `${submitter.login} can send by ${id} no more.`)
    return 0
  },
}

function oneAddress(words: readonly string[]): string {
  const [address, ...more] = words
  if (address === undefined || more.length > 0) throw new UseError('name one address')
  return address
}

/** `./mailkeep mail-password`. */
export const command: GroupCommand = {
  name: 'mail-password',
  summary: 'passwords of mail programs: makes, lists, takes back',
  verbs: [add, list, remove],
}
