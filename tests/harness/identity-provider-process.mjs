/**
 * An OpenID Connect provider as a process of its own. It lets in whoever `POST /be` has named last, without asking.
 * Arguments: port, client id, client secret, redirect URI.
 */
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const [port = '0', clientId = '', clientSecret = '', redirectUri = ''] = process.argv.slice(2)
let person = { sub: 'nobody', email: '', email_verified: false, name: '', refuses: false }

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  cookies: { keys: ['a key of the test'] },
  interactions: { url: (_context, interaction) => `/person/${interaction.uid}` },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ ...person, sub: id }) }),
  async loadExistingGrant(context) {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client?.clientId ?? '',
      accountId: context.oidc.session?.accountId ?? '',
    })
    grant.addOIDCScope('openid email profile')
    await grant.save()
    return grant
  },
})
const answer = provider.callback()

createServer(async (request, response) => {
  if (request.url === '/be') {
    let body = ''
    for await (const chunk of request) body += chunk
    person = JSON.parse(body)
    return response.end('ok')
  }
  if (request.url?.startsWith('/person/')) {
    const result = person.refuses
      ? { error: 'access_denied', error_description: 'not today' }
      : { login: { accountId: person.sub } }
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }
  return answer(request, response)
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'))
