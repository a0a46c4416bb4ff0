import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { domainToASCII, domainToUnicode } from 'node:url'
import fc from 'fast-check'
import type { CheckTools, Finding } from '#flow/inspection/check.ts'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { confusables } from '#ground/mail/confusables.ts'
import { registrableDomain } from '#ground/mail/registrable-domain.ts'
import { brands, brandsOfHost } from './brands.ts'
import { brandLikeness } from './look-alike-domain.ts'
import { sender } from './sender.ts'

const tolerance = 200

async function judgeBytes(bytes: Buffer, rcptTo = 'ann@contoso-widgets.com'): Promise<readonly Finding[]> {
  const message = await parseMessage({
    id: 'test',
    bytes,
    arrival: { ip: '192.0.2.1', helo: '', mailFrom: '', rcptTo: [rcptTo], receivedAt: 0 },
    limits: { maxDepth: 10, maxParts: 100, maxHeaderBytes: 100_000 },
  })
  return (await sender.run(message, {} as CheckTools)).findings
}

function judge(from: string, subject: string, html: string, more = ''): Promise<readonly Finding[]> {
  const head = `From: ${from}\nSubject: ${subject}\n${more}Content-Type: text/html; charset=utf-8`
  return judgeBytes(Buffer.from(`${head}\n\n${html}`.replaceAll('\n', '\r\n')))
}

const scoreOf = (findings: readonly Finding[]) => findings.reduce((sum, { weight }) => sum + weight, 0)
const told = (findings: readonly Finding[]) =>
  findings.map(({ code, weight }) => `${code} ${weight}`).join(', ')

const brandLines = readFileSync(new URL('brands.txt', import.meta.url), 'utf8').split('\n')

/** Domains of a brand as its line has them, with a country ending where it stands for all. */
function hostsOf(name: string): string[] {
  const line = brandLines.find((each) => each.startsWith(`${name} |`) || each.startsWith(`${name}? |`)) ?? ''
  return (line.split('|')[1] ?? '')
    .trim()
    .split(/ +/)
    .flatMap((each) =>
      each.endsWith('.*') ? ['com', 'co.uk', 'de'].map((end) => each.replace('*', end)) : [each],
    )
}

describe('brands and their domains', () => {
  test('there are many, and each is known by its own domains', () => {
    assert(brands.length >= 150, String(brands.length))
    for (const { name } of brands)
      for (const host of hostsOf(name))
        assert(
          brandsOfHost(`mail.${host}`).some((each) => each.name === name),
          `${name} ${host}`,
        )
  })

  test('what a brand sends from its own domains is no finding, signed or not', async () => {
    for (const { name } of brands) {
      for (const host of hostsOf(name)) {
        const findings = await judge(
          `"${name}" <noreply@mail.${host}>`,
          `Your ${name} account: unusual sign-in`,
          `<img src="l.png" alt="${name}"><p>Dear ${name} customer, your ${name} account was used. The ${name} Team</p><a href="https://www.${host}/x">Verify now</a>`,
        )
        assert.equal(scoreOf(findings), 0, `${host}: ${told(findings)}`)
      }
    }
  })

  test('the same from elsewhere is quarantined', async () => {
    for (const { name, common } of brands) {
      const shown = common ? `${name} Support` : name
      const findings = await judge(
        `"${shown}" <info@tulips.example.net>`,
        `Your ${name} account: unusual sign-in`,
        `<p>Dear ${name} customer, your ${name} account was used. The ${name} Team</p><a href="https://roses.example.org/x">Verify now</a>`,
      )
      assert(scoreOf(findings) >= tolerance, `${name}: ${told(findings)}`)
    }
  })
})

