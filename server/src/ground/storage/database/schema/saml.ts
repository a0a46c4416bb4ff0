/** What a provider that speaks SAML is known by, as JSON text; null: it speaks OpenID Connect. */
export const samlSchema = `
ALTER TABLE identity_providers ADD COLUMN saml TEXT;
`
