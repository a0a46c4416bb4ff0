/** The parts of mailauth that serve as a second opinion in tests; its own types cover only the main module. */
declare module 'mailauth/lib/dkim/verify.js' {
  export function dkimVerify(
    message: Buffer,
    options: object,
  ): Promise<{
    readonly headerFrom: string[]
    readonly fromFields: number
    readonly results: readonly {
      readonly status: { readonly result: string }
      readonly signingDomain?: string
    }[]
    readonly arc: object
  }>
}

declare module 'mailauth/lib/dkim/sign.js' {
  export function dkimSign(
    message: Buffer,
    options: object,
  ): Promise<{ readonly signatures: string; readonly errors: unknown[] }>
}

declare module 'mailauth/lib/arc/index.js' {
  export function arc(
    data: object,
    options: object,
  ): Promise<{ readonly status: { readonly result: string } }>
  export function sealMessage(message: Buffer, seal: object): Promise<Buffer>
}

declare module 'mailauth/lib/dmarc/verify.js' {
  type Verdict = {
    readonly status: { readonly result: string }
    readonly policy?: string
    readonly p?: string
  }
  export function evaluateDmarc(options: object): Promise<{ readonly response: Verdict | false }>
}

declare module 'mailauth/lib/spf/index.js' {
  export function spf(
    options: object,
  ): Promise<{ readonly status: { readonly result: string }; readonly domain: string }>
}