/** Firms that are no brand of ours; some of them near to one. Their mail is ordinary. */
const honest =
  `wikipedia.org mozilla.org debian.org nytimes.com bbc.co.uk spiegel.de lemonde.fr elpais.com corriere.it
  otto.de lidl.de aldi.us rewe.de edeka.de kaufland.de tesco.com sainsburys.co.uk asda.com carrefour.fr auchan.fr target.com
  kroger.com publix.com nordstrom.com macys.com gap.com hm.com nike.com adidas.com puma.com zara.com asos.com shein.com temu.com
  wish.com wayfair.com chewy.com petco.com ticketmaster.com eventbrite.com meetup.com substack.com medium.com mailgun.com
  sendgrid.net twilio.com zendesk.com freshdesk.com hubspot.com notion.so figma.com canva.com asana.com monday.com airtable.com
  miro.com webflow.com wix.com squarespace.com wordpress.com automattic.com digitalocean.com hetzner.com linode.com netlify.com
  vercel.com heroku.com mongodb.com elastic.co datadoghq.com newrelic.com pagerduty.com sentry.io lufthansa.com ryanair.com
  easyjet.com delta.com united.com aa.com southwest.com britishairways.com airfrance.fr klm.com bahn.de sncf.com trenitalia.com
  renfe.com hilton.com marriott.com hyatt.com accor.com trivago.com kayak.com lyft.com doordash.com grubhub.com deliveroo.co.uk
  just-eat.co.uk lieferando.de strava.com fitbit.com garmin.com peloton.com duolingo.com coursera.org udemy.com edx.org
  telkom.co.za telenor.no telia.se telus.com bell.ca rogers.com appen.com applebees.com pineapple.co amazone.de chaser.io
  visaliatimesdelta.com purchase.edu discoverymag.com orangecounty.gov boxed.com slackware.com githyanki.example stripes.com
  zoominfo.com uberconference.com wisegeek.com ledger-enquirer.com steampunk.net hermesfurniture.de upsala.se signal.org`
    .split(/\s+/)
    .filter((each) => each !== '')

describe('look-alike domains', () => {
  test('domains of other firms are none', () => {
    const flagged = honest.flatMap((host) => {
      const like = brandLikeness({
        name: '',
        address: '',
        local: '',
        host,
        registered: registrableDomain(host),
        free: false,
      })
      return like ? [`${host}: ${like.brand} ${like.way}`] : []
    })
    assert.deepEqual(flagged, [])
  })

  test('brands with a letter changed to one that looks like it are recognised', () => {
    const letters = new Map(Object.entries(confusables).filter(([to]) => to.length === 1))
    const labels = brands
      .flatMap((each) => each.labels)
      .filter((each) => each.length >= 5 && /^[a-z]+$/.test(each))
    fc.assert(
      fc.property(fc.constantFrom(...labels), fc.nat(), fc.nat(), (label, at, which) => {
        const i = at % label.length
        const alike = [...(letters.get(label[i]!) ?? label[i]!)].filter((each) => each === each.toLowerCase())
        const letter = alike[which % Math.max(1, alike.length)] ?? 'a'
        const shown = `${label.slice(0, i)}${letter}${label.slice(i + 1)}.com`
        const host = domainToASCII(shown)
        // Some letters are no letters of names, or are mapped to others.
        fc.pre(host.startsWith('xn--') && domainToUnicode(host) === shown)
        const party = {
          name: '',
          address: '',
          local: '',
          host,
          registered: registrableDomain(host),
          free: false,
        }
        assert.equal(brandLikeness(party)?.way, 'disguised', host)
      }),
      { numRuns: 500 },
    )
  })
})

describe('hostile and odd input', () => {
  test('never throws, whatever the fields say', async () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom(
        '<@>',
        '"',
        '=?utf-8?b?////?= <a@b>',
        'a@b@c',
        '<a@[]>',
        '<a@xn--zzzz.com>',
        'x <a@.com>',
        '\u202e<a@b.c>',
      ),
    )
    await fc.assert(
      fc.asyncProperty(odd, odd, odd, odd, async (from, replyTo, subject, text) => {
        const findings = await judge(
          from.replace(/[\r\n]/g, ' '),
          subject.replace(/[\r\n]/g, ' '),
          text,
          `Reply-To: ${replyTo.replace(/[\r\n]/g, ' ')}\n`,
        )
        assert(findings.every((each) => Number.isInteger(each.weight)))
      }),
      { numRuns: 300 },
    )
  })

  test('floods of names, brands and links cost little', async () => {
    const flood = [
      judge(`${'"PayPal" '.repeat(20_000)} <a@b.example>`, 'x', 'y'),
      judge(
        `a <a@${'paypal-'.repeat(30)}.com>`,
        'PayPal account '.repeat(5000),
        'your paypal account '.repeat(200_000),
      ),
      judge('a <a@b.example>', 'x', '<a href="https://x.example">verify paypal</a>'.repeat(50_000)),
      judge('a <a@gmail.com>', 'x', 'are you available gift card on 1 wrote '.repeat(100)),
    ]
    for (const each of flood) await each
    const before = process.cpuUsage()
    await judge('a <a@b.example>', 'x', 'your paypal account verify '.repeat(40_000))
    const { user, system } = process.cpuUsage(before)
    assert((user + system) / 1000 < 1500)
  })
})
