import type { Advice } from './advice.ts'

export const certificatesAdvice: Readonly<Record<string, Advice>> = {
  'certificate-expires': {
    means:
      'A certificate in use ends within 30, 14, 7 or 1 days, or has ended: one of ours, one of a server that must be spoken to with TLS, or the last one that an identity provider of SAML signs with, which the managers of its tenant see too.',
    todo: 'Ours: `./mailkeep certificate install FILE...`. Else ask the operator of that server. An identity provider: add its next certificate on the page Single sign-on ([SAML](../operate/managers-and-keys.md)).',
  },
  'certificate-wrong': {
    means:
      'The certificate and its key cannot be read or do not fit together. The one before stays in use; at a first start TLS is not offered.',
    todo: 'Mend `tls.certificate` and `tls.key`; the files are read anew by themselves.',
  },
  'handshake-fails': {
    means:
      'A TLS handshake does not do, with one of our doors or with a server that must be spoken to with TLS; looked at each `tls.probeEvery`, and each five seconds once it fails. The text names the certificate and the reason: expired, another name, an intermediate left out, an authority that is not trusted, an old version, no STARTTLS.',
    todo: 'Ours: `./mailkeep certificate check` says what is wrong with it, and with FILE... what is wrong with a new one. Else ask the operator of that server; its mail waits and is sent when it is mended.',
  },
}
