"""Members: persons, membership, roles, sign-in, missions.

Owns who a person is: name and address, the key that seals both, membership, roles in a territory, the keys
that sign sessions. Hears nothing but its own facts about identity. Says `MemberJoined`, `RoleGranted`,
`RoleRevoked`, `SigningKeyPublished` on the territories' lanes; `ContactRecorded`, `ConfirmationRequested` and
`SignInRequested`, sealed, on the account of personal data, where it also answers requests for a person's key.
"""
