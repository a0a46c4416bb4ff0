/** The directory is read in pages and searched, level by level: what that asks for is indexed. */
export const directoryLists = `
CREATE INDEX tenants_parent ON tenants (parent);
CREATE INDEX domains_tenant ON domains (tenant, name);
CREATE INDEX users_owner ON users (owner) WHERE kind = 'alias';
CREATE INDEX user_groups_domain ON user_groups (domain);
CREATE INDEX group_members_address ON group_members (address);
`
