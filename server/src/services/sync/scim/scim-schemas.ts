/** Where directories push to, below the address of the console. */
export const scimPath = '/scim/v2'

/** The whole address. @param pageUrl address of the console */
export function scimAddress(pageUrl: string): string {
  return `${pageUrl.replace(/\/$/, '')}${scimPath}`
}

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const core = 'urn:ietf:params:scim:schemas:core:2.0'

/** What this door can do (RFC 7643, 5). @param most how many of a list are answered at once */
export function serviceProviderConfig(most: number, location: string) {
  const no = { supported: false }
  return {
    schemas: [`${core}:ServiceProviderConfig`],
    patch: { supported: true },
    bulk: { ...no, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: most },
    changePassword: no,
    sort: no,
    etag: no,
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A token of the source of people, sent as Authorization: Bearer.',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${location}/ServiceProviderConfig` },
  }
}

/** @param location address of the door */
export function resourceTypes(location: string) {
  const type = (name: string, schema: string) => ({
    schemas: [`${core}:ResourceType`],
    id: name,
    name,
    endpoint: `/${name}s`,
    schema,
    meta: { resourceType: 'ResourceType', location: `${location}/ResourceTypes/${name}` },
  })
  return [type('User', userSchema), type('Group', groupSchema)]
}

/** The attributes that are kept (RFC 7643, 7); what else a directory says is taken and left out. */
export function schemas(location: string) {
  const schema = (id: string, name: string, attributes: readonly object[]) => ({
    schemas: [`${core}:Schema`],
    id,
    name,
    description: name,
    attributes,
    meta: { resourceType: 'Schema', location: `${location}/Schemas/${id}` },
  })
  return [
    schema(userSchema, 'User', [
      text('userName', { required: true, uniqueness: 'server' }),
      text('displayName'),
      complex('name', false, [text('formatted'), text('givenName'), text('familyName')]),
      { ...text('active'), type: 'boolean' },
      complex('emails', true, [text('value'), text('type'), { ...text('primary'), type: 'boolean' }]),
      text('externalId', { caseExact: true }),
    ]),
    schema(groupSchema, 'Group', [
      text('displayName', { required: true }),
      complex('members', true, [
        text('value', { caseExact: true, mutability: 'immutable' }),
        text('display'),
      ]),
      text('externalId', { caseExact: true }),
    ]),
  ]
}

function text(name: string, more: object = {}) {
  return {
    name,
    type: 'string',
    multiValued: false,
    description: name,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...more,
  }
}

function complex(name: string, multiValued: boolean, subAttributes: readonly object[]) {
  const { caseExact: _ofTexts, ...plain } = text(name)
  return { ...plain, type: 'complex', multiValued, subAttributes }
}
