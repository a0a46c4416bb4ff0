import { askSite, signInByLink } from '../ask-site.ts'
import { unwantedBody } from '../letter.ts'
import { sendLoad } from '../load.ts'
import type { Sink, SinkMessage } from '../sink.ts'
import type { TestSite } from '../site.ts'
import { waitUntil } from '../wait-until.ts'

/** A manager who has signed in. */
export interface HouseManager {
  readonly cookie: string
  /** Address that the web server in front names. */
  readonly ip: string
}

/** Somebody without a password, with mail in quarantine. */
export interface HousePerson {
  readonly address: string
  readonly ip: string
  /** Path of the link in his review mail. */
  readonly link: string
}

export interface PeopleHouse {
  readonly managers: readonly HouseManager[]
  readonly persons: readonly HousePerson[]
  /** Mailboxes that ordinary mail goes to, in every tenant. */
  readonly mailboxes: readonly string[]
}

export interface HouseOptions {
  readonly managers: number
  readonly persons: number
  /** Messages in quarantine for each person. */
  readonly asideEach: number
  /** Next hop of ordinary mail. */
  readonly hop: string
  /** Where mail of persons goes; it keeps contents. */
  readonly sink: Sink
}

const personsATenant = 50
/** Of ten managers, so many look after the whole house. */
const operatorsInTen = 2

/** Furnishes a site: tenants with two domains each, managers with sessions, people with mail in quarantine and a link. */
export async function furnish(site: TestSite, options: HouseOptions): Promise<PeopleHouse> {
  const { managers, persons, asideEach, hop, sink } = options
  await site.must('tenant', 'add', 'house', '--level', 'operator')
  const { link } = await site.json<{ link: string }>('manager', 'add', 'boss', '--role', 'operator')
  const boss = new Boss(site.consolePort, await signInByLink(site.consolePort, link))
  const addresses: string[] = []
  const mailboxes: string[] = []
  const tenants = Math.ceil(persons / personsATenant)
  for (let t = 0; t < tenants; t++) {
    const own = Array.from(
      { length: Math.min(personsATenant, persons - addresses.length) },
      (_, p) => `p${p}@t${t}.test`,
    )
    const box = `box@mail.t${t}.test`
    await boss.order('tenants', { id: `t${t}`, parent: 'house', level: 'customer', name: `Customer ${t}` })
    await boss.order('domains', { name: `t${t}.test`, tenant: `t${t}`, nextHop: sink.hop })
    await boss.order('domains', { name: `mail.t${t}.test`, tenant: `t${t}`, nextHop: hop })
    await boss.order('people', { people: [...own, box].map((address) => ({ address })) })
    addresses.push(...own)
    mailboxes.push(box)
  }
  await site.knows(mailboxes.at(-1) ?? '')
  await setAside(site, addresses, asideEach)
  const signedIn = []
  for (let i = 0; i < managers; i++)
    signedIn.push({ cookie: await boss.addManager(i, tenants), ip: `10.1.0.${i + 1}` })
  const links = await boss.mailLinks(addresses, sink)
  return {
    managers: signedIn,
    persons: addresses.map((address, i) => ({
      address,
      ip: `10.2.${Math.floor(i / 250)}.${(i % 250) + 1}`,
      link: links.get(address) ?? '',
    })),
    mailboxes,
  }
}

/** Path of a link to somebody's messages in a mail of ours; empty: it has none. */
export function linkIn({ content }: SinkMessage): string {
  return /\/review\/link\/[\w-]{43}/.exec(content)?.[0] ?? ''
}

async function setAside(site: TestSite, addresses: readonly string[], each: number): Promise<void> {
  const sent = await sendLoad({
    port: () => site.smtpPort,
    messages: addresses.length * each,
    connections: 10,
    perConnection: 100,
    rcptTo: (index) => addresses[index % addresses.length] ?? '',
    content: (index) => `From: a@sender.example\r\nSubject: prize ${index}\r\n\r\n${unwantedBody}`,
  })
  const other = sent.find((one) => one.outcome !== 'acknowledged')
  if (other) throw new Error(`mail to be set aside was answered ${other.reply}`)
}

/** Who furnishes the house, through the API as anybody would. */
class Boss {
  readonly #port: number
  readonly #cookie: string

  constructor(port: number, cookie: string) {
    this.#port = port
    this.#cookie = cookie
  }

  async order<Answer>(path: string, body: object): Promise<Answer> {
    const answer = await askSite(this.#port, `/api/v1/${path}`, { cookie: this.#cookie, body })
    if (answer.code !== 200) throw new Error(`${path}: ${answer.code} ${answer.body.slice(0, 300)}`)
    return answer.json<Answer>()
  }

  /** Adds a manager and signs him in; answers his cookie. */
  async addManager(i: number, tenants: number): Promise<string> {
    const isOperator = i % 10 < operatorsInTen
    const { link } = await this.order<{ link: string }>('managers', {
      name: `manager-${i}`,
      role: isOperator ? 'operator' : 'administrator',
      tenant: isOperator ? 'house' : `t${i % tenants}`,
    })
    return signInByLink(this.#port, link)
  }

  /** Has a review mail sent to everybody, and reads the links out of them. */
  async mailLinks(addresses: readonly string[], sink: Sink): Promise<Map<string, string>> {
    for (const address of addresses) await this.order('review/mails', { address })
    const links = new Map<string, string>()
    const read = () => {
      for (const mail of sink.messages.splice(0)) {
        const link = linkIn(mail)
        for (const to of mail.rcptTo) if (link !== '') links.set(to, link)
      }
      return links.size === addresses.length
    }
    await waitUntil('everybody has a link', read, 300_000, 100)
    return links
  }
}
