"""Who people are, what they belong to, how they sign in, and who lets whom see what.

Owns the tables of the schema `identity`: tenants, accounts, subjects (a person or an
organization: whatever a row can be about), users, organizations, memberships, grants,
reads, sessions, api_keys, mail_links, external_identities, sign_in_failures, replies.

Emits: GrantMade, GrantEnded, PoolChanged.
"""
