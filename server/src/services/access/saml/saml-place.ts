/** How a service provider of SAML is known: by the host that people come by, and for one tenant. */
export interface SamlPlace {
  /** What we call ourselves there, and the audience of what it says. */
  readonly entityId: string
  /** Where browsers bring its answers by the POST binding. */
  readonly acsUrl: string
}
