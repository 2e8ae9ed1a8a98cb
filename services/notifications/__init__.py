"""Notifications: the letters (mails) that the movement writes to persons, and how each of them arrives once.

Owns: contacts as they were sealed by members, with each person's key wrapped by this service's secret;
letters, from the fact that causes one to the mail server's receipt.
Hears: on the territories' lanes `MemberJoined` and what pledges says of promises and of payments (the list is
`shared/events/hearing.py`); on stream `PERSONAL` `ContactRecorded`, `ConfirmationRequested`, `SignInRequested`.
Says: nothing on the bus; mails, by SMTP. No address is ever in clear in its database, logs or answers.
"""
