/**
 * The door demands that no plain string becomes markup. One library writes style sheets through `innerHTML` of a style
 * element; a text without any `<` can be no markup, so the one policy that the door allows lets those pass and nothing else.
 */
export function guardMarkup(): void {
  const { trustedTypes } = window as { trustedTypes?: { createPolicy(name: string, rules: object): unknown } }
  trustedTypes?.createPolicy('default', {
    createHTML(text: string): string {
      if (text.includes('<')) throw new TypeError('markup from a string')
      return text
    },
  })
}
